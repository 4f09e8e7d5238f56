package function

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"casebook/engine/column"
)

// deepestJSON is how deep a JSON text may nest: deeper ones are read as text.
const deepestJSON = 200

var errJSON = errors.New("no JSON")

// parseJSONOrText is what parse_json makes of a text: its value or, where it is no JSON, the text itself.
func parseJSONOrText(s string) any {
	if x, err := parseJSON(s); err == nil {
		return x
	}
	return s
}

// parseJSON reads a JSON text; numbers that are whole are int64 where they fit.
func parseJSON(s string) (any, error) {
	p := &jsonReader{s: s}
	x, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(s) {
		return nil, errJSON
	}
	return x, nil
}

type jsonReader struct {
	s  string
	at int
}

func (p *jsonReader) space() {
	for p.at < len(p.s) && (p.s[p.at] == ' ' || p.s[p.at] == '\t' || p.s[p.at] == '\n' || p.s[p.at] == '\r') {
		p.at++
	}
}

func (p *jsonReader) take(c byte) bool {
	p.space()
	if p.at < len(p.s) && p.s[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *jsonReader) value(depth int) (any, error) {
	if depth > deepestJSON {
		return nil, errJSON
	}
	p.space()
	if p.at >= len(p.s) {
		return nil, errJSON
	}
	rest := p.s[p.at:]
	switch c := rest[0]; {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		return p.text()
	case strings.HasPrefix(rest, "true"):
		p.at += 4
		return true, nil
	case strings.HasPrefix(rest, "false"):
		p.at += 5
		return false, nil
	case strings.HasPrefix(rest, "null"):
		p.at += 4
		return nil, nil
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return nil, errJSON
}

func (p *jsonReader) object(depth int) (any, error) {
	p.at++
	o := column.NewObject()
	if p.take('}') {
		return o, nil
	}
	for {
		p.space()
		if p.at >= len(p.s) || p.s[p.at] != '"' {
			return nil, errJSON
		}
		k, err := p.text()
		if err != nil || !p.take(':') {
			return nil, errJSON
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.Set(k, v)
		if p.take('}') {
			return o, nil
		}
		if !p.take(',') {
			return nil, errJSON
		}
	}
}

func (p *jsonReader) array(depth int) (any, error) {
	p.at++
	elementsOf := []any{}
	if p.take(']') {
		return elementsOf, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		elementsOf = append(elementsOf, v)
		if p.take(']') {
			return elementsOf, nil
		}
		if !p.take(',') {
			return nil, errJSON
		}
	}
}

func (p *jsonReader) text() (string, error) {
	p.at++
	start := p.at
	for p.at < len(p.s) && p.s[p.at] != '"' && p.s[p.at] != '\\' {
		p.at++
	}
	if p.at < len(p.s) && p.s[p.at] == '"' {
		p.at++
		return p.s[start : p.at-1], nil
	}
	b := []byte(p.s[start:p.at])
	for p.at < len(p.s) {
		c := p.s[p.at]
		p.at++
		switch c {
		case '"':
			return string(b), nil
		case '\\':
			if p.at >= len(p.s) {
				return "", errJSON
			}
			e := p.s[p.at]
			p.at++
			if i := strings.IndexByte(`"\/bfnrt`, e); i >= 0 {
				b = append(b, "\"\\/\b\f\n\r\t"[i])
				continue
			}
			r, ok := p.unicode(e)
			if !ok {
				return "", errJSON
			}
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, c)
		}
	}
	return "", errJSON
}

func (p *jsonReader) unicode(e byte) (rune, bool) {
	r, ok := p.hex(e)
	if !ok {
		return 0, false
	}
	if r >= 0xd800 && r < 0xdc00 && strings.HasPrefix(p.s[p.at:], `\u`) {
		p.at += 2
		low, ok := p.hex('u')
		if !ok {
			return 0, false
		}
		r = 0x10000 + (r-0xd800)<<10 + (low - 0xdc00)
	}
	return r, true
}

func (p *jsonReader) hex(e byte) (rune, bool) {
	if e != 'u' || p.at+4 > len(p.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.s[p.at:p.at+4], 16, 32)
	p.at += 4
	return rune(n), err == nil
}

func (p *jsonReader) number() (any, error) {
	start := p.at
	for p.at < len(p.s) && strings.IndexByte("+-0123456789.eE", p.s[p.at]) >= 0 {
		p.at++
	}
	figures := p.s[start:p.at]
	if n, err := strconv.ParseInt(figures, 10, 64); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(figures, 64)
	if err != nil {
		return nil, errJSON
	}
	return f, nil
}
