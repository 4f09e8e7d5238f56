package event

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Property is one property of the object that a JSON text stands for, of which nothing else is made; nil where there is none. The
// last of equal keys counts, as in a tree.
func Property(text, key string) any {
	if !strings.Contains(text, key) && strings.IndexByte(text, '\\') < 0 {
		return nil
	}
	var value []byte
	if !properties(text, func(name, v []byte) {
		if isKey(name, key) {
			value = v
		}
	}) || value == nil {
		return nil
	}
	s := scanner{b: value}
	return s.tree(1)
}

// Properties calls f for each property of the object that a JSON text stands for, with its value as it is written. A text that is
// no object, or is broken, has none.
func Properties(text string, f func(key string, value []byte)) {
	var all [16][2][]byte
	list := all[:0]
	if properties(text, func(name, value []byte) { list = append(list, [2][]byte{name, value}) }) {
		for _, p := range list {
			f(string(appendText(nil, p[0])), p[1])
		}
	}
}

// properties goes through an object's names and values as they are written, and tells whether it was one to its end.
func properties(text string, f func(name, value []byte)) bool {
	s := scanner{b: []byte(text)}
	if s.peek() != '{' {
		return false
	}
	for at := s.enter(0); s.next('}', &at); {
		s.key(&at)
		if s.fault != "" {
			return false
		}
		name := s.b[s.from:s.to]
		from := s.peekAt()
		s.value(1)
		if s.fault == "" {
			f(name, s.b[from:s.i])
		}
	}
	return s.fault == "" && s.peek() == 0 && s.i >= len(s.b)
}

// isKey tells whether a name as it is written is a key.
func isKey(name []byte, key string) bool {
	if bytes.IndexByte(name, '\\') < 0 && utf8.Valid(name) {
		return string(name) == key
	}
	return string(appendText(nil, name)) == key
}
