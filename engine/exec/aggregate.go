package exec

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func (r *run) aggregate(n *plan.Aggregate) (stream, error) {
	if n.Inline {
		return r.inline(n)
	}
	return &once{make: func() (*batch, error) {
		in, err := r.open(n.Input)
		if err != nil {
			return nil, err
		}
		a := r.newAggregation(n)
		for {
			b, err := in.next()
			if err != nil {
				return nil, err
			}
			if b == nil {
				return a.result()
			}
			if b.Len == 0 {
				continue
			}
			if _, err := a.add(b); err != nil {
				return nil, err
			}
		}
	}}, nil
}

// aggregation is an Aggregate node at work.
type aggregation struct {
	*run
	node   *plan.Aggregate
	keys   *grouper
	parts  []*batch // batches of key vectors …
	firsts []place  // … and where in them each group's keys are
	aggs   []function.Aggregator
	sets   [][]int64
	ids    []int32 // scratch
	fed    int     // how many rows the aggregates were given
}

// place is a row of one of several batches.
type place struct{ part, row int32 }

func (r *run) newAggregation(n *plan.Aggregate) *aggregation {
	a := &aggregation{run: r, node: n, aggs: make([]function.Aggregator, len(n.Aggs))}
	if len(n.Keys) > 0 {
		ts := make([]column.Type, len(n.Keys))
		for i, k := range n.Keys {
			ts[i] = k.Expr.Type()
		}
		if a.keys = r.groupers[n]; a.keys == nil {
			a.keys = newGrouper(ts, r.env.Limits.Groups)
			if r.groupers != nil {
				r.groupers[n] = a.keys
			}
		}
		a.keys.reset()
	}
	for i, g := range n.Aggs {
		ts := make([]column.Type, len(g.Call.Args))
		for j, x := range g.Call.Args {
			ts[j] = x.Type()
		}
		a.aggs[i] = g.Call.Func.New(r.env.At(g.Call.Place), ts)
	}
	return a
}

// add takes a batch and says which group each row went to, or -1 where it went to several.
func (a *aggregation) add(b *batch) ([]int32, error) {
	ids, source, err := a.groups(b)
	if err != nil {
		return nil, err
	}
	rows := b
	if source != nil {
		rows = a.spread(b, source)
	}
	for i, g := range a.node.Aggs {
		if err := a.feed(a.aggs[i], g, rows, ids); err != nil {
			return nil, err
		}
	}
	if b.traced() {
		a.trace(rows, ids)
	}
	return ids, nil
}

// groups is the group of each row. Where rows are put into several groups, source says which row of the batch each
// element is.
func (a *aggregation) groups(b *batch) (ids, source []int32, err error) {
	if a.keys == nil {
		if cap(a.ids) < b.Len {
			a.ids = make([]int32, b.Len)
		}
		return a.ids[:b.Len], nil, nil
	}
	keys := make([]*column.Vector, len(a.node.Keys))
	for i, k := range a.node.Keys {
		if keys[i], err = a.eval(k.Expr, b); err != nil {
			return nil, nil, err
		}
	}
	n := b.Len
	if a.node.Explode {
		keys, source = explode(keys, n)
		if source != nil {
			n = len(source)
		}
	}
	before := a.keys.n
	ids, err = a.keys.assign(keys, n)
	if err != nil {
		return nil, nil, err
	}
	if a.keys.n > before {
		part := int32(len(a.parts))
		a.parts = append(a.parts, &batch{Batch: column.Batch{Len: n, Columns: keys}})
		next := int32(before)
		for i, g := range ids {
			if g == next {
				a.firsts = append(a.firsts, place{part, int32(i)})
				next++
			}
		}
	}
	return ids, source, nil
}

// spread gathers the columns that aggregates read.
func (a *aggregation) spread(b *batch, source []int32) *batch {
	s := &batch{Batch: column.Batch{Len: len(source), Columns: make([]*column.Vector, len(b.Columns))}}
	blank := unneeded(s.Len)
	for i := range s.Columns {
		s.Columns[i] = blank
	}
	need := func(c *plan.Col) {
		if s.Columns[c.Index] == blank {
			s.Columns[c.Index] = b.Columns[c.Index].Gather(source)
		}
	}
	for _, g := range a.node.Aggs {
		plan.EachCol(g.Call, need)
		if g.Where != nil {
			plan.EachCol(g.Where, need)
		}
	}
	if b.traced() {
		s.sets = make([][]int64, len(source))
		for i, r := range source {
			s.sets[i] = b.origin(int(r))
		}
	}
	return s
}

