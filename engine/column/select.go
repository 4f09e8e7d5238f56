package column

// Slice is rows [from, to). It shares the values; with multi-values the offsets then do not start at 0.
func (v *Vector) Slice(from, to int) *Vector {
	if from == 0 && to == v.Len {
		return v
	}
	s := *v
	s.Len = to - from
	if v.Offsets != nil {
		s.Offsets = v.Offsets[from : to+1]
		return &s
	}
	s.Nulls = v.Nulls.slice(from, to)
	switch v.held() {
	case IntKind:
		s.Ints = v.Ints[from:to]
	case FloatKind:
		s.Floats = v.Floats[from:to]
	case StringKind:
		s.Codes = v.Codes[from:to]
	case AnyKind:
		s.Anys = v.Anys[from:to]
	}
	return &s
}

// held is the kind of the values that are there.
func (v *Vector) held() Kind {
	if v.Unread != nil {
		return IntKind
	}
	return v.Type.Kind()
}

// slice is the bits [from, to), from 0 on; nil when none is set.
func (b Bitmap) slice(from, to int) Bitmap {
	if b == nil || from == to {
		return nil
	}
	n := to - from
	shift := uint(from & 63)
	first := from >> 6
	var out Bitmap
	if shift == 0 {
		if n&63 == 0 {
			return b[first : to>>6]
		}
		out = make(Bitmap, (n+63)/64)
		copy(out, b[first:])
	} else {
		out = make(Bitmap, (n+63)/64)
		for i := range out {
			w := b[first+i] >> shift
			if first+i+1 < len(b) {
				w |= b[first+i+1] << (64 - shift)
			}
			out[i] = w
		}
	}
	if r := n & 63; r != 0 {
		out[len(out)-1] &= 1<<r - 1
	}
	for _, w := range out {
		if w != 0 {
			return out
		}
	}
	return nil
}

// Gather is the rows named, in that order; row -1 is null.
func (v *Vector) Gather(rows []int32) *Vector {
	g := &Vector{Type: v.Type, Len: len(rows), Dict: v.Dict, Const: v.Const, Unread: v.Unread}
	if v.Type.Kind() == NoKind {
		return g
	}
	if v.Offsets != nil {
		return v.gatherMulti(g, rows)
	}
	switch v.held() {
	case IntKind:
		g.Ints = pick(v.Ints, rows)
	case FloatKind:
		g.Floats = pick(v.Floats, rows)
	case StringKind:
		g.Codes = pick(v.Codes, rows)
		g.drop()
	case AnyKind:
		g.Anys = pick(v.Anys, rows)
	}
	if g.Dict != nil && len(g.Dict.Values) == 0 {
		g.Dict = &Dict{Values: []string{""}, Distinct: true}
	}
	for i, r := range rows {
		if r < 0 || v.Nulls != nil && v.Nulls.Has(int(r)) {
			if g.Nulls == nil {
				g.Nulls = NewBitmap(len(rows))
			}
			g.Nulls.Set(i)
			g.Const = false
		}
	}
	return g
}

// drop lets go of passing texts, where few of them are in use.
func (v *Vector) drop() {
	if v.Dict == nil || !v.Dict.Passing || len(v.Dict.Values) < 4*len(v.Codes) {
		return
	}
	d := &Dict{Passing: true, Distinct: v.Dict.Distinct}
	places := make(map[uint32]uint32, len(v.Codes))
	for i, c := range v.Codes {
		at, ok := places[c]
		if !ok {
			at = uint32(len(d.Values))
			places[c] = at
			if int(c) < len(v.Dict.Values) {
				d.Values = append(d.Values, v.Dict.Values[c])
			} else {
				d.Values = append(d.Values, "")
			}
		}
		v.Codes[i] = at
	}
	v.Dict = d
}

func pick[T any](from []T, rows []int32) []T {
	to := make([]T, len(rows))
	for i, r := range rows {
		if r >= 0 {
			to[i] = from[r]
		}
	}
	return to
}

// Elements is every value of a vector with Offsets as a row of its own. They differ where the rows are all the same.
func (v *Vector) Elements() *Vector {
	e := *v
	e.Offsets, e.Nulls, e.Const = nil, nil, false
	e.Len = max(len(v.Ints), len(v.Floats), len(v.Codes), len(v.Anys))
	return &e
}

func (v *Vector) gatherMulti(g *Vector, rows []int32) *Vector {
	g.Offsets = make([]int32, 1, len(rows)+1)
	var at []int32
	for _, r := range rows {
		if g.Const = g.Const && r >= 0; r >= 0 {
			for i := v.Offsets[r]; i < v.Offsets[r+1]; i++ {
				at = append(at, i)
			}
		}
		g.Offsets = append(g.Offsets, int32(len(at)))
	}
	switch v.Type.Kind() {
	case IntKind:
		g.Ints = pick(v.Ints, at)
	case FloatKind:
		g.Floats = pick(v.Floats, at)
	case StringKind:
		g.Codes = pick(v.Codes, at)
	case AnyKind:
		g.Anys = pick(v.Anys, at)
	}
	return g
}

// As is the vector under another type of the same kind; a vector of type Null becomes nulls of any type.
func (v *Vector) As(t Type) *Vector {
	if v.Type == t {
		return v
	}
	if v.Type.Kind() == NoKind {
		return NullVector(t, v.Len)
	}
	r := *v
	r.Type = t
	return &r
}

// Repeat is row 0 of a vector n times over.
func (v *Vector) Repeat(n int) *Vector {
	if v.IsNull(0) {
		return NullVector(v.Type, n)
	}
	r := v.Gather(make([]int32, n))
	r.Const = true
	return r
}

// Slice is rows [from, to) of a batch.
func (b *Batch) Slice(from, to int) *Batch {
	if from == 0 && to == b.Len {
		return b
	}
	s := b.of(to-from, func(c *Vector) *Vector { return c.Slice(from, to) })
	if b.Events != nil {
		s.Events = b.Events[from:to]
	}
	return s
}

// Gather is the rows named, in that order; row -1 is all nulls.
func (b *Batch) Gather(rows []int32) *Batch {
	g := b.of(len(rows), func(c *Vector) *Vector { return c.Gather(rows) })
	if b.Events != nil {
		g.Events = pick(b.Events, rows)
	}
	return g
}

// of is a batch of n rows made of the columns of another. Many columns may be one vector, which holds the place of those that nobody reads.
func (b *Batch) of(n int, some func(*Vector) *Vector) *Batch {
	made := &Batch{Len: n, Columns: make([]*Vector, len(b.Columns))}
	var from, to *Vector
	for i, c := range b.Columns {
		if c.Type.Kind() != NoKind || c != from {
			from, to = c, some(c)
		}
		made.Columns[i] = to
	}
	return made
}
