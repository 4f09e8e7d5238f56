package store

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"casebook/store/event"
)

// loadAsOlder loads as a casebook would that does not know some records: spoil says which.
func loadAsOlder(t *testing.T, db *DB, spoil func(*event.Record) bool, paths ...string) *Account {
	t.Helper()
	l := &loader{db: db, account: &Account{}, ctx: context.Background(), options: LoadOptions{batch: 1000}}
	if err := l.begin(l.ctx); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	f := feed{db: db, decoded: func(records []event.Record) {
		mu.Lock()
		defer mu.Unlock()
		for i := range records {
			if r := &records[i]; r.Kind == event.Accepted && spoil(r) {
				r.Kind, r.Reject = event.Rejected, event.Reject{Code: event.CodeUnknown, Reason: "no known form"}
			}
		}
	}}
	err := f.run(l.ctx, db.candidates(paths, nil), l.take)
	if err == nil {
		err = l.flush()
	}
	if err := l.end(err); err != nil {
		t.Fatal(err)
	}
	return l.account
}

func TestReplay(t *testing.T) {
	ctx := context.Background()
	path := write(t, filepath.Join(t.TempDir(), "a.json"), lines(0, 2000)+"{broken\n")
	want := fresh(t)
	load(t, want, path)

	db := fresh(t)
	n := 0
	a := loadAsOlder(t, db, func(*event.Record) bool { n++; return n%2 == 0 }, path)
	if a.Total.Accepted != 1000 || a.Total.Quarantined != 1001 {
		t.Fatalf("as an older casebook: %+v", a.Total)
	}
	r, err := db.Replay(ctx, nil)
	if err != nil || r.Taken != 1000 || r.Accepted != 1000 || len(r.Outcomes) != 1001 {
		t.Fatalf("replay: %d taken, %d accepted, %d in all, %v", r.Taken, r.Accepted, len(r.Outcomes), err)
	}
	if digest(t, db) != digest(t, want) {
		t.Error("what was taken in from quarantine differs from what one load gives")
	}
	rows, err := db.Events(ctx, EventFilter{}, Place{}, 5000, false)
	if err != nil || len(rows) != 2000 {
		t.Fatalf("%d events, %v", len(rows), err)
	}
	for i := 0; i < len(rows); i += 83 {
		raw, err := db.Raw(ctx, rows[i].ID)
		if err != nil || !raw.Intact || raw.Line != int64(i+1) || string(raw.Bytes) != record(i, fmt.Sprintf("u%d", i%5), "") {
			t.Fatalf("event %d: %+v %v", i, raw, err)
		}
	}
	open, err := db.Quarantine(ctx, QuarantineFilter{Open: true}, 0, 10)
	if err != nil || len(open) != 1 || open[0].Line != 2001 {
		t.Errorf("left in quarantine: %+v %v", open, err)
	}
	var records, accepted, quarantined int
	if err := db.readers.QueryRow("select records, accepted, quarantined from file").Scan(&records, &accepted, &quarantined); err != nil || records != 2001 || accepted != 2000 || quarantined != 1 {
		t.Errorf("the file's account: %d records, %d accepted, %d quarantined, %v", records, accepted, quarantined, err)
	}
	if again, err := db.Replay(ctx, nil); err != nil || again.Taken != 0 || len(again.Outcomes) != 1 {
		t.Errorf("replayed again: %+v %v", again, err)
	}
	if _, err := db.Replay(ctx, []int64{1}); err == nil || !strings.Contains(err.Error(), "not in quarantine any more") {
		t.Errorf("replay of one that was taken in: %v", err)
	}
	entries, err := db.JournalSince(ctx, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	replays := 0
	for _, e := range entries {
		if e.Action == "replay" {
			replays++
		}
	}
	if replays != 2 { // a batch each
		t.Errorf("%d entries in the journal, want 2", replays)
	}
	if _, err := walkJournal(ctx, db.readers, nil); err != nil {
		t.Error(err)
	}
	// Loaded again it is known, with the account as it is now.
	if a := load(t, db, path); !a.Files[0].Known || a.Total.Duplicate != 2000 || a.Total.Quarantined != 1 {
		t.Errorf("loaded again: %+v", a.Total)
	}
}

// TestReplayForms replays records that stand in a wrapping, by several at once, and too long to be kept whole.
func TestReplayForms(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	wrapped := fmt.Sprintf(`{"id":"1","timestamp":1,"message":%q}`, record(1, "ada", ""))
	both := `{"events":[` + wrapped + `,{"id":"2","timestamp":2,"message":"no record"}]}`
	long := strings.Replace(record(3, "ada", ""), "question 3", strings.Repeat("long ", 300_000), 1)
	rows := "EventVendor,EventProduct,EventType,TimeGenerated,EventUid\nOpenAI,OpenAI API Platform,ChatCompletion,2026-03-01T00:00:00Z,a\n"
	db := fresh(t)
	all := func(*event.Record) bool { return true }
	loadAsOlder(t, db, all, write(t, filepath.Join(dir, "wrapped.json"), wrapped+"\n"), write(t, filepath.Join(dir, "long.json"), long+"\n"),
		write(t, filepath.Join(dir, "rows.csv"), rows))
	gone := write(t, filepath.Join(dir, "gone.json"), strings.Replace(long, "-000000000003", "-000000000004", 1)+"\n")
	loadAsOlder(t, db, all, gone)
	write(t, gone, "something else\n")
	if a := load(t, db, write(t, filepath.Join(dir, "both.json"), both)); a.Total.Accepted != 1 || a.Total.Quarantined != 1 {
		t.Fatalf("%+v", a.Total)
	}
	r, err := db.Replay(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, o := range r.Outcomes {
		got[filepath.Base(o.File)] = o.Taken
		if o.File == gone && !strings.Contains(o.Reason, "only its head was kept") {
			t.Errorf("%s: %s", o.File, o.Reason)
		}
	}
	for name, taken := range map[string]bool{"wrapped.json": true, "long.json": true, "rows.csv": true, "gone.json": false, "both.json": false} {
		if was, ok := got[name]; !ok || was != taken {
			t.Errorf("%s: taken %t, want %t", name, was, taken)
		}
	}
	// The call in both.json is the one in wrapped.json.
	if r.Accepted != 2 || r.Duplicate != 1 {
		t.Errorf("%d accepted, %d duplicate", r.Accepted, r.Duplicate)
	}
	checkAccounts(t, db)
}

// TestReplayRefused replays a file that an older casebook refused as a whole.
func TestReplayRefused(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	path := write(t, filepath.Join(t.TempDir(), "a.json"), "\x89PNG\r\n\x1a\n0000000000000")
	load(t, db, path)
	if r, err := db.Replay(ctx, nil); err != nil || r.Taken != 0 || len(r.Outcomes) != 1 {
		t.Fatalf("a picture: %+v %v", r, err)
	}
	// What was refused then is a plain log now: as if the picture's magic had been it.
	text := lines(0, 3)
	write(t, path, text)
	if _, err := db.writer.Exec("update quarantine set raw = ?, length = ?", []byte(text), len(text)); err != nil {
		t.Fatal(err)
	}
	if r, err := db.Replay(ctx, nil); err != nil || r.Taken != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	if a := load(t, db, path); a.Total.Accepted != 3 {
		t.Errorf("loaded again: %+v", a.Total)
	}
	checkAccounts(t, db)
}

// checkAccounts holds every file's account against what the store has of it.
func checkAccounts(t *testing.T, db *DB) {
	t.Helper()
	err := each(context.Background(), db.readers, `select id, records, accepted, duplicate, quarantined, blank, skipped,
		(select count(*) from quarantine q where q.file = file.id and q.state = 'open') from file`, nil, func(scan func(...any) error) error {
		var id, open int64
		var a Tally
		if err := scan(&id, &a.Records, &a.Accepted, &a.Duplicate, &a.Quarantined, &a.Blank, &a.Skipped, &open); err != nil {
			return err
		}
		if err := a.balance(); err != nil || open != a.Quarantined {
			t.Errorf("file %d: %+v, %d in quarantine, %v", id, a, open, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestQuarantineFilter(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	dir := t.TempDir()
	load(t, db, write(t, filepath.Join(dir, "one.json"), "no json\n{\"a\":1}\n{\"a\":1,\n"), write(t, filepath.Join(dir, "two.json"), strings.Repeat("{\"a\":1}\n", 5)))
	for _, tt := range []struct {
		filter QuarantineFilter
		want   int
	}{{QuarantineFilter{}, 8}, {QuarantineFilter{File: "two"}, 5}, {QuarantineFilter{File: "%"}, 0}, {QuarantineFilter{Code: event.CodeUnknown}, 7}, {QuarantineFilter{File: "one", Code: event.CodeEnds}, 1}} {
		list, err := db.Quarantine(ctx, tt.filter, 0, 100)
		if err != nil || len(list) != tt.want {
			t.Errorf("%+v: %d records (%v), want %d", tt.filter, len(list), err, tt.want)
		}
	}
	first, err := db.Quarantine(ctx, QuarantineFilter{}, 0, 3)
	if err != nil || len(first) != 3 {
		t.Fatalf("%d records, %v", len(first), err)
	}
	rest, err := db.Quarantine(ctx, QuarantineFilter{}, first[2].ID, 100)
	if err != nil || len(rest) != 5 || rest[0].ID == first[2].ID {
		t.Errorf("%d records behind the third, %v", len(rest), err)
	}
	if _, raw, whole, err := db.QuarantinedRecord(ctx, first[0].ID); err != nil || !whole || !bytes.Equal(raw, []byte("no json")) {
		t.Errorf("%q %v", raw, err)
	}
}

// TestQuarantinedAtOnePlace keeps two broken records that begin at the same byte, one of which has no byte of its own: the account, what is kept
// and what is sealed agree.
func TestQuarantinedAtOnePlace(t *testing.T) {
	db := fresh(t)
	// A list that breaks off at a line's end, where another broken record begins.
	a := load(t, db, write(t, filepath.Join(t.TempDir(), "a.json"), "abc\n[x,y,z\nno JSON\n"+lines(0, 1)))
	var kept int64
	if err := db.readers.QueryRow("select count(*) from quarantine").Scan(&kept); err != nil || kept != a.Total.Quarantined || kept < 2 {
		t.Errorf("%d kept, %+v, %v", kept, a.Total, err)
	}
	checkAccounts(t, db)
	if v, err := db.Verify(context.Background(), VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
}
