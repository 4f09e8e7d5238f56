package esql

import (
	"context"
	"strings"
	"testing"
	"time"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// queries is a little of everything that the grammar has.
var queries = []string{
	"FROM logs-*,-logs-old METADATA _id, _index | WHERE a.b == \"x\" AND NOT c IS NULL OR d IN (1, 2.5, null)",
	"from t | eval x = -1 + 2 * (3 - y) % 4, `odd name` = a::long, CONCAT(a, \"\\\"\") | keep x*, `odd name`, b.*c, * | drop y*",
	"ROW a = [1, 2], b = \"\"\"raw \\d \"quoted\" \"\"\", c = -5 minutes, d = TRUE | RENAME a AS q, r = b | MV_EXPAND q",
	"FROM t | ENRICH _any:p-1 ON a WITH b = c, `d e` | ENRICH q | STATS m = COUNT(*) WHERE a IN (FROM u | KEEP a)",
	"FROM t | STATS n = COUNT(*) WHERE x > 1, AVG(y) BY z, w = DATE_TRUNC(1 hour, @timestamp) | SORT n DESC NULLS FIRST, z | LIMIT 10",
	"FROM t | INLINE STATS m = MAX(x) BY y | GROK msg \"%{IP:ip} %{NUMBER:n:int}\" | DISSECT msg \"%{a} %{b}\" APPEND_SEPARATOR = \"-\"",
	"FROM t | WHERE a LIKE \"x*\" AND b NOT RLIKE \"y.+\" AND c LIKE (\"p*\", \"q?\") AND MATCH(d, \"e\", {\"fuzziness\": 1}) // done",
	"FROM t, (FROM u | WHERE a == 1) | LOOKUP JOIN v-lookup ON k | LIMIT 3 BY k /* a /* nested */ comment */",
	"FROM t | FORK (WHERE a > 1 | KEEP b*) (STATS n = COUNT(*) BY c) | WHERE _fork == \"fork1\"",
	"FROM t | WHERE a IN (FROM u | WHERE b > 1 | KEEP c) AND d NOT IN (FROM v) AND from IN (from, 1) | DEDUP | URI_PARTS p.q = CONCAT(a, b) | REGISTERED_DOMAIN r = p.q.domain",
	"FROM t | LOOKUP JOIN v ON a == b AND c != \"x\" | WHERE a LIKE CONCAT(b, \"*\") AND b NOT RLIKE c | EVAL x = TO_IP(a, {\"leading_zeros\": \"octal\"})",
	"FROM t | WHERE a:\"word\" AND (b == c) IN (true) AND FIRST(a, b) > - -x",
}

// printed is a query as it is printed. Printing that again changes nothing.
func printed(file *syntax.File) (string, error) {
	var errors syntax.List
	q := parse(file, nil, &errors)
	if err := errors.Err(); err != nil {
		return "", err
	}
	return printQuery(q, "\n| "), nil
}

func TestPrintIsStable(t *testing.T) {
	for _, q := range queries {
		once, err := printed(syntax.NewFile("query", q))
		if err != nil {
			t.Errorf("%s\n%v", q, err)
			continue
		}
		twice, err := printed(syntax.NewFile("printed", once))
		if err != nil {
			t.Errorf("printed: %s\n%v", once, err)
			continue
		}
		if once != twice {
			t.Errorf("printed once\n%s\nand again\n%s", once, twice)
		}
	}
}

func TestPrint(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"brackets that are needed stay", `from t|where (a or b) and not(c and d)`, "FROM t\n| WHERE (a OR b) AND NOT (c AND d)"},
		{"brackets that are not needed go", `from t|eval x=((a*b)+c)`, "FROM t\n| EVAL x = a * b + c"},
		{"subtraction is from the left", `from t|eval x=a-(b-c)`, "FROM t\n| EVAL x = a - (b - c)"},
		{"odd names are quoted", "from t|keep `a b`.c, `x*`", "FROM t\n| KEEP `a b`.c, `x*`"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := printed(syntax.NewFile("query", tt.in))
			if err != nil || got != tt.want {
				t.Errorf("printed(%q)\n got %s, %v\nwant %s", tt.in, got, err, tt.want)
			}
		})
	}
}

