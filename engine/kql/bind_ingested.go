package kql

import (
	"slices"

	"casebook/engine/plan"
)

// When a row came in is not kept: rules that ask for it run as if every event had come in when it happened, as Elastic's do
// whose windows go by event.ingested, and say so.

// ingestionTime is the time of the event that a row is; rows that are several events, or of a table without a time, have none.
func (b *binder) ingestionTime(r *row, x *call) plan.Expr {
	if !b.count(x, 0, 0) {
		return nil
	}
	i := -1
	if r.from != nil && !r.constant {
		i = eventTime(r.from)
	}
	if i < 0 {
		b.errorf(x.nameAt, "the function '%s' is not supported here", x.name).WithHint("when a row was ingested is not kept, and the time of its event is not among these columns")
		return nil
	}
	c := r.cols[i]
	b.assume("%s() is taken as %s: when a row was ingested is not kept", x.name, c.Name)
	return &plan.Col{Index: i, Name: c.Name, T: c.Type, At: x.span}
}

// eventTime is the column of a node that holds the time of the event that each of its rows is, or -1.
func eventTime(n plan.Node) int {
	switch n := n.(type) {
	case *plan.Scan:
		if n.Time == "" {
			return -1
		}
		return slices.Index(n.Columns, n.Time)
	case *plan.Filter, *plan.Sort, *plan.Limit, *plan.Shared:
		return eventTime(plan.Inputs(n)[0])
	case *plan.Project:
		in := eventTime(n.Input)
		return slices.IndexFunc(n.Exprs, func(x plan.Expr) bool {
			c, ok := x.(*plan.Col)
			return ok && c.Index == in
		})
	case *plan.Union:
		out := -1
		for i, input := range n.Inputs {
			at := slices.Index(n.Sources[i], eventTime(input))
			if at < 0 || i > 0 && at != out || eventTime(input) < 0 {
				return -1
			}
			out = at
		}
		return out
	}
	return -1
}
