package store

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"casebook/engine/column"
	"casebook/store/event"
)

const webMapping = `time = "ts"
column = [
	{ name = "ts", type = "datetime", format = "unix_ms" },
	{ name = "who", path = "user.name", slot = "user" },
	{ name = "n", type = "long" },
	{ name = "f", type = "double" },
	{ name = "any", type = "dynamic" },
]
`

func webLines(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, `{"ts":%d,"user":{"name":"u%d"},"n":%d,"f":%d.5,"any":{"k":%d}}`+"\n", 1772359200000+int64(i)*1000, i%3, i, i, i%2)
	}
	return b.String()
}

func mapping(t *testing.T, name, text string) *Mapping {
	t.Helper()
	m, err := ParseMapping(name, "web.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMappedTable loads lines into a table of one's own: scans, timelines, fields and raw records know it, after opening the store
// anew as well.
func TestMappedTable(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "casebook.db")
	db := open(t, path)
	file := write(t, filepath.Join(t.TempDir(), "web.ndjson"), webLines(0, 3000)+`{"n":"no number"}`+"\n")
	a, err := db.Load(ctx, []string{file}, LoadOptions{Mapping: mapping(t, "web", webMapping)})
	if err != nil || a.Total.Accepted != 3000 || a.Total.Quarantined != 1 {
		t.Fatalf("%+v %v", a.Total, err)
	}
	again, err := db.Load(ctx, []string{file}, LoadOptions{Mapping: mapping(t, "web", "# the same\n"+webMapping)})
	if err != nil || !again.Files[0].Known || again.Total.Duplicate != 3000 {
		t.Fatalf("again: %+v %v", again.Total, err)
	}
	// Without the mapping the same bytes are another thing.
	if a := load(t, db, file); a.Files[0].Known || a.Total.Quarantined != 3001 {
		t.Errorf("without the mapping: %+v", a.Total)
	}
	changed := strings.Replace(webMapping, `"long"`, `"double"`, 1)
	if _, err := db.Load(ctx, []string{file}, LoadOptions{Mapping: mapping(t, "web", changed)}); err == nil || !strings.Contains(err.Error(), `column "n": type was "long" and is "double"`) {
		t.Errorf("a changed mapping: %v", err)
	}
	db.Close()

	db = open(t, path)
	if _, ok := db.Table("web"); !ok || !strings.Contains(strings.Join(db.Names(), " "), "web") {
		t.Errorf("the catalog does not know the table: %q", db.Names())
	}
	rows, ids := readAll(t, db, all("web", "ts", "who", "n", "f", "any"))
	if len(rows) != 3000 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, row := range rows {
		if row[0] != (1772359200000+int64(i)*1000)*10000 || row[1] != fmt.Sprintf("u%d", i%3) || row[2] != int64(i) || row[3] != float64(i)+0.5 {
			t.Fatalf("row %d is %v", i, row)
		}
	}
	events, err := db.Events(ctx, EventFilter{Where: map[string]string{"user": "u1"}}, Place{}, 5000, false)
	if err != nil || len(events) != 1000 || events[0].Source != "web" {
		t.Errorf("%d events in the timeline of u1, %v", len(events), err)
	}
	fields, err := db.Fields(ctx, ids[7])
	if err != nil || len(fields) != 5 || fields[2].Name != "n" || fields[0].Type != column.Time || fields[2].Value != int64(7) {
		t.Errorf("fields %+v %v", fields, err)
	}
	raw, err := db.Raw(ctx, ids[7])
	if err != nil || !raw.Intact || !strings.Contains(string(raw.Bytes), `"n":7,`) {
		t.Errorf("raw %+v %v", raw, err)
	}
	checkAccounts(t, db)
	if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
}

// TestFollowMapped follows a log into a table of one's own, and replays by the mapping what an older casebook did not take.
func TestFollowMapped(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db := fresh(t)
	m := mapping(t, "web", webMapping)
	r := &rotation{t: t, log: filepath.Join(dir, "web.log")}
	r.write([]byte(webLines(0, 10)))
	for i := range 2 {
		f, err := db.newFollower(ctx, []string{dir}, m)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := f.poll(ctx); err != nil {
				t.Fatal(err)
			}
		}
		f.close()
		r.write([]byte(webLines(10+10*i, 20+10*i)))
	}
	if rows, _ := readAll(t, db, all("web", "n")); len(rows) != 20 {
		t.Errorf("%d rows, want 20", len(rows))
	}
	other := fresh(t)
	l := &loader{db: other, account: &Account{}, ctx: ctx, options: LoadOptions{batch: 1000, Mapping: m}}
	if err := other.keepMapping(ctx, m); err != nil {
		t.Fatal(err)
	}
	if err := l.begin(ctx); err != nil {
		t.Fatal(err)
	}
	feed := feed{db: other, mapping: m.mapping, decoded: func(records []event.Record) {
		for i := range records {
			records[i].Kind, records[i].Reject = event.Rejected, event.Reject{Code: event.CodeRow, Reason: "not known yet"}
		}
	}}
	err := feed.run(ctx, db.candidates([]string{dir}, nil), l.take)
	if err == nil {
		err = l.flush()
	}
	if err := l.end(err); err != nil {
		t.Fatal(err)
	}
	if replay, err := other.Replay(ctx, nil); err != nil || replay.Accepted != 30 {
		t.Errorf("%+v %v", replay, err)
	}
	if rows, _ := readAll(t, other, all("web", "who")); len(rows) != 30 || rows[4][0] != "u1" {
		t.Errorf("%d rows", len(rows))
	}
	checkAccounts(t, other)
}
