package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"casebook/engine/function"
	"casebook/engine/plan"
)

// unannounced tells of warnings that nothing in a plan is known to give: a replay would pass over windows that warn.
func unannounced(root plan.Node, warnings []function.Warning) error {
	for _, w := range warnings {
		if strings.Contains(w.Text, function.MultiValueWarning) {
			return nil
		}
	}
	loud := false
	var ask func(x plan.Expr)
	ask = func(x plan.Expr) {
		if call, ok := x.(*plan.Call); ok {
			loud = loud || !call.Func.Silent
			for _, a := range call.Args {
				ask(a)
			}
		}
		plan.EachScalar(x, func(*plan.Scalar) { loud = true })
	}
	plan.Walk(root, func(n plan.Node) {
		if _, extracts := n.(*plan.Extract); extracts {
			loud = true
		}
		for _, x := range plan.Exprs(n) {
			ask(x)
		}
	})
	if len(warnings) > 0 && !loud {
		return fmt.Errorf("every function of the query is said to be silent, and it warned of %v", warnings)
	}
	return nil
}

// What a rule compares and counts with is silent, so that windows can be passed over; arithmetic is not.
func TestSilentFunctions(t *testing.T) {
	for name, want := range map[string]bool{"==": true, ">=": true, "and": true, "not": true, "count": true, "max": true, "/": false, "sum": false} {
		for _, r := range function.Lookup(function.ESQL, name) {
			if r.Silent != want {
				t.Errorf("%s of %v: silent is %v", name, r.Params, r.Silent)
			}
		}
	}
	for name, want := range map[string]bool{"==": true, "todouble": true, "count": true, "percentile": true, "parse_version": false, "todecimal": false} {
		for _, r := range function.Lookup(function.KQL, name) {
			if r.Silent != want {
				t.Errorf("KQL's %s: silent is %v", name, r.Silent)
			}
		}
	}
}
