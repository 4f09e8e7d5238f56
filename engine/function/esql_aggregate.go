package function

import (
	"math"
	"slices"
	"sort"

	"casebook/engine/column"
)

// Aggregates of ES|QL take every value of a multi-value, and no null.

// folding is an aggregate that keeps a state a group.
type folding[S any] struct {
	env    *Env
	t      column.Type
	start  S
	states []S
	add    func(env *Env, s *S, args []*column.Vector, i int) error
	result func(env *Env, s *S) any // as column.Builder.Value takes it
}

func (f *folding[S]) grow(n int) {
	for len(f.states) < n {
		f.states = append(f.states, f.start)
	}
}

// Add adds a batch.
func (f *folding[S]) Add(groups []int32, args []*column.Vector, n int) error {
	for i := range n {
		g := int(groups[i])
		f.grow(g + 1)
		if err := f.add(f.env, &f.states[g], args, i); err != nil {
			return err
		}
	}
	return nil
}

// Result is a row a group.
func (f *folding[S]) Result(groups int) (*column.Vector, error) {
	f.grow(groups)
	b := column.NewBuilder(f.t, groups)
	for g := range groups {
		b.Value(f.result(f.env, &f.states[g]))
	}
	return b.Vector(), nil
}

// aggregate makes the row of a folding.
func aggregate[S any](name, doc string, returns column.Type, add func(*Env, *S, []*column.Vector, int) error, result func(*Env, *S) any, params ...column.Type) *Row {
	return &Row{Name: name, Kind: Aggregate, Doc: doc, Returns: returns, Params: params, New: func(env *Env, _ []column.Type) Aggregator {
		return &folding[S]{env: env, t: returns, add: add, result: result}
	}}
}

// shared is the row of an aggregate that both languages compute alike.
func shared(name, doc string, returns column.Type, make func(*Env, []column.Type) Aggregator, params ...column.Type) *Row {
	return &Row{Name: name, Kind: Aggregate, Doc: doc, Returns: returns, Params: params, New: make}
}

// distinct counts different values.
type distinct[T comparable] struct {
	env  *Env
	seen []map[T]struct{}
}

// Add adds a batch.
func (d *distinct[T]) Add(groups []int32, args []*column.Vector, n int) error {
	read := Reader[T](args[0])
	for i := range n {
		from, to := args[0].Range(i)
		if from == to {
			continue
		}
		g := groups[i]
		d.seen = grow(d.seen, g)
		if d.seen[g] == nil {
			d.seen[g] = map[T]struct{}{}
		}
		for at := from; at < to; at++ {
			d.seen[g][read(at)] = struct{}{}
		}
		if err := d.env.kept(len(d.seen[g])); err != nil {
			return err
		}
	}
	return nil
}

// Result is a row a group.
func (d *distinct[T]) Result(groups int) (*column.Vector, error) {
	out := &column.Vector{Type: column.Long, Len: groups, Ints: make([]int64, groups)}
	for g, seen := range extend(d.seen, groups) {
		out.Ints[g] = int64(len(seen))
	}
	return out, nil
}

func countDistinct(env *Env, types []column.Type) Aggregator {
	switch types[0].Kind() {
	case column.StringKind:
		return &distinct[string]{env: env}
	case column.FloatKind:
		return &distinct[float64]{env: env}
	}
	return &distinct[int64]{env: env}
}

// tested tells something of whether a group has a value.
func tested(name, doc string, t column.Type, test func(n int64) bool) *Row {
	return aggregate(name, doc, boolean, func(_ *Env, s *int64, args []*column.Vector, i int) error {
		from, to := args[0].Range(i)
		*s += int64(to - from)
		return nil
	}, func(_ *Env, s *int64) any { return test(*s) }, t)
}

