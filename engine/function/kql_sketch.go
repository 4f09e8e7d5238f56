package function

import (
	"math"
	"sort"
	"strconv"

	"casebook/engine/column"
)

// What aggregates leave to be merged later: hll() for dcount, tdigest() for percentiles. The vendor keeps sketches, whose
// encoding it says may change and whose answers are near. Here they are dynamic values of the same outline that keep
// everything, so that merging them loses nothing: [[buckets,bits],[hashes],[]] and [[7],[values],[weights]].

var kqlSketches = []*Row{
	aggregateRow("hll(scalar, integer?) dynamic =prefix:hll", "the different values, to be counted by dcount_hll", sketchDifferent),
	aggregateRow("hll_if(scalar, bool, integer?) dynamic =prefix:hll_if", "the different values where a condition holds, to be counted by dcount_hll", sketchDifferent),
	aggregateRow("hll_merge(dynamic) dynamic =prefix:hll_merge", "the different values of several hll", merging(mergeDifferent)),
	scalarRow("hll_merge several(dynamic, dynamic...) dynamic =is:hll_merged_result", "the different values of several hll", rowwise(column.Dynamic, func(_ *Env, a []any) any { return mergeDifferent(a) })),
	scalarRow("dcount_hll(dynamic) long =name", "how many different values an hll has seen", rowwise(column.Long, func(_ *Env, a []any) any {
		hashes, ok := hashesOf(a[0])
		if !ok {
			return nil
		}
		return int64(len(hashes))
	})),
	operatorRow("hll intersect", "how many different values several hll have in common", rowwise(column.Long, commonDifferent)),
	aggregateRow("tdigest(summable, number?) dynamic =prefix:tdigest", "the values and how often each occurs, for percentile_tdigest", digestValues),
	aggregateRow("tdigest_merge(dynamic) dynamic =prefix:merge_tdigests", "the values of several tdigest", merging(mergeDigests)),
	scalarRow("tdigest_merge several(dynamic, dynamic...) dynamic =is:tdigests_merge_result", "the values of several tdigest", rowwise(column.Dynamic, func(_ *Env, a []any) any { return mergeDigests(a) })),
	aggregateRow("merge_tdigest(dynamic) dynamic =prefix:merge_tdigests", "the values of several tdigest", merging(mergeDigests)),
	scalarRow("merge_tdigest several(dynamic, dynamic...) dynamic =is:tdigests_merge_result", "the values of several tdigest", rowwise(column.Dynamic, func(_ *Env, a []any) any { return mergeDigests(a) })),
	scalarRow("percentile_tdigest(dynamic, number) dynamic =name", "the value at a rank of a tdigest", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		rank, ok := dynamicNumber(a[1])
		if !ok {
			return nil
		}
		return digestOf(a[0]).at(rank)
	})),
	scalarRow("percentiles_array_tdigest(dynamic, number...) dynamic =prefix:percentile_tdigest", "the values at some ranks of a tdigest", rowwise(column.Dynamic, digestRanks)),
	scalarRow("percentiles_array_tdigest(dynamic, array) dynamic =prefix:percentile_tdigest", "the values at some ranks of a tdigest", rowwise(column.Dynamic, digestRanks)),
	scalarRow("rank_tdigest(dynamic, scalar) real", "how many values of a tdigest are not above one", boxing(rowwise(column.Double, func(_ *Env, a []any) any {
		below, _, ok := digestOf(a[0]).rank(a[1])
		if !ok {
			return nil
		}
		return below
	}))),
	scalarRow("percentrank_tdigest(dynamic, scalar) real", "how many hundredths of the values of a tdigest are not above one", boxing(rowwise(column.Double, func(_ *Env, a []any) any {
		below, all, ok := digestOf(a[0]).rank(a[1])
		if !ok {
			return nil
		}
		return 100 * below / all
	}))),
}

// merging makes one of several sketches, each of which is an array.
func merging(merge func([]any) any) func(*Env, []column.Type) Aggregator {
	return gathering(column.Dynamic, func(s *gatheredValues) any { return merge(s.values) }, false, false)
}

// hashSet is the hashes of different values, in the order in which they came up.
type hashSet struct {
	seen   map[string]bool
	hashes []any
}

func newHashSet() *hashSet { return &hashSet{seen: map[string]bool{}} }

func (h *hashSet) add(hash string) {
	if !h.seen[hash] {
		h.seen[hash] = true
		h.hashes = append(h.hashes, hash)
	}
}

// value is null when there is nothing in it, as that of an aggregate over no rows.
func (h *hashSet) value() any {
	if len(h.hashes) == 0 {
		return nil
	}
	return []any{[]any{int64(1024), int64(14)}, h.hashes, []any{}}
}

func sketchDifferent(env *Env, _ []column.Type) Aggregator {
	return &groupsOf[hashSet]{t: column.Dynamic, fresh: newHashSet,
		add: func(s *hashSet, args []*column.Vector, i int) error {
			x := Boxed(args[0].Type, cell(args[0], i))
			if x == nil {
				return nil
			}
			if most := env.Limits.Values; most > 0 && len(s.hashes) >= most {
				return &LimitError{What: "values of one aggregate", Limit: most}
			}
			s.add(strconv.FormatInt(int64(xxh64([]byte(identity(x)))), 10))
			return nil
		},
		result: func(s *hashSet) any { return s.value() }}
}

