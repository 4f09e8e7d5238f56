package exec

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func (r *run) apply(n *plan.Apply) (stream, error) {
	return r.whole(n.Input, func(b *batch) (*batch, error) {
		groups, err := r.applyGroups(n, b)
		if err != nil {
			return nil, err
		}
		forget := r.dependents(n)
		var parts []*batch
		total := 0
		for _, rows := range groups {
			if err := r.env.Context.Err(); err != nil {
				return nil, err
			}
			given, err := r.gather(b, rows)
			if err != nil {
				return nil, err
			}
			r.given[n.Given] = given
			forget()
			body, err := r.table(n.Body)
			if err != nil {
				return nil, err
			}
			if total += body.Len; r.env.Limits.Rows > 0 && total > r.env.Limits.Rows {
				return nil, &function.LimitError{What: "rows of one stage", Limit: r.env.Limits.Rows}
			}
			if body.Len > 0 {
				parts = append(parts, applied(n, given, body))
			}
		}
		return concat(r.env.Context, n.Out, parts)
	})
}

// applyGroups is the rows that the body is run for, each time.
func (r *run) applyGroups(n *plan.Apply, b *batch) ([][]int32, error) {
	var groups [][]int32
	if n.Each {
		for i := range b.Len {
			groups = append(groups, []int32{int32(i)})
		}
		return groups, nil
	}
	most := r.env.Limits.Groups
	if n.Most > 0 {
		most = n.Most
	}
	ids, err := r.grouped(newGrouper(types(n.By), most), n.By, b)
	if err != nil {
		return nil, err
	}
	for i, g := range ids {
		if int(g) == len(groups) {
			groups = append(groups, nil)
		}
		groups[g] = append(groups[g], int32(i))
	}
	return groups, nil
}

// applied puts the kept columns of the given rows' first before the body's. The body's rows have the events that they were made of.
func applied(n *plan.Apply, given, body *batch) *batch {
	first := make([]int32, body.Len)
	columns := make([]*column.Vector, 0, len(n.Out))
	for _, c := range n.Keep {
		columns = append(columns, given.Columns[c].Gather(first))
	}
	return body.with(append(columns, body.Columns...))
}

// dependents is how to forget what was kept of subplans that depend on the rows given to a body.
func (r *run) dependents(n *plan.Apply) func() {
	var shared []*plan.Shared
	var scalars []*plan.Scalar
	depends := func(root plan.Node) bool {
		found := false
		plan.Walk(root, func(under plan.Node) { found = found || under == plan.Node(n.Given) })
		return found
	}
	plan.Walk(n.Body, func(under plan.Node) {
		if s, ok := under.(*plan.Shared); ok && depends(s) {
			shared = append(shared, s)
		}
		for _, x := range plan.Exprs(under) {
			plan.EachScalar(x, func(s *plan.Scalar) {
				if depends(s.Input) {
					scalars = append(scalars, s)
				}
			})
		}
	})
	return func() {
		for _, s := range shared {
			delete(r.shared, s)
		}
		for _, s := range scalars {
			delete(r.scalars, s)
		}
	}
}
