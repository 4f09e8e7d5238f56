package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"casebook/engine/column"
	"casebook/engine/exec"
)

func open(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// empty is a new store, as its file holds it.
var empty = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "store")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "casebook.db")
	db, err := Open(path, Options{})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func fresh(t *testing.T) *DB {
	t.Helper()
	text, err := empty()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, write(t, filepath.Join(t.TempDir(), "casebook.db"), string(text)))
}

// record is one Bedrock call as S3 holds it.
func record(i int, user, code string) string {
	extra := ""
	if code != "" {
		extra = fmt.Sprintf(`,"errorCode":%q`, code)
	}
	return fmt.Sprintf(`{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-03-01T%02d:%02d:%02dZ","accountId":"123456789012",`+
		`"identity":{"arn":"arn:aws:iam::123456789012:user/%s"},"region":"us-east-1","requestId":"00000000-0000-4000-8000-%012d","operation":"Converse",`+
		`"modelId":"anthropic.claude-3-haiku"%s,"input":{"inputContentType":"application/json","inputBodyJson":{"messages":[{"role":"user","content":[{"text":"question %d"}]}]},`+
		`"inputTokenCount":%d},"output":{"outputContentType":"application/json","outputBodyJson":{"output":{"message":{"role":"assistant","content":[{"text":"answer"}]}},"stopReason":"end_turn"},"outputTokenCount":%d}}`,
		i/3600%24, i/60%60, i%60, user, i, extra, i, i%100, i%7)
}

func lines(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(record(i, fmt.Sprintf("u%d", i%5), ""))
		b.WriteByte('\n')
	}
	return b.String()
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, db *DB, paths ...string) *Account {
	t.Helper()
	a, err := db.Load(context.Background(), paths, LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "casebook.db")
	db := open(t, path)
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("a new store has mode %o, want 600", info.Mode().Perm())
	}
	for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2"} {
		var got string
		if err := db.writer.QueryRow("pragma " + name).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", name, got, err, want)
		}
	}
	if _, err := db.readers.Exec("delete from word"); err == nil {
		t.Error("a reader could write")
	}
	db.Close()
	reopened := open(t, path)
	if _, err := walkJournal(context.Background(), reopened.readers, nil); err != nil {
		t.Error(err)
	}
	reopened.Close()

	for _, tt := range []struct {
		name string
		make func(path string)
		kind TroubleKind
	}{
		{"missing", func(string) {}, Missing},
		{"folder", func(p string) { os.Mkdir(p, 0o700) }, Unreadable},
		{"text", func(p string) { write(t, p, strings.Repeat("not a store\n", 100)) }, Foreign},
		{"exposed", func(p string) { open(t, p).Close(); os.Chmod(p, 0o644) }, Exposed},
		{"newer", func(p string) { db := open(t, p); db.writer.Exec("pragma user_version=999"); db.Close() }, Newer},
		{"unreleased", func(p string) { db := open(t, p); db.writer.Exec("pragma user_version=1"); db.Close() }, Unreleased},
		{"unreleased too", func(p string) { db := open(t, p); db.writer.Exec("pragma user_version=116"); db.Close() }, Unreleased},
		{"trigger", func(p string) {
			db := open(t, p)
			db.writer.Exec("create trigger evil after insert on note begin delete from alert; end")
			db.Close()
		}, Damaged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := filepath.Join(dir, tt.name)
			tt.make(p)
			db, err := Open(p, Options{Existing: true})
			if err == nil {
				db.Close()
				t.Fatal("opened")
			}
			var trouble *Trouble
			if !errors.As(err, &trouble) || trouble.Kind != tt.kind {
				t.Errorf("%v, want kind %d", err, tt.kind)
			}
		})
	}
}

func TestLoadTwice(t *testing.T) {
	db := fresh(t)
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "a.json"), lines(0, 500)+"{broken\n\n"+record(7, "u2", "")+"\n")
	a := load(t, db, file)
	// The repeated line stands twice in one file: two happenings.
	want := Tally{Records: 503, Accepted: 501, Quarantined: 1, Blank: 1}
	check := func(got, want Tally) {
		t.Helper()
		got.Bytes, got.Expanded = 0, 0
		if got != want {
			t.Errorf("account %+v, want %+v", got, want)
		}
	}
	check(a.Total, want)
	again := load(t, db, file)
	check(again.Total, Tally{Records: 503, Duplicate: 501, Quarantined: 1, Blank: 1})
	if !again.Files[0].Known {
		t.Error("the same bytes are not known again")
	}
	// The same events in another file, in another form, with two new ones.
	other := write(t, filepath.Join(dir, "b.json"), "["+strings.Join([]string{record(3, "u3", ""), record(4, "u4", ""), record(900, "u0", ""), record(901, "u1", "")}, ",\n")+"]")
	check(load(t, db, other).Total, Tally{Records: 4, Accepted: 2, Duplicate: 2})
	bad, err := db.Quarantine(context.Background(), QuarantineFilter{}, 0, 10)
	if err != nil || len(bad) != 1 || bad[0].Line != 501 {
		t.Fatalf("quarantine %+v %v", bad, err)
	}
	if _, raw, whole, err := db.QuarantinedRecord(context.Background(), bad[0].ID); err != nil || !whole || string(raw) != "{broken" {
		t.Errorf("in quarantine is %q, %v", raw, err)
	}
	var n int
	if err := db.readers.QueryRow("select count(*) from event").Scan(&n); err != nil || n != 503 {
		t.Errorf("%d events (%v), want 503", n, err)
	}
}

