package store

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestFollowByteByByte writes two records a byte at a time.
func TestFollowByteByByte(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	r.log = filepath.Join(dir, "a.json")
	text := lines(0, 2)
	for i := range text {
		r.write([]byte{text[i]})
		r.poll()
		if want := strings.Count(text[:i+1], "\n"); r.events() != want {
			t.Fatalf("after byte %d: %d events, want %d", i, r.events(), want)
		}
	}
	if a := r.f.l.account.Files; len(a) != 1 || a[0].Accepted != 2 || a[0].Quarantined != 0 || a[0].Expanded != int64(len(text)) {
		t.Errorf("%+v", a)
	}
}

// TestFollowLastLine leaves a last line without an end for later, unless it is whole and its file quiet.
func TestFollowLastLine(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	text := lines(0, 3)
	whole := write(t, filepath.Join(dir, "whole.json"), strings.TrimSuffix(text, "\n"))
	torn := write(t, filepath.Join(dir, "torn.json"), lines(10, 11)+record(11, "u1", "")[:200])
	r.poll()
	if r.events() != 3 {
		t.Errorf("%d events at first, want 3", r.events())
	}
	for range 5 {
		r.poll()
	}
	if r.events() != 4 {
		t.Errorf("%d events when quiet, want 4", r.events())
	}
	r.kill()
	r.log = torn
	r.write([]byte(record(11, "u1", "")[200:] + "\n"))
	r.log = whole
	r.write([]byte("\n" + lines(3, 4)))
	r.poll()
	if r.events() != 6 {
		t.Errorf("%d events at last, want 6", r.events())
	}
	checkAccounts(t, r.db)
}

// TestFollowObjects takes what comes to a folder: packed objects, documents, tables; each once it is whole.
func TestFollowObjects(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	r.poll()
	packed := gzipped(t, lines(0, 100))
	object := write(t, filepath.Join(dir, "a.json.gz"), packed[:len(packed)/2])
	r.poll()
	write(t, object, packed) // it is still being copied
	r.poll()
	r.poll()
	if r.events() != 100 {
		t.Errorf("%d events of the packed object, want 100", r.events())
	}
	document := "{\n  \"Records\": [\n" + strings.ReplaceAll(lines(100, 110), "}\n{", "},\n{") + "]\n}\n"
	write(t, filepath.Join(dir, "document.json"), document)
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sub", "rows.csv"), "EventVendor,EventProduct,EventType,TimeGenerated,EventUid\nOpenAI,OpenAI API Platform,ChatCompletion,2026-03-01T00:00:00Z,a\nOpenAI,OpenAI")
	r.poll()
	r.poll()
	if r.events() != 111 {
		t.Errorf("%d events with the document and the table, want 111", r.events())
	}
	r.kill()
	r.log = filepath.Join(dir, "sub", "rows.csv")
	r.write([]byte(" API Platform,ChatCompletion,2026-03-01T00:00:01Z,\"b\nc\"\n"))
	r.poll()
	if r.events() != 112 {
		t.Errorf("%d events with the row that was torn, want 112", r.events())
	}
	for range 3 {
		if grew, err := r.f.poll(context.Background()); err != nil || grew {
			t.Errorf("something was taken of files that did not change (%v)", err)
		}
	}
	bad, err := r.db.Quarantine(context.Background(), QuarantineFilter{}, 0, 10)
	if err != nil || len(bad) != 0 {
		t.Errorf("in quarantine: %+v %v", bad, err)
	}
}

// TestFollowLoaded loads a file first and follows it then: what was there is counted as duplicate.
func TestFollowLoaded(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	r.log = write(t, filepath.Join(dir, "a.json"), lines(0, 50))
	load(t, r.db, r.log)
	r.kill()
	r.poll()
	if len(r.f.l.account.Files) != 0 {
		t.Errorf("a file that was loaded and has not changed was read: %+v", r.f.l.account.Files)
	}
	r.write([]byte(lines(50, 60)))
	r.poll()
	if a := r.f.l.account.Files; len(a) != 1 || a[0].Accepted != 10 || a[0].Duplicate != 50 {
		t.Errorf("%+v", a)
	}
	// The other way round: what was followed is loaded as it stands.
	if a := load(t, r.db, r.log); a.Total.Accepted != 0 || a.Total.Duplicate != 60 {
		t.Errorf("%+v", a.Total)
	}
}

// TestFollowGiant lets lines go by that are too long, also one that is still being written.
func TestFollowGiant(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	giant := bytes.Repeat([]byte("a"), 20<<20)
	r.log = write(t, filepath.Join(dir, "a.json"), lines(0, 2))
	r.write(append(slices.Clone(giant), '\n'))
	r.write([]byte(lines(2, 4)))
	r.poll()
	r.write(giant)
	r.poll()
	r.write([]byte("end of it\n" + lines(4, 5)))
	r.poll()
	if r.events() != 5 {
		t.Errorf("%d events, want 5", r.events())
	}
	checkAccounts(t, r.db)
	// What was kept of the file is the file, part by part.
	text, err := os.ReadFile(r.log)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := io.ReadAll(&keptFile{ctx: context.Background(), db: r.db, file: 1})
	if err != nil || !bytes.Equal(kept, text) {
		t.Errorf("%d bytes kept of %d, %v", len(kept), len(text), err)
	}
}

// TestFollowStops ends at a consistent point whenever it is told to.
func TestFollowStops(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.json"), lines(0, 20000))
	write(t, filepath.Join(dir, "b.json.gz"), gzipped(t, lines(20000, 25000)))
	whole := fresh(t)
	load(t, whole, dir)
	path := filepath.Join(t.TempDir(), "casebook.db")
	for stop := range 8 {
		db := open(t, path)
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(20*(stop+1))*time.Millisecond)
		a, err := db.Follow(ctx, []string{dir}, FollowOptions{Every: time.Millisecond})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Total.balance(); err != nil {
			t.Error(err)
		}
		checkAccounts(t, db)
		db.Close()
	}
	db := open(t, path)
	f, err := db.newFollower(context.Background(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	for range 3 {
		if _, err := f.poll(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if digest(t, db) != digest(t, whole) {
		t.Error("followed in bits, the store holds other events")
	}
}

// TestFollowMissing follows what is not there yet, and tells so once.
func TestFollowMissing(t *testing.T) {
	r := follow(t, filepath.Join(t.TempDir(), "later.log"))
	told := 0
	for range 3 {
		r.poll()
		told += len(r.f.followed().Problems)
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	r.log = r.paths[0]
	r.write([]byte(lines(0, 3)))
	r.poll()
	if r.events() != 3 {
		t.Errorf("%d events, want 3", r.events())
	}
}

// TestAkin names files that one log may be rotated to.
func TestAkin(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"l/app.log", "l/app.log.1", true}, {"l/app.log.1", "l/app.log.2.gz", true}, {"l/app.log", "l/app-20260301.log", true}, {"l/app.log", "l/app.1.log", true},
		{"l/app.log", "l/other.log", false}, {"l/app.log", "m/app.log.1", false},
	} {
		if got := akin(tt.a, tt.b); got != tt.want {
			t.Errorf("akin(%q, %q) = %t", tt.a, tt.b, got)
		}
	}
}
