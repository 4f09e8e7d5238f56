package engine_test

import (
	"strings"
	"testing"

	"casebook/engine/syntax"
)

// TestKQLRefusals asks what the language does not have: each query must be refused at a place, for the reason that is given.
func TestKQLRefusals(t *testing.T) {
	for _, tt := range []struct{ query, reason string }{
		// A table inside a function cannot follow the row that the function is called for.
		{`let T = datatable(d:long)[1]; let f = (h:long) { toscalar(T | summarize min(d) - h) }; datatable(x:long)[5] | project f(x)`, "'h' depends on the row"},
		{`let T = datatable(d:long)[1]; let f = (h:long) { let low = toscalar(T | where d > h | count); low }; datatable(x:long)[5] | project f(x)`, "'h' depends on the row"},
		{`let f = (n:long) { assert(n > 0, "a positive number") }; print f(-1)`, "a positive number"},
		{`let F = () { print x = 3 }; union F*`, "no table is called like"},
		{`print x = 1 | where assert(x > 0, "x")`, "wants a constant boolean"},
		{`datatable(d:dynamic)[1] | project estimate_data_size(d)`, "not supported"},
	} {
		t.Run(tt.query, func(t *testing.T) {
			_, _, err := askKQL(tt.query)
			if err == nil {
				t.Fatal("the query was read without a mistake")
			}
			errs := syntax.Errors(err)
			if len(errs) == 0 {
				t.Fatalf("no place: %v", err)
			}
			if !strings.Contains(errs[0].Error(), tt.reason) {
				t.Errorf("the reason is %q, want %q", errs[0].Error(), tt.reason)
			}
		})
	}
}
