package column

// Builder makes a vector row by row.
type Builder struct {
	v     Vector
	codes map[string]uint32
}

// NewBuilder starts a vector of a type, with room for n rows.
func NewBuilder(t Type, n int) *Builder {
	b := &Builder{v: Vector{Type: t}}
	switch t.Kind() {
	case IntKind:
		b.v.Ints = make([]int64, 0, n)
	case FloatKind:
		b.v.Floats = make([]float64, 0, n)
	case StringKind:
		b.v.Codes = make([]uint32, 0, n)
		b.v.Dict = &Dict{Distinct: true}
		b.codes = map[string]uint32{}
	case AnyKind:
		b.v.Anys = make([]any, 0, n)
	}
	return b
}

// Len is how many rows there are so far.
func (b *Builder) Len() int { return b.v.Len }

// Null appends a null row.
func (b *Builder) Null() {
	if b.v.Offsets == nil {
		for len(b.v.Nulls) <= b.v.Len>>6 {
			b.v.Nulls = append(b.v.Nulls, 0)
		}
		b.v.Nulls.Set(b.v.Len)
		b.zero()
	}
	b.row()
}

func (b *Builder) zero() {
	switch b.v.Type.Kind() {
	case IntKind:
		b.v.Ints = append(b.v.Ints, 0)
	case FloatKind:
		b.v.Floats = append(b.v.Floats, 0)
	case StringKind:
		b.v.Codes = append(b.v.Codes, b.code(""))
	case AnyKind:
		b.v.Anys = append(b.v.Anys, nil)
	}
}

// Int appends a row of an integer-stored type: Bool (0 or 1), Int, Long, ULong, Time, Nanos, Duration, Period.
func (b *Builder) Int(x int64) { b.v.Ints = append(b.v.Ints, x); b.row() }

// Bool appends a boolean row.
func (b *Builder) Bool(x bool) {
	if x {
		b.Int(1)
	} else {
		b.Int(0)
	}
}

// Float appends a row of Double or Decimal.
func (b *Builder) Float(x float64) { b.v.Floats = append(b.v.Floats, x); b.row() }

// Str appends a row of a type stored as text.
func (b *Builder) Str(s string) { b.v.Codes = append(b.v.Codes, b.code(s)); b.row() }

// Any appends a dynamic row.
func (b *Builder) Any(x any) { b.v.Anys = append(b.v.Anys, x); b.row() }

// Value appends a row given as Vector.Value gives it: nil, a value, or []any for a multi-value (never for Dynamic, whose
// arrays are values).
func (b *Builder) Value(x any) {
	if many, ok := x.([]any); ok && b.v.Type != Dynamic {
		b.Multi(many)
		return
	}
	if x == nil || b.v.Type.Kind() == NoKind {
		b.Null()
		return
	}
	b.value(x)
	b.row()
}

// Multi appends a row of several values, in their order; none of them nil.
func (b *Builder) Multi(values []any) {
	if len(values) == 0 {
		b.Null()
		return
	}
	if len(values) > 1 && b.v.Offsets == nil {
		b.v.Offsets, b.v.Nulls = b.offsets(), nil
	}
	for _, x := range values {
		b.value(x)
	}
	b.row()
}

func (b *Builder) value(x any) {
	if b.v.Type.Kind() == AnyKind {
		b.v.Anys = append(b.v.Anys, x)
		return
	}
	switch x := x.(type) {
	case bool:
		n := int64(0)
		if x {
			n = 1
		}
		b.v.Ints = append(b.v.Ints, n)
	case int64:
		b.v.Ints = append(b.v.Ints, x)
	case uint64:
		b.v.Ints = append(b.v.Ints, int64(x))
	case float64:
		b.v.Floats = append(b.v.Floats, x)
	case string:
		b.v.Codes = append(b.v.Codes, b.code(x))
	}
}

// offsets turns single rows so far into ranges, dropping the placeholders of nulls.
func (b *Builder) offsets() []int32 {
	offsets := make([]int32, 1, cap(b.v.Ints)+2)
	kept := int32(0)
	for i := range b.v.Len {
		if !b.v.Nulls.has(i) {
			b.keep(int(kept), i)
			kept++
		}
		offsets = append(offsets, kept)
	}
	b.truncate(int(kept))
	return offsets
}

// has is Has for a bitmap that may be shorter than the rows.
func (b Bitmap) has(i int) bool { return i>>6 < len(b) && b.Has(i) }

func (b *Builder) keep(to, from int) {
	switch b.v.Type.Kind() {
	case IntKind:
		b.v.Ints[to] = b.v.Ints[from]
	case FloatKind:
		b.v.Floats[to] = b.v.Floats[from]
	case StringKind:
		b.v.Codes[to] = b.v.Codes[from]
	}
}

func (b *Builder) truncate(n int) {
	switch b.v.Type.Kind() {
	case IntKind:
		b.v.Ints = b.v.Ints[:n]
	case FloatKind:
		b.v.Floats = b.v.Floats[:n]
	case StringKind:
		b.v.Codes = b.v.Codes[:n]
	}
}

func (b *Builder) code(s string) uint32 {
	c, ok := b.codes[s]
	if !ok {
		c = uint32(len(b.v.Dict.Values))
		b.codes[s] = c
		b.v.Dict.Values = append(b.v.Dict.Values, s)
	}
	return c
}

// row ends a row.
func (b *Builder) row() {
	b.v.Len++
	if b.v.Offsets != nil {
		n := len(b.v.Ints) + len(b.v.Floats) + len(b.v.Codes)
		b.v.Offsets = append(b.v.Offsets, int32(n))
	}
}

// Vector ends the building; the builder must not be used afterwards.
func (b *Builder) Vector() *Vector {
	if b.v.Nulls != nil {
		for len(b.v.Nulls) < (b.v.Len+63)/64 {
			b.v.Nulls = append(b.v.Nulls, 0)
		}
	}
	return &b.v
}
