package function

import (
	"cmp"

	"casebook/engine/column"
)

// compared makes the row of a comparison for a type, out of a test of how its values order.
func compared(name, doc string, t column.Type, test func(c int) bool) *Row {
	var eval Eval
	switch {
	case t == column.Double:
		eval = Map2(column.Bool, func(_ *Env, a, b float64) (bool, bool) { return test(cmp.Compare(a, b)), true })
	case t == column.ULong:
		eval = Map2(column.Bool, func(_ *Env, a, b uint64) (bool, bool) { return test(cmp.Compare(a, b)), true })
	case t == column.String:
		eval = Map2(column.Bool, func(_ *Env, a, b string) (bool, bool) { return test(cmp.Compare(a, b)), true })
	case t.Kind() == column.StringKind:
		order := column.CompareStrings(t)
		eval = Map2(column.Bool, func(_ *Env, a, b string) (bool, bool) { return test(order(a, b)), true })
	default:
		eval = Map2(column.Bool, func(_ *Env, a, b int64) (bool, bool) { return test(cmp.Compare(a, b)), true })
	}
	return scalar(name, doc, eval, column.Bool, t, t)
}

func comparison(name string, m Meaning, types []column.Type, doc string, test func(c int) bool) []*Row {
	return each(types, func(t column.Type) *Row { return meant(m, compared(name, doc, t, test)) })
}

var esqlCompare = silent(
	comparison("==", MeansEqual, unordered, "true where both values are equal", func(c int) bool { return c == 0 }),
	comparison("!=", MeansNothing, unordered, "true where the values differ", func(c int) bool { return c != 0 }),
	comparison("<", MeansLess, anything, "true where the first value is the lesser", func(c int) bool { return c < 0 }),
	comparison("<=", MeansLessEqual, anything, "true where the first value is not the greater", func(c int) bool { return c <= 0 }),
	comparison(">", MeansGreater, anything, "true where the first value is the greater", func(c int) bool { return c > 0 }),
	comparison(">=", MeansGreaterEqual, anything, "true where the first value is not the lesser", func(c int) bool { return c >= 0 }),
	each([]column.Type{column.Time, column.Double}, func(t column.Type) *Row { // the vendor has ranges of these, too; a point meets itself
		return compared("range_intersects", "true where two points are the same", t, func(c int) bool { return c == 0 })
	}),
	each(unordered, func(t column.Type) *Row {
		return meant(MeansIn, nullable(variadic(scalar("in", "true where the value is one of a list", among(t), column.Bool, t, t))))
	}),
	each(unordered, func(t column.Type) *Row {
		return meant(MeansIsNull, nullable(multi(scalar("is_null", "true where there is no value", IsNull, column.Bool, t))))
	}),
	each(unordered, func(t column.Type) *Row {
		return meant(MeansNotNull, nullable(multi(scalar("is_not_null", "true where there is a value", IsNotNull, column.Bool, t))))
	}),
	each([]column.Type{column.Int, column.Long, column.ULong}, func(t column.Type) *Row {
		return multi(scalar("$widen_double", "the number as a double", elementwise(column.Double, func(_ *Env, a any) (float64, bool) {
			if u, ok := a.(uint64); ok {
				return float64(u), true
			}
			return float64(a.(int64)), true
		}), column.Double, t))
	}),
	[]*Row{
		multi(scalar("$widen_long", "the number as a long", func(_ *Env, args []*column.Vector, _ int) (*column.Vector, error) {
			return args[0].As(column.Long), nil
		}, column.Long, column.Int)),
		multi(scalar("$widen_date_nanos", "the date in nanoseconds", elementwise(column.Nanos, func(_ *Env, a int64) (int64, bool) {
			n, ok := mulWhole(a, 100)
			return n, ok
		}), column.Nanos, column.Time)),
	},
)

// among is IN: true where an item equals the value, null where none does and the value or an item is null.
func among(t column.Type) Eval {
	switch t.Kind() {
	case column.FloatKind:
		return amongValues[float64]
	case column.StringKind:
		return amongValues[string]
	}
	return amongValues[int64]
}

func amongValues[T comparable](_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
	value := Reader[T](args[0])
	fixed := map[T]bool{}
	var loose []*column.Vector
	hasNull := false
	for _, v := range args[1:] {
		switch {
		case n > 0 && v.Const && v.IsNull(0):
			hasNull = true
		case n > 0 && v.Const:
			fixed[Reader[T](v)(0)] = true
		default:
			loose = append(loose, v)
		}
	}
	readers := make([]func(int) T, len(loose))
	for i, v := range loose {
		readers[i] = Reader[T](v)
	}
	for i := range n {
		if args[0].IsNull(i) {
			out.Nulls = setIn(out.Nulls, n, i)
			continue
		}
		x, null := value(i), hasNull
		found := fixed[x]
		for k, v := range loose {
			if v.IsNull(i) {
				null = true
			} else if readers[k](i) == x {
				found = true
			}
		}
		switch {
		case found:
			out.Ints[i] = 1
		case null:
			out.Nulls = setIn(out.Nulls, n, i)
		}
	}
	return out, nil
}
