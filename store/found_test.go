package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"casebook/engine/column"
	"casebook/engine/exec"
)

// foundLines are records of which some make other types of columns than the rest: whole files of each.
func foundLines(from, to, odd int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		n, more := fmt.Sprint(i), ""
		if odd > 0 {
			n, more = fmt.Sprintf("%d.5", i), fmt.Sprintf(`,"word":"w%d","only":{"here":%d}`, i%3, i)
		}
		fmt.Fprintf(&b, `{"@timestamp":"2026-03-01T10:%02d:%02dZ","n":%s,"word":%d,"tags":["b%d","a"],"source":{"ip":"10.0.0.%d"}%s}`+"\n", i/60%60, i%60, n, i%4, i%2, i%250, more)
	}
	return b.String()
}

// TestFoundColumns loads files into a table whose columns are found, in every order, by one process or several: the columns, their types and
// the rows are the same, also after segments were merged, and when the store is opened anew.
func TestFoundColumns(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	var files []string
	for i := range 3 {
		files = append(files, write(t, filepath.Join(dir, fmt.Sprint(i, ".ndjson")), foundLines(100*i, 100*i+100, i%2)))
	}
	m, err := FindingMapping("logs-doors.all-default")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"@timestamp", "n", "word", "tags", "source.ip", "only.here"}
	types := []string{"date", "double", "keyword", "keyword", "ip", "long"}
	var want [][]any
	for round, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}} {
		path := filepath.Join(t.TempDir(), "casebook.db")
		db := open(t, path)
		for _, i := range order {
			if a, err := db.Load(ctx, []string{files[i]}, LoadOptions{Mapping: m}); err != nil || a.Total.Accepted != 100 || a.Table == nil {
				t.Fatalf("%+v %v", a, err)
			}
			if round == 1 { // each load by another process
				db.Close()
				db = open(t, path)
			}
		}
		if round == 2 {
			if err := mergeNow(db); err != nil || liveSegments(t, db) != 1 {
				t.Fatalf("%d segments, %v", liveSegments(t, db), err)
			}
		}
		found := db.Found("logs-doors.all-default")
		for i, name := range names {
			if at := slices.IndexFunc(found.Columns, func(c FoundColumn) bool { return c.Name == name }); at < 0 || found.Columns[at].Type != types[i] || (found.Columns[at].Mixed != "") != (name == "word") {
				t.Errorf("%v: %s in %+v, want %s", order, name, found.Columns, types[i])
			}
		}
		rows, ids := readAll(t, db, all("logs-doors.all-default", names...))
		if want == nil {
			want = rows
		}
		if len(rows) != 300 || !reflect.DeepEqual(rows, want) {
			t.Fatalf("%v: %d rows; the first %v, want %v", order, len(rows), rows[0], want[0])
		}
		if first := []any{column.FromNanos(1772359200e9), 0.0, "0", []any{"a", "b0"}, "10.0.0.0", nil}; !reflect.DeepEqual(rows[0], first) {
			t.Errorf("row %v, want %v", rows[0], first)
		}
		fields, err := db.Fields(ctx, ids[150])
		if err != nil || len(fields) != 6 || fields[1].Name != "n" || fields[1].Value != 150.5 {
			t.Errorf("%+v %v", fields, err)
		}
		if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
			t.Errorf("%+v %v", v, err)
		}
		checkAccounts(t, db)
	}
}

// TestFoundTypesOfAQuery: a query that was bound before other records came reads what it was bound to.
func TestFoundTypesOfAQuery(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	m, err := FindingMapping("logs-doors")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if _, err := db.Load(ctx, []string{write(t, filepath.Join(t.TempDir(), "a.ndjson"), foundLines(10*i, 10*i+10, i))}, LoadOptions{Mapping: m}); err != nil {
			t.Fatal(err)
		}
	}
	r := all("logs-doors", "n")
	r.Types = []column.Type{column.Long}
	rows, _ := readAll(t, db, r)
	if rows[3][0] != int64(3) || rows[13][0] != nil {
		t.Errorf("%v", rows)
	}
}

// TestFoundCounts holds what is told from packs against what is counted in rows: of random records, for each column and pairs of them.
func TestFoundCounts(t *testing.T) {
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(5, 6))
	values := []string{`1`, `"x"`, `""`, `null`, `[]`, `[1,2]`, `true`, `"10.0.0.1"`, `"2026-03-01T10:00:00Z"`, `{"k":1}`, `"null"`, `"{\"a\":1}"`}
	for _, table := range []string{"logs-any", "Any"} {
		db := fresh(t)
		names := []string{"a", "b", "ip", "d_d", "e_t"}
		var b strings.Builder
		time := "@timestamp"
		if table == "Any" {
			time = "TimeGenerated"
		}
		for i := range 400 {
			fmt.Fprintf(&b, `{"%s":"2026-03-01T10:00:%02dZ"`, time, i%60)
			for _, name := range names {
				if rng.IntN(3) > 0 {
					fmt.Fprintf(&b, `,%q:%s`, name, values[rng.IntN(len(values))])
				}
			}
			b.WriteString("}\n")
		}
		m, err := FindingMapping(table)
		if err != nil {
			t.Fatal(err)
		}
		if a, err := db.Load(ctx, []string{write(t, filepath.Join(t.TempDir(), "a.ndjson"), b.String())}, LoadOptions{Mapping: m}); err != nil || a.Total.Accepted != 400 {
			t.Fatalf("%+v %v", a, err)
		}
		r := all(table, names...)
		rows, _ := readAll(t, db, r)
		for i := range names {
			for k := range names {
				n := 0
				for _, row := range rows {
					if row[i] != nil || row[k] != nil {
						n++
					}
				}
				if c, err := db.Carrying(ctx, table, [][]string{{names[i], names[k]}}, r.From, r.To); err != nil || c.Carrying != n || c.Events != 400 {
					t.Errorf("%s: %s or %s: %+v %v, want %d", table, names[i], names[k], c, err, n)
				}
			}
		}
		// A part of the rows has the same values.
		r.Where = []exec.Predicate{{Column: "a", Op: exec.NotNull}}
		some, _ := readAll(t, db, r)
		if len(some) > len(rows) {
			t.Errorf("%d rows of %d", len(some), len(rows))
		}
	}
}
