package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// TestMultiplying asks in a few words for more than a machine has. Each query ends at a limit with a name, and before memory does: a
// program without memory ends at once, with all that is open in it.
func TestMultiplying(t *testing.T) {
	if testing.Short() {
		t.Skip("each query grows up to its limit, which takes the race detector two minutes: run without -short")
	}
	source := heavy(8192)
	doubled := func(stage string) string { return strings.Repeat(stage, 50) }
	for _, tt := range []struct {
		name     string
		language engine.Language
		query    string
		what     string
	}{
		{"values", engine.ESQL, `ROW d = "ab" ` + doubled("| EVAL d = MV_APPEND(d, d)"), "values of one field"},
		{"values of many rows", engine.ESQL, `FROM rows | EVAL t = SPLIT(REPEAT("a,", 100000), ",")`, "values of one column"},
		{"a literal of values", engine.ESQL, `FROM rows | EVAL x = [` + strings.Repeat("1,", 20000) + `1]`, "values of one column"},
		{"values beside rows", engine.ESQL, `FROM rows | INLINE STATS v = VALUES(s)`, "values of one column"},
		{"values of every partner", engine.ESQL, `FROM rows | STATS v = VALUES(s) BY k = n % 2 | EVAL w = [1,2,3,4,5,6,7,8,9] | MV_EXPAND w | EVAL x = v | MV_EXPAND v | MV_EXPAND w`, "values of one column"},
		{"groups of two lists", engine.ESQL, `FROM rows | STATS v = VALUES(n) | EVAL w = MV_SORT(v) | STATS c = COUNT(*) BY v, w`, "groups of rows with several values"},
		{"a text of values", engine.ESQL, `ROW a = MV_CONCAT(SPLIT(REPEAT("a,", 500000), ","), REPEAT("x", 1000000))`, "bytes of one text"},
		{"texts of values", engine.ESQL, `FROM rows | EVAL a = MV_CONCAT(SPLIT(REPEAT("a,", 1000), ","), REPEAT("x", 1000))`, "bytes of texts at once"},
		{"pairs of values", engine.ESQL, `ROW a = SPLIT(REPEAT("a,", 10000), ","), b = REPEAT("x", 100000) | EVAL z = MV_ZIP(a, a, b)`, "bytes of texts at once"},
		{"repeated texts", engine.ESQL, `FROM rows | EVAL a = REPEAT(s, 100000)`, "bytes of texts at once"},
		{"separators", engine.ESQL, `ROW t = REPEAT("a,", 500000) | DISSECT t "` + strings.Repeat("%{+a},", 2000) + `%{+a}" APPEND_SEPARATOR="` + strings.Repeat("x", 100000) + `"`, "bytes of one text"},
		{"replacements", engine.ESQL, `ROW a = REPLACE(REPEAT("a", 60000), "a", REPEAT("x", 1000000))`, ""},
		{"a long text", engine.ESQL, `FROM rows | WHERE s == "` + strings.Repeat("a", 2<<20) + `"`, "at most 1048576 are read"},

		{"an array in itself", engine.KQL, `print d = dynamic([1]) ` + doubled("| extend d = pack_array(d, d)") + `| project x = treepath(d)`, "elements in one dynamic value"},
		{"a bag in itself", engine.KQL, `print d = bag_pack('a', 1) ` + doubled("| extend d = bag_pack('a', d, 'b', d)") + `| project x = treepath(d)`, "elements in one dynamic value"},
		{"a list of arrays", engine.KQL, `let d = toscalar(print range(1, 1000000)); rows | take 100 | summarize l = make_list(pack_array(d)) | extend l = treepath(l)`, "elements in one dynamic value"},
		{"a table in itself", engine.KQL, "let f0 = rows;\n" + unions(40) + "f40 | count", "rows of one table"},
		{"a spectrum", engine.KQL, `print s = series_fft(range(1, 100000))`, "elements of a series that series_fft transforms"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q, err := engine.Parse(context.Background(), tt.language, syntax.NewFile("query", tt.query), source, nil)
			if err == nil {
				_, err = engine.Run(context.Background(), q, source, engine.Options{Budget: 2 * time.Minute})
			}
			var limit *function.LimitError
			switch {
			case tt.what == "" && err != nil, tt.what != "" && (err == nil || !strings.Contains(err.Error(), tt.what)):
				t.Errorf("ended with %v, want more than there may be of %q", err, tt.what)
			case strings.Contains(tt.what, " of ") && !errors.As(err, &limit):
				t.Errorf("%v is not told as a limit", err)
			}
		})
	}
}

// unions are tables each of which is twice the one before.
func unions(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "let f%d = union f%d, f%d;\n", i, i-1, i-1)
	}
	return b.String()
}

// TestFault: a mistake of the engine's own ends one query, or one rule, and says where it was; it also does where code runs beside the query.
func TestFault(t *testing.T) {
	source := exec.NewMemory()
	for _, rows := range []int{1, 200_000} {
		broken := &function.Row{Name: "broken", Params: []column.Type{column.Long}, Returns: column.Long,
			Eval: func(_ *function.Env, args []*column.Vector, n int) (*column.Vector, error) {
				return &column.Vector{Type: column.Long, Len: n, Ints: args[0].Ints[:n+1]}, nil
			}}
		field := []column.Field{{Name: "n", Type: column.Long}}
		table := &plan.Rows{Base: plan.Base{Out: field}, Batch: &column.Batch{Len: rows, Columns: []*column.Vector{{Type: column.Long, Len: rows, Ints: make([]int64, rows)}}}}
		root := &plan.Project{Base: plan.Base{Out: field}, Input: table, Exprs: []plan.Expr{&plan.Call{Func: broken, Args: []plan.Expr{&plan.Col{T: column.Long}}, T: column.Long}}}
		_, err := engine.Run(context.Background(), &engine.Query{File: syntax.NewFile("query", ""), Plan: root}, source, engine.Options{})
		var fault *exec.Fault
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), "TestFault") || !strings.Contains(err.Error(), "out of range") {
			t.Errorf("over %d rows it ended with %v", rows, err)
		}
	}
}
