package event

import (
	"bytes"
	"encoding/binary"
)

// value passes over any value and gives its length written compactly.
func (s *scanner) value(depth int) int {
	switch c := s.peek(); {
	case c == '"':
		s.i++
		return s.str() + 2
	case c == '{':
		return s.object(depth)
	case c == '[':
		return s.array(depth)
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == 'n':
		return s.word("null")
	case s.i >= len(s.b):
		s.short("a record")
	default:
		s.fail("a value was wanted")
	}
	return 0
}

func (s *scanner) word(w string) int {
	if len(s.b)-s.i < len(w) {
		if string(s.b[s.i:]) == w[:len(s.b)-s.i] {
			s.short("a word")
			return 0
		}
	} else if string(s.b[s.i:s.i+len(w)]) == w {
		s.i += len(w)
		return len(w)
	}
	s.fail("a value was wanted")
	return 0
}

func (s *scanner) object(depth int) int {
	size := 2
	for at := s.enter(depth); s.next('}', &at); {
		size += s.key(&at) + 3 + s.value(depth+1) + 1
	}
	if size > 2 {
		size--
	}
	return size
}

func (s *scanner) array(depth int) int {
	size := 2
	for at := s.enter(depth); s.next(']', &at); {
		size += s.value(depth+1) + 1
		at.n++
	}
	if size > 2 {
		size--
	}
	return size
}

// cursor is where the reading of an object or an array stands.
type cursor struct {
	n    int // members so far
	base int // in scanner.keys: where this object's keys begin
	seen map[uint64][]int
}

// enter begins an object or an array, on its opening bracket.
func (s *scanner) enter(depth int) cursor {
	if depth >= maxDepth {
		s.fail("nested deeper than 256")
	}
	s.i++
	return cursor{base: len(s.keys)}
}

// next stands before the next member, or passes the closing bracket and tells that there is none.
func (s *scanner) next(end byte, at *cursor) bool {
	c := s.peek()
	if c == end {
		s.i++
		s.keys = s.keys[:at.base]
		return false
	}
	if at.n > 0 {
		if c != ',' {
			if s.i >= len(s.b) {
				s.short(inside(end))
			} else {
				s.fail("a comma or " + string(rune(end)) + " was wanted")
			}
			s.keys = s.keys[:min(at.base, len(s.keys))]
			return false
		}
		s.i++
		if s.peek() == end {
			s.flags |= TrailingComma
			s.i++
			s.keys = s.keys[:at.base]
			return false
		}
	}
	if s.i >= len(s.b) {
		s.short(inside(end))
		s.keys = s.keys[:min(at.base, len(s.keys))]
		return false
	}
	return true
}

func inside(end byte) string {
	if end == '}' {
		return "an object"
	}
	return "an array"
}

// key reads a member's key and the colon, and gives the key's length without quotes.
func (s *scanner) key(at *cursor) int {
	if s.b[s.i] != '"' {
		s.fail("a key in double quotes was wanted")
		return 0
	}
	s.i++
	n := s.str()
	if s.fault != "" {
		return 0
	}
	from, to, escaped := s.from, s.to, s.escaped
	if s.i < len(s.b) && s.b[s.i] == ':' {
		s.i++
	} else if c := s.peek(); c == ':' {
		s.i++
	} else {
		if s.i >= len(s.b) {
			s.short("an object")
		} else {
			s.fail("a colon was wanted")
		}
		return 0
	}
	at.n++
	if at.n > maxKeys {
		s.fail("an object of more than 10,000 keys")
		return 0
	}
	if !s.checked {
		s.mark(at, from, to, escaped)
	}
	s.from, s.to, s.escaped = from, to, escaped
	return n
}

// mark notes a key of the object being read, and flags the record when the key was there before.
func (s *scanner) mark(at *cursor, from, to int, escaped bool) {
	k := s.b[from:to]
	if escaped {
		k = appendText(nil, k)
	}
	h := keyHash(k)
	if at.n <= 32 {
		for i := at.base; i < len(s.keys); i++ {
			if s.keys[i].hash == h && s.same(i, k) {
				s.flags |= DuplicateKeys
				return
			}
		}
	} else {
		if at.seen == nil {
			at.seen = make(map[uint64][]int, 64)
			for i := at.base; i < len(s.keys); i++ {
				at.seen[s.keys[i].hash] = append(at.seen[s.keys[i].hash], i)
			}
		}
		for _, i := range at.seen[h] {
			if s.same(i, k) {
				s.flags |= DuplicateKeys
				return
			}
		}
		if len(at.seen[h]) < 8 { // keys made to collide are not worth more
			at.seen[h] = append(at.seen[h], len(s.keys))
		}
	}
	s.keys = append(s.keys, keyMark{h, from, to, escaped})
}

func (s *scanner) same(i int, key []byte) bool {
	m := &s.keys[i]
	if m.escaped {
		return bytes.Equal(appendText(nil, s.b[m.from:m.to]), key)
	}
	return bytes.Equal(s.b[m.from:m.to], key)
}

// keyHash tells keys apart cheaply: by length, beginning and end.
func keyHash(k []byte) uint64 {
	h := uint64(len(k)) * 0x9e3779b97f4a7c15
	if len(k) >= 8 {
		return h ^ binary.LittleEndian.Uint64(k) ^ binary.LittleEndian.Uint64(k[len(k)-8:])*0xff51afd7ed558ccd
	}
	var w uint64
	for _, c := range k {
		w = w<<8 | uint64(c)
	}
	return h ^ w
}
