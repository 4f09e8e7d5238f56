package engine_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/engine/esql"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

func init() {
	conformanceSuites = append(conformanceSuites,
		conformanceSuite{"esql", "esql/cases.jsonl", runESQLCases},
		conformanceSuite{"esql-rules", "esql/rules.jsonl", runESQLRules},
		conformanceSuite{"esql-signatures", "esql/signatures.jsonl", runESQLSignatures},
	)
}

type esqlCase struct {
	ID      string
	Query   string
	Columns []struct{ Name, Type string }
	Rows    [][]any
	Ignore  bool     `json:"ignore_order"`
	Warn    []string `json:"warnings"`
	WarnRE  []string `json:"warnings_regex"`
}

func runESQLCases(tally *tally, dir string, cases []caseLine) {
	source := exec.NewMemory()
	files, err := filepath.Glob(filepath.Join(dir, "data", "*.csv"))
	if err != nil {
		tally.t.Fatal(err)
	}
	for _, f := range files {
		table, batch := readTable(tally.t, f)
		source.Add(table, batch)
	}
	for _, raw := range cases {
		var c esqlCase
		raw.into(tally.t, &c)
		if tally.skip(c.ID) {
			continue
		}
		runESQLCase(tally, source, c)
	}
}

func runESQLCase(tally *tally, source *exec.Memory, c esqlCase) {
	node, remarks, err := esql.Plan(context.Background(), syntax.NewFile("query", c.Query), source, nil)
	if err != nil {
		if errs := syntax.Errors(err); len(errs) > 0 {
			tally.refuse(c.ID, errs[0].Caret())
		} else {
			tally.fail(c.ID, "an error without a place: %v", err)
		}
		return
	}
	asOf := column.FromTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	result, err := exec.Run(context.Background(), node, source, exec.Options{AsOf: asOf})
	var limit *function.LimitError
	if errors.As(err, &limit) { // no answer, and the reason
		tally.refuse(c.ID, err)
		return
	}
	if err != nil {
		tally.fail(c.ID, "the run failed: %v\n%s", err, c.Query)
		return
	}
	if err := unannounced(node, result.Warnings); err != nil {
		tally.fail(c.ID, "%v\n%s", err, c.Query)
		return
	}
	if problem := compareESQL(c, node, result.Batch); problem != "" {
		tally.fail(c.ID, "%s\n%s", problem, c.Query)
		return
	}
	texts := slices.Clone(remarks.Notices)
	for _, w := range result.Warnings {
		texts = append(texts, w.Text)
	}
	if problem := compareWarnings(c, texts); problem != "" {
		tally.fail(c.ID, "%s\n%s", problem, c.Query)
		return
	}
	tally.pass()
}

// compareWarnings wants every warning of the case among those given. The line that quotes Java's exception is only wanted to
// be there: its words change from version to version of the vendor's engine, and from case to case. What is said of the
// version of Java that the vendor's engine runs on is not wanted.
func compareWarnings(c esqlCase, given []string) string {
	has := func(fits func(string) bool) bool { return slices.ContainsFunc(given, fits) }
	exception := func(s string) bool { return strings.Contains(s, "java.") || strings.Contains(s, "org.elasticsearch") }
	for _, want := range c.Warn {
		want = strings.NewReplacer(`\"`, `"`, "%25", "%").Replace(want) // as a header of HTTP escapes them
		if exception(want) {
			if !has(exception) {
				return fmt.Sprintf("no exception is warned of among %q, want %q", given, want)
			}
		} else if !slices.Contains(given, want) {
			return fmt.Sprintf("no warning %q among %q", want, given)
		}
	}
	for _, want := range c.WarnRE {
		if strings.Contains(want, "could change in JDK") {
			continue
		}
		re, err := regexp.Compile(strings.ReplaceAll(want, `\\\"`, `"`))
		switch {
		case err != nil:
			return fmt.Sprintf("bad expression %q: %v", want, err)
		case exception(want) && !has(exception), !exception(want) && !has(re.MatchString):
			return fmt.Sprintf("no warning like %q among %q", want, given)
		}
	}
	return ""
}