var esqlAggregates = silent(
	[]*Row{shared("count", "the number of rows", column.Long, CountRows)},
	each(unordered, func(t column.Type) *Row { return shared("count", "the number of values", column.Long, CountValues, t) }),
	each(anything, func(t column.Type) *Row {
		return shared("count_distinct", "the number of different values", column.Long, countDistinct, t)
	}),
	pairs(anything, wholes, func(t, precision column.Type) *Row {
		return shared("count_distinct", "the number of different values; it is exact whatever the precision", column.Long, countDistinct, t, precision)
	}),
	each(anything, func(t column.Type) *Row { return shared("max", "the greatest value", t, Max, t) }),
	each(anything, func(t column.Type) *Row { return shared("min", "the least value", t, Min, t) }),
	each(unordered, func(t column.Type) *Row {
		// The vendor's order is undefined; sorted, equal inputs give equal results.
		r := shared("values", "every different value", t, Collect(t, true, SortedMulti(t)), t)
		r.Several = true
		return r
	}),
	each(unordered, func(t column.Type) *Row {
		return tested("present", "true where there is a value", t, func(n int64) bool { return n > 0 })
	}),
	each(unordered, func(t column.Type) *Row {
		return tested("absent", "true where there is no value", t, func(n int64) bool { return n == 0 })
	}),
)

// total is a sum, a count and what a variance needs.
type total struct {
	sum      compensated
	n        int64
	mean, m2 float64
}

func (s *total) add(x float64) {
	s.n++
	s.sum.add(x)
	delta := x - s.mean
	s.mean += delta / float64(s.n)
	s.m2 += delta * (x - s.mean)
}

// totalled adds numbers.
func totalled(t column.Type) func(*Env, *total, []*column.Vector, int) error {
	return func(_ *Env, s *total, args []*column.Vector, i int) error {
		from, to := args[0].Range(i)
		for at := from; at < to; at++ {
			if t == column.Double {
				s.add(args[0].Floats[at])
			} else {
				s.add(float64(args[0].Ints[at]))
			}
		}
		return nil
	}
}

// sum is null for nothing, and for what no double holds.
func sum(env *Env, s *total) any {
	if s.n == 0 {
		return nil
	}
	return orNull(finite(env, s.sum.settled()))
}

func average(env *Env, s *total) any {
	if s.n == 0 {
		return nil
	}
	return orNull(finite(env, s.sum.settled()/float64(s.n)))
}

func orNull(x float64, ok bool) any {
	if !ok {
		return nil
	}
	return x
}

func deviation(root bool) func(*Env, *total) any {
	return func(env *Env, s *total) any {
		if s.n == 0 {
			return nil
		}
		x := s.m2 / float64(s.n)
		if root {
			x = math.Sqrt(x)
		}
		return orNull(finite(env, x))
	}
}

// list is every value so far, and the rank that was asked for.
type list struct {
	values  []float64
	percent float64
}

func listed(env *Env, s *list, args []*column.Vector, i int) error {
	read := number(args[0])
	from, to := args[0].Range(i)
	for at := from; at < to; at++ {
		s.values = append(s.values, read(at))
	}
	if len(args) > 1 {
		if at, end := args[1].Range(i); end > at {
			s.percent = number(args[1])(at)
		}
	}
	return env.kept(len(s.values))
}

// kept fails when an aggregate keeps more values of one group than it may.
func (e *Env) kept(n int) error {
	if most := e.Limits.Values; most > 0 && n > most {
		return &LimitError{What: "values in one group", Limit: most}
	}
	return nil
}

func percentile(q func(s *list) float64) func(*Env, *list) any {
	return func(env *Env, s *list) any {
		percent := q(s)
		switch {
		case len(s.values) == 0:
			return nil
		case !(percent >= 0 && percent <= 100):
			env.Warn("java.lang.IllegalArgumentException: a percentile lies between 0 and 100, found [" + javaDouble(percent) + "]")
			return nil
		}
		sort.Float64s(s.values)
		return quantile(s.values, percent/100)
	}
}

func absoluteDeviation(_ *Env, s *list) any {
	if len(s.values) == 0 {
		return nil
	}
	sort.Float64s(s.values)
	m := quantile(s.values, 0.5)
	d := make([]float64, len(s.values))
	for i, x := range s.values {
		d[i] = math.Abs(x - m)
	}
	sort.Float64s(d)
	return quantile(d, 0.5)
}

