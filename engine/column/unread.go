package column

import "context"

// Unread reads a column that nobody has read yet. A source may give such a column of what it would have to decode: each row is a number
// that its reader knows it by, since most rows of most queries are dropped before anyone asks. Readers that are equal know the same rows.
type Unread interface {
	// Values are the values of rows, as Vector.Value gives them.
	Values(ctx context.Context, rows []int64) ([]any, error)
}

// Properties is a reader of dynamics that may hold properties of objects by themselves, since most queries ask for one of many.
type Properties interface {
	Unread
	// Property is a property of each row's object: a place in the list of those that the reader has met.
	Property(ctx context.Context, rows []int64, key string) (places []int32, met Met, err error)
}

// Met are the values that a reader has met, of which the first is nil. Of two with one root, one begins with the other: what was made of those
// values need not be made again.
type Met struct {
	Values []any
	Root   any
}

// Read is the vector with values in place of rows that nobody has read.
func (v *Vector) Read(ctx context.Context) (*Vector, error) {
	if v.Unread == nil {
		return v, nil
	}
	values, err := v.Unread.Values(ctx, v.Ints)
	if err != nil {
		return nil, err
	}
	if v.Type != Dynamic {
		b := NewBuilder(v.Type, v.Len)
		for i, x := range values {
			if v.Nulls.Has(i) {
				x = nil
			}
			b.Value(x)
		}
		r := b.Vector()
		if r.Dict != nil {
			r.Dict.Passing = true
		}
		return r, nil
	}
	r := *v
	r.Unread, r.Const, r.Ints, r.Anys = nil, false, nil, values
	r.Nulls = nil
	for i, x := range values {
		if x == nil || v.Nulls.Has(i) {
			if r.Nulls == nil {
				r.Nulls = NewBitmap(v.Len)
			}
			r.Nulls.Set(i)
		}
	}
	return &r, nil
}
