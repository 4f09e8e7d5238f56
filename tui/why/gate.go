// Package why explains an alert out of its rule's plan, whatever rule it is: the rows behind each stage, the comparison that
// decided and by how much, the groups that nearly met it, and what the same figures were for the same entity before.
package why

import "casebook/engine"

// Gate is the filter that decided.
type Gate struct{ engine.Gate }

// Condition is a computed number against a constant.
type Condition = engine.Condition

// GateOf finds a query's gate.
func GateOf(q *engine.Query) Gate { return Gate{engine.GateOf(q)} }

// Number is a value of a row as a number, if it is one.
func Number(v any) (float64, bool) { return engine.Number(v) }
