package esql

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/regex"
)

// grokker reads named parts out of a text by an expression with named patterns: %{NUMBER:size:int}, or (?<name>…).
type grokker struct {
	re     *regex.Regex
	fields []column.Field
	groups [][]int // of each field, the groups that fill it
}

// grokAny tries patterns in turn.
type grokAny struct {
	patterns []*grokker
	places   [][]int // of each pattern, which of its fields each column is; -1 for none
}

// Extract implements plan.Pattern.
func (g *grokAny) Extract(text string) ([]any, bool, error) {
	for i, p := range g.patterns {
		found, ok, err := p.extract(text)
		if err != nil {
			return nil, false, err
		}
		if !ok {
			continue
		}
		values := make([]any, len(g.places[i]))
		for k, place := range g.places[i] {
			if place >= 0 {
				values[k] = found[place]
			}
		}
		return values, true, nil
	}
	return nil, false, nil
}

// grokTypes are the conversions behind the second colon.
var grokTypes = map[string]column.Type{
	"": column.String, "string": column.String, "keyword": column.String, "int": column.Int, "integer": column.Int, "long": column.Long,
	"float": column.Double, "double": column.Double, "boolean": column.Bool,
}

// deepestGrok bounds patterns that name patterns.
const deepestGrok = 50

type grokReader struct {
	fields []column.Field
	groups [][]string // names of groups in the expression
	count  int
	size   int
}

func newGrok(pattern string) (*grokker, error) {
	r := &grokReader{}
	expression, err := r.expand(pattern, 0)
	if err != nil {
		return nil, err
	}
	if len(r.fields) == 0 {
		return nil, errors.New("the pattern names no column: write %{PATTERN:name} or (?<name>…)")
	}
	re, err := function.CompileJava(expression, regex.Ruby, function.DefaultLimits.RegexProgram)
	var wrong *regex.Mistake
	if errors.As(err, &wrong) { // its place is one of the expression with all patterns written out
		return nil, fmt.Errorf("bad regular expression: %s", wrong.Text)
	}
	if err != nil {
		return nil, err
	}
	g := &grokker{re: re, fields: r.fields}
	for _, names := range r.groups {
		var groups []int
		for _, n := range names {
			groups = append(groups, re.Names()[n])
		}
		g.groups = append(g.groups, groups)
	}
	return g, nil
}

// expand replaces %{…} by what it stands for, and gives groups names that Go allows.
func (r *grokReader) expand(pattern string, depth int) (string, error) {
	if depth > deepestGrok {
		return "", errors.New("the patterns of GROK name each other without end")
	}
	var b strings.Builder
	for i := 0; i < len(pattern); {
		rest := pattern[i:]
		switch {
		case rest[0] == '\\' && len(rest) > 1:
			b.WriteString(rest[:2])
			i += 2
		case strings.HasPrefix(rest, "%{"):
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return "", fmt.Errorf("%%{ is not closed in %s", rest)
			}
			s, err := r.reference(rest[2:end], depth)
			if err != nil {
				return "", err
			}
			b.WriteString(s)
			i += end + 1
		case strings.HasPrefix(rest, "(?<") && len(rest) > 3 && rest[3] != '=' && rest[3] != '!':
			end := strings.IndexByte(rest, '>')
			if end < 0 {
				return "", fmt.Errorf("(?< is not closed in %s", rest)
			}
			b.WriteString("(?P<" + r.group(rest[3:end], column.String) + ">")
			i += end + 1
		default:
			b.WriteByte(rest[0])
			i++
		}
		if b.Len()+r.size > 1<<20 {
			return "", errors.New("the pattern of GROK is too large")
		}
	}
	r.size += b.Len()
	return b.String(), nil
}

// reference is NAME, NAME:column or NAME:column:type.
func (r *grokReader) reference(s string, depth int) (string, error) {
	parts := strings.Split(s, ":")
	pattern, ok := grokPatterns[parts[0]]
	if !ok {
		known := make([]string, 0, len(grokPatterns))
		for k := range grokPatterns {
			known = append(known, k)
		}
		if near := nearest(parts[0], known); near != "" {
			return "", fmt.Errorf("unknown GROK pattern %s: did you mean %s?", parts[0], near)
		}
		return "", fmt.Errorf("unknown GROK pattern %s: there are the general ones, and those of syslog and of Apache", parts[0])
	}
	group := "(?:"
	if len(parts) > 1 && parts[1] != "" {
		kind := ""
		if len(parts) > 2 {
			kind = parts[2]
		}
		t, ok := grokTypes[kind]
		if !ok {
			return "", fmt.Errorf("unknown type %s in %%{%s}", kind, s)
		}
		group = "(?P<" + r.group(parts[1], t) + ">"
	}
	inner, err := r.expand(pattern, depth+1)
	return group + inner + ")", err
}

// group is a name for a group that fills a column.
func (r *grokReader) group(name string, t column.Type) string {
	r.count++
	g := "g" + strconv.Itoa(r.count)
	for i, f := range r.fields {
		if f.Name == name {
			r.groups[i] = append(r.groups[i], g)
			return g
		}
	}
	r.fields = append(r.fields, column.Field{Name: name, Type: t})
	r.groups = append(r.groups, []string{g})
	return g
}

func (g *grokker) extract(text string) ([]any, bool, error) {
	if len(text) > function.DefaultLimits.RegexText {
		return nil, false, function.ErrLongText
	}
	m, err := g.re.Find(text)
	if m == nil || err != nil {
		return nil, false, err
	}
	values := make([]any, len(g.fields))
	for i, f := range g.fields {
		var found []any
		for _, k := range g.groups[i] {
			if m[2*k] < 0 {
				continue
			}
			if x, ok := grokValue(f.Type, text[m[2*k]:m[2*k+1]]); ok {
				found = append(found, x)
			}
		}
		switch len(found) {
		case 0:
		case 1:
			values[i] = found[0]
		default:
			values[i] = found
		}
	}
	return values, true, nil
}

func grokValue(t column.Type, s string) (any, bool) {
	switch t {
	case column.Int:
		n, err := strconv.ParseInt(s, 10, 32)
		return n, err == nil
	case column.Long:
		n, err := strconv.ParseInt(s, 10, 64)
		return n, err == nil
	case column.Double:
		x, err := strconv.ParseFloat(s, 64)
		return x, err == nil
	case column.Bool:
		return strings.EqualFold(s, "true"), true
	}
	return s, true
}
