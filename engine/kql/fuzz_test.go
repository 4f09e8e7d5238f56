package kql

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"casebook/engine/syntax"
)

// FuzzParse holds the parser and the binder to this: no panic, places inside the text, and laying out that is stable.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`T | where a > 1 and b has "x" | summarize count() by bin(t, 1h)`,
		"let f = (a:long, T:(x:long)) { T | where x == a }; f(1, (print x = 1))",
		`datatable(s:string, d:dynamic)["a", dynamic({"k":[1,2]})] | mv-expand d.k | parse s with * "=" v:long *`,
		`range x from 1 to 3 step 1 | extend y = prev(x) | join kind=inner (print x = 1) on x`,
		"print `", `print "\u00`, "print 1d2", strings.Repeat("(", 500), "print " + strings.Repeat("-", 500) + "1",
		`find withsource=s in (OpenAI*, (OpenAIAuditLogs | take 1)) where * has "x" project Id:string, pack_all()`,
		`OpenAIAuditLogs | evaluate bag_unpack(EventDetails) : (*, a:string) | evaluate pivot(a, count(), Id) : (Id:string, x:long)`,
		`set query_now = datetime(2020-01-01); OpenAIAuditLogs | sort by TimeGenerated asc | scan with_match_id=m declare (n:long=0) with (step a: true => n = a.n + 1;)`,
		`print (a, b) = array_sort_asc(dynamic([2,1]), dynamic(["x","y"])) | make-series count() on a in range(1, 3, 1) by b`,
		`OpenAIChatCompletions | top-nested 2 of ModelName by sum(InputTokensUsed), top-nested of ToolName by count() | mv-apply x = dynamic([1]) to typeof(long) on (summarize sum(x))`,
		`union withsource=s A*, (B | take 1) | project-away a*`, `print dynamic({"a":`, "T | where x in (1, 2) | top 3 by x desc nulls first",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			t.Skip()
		}
		file := syntax.NewFile("query", text)
		_, _, err := Plan(context.Background(), file, sentinelTables, nil)
		for _, e := range syntax.Errors(err) {
			if e.Span.Start < 0 || e.Span.End > len(text) || e.Span.Start > e.Span.End {
				t.Errorf("the place %v of %q lies outside the text", e.Span, e.Message)
			}
			_ = e.Caret()
		}
		once, err := laid(file)
		if err != nil {
			return
		}
		twice, err := laid(syntax.NewFile("query", once))
		if err != nil || twice != once {
			t.Errorf("printing is not stable: %v\n%s\n---\n%s", err, once, twice)
		}
	})
}

// laid lays a query out in one way: a stage a line, one space where there was any, no comments. Printing what was printed
// changes nothing, and means what the query meant.
func laid(file *syntax.File) (string, error) {
	_, errs := parse(file)
	if err := errs.Err(); err != nil {
		return "", err
	}
	var b strings.Builder
	level, fresh := 0, true
	for _, t := range lex(file, syntax.Span{End: len(file.Text)}, &syntax.List{}) {
		text := file.Slice(t.span)
		switch {
		case t.kind == end:
			continue
		case t.is("(") || t.is("[") || t.is("{"):
			level++
		case t.is(")") || t.is("]") || t.is("}"):
			level--
		}
		switch {
		case fresh:
		case t.is("|") && level == 0:
			b.WriteString("\n")
		case t.spaced && !t.is(";"):
			b.WriteByte(' ')
		}
		b.WriteString(text)
		if fresh = t.is(";") && level == 0; fresh {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func TestLimits(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"depth of parentheses", "print " + strings.Repeat("(", 300) + "1" + strings.Repeat(")", 300), "deeper than 200 levels"},
		{"depth of pipelines", "print x = " + strings.Repeat("toscalar(print x = ", 300) + "1" + strings.Repeat(")", 300), "deeper than 200 levels"},
		{"depth of lets", "let f0 = () { 1 };" + chain(300) + "print f300()", "deeper than 200 levels"},
		{"lets that double", "let a0 = now();" + doubling("let a%d = iff(a%d > ago(1d), a%[2]d, a%[2]d);") + "print a60", "more than 100000 expressions"},
		{"functions that double", "let f0 = (x:long) { x };" + doubling("let f%d = (x:long) { f%d(x) + f%[2]d(x) };") + "print f60(1)", "more than 100000 expressions"},
		{"words", "print x in (" + strings.Repeat("1,", 30_000) + "1)", "more than 50000 words"},
		{"bytes", "print '" + strings.Repeat("x", 1<<20) + "'", "at most 1048576 are read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Plan(context.Background(), syntax.NewFile("query", tt.in), sentinelTables, nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %.300v\nwant %s", err, tt.want)
			}
		})
	}
}

// chain is functions that call each other, one after the other.
func chain(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "let f%d = () { f%d() };", i, i-1)
	}
	return b.String()
}

// doubling is sixty lets that each use the one before more than once.
func doubling(format string) string {
	var b strings.Builder
	for i := 1; i <= 60; i++ {
		fmt.Fprintf(&b, format, i, i-1)
	}
	return b.String()
}

func TestMistakes(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"unknown operator", "OpenAIAuditLogs | wher Id == 'x'", "did you mean 'where'?"},
		{"unknown function", "print strlenn('x')", "did you mean 'strlen'?"},
		{"unknown table", "OpenAIAuditLog | take 1", "did you mean 'OpenAIAuditLogs'?"},
		{"unknown column", "OpenAIAuditLogs | where EventTyp == 'x'", "did you mean 'EventType'?"},
		{"two mistakes", "OpenAIAuditLogs | wher a | tak 1", "did you mean 'take'?"},
		{"a file on the network", "externaldata(ip:string)['https://e.x/l.csv'] | take 1", "casebook rules lookup add 'https://e.x/l.csv' FILE.csv"},
		{"a watchlist without a file", "_GetWatchlist('x') | take 1", "casebook rules lookup add x FILE.csv"},
		{"order needed", "OpenAIAuditLogs | extend p = prev(Id)", "needs ordered rows"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := Plan(context.Background(), syntax.NewFile("query", tt.in), sentinelTables, nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Plan(%q)\n got %v\nwant %s", tt.in, err, tt.want)
			}
		})
	}
}
