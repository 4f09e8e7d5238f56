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

// Concat puts vectors of one type (or Null) one after the other; those that nobody has read are of one reader.
func Concat(t Type, vectors []*Vector) *Vector {
	if len(vectors) == 1 {
		return vectors[0].As(t)
	}
	n, values, multi, nulls := 0, 0, false, false
	for _, v := range vectors {
		n += v.Len
		values += max(len(v.Ints), len(v.Floats), len(v.Codes), len(v.Anys))
		multi = multi || v.Offsets != nil
		nulls = nulls || v.Nulls != nil || v.Type.Kind() == NoKind
	}
	c := &Vector{Type: t, Len: n}
	for _, v := range vectors {
		if v.Unread != nil {
			c.Unread = v.Unread
		}
	}
	kind := t.Kind()
	if c.Unread != nil {
		kind = IntKind
	}
	if kind == NoKind {
		return c
	}
	switch kind {
	case IntKind:
		c.Ints = make([]int64, 0, values)
	case FloatKind:
		c.Floats = make([]float64, 0, values)
	case StringKind:
		c.Codes = make([]uint32, 0, values)
	case AnyKind:
		c.Anys = make([]any, 0, values)
	}
	if multi {
		c.Offsets = make([]int32, 1, n+1)
	} else if nulls {
		c.Nulls = NewBitmap(n)
	}
	var dicts merger
	row := 0
	for _, v := range vectors {
		if v.Type.Kind() == NoKind {
			v = NullVector(t, v.Len)
			if c.Unread != nil {
				v.Unread, v.Ints, v.Anys = c.Unread, make([]int64, v.Len), nil
			}
		}
		if !multi {
			c.appendSingle(v, row, &dicts)
		} else {
			c.appendMulti(v, &dicts)
		}
		row += v.Len
	}
	c.Dict = dicts.dict
	return c
}

func (c *Vector) appendSingle(v *Vector, row int, dicts *merger) {
	switch c.held() {
	case IntKind:
		c.Ints = append(c.Ints, v.Ints...)
	case FloatKind:
		c.Floats = append(c.Floats, v.Floats...)
	case StringKind:
		c.Codes = dicts.append(c.Codes, v.Codes, v.Dict)
	case AnyKind:
		c.Anys = append(c.Anys, v.Anys...)
	}
	if v.Nulls != nil {
		for i := range v.Len {
			if v.Nulls.Has(i) {
				c.Nulls.Set(row + i)
			}
		}
	}
}

func (c *Vector) appendMulti(v *Vector, dicts *merger) {
	total := c.Offsets[len(c.Offsets)-1]
	for i := range v.Len {
		from, to := v.Range(i)
		switch c.Type.Kind() {
		case IntKind:
			c.Ints = append(c.Ints, v.Ints[from:to]...)
		case FloatKind:
			c.Floats = append(c.Floats, v.Floats[from:to]...)
		case StringKind:
			c.Codes = dicts.append(c.Codes, v.Codes[from:to], v.Dict)
		case AnyKind:
			c.Anys = append(c.Anys, v.Anys[from:to]...)
		}
		total += int32(to - from)
		c.Offsets = append(c.Offsets, total)
	}
}

// merger makes one dictionary of several. While there is only one it is shared and no code changes.
type merger struct {
	dict  *Dict
	owned bool // dict is ours to append to
	codes map[string]uint32
	last  *Dict
	remap []uint32 // last's codes, plus one; 0 for those not yet seen
}

func (m *merger) append(to, codes []uint32, d *Dict) []uint32 {
	if m.dict == nil {
		m.dict = d
	}
	if d == m.dict && !m.owned {
		return append(to, codes...)
	}
	if !m.owned {
		m.dict = &Dict{Values: append(make([]string, 0, 2*len(m.dict.Values)), m.dict.Values...)}
		m.owned = true
		m.dict.Distinct = true
		m.codes = make(map[string]uint32, len(m.dict.Values))
		for i, s := range m.dict.Values {
			if _, ok := m.codes[s]; ok {
				m.dict.Distinct = false
				continue
			}
			m.codes[s] = uint32(i)
		}
	}
	if d != m.last {
		m.last, m.remap = d, make([]uint32, len(d.Values))
	}
	for _, c := range codes {
		if m.remap[c] == 0 {
			s := d.Values[c]
			code, ok := m.codes[s]
			if !ok {
				code = uint32(len(m.dict.Values))
				m.codes[s] = code
				m.dict.Values = append(m.dict.Values, s)
			}
			m.remap[c] = code + 1
		}
		to = append(to, m.remap[c]-1)
	}
	return to
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
