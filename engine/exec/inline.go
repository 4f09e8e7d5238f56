package exec

import (
	"casebook/engine/column"
	"casebook/engine/plan"
)

// inline keeps the input's rows, keys and all, and gives each its group's aggregates. A row that belongs to several groups,
// by several values in a key, has the values of all of them.
func (r *run) inline(n *plan.Aggregate) (stream, error) {
	return r.whole(n.Input, func(b *batch) (*batch, error) {
		a := r.newAggregation(n)
		var of membership
		if b.Len > 0 {
			var err error
			if of, err = a.inlineGroups(b); err != nil {
				return nil, err
			}
		}
		results, err := a.results()
		if err != nil {
			return nil, err
		}
		columns := make([]*column.Vector, len(n.Out))
		for i, g := range n.Aggs {
			var v *column.Vector
			if stopped := r.overMany(b.Len, func() { v, err = r.spread(of, results[i], n.Out[g.Out].Type) }); stopped != nil {
				return nil, stopped
			}
			if err != nil {
				return nil, err
			}
			columns[g.Out] = v
		}
		for _, k := range n.Keys {
			if k.Out >= 0 {
				if columns[k.Out], err = r.eval(k.Expr, b); err != nil {
					return nil, err
				}
			}
		}
		for i := range columns {
			if columns[i] == nil {
				columns[i] = b.Columns[i]
			}
		}
		out := b.with(columns)
		if r.opt.Lineage {
			r.inlineTrace(a, out, of)
		}
		return out, nil
	})
}

// membership is the group of each row, and the groups of the rows that are in several.
type membership struct {
	groups  []int32
	several map[int32][]int32
}

// of are the groups of a row.
func (m membership) of(row int32) []int32 {
	if all, ok := m.several[row]; ok {
		return all
	}
	return m.groups[row : row+1]
}

// spread gives each row the values of its groups.
func (r *run) spread(m membership, v *column.Vector, t column.Type) (*column.Vector, error) {
	if err := r.mayRepeat(v, m.groups); err != nil {
		return nil, err
	}
	if len(m.several) == 0 {
		return v.Gather(m.groups), nil
	}
	b, made := column.NewBuilder(t, len(m.groups)), 0
	for row := range m.groups {
		var values []any
		for _, g := range m.of(int32(row)) {
			switch x := v.Value(int(g)).(type) {
			case nil:
			case []any:
				values = append(values, x...)
			default:
				values = append(values, x)
			}
		}
		if made += len(values); r.env.Limits.Rows > 0 && made > r.env.Limits.Rows {
			return nil, r.tooManyValues()
		}
		b.Multi(values)
	}
	return b.Vector(), nil
}

// inlineGroups adds the input and notes each row's groups.
func (a *aggregation) inlineGroups(b *batch) (membership, error) {
	rows, groups, source, err := a.groups(b)
	if err != nil {
		return membership{}, err
	}
	of := membership{groups: append([]int32(nil), groups...)}
	groups = of.groups
	if source != nil {
		of = membership{groups: make([]int32, b.Len), several: map[int32][]int32{}}
		for i, row := range source {
			of.groups[row] = groups[i]
			if i > 0 && source[i-1] == row {
				if of.several[row] == nil {
					of.several[row] = []int32{groups[i-1]}
				}
				of.several[row] = append(of.several[row], groups[i])
			}
		}
	}
	if err := a.feedAll(rows, groups); err != nil {
		return membership{}, err
	}
	return of, nil
}

// inlineTrace: what a row says of its groups, their events say.
func (r *run) inlineTrace(a *aggregation, out *batch, of membership) {
	own := out.origins()
	for g := range a.sets {
		a.sets[g] = settle(a.sets[g])
	}
	sets := make([][]int64, out.Len)
	for i := range sets {
		for _, g := range of.of(int32(i)) {
			switch {
			case int(g) < len(a.sets) && sets[i] == nil:
				sets[i] = a.sets[g]
			case int(g) < len(a.sets):
				sets[i] = merge(sets[i], a.sets[g])
			case own != nil:
				sets[i] = own[i]
			}
		}
	}
	out.Events, out.sets = nil, sets
}
