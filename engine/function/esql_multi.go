package function

import (
	"math"
	"slices"
	"sort"
	"strings"

	"casebook/engine/column"
)

// Functions of multi-values take all values of a row and are null where there is none.

// over lifts a function of all values of a row; a vector without multi-values is asked in the same way.
func over(name, doc string, returns, t column.Type, f func(env *Env, values []any) (any, bool)) *Row {
	return multi(scalar(name, doc, MapValues(returns, func(env *Env, values []any, _ []any) ([]any, bool) {
		x, ok := f(env, values)
		return []any{x}, ok
	}), returns, t))
}

// pick lifts a function that keeps one value of each row; where there are no multi-values nothing changes.
func pick(name, doc string, t column.Type, f func(values []any) any) *Row {
	r := over(name, doc, t, t, func(_ *Env, values []any) (any, bool) { return f(values), true })
	several := r.Eval
	r.Eval = func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		if args[0].Offsets == nil {
			return args[0], nil
		}
		return several(env, args, n)
	}
	r.Silent = true
	return r
}

// reorder lifts a function that makes other values of each row's, of the same type.
func reorder(name, doc string, t column.Type, f func(env *Env, values []any, rest []any) ([]any, bool), rest ...column.Type) *Row {
	return multi(scalar(name, doc, MapValues(t, f), t, append([]column.Type{t}, rest...)...))
}

func sorted(t column.Type, values []any) []any {
	out := slices.Clone(values)
	sort.SliceStable(out, func(i, j int) bool { return column.Compare(t, out[i], out[j]) < 0 })
	return out
}

func least(t column.Type, sign int) func(values []any) any {
	return func(values []any) any {
		best := values[0]
		for _, x := range values[1:] {
			if sign*column.Compare(t, x, best) < 0 {
				best = x
			}
		}
		return best
	}
}

