package esql

import (
	"strings"

	"casebook/engine/column"
	"casebook/engine/syntax"
)

// Names, patterns of names, and texts.

func (p *parser) stringLiteral(what string) *literal {
	t := p.peek()
	switch t.kind {
	case text:
		p.at++
		return &literal{place: place{t.at}, value: oneString(unquote(t.text))}
	case param:
		if l, ok := p.param().(*parameter); ok {
			if v := p.params[l.name]; v != nil && v.Type == column.String && v.Len == 1 && !v.IsNull(0) {
				return &literal{place: l.place, value: v}
			}
			p.fail(l.at, "expected a text in the parameter ?%s", l.name)
			return nil
		}
	}
	switch before := p.tokens[max(p.at-1, 0)]; {
	case !strings.HasPrefix(what, "the pattern"):
		p.expected(what + ", a string")
	case t.is(","):
		p.hint("the column and the pattern stand next to one another", what+", a string")
	case before.kind == text:
		p.hint("the column stands before the pattern", what+", a string")
	default:
		p.hint(`patterns are written in quotes: "%{a} %{b}"`, what+", a string")
	}
	return nil
}

// name reads a qualified name: identifiers with dots between them.
func (p *parser) name() name {
	start := p.here()
	var parts []string
	for {
		part, ok := p.identifier()
		if t := p.peek(); !ok && t.kind == text && len(parts) > 0 {
			p.hint("texts are joined by CONCAT(a, b)", "a column name")
			return name{}
		} else if !ok {
			p.expected("a column name")
			return name{}
		}
		parts = append(parts, part)
		if !p.accept(".") {
			break
		}
	}
	return name{p.since(start), strings.Join(parts, ".")}
}

// newName reads the name that a value is given; words of the language are names in backticks only.
func (p *parser) newName() name {
	t := p.peek()
	if t.kind == word && reserved[strings.ToLower(t.text)] {
		_ = p.fail(t.at, "%s is a word of the language", t.text).WithHint("as a name it is written `%s`", t.text)
	}
	return p.name()
}

func (p *parser) identifier() (string, bool) {
	switch t := p.peek(); t.kind {
	case word:
		p.at++
		return t.text, true
	case quoted:
		p.at++
		return unbacktick(t.text), true
	case doubled:
		p.at++
		name := strings.TrimLeft(t.text, "?")
		if v := p.params[name]; v != nil && v.Type == column.String && v.Len == 1 && !v.IsNull(0) {
			return v.Str(0), true
		}
		p.fail(t.at, "expected a name in the parameter %s", t.text)
	}
	return "", false
}

// pattern reads a name with asterisks.
func (p *parser) pattern() namePattern {
	start := p.here()
	pieces := []string{""}
	add := func(s string) { pieces[len(pieces)-1] += s }
	for {
		switch t := p.peek(); t.kind {
		case word, quoted, doubled:
			s, _ := p.identifier()
			add(s)
		case pattern:
			p.at++
			pieces = globPieces(pieces, t.text)
		default:
			p.expected("a column name")
			return namePattern{}
		}
		if !p.accept(".") {
			break
		}
		add(".")
	}
	return namePattern{p.since(start), pieces}
}

// globPieces splits a pattern token at its asterisks, those in backticks being text.
func globPieces(pieces []string, s string) []string {
	for i := 0; i < len(s); i++ {
		last := len(pieces) - 1
		switch s[i] {
		case '*':
			if last > 0 && pieces[last] == "" { // "**" is "*"
				continue
			}
			pieces = append(pieces, "")
		case '`':
			j := i + 1
			for j < len(s) && (s[j] != '`' || strings.HasPrefix(s[j:], "``")) {
				if s[j] == '`' {
					j++
				}
				j++
			}
			pieces[last] += unbacktick(s[i:min(j+1, len(s))])
			i = j
		default:
			pieces[last] += s[i : i+1]
		}
	}
	return pieces
}

// nearest is the known name closest to a misspelt one; a single letter is near to itself alone.
func nearest(name string, known []string) string {
	near := syntax.Nearest(name, known)
	if len(name) == 1 && !strings.EqualFold(name, near) {
		return ""
	}
	return near
}

func unbacktick(s string) string {
	s = strings.TrimPrefix(s, "`")
	s = strings.TrimSuffix(s, "`")
	return strings.ReplaceAll(s, "``", "`")
}

var escapes = strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r", `\"`, `"`, `\\`, `\`)

// unquote is the text of a string token.
func unquote(s string) string {
	if strings.HasPrefix(s, `"""`) && len(s) >= 6 {
		return s[3 : len(s)-3]
	}
	return escapes.Replace(strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`))
}

func oneString(s string) *column.Vector {
	b := column.NewBuilder(column.String, 1)
	b.Str(s)
	return b.Vector()
}
