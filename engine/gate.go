package engine

import (
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Gate is the filter that decided: the last one above an aggregate that holds computed numbers against constants.
type Gate struct {
	Conditions []Condition // that must all hold; the first is what margins are told by
	Groups     plan.Node   // what the filter reads: every group, met or not
}

// Condition is a computed number against a constant.
type Condition struct {
	Column   string
	Operator string
	Value    float64
	At       syntax.Span // of the constant in the query's text
}

// Decides tells whether a rule has a gate at all.
func (g *Gate) Decides() bool { return len(g.Conditions) > 0 }

// First is the condition that margins are told by; the zero value where there is none.
func (g *Gate) First() Condition {
	if len(g.Conditions) == 0 {
		return Condition{}
	}
	return g.Conditions[0]
}

// GateOf finds a query's gate.
func GateOf(q *Query) Gate { return gateIn(q.Plan) }

// gateIn walks from the end of a plan to its beginning and stops at the first filter with a comparison above an aggregate.
func gateIn(n plan.Node) Gate {
	if f, ok := n.(*plan.Filter); ok && aggregates(f.Input) {
		g := Gate{Groups: f.Input}
		for _, e := range plan.Conjuncts(f.Cond) {
			if c, ok := comparison(e); ok {
				g.Conditions = append(g.Conditions, c)
			}
		}
		if g.Decides() {
			return g
		}
	}
	for _, input := range plan.Inputs(n) {
		if g := gateIn(input); g.Decides() {
			return g
		}
	}
	return Gate{}
}

// aggregates tells whether rows were counted or added up on the way.
func aggregates(n plan.Node) bool {
	switch n.(type) {
	case *plan.Aggregate, *plan.MakeSeries:
		return true
	}
	for _, input := range plan.Inputs(n) {
		if aggregates(input) {
			return true
		}
	}
	return false
}

var mirrored = map[string]string{">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "=="}

// comparison is a column against a number.
func comparison(e plan.Expr) (Condition, bool) {
	call, ok := e.(*plan.Call)
	if !ok || len(call.Args) != 2 {
		return Condition{}, false
	}
	other, ok := mirrored[call.Func.Name]
	if !ok {
		return Condition{}, false
	}
	if c, ok := columnOf(call.Args[0]); ok {
		if v, ok := constant(call.Args[1]); ok {
			return Condition{c, call.Func.Name, v, call.Args[1].Span()}, true
		}
	}
	if c, ok := columnOf(call.Args[1]); ok {
		if v, ok := constant(call.Args[0]); ok {
			return Condition{c, other, v, call.Args[0].Span()}, true
		}
	}
	return Condition{}, false
}

// columnOf sees through the conversions that a front end puts around a column.
func columnOf(e plan.Expr) (string, bool) {
	switch e := e.(type) {
	case *plan.Col:
		return e.Name, true
	case *plan.Call:
		if len(e.Args) == 1 {
			return columnOf(e.Args[0])
		}
	}
	return "", false
}

// constant sees through a conversion, and through a minus sign.
func constant(e plan.Expr) (float64, bool) {
	switch e := e.(type) {
	case *plan.Lit:
		if e.Value.IsNull(0) {
			return 0, false
		}
		return Number(e.Value.Value(0))
	case *plan.Call:
		if len(e.Args) != 1 {
			return 0, false
		}
		v, ok := constant(e.Args[0])
		if e.Func.Name == "-" {
			v = -v
		}
		return v, ok
	}
	return 0, false
}

// Number is a value of a row as a number, if it is one.
func Number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// Holds tells whether a value meets the condition.
func (c Condition) Holds(v float64) bool {
	switch c.Operator {
	case ">":
		return v > c.Value
	case ">=":
		return v >= c.Value
	case "<":
		return v < c.Value
	case "<=":
		return v <= c.Value
	}
	return v == c.Value
}

// Upward tells whether larger values meet the condition better.
func (c Condition) Upward() bool { return c.Operator == ">" || c.Operator == ">=" }

// Short is how far a value is from meeting the condition, as a part of the threshold: 0 where it meets or touches it.
func (c Condition) Short(v float64) float64 {
	if c.Holds(v) {
		return 0
	}
	return max(v-c.Value, c.Value-v) / max(c.Value, -c.Value, 1)
}

// Ratio is how many times the threshold a hit's value is; 0 where that says nothing: no such column, or less is worse.
func (g *Gate) Ratio(h *Hit) float64 {
	c := g.First()
	if !g.Decides() || !c.Upward() || c.Value <= 0 {
		return 0
	}
	for i, field := range h.Columns {
		if field.Name != c.Column || i >= len(h.Row) {
			continue
		}
		if v, ok := Number(h.Row[i]); ok {
			return v / c.Value
		}
	}
	return 0
}
