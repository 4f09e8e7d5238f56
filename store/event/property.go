package event

import (
	"strings"

	"casebook/engine/column"
)

// Dynamics reads the texts of dynamic columns when somebody asks for them.
type Dynamics struct{}

// Value is the whole tree.
func (Dynamics) Value(text column.Raw) any {
	tree, _ := Tree([]byte(text))
	return tree
}

// Property is one property of an object, of which nothing else is made. The last of equal keys counts, as in a tree.
func (Dynamics) Property(text column.Raw, key string) any {
	if !strings.Contains(string(text), key) && strings.IndexByte(string(text), '\\') < 0 {
		return nil
	}
	s := scanner{b: []byte(text)}
	if s.peek() != '{' {
		return nil
	}
	var value any
	for at := s.enter(0); s.next('}', &at); {
		s.key(&at)
		if s.fault != "" {
			return nil
		}
		if name := s.b[s.from:s.to]; string(name) == key || string(appendText(nil, name)) == key {
			value = s.tree(1)
		} else {
			s.value(1)
		}
	}
	if s.fault != "" || s.peek() != 0 || s.i < len(s.b) {
		return nil
	}
	return value
}
