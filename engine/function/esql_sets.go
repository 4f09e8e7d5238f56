package function

import (
	"slices"

	"casebook/engine/column"
)

// Functions of two multi-values. A null is a set without values.

// valuesOf is every value of a row.
func valuesOf(v *column.Vector, i int) []any {
	from, to := v.Range(i)
	out := make([]any, 0, to-from)
	for at := from; at < to; at++ {
		out = append(out, v.At(at))
	}
	return out
}

func setOf(values []any) map[any]bool {
	set := make(map[any]bool, len(values))
	for _, x := range values {
		set[x] = true
	}
	return set
}

// combine makes the values of a row out of those of two others; none is null.
func combine(name, doc string, t column.Type, f func(a, b []any) []any) *Row {
	return nullable(multi(scalar(name, doc, func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
		b := column.NewBuilder(t, n)
		for i := range n {
			b.Multi(f(valuesOf(args[0], i), valuesOf(args[1], i)))
		}
		return b.Vector(), nil
	}, t, t, t)))
}

// relate tells something of two sets of values; the answer is never null.
func relate(name, doc string, t column.Type, f func(a, b map[any]bool) bool) *Row {
	return nullable(multi(scalar(name, doc, func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
		out := &column.Vector{Type: boolean, Len: n, Ints: make([]int64, n)}
		for i := range n {
			out.Ints[i] = bit(f(setOf(valuesOf(args[0], i)), setOf(valuesOf(args[1], i))))
		}
		return out, nil
	}, boolean, t, t)))
}

func keepIf(values []any, test func(x any) bool) []any {
	return dedupe(slices.DeleteFunc(slices.Clone(values), func(x any) bool { return !test(x) }))
}

var esqlSets = slices.Concat(
	each(unordered, func(t column.Type) *Row {
		return multi(scalar("mv_append", "the values of both", func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
			nulls := Nulls(n, args...)
			b := column.NewBuilder(t, n)
			for i := range n {
				if nulls.Has(i) {
					b.Null()
					continue
				}
				b.Multi(append(valuesOf(args[0], i), valuesOf(args[1], i)...))
			}
			return b.Vector(), nil
		}, t, t, t))
	}),
	each(anything, func(t column.Type) *Row {
		return combine("mv_union", "the values of both, each once", t, func(a, b []any) []any { return dedupe(append(a, b...)) })
	}),
	each(anything, func(t column.Type) *Row {
		return combine("mv_intersection", "the values that both have, each once", t, func(a, b []any) []any {
			in := setOf(b)
			return keepIf(a, func(x any) bool { return in[x] })
		})
	}),
	each(anything, func(t column.Type) *Row {
		return combine("mv_difference", "the values that only the first has, each once", t, func(a, b []any) []any {
			in := setOf(b)
			return keepIf(a, func(x any) bool { return !in[x] })
		})
	}),
	each(anything, func(t column.Type) *Row {
		return relate("mv_contains", "true where the first has every value of the second", t, func(a, b map[any]bool) bool {
			for x := range b {
				if !a[x] {
					return false
				}
			}
			return true
		})
	}),
	each(anything, func(t column.Type) *Row {
		return relate("mv_intersects", "true where the first has a value of the second", t, func(a, b map[any]bool) bool {
			for x := range b {
				if a[x] {
					return true
				}
			}
			return false
		})
	}),
	valueBetween("mv_in_range", "true where one of the values lies between two others, those included", true, true),
	valueBetween("$mv_in_range_above", "true where one of the values lies between two others, the greater included", false, true),
	valueBetween("$mv_in_range_below", "true where one of the values lies between two others, the lesser included", true, false),
	valueBetween("$mv_in_range_inside", "true where one of the values lies between two others", false, false),
	valueBeyond("mv_greater", "true where one of the values is greater than another", 1, false), valueBeyond("$mv_greater_equal", "true where one of the values is not less than another", 1, true),
	valueBeyond("mv_less", "true where one of the values is less than another", -1, false), valueBeyond("$mv_less_equal", "true where one of the values is not greater than another", -1, true),
	[]*Row{
		nullable(multi(scalar("mv_zip", "the values of both, pair by pair, with a comma between them", zip, str, str, str))),
		nullable(multi(scalar("mv_zip", "the values of both, pair by pair, with a separator between them", zip, str, str, str, str))),
	},
)

func zip(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	out, made := column.NewBuilder(str, n), 0
	for i := range n {
		separator := ","
		if len(args) == 3 {
			if from, to := args[2].Range(i); to > from {
				separator = args[2].Str(from)
			}
		}
		a, b := valuesOf(args[0], i), valuesOf(args[1], i)
		pairs := make([]any, max(len(a), len(b)))
		for k := range pairs {
			switch {
			case k >= len(a):
				pairs[k] = b[k]
			case k >= len(b):
				pairs[k] = a[k]
			default:
				pair := a[k].(string) + separator + b[k].(string)
				if pairs[k], made = pair, made+len(pair); made > MostTexts {
					return nil, errTexts
				}
			}
		}
		out.Multi(pairs)
	}
	return out.Vector(), nil
}

// valueBetween makes rows that hold every value against two bounds, of which each is included or not.
func valueBetween(name, doc string, low, high bool) []*Row {
	return each(anything[1:], func(t column.Type) *Row {
		return anyWithin(name, doc, t, 2, func(x any, bounds []any) bool {
			return pastBound(t, x, bounds[0], 1, low) && pastBound(t, x, bounds[1], -1, high)
		})
	})
}

// valueBeyond makes rows that hold every value against one bound, on the side of it that sign says.
func valueBeyond(name, doc string, sign int, included bool) []*Row {
	return each(anything[1:], func(t column.Type) *Row {
		return anyWithin(name, doc, t, 1, func(x any, bounds []any) bool { return pastBound(t, x, bounds[0], sign, included) })
	})
}

func pastBound(t column.Type, x, bound any, sign int, included bool) bool {
	c := column.Compare(t, x, bound) * sign
	return c > 0 || c == 0 && included
}

// anyWithin is false where there is no value, or not just one as a bound.
func anyWithin(name, doc string, t column.Type, bounds int, test func(x any, bounds []any) bool) *Row {
	return nullable(multi(scalar(name, doc, func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
		out := &column.Vector{Type: boolean, Len: n, Ints: make([]int64, n)}
		limits := make([]any, bounds)
	rows:
		for i := range n {
			for k, v := range args[1:] {
				from, to := v.Range(i)
				if to != from+1 {
					continue rows
				}
				limits[k] = v.At(from)
			}
			out.Ints[i] = bit(slices.ContainsFunc(valuesOf(args[0], i), func(x any) bool { return test(x, limits) }))
		}
		return out, nil
	}, boolean, slices.Repeat([]column.Type{t}, bounds+1)...)))
}
