package engine_test

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
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

func runESQLCases(tally *tally, dir string, cases []json.RawMessage) {
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
		if err := json.Unmarshal(raw, &c); err != nil {
			tally.t.Fatal(err)
		}
		if tally.skip(c.ID) {
			continue
		}
		runESQLCase(tally, source, c)
	}
}

func runESQLCase(tally *tally, source *exec.Memory, c esqlCase) {
	node, notices, err := esql.Plan(syntax.NewFile("query", c.Query), source, nil)
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
	if err != nil {
		tally.fail(c.ID, "the run failed: %v\n%s", err, c.Query)
		return
	}
	if problem := compareESQL(c, node.Schema(), result.Batch); problem != "" {
		tally.fail(c.ID, "%s\n%s", problem, c.Query)
		return
	}
	texts := slices.Clone(notices)
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
// be there: its words change from version to version of the vendor's engine, and from case to case.
func compareWarnings(c esqlCase, given []string) string {
	has := func(fits func(string) bool) bool { return slices.ContainsFunc(given, fits) }
	exception := func(s string) bool { return strings.Contains(s, "java.") || strings.Contains(s, "org.elasticsearch") }
	for _, want := range c.Warn {
		if want = strings.ReplaceAll(want, `\"`, `"`); exception(want) {
			if !has(exception) {
				return fmt.Sprintf("no exception is warned of among %q, want %q", given, want)
			}
		} else if !slices.Contains(given, want) {
			return fmt.Sprintf("no warning %q among %q", want, given)
		}
	}
	for _, want := range c.WarnRE {
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
}

func compareESQL(c esqlCase, schema []column.Field, b *column.Batch) string {
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
	var gotRows, wantRows []string
	for i := range b.Len {
		cells := make([]string, len(schema))
		for k, v := range b.Columns {
			cells[k] = showValue(schema[k].Type, v.Value(i))
		}
		gotRows = append(gotRows, strings.Join(cells, " | "))
	}
	for _, row := range c.Rows {
		cells := make([]string, len(row))
		for k, x := range row {
			cells[k] = showExpected(schema[k].Type, x)
		}
		wantRows = append(wantRows, strings.Join(cells, " | "))
	}
	if c.Ignore {
		sort.Strings(gotRows)
		sort.Strings(wantRows)
	}
	if !slices.Equal(gotRows, wantRows) {
		return fmt.Sprintf("rows\n  %s\nwant\n  %s", strings.Join(gotRows, "\n  "), strings.Join(wantRows, "\n  "))
	}
	return ""
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
		}
		return strconv.Quote(x)
	}
	return "null"
}

// readTable reads a table of the suite as a document store would keep it: several values sorted, equal keywords once.
func readTable(t *testing.T, path string) (*plan.Table, *column.Batch) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := readRows(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	table := &plan.Table{Name: strings.TrimSuffix(filepath.Base(path), ".csv")}
	var builders []*column.Builder
	var kinds []string
	for _, head := range rows[0] {
		name, kind, _ := strings.Cut(strings.TrimSpace(head), ":")
		kind = strings.TrimSpace(kind)
		table.Fields = append(table.Fields, column.Field{Name: name, Type: caseTypes[kind]})
		builders = append(builders, column.NewBuilder(caseTypes[kind], len(rows)))
		kinds = append(kinds, kind)
		if name == "@timestamp" {
			table.Time = name
		}
	}
	body := rows[1:]
	if table.Time != "" { // sources give their rows in the order of time
		at := slices.IndexFunc(table.Fields, func(f column.Field) bool { return f.Name == table.Time })
		slices.SortStableFunc(body, func(a, b []string) int { return cmp.Compare(strings.TrimSpace(a[at]), strings.TrimSpace(b[at])) })
	}
	for _, row := range body {
		for k, cell := range row {
			values, err := cellValues(kinds[k], strings.TrimSpace(cell))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			builders[k].Multi(values)
		}
	}
	batch := &column.Batch{Len: len(rows) - 1}
	for _, b := range builders {
		batch.Columns = append(batch.Columns, b.Vector())
	}
	return table, batch
}