func TestNoticesOfUnknownFields(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"near", `FROM t | WHERE okk`, "the field okk is in no loaded table and taken as null; did you mean ok?"},
		{"far", `FROM t | WHERE whatever == "x"`, "the field whatever is in no loaded table and taken as null"},
		{"the nearest goes by its name of now", `FROM t | RENAME ip AS address | KEEP addres, *`, "the field addres is in no loaded table and taken as null; did you mean address?"},
		{"a function without brackets", `FROM t | SORT tau`, "the field tau is in no loaded table and taken as null; a function is called with brackets: TAU(…)"},
		{"told once", `FROM t | WHERE okk | SORT okk`, "the field okk is in no loaded table and taken as null; did you mean ok?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, remarks, err := Plan(context.Background(), syntax.NewFile("query", tt.in), everything{}, nil)
			if notices := remarks.Notices; err != nil || len(notices) != 1 || notices[0] != tt.want {
				t.Errorf("Plan(%q)\n got %+v, %v\nwant %q", tt.in, remarks, err, tt.want)
			}
		})
	}
}

// TestWithoutFields: functions that mean the table's time can be planned over a table that nothing was loaded of.
func TestWithoutFields(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`FROM t | WHERE TRANGE(1 hour) | STATS a = EARLIEST(x), b = LATEST(x) BY TBUCKET(1 day)`, ""},
		{`FROM t | DROP @timestamp | WHERE TRANGE(1 hour)`, "TRANGE needs the column @timestamp, which is not here"},
		{`FROM t | DROP x | SORT x`, "unknown column x"},
	} {
		_, _, err := Plan(context.Background(), syntax.NewFile("query", tt.in), nothing{}, nil)
		if got := syntax.Errors(err); tt.want == "" && err != nil || tt.want != "" && (len(got) != 1 || got[0].Message != tt.want) {
			t.Errorf("Plan(%q) complains of %v, want %q", tt.in, err, tt.want)
		}
	}
}

// nothing has one open table without fields for every name.
type nothing struct{}

func (nothing) Table(name string) (*plan.Table, bool) {
	return &plan.Table{Name: name, Open: true}, true
}
func (nothing) Names() []string { return nil }

func FuzzParse(f *testing.F) {
	for _, q := range queries {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > longestFuzz {
			t.Skip()
		}
		holds(t, text)
	})
}

// longestFuzz bounds what fuzzing tries: it takes quadratic time to make a text that it finds interesting smaller, and with
// long ones does nothing else.
const longestFuzz = 256

func TestDeepTexts(t *testing.T) {
	for _, text := range []string{
		"FROM t | WHERE " + strings.Repeat("(", 500),
		"FROM t | WHERE " + strings.Repeat("NOT ", 500) + "a",
		strings.Repeat("FROM (", 300),
	} {
		holds(t, text)
	}
}

// holds is what is true of every text: it is read in time, mistakes have places inside it, and printing is stable.
func holds(t *testing.T, text string) {
	t.Helper()
	file := syntax.NewFile("fuzz", text)
	start := time.Now()
	_, _, err := Plan(context.Background(), file, everything{}, nil)
	if took := time.Since(start); took > time.Minute { // far more than any text of this size needs on any machine
		t.Fatalf("%q took %v", text, took)
	}
	for _, e := range syntax.Errors(err) {
		if e.Span.Start < 0 || e.Span.Start > len(text) || e.Span.End > len(text) || e.Span.End < e.Span.Start {
			t.Fatalf("%q: the error %q is at %v, outside of the text", text, e.Message, e.Span)
		}
	}
	if err != nil && len(syntax.Errors(err)) == 0 {
		t.Fatalf("%q: an error without a place: %v", text, err)
	}
	once, err := printed(file)
	if err != nil {
		return
	}
	twice, err := printed(syntax.NewFile("printed", once))
	if err != nil || once != twice {
		t.Fatalf("%q is printed as\n%q\nand that as\n%q, %v", text, once, twice, err)
	}
}

// everything has one open table for every name.
type everything struct{}

func (everything) Table(name string) (*plan.Table, bool) {
	return &plan.Table{Name: name, Time: "@timestamp", Open: true, Fields: []column.Field{
		{Name: "@timestamp", Type: column.Time}, {Name: "a", Type: column.String}, {Name: "n", Type: column.Int}, {Name: "ok", Type: column.Bool}, {Name: "ip", Type: column.IP},
	}}, true
}

func (everything) Names() []string { return nil }
