package function

import "casebook/engine/column"

// And, Or and Not are three-valued: null is "not known". Rows that use them are marked Nulls.

// And is true where both are, false where either is false, else null.
func And(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	return connect(args, n, 0), nil
}

// Or is false where both are, true where either is true, else null.
func Or(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	return connect(args, n, 1), nil
}

// connect folds two or more booleans; strong is the value that decides alone.
func connect(args []*column.Vector, n int, strong int64) *column.Vector {
	out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
	a, b := args[0].As(column.Bool), args[1].As(column.Bool)
	if a.Nulls == nil && b.Nulls == nil {
		for i := range n {
			if strong == 0 {
				out.Ints[i] = a.Ints[i] & b.Ints[i]
			} else {
				out.Ints[i] = a.Ints[i] | b.Ints[i]
			}
		}
	} else {
		for i := range n {
			p, q := a.Nulls.Has(i), b.Nulls.Has(i)
			switch {
			case !p && a.Ints[i] == strong, !q && b.Ints[i] == strong:
				out.Ints[i] = strong
			case p || q:
				out.Nulls = setIn(out.Nulls, n, i)
			default:
				out.Ints[i] = 1 - strong
			}
		}
	}
	if len(args) > 2 {
		return connect(append([]*column.Vector{out}, args[2:]...), n, strong)
	}
	return out
}

// Not turns true into false and false into true; null stays.
func Not(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	a := args[0].As(column.Bool)
	out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n), Nulls: a.Nulls}
	for i, x := range a.Ints[:n] {
		out.Ints[i] = 1 - x
	}
	if out.Nulls != nil {
		for i := range n {
			if out.Nulls.Has(i) {
				out.Ints[i] = 0
			}
		}
	}
	return out, nil
}

// IsNull is true where the argument has no value. Rows that use it are marked Nulls and Multi.
func IsNull(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
	for i := range n {
		if args[0].IsNull(i) {
			out.Ints[i] = 1
		}
	}
	return out, nil
}

// IsNotNull is true where the argument has a value. Rows that use it are marked Nulls and Multi.
func IsNotNull(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
	for i := range n {
		if !args[0].IsNull(i) {
			out.Ints[i] = 1
		}
	}
	return out, nil
}

// Case is CASE and iff: condition, value, condition, value …, and at the end perhaps a value for the rest. A condition
// that is null, or several values, counts as false.
func Case(env *Env, t column.Type, count, n int, arg Arg) (*column.Vector, error) {
	m := newMosaic(t, n)
	for k := 0; k < count && m.open(); k += 2 {
		if k == count-1 {
			v, err := arg(k, m.rest)
			if err != nil {
				return nil, err
			}
			m.take(v, nil)
			break
		}
		cond, err := arg(k, m.rest)
		if err != nil {
			return nil, err
		}
		var yes, no []int32
		many := false
		for i := range cond.Len {
			from, to := cond.Range(i)
			many = many || to > from+1
			if to == from+1 && cond.Ints[from] != 0 {
				yes = append(yes, m.row(i))
			} else {
				no = append(no, m.row(i))
			}
		}
		if many {
			env.WarnFalse(MultiValueWarning)
		}
		if len(yes) > 0 {
			v, err := arg(k+1, yes)
			if err != nil {
				return nil, err
			}
			m.put(v, yes)
		}
		m.rest = no
		m.closed = len(no) == 0
	}
	return m.vector(), nil
}

// Coalesce is the first argument that is not null.
func Coalesce(_ *Env, t column.Type, count, n int, arg Arg) (*column.Vector, error) {
	m := newMosaic(t, n)
	for k := 0; k < count && m.open(); k++ {
		v, err := arg(k, m.rest)
		if err != nil {
			return nil, err
		}
		if k == 0 && Nulls(n, v) == nil {
			return v, nil
		}
		m.take(v, func(i int) bool { return v.IsNull(i) })
	}
	return m.vector(), nil
}

// MultiValueWarning is what a single-value function says when it meets several values and answers null.
const MultiValueWarning = "java.lang.IllegalArgumentException: single-value function encountered multi-value"

// mosaic puts together a vector out of pieces computed over some of the rows.
type mosaic struct {
	t      column.Type
	n      int
	rest   []int32 // rows without a value so far; nil for all of them
	closed bool
	pieces []*column.Vector
	from   []int32 // for each row, its place in the pieces put one after the other; -1 for none
	total  int32
}

func newMosaic(t column.Type, n int) *mosaic {
	m := &mosaic{t: t, n: n, from: make([]int32, n), closed: n == 0}
	for i := range m.from {
		m.from[i] = -1
	}
	return m
}

func (m *mosaic) open() bool { return !m.closed }

func (m *mosaic) row(i int) int32 {
	if m.rest == nil {
		return int32(i)
	}
	return m.rest[i]
}

// put gives the rows named the values of a vector.
func (m *mosaic) put(v *column.Vector, rows []int32) {
	m.pieces = append(m.pieces, v)
	for i, r := range rows {
		m.from[r] = m.total + int32(i)
	}
	m.total += int32(v.Len)
}

// take gives the rest its values, but for those that skip says still have none.
func (m *mosaic) take(v *column.Vector, skip func(i int) bool) {
	var left []int32
	m.pieces = append(m.pieces, v)
	for i := range v.Len {
		if skip != nil && skip(i) {
			left = append(left, m.row(i))
			continue
		}
		m.from[m.row(i)] = m.total + int32(i)
	}
	m.total += int32(v.Len)
	m.rest, m.closed = left, len(left) == 0
}

func (m *mosaic) vector() *column.Vector {
	if len(m.pieces) == 0 {
		return column.NullVector(m.t, m.n)
	}
	typed := make([]*column.Vector, len(m.pieces))
	for i, p := range m.pieces {
		typed[i] = p.As(m.t)
	}
	return column.Concat(m.t, typed).Gather(m.from)
}