func TestRawAndFields(t *testing.T) {
	db := fresh(t)
	load(t, db, write(t, filepath.Join(t.TempDir(), "a.json"), lines(0, 50)))
	ctx := context.Background()
	rows, err := db.Events(ctx, EventFilter{Where: map[string]string{"user.id": "arn:aws:iam::123456789012:user/u3"}}, Place{}, 100, false)
	if err != nil || len(rows) != 10 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	id := "00000000-0000-4000-8000-000000000008"
	if rows[1].RequestID != id {
		t.Errorf("request id %q, want %q", rows[1].RequestID, id)
	}
	var seen int64
	if err := db.readers.QueryRow("select id from event where request_id = ? and user like '%/u3' and model = 'anthropic.claude-3-haiku'", id).Scan(&seen); err != nil || seen != rows[1].ID {
		t.Errorf("the view of events does not show it: %d, %v", seen, err)
	}
	if found, err := db.Events(ctx, EventFilter{Where: map[string]string{"gen_ai.request.id": id}}, Place{}, 10, true); err != nil || len(found) != 1 || found[0].ID != rows[1].ID {
		t.Errorf("by request id: %+v %v", found, err)
	}
	raw, err := db.Raw(ctx, rows[1].ID)
	if err != nil || !raw.Intact || string(raw.Bytes) != record(8, "u3", "") || raw.Line != 9 {
		t.Errorf("raw %+v %v", raw, err)
	}
	fields, err := db.Fields(ctx, rows[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range fields {
		found = found || f.Name == "gen_ai.prompt" && strings.Contains(fmt.Sprint(f.Value), "question 8")
	}
	if !found {
		t.Errorf("no prompt in %v", fields)
	}
}

// readAll reads a whole scan as rows of values.
func readAll(t *testing.T, src exec.Source, r exec.Request) (rows [][]any, ids []int64) {
	t.Helper()
	s, err := src.Scan(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for {
		b, err := s.Next()
		if b == nil {
			if err.Error() != "EOF" {
				t.Fatal(err)
			}
			return rows, ids
		}
		for j, v := range b.Columns {
			if b.Columns[j], err = v.Read(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		for i := range b.Len {
			row := make([]any, len(b.Columns))
			for j, v := range b.Columns {
				row[j] = v.Value(i)
			}
			rows = append(rows, row)
		}
		ids = append(ids, b.Events...)
	}
}

func all(table string, columns ...string) exec.Request {
	return exec.Request{Table: table, Columns: columns, From: -1 << 63, To: 1<<63 - 1}
}

func TestScanOrderAndBounds(t *testing.T) {
	db := fresh(t)
	dir := t.TempDir()
	// Three loads whose times interleave.
	for k := range 3 {
		var b strings.Builder
		for i := k; i < 9000; i += 3 {
			b.WriteString(record(i, fmt.Sprintf("u%d", i%5), []string{"", "AccessDeniedException"}[i%2]) + "\n")
		}
		load(t, db, write(t, filepath.Join(dir, fmt.Sprint(k)), b.String()))
	}
	r := all("logs-aws_bedrock.invocation-*", "@timestamp", "user.id", "gen_ai.response.error_code", "gen_ai.usage.prompt_tokens", "_index")
	rows, ids := readAll(t, db, r)
	if len(rows) != 9000 || len(ids) != 9000 {
		t.Fatalf("%d rows, want 9000", len(rows))
	}
	base := rows[0][0].(int64)
	for i, row := range rows {
		if row[0].(int64) != base+int64(i)*column.Second || row[1] != fmt.Sprintf("arn:aws:iam::123456789012:user/u%d", i%5) || row[3] != int64(i%100) || (row[2] == nil) != (i%2 == 0) {
			t.Fatalf("row %d is %v", i, row)
		}
	}
	r.From, r.To = base+100*column.Second, base+200*column.Second
	if rows, _ := readAll(t, db, r); len(rows) != 100 || rows[0][0] != r.From {
		t.Errorf("bounded: %d rows", len(rows))
	}
	r = all(r.Table, r.Columns...)
	r.Where = []exec.Predicate{{Column: "user.id", Op: exec.Equal, Value: "arn:aws:iam::123456789012:user/u3"}, {Column: "gen_ai.response.error_code", Op: exec.IsNull}, {Column: "gen_ai.usage.prompt_tokens", Op: exec.Less, Value: int64(50)}}
	rows, _ = readAll(t, db, r)
	if len(rows) != 450 {
		t.Errorf("filtered: %d rows, want 450", len(rows))
	}
}
