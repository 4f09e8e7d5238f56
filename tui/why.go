package tui

import (
	"context"

	"casebook/engine"
	"casebook/engine/plan"
)

// threshold is the comparison that decided: the last filter of a plan that holds a computed number against a constant.
type threshold struct {
	column   string
	operator string
	value    float64
}

// thresholdOf finds the threshold in a rule's plan, whatever rule it is. The zero value means that it has none.
func (a *App) thresholdOf(rule *engine.Rule) (threshold, error) {
	q, err := rule.Parse(a.Store)
	if err != nil {
		return threshold{}, err
	}
	return thresholdIn(q.Plan), nil
}

// thresholdIn walks from the end of a plan to its beginning and stops at the first comparison above an aggregate.
func thresholdIn(n plan.Node) threshold {
	if f, ok := n.(*plan.Filter); ok && aggregates(f.Input) {
		if t, ok := comparison(f.Cond); ok {
			return t
		}
	}
	for _, input := range plan.Inputs(n) {
		if t := thresholdIn(input); t.column != "" {
			return t
		}
	}
	return threshold{}
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

// comparison is a column against a number, or the first such among conditions that must all hold.
func comparison(e plan.Expr) (threshold, bool) {
	call, ok := e.(*plan.Call)
	if !ok {
		return threshold{}, false
	}
	if other, ok := mirrored[call.Func.Name]; ok && len(call.Args) == 2 {
		if c, ok := columnOf(call.Args[0]); ok {
			if v, ok := constant(call.Args[1]); ok {
				return threshold{c, call.Func.Name, v}, true
			}
		}
		if c, ok := columnOf(call.Args[1]); ok {
			if v, ok := constant(call.Args[0]); ok {
				return threshold{c, other, v}, true
			}
		}
		return threshold{}, false
	}
	for _, arg := range call.Args {
		if t, ok := comparison(arg); ok {
			return t, true
		}
	}
	return threshold{}, false
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

func constant(e plan.Expr) (float64, bool) {
	switch e := e.(type) {
	case *plan.Lit:
		if e.Value.IsNull(0) {
			return 0, false
		}
		return number(e.Value.Value(0))
	case *plan.Call:
		if v, ok := constantArg(e); ok {
			return v, true
		}
	}
	return 0, false
}

// constantArg sees through a conversion, and through a minus sign.
func constantArg(e *plan.Call) (float64, bool) {
	if len(e.Args) != 1 {
		return 0, false
	}
	v, ok := constant(e.Args[0])
	if e.Func.Name == "-" {
		v = -v
	}
	return v, ok
}

// stages runs a rule again as it ran when it hit, for the row count behind each of its stages.
func (a *App) stages(ctx context.Context, rule *engine.Rule, hit engine.Hit) ([]engine.Stage, error) {
	q, err := rule.Parse(a.Store)
	if err != nil {
		return nil, err
	}
	window := hit.Window
	result, err := engine.Run(ctx, q, a.Store, engine.Options{AsOf: hit.Tick, Window: &window})
	if err != nil {
		return nil, err
	}
	return result.Stages, nil
}
