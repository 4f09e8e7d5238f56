package event

import (
	"slices"
	"strings"
	"unicode/utf8"

	"casebook/engine/column"
)

// The tree of a record is made only when somebody wants a field that has no column: nil, bool, int64, float64, string, []any
// and *column.Object, as dynamic values are. Whole numbers beyond 64 bits become doubles.

// Tree reads a JSON text. ok is false when it is not one.
func Tree(text []byte) (value any, ok bool) {
	s := scanner{b: text}
	value = s.tree(0)
	if s.fault != "" || s.peek() != 0 || s.i < len(s.b) {
		return nil, false
	}
	return value, true
}

func (s *scanner) tree(depth int) any {
	switch c := s.peek(); {
	case c == '"':
		s.i++
		s.str()
		if s.fault != "" {
			return nil
		}
		return string(appendText(nil, s.b[s.from:s.to]))
	case c == '{':
		object := column.NewObject()
		for at := s.enter(depth); s.next('}', &at); {
			s.key(&at)
			if s.fault != "" {
				break
			}
			key := string(appendText(nil, s.b[s.from:s.to]))
			object.Set(key, s.tree(depth+1))
		}
		return object
	case c == '[':
		list := []any{}
		for at := s.enter(depth); s.next(']', &at); at.n++ {
			list = append(list, s.tree(depth+1))
		}
		return list
	case c == '-' || c >= '0' && c <= '9':
		s.number()
		if s.fault != "" {
			return nil
		}
		token := s.b[s.from:s.to]
		if n, ok := whole(token); ok && !strings.ContainsAny(string(token), ".eE") {
			return n
		}
		return float(token)
	case c == 't':
		s.word("true")
		return true
	case c == 'f':
		s.word("false")
		return false
	}
	s.value(depth) // null, or what is wrong
	return nil
}

// appendText unescapes a text whose escapes have been checked. What UTF-8 cannot hold becomes U+FFFD, one for each byte
// or half pair.
func appendText(to, b []byte) []byte {
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case c != '\\' && c < utf8.RuneSelf:
			j := i + 1
			for j < len(b) && b[j] != '\\' && b[j] < utf8.RuneSelf {
				j++
			}
			to = append(to, b[i:j]...)
			i = j
		case c != '\\':
			r, n := utf8.DecodeRune(b[i:])
			to = utf8.AppendRune(to, r)
			i += n
		case b[i+1] == 'u':
			u, _ := hex4(b[i+2 : i+6])
			i += 6
			if u >= 0xd800 && u < 0xdc00 && i+6 <= len(b) && b[i] == '\\' && b[i+1] == 'u' {
				if low, ok := hex4(b[i+2 : i+6]); ok && low >= 0xdc00 && low <= 0xdfff {
					u = 0x10000 + (u-0xd800)<<10 + (low - 0xdc00)
					i += 6
				}
			}
			to = utf8.AppendRune(to, u)
		default:
			to = append(to, unescape[b[i+1]])
			i += 2
		}
	}
	return to
}

var unescape = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// plain writes a tree again as Elastic's integration does: keys in order, nothing between them, texts not escaped (so
// that the result need not be JSON).
func plain(to []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(to, "null"...)
	case string:
		to = append(to, '"')
		to = append(to, v...)
		return append(to, '"')
	case []any:
		to = append(to, '[')
		for i, x := range v {
			if i > 0 {
				to = append(to, ',')
			}
			to = plain(to, x)
		}
		return append(to, ']')
	case *column.Object:
		keys := slices.Clone(v.Keys)
		slices.SortFunc(keys, compareUTF16)
		to = append(to, '{')
		for i, k := range keys {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(append(append(to, '"'), k...), `":`...)
			to = plain(to, v.Value(k))
		}
		return append(to, '}')
	}
	return appendScalar(to, value)
}

// compareUTF16 orders texts as Java does: by UTF-16 units, in which characters beyond U+FFFF come before U+E000.
func compareUTF16(a, b string) int {
	for a != "" && b != "" {
		r, n := utf8.DecodeRuneInString(a)
		q, m := utf8.DecodeRuneInString(b)
		if r != q {
			if (r >= 0x10000) != (q >= 0x10000) && min(r, q) >= 0xe000 {
				return int(q - r)
			}
			return int(r - q)
		}
		a, b = a[n:], b[m:]
	}
	return len(a) - len(b)
}

// units is a text's length in UTF-16.
func units(s []byte) int {
	n := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		i += size
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}
