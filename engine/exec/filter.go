package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

func (r *run) filter(n *plan.Filter) (stream, error) {
	conds := []plan.Expr{n.Cond}
	return r.each(n.Input, func(b *batch) (*batch, error) { return r.kept(n, conds, b) })
}

// kept is the rows for which all conditions of a filter are true, with the columns that someone reads.
func (r *run) kept(n *plan.Filter, conds []plan.Expr, b *batch) (*batch, error) {
	for i, cond := range conds {
		v, err := r.eval(cond, b)
		if err != nil {
			return nil, err
		}
		wanted := map[int]bool{}
		for _, later := range conds[i+1:] {
			plan.EachCol(later, func(c *plan.Col) { wanted[c.Index] = true })
		}
		columns, blank := slices.Clone(b.Columns), unneeded(b.Len)
		for c := range columns {
			if !wanted[c] && !r.needs.of(n, c) {
				columns[c] = blank
			}
		}
		b = b.with(columns)
		if rows := truths(v); len(rows) < b.Len {
			if b, err = r.gather(b, rows); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

// truths is the rows of a boolean vector that are true; null and several values are not.
func truths(v *column.Vector) []int32 {
	if v.Type.Kind() == column.NoKind {
		return nil
	}
	rows := make([]int32, 0, v.Len)
	if v.Offsets == nil && v.Nulls == nil {
		for i, x := range v.Ints {
			if x != 0 {
				rows = append(rows, int32(i))
			}
		}
		return rows
	}
	for i := range v.Len {
		if from, to := v.Range(i); to == from+1 && v.Ints[from] != 0 {
			rows = append(rows, int32(i))
		}
	}
	return rows
}
