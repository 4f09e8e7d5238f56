package kql

import (
	"strings"
	"testing"

	"casebook/engine/function"
	"casebook/engine/syntax"
)

// FuzzLiteral reads what stands in datetime(…), timespan(…), guid(…), dynamic(…) and in patterns: mistakes have places inside the
// query, and a timespan that was read is written as one that is read alike.
func FuzzLiteral(f *testing.F) {
	for _, s := range []string{"2024-01-02T03:04:05.6789Z", "1.02:03:04.5", "7d", "-90s", "74be27de-1e4e-49d9-b579-fe0b331d3642", `{"a":[1,{"b":null}]}`, "(a|b)+?[^c]", "$.a[0]['b']", "null", "13/1/2024 5 PM", "1e999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 128 {
			t.Skip()
		}
		quoted := "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`, "\r", `\r`).Replace(text) + "'"
		for _, q := range []string{"print datetime(" + text + ")", "print timespan(" + text + "), guid(" + text + ")", "print dynamic(" + text + ")", "print real(" + text + "), " + text + "d",
			"print x = 'a' matches regex " + quoted + ", extract(" + quoted + ", 0, 'a')", "print extract_json(" + quoted + ", '{}'), format_datetime(now(), " + quoted + ")",
			"print s = 'a' | parse kind=regex s with " + quoted + " x:string"} {
			_, _, err := Plan(t.Context(), syntax.NewFile("query", q), sentinelTables, nil)
			for _, e := range syntax.Errors(err) {
				if e.Span.Start < 0 || e.Span.End > len(q) || e.Span.Start > e.Span.End {
					t.Errorf("%q: the place %v of %q lies outside the text", q, e.Span, e.Message)
				}
				_ = e.Caret()
			}
		}
		if ticks, ok := function.ParseTimespan(text); ok {
			if again, ok := function.ParseTimespan(function.FormatTimespan(ticks)); !ok || again != ticks {
				t.Errorf("%q is %d ticks, and %s is %d", text, ticks, function.FormatTimespan(ticks), again)
			}
		}
		_, _ = function.ParseTime(text)
	})
}
