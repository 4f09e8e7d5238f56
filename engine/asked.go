package engine

import (
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Asked is a column of a table that must have one of some texts, or a query has no row.
type Asked struct {
	Table, Column string
	Values        []string
}

// Asked are the columns that a query's filters right behind its tables compare with texts.
func (q *Query) Asked() []Asked {
	var list []Asked
	plan.Walk(q.Plan, func(n plan.Node) {
		f, ok := n.(*plan.Filter)
		if !ok {
			return
		}
		below := f.Input
		for {
			inner, ok := below.(*plan.Filter)
			if !ok {
				break
			}
			below = inner.Input
		}
		scan, ok := below.(*plan.Scan)
		if !ok {
			return
		}
		for _, cond := range plan.Conjuncts(f.Cond) {
			if at, values := equals(cond); len(values) > 0 {
				list = append(list, Asked{scan.Table, scan.Columns[at], values})
			}
		}
	})
	return list
}

// equals reads a condition as a column that must be one of some texts.
func equals(cond plan.Expr) (at int, values []string) {
	call, ok := cond.(*plan.Call)
	if !ok || call.Func.Means != function.MeansEqual && call.Func.Means != function.MeansIn {
		return 0, nil
	}
	var col *plan.Col
	for _, x := range call.Args {
		switch x := x.(type) {
		case *plan.Col:
			if col != nil {
				return 0, nil
			}
			col = x
		case *plan.Lit:
			text, ok := x.Value.Value(0).(string)
			if !ok {
				return 0, nil
			}
			values = append(values, text)
		default:
			return 0, nil
		}
	}
	if col == nil {
		return 0, nil
	}
	return col.Index, values
}
