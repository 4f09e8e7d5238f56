package function

import (
	"math"
	"sort"

	"casebook/engine/column"
)

// aggregateRow is an aggregate of KQL.
func aggregateRow(sig, doc string, make func(*Env, []column.Type) Aggregator) *Row {
	name, s := signature(sig)
	return &Row{Name: name, Kind: Aggregate, Doc: doc, Signature: s, New: make}
}

// The aggregates with a condition are the same ones over the rows where it holds; the binder puts the condition aside.
var kqlAggregates = []*Row{
	aggregateRow("count(isbool?) long =prefix:count", "how many rows", CountRows),
	aggregateRow("count(scalar) long =prefix:count", "how many rows", CountRows),
	aggregateRow("countif(bool) long =prefix:countif", "how many rows hold", CountRows),
	aggregateRow("sum(summable) promoted =prefix:sum", "the sum", summing),
	aggregateRow("sumif(summable, bool) promoted =prefix:sumif", "the sum where a condition holds", summing),
	aggregateRow("avg(isdecimal) decimal =prefix:avg", "the mean", meanOf),
	aggregateRow("avg(number) real =prefix:avg", "the mean", meanOf),
	aggregateRow("avg(timespan) timespan =prefix:avg", "the mean", meanOf),
	aggregateRow("avg(datetime) datetime =prefix:avg", "the mean", meanOf),
	aggregateRow("avgif(isdecimal, bool) decimal =prefix:avgif", "the mean where a condition holds", meanOf),
	aggregateRow("avgif(number, bool) real =prefix:avgif", "the mean where a condition holds", meanOf),
	aggregateRow("avgif(timespan, bool) timespan =prefix:avgif", "the mean where a condition holds", meanOf),
	aggregateRow("avgif(datetime, bool) datetime =prefix:avgif", "the mean where a condition holds", meanOf),
	aggregateRow("min(orderable) same =prefix:min", "the least value", extremes(-1)),
	aggregateRow("minif(orderable, bool) same =prefix:minif", "the least value where a condition holds", extremes(-1)),
	aggregateRow("max(orderable) same =prefix:max", "the greatest value", extremes(1)),
	aggregateRow("maxif(orderable, bool) same =prefix:maxif", "the greatest value where a condition holds", extremes(1)),
	aggregateRow("stdev(summable) real =prefix:stdev", "the standard deviation of a sample", moments(true, true)),
	aggregateRow("stdevif(summable, bool) real =prefix:stdevif", "the standard deviation of a sample where a condition holds", moments(true, true)),
	aggregateRow("stdevp(summable) real =prefix:stdevp", "the standard deviation", moments(true, false)),
	aggregateRow("stdevpif(summable, bool) real =prefix:stdevpif", "the standard deviation where a condition holds", moments(true, false)),
	aggregateRow("variance(summable) real =prefix:variance", "the variance of a sample", moments(false, true)),
	aggregateRow("varianceif(summable, bool) real =prefix:varianceif", "the variance of a sample where a condition holds", moments(false, true)),
	aggregateRow("variancep(summable) real =prefix:variancep", "the variance", moments(false, false)),
	aggregateRow("variancepif(summable, bool) real =prefix:variancepif", "the variance where a condition holds", moments(false, false)),
	aggregateRow("covariance(summable, summable) real =prefix:covariance", "the covariance of a sample", covariances(true)),
	aggregateRow("covarianceif(summable, summable, bool) real =prefix:covarianceif", "the covariance of a sample where a condition holds", covariances(true)),
	aggregateRow("covariancep(summable, summable) real =prefix:covariancep", "the covariance", covariances(false)),
	aggregateRow("covariancepif(summable, summable, bool) real =prefix:covariancepif", "the covariance where a condition holds", covariances(false)),
	aggregateRow("dcount(scalar, integer?) long =prefix:dcount", "how many different values", gather(column.Long, distinctCount)),
	aggregateRow("dcountif(scalar, bool, integer?) long =prefix:dcountif", "how many different values where a condition holds", gather(column.Long, distinctCount)),
	aggregateRow("count_distinct(notdynamic) long =prefix:count_distinct", "how many different values", gather(column.Long, distinctCount)),
	aggregateRow("count_distinctif(notdynamic, bool) long =prefix:count_distinctif", "how many different values where a condition holds", gather(column.Long, distinctCount)),
	aggregateRow("make_list(scalar, integer?) dynamic =prefix:list", "the values", gather(column.Dynamic, elementsOf)),
	aggregateRow("make_list_if(scalar, bool, integer?) dynamic =prefix:list", "the values where a condition holds", gather(column.Dynamic, elementsOf)),
	aggregateRow("makelist(scalar, integer?) dynamic =prefix:list", "the first 128 values", gather(column.Dynamic, legacy(elementsOf))),
	aggregateRow("make_list_with_nulls(scalar) dynamic =prefix:list", "the values, nulls too", gatherNulls(column.Dynamic, elementsOf)),
	aggregateRow("make_set(scalar, integer?) dynamic =prefix:set", "the different values", gather(column.Dynamic, set)),
	aggregateRow("make_set_if(scalar, bool, integer?) dynamic =prefix:set", "the different values where a condition holds", gather(column.Dynamic, set)),
	aggregateRow("makeset(scalar, integer?) dynamic =prefix:set", "the first 128 different values", gather(column.Dynamic, legacy(set))),
	aggregateRow("make_bag(bag, integer?) dynamic =prefix:bag", "the keys of several bags in one", gather(column.Dynamic, bag)),
	aggregateRow("make_bag_if(bag, bool, integer?) dynamic =prefix:bag", "the keys of several bags in one, where a condition holds", gather(column.Dynamic, bag)),
	aggregateRow("make_dictionary(bag, integer?) dynamic =prefix:dictionary", "the keys of several bags in one", gather(column.Dynamic, bag)),
	aggregateRow("take_any(scalar...) same =first", "some value", First),
	aggregateRow("take_anyif(scalar, bool) same =first", "some value where a condition holds", First),
	aggregateRow("any(scalar...) same =prefix:any", "some value", First),
	aggregateRow("anyif(scalar, bool) same =prefix:anyif", "some value where a condition holds", First),
	aggregateRow("arg_max(orderable, scalar...) same =first", "the row with the greatest value", argExtreme(1)),
	aggregateRow("arg_min(orderable, scalar...) same =first", "the row with the least value", argExtreme(-1)),
	aggregateRow("argmax(orderable, scalar...) same =first", "the row with the greatest value", argExtreme(1)),
	aggregateRow("argmin(orderable, scalar...) same =first", "the row with the least value", argExtreme(-1)),
	aggregateRow("percentile(scalar, number) same =first", "the value at a rank", percentileOf),
	aggregateRow("percentiles(scalar, number...) same =first", "the values at some ranks", percentileOf),
	aggregateRow("percentilew(scalar, integer, number) same =first", "the value at a rank, by weights", percentileOfWeights),
	aggregateRow("percentilesw(scalar, integer, number...) same =first", "the values at some ranks, by weights", percentileOfWeights),
	aggregateRow("percentiles_array(summable, real...) dynamic =prefix:percentiles", "the values at some ranks in an array", percentileArrays(false)),
	aggregateRow("percentiles_array(summable, array) dynamic =prefix:percentiles", "the values at some ranks in an array", percentileArrays(false)),
	aggregateRow("percentilesw_array(summable, integer, real...) dynamic =prefix:percentiles", "the values at some ranks in an array, by weights", percentileArrays(true)),
	aggregateRow("percentilesw_array(summable, integer, array) dynamic =prefix:percentiles", "the values at some ranks in an array, by weights", percentileArrays(true)),
	aggregateRow("binary_all_and(integer) same =first", "the bits that all values have", bitsOf(-1, func(a, b int64) int64 { return a & b })),
	aggregateRow("binary_all_or(integer) same =first", "the bits that some value has", bitsOf(0, func(a, b int64) int64 { return a | b })),
	aggregateRow("binary_all_xor(integer) same =first", "the bits that an odd number of values have", bitsOf(0, func(a, b int64) int64 { return a ^ b })),
	aggregateRow("buildschema(bag) dynamic =prefix:schema", "the shape of dynamic values", gathering(column.Dynamic, schemaOf, false, false)),
}

