package function

import "casebook/engine/column"

// aggregateRow is an aggregate of KQL.
func aggregateRow(sig, doc string, make func(*Env, []column.Type) Aggregator) *Row {
	name, s := signature(sig)
	return &Row{Name: name, Kind: Aggregate, Doc: doc, Signature: s, New: make}
}

// The aggregates with a condition are the same ones over the rows where it holds; the binder puts the condition aside.
var kqlAggregates = []*Row{
	aggregateRow("count(isbool?) long =prefix:count", "how many rows", CountRows),
	aggregateRow("cnt() long =prefix:cnt", "how many rows", CountRows),
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
	aggregateRow("dcount(scalar, integer?) long =prefix:dcount", "how many different values", countDifferent),
	aggregateRow("dcountif(scalar, bool, integer?) long =prefix:dcountif", "how many different values where a condition holds", countDifferent),
	aggregateRow("count_distinct(notdynamic) long =prefix:count_distinct", "how many different values", countDifferent),
	aggregateRow("count_distinctif(notdynamic, bool) long =prefix:count_distinctif", "how many different values where a condition holds", countDifferent),
	aggregateRow("make_list(scalar, integer?) dynamic =prefix:list", "the values", gather(column.Dynamic, elementsOf)),
	aggregateRow("make_list_if(scalar, bool, integer?) dynamic =prefix:list", "the values where a condition holds", gather(column.Dynamic, elementsOf)),
	aggregateRow("makelist(scalar, integer?) dynamic =prefix:list", "the first 128 values", gather(column.Dynamic, legacy(elementsOf))),
	aggregateRow("make_list_with_nulls(scalar) dynamic =prefix:list", "the values, nulls too", gatherNulls(column.Dynamic, elementsOf)),
	aggregateRow("make_set(scalar, integer?) dynamic =prefix:set", "the different values", distinctSet(-1)),
	aggregateRow("make_set_if(scalar, bool, integer?) dynamic =prefix:set", "the different values where a condition holds", distinctSet(-1)),
	aggregateRow("makeset(scalar, integer?) dynamic =prefix:set", "the first 128 different values", distinctSet(legacyValues)),
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
	aggregateRow("percentile(scalar, number) same =first", "the value at a rank", percentileOf(false)),
	aggregateRow("percentiles(scalar, number...) same =first", "the values at some ranks", percentileOf(false)),
	aggregateRow("percentilew(scalar, integer, number) same =first", "the value at a rank, by weights", percentileOf(true)),
	aggregateRow("percentilesw(scalar, integer, number...) same =first", "the values at some ranks, by weights", percentileOf(true)),
	aggregateRow("percentiles_array(summable, real...) dynamic =prefix:percentiles", "the values at some ranks in an array", percentileArrays(false)),
	aggregateRow("percentiles_array(summable, array) dynamic =prefix:percentiles", "the values at some ranks in an array", percentileArrays(false)),
	aggregateRow("percentilesw_array(summable, integer, real...) dynamic =prefix:percentiles", "the values at some ranks in an array, by weights", percentileArrays(true)),
	aggregateRow("percentilesw_array(summable, integer, array) dynamic =prefix:percentiles", "the values at some ranks in an array, by weights", percentileArrays(true)),
	aggregateRow("binary_all_and(whole) same =first", "the bits that all values have", bitsOf(-1, func(a, b int64) int64 { return a & b })),
	aggregateRow("binary_all_or(whole) same =first", "the bits that some value has", bitsOf(0, func(a, b int64) int64 { return a | b })),
	aggregateRow("binary_all_xor(whole) same =first", "the bits that an odd number of values have", bitsOf(0, func(a, b int64) int64 { return a ^ b })),
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
