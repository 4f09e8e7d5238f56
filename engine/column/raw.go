package column

// Raw is a dynamic value that nobody has read yet: the JSON text of one. A source may give those, since most queries ask a
// large object for one property, which takes a fraction of making the whole tree.
type Raw string

// JSON reads the values of texts. Both give nil where there is none.
type JSON interface {
	Value(text Raw) any
	Property(text Raw, key string) any
}

// Read is the vector with all its texts read.
func (v *Vector) Read() *Vector {
	if v.JSON == nil {
		return v
	}
	return v.readBy(v.JSON.Value)
}

// Property is a property of each row of a vector that has texts.
func (v *Vector) Property(key string) *Vector {
	of := func(x Raw) any { return v.JSON.Property(x, key) }
	p := v.readBy(of)
	for i, x := range v.Anys {
		if _, raw := x.(Raw); raw {
			continue
		}
		p.Anys[i] = nil
		if o, ok := x.(*Object); ok {
			p.Anys[i] = o.Values[key]
		}
		p.setNull(i)
	}
	return p
}

// readBy reads each different text once.
func (v *Vector) readBy(read func(Raw) any) *Vector {
	r := *v
	r.JSON, r.Const = nil, false
	r.Anys = make([]any, len(v.Anys))
	r.Nulls = append(Bitmap(nil), v.Nulls...)
	known := map[Raw]any{}
	for i, x := range v.Anys {
		text, raw := x.(Raw)
		if raw {
			value, ok := known[text]
			if !ok {
				value = read(text)
				known[text] = value
			}
			x = value
		}
		r.Anys[i] = x
		r.setNull(i)
	}
	return &r
}

// setNull makes row i null where it has no value.
func (v *Vector) setNull(i int) {
	if v.Anys[i] == nil {
		if len(v.Nulls) == 0 {
			v.Nulls = NewBitmap(v.Len)
		}
		v.Nulls.Set(i)
	}
}
