package guides

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"casebook/engine"
	"casebook/engine/syntax"
)

// TOML is decoded into structs, and walked a second time for the places of its texts: the decoder does not keep them, and a
// query with a mistake must point into the file.

// tomlFile is a TOML document and where its texts stand.
type tomlFile struct {
	*host
	texts map[string]syntax.Span // by path, "hunt.query.0": what is between the quotes
	left  map[string]bool        // the keys that were left out for the type of their value
}

// toml decodes the file into v. Keys that v has no field for are named in the notices.
func (h *host) toml(v any) (file *tomlFile, unknown []string) {
	data := []byte(h.file.Text)
	if rest, marked := strings.CutPrefix(h.file.Text, "\ufeff"); marked { // white space in its place leaves all others as they are
		data = []byte("   " + rest)
	}
	for _, l := range h.lines {
		if key, _, _ := strings.Cut(l.text, "="); strings.Count(key, ".") > maxDepth && !strings.ContainsAny(key, "\"'") {
			h.fault(l.span(), "want keys of at most %d parts", maxDepth)
			return nil, nil
		}
	}
	file = &tomlFile{host: h, texts: map[string]syntax.Span{}, left: map[string]bool{}}
	for {
		decoder := toml.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		err := decoder.Decode(v)
		var strict *toml.StrictMissingError
		var bad *toml.DecodeError
		switch {
		case errors.As(err, &strict):
			for i := range strict.Errors {
				unknown = append(unknown, strings.Join(strict.Errors[i].Key(), "."))
			}
		case errors.As(err, &bad):
			row, column := bad.Position()
			at := h.at(row, column)
			h.fault(h.lineFrom(at), "%s", tomlFault(bad))
			key := strings.Join(bad.Key(), ".")
			if rest, ok := without(data, at); ok && wrongType.MatchString(bad.Error()) && !file.left[key] && len(file.left) < mostLeft {
				data, file.left[key] = rest, true
				continue
			}
			return nil, nil
		case err != nil:
			h.fault(h.lineFrom(0), "want TOML: %s", strings.TrimPrefix(err.Error(), "toml: "))
			return nil, nil
		}
		file.walk(data)
		return file, unknown
	}
}

// mostLeft is how many values of a wrong type are left out to find a file's other mistakes.
const mostLeft = 20

// without is a document without the key whose value stands at a place, in which all others keep theirs; not ok where the place is of no key.
func without(data []byte, at int) ([]byte, bool) {
	var p unstable.Parser
	p.Reset(data)
	start, end, isKey := -1, len(data), false
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.KeyValue && e.Kind != unstable.Table && e.Kind != unstable.ArrayTable {
			continue
		}
		key := e.Key()
		key.Next()
		line := bytes.LastIndexByte(data[:key.Node().Raw.Offset], '\n') + 1
		if line > at {
			end = line
			break
		}
		start, isKey = line, e.Kind == unstable.KeyValue
	}
	if !isKey {
		return nil, false
	}
	rest := bytes.Clone(data)
	for i := start; i < end; i++ {
		if rest[i] != '\n' {
			rest[i] = ' '
		}
	}
	return rest, true
}

var (
	wrongType = regexp.MustCompile(`cannot (?:decode|store) TOML (\w+) (?:in|into) .*\btype (\S+)$`)
	typeWords = map[string]string{"int": "a whole number", "string": "a text", "bool": "true or false", "[]string": "a list of texts"}
)

// tomlFault is what is wrong with a document, without the names that its values have in this program.
func tomlFault(bad *toml.DecodeError) string {
	text := strings.TrimPrefix(bad.Error(), "toml: ")
	if p := wrongType.FindStringSubmatch(text); p != nil {
		return fmt.Sprintf("want %s, found a TOML %s", cmp.Or(typeWords[p[2]], "another kind of value"), p[1])
	}
	return "want TOML: " + text
}

// walk finds the places of all texts.
func (f *tomlFile) walk(data []byte) {
	var p unstable.Parser
	p.Reset(data)
	prefix, tables := "", map[string]int{}
	for p.NextExpression() {
		switch e := p.Expression(); e.Kind {
		case unstable.Table:
			prefix = f.current(join("", e.Key()), tables)
		case unstable.ArrayTable:
			name := f.current(join("", e.Key()), tables)
			prefix = name + "." + strconv.Itoa(tables[name])
			tables[name]++
		case unstable.KeyValue:
			f.value(join(prefix, e.Key()), e.Value())
		}
	}
}

// current is a table's path with the number of the array element that it is inside of.
func (f *tomlFile) current(name string, tables map[string]int) string {
	parts := strings.Split(name, ".")
	path := ""
	for i, part := range parts {
		if path != "" {
			path += "."
		}
		path += part
		if n := tables[path]; n > 0 && i < len(parts)-1 {
			path += "." + strconv.Itoa(n-1)
		}
	}
	return path
}

func join(prefix string, key unstable.Iterator) string {
	for key.Next() {
		if prefix != "" {
			prefix += "."
		}
		prefix += string(key.Node().Data)
	}
	return prefix
}

func (f *tomlFile) value(path string, n *unstable.Node) {
	switch n.Kind {
	case unstable.String:
		f.texts[path] = f.inside(int(n.Raw.Offset), int(n.Raw.Offset+n.Raw.Length))
	case unstable.Array:
		i := 0
		for items := n.Children(); items.Next(); {
			if items.Node().Kind != unstable.Comment {
				f.value(path+"."+strconv.Itoa(i), items.Node())
				i++
			}
		}
	case unstable.InlineTable:
		for items := n.Children(); items.Next(); {
			if items.Node().Kind == unstable.KeyValue {
				f.value(join(path, items.Node().Key()), items.Node().Value())
			}
		}
	}
}

// inside is a text without its quotes, and without the line end that may follow three of them.
func (f *tomlFile) inside(start, end int) syntax.Span {
	raw := f.file.Text[start:end]
	for _, quotes := range []string{`"""`, `'''`, `"`, `'`} {
		if len(raw) >= 2*len(quotes) && strings.HasPrefix(raw, quotes) {
			start, end = start+len(quotes), end-len(quotes)
			if len(quotes) == 3 {
				rest := f.file.Text[start:end]
				rest = strings.TrimPrefix(strings.TrimPrefix(rest, "\r"), "\n")
				start = end - len(rest)
			}
			break
		}
	}
	return syntax.Span{Start: start, End: end}
}

// place puts a query into a rule together with where it stands. In a text with escapes only the line is exact.
func (f *tomlFile) place(r *engine.Rule, path, query string) {
	r.Query = query
	if s, ok := f.texts[path]; ok {
		p := f.file.Position(s.Start)
		r.Line, r.Column = p.Line, p.Column
	}
}