// groupsOf keeps a state for each group.
type groupsOf[S any] struct {
	t      column.Type
	states []*S
	fresh  func() *S
	add    func(s *S, args []*column.Vector, i int) error
	result func(s *S) any
}

func (g *groupsOf[S]) Add(groups []int32, args []*column.Vector, n int) error {
	for i, k := range groups[:n] {
		for int(k) >= len(g.states) {
			g.states = append(g.states, nil)
		}
		if g.states[k] == nil {
			g.states[k] = g.fresh()
		}
		if err := g.add(g.states[k], args, i); err != nil {
			return err
		}
	}
	return nil
}

func (g *groupsOf[S]) Result(groups int) (*column.Vector, error) {
	b := column.NewBuilder(g.t, groups)
	for k := range groups {
		var s *S
		if k < len(g.states) {
			s = g.states[k]
		}
		if s == nil {
			s = g.fresh()
		}
		put(b, g.t, g.result(s))
	}
	return b.Vector(), nil
}

type moment struct {
	n    int64
	i    int64
	base int64
	f    float64
	mean float64
	m2   float64
	seen bool
}

func zero() *moment { return &moment{} }

// sumOf is 0 over nothing.
func summing(_ *Env, args []column.Type) Aggregator {
	t := args[0]
	if t == column.Int {
		t = column.Long
	}
	real := t.Kind() == column.FloatKind
	return &groupsOf[moment]{t: t, fresh: zero,
		add: func(s *moment, args []*column.Vector, i int) error {
			if args[0].IsNull(i) {
				return nil
			}
			s.seen = true
			if real {
				s.f += args[0].Floats[i]
			} else {
				s.i += args[0].Ints[i]
				if args[0].Type == column.Time {
					s.i += column.TicksAtEpoch
				}
			}
			return nil
		},
		result: func(s *moment) any {
			switch {
			case real:
				return s.f
			case t == column.Time:
				return s.i - column.TicksAtEpoch
			}
			return s.i
		}}
}

