package esql

import (
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// Some aggregates take arguments that say how they count and cannot change from row to row.

// settings are the places of those arguments, and the least and the most that they may be where they are numbers.
var settings = map[string]map[int]struct {
	called      string
	least, most float64
}{
	"count_distinct": {1: {"precision", 0, 1 << 62}},
	"percentile":     {1: {"percentile", 0, 100}},
	"top":            {1: {"number of values", 1, 1 << 31}, 2: {"order", 0, 0}},
}

// settled holds the settings of an aggregate over the columns of a node to be constants that have a meaning.
func (l *lowerer) settled(in plan.Node, name, shown string, args []plan.Expr) bool {
	for i, s := range settings[name] {
		if i >= len(args) || args[i].Type() == column.Null {
			continue
		}
		if !constantOf(in, args[i]) {
			l.fail(args[i].Span(), "the %s of %s must be a constant, found %s", s.called, strings.ToUpper(shown), l.file.Slice(args[i].Span()))
			return false
		}
		lit, ok := args[i].(*plan.Lit)
		if !ok || !isNumber(lit.Value.Type) {
			continue
		}
		var x float64
		switch n := lit.Value.Value(0).(type) {
		case int64:
			x = float64(n)
		case float64:
			x = n
		}
		if x < s.least || x > s.most {
			l.fail(lit.At, "the %s of %s cannot be %s", s.called, strings.ToUpper(shown), l.file.Slice(lit.At))
			return false
		}
	}
	return true
}

// constantOf tells whether an expression over a node's columns is the same for every row.
func constantOf(n plan.Node, e plan.Expr) bool {
	switch e := e.(type) {
	case *plan.Call:
		for _, a := range e.Args {
			if !constantOf(n, a) {
				return false
			}
		}
		return true
	case *plan.Col:
		switch n := n.(type) {
		case *plan.Filter:
			return constantOf(n.Input, e)
		case *plan.Limit:
			return constantOf(n.Input, e)
		case *plan.Sort:
			return constantOf(n.Input, e)
		case *plan.Project:
			return constantOf(n.Input, n.Exprs[e.Index])
		}
		return false
	}
	return true
}