// hashesOf are the hashes in an hll. One with buckets comes from the vendor's own sketch of many values, and is not read.
func hashesOf(x any) ([]any, bool) {
	parts, ok := x.([]any)
	if !ok || len(parts) != 3 {
		return nil, false
	}
	hashes, ok := parts[1].([]any)
	buckets, rest := parts[2].([]any)
	return hashes, ok && rest && len(buckets) == 0
}

// commonDifferent counts the hashes that each of some hll has; what is no hll gives null.
func commonDifferent(_ *Env, sketches []any) any {
	held := map[any]int{}
	n := 0
	for i, x := range sketches {
		hashes, ok := hashesOf(x)
		if !ok {
			return nil
		}
		n = 0
		for _, h := range hashes {
			if held[h] == i {
				held[h]++
				n++
			}
		}
	}
	return int64(n)
}

func mergeDifferent(sketches []any) any {
	all := newHashSet()
	for _, x := range sketches {
		hashes, _ := hashesOf(x)
		for _, h := range hashes {
			if s, ok := h.(string); ok {
				all.add(s)
			}
		}
	}
	return all.value()
}

// digestSketch is values in order with how often each occurs.
type digestSketch struct {
	values  []any
	weights []float64
}

func (d *digestSketch) Len() int           { return len(d.values) }
func (d *digestSketch) Less(i, j int) bool { return elementBefore(d.values[i], d.values[j], 1, true) }
func (d *digestSketch) Swap(i, j int) {
	d.values[i], d.values[j] = d.values[j], d.values[i]
	d.weights[i], d.weights[j] = d.weights[j], d.weights[i]
}

// settle puts the values in order and makes one of those that are the same.
func (d *digestSketch) settle() {
	sort.Stable(d)
	n := 0
	for i, v := range d.values {
		if n > 0 {
			if c, ok := compareDynamic(d.values[n-1], v); ok && c == 0 {
				d.weights[n-1] += d.weights[i]
				continue
			}
		}
		d.values[n], d.weights[n] = v, d.weights[i]
		n++
	}
	d.values, d.weights = d.values[:n], d.weights[:n]
}

func (d *digestSketch) value() any {
	if len(d.values) == 0 {
		return nil
	}
	d.settle()
	weights := make([]any, len(d.weights))
	for i, w := range d.weights {
		weights[i] = w
		if w == math.Trunc(w) {
			weights[i] = int64(w)
		}
	}
	return []any{[]any{int64(7)}, d.values, weights}
}

func digestValues(env *Env, _ []column.Type) Aggregator {
	return &groupsOf[digestSketch]{t: column.Dynamic, fresh: func() *digestSketch { return &digestSketch{} },
		add: func(d *digestSketch, args []*column.Vector, i int) error {
			x, weight := Boxed(args[0].Type, cell(args[0], i)), 1.0
			if len(args) > 1 {
				weight, _ = dynamicNumber(cell(args[1], i))
			}
			if x == nil || weight <= 0 {
				return nil
			}
			if most := env.Limits.Values; most > 0 && len(d.values) >= most {
				return &LimitError{What: "values of one aggregate", Limit: most}
			}
			d.values, d.weights = append(d.values, x), append(d.weights, weight)
			return nil
		},
		result: func(d *digestSketch) any { return d.value() }}
}

// digestOf reads a tdigest; one without values where it is none.
func digestOf(x any) *digestSketch {
	d := &digestSketch{}
	parts, ok := x.([]any)
	if !ok || len(parts) != 3 {
		return d
	}
	values, _ := parts[1].([]any)
	weights, _ := parts[2].([]any)
	if len(values) != len(weights) {
		return d
	}
	for i, w := range weights {
		if f, ok := dynamicNumber(w); ok {
			d.values, d.weights = append(d.values, values[i]), append(d.weights, f)
		}
	}
	return d
}

func mergeDigests(digests []any) any {
	all := &digestSketch{}
	for _, x := range digests {
		d := digestOf(x)
		all.values, all.weights = append(all.values, d.values...), append(all.weights, d.weights...)
	}
	return all.value()
}

func (d *digestSketch) total() float64 {
	sum := 0.0
	for _, w := range d.weights {
		sum += w
	}
	return sum
}

// at is the first value that so many hundredths of the weight do not lie above; null of nothing.
func (d *digestSketch) at(rank float64) any {
	want, sum := rank/100*d.total(), 0.0
	for i, w := range d.weights {
		if sum += w; sum >= want {
			return d.values[i]
		}
	}
	return nil
}

// rank is the weight of the values that are not above x, and of all.
func (d *digestSketch) rank(x any) (below, all float64, ok bool) {
	if x == nil || len(d.values) == 0 {
		return 0, 0, false
	}
	for i, v := range d.values {
		c, ok := compareDynamic(v, x)
		if !ok {
			return 0, 0, false
		}
		if c <= 0 {
			below += d.weights[i]
		}
	}
	return below, d.total(), true
}

func digestRanks(_ *Env, a []any) any {
	d, out := digestOf(a[0]), []any{}
	if len(d.values) == 0 {
		return nil
	}
	for _, x := range a[1:] {
		ranks, several := x.([]any)
		if !several {
			ranks = []any{x}
		}
		for _, r := range ranks {
			f, ok := dynamicNumber(r)
			if !ok {
				return nil
			}
			out = append(out, d.at(f))
		}
	}
	return out
}
