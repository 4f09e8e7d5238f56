package column

import "context"

// Unread reads a column of dynamics that nobody has read yet. A source may give such a column: each row is a number that its reader
// knows it by, since most queries ask large objects for one property, which a source may hold by itself. Readers that are equal
// know the same rows.
type Unread interface {
	// Values are the values of rows.
	Values(ctx context.Context, rows []int64) ([]any, error)
	// Property is a property of each row's object: a place in values, of which the first is nil.
	Property(ctx context.Context, rows []int64, key string) (places []int32, values []any, err error)
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
