package engine_test

import (
	"context"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/kql"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

func init() {
	conformanceSuites = append(conformanceSuites,
		conformanceSuite{"kql", "kql/cases.jsonl", runKQLCases},
		conformanceSuite{"kql-rejected", "kql/rejected.jsonl", runKQLRejected},
	)
}

type kqlCase struct {
	Tier     int
	ID       string
	Query    string
	Columns  []struct{ Name, Type string }
	Rows     [][]string
	Ordered  bool
	Inferred []string
}

// kqlAsOf is the as-of instant of the cases: they are meant to give the same whenever they run.
var kqlAsOf = column.FromTime(time.Date(2024, 6, 15, 12, 0, 0, 0, time.UTC))

func runKQLCases(tally *tally, _ string, cases []caseLine) {
	for _, raw := range cases {
		var c kqlCase
		raw.into(tally.t, &c)
		id := c.id()
		if tally.skip(id) {
			continue
		}
		fields, rows, err := askKQL(c.Query)
		if err != nil {
			tally.refuse(id, err)
			continue
		}
		if problem := c.compare(fields, rows); problem != "" {
			tally.fail(id, "%s\n%s", problem, c.Query)
			continue
		}
		tally.pass()
	}
}

// id is the case's name: ids of the emulator's runs are only unique with the query.
func (c *kqlCase) id() string { return c.ID }

func runKQLRejected(tally *tally, _ string, cases []caseLine) {
	for _, raw := range cases {
		var c kqlCase
		raw.into(tally.t, &c)
		if tally.skip(c.id()) {
			continue
		}
		_, _, err := askKQL(c.Query)
		switch {
		case err == nil:
			tally.refuse(c.id(), "accepted: "+c.Query)
		case len(syntax.Errors(err)) == 0:
			tally.refuse(c.id(), fmt.Errorf("rejected without a place: %w", err))
		default:
			tally.pass()
		}
	}
}

func askKQL(query string) (fields []column.Field, rows [][]any, err error) {
	return askKQLOf(exec.NewMemory(), query)
}

func askKQLOf(source *exec.Memory, query string) (fields []column.Field, rows [][]any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v %s", r, debug.Stack())
		}
	}()
	root, _, err := kql.Plan(context.Background(), syntax.NewFile("query", query), source, nil)
	if err != nil {
		return nil, nil, err
	}
	result, err := exec.Run(context.Background(), root, source, exec.Options{AsOf: kqlAsOf})
	if err != nil {
		return nil, nil, err
	}
	return root.Schema(), kqlRows(root, result), unannounced(root, result.Warnings)
}

func kqlRows(root plan.Node, result *exec.Result) [][]any {
	rows := make([][]any, result.Batch.Len)
	for i := range rows {
		for k, v := range result.Batch.Columns {
			var x any
			if !v.IsNull(i) {
				x = v.At(i)
			}
			rows[i] = append(rows[i], function.Boxed(root.Schema()[k].Type, x))
		}
	}
	return rows
}

var kqlTypes = map[string]column.Type{"bool": column.Bool, "int": column.Int, "long": column.Long, "real": column.Double, "decimal": column.Decimal,
	"string": column.String, "datetime": column.Time, "timespan": column.Duration, "guid": column.GUID, "dynamic": column.Dynamic}

// compare is what differs between the answer and the case, or "". Names and types of columns are exact, and so is the order
// of rows where the case says that they have one.
func (c *kqlCase) compare(fields []column.Field, rows [][]any) string {
	if problem := c.names(fields); problem != "" {
		return problem
	}
	if problem := c.types(fields); problem != "" {
		return problem
	}
	c.clip()
	if len(rows) != len(c.Rows) {
		return fmt.Sprintf("%d rows, want %d:\n got %v\nwant %v", len(rows), len(c.Rows), show(rows), c.Rows)
	}
	loose, at := c.unordered(), c.places(fields)
	same := func(row []any, texts []string, k int) bool {
		return c.alike(fields[at[k]].Type, row[at[k]], texts[k], loose)
	}
	alike := func(row []any, texts []string) bool {
		for k := range texts {
			if !same(row, texts, k) {
				return false
			}
		}
		return true
	}
	// Rows that tie in what they are sorted by may come in any order: what they are sorted by may not.
	if keys := c.sortedBy(); c.Ordered || keys != nil {
		for i, texts := range c.Rows {
			for k, f := range c.Columns {
				if keys[f.Name] && !same(rows[i], texts, k) {
					return fmt.Sprintf("row %d:\n got %v\nwant %v", i+1, show(rows), c.Rows)
				}
			}
		}
	}
	used := make([]bool, len(rows))
next:
	for _, texts := range c.Rows {
		for k, row := range rows {
			if !used[k] && alike(row, texts) {
				used[k] = true
				continue next
			}
		}
		return fmt.Sprintf("no row %v in\n%v", texts, show(rows))
	}
	return ""
}

