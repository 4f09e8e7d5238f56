package function

import (
	"casebook/engine/column"
)

// Kernels lift a plain Go function of single values to vectors. A row with a null argument is null and the function is not
// asked; a function that answers false makes a null. Type parameters are the Go types of the stored values: bool, int64
// (also Time, Duration, Period), uint64 (ULong), float64, string, or any, which takes a value of any type as
// column.Vector.At gives it.

// Map1 lifts a function of one argument. Over strings it works on the dictionary, so each distinct string is asked for
// once a batch (but warns as often as it is asked).
func Map1[A, R any](t column.Type, f func(env *Env, a A) (R, bool)) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		g := func(a A) (R, bool) { return f(env, a) }
		return map1(env, t, args[0], nil, n, g)
	}
}

// Map2 lifts a function of two arguments. With a string and constants it works on the dictionary, as Map1 does.
func Map2[A, B, R any](t column.Type, f func(env *Env, a A, b B) (R, bool)) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		if n > 0 && args[1].Const {
			b := Reader[B](args[1])(0)
			return map1(env, t, args[0], args[1:], n, func(a A) (R, bool) { return f(env, a, b) })
		}
		if n > 0 && args[0].Const {
			a := Reader[A](args[0])(0)
			return map1(env, t, args[1], args[:1], n, func(b B) (R, bool) { return f(env, a, b) })
		}
		a, b := Reader[A](args[0]), Reader[B](args[1])
		return mapRows(env, t, args, n, func(i int) (R, bool) { return f(env, a(i), b(i)) })
	}
}

// Map3 lifts a function of three arguments.
func Map3[A, B, C, R any](t column.Type, f func(env *Env, a A, b B, c C) (R, bool)) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		if n > 0 && args[1].Const && args[2].Const {
			b, c := Reader[B](args[1])(0), Reader[C](args[2])(0)
			return map1(env, t, args[0], args[1:], n, func(a A) (R, bool) { return f(env, a, b, c) })
		}
		a, b, c := Reader[A](args[0]), Reader[B](args[1]), Reader[C](args[2])
		return mapRows(env, t, args, n, func(i int) (R, bool) { return f(env, a(i), b(i), c(i)) })
	}
}

// MapN lifts a function of any number of arguments of one type. The slice is only good during the call.
func MapN[A, R any](t column.Type, f func(env *Env, a []A) (R, bool)) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		if len(args) == 1 {
			var one [1]A
			return map1(env, t, args[0], nil, n, func(a A) (R, bool) { one[0] = a; return f(env, one[:]) })
		}
		read := make([]func(int) A, len(args))
		for k, v := range args {
			read[k] = Reader[A](v)
		}
		values := make([]A, len(args))
		return mapRows(env, t, args, n, func(i int) (R, bool) {
			for k := range read {
				values[k] = read[k](i)
			}
			return f(env, values)
		})
	}
}

// MapValues lifts a function of all the values of one argument (MV_COUNT, MV_SORT) to a row marked Multi; the other
// arguments are read as single values, and a row where one of them is null or several values is null. The slices are
// only good during the call. No value left, or false, is null.
func MapValues[A, R any](t column.Type, f func(env *Env, values []A, rest []any) ([]R, bool)) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		b := column.NewBuilder(t, n)
		read := Reader[A](args[0])
		var values []A
		var boxed []any
		rest := make([]any, len(args)-1)
	rows:
		for i := range n {
			from, to := args[0].Range(i)
			for k, v := range args[1:] {
				at, end := v.Range(i)
				if end != at+1 {
					b.Null()
					continue rows
				}
				rest[k] = v.At(at)
			}
			if from == to {
				b.Null()
				continue
			}
			values = values[:0]
			for at := from; at < to; at++ {
				values = append(values, read(at))
			}
			out, ok := f(env, values, rest)
			if !ok || len(out) == 0 {
				b.Null()
				continue
			}
			boxed = boxed[:0]
			for _, x := range out {
				boxed = append(boxed, x)
			}
			b.Multi(boxed)
		}
		return b.Vector(), nil
	}
}

// Reader reads the value at a value index.
func Reader[T any](v *column.Vector) func(at int) T {
	var f any
	switch any((*T)(nil)).(type) {
	case *bool:
		x := v.Ints
		f = func(at int) bool { return x[at] != 0 }
	case *int64:
		x := v.Ints
		f = func(at int) int64 { return x[at] }
	case *uint64:
		x := v.Ints
		f = func(at int) uint64 { return uint64(x[at]) }
	case *float64:
		x := v.Floats
		f = func(at int) float64 { return x[at] }
	case *string:
		codes, dict := v.Codes, v.Dict
		f = func(at int) string { return dict.Values[codes[at]] }
	default:
		f = v.At
	}
	return f.(func(int) T)
}

