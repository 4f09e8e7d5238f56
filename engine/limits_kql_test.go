package engine_test

import (
	"context"
	"errors"
	"testing"

	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/kql"
	"casebook/engine/syntax"
)

// TestKQLLimits asks for a little more than there may be: a limit is an error, and never an answer that leaves something out.
func TestKQLLimits(t *testing.T) {
	limits := function.DefaultLimits
	limits.Rows, limits.RegexText = 10, 100
	for _, tt := range []struct{ query, what string }{
		{`range x from 1 to 10 step 1 | count`, ""},
		{`range x from 1 to 11 step 1 | count`, "rows of range"},
		{`range x from 5h to 0h step -30m | count`, "rows of range"},

		// A small expression reads longer texts than a large one.
		{`print s = strrep("ab", 1000) | where s matches regex "b+a$"`, ""},
		{`print s = strrep("ab", 1000) | where s matches regex "(.{0,30}a){0,30}c"`, "bytes of a text that a regular expression reads"},
		{`print s = strrep("ab", 1000) | project extract("(.{0,30}a){0,30}c", 1, s)`, "bytes of a text that a regular expression reads"},
	} {
		t.Run(tt.query, func(t *testing.T) {
			source := exec.NewMemory()
			root, _, err := kql.Plan(syntax.NewFile("query", tt.query), source, nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = exec.Run(context.Background(), root, source, exec.Options{Limits: limits})
			var limit *function.LimitError
			switch errors.As(err, &limit); {
			case tt.what == "" && err != nil:
				t.Errorf("ended with %v", err)
			case tt.what != "" && (limit == nil || limit.What != tt.what):
				t.Errorf("ended with %v, want more than there may be of: %s", err, tt.what)
			}
		})
	}
}
