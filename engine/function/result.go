package function

import "casebook/engine/column"

// result is a vector being filled in any order; rows that are not set are the zero value, to be marked null by the caller.
type result[R any] struct {
	v   *column.Vector
	set func(i int, x R)
	// codes of the strings so far, and where the next goes
	codes map[string]uint32
	bytes int // of the different texts so far
}

func newResult[R any](t column.Type, n int) *result[R] {
	r := &result[R]{v: &column.Vector{Type: t, Len: n}}
	var set any
	switch any((*R)(nil)).(type) {
	case *bool:
		out := make([]int64, n)
		r.v.Ints = out
		set = func(i int, x bool) {
			if x {
				out[i] = 1
			}
		}
	case *int64:
		out := make([]int64, n)
		r.v.Ints = out
		set = func(i int, x int64) { out[i] = x }
	case *uint64:
		out := make([]int64, n)
		r.v.Ints = out
		set = func(i int, x uint64) { out[i] = int64(x) }
	case *float64:
		out := make([]float64, n)
		r.v.Floats = out
		set = func(i int, x float64) { out[i] = x }
	case *string:
		r.v.Codes = make([]uint32, n)
		r.v.Dict = &column.Dict{Values: []string{""}, Distinct: true}
		r.codes = map[string]uint32{"": 0}
		set = func(i int, x string) { r.v.Codes[i] = r.code(x) }
	default:
		set = r.box(n)
	}
	r.set = set.(func(int, R))
	return r
}

// box takes values whose Go type is any, for a vector of whatever kind.
func (r *result[R]) box(n int) func(int, any) {
	switch r.v.Type.Kind() {
	case column.IntKind:
		out := make([]int64, n)
		r.v.Ints = out
		return func(i int, x any) {
			switch x := x.(type) {
			case bool:
				if x {
					out[i] = 1
				}
			case int64:
				out[i] = x
			case uint64:
				out[i] = int64(x)
			}
		}
	case column.FloatKind:
		out := make([]float64, n)
		r.v.Floats = out
		return func(i int, x any) { out[i], _ = x.(float64) }
	case column.StringKind:
		r.v.Codes = make([]uint32, n)
		r.v.Dict = &column.Dict{Values: []string{""}, Distinct: true}
		r.codes = map[string]uint32{"": 0}
		return func(i int, x any) {
			s, _ := x.(string)
			r.v.Codes[i] = r.code(s)
		}
	}
	out := make([]any, n)
	r.v.Anys = out
	return func(i int, x any) { out[i] = x }
}

func (r *result[R]) code(s string) uint32 {
	c, ok := r.codes[s]
	if !ok {
		c = uint32(len(r.v.Dict.Values))
		r.codes[s] = c
		r.v.Dict.Values = append(r.v.Dict.Values, s)
		r.bytes += len(s)
	}
	return c
}

// tooMuch is an error where texts were made that are too many bytes: the filling has ended before its time.
func (r *result[R]) tooMuch() error {
	if r.bytes > MostTexts {
		return errTexts
	}
	return nil
}

func (r *result[R]) vector(nulls column.Bitmap) *column.Vector {
	r.v.Nulls = nulls
	return r.v
}
