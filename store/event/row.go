package event

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
		s := scanner{b: v}
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
