package kql

import (
	"strings"
	"unicode"
)

// words finds the values of keys in a text without known delimiters: the run of letters and figures after each key.
func (p *pairs) words(text string, found map[string]string) {
	term := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
	for _, name := range p.names {
		for at := 0; at < len(text); {
			i := strings.Index(text[at:], name)
			if i < 0 {
				break
			}
			from, to := at+i, at+i+len(name)
			at = to
			before := strings.TrimRightFunc(text[:from], term)
			rest := text[to:]
			if len(before) != from || rest == "" || strings.IndexFunc(rest, term) == 0 {
				continue
			}
			for rest != "" {
				if v, _, ok := p.quoted(rest); ok {
					note(found, name, v)
					break
				}
				if n := strings.IndexFunc(rest, func(r rune) bool { return !term(r) }); n != 0 {
					if n < 0 {
						n = len(rest)
					}
					note(found, name, rest[:n])
					break
				}
				rest = strings.TrimPrefix(rest, string([]rune(rest)[0]))
			}
			break
		}
	}
}

// scan finds key and value pairs: a key runs to the key's delimiter, a value to the pair's delimiter, or between quotes. A
// greedy value runs to the last pair's delimiter before the next key.
func (p *pairs) scan(text string, found map[string]string) {
	rest := text
	for rest != "" {
		rest = p.skip(rest)
		if key, after, ok := p.quoted(rest); ok && strings.HasPrefix(after, p.kv) {
			var value string
			value, rest = p.value(after[len(p.kv):])
			note(found, key, value)
			continue
		}
		i := strings.Index(rest, p.kv)
		if i < 0 {
			return
		}
		key := rest[:i]
		if p.pair != "" {
			// A piece without the key's delimiter is no pair.
			if k := strings.LastIndex(key, p.pair); k >= 0 {
				key = key[k+len(p.pair):]
			}
		}
		rest = rest[i+len(p.kv):]
		var value string
		value, rest = p.value(rest)
		note(found, p.unquoted(strings.TrimSpace(key)), value)
	}
}

func (p *pairs) skip(s string) string {
	if p.pair == "" {
		return s
	}
	for strings.HasPrefix(s, p.pair) {
		s = s[len(p.pair):]
	}
	return s
}

// value takes a value off the text, without the white space around it, and gives what is left.
func (p *pairs) value(s string) (value, rest string) {
	if strings.TrimSpace(p.pair) != "" {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
	}
	if v, r, ok := p.quoted(s); ok {
		return v, r
	}
	value, rest = p.plain(s)
	return strings.TrimSpace(value), rest
}

// plain takes a value without quotes off the text.
func (p *pairs) plain(s string) (value, rest string) {
	if p.pair == "" {
		return s, ""
	}
	if p.greedy {
		if next := strings.Index(s, p.kv); next >= 0 {
			if k := strings.LastIndex(s[:next], p.pair); k >= 0 {
				return s[:k], s[k+len(p.pair):]
			}
		}
		return s, ""
	}
	if k := strings.Index(s, p.pair); k >= 0 {
		return s[:k], s[k+len(p.pair):]
	}
	return s, ""
}

// quoted takes a value in quotes off the text.
func (p *pairs) quoted(s string) (value, rest string, ok bool) {
	if len(p.quote) == 0 {
		return "", s, false
	}
	open, shut := p.quote[0], p.quote[len(p.quote)-1]
	runes := []rune(s)
	if len(runes) == 0 || runes[0] != open {
		return "", s, false
	}
	var b strings.Builder
	for i := 1; i < len(runes); i++ {
		switch {
		case p.escape != 0 && runes[i] == p.escape && i+1 < len(runes):
			i++
			b.WriteRune(runes[i])
		case runes[i] == shut:
			return b.String(), string(runes[i+1:]), true
		default:
			b.WriteRune(runes[i])
		}
	}
	return "", s, false
}

func (p *pairs) unquoted(key string) string {
	if v, rest, ok := p.quoted(key); ok && rest == "" {
		return v
	}
	return key
}
