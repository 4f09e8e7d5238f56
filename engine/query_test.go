package engine_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/syntax"
)

var update = flag.Bool("update", false, "write what the tests got as what they want")

// golden compares text with a file, or writes it there.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// ownTables are the tables of testdata/table.
func ownTables(t *testing.T, takes bool) *exec.Memory {
	source := exec.NewMemory()
	source.Takes = takes
	files, err := filepath.Glob("testdata/table/*.csv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	for _, f := range files {
		table, batch := readTable(t, f)
		source.Add(table, batch)
	}
	return source
}

// TestQueries runs each testdata/query/NAME/query.esql over the tables beside it; what comes out, and what was warned of,
// is rows.csv. A source that takes predicates and one that takes none must give the same.
func TestQueries(t *testing.T) {
	files, err := filepath.Glob("testdata/query/*/query.esql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	for _, f := range files {
		dir := filepath.Dir(f)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			plain := rowsOf(t, string(text), ownTables(t, false))
			if pushed := rowsOf(t, string(text), ownTables(t, true)); pushed != plain {
				t.Errorf("pushed down\n%s\nand not\n%s", pushed, plain)
			}
			golden(t, filepath.Join(dir, "rows.csv"), plain)
		})
	}
}

// rowsOf is a query's result: a line of names and types, a line a row, then notices and warnings.
func rowsOf(t *testing.T, text string, source *exec.Memory) string {
	q, err := engine.Parse(context.Background(), engine.ESQL, syntax.NewFile("query", text), source, nil)
	if err != nil {
		t.Fatal(carets(err))
	}
	asOf := column.FromTime(time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC))
	res, err := engine.Run(context.Background(), q, source, engine.Options{AsOf: asOf})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	heads := make([]string, len(res.Columns))
	for i, f := range res.Columns {
		heads[i] = f.Name + ":" + f.Type.String()
	}
	b.WriteString(strings.Join(heads, ", ") + "\n")
	for i := range res.Batch.Len {
		cells := make([]string, len(res.Columns))
		for k, v := range res.Batch.Columns {
			cells[k] = showValue(res.Columns[k].Type, v.Value(i))
		}
		b.WriteString(strings.Join(cells, ", ") + "\n")
	}
	for _, n := range res.Notices {
		b.WriteString("# notice: " + n + "\n")
	}
	for _, w := range res.Warnings {
		b.WriteString("# warning: " + w.Text + "\n")
	}
	return b.String()
}

func carets(err error) string {
	var parts []string
	for _, e := range syntax.Errors(err) {
		parts = append(parts, e.Caret())
	}
	return strings.Join(parts, "\n")
}

// TestMistakes reads each testdata/mistake/LANGUAGE/NAME.txt: a query, an empty line, and exactly what is said of it.
func TestMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/mistake/esql/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no mistakes: %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			text, _, _ := strings.Cut(string(b), "\n\n")
			text = strings.TrimSuffix(text, "\n")
			_, err = engine.Parse(context.Background(), engine.ESQL, syntax.NewFile("query", text), ownTables(t, false), nil)
			if err == nil {
				t.Fatal("the query was read without a mistake")
			}
			golden(t, f, text+"\n\n"+carets(err)+"\n")
		})
	}
}