// weighted is a sum of products and the sum of their weights.
type weighted struct {
	sum, weight compensated
	n           int64
}

// wholeSum is a sum of whole numbers that says when it does not fit.
type wholeSum struct {
	sum, n int64
	over   bool
}

// wholeMean is the mean of whole numbers whose sum has to fit, as WEIGHTED_AVG under a constant weight computes it.
func wholeMean(t column.Type) *Row {
	return aggregate("$whole_mean", "the mean of whole numbers whose sum fits", column.Double, func(_ *Env, s *wholeSum, args []*column.Vector, i int) error {
		from, to := args[0].Range(i)
		for _, x := range args[0].Ints[from:to] {
			sum, ok := addWhole(s.sum, x)
			s.sum, s.n, s.over = sum, s.n+1, s.over || !ok
		}
		return nil
	}, func(env *Env, s *wholeSum) any {
		switch {
		case s.n == 0:
			return nil
		case s.over:
			env.Warn(longOverflow)
			return nil
		}
		return float64(s.sum) / float64(s.n)
	}, t)
}

var esqlNumberAggregates = slices.Concat(
	[]*Row{wholeMean(column.Int), wholeMean(column.Long)},
	each(signed, func(t column.Type) *Row {
		if t != column.Double {
			r := shared("sum", "the sum of the values", column.Long, Sum(true, false), t)
			r.Adds = true
			return r
		}
		r := aggregate("sum", "the sum of the values", t, totalled(t), sum, t)
		r.Adds = true
		return r
	}),
	each(signed, func(t column.Type) *Row {
		if t != column.Double {
			r := shared("avg", "the mean of the values", column.Double, Average(false), t)
			r.Silent = true
			return r
		}
		r := aggregate("avg", "the mean of the values", t, totalled(t), average, t)
		r.Adds = true
		return r
	}),
	each(signed, func(t column.Type) *Row {
		return aggregate("std_dev", "the standard deviation of the values, as of a whole population", column.Double, totalled(t), deviation(true), t)
	}),
	each(signed, func(t column.Type) *Row {
		return aggregate("variance", "the variance of the values, as of a whole population", column.Double, totalled(t), deviation(false), t)
	}),
	each(signed, func(t column.Type) *Row {
		return aggregate("std_var", "the variance of the values, as of a whole population", column.Double, totalled(t), deviation(false), t)
	}),
	each(signed, func(t column.Type) *Row {
		return aggregate("median", "the value in the middle", column.Double, listed, percentile(func(*list) float64 { return 50 }), t)
	}),
	each(signed, func(t column.Type) *Row {
		return aggregate("median_absolute_deviation", "the median distance of the values from their median", column.Double, listed, absoluteDeviation, t)
	}),
	pairs(signed, signed, func(t, p column.Type) *Row {
		return aggregate("percentile", "the value below which so many percent of the values lie", column.Double, listed, percentile(func(s *list) float64 { return s.percent }), t, p)
	}),
	pairs(signed, signed, func(t, w column.Type) *Row {
		return aggregate("weighted_avg", "the mean of the values, each counted by its weight", column.Double, func(env *Env, s *weighted, args []*column.Vector, i int) error {
			from, to := args[0].Range(i)
			at, end := args[1].Range(i)
			for k := at; k < end; k++ { // the weight of a row without a value counts, as in the vendor's engine
				s.weight.add(number(args[1])(k))
			}
			if to-from > 1 || end-at > 1 {
				env.Warn(MultiValueWarning)
			}
			if to-from == 1 && end-at == 1 {
				s.n++
				s.sum.add(number(args[0])(from) * number(args[1])(at))
			}
			return nil
		}, func(env *Env, s *weighted) any {
			if s.n == 0 {
				return nil
			}
			if s.weight.value == 0 {
				env.Warn(byZero)
				return nil
			}
			return s.sum.value / s.weight.value
		}, t, w)
	}),
)