// meanOf is NaN over nothing, or null where there is no NaN.
func meanOf(_ *Env, args []column.Type) Aggregator {
	t := args[0]
	if t != column.Time && t != column.Duration && t != column.Decimal {
		t = column.Double
	}
	times := t.Kind() == column.IntKind
	return &groupsOf[moment]{t: t, fresh: zero,
		add: func(s *moment, args []*column.Vector, i int) error {
			if !args[0].IsNull(i) {
				s.n++
				if times && !s.seen {
					// Times are far from zero: what is summed is how far they are from the first.
					s.base, s.seen = args[0].Ints[i], true
				}
				if args[0].Type.Kind() == column.IntKind {
					s.i += args[0].Ints[i] - s.base
				} else {
					s.f += args[0].Floats[i]
				}
			}
			return nil
		},
		result: func(s *moment) any {
			if !times {
				return (s.f + float64(s.i)) / float64(s.n)
			}
			if s.n == 0 {
				return nil
			}
			return s.base + s.i/s.n
		}}
}

func floatAt(v *column.Vector, i int) float64 {
	if v.Type.Kind() == column.FloatKind {
		return v.Floats[i]
	}
	return float64(v.Ints[i])
}

// moments is variance and standard deviation by Welford's method; 0 over too little.
func moments(root, sample bool) func(*Env, []column.Type) Aggregator {
	return func(*Env, []column.Type) Aggregator {
		return &groupsOf[moment]{t: column.Double, fresh: zero,
			add: func(s *moment, args []*column.Vector, i int) error {
				if args[0].IsNull(i) {
					return nil
				}
				x := floatAt(args[0], i)
				s.n++
				d := x - s.mean
				s.mean += d / float64(s.n)
				s.m2 += d * (x - s.mean)
				return nil
			},
			result: func(s *moment) any {
				n := float64(s.n)
				if sample {
					n--
				}
				if s.n == 0 || n <= 0 {
					return float64(0)
				}
				if root {
					return math.Sqrt(s.m2 / n)
				}
				return s.m2 / n
			}}
	}
}

func covariances(sample bool) func(*Env, []column.Type) Aggregator {
	return func(*Env, []column.Type) Aggregator {
		return &groupsOf[moment]{t: column.Double, fresh: zero,
			add: func(s *moment, args []*column.Vector, i int) error {
				if args[0].IsNull(i) || args[1].IsNull(i) {
					return nil
				}
				x, y := floatAt(args[0], i), floatAt(args[1], i)
				s.n++
				d := x - s.mean
				s.mean += d / float64(s.n)
				s.f += (y - s.f) / float64(s.n)
				s.m2 += d * (y - s.f)
				return nil
			},
			result: func(s *moment) any {
				n := float64(s.n)
				if sample {
					n--
				}
				if n <= 0 {
					return float64(0)
				}
				return s.m2 / n
			}}
	}
}

type champion struct {
	key, value any
	seen       bool
}

func isNaN(x any) bool {
	f, ok := x.(float64)
	return ok && math.IsNaN(f)
}

// extremes is the least or greatest value; NaN is both, wherever it comes up.
func extremes(sign int) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, args []column.Type) Aggregator {
		return &groupsOf[champion]{t: args[0], fresh: func() *champion { return &champion{} },
			add: func(s *champion, args []*column.Vector, i int) error {
				x := cell(args[0], i)
				if x == nil {
					return nil
				}
				if f, ok := x.(float64); ok && math.IsNaN(f) {
					s.key = x
					return nil
				}
				old, isFloat := s.key.(float64)
				if !(isFloat && math.IsNaN(old)) && (s.key == nil || compareCells(x, s.key)*sign > 0) {
					s.key = x
				}
				return nil
			},
			result: func(s *champion) any { return s.key }}
	}
}