// names compares the columns' names: those that the engine printed, or on pages, whose tables are typed by hand, those
// that Microsoft's parser infers.
func (c *kqlCase) names(fields []column.Field) string {
	var got, want, inferred []string
	for _, f := range fields {
		got = append(got, f.Name)
	}
	for _, col := range c.Columns {
		name := col.Name
		if c.Tier == 2 {
			name = strings.ReplaceAll(strings.Trim(name, "` "), `\_`, "_")
		}
		want = append(want, name)
	}
	for _, s := range c.Inferred {
		name, _, _ := cutLast(s, ":")
		inferred = append(inferred, name)
	}
	if slices.Equal(got, want) || c.Tier == 2 && slices.Equal(got, inferred) {
		return ""
	}
	return fmt.Sprintf("columns %q, want %q (inferred %q)", got, want, inferred)
}

// places is where each of the case's columns stands in the answer: pages show some in another order.
func (c *kqlCase) places(fields []column.Field) []int {
	at, found := make([]int, len(c.Columns)), 0
	for k, col := range c.Columns {
		at[k] = k
		if i := slices.IndexFunc(fields, func(f column.Field) bool { return f.Name == col.Name }); i >= 0 {
			at[k] = i
			found++
		}
	}
	if found < len(at) {
		for k := range at {
			at[k] = k
		}
	}
	return at
}

// words are the names in a text.
var words = regexp.MustCompile(`[A-Za-z_]\w*`)

// sortedBy is what the rows are sorted by, where the last operator that settles their order sorts them.
func (c *kqlCase) sortedBy() map[string]bool {
	var keys map[string]bool
	for _, stage := range strings.Split(c.Query, "|") {
		switch word, rest, _ := strings.Cut(strings.TrimSpace(stage), " "); word {
		case "sort", "order", "top":
			keys = map[string]bool{}
			for _, w := range words.FindAllString(rest, -1) {
				keys[w] = true
			}
		case "summarize", "join", "union", "distinct", "lookup", "partition", "make-series", "top-nested", "top-hitters":
			keys = nil
		}
	}
	return keys
}

// unordered tells whether the elements of arrays may stand in any order: those of sets have none, those of lists that of
// the rows, if these were sorted.
func (c *kqlCase) unordered() bool {
	q := c.Query
	if strings.Contains(q, "make_set") || strings.Contains(q, "makeset") || strings.Contains(q, "set_") {
		return true
	}
	i := max(strings.Index(q, "make_list"), strings.Index(q, "makelist"))
	return i >= 0 && !strings.Contains(q[:i], "sort by") && !strings.Contains(q[:i], "order by") && !strings.Contains(q[:i], "range ")
}

// clip takes away what the tables of the third tier have after their last row: a blank row of one column, a semicolon.
func (c *kqlCase) clip() {
	n := len(c.Rows)
	if c.Tier < 3 || n == 0 {
		return
	}
	if last := c.Rows[n-1]; len(c.Columns) == 1 && len(last) == 1 && strings.TrimSpace(last[0]) == "" && last[0] != "" {
		c.Rows = c.Rows[:n-1]
	} else if k := len(last) - 1; k >= 0 {
		last[k] = strings.TrimSuffix(last[k], ";")
	}
}

func show(rows [][]any) string {
	var b strings.Builder
	for _, r := range rows {
		for k, x := range r {
			if k > 0 {
				b.WriteString(" | ")
			}
			switch x := x.(type) {
			case nil:
				b.WriteString("null")
			case string:
				fmt.Fprintf(&b, "%q", x)
			default:
				b.WriteString(function.Text(column.Dynamic, x))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func cutLast(s, sep string) (string, string, bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// types compares the types of the columns with those that Microsoft's parser infers.
func (c *kqlCase) types(fields []column.Field) string {
	for _, s := range c.Inferred {
		name, word, _ := cutLast(s, ":")
		t, known := kqlTypes[word]
		for _, f := range fields {
			if known && f.Name == name && f.Type != t {
				return fmt.Sprintf("column %s is %s, want %s", name, f.Type, word)
			}
		}
	}
	if c.Inferred != nil {
		return ""
	}
	for i, col := range c.Columns {
		if t, known := kqlTypes[col.Type]; known && fields[i].Type != t {
			return fmt.Sprintf("column %s is %s, want %s", col.Name, fields[i].Type, col.Type)
		}
	}
	return ""
}
