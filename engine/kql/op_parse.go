package kql

import (
	"regexp"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// target is where a new column goes: over an old one of the name, or at the end.
func target(out []column.Field, f column.Field) ([]column.Field, int) {
	if i := indexOf(out, f.Name); i >= 0 {
		out[i] = f
		return out, i
	}
	return append(out, f), len(out)
}

func (b *binder) parseOp(s *scope, rel *relation, o *opParse) *relation {
	r := &row{scope: s, cols: rel.cols()}
	x := b.scalar(r, o.x)
	if x == nil {
		return nil
	}
	x = b.cast(x, column.String, false)
	if o.kind != "" && o.kind != "simple" && o.kind != "regex" && o.kind != "relaxed" {
		b.errorf(o.span, "unknown kind of parse '%s': simple, regex or relaxed", o.kind)
		return nil
	}
	switch {
	case o.kind == "relaxed" && o.where:
		b.errorf(o.span, "parse-where has no relaxed kind: a row whose columns do not convert is left out")
		return nil
	case o.flags != "" && o.kind != "regex":
		b.errorf(o.span, "flags are of parse kind=regex alone")
		return nil
	}
	p := &pattern{strict: o.kind != "relaxed"}
	if !b.patternParts(o, p) {
		return nil
	}
	n := &plan.Extract{Input: rel.node, Text: x, Pattern: p, Only: o.where}
	out := append([]column.Field{}, rel.cols()...)
	for i, name := range p.names {
		var at int
		out, at = target(out, column.Field{Name: name, Type: p.types[i]})
		n.Outs = append(n.Outs, at)
	}
	n.Out, n.At = out, o.span
	return &relation{node: n, ordered: rel.ordered, name: rel.name}
}

// patternParts makes the regular expression of a parse. Without a star before or after them, the pattern's ends are
// anchored at the start only; a column runs to the next text, and the last one to the end.
func (b *binder) patternParts(o *opParse, p *pattern) bool {
	var re strings.Builder
	flags := ""
	if o.kind != "regex" {
		flags = "s"
	}
	for _, f := range o.flags {
		switch f {
		case 'i', 'm', 's', 'U':
			flags += string(f)
		default:
			b.errorf(o.span, "unknown flag '%c' of parse", f)
			return false
		}
	}
	if flags != "" {
		re.WriteString("(?" + flags + ")")
	}
	re.WriteString("^")
	regex := o.kind == "regex"
	rest := ".*?"
	if regex {
		rest = ".*"
	}
	group := 1
	for i, part := range o.parts {
		before := parsePart{}
		if i > 0 {
			before = o.parts[i-1]
		}
		switch {
		case part.star:
			if before.star || before.column != "" && before.typ == column.String {
				b.errorf(part.span, "a star after a string column leaves open where the column ends")
				return false
			}
			re.WriteString(rest)
		case part.text != nil:
			text := *part.text
			if text == "" {
				b.errorf(part.span, "an empty text separates nothing: write what stands there, or leave it out")
				return false
			}
			if !regex {
				text = regexp.QuoteMeta(text)
			} else if err := function.CheckRegex(text); err != nil {
				b.errorf(part.span, "the regular expression cannot be read: %v", err)
				return false
			}
			if regex {
				group += function.RegexGroups(text)
			}
			re.WriteString("(?:" + text + ")")
		default:
			if before.column != "" {
				b.errorf(part.span, "a column must follow a string").WithHint("write the text that stands between the columns")
				return false
			}
			p.names = append(p.names, part.column)
			p.types = append(p.types, part.typ)
			p.groups = append(p.groups, group)
			group++
			beforeStar := i+1 < len(o.parts) && o.parts[i+1].star
			shape := columnRegex(part.typ, regex, beforeStar)
			if !regex && beforeStar && i+2 == len(o.parts) {
				shape = "(?:" + shape + ")?" // the star at the end takes what does not look like a value too
			}
			re.WriteString("(" + shape + ")")
		}
	}
	last := o.parts[len(o.parts)-1]
	if !last.star && (!regex || last.column != "" && last.typ == column.String) {
		re.WriteString("$")
	}
	compiled, err := regexp.Compile(re.String())
	if err != nil {
		b.errorf(o.span, "the pattern cannot be read: %v", err)
		return false
	}
	p.re = compiled
	seen := map[string]bool{}
	for _, n := range p.names {
		if seen[n] {
			b.errorf(o.span, "a column '%s' is already given here", n)
			return false
		}
		seen[n] = true
	}
	return true
}

// columnRegex is what a column of a type takes: all up to what comes next or, where that is a star, what looks like a value.
func columnRegex(t column.Type, regex, beforeStar bool) string {
	if !beforeStar && !regex {
		return ".*?"
	}
	switch t {
	case column.Int, column.Long:
		return `\s*[-+]?\d+`
	case column.Double, column.Decimal:
		if regex {
			return `\s*[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?`
		}
		return `\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`
	case column.Bool:
		if regex {
			return `(?i:true|false)`
		}
	}
	if regex {
		return ".*"
	}
	return `\s*\S+`
}

// pattern is what parse reads columns with.
type pattern struct {
	re     *regexp.Regexp
	names  []string
	types  []column.Type
	groups []int // of the regular expression, for each column
	strict bool  // a column that does not convert makes the whole row fail
}

// Extract reads the columns out of a text.
func (p *pattern) Extract(text string) ([]any, bool, error) {
	values := make([]any, len(p.names))
	blank := func() {
		for i, t := range p.types {
			values[i] = nil
			if t == column.String {
				values[i] = ""
			}
		}
	}
	m := p.re.FindStringSubmatchIndex(text)
	if m == nil {
		blank()
		return values, false, nil
	}
	for i, t := range p.types {
		s := ""
		if g := 2 * p.groups[i]; m[g] >= 0 {
			s = text[m[g]:m[g+1]]
		}
		values[i] = function.FromText(t, s)
		if values[i] == nil && p.strict {
			blank()
			return values, false, nil
		}
	}
	return values, true, nil
}

// pairs is what parse-kv reads columns with.
type pairs struct {
	names  []string
	types  []column.Type
	pair   string // between pairs; "" for any of white space
	kv     string // between key and value
	quote  []rune // opens and closes a quoted value
	escape rune
	greedy bool
	loose  bool // no delimiters are known
	re     *regexp.Regexp
}

func (b *binder) parseKv(s *scope, rel *relation, o *opParseKv) *relation {
	x := b.scalar(&row{scope: s, cols: rel.cols()}, o.x)
	if x == nil {
		return nil
	}
	x = b.cast(x, column.String, false)
	p := &pairs{pair: " ", kv: "=", loose: true}
	for _, opt := range o.options {
		v := b.scalar(&row{scope: s, constant: true}, opt.value)
		if v == nil {
			return nil
		}
		value, _ := constant(v)
		text, isText := value.(string)
		switch {
		case opt.name == "pair_delimiter" && isText:
			p.pair, p.loose = text, false
		case opt.name == "kv_delimiter" && isText && text != "":
			p.kv, p.loose = text, false
		case opt.name == "quote" && isText:
			p.quote = []rune(text)
		case opt.name == "escape" && isText && len([]rune(text)) == 1:
			p.escape = []rune(text)[0]
		case opt.name == "greedy":
			p.greedy, _ = value.(bool)
		case opt.name == "regex" && isText:
			re, err := regexp.Compile("(?s)" + text)
			if err != nil || re.NumSubexp() < 2 {
				b.errorf(opt.value.place(), "parse-kv wants a regular expression with a group for the key and one for the value")
				return nil
			}
			p.re = re
		default:
			nearest(b.errorf(opt.at, "unknown option '%s' of parse-kv", opt.name), opt.name, []string{"pair_delimiter", "kv_delimiter", "quote", "escape", "greedy", "regex"})
			return nil
		}
	}
	n := &plan.Extract{Input: rel.node, Text: x, Pattern: p}
	out := append([]column.Field{}, rel.cols()...)
	for _, c := range o.columns {
		if c.tabular || c.anything {
			b.errorf(c.at, "expected a column and its type")
			return nil
		}
		var at int
		out, at = target(out, column.Field{Name: c.name, Type: c.typ})
		n.Outs = append(n.Outs, at)
		p.names, p.types = append(p.names, c.name), append(p.types, c.typ)
	}
	n.Out, n.At = out, o.span
	return &relation{node: n, ordered: rel.ordered, name: rel.name}
}

// Extract reads the columns out of a text: the first value of each key.
func (p *pairs) Extract(text string) ([]any, bool, error) {
	found := map[string]string{}
	switch {
	case p.re == nil && p.loose:
		p.words(text, found)
	case p.re != nil:
		for _, m := range p.re.FindAllStringSubmatch(text, -1) {
			note(found, m[1], m[2])
		}
	default:
		p.scan(text, found)
	}
	values := make([]any, len(p.names))
	for i, n := range p.names {
		if p.types[i] == column.String {
			values[i] = found[n]
			continue
		}
		if s, ok := found[n]; ok {
			values[i] = function.FromText(p.types[i], s)
		}
	}
	return values, true, nil
}

func note(found map[string]string, key, value string) {
	if _, ok := found[key]; !ok {
		found[key] = value
	}
}
