package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func (r *run) aggregate(n *plan.Aggregate) (stream, error) {
	if n.Inline {
		return r.inline(n)
	}
	if p := r.panes[n]; p != nil {
		if groups, err := p.window(r, n); groups != nil || err != nil {
			return groups, err
		}
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
			if err := a.add(b); err != nil {
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
	fed    int     // how many rows it was given, and values that are more
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

// add takes a batch.
func (a *aggregation) add(b *batch) error {
	rows, ids, _, err := a.groups(b)
	if err != nil {
		return err
	}
	return a.feedAll(rows, ids)
}

// fedBatch is how many rows the aggregates are given at once: between them the query may have been cancelled.
const fedBatch = 16 << 10

// addedRows is how many of them an aggregate takes at once: the values of many groups outgrow their rooms together.
const addedRows = 512

// feedAll gives all aggregates rows whose groups are known.
func (a *aggregation) feedAll(b *batch, ids []int32) error {
	a.fed += b.Len
	for from := 0; from < b.Len; from += fedBatch {
		to := min(from+fedBatch, b.Len)
		some := b.slice(from, to)
		for i, g := range a.node.Aggs {
			if err := a.feed(a.aggs[i], g, some, ids[from:to]); err != nil {
				return err
			}
		}
		if err := a.trace(some, ids[from:to]); err != nil {
			return err
		}
	}
	return nil
}

// groups is the group of each row. Where rows are put into several groups, there is a row for each of them, and source says which row
// of the batch it is.
func (a *aggregation) groups(b *batch) (rows *batch, ids, source []int32, err error) {
	if a.keys == nil {
		if cap(a.ids) < b.Len {
			a.ids = make([]int32, b.Len)
		}
		return b, a.ids[:b.Len], nil, nil
	}
	exprs := make([]plan.Expr, len(a.node.Keys))
	for i, k := range a.node.Keys {
		exprs[i] = k.Expr
	}
	keys, err := a.evalAll(exprs, b)
	if err != nil {
		return nil, nil, nil, err
	}
	rows = b
	var stopped error
	if a.node.Explode && slices.ContainsFunc(keys, hasSeveral) {
		stopped = Beside(a.env.Context, func() {
			if keys, source, err = a.exploded(keys, b.Len); err == nil {
				rows = a.spread(b, source)
				ids, err = a.numbered(keys, rows.Len)
			}
		})
	} else {
		stopped = a.overMany(b.Len, func() { ids, err = a.numbered(keys, b.Len) })
	}
	if stopped != nil {
		return nil, nil, nil, stopped
	}
	return rows, ids, source, err
}

// numbered is the group of each row, by its keys.
func (a *aggregation) numbered(keys []*column.Vector, n int) ([]int32, error) {
	before := a.keys.n
	ids, err := a.keys.assign(keys, n)
	if err != nil {
		return nil, err
	}
	if a.keys.n > before {
		a.begin(keys, ids, before)
	}
	return ids, nil
}

// begin notes where the keys of the groups are that begin in a batch. Where few do, the keys of its other rows are not kept.
func (a *aggregation) begin(keys []*column.Vector, ids []int32, before int) {
	var rows []int32
	for i, g := range ids {
		if int(g) == before+len(rows) {
			rows = append(rows, int32(i))
		}
	}
	part := &batch{Batch: column.Batch{Len: len(ids), Columns: keys}}
	few := len(rows) < len(ids)/4
	if few {
		part = part.gather(rows)
	}
	for i, row := range rows {
		if few {
			row = int32(i)
		}
		a.firsts = append(a.firsts, place{int32(len(a.parts)), row})
	}
	a.parts = append(a.parts, part)
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
	ends, read, long := portions(args, b.Len)
	a.fed += read / 8
	some := make([]*column.Vector, len(args))
	for from, to := 0, 0; from < b.Len; from = to {
		if to = min(from+addedRows, ends[0]); to == ends[0] {
			ends = ends[1:]
		}
		for k, v := range args {
			some[k] = v.Slice(from, to)
		}
		add := func() { err = agg.Add(ids[from:to], some, to-from) }
		if stopped := a.maybeBeside(long, add); stopped != nil {
			return stopped
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// trace notes which events a group is made of.
func (a *aggregation) trace(b *batch, ids []int32) error {
	if !b.traced() {
		return nil
	}
	for i, g := range ids {
		if i%addedRows == 0 && a.env.Context.Err() != nil {
			return a.env.Context.Err()
		}
		for int(g) >= len(a.sets) {
			a.sets = append(a.sets, nil)
		}
		a.sets[g] = append(a.sets[g], b.origin(i)...)
	}
	return nil
}

// count is how many groups there are.
func (a *aggregation) count() int {
	if a.keys == nil {
		return 1
	}
	return a.keys.n
}

// results are the results of the aggregates, one row a group. What an aggregate has kept is let go of once its result is there.
func (a *aggregation) results() ([]*column.Vector, error) {
	vectors := make([]*column.Vector, len(a.aggs))
	for i, agg := range a.aggs {
		var v *column.Vector
		var err error
		if stopped := a.overMany(a.fed, func() {
			if v, err = agg.Result(a.count()); err == nil {
				err = function.FewNodes(v)
			}
		}); stopped != nil {
			return nil, stopped
		}
		a.aggs[i] = nil
		if vectors[i], err = a.finish(a.node.Aggs[i].Call, v, err); err != nil {
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
	if stopped := a.overMany(a.fed, func() { a.finishGroups(out) }); stopped != nil {
		return nil, stopped
	}
	return out, nil
}

// finishGroups gives the groups their keys and their events.
func (a *aggregation) finishGroups(out *batch) {
	for i, k := range a.node.Keys {
		if k.Out >= 0 {
			out.Columns[k.Out] = a.keyColumn(i)
		}
	}
	if !a.opt.Lineage {
		return
	}
	out.sets = make([][]int64, out.Len)
	for g, ids := range a.sets {
		out.sets[g] = settle(ids)
	}
}
