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
	known := map[Raw]any{}
	return v.each(func(x any) any {
		text, raw := x.(Raw)
		if !raw {
			return x
		}
		value, ok := known[text]
		if !ok {
			value = v.JSON.Value(text)
			known[text] = value
		}
		return value
	})
}

// Property is a property of each row of a vector that has texts.
func (v *Vector) Property(key string) *Vector {
	return v.each(func(x any) any {
		switch x := x.(type) {
		case Raw:
			return v.JSON.Property(x, key)
		case *Object:
			return x.Values[key]
		}
		return nil
	})
}

// each is a vector of what a function makes of each value.
func (v *Vector) each(f func(any) any) *Vector {
	r := *v
	r.JSON, r.Const = nil, false
	r.Anys = make([]any, len(v.Anys))
	r.Nulls = append(Bitmap(nil), v.Nulls...)
	for i, x := range v.Anys {
		if x != nil {
			r.Anys[i] = f(x)
		}
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
