package column

import "math/bits"

// Bitmap is a set of row numbers, 64 to a word. A nil Bitmap is empty.
type Bitmap []uint64

// NewBitmap is an empty set of rows [0, n).
func NewBitmap(n int) Bitmap { return make(Bitmap, (n+63)/64) }

// Has tells whether row i is in the set.
func (b Bitmap) Has(i int) bool { return b != nil && b[i>>6]&(1<<(i&63)) != 0 }

// Set puts row i into the set.
func (b Bitmap) Set(i int) { b[i>>6] |= 1 << (i & 63) }

// Clear takes row i out of the set.
func (b Bitmap) Clear(i int) { b[i>>6] &^= 1 << (i & 63) }

// Count is how many rows are in the set.
func (b Bitmap) Count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// Vector is one column of a batch. Exactly one of the value slices is used, the one of Type.Kind().
//
// Without Offsets, row i has the one value at index i, and is null when Nulls has i (the value there then means nothing).
// With Offsets (ES|QL multi-values), row i has the values [Offsets[i], Offsets[i+1]); it is null exactly when that range
// is empty, and Nulls is nil. A vector is not changed once it is in a batch: vectors share slices freely.
type Vector struct {
	Type    Type
	Len     int // rows
	Nulls   Bitmap
	Offsets []int32 // nil, or Len+1 of them, the first of which need not be 0
	// Const says that every row is the same and not null, as a literal's are. It may be false where that is so.
	Const bool

	Ints   []int64
	Floats []float64
	Codes  []uint32 // places in Dict
	Dict   *Dict
	Anys   []any
	// Unread is set where Ints are rows of a reader, and no value is there before Read has been called.
	Unread Unread
}

// Dict is the distinct strings that a vector's codes stand for. Its entries need not all be in use, nor be distinct
// after a string function has mapped them.
type Dict struct {
	Values []string
	// Distinct promises that no two entries are equal, so that codes can be compared instead of strings.
	Distinct bool
	// Passing says that the texts were made for some rows only: when most of those are dropped, so are their texts.
	Passing bool
}

// begins tells, as far as it can be seen at once, whether a dictionary begins with another.
func (d *Dict) begins(with *Dict) bool {
	n := len(with.Values)
	return d == with || n > 0 && n <= len(d.Values) && &d.Values[0] == &with.Values[0] && d.Distinct == with.Distinct && d.Passing == with.Passing
}

// NullVector is n nulls.
func NullVector(t Type, n int) *Vector {
	v := &Vector{Type: t, Len: n, Nulls: NewBitmap(n)}
	for i := range v.Nulls {
		v.Nulls[i] = ^uint64(0)
	}
	if r := n & 63; r != 0 {
		v.Nulls[len(v.Nulls)-1] = 1<<r - 1
	}
	switch t.Kind() {
	case IntKind:
		v.Ints = make([]int64, n)
	case FloatKind:
		v.Floats = make([]float64, n)
	case StringKind:
		v.Codes, v.Dict = make([]uint32, n), &Dict{Values: []string{""}, Distinct: true}
	case AnyKind:
		v.Anys = make([]any, n)
	}
	return v
}

// IsNull tells whether row i has no value.
func (v *Vector) IsNull(i int) bool {
	if v.Offsets != nil {
		return v.Offsets[i] == v.Offsets[i+1]
	}
	return v.Type == Null || v.Nulls.Has(i)
}

// Range is where row i's values lie: none for null, several for a multi-value.
func (v *Vector) Range(i int) (from, to int) {
	if v.Offsets != nil {
		return int(v.Offsets[i]), int(v.Offsets[i+1])
	}
	if v.Type == Null || v.Nulls.Has(i) {
		return i, i
	}
	return i, i + 1
}

// Str is the string at a value index (not a row number, when there are multi-values).
func (v *Vector) Str(at int) string { return v.Dict.Values[v.Codes[at]] }

// At is the value at a value index: bool, int64, uint64 (ULong), float64, string, or a dynamic value. Times, durations
// and periods are their int64. For loops over rows use the slices.
func (v *Vector) At(at int) any {
	switch v.Type.Kind() {
	case IntKind:
		switch v.Type {
		case Bool:
			return v.Ints[at] != 0
		case ULong:
			return uint64(v.Ints[at])
		}
		return v.Ints[at]
	case FloatKind:
		return v.Floats[at]
	case StringKind:
		return v.Str(at)
	case AnyKind:
		return v.Anys[at]
	}
	return nil
}

// Value is row i as one Go value: nil for null, []any for a multi-value, else as At.
func (v *Vector) Value(i int) any {
	from, to := v.Range(i)
	switch to - from {
	case 0:
		return nil
	case 1:
		return v.At(from)
	}
	values := make([]any, 0, to-from)
	for at := from; at < to; at++ {
		values = append(values, v.At(at))
	}
	return values
}

// Batch is some rows of a table, a vector a column.
type Batch struct {
	Len     int
	Columns []*Vector
	// Events holds the store's id of the event behind each row, where rows are events; nil otherwise.
	Events []int64
}
