package engine_test

import (
	"slices"
	"strings"

	"casebook/engine/plan"
)

// sortedBy is the columns of a node's output that its rows are sorted by, the first first, as far as they are still there;
// ok says whether there is an order at all. ES|QL promises no order but that of SORT, and none among rows that are equal
// in its keys: the rows of the suite stand as one run of the vendor's engine happened to give them.
func sortedBy(n plan.Node) (keys []int, ok bool) {
	switch n := n.(type) {
	case *plan.Filter:
		return sortedBy(n.Input)
	case *plan.Limit:
		return sortedBy(n.Input)
	case *plan.Expand:
		return sortedBy(n.Input)
	case *plan.Extract:
		return sortedBy(n.Input)
	case *plan.Sort:
		for _, k := range n.Keys {
			c := columnOf(k.Expr)
			if c < 0 {
				break
			}
			keys = append(keys, c)
		}
		return keys, true
	case *plan.Project:
		inner, ok := sortedBy(n.Input)
		for _, k := range inner {
			out := slices.IndexFunc(n.Exprs, func(e plan.Expr) bool {
				c, plain := e.(*plan.Col)
				return plain && c.Index == k
			})
			if out < 0 {
				break
			}
			keys = append(keys, out)
		}
		return keys, ok
	}
	return nil, false
}

// columnOf is the column that a key sorts by, also by its least or greatest value; -1 for an expression.
func columnOf(e plan.Expr) int {
	switch e := e.(type) {
	case *plan.Col:
		return e.Index
	case *plan.Call:
		if len(e.Args) == 1 && (e.Func.Name == "mv_min" || e.Func.Name == "mv_max" || e.Func.Name == "$order") {
			return columnOf(e.Args[0])
		}
	}
	return -1
}

// sameRows tells whether rows are those wanted, in an order that is as good.
func sameRows(got, want [][]string, node plan.Node, ordered bool) bool {
	all := func(rows [][]string, keys []int) []string {
		lines := make([]string, len(rows))
		for i, row := range rows {
			cells := row
			if keys != nil {
				cells = make([]string, len(keys))
				for k, c := range keys {
					cells[k] = row[c]
				}
			}
			lines[i] = strings.Join(cells, " | ")
		}
		return lines
	}
	g, w := all(got, nil), all(want, nil)
	slices.Sort(g)
	slices.Sort(w)
	if !slices.Equal(g, w) {
		return false
	}
	keys, sorted := sortedBy(node)
	return !ordered || !sorted || len(keys) == 0 || slices.Equal(all(got, keys), all(want, keys))
}
