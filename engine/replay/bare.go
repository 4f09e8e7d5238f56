package replay

import (
	"context"
	"slices"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// bare tells what a plan makes of a row whose fields have no value: KQL's strings are "" there, and what is computed of them may be
// anything. A nil vector is a column of which that cannot be told.
type bare struct {
	ctx   context.Context
	known map[plan.Node][]*column.Vector
}

// row is the columns of a node where no field has a value, each a vector of one row.
func (b bare) row(n plan.Node) []*column.Vector {
	if row, ok := b.known[n]; ok {
		return row
	}
	row := make([]*column.Vector, len(n.Schema()))
	b.known[n] = row
	switch n := n.(type) {
	case *plan.Scan:
		for i, name := range n.Columns {
			if name != n.Time {
				row[i] = column.NullVector(n.Out[i].Type, 1)
			}
		}
	case *plan.Filter, *plan.Sort, *plan.Limit, *plan.Shared:
		copy(row, b.row(plan.Inputs(n)[0]))
	case *plan.Project:
		for i, x := range n.Exprs {
			row[i], _ = b.value(x, b.row(n.Input))
		}
	case *plan.Aggregate:
		if n.Inline {
			copy(row, b.row(n.Input))
		}
		for _, k := range n.Keys {
			if k.Out >= 0 {
				row[k.Out], _ = b.value(k.Expr, b.row(n.Input))
			}
		}
		for _, g := range n.Aggs {
			row[g.Out], _ = b.aggregate(g, b.row(n.Input))
		}
	case *plan.Expand:
		copy(row, b.row(n.Input))
		for _, c := range n.Columns {
			row[c.Out] = nil
			if v, told := b.value(c.Expr, b.row(n.Input)); told && v.IsNull(0) {
				row[c.Out] = column.NullVector(n.Out[c.Out].Type, 1)
			}
		}
		if n.Index >= 0 {
			row[n.Index] = nil
		}
	case *plan.Extract:
		copy(row, b.row(n.Input))
		for _, c := range n.Outs {
			row[c] = nil
		}
	case *plan.Join:
		switch n.Kind {
		case plan.Inner, plan.InnerUnique:
			copy(row, slices.Concat(b.row(n.Left), b.row(n.Right)))
		case plan.RightSemi, plan.RightAnti:
		default:
			copy(row, b.row(n.Left))
			for i := len(b.row(n.Left)); i < len(row); i++ {
				row[i] = nil
			}
		}
	}
	return row
}

// value is that of an expression over a row, if it can be told.
func (b bare) value(x plan.Expr, row []*column.Vector) (v *column.Vector, told bool) {
	if c, ok := x.(*plan.Col); ok && row[c.Index] != nil {
		return row[c.Index].As(c.T), true
	}
	if !rowwise(x, row) {
		return nil, false
	}
	n := &plan.Project{Input: alone(row), Exprs: []plan.Expr{x}}
	n.Out = []column.Field{{Type: x.Type()}}
	return b.only(n)
}

// aggregate is what an aggregate makes of a row, if it can be told.
func (b bare) aggregate(g plan.Agg, row []*column.Vector) (v *column.Vector, told bool) {
	for _, x := range append(slices.Clone(g.Call.Args), g.Where) {
		if x != nil && !rowwise(x, row) {
			return nil, false
		}
	}
	g.Out = 0
	n := &plan.Aggregate{Input: alone(row), Aggs: []plan.Agg{g}}
	n.Out = []column.Field{{Type: g.Call.T}}
	return b.only(n)
}

// alone is a table of one row.
func alone(row []*column.Vector) *plan.Rows {
	n := &plan.Rows{Batch: &column.Batch{Len: 1}}
	for _, v := range row {
		if v == nil {
			v = column.NullVector(column.Null, 1)
		}
		n.Batch.Columns = append(n.Batch.Columns, v)
		n.Out = append(n.Out, column.Field{Type: v.Type})
	}
	return n
}

// only is the only value of a plan that reads no table.
func (b bare) only(n plan.Node) (v *column.Vector, told bool) {
	got, err := exec.Probe(b.ctx, n)
	if err != nil || got.Len != 1 {
		return nil, false
	}
	return got.Columns[0], true
}

// rowwise tells whether an expression depends on nothing but columns that are told.
func rowwise(x plan.Expr, row []*column.Vector) bool {
	switch x := x.(type) {
	case *plan.Col:
		return row[x.Index] != nil
	case *plan.Lit:
		return true
	case *plan.Call:
		for _, a := range x.Args {
			if !rowwise(a, row) {
				return false
			}
		}
		return x.Func.Kind == function.Scalar
	}
	return false
}

// counts tells whether an aggregate counts rows without values: countif(isempty(x)).
func (b bare) counts(g plan.Agg, row []*column.Vector) bool {
	conditions := slices.DeleteFunc(slices.Clone(g.Call.Args), func(x plan.Expr) bool { return x.Type() != column.Bool })
	if g.Where != nil {
		conditions = append(conditions, g.Where)
	}
	for _, c := range conditions {
		if v, told := b.value(c, row); !told || !isTrue(v) {
			return false
		}
	}
	return len(conditions) > 0
}

func isTrue(v *column.Vector) bool {
	truth, _ := v.Value(0).(bool)
	return truth
}
