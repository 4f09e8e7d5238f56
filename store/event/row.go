package event

import (
	"bytes"
	"unsafe"
)

// row is a record's top level: each key with the place of its value. The record has been checked throughout when a row has
// been read, so that what is then read of it cannot fail.
type row struct {
	b       []byte
	members []member
	values  []Value // scratch for Event.Values
}

type member struct {
	key      []byte
	from, to int
}

// read passes over an object.
func (r *row) read(s *scanner) {
	r.b, r.members = s.b, r.members[:0]
	for at := s.enter(0); s.next('}', &at); {
		s.key(&at)
		if s.fault != "" {
			return
		}
		key := s.lastKey()
		from := s.peekAt()
		s.value(1)
		r.members = append(r.members, member{key, from, s.i})
	}
}

// get is the value of a key: the last one, where there are several; nil when there is none or it is null.
func (r *row) get(key string) []byte {
	for i := len(r.members) - 1; i >= 0; i-- {
		m := &r.members[i]
		if string(m.key) == key {
			if v := r.b[m.from:m.to]; v[0] != 'n' {
				return v
			}
			return nil
		}
	}
	return nil
}

func (r *row) has(keys ...string) bool {
	for _, k := range keys {
		if r.get(k) == nil {
			return false
		}
	}
	return true
}

// is tells whether a key's value is this text.
func (r *row) is(key, text string) bool {
	v := r.get(key)
	return len(v) == len(text)+2 && v[0] == '"' && string(v[1:len(v)-1]) == text
}

// inner is the value below a path of keys in an object that has been checked; nil when there is none.
func inner(v []byte, path ...string) []byte {
	for _, key := range path {
		if len(v) == 0 || v[0] != '{' {
			return nil
		}
		s := scanner{b: v, checked: true}
		var found []byte
		members(&s, func(k []byte) {
			hit := string(k) == key
			from := s.peekAt()
			s.value(1)
			if hit {
				found = s.b[from:s.i]
			}
		})
		v = found
	}
	if len(v) > 0 && v[0] == 'n' {
		return nil
	}
	return v
}

// The ways to read a value of a row. The row has been checked, so a value is a value; what it is may still surprise.

// textOf is a text, as a view of the record where it can be one. Numbers and words are taken as they are written.
func (d *Decoder) textOf(v []byte) string {
	switch {
	case len(v) == 0:
		return ""
	case v[0] == '"':
		s := &d.scanner
		at := scanner{b: v[1 : len(v)-1]}
		at.from, at.to = 0, len(at.b)
		at.escaped = bytes.IndexByte(at.b, '\\') >= 0
		at.flags, at.arena = s.flags, s.arena
		text := at.last()
		s.arena = at.arena
		return text
	case v[0] == '{' || v[0] == '[':
		d.scanner.flags |= WrongType
		return ""
	}
	return unsafe.String(&v[0], len(v))
}

// countOf is a whole number.
func (d *Decoder) countOf(v []byte) Opt {
	if len(v) == 0 {
		return Opt{}
	}
	s := scanner{b: v}
	n := s.count(0)
	d.scanner.flags |= s.flags
	return n
}

// cellOf is a whole number of a table's row, where every number may come as a text.
func (d *Decoder) cellOf(v []byte) Opt {
	if len(v) == 2 && v[0] == '"' {
		return Opt{}
	}
	flags := d.scanner.flags & NumberAsText
	n := d.countOf(v)
	d.scanner.flags = d.scanner.flags&^NumberAsText | flags
	return n
}

// jsonOf is a dynamic's JSON text. A text that is itself an object or a list is what it says.
func (d *Decoder) jsonOf(v []byte) string {
	if len(v) == 0 || string(v) == `""` {
		return ""
	}
	if v[0] == '"' {
		inside := d.textOf(v)
		if inside[0] == '{' || inside[0] == '[' {
			s := scanner{b: []byte(inside)}
			if s.value(0); s.fault == "" && s.peek() == 0 && s.i == len(s.b) {
				d.scanner.flags |= s.flags & (DuplicateKeys | TrailingComma)
				return inside
			}
		}
	}
	return unsafe.String(&v[0], len(v))
}

// momentOf gives an event its time from a text or a count since 1970.
func (d *Decoder) momentOf(e *Event, v []byte) {
	if len(v) > 0 && (v[0] == '-' || v[0]-'0' < 10) {
		if ns, ok := epoch(v); ok {
			e.Time, e.Dated = ns, true
			return
		}
		d.scanner.flags |= BadTime
		return
	}
	d.time(e, d.textOf(v))
}

// first is the value of the first of several keys that there is.
func (r *row) first(keys ...string) []byte {
	for _, k := range keys {
		if v := r.get(k); v != nil {
			return v
		}
	}
	return nil
}

// number gives an event a small whole number, if there is one.
func (d *Decoder) number(e *Event, field int, n Opt) {
	if n.Set {
		e.Values = append(e.Values, Value{Field: field, Int: n.Int})
	}
}

// word gives an event a small text, if there is one.
func (d *Decoder) word(e *Event, field int, text string) {
	if text != "" {
		d.many(e, field, text)
	}
}

// json gives an event a small dynamic, if there is one.
func (d *Decoder) json(e *Event, field int, text string) {
	if text != "" {
		e.Values = append(e.Values, Value{Field: field, Text: text})
	}
}