// argExtreme is a value from the first row with the greatest key; a row without key counts only while there is none with one.
func argExtreme(sign int) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, args []column.Type) Aggregator {
		at := len(args) - 1
		return &groupsOf[champion]{t: args[at], fresh: func() *champion { return &champion{} },
			add: func(s *champion, args []*column.Vector, i int) error {
				k := cell(args[0], i)
				if !s.seen || k != nil && !isNaN(s.key) && (s.key == nil || isNaN(k) || compareCells(k, s.key)*sign > 0) {
					s.key, s.value, s.seen = k, cell(args[at], i), true
				}
				return nil
			},
			result: func(s *champion) any { return s.value }}
	}
}

// gathered is the values of one group.
type gatheredValues struct {
	values []any
	limit  int64
}

// gather keeps the values that are not null and makes something of them.
func gather(t column.Type, finish func(*gatheredValues) any) func(*Env, []column.Type) Aggregator {
	return gathering(t, finish, false, t == column.Dynamic)
}

func gatherNulls(t column.Type, finish func(*gatheredValues) any) func(*Env, []column.Type) Aggregator {
	return gathering(t, finish, true, true)
}

func gathering(t column.Type, finish func(*gatheredValues) any, nulls, flatten bool) func(*Env, []column.Type) Aggregator {
	return func(env *Env, types []column.Type) Aggregator {
		return &groupsOf[gatheredValues]{t: t, fresh: func() *gatheredValues { return &gatheredValues{limit: -1} },
			add: func(s *gatheredValues, args []*column.Vector, i int) error {
				if len(args) > 1 && !args[1].IsNull(i) && args[1].Type.Kind() == column.IntKind {
					s.limit = args[1].Ints[i]
				}
				x := Boxed(args[0].Type, cell(args[0], i))
				if x == nil && !nulls && args[0].Type != column.Dynamic {
					return nil
				}
				if env.Limits.Values > 0 && len(s.values) >= env.Limits.Values {
					return &LimitError{What: "values of one aggregate", Limit: env.Limits.Values}
				}
				// Arrays give their elements, one by one.
				if flat, ok := x.([]any); ok && flatten {
					s.values = append(s.values, flat...)
					return nil
				}
				s.values = append(s.values, x)
				return nil
			},
			result: func(s *gatheredValues) any { return finish(s) }}
	}
}

func distinctCount(s *gatheredValues) any {
	seen := map[string]bool{}
	for _, x := range s.values {
		if x != nil {
			seen[identity(x)] = true
		}
	}
	return int64(len(seen))
}

// identity is a text that only equal values share.
func identity(x any) string {
	switch x := x.(type) {
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1e15 {
			return identity(int64(x))
		}
	case string:
		return "s" + x
	}
	return string(appendJSON([]byte(dynamicType(x)[:1]), x))
}

func elementsOf(s *gatheredValues) any {
	if s.limit >= 0 && int64(len(s.values)) > s.limit {
		s.values = s.values[:s.limit]
	}
	return append([]any{}, s.values...)
}

func set(s *gatheredValues) any {
	out, seen := []any{}, map[string]bool{}
	for _, x := range s.values {
		if s.limit >= 0 && int64(len(out)) >= s.limit {
			break
		}
		if k := identity(x); x != nil && !seen[k] {
			seen[k] = true
			out = append(out, x)
		}
	}
	return out
}

// legacy caps the older aggregates, which kept no more than 128 values.
func legacy(finish func(*gatheredValues) any) func(*gatheredValues) any {
	return func(s *gatheredValues) any {
		if s.limit < 0 {
			s.limit = 128
		}
		return finish(s)
	}
}

// bag keeps the first value of each key.
func bag(s *gatheredValues) any {
	out := column.NewObject()
	for _, x := range s.values {
		o, ok := x.(*column.Object)
		if !ok {
			continue
		}
		for _, k := range o.Keys {
			if _, there := out.Get(k); !there && (s.limit < 0 || int64(len(out.Keys)) < s.limit) {
				out.Set(k, o.Values[k])
			}
		}
	}
	return out
}