func (a *aggregation) feed(agg function.Aggregator, g plan.Agg, b *batch, ids []int32) error {
	if g.Where != nil {
		v, err := a.eval(g.Where, b)
		if err != nil {
			return err
		}
		rows := truths(v)
		if len(rows) == 0 {
			return nil
		}
		if len(rows) < b.Len {
			some := make([]int32, len(rows))
			for i, r := range rows {
				some[i] = ids[r]
			}
			b, ids = b.gather(rows), some
		}
	}
	args, err := a.evalAll(g.Call.Args, b)
	if err != nil {
		return err
	}
	a.fed += b.Len
	return agg.Add(ids, args, b.Len)
}

func (a *aggregation) trace(b *batch, ids []int32) {
	for i, g := range ids {
		for int(g) >= len(a.sets) {
			a.sets = append(a.sets, nil)
		}
		a.sets[g] = append(a.sets[g], b.origin(i)...)
	}
}

// count is how many groups there are.
func (a *aggregation) count() int {
	if a.keys == nil {
		return 1
	}
	return a.keys.n
}

// results are the results of the aggregates, one row a group.
func (a *aggregation) results() ([]*column.Vector, error) {
	vectors := make([]*column.Vector, len(a.aggs))
	for i, agg := range a.aggs {
		var v *column.Vector
		var err error
		if stopped := a.overMany(a.fed, func() { v, err = agg.Result(a.count()) }); stopped != nil {
			return nil, stopped
		}
		if vectors[i], err = a.finish(a.node.Aggs[i].Call, v, err); err == nil {
			err = function.FewNodes(vectors[i])
		}
		if err != nil {
			return nil, err
		}
	}
	return vectors, nil
}

// keyColumn is the values of key k, one row a group.
func (a *aggregation) keyColumn(k int) *column.Vector {
	t := a.node.Keys[k].Expr.Type()
	rows := make([]int32, 0, len(a.firsts))
	var vectors []*column.Vector
	for i := 0; i < len(a.firsts); {
		part := a.firsts[i].part
		rows = rows[:0]
		for ; i < len(a.firsts) && a.firsts[i].part == part; i++ {
			rows = append(rows, a.firsts[i].row)
		}
		vectors = append(vectors, a.parts[part].Columns[k].Gather(rows).As(t))
	}
	if len(vectors) == 0 {
		return column.NullVector(t, 0)
	}
	return column.Concat(t, vectors)
}

func (a *aggregation) result() (*batch, error) {
	n := a.node
	out := &batch{Batch: column.Batch{Len: a.count(), Columns: make([]*column.Vector, len(n.Out))}}
	results, err := a.results()
	if err != nil {
		return nil, err
	}
	for i, g := range n.Aggs {
		out.Columns[g.Out] = results[i]
	}
	for i, k := range n.Keys {
		if k.Out >= 0 {
			out.Columns[k.Out] = a.keyColumn(i)
		}
	}
	a.settle(out)
	return out, nil
}

func (a *aggregation) settle(out *batch) {
	if !a.opt.Lineage {
		return
	}
	out.sets = make([][]int64, out.Len)
	for g, ids := range a.sets {
		out.sets[g] = settle(ids)
	}
}

// explode puts a row with several values in a key once for each distinct value, and for each combination where several
// keys have them. source is nil when there is no such row.
func explode(keys []*column.Vector, n int) ([]*column.Vector, []int32) {
	several := false
	for _, v := range keys {
		several = several || v.Offsets != nil
	}
	if !several {
		return keys, nil
	}
	var source []int32
	picks := make([][]int32, len(keys)) // value indexes, -1 for null
	choices := make([][]int32, len(keys))
	for i := range n {
		for k, v := range keys {
			choices[k] = distinctValues(choices[k][:0], v, i)
		}
		at := make([]int, len(keys))
		for {
			source = append(source, int32(i))
			for k := range keys {
				picks[k] = append(picks[k], choices[k][at[k]])
			}
			k := len(keys) - 1
			for ; k >= 0; k-- {
				if at[k]++; at[k] < len(choices[k]) {
					break
				}
				at[k] = 0
			}
			if k < 0 {
				break
			}
		}
	}
	single := make([]*column.Vector, len(keys))
	for k, v := range keys {
		if v.Offsets == nil {
			single[k] = v.Gather(picks[k])
			continue
		}
		single[k] = v.Elements().Gather(picks[k])
	}
	return single, source
}

// distinctValues is the indexes of a row's distinct values; of a vector without offsets it is the row itself.
func distinctValues(list []int32, v *column.Vector, i int) []int32 {
	if v.Offsets == nil {
		return append(list, int32(i))
	}
	from, to := v.Range(i)
	if from == to {
		return append(list, -1)
	}
next:
	for at := from; at < to; at++ {
		for _, other := range list {
			if column.Compare(v.Type, v.At(at), v.At(int(other))) == 0 {
				continue next
			}
		}
		list = append(list, int32(at))
	}
	return list
}