func dedupe(values []any) []any {
	seen := make(map[any]bool, len(values))
	out := make([]any, 0, len(values))
	for _, x := range values {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out
}

func slice(values []any, start, end int64) ([]any, bool) {
	n := int64(len(values))
	at := func(i int64) int64 {
		if i < 0 {
			return i + n
		}
		return i
	}
	from, to := max(at(start), 0), min(at(end), n-1)
	if from > to {
		return nil, false
	}
	return values[from : to+1], true
}

var esqlMulti = slices.Concat(
	each(unordered, func(t column.Type) *Row {
		return multi(scalar("mv_count", "the number of values", MapValues(integer, func(_ *Env, values []any, _ []any) ([]int64, bool) {
			return []int64{int64(len(values))}, true
		}), integer, t))
	}),
	each(unordered, func(t column.Type) *Row {
		return pick("mv_first", "the first of the values", t, func(v []any) any { return v[0] })
	}),
	each(unordered, func(t column.Type) *Row {
		return pick("mv_last", "the last of the values", t, func(v []any) any { return v[len(v)-1] })
	}),
	each(anything, func(t column.Type) *Row { return pick("mv_min", "the least of the values", t, least(t, 1)) }),
	each(anything, func(t column.Type) *Row { return pick("mv_max", "the greatest of the values", t, least(t, -1)) }),
	each(unordered, func(t column.Type) *Row {
		return reorder("mv_dedupe", "the values, each once", t, func(_ *Env, v []any, _ []any) ([]any, bool) { return dedupe(v), true })
	}),
	each(anything, func(t column.Type) *Row {
		return reorder("mv_sort", "the values in ascending order", t, func(_ *Env, v []any, _ []any) ([]any, bool) { return sorted(t, v), true })
	}),
	each(anything, func(t column.Type) *Row {
		return reorder("mv_sort", `the values in order: "asc" or "desc"`, t, func(env *Env, v []any, rest []any) ([]any, bool) {
			out := sorted(t, v)
			switch order := rest[0].(string); {
			case strings.EqualFold(order, "desc"):
				slices.Reverse(out)
			case !strings.EqualFold(order, "asc"):
				env.Warn("java.lang.IllegalArgumentException: Invalid order value [" + order + "], expected one of [ASC, DESC]")
				return nil, false
			}
			return out, true
		}, str)
	}),
	each(anything, func(t column.Type) *Row {
		return reorder("mv_slice", "the value at a place, counted from 0, or from the end where negative", t, func(_ *Env, v []any, rest []any) ([]any, bool) {
			return slice(v, rest[0].(int64), rest[0].(int64))
		}, integer)
	}),
	each(anything, func(t column.Type) *Row {
		return reorder("mv_slice", "the values from one place to another", t, func(env *Env, v []any, rest []any) ([]any, bool) {
			start, end := rest[0].(int64), rest[1].(int64)
			if start > end && (start < 0) == (end < 0) {
				env.Warn("org.elasticsearch.xpack.esql.core.InvalidArgumentException: Start offset is greater than end offset")
				return nil, false
			}
			return slice(v, start, end)
		}, integer, integer)
	}),
	each(numbers, func(t column.Type) *Row {
		return over("mv_avg", "the mean of the values", column.Double, t, func(env *Env, v []any) (any, bool) {
			return finiteAny(env, sumOf(v)/float64(len(v)))
		})
	}),
	each(numbers, func(t column.Type) *Row {
		return over("mv_sum", "the sum of the values", t, t, func(env *Env, v []any) (any, bool) { return addAll(env, t, v) })
	}),
	each(numbers, func(t column.Type) *Row {
		return over("mv_median", "the median of the values", t, t, func(_ *Env, v []any) (any, bool) { return middle(t, sorted(t, v)), true })
	}),
	each(numbers, func(t column.Type) *Row {
		return over("mv_median_absolute_deviation", "the median distance of the values from their median", t, t, func(_ *Env, v []any) (any, bool) {
			m := asFloat(middle(t, sorted(t, v)))
			d := make([]any, len(v))
			for i, x := range v {
				d[i] = back(t, math.Abs(asFloat(x)-m))
			}
			return middle(t, sorted(t, d)), true
		})
	}),
	pairs(signed, signed, func(t, p column.Type) *Row {
		return reorder("mv_percentile", "the value below which so many percent of the values lie", t, func(env *Env, v []any, rest []any) ([]any, bool) {
			percent := asFloat(rest[0])
			if !(percent >= 0 && percent <= 100) {
				env.Warn("java.lang.IllegalArgumentException: Percentile parameter must be a number between 0 and 100, found [" + TextOf(p, rest[0]) + "]")
				return nil, false
			}
			floats := make([]float64, len(v))
			for i, x := range sorted(t, v) {
				floats[i] = asFloat(x)
			}
			return []any{back(t, quantile(floats, percent/100))}, true
		}, p)
	}),
	[]*Row{
		multi(scalar("mv_concat", "the texts with a separator between them", concatenated, str, str, str)),
		multi(scalar("mv_pseries_weighted_sum", "the sum of the values, each divided by its place raised to a power", MapValues(column.Double, func(env *Env, values []float64, rest []any) ([]float64, bool) {
			var s compensated
			for i, x := range values {
				s.add(x / exactPow(float64(i+1), rest[0].(float64)))
			}
			x, ok := finite(env, s.value)
			return []float64{x}, ok
		}), column.Double, column.Double, column.Double)),
	},
)

// concatenated puts the texts of each row together.
func concatenated(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	var bad error
	made := 0
	v, err := MapValues(str, func(_ *Env, values []string, rest []any) ([]string, bool) {
		if bad != nil {
			return nil, false
		}
		var s string
		if s, bad = JoinTexts(values, rest[0].(string)); bad == nil && made+len(s) > MostTexts {
			bad = errTexts
		}
		made += len(s)
		return []string{s}, true
	})(env, args, n)
	if err == nil {
		err = bad
	}
	return v, err
}

func finiteAny(env *Env, x float64) (any, bool) {
	y, ok := finite(env, x)
	return y, ok
}

func sumOf(values []any) float64 {
	var s compensated
	for _, x := range values {
		s.add(asFloat(x))
	}
	return s.value
}

func addAll(env *Env, t column.Type, values []any) (any, bool) {
	switch t {
	case column.Double:
		return finiteAny(env, sumOf(values))
	case column.ULong:
		var total uint64
		for _, x := range values {
			next, ok := addUnsigned(total, x.(uint64))
			if !ok {
				return overflow[any](env, ulongOverflow)
			}
			total = next
		}
		return total, true
	}
	var total int64
	for _, x := range values {
		next, ok := addWhole(total, x.(int64))
		if !ok || t == column.Int && next != int64(int32(next)) {
			text := longOverflow
			if t == column.Int {
				text = intOverflow
			}
			return overflow[any](env, text)
		}
		total = next
	}
	return total, true
}

// middle is the median of sorted values; between two integers it is rounded down.
func middle(t column.Type, values []any) any {
	n := len(values)
	if n%2 == 1 {
		return values[n/2]
	}
	a, b := values[n/2-1], values[n/2]
	switch t {
	case column.Double:
		return asFloat(a)/2 + asFloat(b)/2
	case column.ULong:
		x, y := a.(uint64), b.(uint64)
		return x + (y-x)/2
	}
	x, y := a.(int64), b.(int64)
	return (x & y) + (x^y)>>1
}

// back is a double as a number type stores it.
func back(t column.Type, x float64) any {
	switch t {
	case column.Double:
		return x
	case column.ULong:
		return uint64(x)
	}
	return int64(x)
}

// quantile interpolates between sorted values.
func quantile(values []float64, q float64) float64 {
	at := q * float64(len(values)-1)
	low := int(math.Floor(at))
	high := min(low+1, len(values)-1)
	return values[low] + (values[high]-values[low])*(at-float64(low))
}

// compensated is a sum that carries its rounding error along.
type compensated struct{ value, delta float64 }

func (s *compensated) add(x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		s.value += x
		return
	}
	if math.IsNaN(s.value) || math.IsInf(s.value, 0) {
		return
	}
	corrected := x + s.delta
	updated := s.value + corrected
	s.delta = corrected - (updated - s.value)
	s.value = updated
}

// settled is the sum with the error that is still carried, as where partial sums are put together.
func (s *compensated) settled() float64 { return s.value + s.delta }