// caseTypes are the types as the cases spell them.
var caseTypes = map[string]column.Type{
	"boolean": column.Bool, "integer": column.Int, "long": column.Long, "unsigned_long": column.ULong, "double": column.Double,
	"keyword": column.String, "text": column.Text, "date": column.Time, "datetime": column.Time, "date_nanos": column.Nanos, "ip": column.IP,
	"version": column.Version, "null": column.Null, "short": column.Int, "byte": column.Int, "float": column.Double, "half_float": column.Double,
	"scaled_float": column.Double, "time_duration": column.Duration, "date_period": column.Period,
	"geo_point": column.GeoPoint, "geo_shape": column.GeoShape, "cartesian_point": column.CartesianPoint, "cartesian_shape": column.CartesianShape,
}

func compareESQL(c esqlCase, node plan.Node, b *column.Batch) string {
	schema := node.Schema()
	var got, want []string
	for _, f := range schema {
		got = append(got, f.Name)
	}
	for i, f := range c.Columns {
		want = append(want, f.Name)
		if i < len(schema) && !fitsType(caseTypes[f.Type], schema[i].Type) {
			return fmt.Sprintf("column %s is of type %s, want %s", f.Name, schema[i].Type, f.Type)
		}
	}
	if !slices.Equal(got, want) {
		return fmt.Sprintf("columns %q, want %q", got, want)
	}
	var gotRows, wantRows [][]string
	for i := range b.Len {
		cells := make([]string, len(schema))
		for k, v := range b.Columns {
			cells[k] = showValue(schema[k].Type, v.Value(i))
		}
		gotRows = append(gotRows, cells)
	}
	for _, row := range c.Rows {
		cells := make([]string, len(row))
		for k, x := range row {
			cells[k] = showExpected(schema[k].Type, x)
		}
		wantRows = append(wantRows, cells)
	}
	if !sameRows(gotRows, wantRows, node, !c.Ignore) {
		return fmt.Sprintf("rows\n  %s\nwant\n  %s", showRows(gotRows), showRows(wantRows))
	}
	return ""
}

func showRows(rows [][]string) string {
	lines := make([]string, len(rows))
	for i, cells := range rows {
		lines[i] = strings.Join(cells, " | ")
	}
	return strings.Join(lines, "\n  ")
}

// fitsType: an integer may stand where a long is expected, and texts are one.
func fitsType(want, got column.Type) bool {
	return want == got || want == column.Long && got == column.Int || isText(want) && isText(got)
}

func isText(t column.Type) bool { return t == column.String || t == column.Text }

func showValue(t column.Type, x any) string {
	switch x := x.(type) {
	case nil:
		return "null"
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = showValue(t, e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case string:
		return strconv.Quote(x)
	}
	return function.TextOf(t, x)
}

// showExpected writes a cell of a case as showValue would.
func showExpected(t column.Type, x any) string {
	switch x := x.(type) {
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = showExpected(t, e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case float64:
		switch t {
		case column.Double:
			return strconv.FormatFloat(x, 'g', -1, 64)
		case column.Time:
			return function.TextOf(t, int64(x)*column.Millisecond)
		}
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	case string:
		switch t {
		case column.Time, column.Nanos:
			if at, err := function.ReadTime(x); err == nil {
				if t == column.Time {
					return function.TextOf(t, column.FromTime(at))
				}
				return function.TextOf(t, at.UnixNano())
			}
		case column.Double:
			if f, err := strconv.ParseFloat(x, 64); err == nil {
				return strconv.FormatFloat(f, 'g', -1, 64)
			}
		case column.Int, column.Long, column.ULong:
			return x
		case column.GeoPoint, column.GeoShape, column.CartesianPoint, column.CartesianShape:
			if text, err := function.ReadFigure(x, t); err == nil {
				return strconv.Quote(text)
			}
		}
		return strconv.Quote(x)
	}
	return "null"
}
