package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"casebook/engine"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/kql"
	"casebook/engine/syntax"
)

// TestKQLLimits asks for a little more than there may be: a limit is an error, and never an answer that leaves something out.
func TestKQLLimits(t *testing.T) {
	limits := function.DefaultLimits
	limits.Rows, limits.RegexText = 100, 100
	for _, tt := range []struct{ query, what string }{
		{`range x from 1 to 100 step 1 | count`, ""},
		{`range x from 1 to 101 step 1 | count`, "rows of range"},
		{`range x from 5h to 0h step -1m | count`, "rows of range"},

		// A table that stands in itself twice, and so on, costs nothing to write.
		{doubled(16) + `t16 | count`, ""},
		{doubled(59) + `t59 | count`, "bytes of one table"},

		// A body with a table of its own runs for so many keys.
		{`range x from 1 to 64 step 1 | partition by x { print toscalar(x) }`, ""},
		{`range x from 1 to 65 step 1 | partition by x { print toscalar(x) }`, "groups"},

		// A small expression reads longer texts than a large one.
		{`print s = strrep("ab", 1000) | where s matches regex "b+a$"`, ""},
		{`print s = strrep("ab", 1000) | where s matches regex "(.{0,30}a){0,30}c"`, "bytes of a text that a regular expression reads"},
		{`print s = strrep("ab", 1000) | project extract("(.{0,30}a){0,30}c", 1, s)`, "bytes of a text that a regular expression reads"},

		// What multiplies is counted before it is made, and not while the query is read.
		{`print strlen(strrep(strrep("ab", 1000), 1000))`, ""},
		{`print strlen(strrep(strrep(strrep("abcdefgh", 1000), 1000), 1000))`, "bytes of one text"},
		{`print strlen(strcat(strrep(strrep("abcdefgh", 1000), 1000), strrep(strrep("abcdefgh", 1000), 1000), strrep(strrep("abcdefgh", 1000), 1000), strrep(strrep("abcdefgh", 1000), 1000), strrep(strrep("abcdefgh", 1000), 1000)))`, "bytes of one text"},
		{`print strlen(replace_string(strrep(strrep("a", 1000), 1000), "a", strrep("b", 1000)))`, "bytes of one text"},
		{`print strlen(replace_regex(strrep(strrep("a", 1000), 50), "a", strrep("b", 1000)))`, "bytes of one text"},
		{`print strlen(replace_strings(strrep(strrep("a", 1000), 1000), dynamic(["a"]), pack_array(strrep("b", 1000))))`, "bytes of one text"},
		{`print strlen(tostring(repeat(strrep(strrep("ab", 1000), 1000), 1000)))`, "bytes of one text"},
		{`print strlen(strcat_array(repeat(strrep(strrep("ab", 1000), 1000), 1000), ","))`, "bytes of one text"},
		{`print array_length(array_concat(range(1, 600000), range(1, 600000)))`, "elements of one array"},
		{`range x from 1 to 100 step 1 | extend s = strcat(x, strrep(strrep("abcd", 1000), 1000)) | summarize sum(strlen(s))`, "bytes of texts at once"},
	} {
		t.Run(tt.query, func(t *testing.T) {
			source := exec.NewMemory()
			root, _, err := kql.Plan(context.Background(), syntax.NewFile("query", tt.query), source, nil)
			if err == nil {
				_, err = exec.Run(context.Background(), root, source, exec.Options{Limits: limits})
			}
			if tt.what == "" && err != nil || tt.what != "" && (err == nil || !strings.Contains(err.Error(), tt.what)) {
				t.Errorf("ended with %v, want more than there may be of %q", err, tt.what)
			}
		})
	}
}

// TestQueryMemory: a query that gathers more than it may is ended, and said to have given a part.
func TestQueryMemory(t *testing.T) {
	query := `range x from 1 to 40000 step 1 | extend s = strcat(x, strrep(strrep("ab", 100), 50)) | summarize make_list(s)`
	source := exec.NewMemory()
	q, err := engine.Parse(context.Background(), engine.KQL, syntax.NewFile("query", query), source, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Run(context.Background(), q, source, engine.Options{Memory: 16 << 20}); !engine.Partial(err) {
		t.Errorf("ended with %v", err)
	}
}

// doubled are so many tables, each of which is the one before it twice.
func doubled(n int) string {
	text := "let t0 = range x from 1 to 100 step 1; "
	for i := range n {
		text += fmt.Sprintf("let t%d = union t%d, t%d; ", i+1, i, i)
	}
	return text
}