func bitsOf(start int64, f func(a, b int64) int64) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, args []column.Type) Aggregator {
		return &groupsOf[moment]{t: column.Long, fresh: func() *moment { return &moment{i: start} },
			add: func(s *moment, args []*column.Vector, i int) error {
				if !args[0].IsNull(i) {
					s.i, s.seen = f(s.i, args[0].Ints[i]), true
				}
				return nil
			},
			result: func(s *moment) any {
				if !s.seen {
					return nil
				}
				return s.i
			}}
	}
}

// weighted is the values of one group with their weights.
type weighing struct {
	values  []any
	weights []int64
	ranks   []float64
	total   int64
}

func (w *weighing) add(x any, weight int64) {
	if x == nil || weight <= 0 {
		return
	}
	w.values, w.weights = append(w.values, x), append(w.weights, weight)
	w.total += weight
}

func (w *weighing) sort() {
	order := make([]int, len(w.values))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return compareCells(w.values[order[i]], w.values[order[j]]) < 0 })
	values, weights := make([]any, len(order)), make([]int64, len(order))
	for i, k := range order {
		values[i], weights[i] = w.values[k], w.weights[k]
	}
	w.values, w.weights = values, weights
}

// at is the nearest rank: the first value that so many hundredths of the weight do not lie above.
func (w *weighing) at(rank float64) any {
	if len(w.values) == 0 {
		return nil
	}
	want := int64(math.Ceil(rank / 100 * float64(w.total)))
	sum := int64(0)
	for i, x := range w.values {
		if sum += w.weights[i]; sum >= want {
			return x
		}
	}
	return w.values[len(w.values)-1]
}

func percentileOf(env *Env, args []column.Type) Aggregator { return rankedOf(env, args, false) }

func percentileOfWeights(env *Env, args []column.Type) Aggregator { return rankedOf(env, args, true) }

func rankedOf(_ *Env, args []column.Type, weights bool) Aggregator {
	return &groupsOf[weighing]{t: args[0], fresh: func() *weighing { return &weighing{} },
		add: func(s *weighing, args []*column.Vector, i int) error {
			last := args[len(args)-1]
			if s.ranks == nil && !last.IsNull(i) {
				s.ranks = []float64{floatAt(last, i)}
			}
			w := int64(1)
			if weights {
				w = 0
				if !args[1].IsNull(i) {
					w = args[1].Ints[i]
				}
			}
			s.add(cell(args[0], i), w)
			return nil
		},
		result: func(s *weighing) any {
			s.sort()
			if len(s.ranks) == 0 {
				return nil
			}
			return s.at(s.ranks[0])
		}}
}

func percentileArrays(weights bool) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, types []column.Type) Aggregator {
		from := 1
		if weights {
			from = 2
		}
		return &groupsOf[weighing]{t: column.Dynamic, fresh: func() *weighing { return &weighing{} },
			add: func(s *weighing, args []*column.Vector, i int) error {
				if s.ranks == nil {
					for _, v := range args[from:] {
						switch x := cell(v, i).(type) {
						case []any:
							for _, e := range x {
								if f, ok := dynamicNumber(e); ok {
									s.ranks = append(s.ranks, f)
								}
							}
						case float64:
							s.ranks = append(s.ranks, x)
						}
					}
				}
				w := int64(1)
				if weights {
					w = args[1].Ints[i]
				}
				s.add(cell(args[0], i), w)
				return nil
			},
			result: func(s *weighing) any {
				s.sort()
				out := []any{}
				for _, r := range s.ranks {
					out = append(out, Boxed(types[0], s.at(r)))
				}
				return out
			}}
	}
}

// schemaOf tells the types that occur at each place of dynamic values.
func schemaOf(s *gatheredValues) any {
	return shape(s.values)
}

func shape(values []any) any {
	var kinds []any
	seen := map[string]bool{}
	var elements []any
	members, keys, arrays := map[string][]any{}, []string{}, false
	objects := false
	for _, x := range values {
		switch x := x.(type) {
		case nil:
		case []any:
			arrays = true
			elements = append(elements, x...)
		case *column.Object:
			objects = true
			for _, k := range x.Keys {
				if members[k] == nil {
					keys = append(keys, k)
				}
				members[k] = append(members[k], x.Values[k])
			}
		default:
			if k := dynamicType(x); !seen[k] {
				seen[k] = true
				kinds = append(kinds, k)
			}
		}
	}
	if objects {
		o := column.NewObject()
		for _, k := range keys {
			o.Set(k, shape(members[k]))
		}
		kinds = append(kinds, o)
	}
	if arrays {
		o := column.NewObject()
		o.Set("`indexer`", shape(elements))
		kinds = append(kinds, o)
	}
	switch len(kinds) {
	case 0:
		return nil
	case 1:
		return kinds[0]
	}
	return kinds
}
