package engine_test

import (
	"strings"
	"testing"
)

// esqlAnswer is a query that the suites leave thin, and its answer: the columns with their types, a row a line, and what was said of it.
type esqlAnswer struct{ query, want string }

// answerESQL holds queries to their answers, over the tables of testdata/table.
func answerESQL(t *testing.T, answers []esqlAnswer) {
	t.Helper()
	for _, tt := range answers {
		t.Run(tt.query, func(t *testing.T) {
			for _, takes := range []bool{false, true} {
				got := strings.TrimSuffix(rowsOf(t, tt.query, ownTables(t, takes)), "\n")
				if want := strings.Join(lines(tt.want), "\n"); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
}

// lines are the lines of a text without what indents them.
func lines(s string) []string {
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(s), "\n") {
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

// TestESQLValuesApart: the values of one row, the same in every row, become rows or groups that differ.
func TestESQLValuesApart(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW n = [1, 2, 3] | MV_EXPAND n | WHERE n >= 2`, `n:integer
			2
			3`},
		{`ROW n = [1, 2, 3] | MV_EXPAND n | STATS few = COUNT(n) WHERE n < 3, all = COUNT(*), kinds = COUNT(["a", "b"]) WHERE n == 1`, `few:long, all:long, kinds:long
			2, 3, 2`},
		{`ROW n = [1, 2] | STATS s = SUM(n) BY n | WHERE n > 1`, `s:long, n:integer
			3, 2`},
		{`ROW n = [1, 2, 3] | STATS w = CASE(n == 2, 10, 1) * COUNT(*) BY n | SORT n`, `w:long, n:integer
			1, 1
			10, 2
			1, 3`},
		{`ROW n = [1, 2] | STATS n + SUM(n) BY n | SORT n`, `n + SUM(n):long, n:integer
			4, 1
			5, 2`},
	})
}

// TestESQLNumbers: sums and mathematics end in the figure that the vendor's end in.
func TestESQLNumbers(t *testing.T) {
	answerESQL(t, []esqlAnswer{
		{`ROW x = [-8.94, 1.92, 6.97, 14.74] | STATS s = SUM(x), m = AVG(x) * 4`, `s:double, m:double
			14.69, 14.69`},
		{`ROW x = 2 | EVAL s = SIN(x), t = TAN(x), p = POW(2.5, 7.25), l = LOG10(1000), h = HYPOT(0.1, 0.7)`, `x:integer, s:double, t:double, p:double, l:double, h:double
			2, 0.9092974268256817, -2.185039863261519, 767.4764585467135, 3, 0.7071067811865475`},
	})
}