// map1 maps the values of one vector; a row is null also where one of others is.
func map1[A, R any](env *Env, t column.Type, v *column.Vector, others []*column.Vector, n int, f func(A) (R, bool)) (*column.Vector, error) {
	if v.Type.Kind() == column.NoKind {
		return column.NullVector(t, n), nil
	}
	nulls := Nulls(n, others...)
	if v.Const && n > 0 {
		a := Reader[A](v)(0)
		r, ok := f(a)
		if !ok {
			return column.NullVector(t, n), nil
		}
		out := newResult[R](t, 1)
		out.set(0, r)
		one := out.vector(nil)
		all := one.Repeat(n)
		all.Nulls, all.Const = nulls, nulls == nil
		return all, out.tooMuch()
	}
	if nulls == nil {
		nulls = v.Nulls
	} else {
		nulls = Nulls(n, append([]*column.Vector{v}, others...)...)
	}
	if strs, ok := any(f).(func(string) (R, bool)); ok && len(v.Dict.Values) <= 2*n {
		return mapDict(env, t, v, nulls, n, strs)
	}
	read := Reader[A](v)
	out := newResult[R](t, n)
	var more column.Bitmap
	for i := range n {
		if err := tick(env, i); err != nil {
			return nil, err
		}
		if nulls.Has(i) {
			continue
		}
		r, ok := f(read(i))
		if !ok {
			more = setIn(more, n, i)
			continue
		}
		if out.set(i, r); out.bytes > MostTexts {
			break
		}
	}
	return out.vector(Union(nulls, more)), out.tooMuch()
}

// mapDict asks once for each entry of the dictionary that is in use.
func mapDict[R any](env *Env, t column.Type, v *column.Vector, nulls column.Bitmap, n int, f func(string) (R, bool)) (*column.Vector, error) {
	const unseen, good, bad = 0, 1, 2
	entries := len(v.Dict.Values)
	state := make([]uint8, entries)
	results := make([]R, entries)
	var more column.Bitmap
	mapped, isText := any(results).([]string)
	out := newResult[R](t, 0)
	if !isText {
		out = newResult[R](t, n)
	}
	for i := range n {
		if err := tick(env, i); err != nil {
			return nil, err
		}
		if nulls.Has(i) {
			continue
		}
		c := v.Codes[i]
		if state[c] == unseen {
			var ok bool
			if results[c], ok = f(v.Dict.Values[c]); ok {
				state[c] = good
			} else {
				state[c] = bad
			}
			if isText {
				if out.bytes += len(mapped[c]); out.bytes > MostTexts {
					return nil, errTexts
				}
			}
		}
		if state[c] == bad {
			more = setIn(more, n, i)
		} else if !isText {
			out.set(i, results[c])
		}
	}
	if isText {
		return &column.Vector{Type: t, Len: n, Nulls: Union(nulls, more), Codes: v.Codes[:n], Dict: &column.Dict{Values: mapped, Passing: v.Dict.Passing}}, nil
	}
	return out.vector(Union(nulls, more)), nil
}

// mapRows computes each row that is null in no argument.
func mapRows[R any](env *Env, t column.Type, args []*column.Vector, n int, f func(i int) (R, bool)) (*column.Vector, error) {
	nulls := Nulls(n, args...)
	out := newResult[R](t, n)
	var more column.Bitmap
	for i := range n {
		if err := tick(env, i); err != nil {
			return nil, err
		}
		if nulls.Has(i) {
			continue
		}
		r, ok := f(i)
		if !ok {
			more = setIn(more, n, i)
			continue
		}
		if out.set(i, r); out.bytes > MostTexts {
			break
		}
	}
	return out.vector(Union(nulls, more)), out.tooMuch()
}

// Nulls is the rows that are null in any of the vectors; nil for none.
func Nulls(n int, vectors ...*column.Vector) column.Bitmap {
	var nulls column.Bitmap
	shared := true
	for _, v := range vectors {
		switch {
		case v.Type.Kind() == column.NoKind:
			return column.NullVector(column.Bool, n).Nulls
		case v.Offsets != nil:
			for i := range n {
				if v.IsNull(i) {
					if nulls == nil {
						nulls, shared = column.NewBitmap(n), false
					} else if shared {
						nulls, shared = append(column.Bitmap(nil), nulls...), false
					}
					nulls.Set(i)
				}
			}
		case v.Nulls == nil:
		case nulls == nil:
			nulls = v.Nulls
		default:
			nulls, shared = Union(nulls, v.Nulls), false
		}
	}
	return nulls
}

// Union is the rows in either set.
func Union(a, b column.Bitmap) column.Bitmap {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	u := make(column.Bitmap, len(a))
	for i := range u {
		u[i] = a[i] | b[i]
	}
	return u
}

func setIn(b column.Bitmap, n, i int) column.Bitmap {
	if b == nil {
		b = column.NewBitmap(n)
	}
	b.Set(i)
	return b
}
