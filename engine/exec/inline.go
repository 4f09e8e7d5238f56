package exec

import (
	"casebook/engine/column"
	"casebook/engine/plan"
)

// inline keeps the input's rows and gives each its group's aggregates. A row that belongs to several groups has none.
func (r *run) inline(n *plan.Aggregate) (stream, error) {
	return r.whole(n.Input, func(b *batch) (*batch, error) {
		a := r.newAggregation(n)
		ids := make([]int32, b.Len)
		if b.Len > 0 {
			if err := a.inlineGroups(b, ids); err != nil {
				return nil, err
			}
		}
		results, err := a.results()
		if err != nil {
			return nil, err
		}
		columns := make([]*column.Vector, len(n.Out))
		for i, g := range n.Aggs {
			columns[g.Out] = results[i].Gather(ids)
		}
		for i, k := range n.Keys {
			if k.Out >= 0 {
				columns[k.Out] = a.keyColumn(i).Gather(ids)
			}
		}
		for i := range columns {
			if columns[i] == nil {
				columns[i] = b.Columns[i]
			}
		}
		out := b.with(columns)
		if r.opt.Lineage {
			r.inlineTrace(a, out, ids)
		}
		return out, nil
	})
}

// inlineGroups adds the input and notes each row's group, or -1 for a row in several.
func (a *aggregation) inlineGroups(b *batch, ids []int32) error {
	groups, source, err := a.groups(b)
	if err != nil {
		return err
	}
	groups = append([]int32(nil), groups...)
	rows := b
	if source == nil {
		copy(ids, groups)
	} else {
		rows = a.spread(b, source)
		for i, r := range source {
			ids[r] = groups[i]
		}
		for i := 1; i < len(source); i++ {
			if source[i] == source[i-1] {
				ids[source[i]] = -1
			}
		}
	}
	for i, g := range a.node.Aggs {
		if err := a.feed(a.aggs[i], g, rows, groups); err != nil {
			return err
		}
	}
	if b.traced() {
		a.trace(rows, groups)
	}
	return nil
}

// inlineTrace: what a row says of its group, its group's events say.
func (r *run) inlineTrace(a *aggregation, out *batch, ids []int32) {
	own := out.origins()
	for g := range a.sets {
		a.sets[g] = settle(a.sets[g])
	}
	sets := make([][]int64, out.Len)
	for i, g := range ids {
		switch {
		case g >= 0 && int(g) < len(a.sets):
			sets[i] = a.sets[g]
		case own != nil:
			sets[i] = own[i]
		}
	}
	out.Events, out.sets = nil, sets
}
