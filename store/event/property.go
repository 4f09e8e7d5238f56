package event

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"

	"casebook/engine/column"
)

// Dynamics reads the texts of dynamic columns when somebody asks for them. It remembers properties, which a rule after the
// one that asked first asks for again, as long as the columns themselves are kept.
type Dynamics struct {
	mu    sync.Mutex
	known map[string]map[column.Raw]any // by key
}

// Value is the whole tree.
func (*Dynamics) Value(text column.Raw) any {
	tree, _ := Tree([]byte(text))
	return tree
}

// Property is one property of an object, of which nothing else is made. The last of equal keys counts, as in a tree.
func (d *Dynamics) Property(text column.Raw, key string) any {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := d.known[key]
	value, ok := known[text]
	if !ok {
		value = property(text, key)
		if known == nil {
			known = map[column.Raw]any{}
			if d.known == nil {
				d.known = map[string]map[column.Raw]any{}
			}
			d.known[key] = known
		}
		known[text] = value
	}
	return value
}

func property(text column.Raw, key string) any {
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
		if isKey(s.b[s.from:s.to], key) {
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

// isKey tells whether a name as it is written is a key.
func isKey(name []byte, key string) bool {
	if bytes.IndexByte(name, '\\') < 0 && utf8.Valid(name) {
		return string(name) == key
	}
	return string(appendText(nil, name)) == key
}
