package event

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"

	"casebook/engine/column"
)

// Dynamics reads the texts of dynamic columns when somebody asks for them. As long as a column is kept, rule after rule
// asks for the same properties: from the second time on they are remembered.
type Dynamics struct {
	mu    sync.Mutex
	known map[string]*properties // by key
}

// properties are the values of one key.
type properties struct {
	first  column.Raw // the text that was asked first; once it comes again, so will the others
	values map[column.Raw]any
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
	p := d.known[key]
	switch {
	case p == nil:
		if d.known == nil {
			d.known = map[string]*properties{}
		}
		d.known[key] = &properties{first: text}
		return property(text, key)
	case p.values == nil && text != p.first:
		return property(text, key)
	case p.values == nil:
		p.values = map[column.Raw]any{}
	}
	value, ok := p.values[text]
	if !ok {
		value = property(text, key)
		p.values[text] = value
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
