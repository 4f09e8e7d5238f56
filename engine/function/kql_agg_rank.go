package function

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"casebook/engine/column"
)

// Percentiles are nearest ranks: no value is made up between two. The vendor's sketch agrees within its error of rank.

// ranking is the values of one group, with their weights where they have any, and the ranks that are wanted.
type ranking[T any] struct {
	values  []T
	weights []int64
	ranks   []float64
}

// nearest is the first value that so many hundredths of the weight do not lie above.
func (r *ranking[T]) nearest(rank float64) (value T, ok bool) {
	n := len(r.values)
	if n == 0 {
		return value, false
	}
	if r.weights == nil {
		at := int(math.Ceil(rank / 100 * float64(n)))
		return r.values[min(max(at, 1), n)-1], true
	}
	total, sum := int64(0), int64(0)
	for _, w := range r.weights {
		total += w
	}
	want := int64(math.Ceil(rank / 100 * float64(total)))
	for i, v := range r.values {
		if sum += r.weights[i]; sum >= want {
			return v, true
		}
	}
	return r.values[n-1], true
}

func (r *ranking[T]) sort(compare func(a, b T) int) {
	if r.weights == nil {
		slices.SortFunc(r.values, compare)
		return
	}
	sort.Stable(byValue[T]{r, compare})
}

// byValue sorts values and their weights together.
type byValue[T any] struct {
	*ranking[T]
	compare func(a, b T) int
}

func (b byValue[T]) Len() int           { return len(b.values) }
func (b byValue[T]) Less(i, j int) bool { return b.compare(b.values[i], b.values[j]) < 0 }
func (b byValue[T]) Swap(i, j int) {
	b.values[i], b.values[j] = b.values[j], b.values[i]
	b.weights[i], b.weights[j] = b.weights[j], b.weights[i]
}

// percentileOf is percentile(x, rank), and with weights percentilew(x, weight, rank).
func percentileOf(weights bool) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, args []column.Type) Aggregator {
		t, last := args[0], len(args)-1
		if t == column.Int {
			t = column.Long
		}
		rank := func(args []*column.Vector, i int) []float64 {
			if args[last].IsNull(i) {
				return nil
			}
			return []float64{floatAt(args[last], i)}
		}
		if t.Kind() == column.FloatKind {
			return rankedValues(t, weights, func(v *column.Vector) []float64 { return v.Floats }, rank, func(r *ranking[float64]) any {
				if x, ok := r.first(); ok {
					return x
				}
				return nil
			})
		}
		return rankedValues(t, weights, func(v *column.Vector) []int64 { return v.Ints }, rank, func(r *ranking[int64]) any {
			if x, ok := r.first(); ok {
				return x
			}
			return nil
		})
	}
}

// first is the value at the first rank.
func (r *ranking[T]) first() (value T, ok bool) {
	if len(r.ranks) == 0 {
		return value, false
	}
	return r.nearest(r.ranks[0])
}

// rankedValues gathers values; a row without a value, or with a weight that is not above 0, does not count.
func rankedValues[T cmp.Ordered](t column.Type, weights bool, values func(*column.Vector) []T, ranks func(args []*column.Vector, i int) []float64, result func(*ranking[T]) any) Aggregator {
	return &groupsOf[ranking[T]]{t: t, fresh: func() *ranking[T] { return &ranking[T]{} },
		add: func(s *ranking[T], args []*column.Vector, i int) error {
			if s.ranks == nil {
				s.ranks = ranks(args, i)
			}
			v := args[0]
			if v.Type.Kind() == column.NoKind || v.IsNull(i) {
				return nil
			}
			if weights {
				if args[1].IsNull(i) || args[1].Ints[i] <= 0 {
					return nil
				}
				s.weights = append(s.weights, args[1].Ints[i])
			}
			s.values = append(s.values, values(v)[i])
			return nil
		},
		result: func(s *ranking[T]) any {
			s.sort(cmp.Compare[T])
			return result(s)
		}}
}

// percentileArrays is percentiles_array(x, ranks) and with weights percentilesw_array(x, weight, ranks): the values at some
// ranks in an array.
func percentileArrays(weights bool) func(*Env, []column.Type) Aggregator {
	from := 1
	if weights {
		from = 2
	}
	ranks := func(args []*column.Vector, i int) []float64 {
		list := []float64{}
		for _, v := range args[from:] {
			switch x := cell(v, i).(type) {
			case []any:
				for _, e := range x {
					if f, ok := dynamicNumber(e); ok {
						list = append(list, f)
					}
				}
			case float64:
				list = append(list, x)
			}
		}
		return list
	}
	return func(_ *Env, types []column.Type) Aggregator {
		t := types[0]
		if t.Kind() == column.FloatKind {
			return rankedValues(column.Dynamic, weights, func(v *column.Vector) []float64 { return v.Floats }, ranks, func(r *ranking[float64]) any {
				return boxedRanks(t, r)
			})
		}
		return rankedValues(column.Dynamic, weights, func(v *column.Vector) []int64 { return v.Ints }, ranks, func(r *ranking[int64]) any {
			return boxedRanks(t, r)
		})
	}
}

func boxedRanks[T any](t column.Type, r *ranking[T]) any {
	out := []any{}
	for _, rank := range r.ranks {
		if x, ok := r.nearest(rank); ok {
			out = append(out, Boxed(t, x))
		} else {
			out = append(out, nil)
		}
	}
	return out
}