// readRows splits a file into cells; a comma in brackets or behind a backslash is part of a cell.
func readRows(f *os.File) ([][]string, error) {
	var out [][]string
	r := csv.NewReader(f)
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	rows, err := r.ReadAll()
	for _, row := range rows {
		var cells []string
		open := false
		for _, part := range row {
			if open || len(cells) > 0 && strings.HasSuffix(cells[len(cells)-1], `\`) {
				cells[len(cells)-1] = strings.TrimSuffix(cells[len(cells)-1], `\`) + "," + part
			} else {
				cells = append(cells, part)
			}
			last := strings.TrimSpace(cells[len(cells)-1])
			open = strings.HasPrefix(last, "[") && !strings.HasSuffix(last, "]")
		}
		out = append(out, cells)
	}
	return out, err
}

func cellValues(kind, cell string) ([]any, error) {
	if cell == "" {
		return nil, nil
	}
	parts := []string{cell}
	if inner, ok := strings.CutPrefix(cell, "["); ok {
		inner = strings.TrimSuffix(inner, "]")
		if inner == "" {
			return nil, nil
		}
		parts = strings.Split(inner, ",")
	}
	t := caseTypes[kind]
	var values []any
	for _, p := range parts {
		x, err := cellValue(kind, t, strings.TrimSpace(p))
		if err != nil {
			return nil, err
		}
		values = append(values, x)
	}
	sort.SliceStable(values, func(i, j int) bool { return column.Compare(t, values[i], values[j]) < 0 })
	if t == column.String {
		values = slices.Compact(values)
	}
	return values, nil
}

func cellValue(kind string, t column.Type, s string) (any, error) {
	switch kind {
	case "integer", "long", "short", "byte":
		return strconv.ParseInt(s, 10, 64)
	case "float":
		x, err := strconv.ParseFloat(s, 32)
		return float64(float32(x)), err
	case "half_float":
		x, err := strconv.ParseFloat(s, 64)
		return halfFloat(x), err
	case "scaled_float": // kept in hundredths
		x, err := strconv.ParseFloat(s, 64)
		return math.Round(x*100) / 100, err
	case "double":
		return strconv.ParseFloat(s, 64)
	case "unsigned_long":
		return strconv.ParseUint(s, 10, 64)
	case "keyword", "text":
		return s, nil
	}
	return function.ReadLiteral(s, t)
}

// halfFloat is the nearest number that 16 bits hold.
func halfFloat(x float64) float64 {
	if x == 0 {
		return 0
	}
	_, exponent := math.Frexp(x)
	unit := math.Ldexp(1, max(exponent-11, -24))
	return math.RoundToEven(x/unit) * unit
}

// anyTable is a catalog that has an open table without fields for every name.
type anyTable struct{ fields []column.Field }

func (c anyTable) Table(name string) (*plan.Table, bool) {
	return &plan.Table{Name: name, Open: c.fields == nil, Fields: c.fields}, true
}

func (anyTable) Names() []string { return nil }

func runESQLRules(tally *tally, _ string, cases []json.RawMessage) {
	for _, raw := range cases {
		var c struct{ ID, Query string }
		if err := json.Unmarshal(raw, &c); err != nil {
			tally.t.Fatal(err)
		}
		if tally.skip(c.ID) {
			continue
		}
		_, _, err := esql.Plan(syntax.NewFile("query", c.Query), anyTable{}, nil)
		switch errs := syntax.Errors(err); {
		case err == nil:
			tally.pass()
		case len(errs) == 0:
			tally.fail(c.ID, "an error without a place: %v", err)
		default:
			tally.refuse(c.ID, errs[0].Caret())
		}
	}
}

type esqlSignature struct {
	Function string
	Kind     string
	Params   []struct {
		Type     string
		Optional bool
	}
	Variadic bool
	Returns  string
}

// runESQLSignatures type-checks a call for each signature of the functions that exist here.
func runESQLSignatures(tally *tally, _ string, cases []json.RawMessage) {
	for _, raw := range cases {
		var s esqlSignature
		if err := json.Unmarshal(raw, &s); err != nil {
			tally.t.Fatal(err)
		}
		id := signatureID(s)
		if tally.skip(id) {
			continue
		}
		got, err := typeOfCall(s)
		switch {
		case err != nil && (strings.Contains(err.Error(), "unknown function") || strings.Contains(err.Error(), " is not supported")):
			tally.unsupported++
		case err != nil:
			tally.fail(id, "%v", err)
		case got != caseTypes[s.Returns]:
			tally.fail(id, "the type is %s", got)
		default:
			tally.pass()
		}
	}
}

func signatureID(s esqlSignature) string {
	types := make([]string, len(s.Params))
	for i, p := range s.Params {
		types[i] = p.Type
	}
	return fmt.Sprintf("%s(%s)->%s", s.Function, strings.Join(types, ","), s.Returns)
}

func typeOfCall(s esqlSignature) (column.Type, error) {
	table := anyTable{fields: []column.Field{{Name: "@timestamp", Type: column.Time}}}
	if s.Returns == "date_nanos" && s.Function == "tbucket" { // it is of the type of the table's time
		table.fields[0].Type = column.Nanos
	}
	var args []string
	for i, p := range s.Params {
		name := fmt.Sprintf("p%d", i)
		switch p.Type {
		case "time_duration":
			name = "1 hour"
		case "date_period":
			name = "1 day"
		default:
			table.fields = append(table.fields, column.Field{Name: name, Type: caseTypes[p.Type]})
		}
		args = append(args, name)
	}
	if s.Variadic && len(args) == 1 {
		args = append(args, args[0])
	}
	text := fmt.Sprintf("%s(%s)", s.Function, strings.Join(args, ", "))
	if s.Kind == "agg" {
		text = "FROM t | STATS x = " + text
	} else {
		text = "FROM t | EVAL x = " + text
	}
	node, _, err := esql.Plan(syntax.NewFile("query", text), table, nil)
	if err != nil {
		return 0, err
	}
	for _, f := range node.Schema() {
		if f.Name == "x" {
			return f.Type, nil
		}
	}
	return 0, fmt.Errorf("no column x in %v", node.Schema())
}
