package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// twins writes a folder of logs, large and small, plain, packed and broken, and the same again under another one whose name comes before or behind.
func twins(t *testing.T, names ...string) []string {
	t.Helper()
	base := t.TempDir()
	var dirs []string
	for _, name := range names {
		dir := filepath.Join(base, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "large.json"), lines(0, 8000))
		write(t, filepath.Join(dir, "small.json"), lines(8000, 8010)+"{\"broken\":\n\n")
		write(t, filepath.Join(dir, "object.json.gz"), gzipped(t, lines(8010, 8030)))
		write(t, filepath.Join(dir, "picture.json"), "\x89PNG\r\n\x1a\n0000000000000")
		write(t, filepath.Join(dir, "empty.json"), "")
		dirs = append(dirs, dir)
	}
	return dirs
}

// fileRows are the files of a store, by the last two parts of their paths.
func fileRows(t *testing.T, db *DB) map[string]FileState {
	t.Helper()
	list, err := db.Files(context.Background(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]FileState{}
	for _, f := range list {
		if err := f.balance(); err != nil {
			t.Errorf("%s: %v", f.Path, err)
		}
		name := filepath.Join(filepath.Base(filepath.Dir(f.Path)), filepath.Base(f.Path))
		if _, twice := by[name]; twice {
			t.Errorf("%s has two rows", name)
		}
		by[name] = f
	}
	return by
}

func TestTwins(t *testing.T) {
	ctx := context.Background()
	for _, names := range [][]string{{"m", "a"}, {"m", "z"}, {"m", "a", "z"}, {"m", "z", "b", "a"}} {
		t.Run(strings.Join(names, " "), func(t *testing.T) {
			dirs := twins(t, names...)
			first := names[0]
			for _, name := range names {
				first = min(first, name)
			}
			db, other := fresh(t), (*DB)(nil)
			for i, dir := range dirs {
				a := load(t, db, dir)
				if known := i > 0; len(a.Files) != 5 || a.Files[0].Known != known {
					t.Fatalf("load %d: %+v", i, a.Files)
				}
				if other == nil {
					other = open(t, db.path)
					if _, err := other.Events(ctx, EventFilter{}, Place{}, 1, false); err != nil { // it has read names now
						t.Fatal(err)
					}
				}
			}
			rows := fileRows(t, db)
			if len(rows) != 5*len(dirs) {
				t.Errorf("%d rows of files, want %d", len(rows), 5*len(dirs))
			}
			for name, f := range rows {
				want := Tally{Records: map[string]int64{"large.json": 8000, "small.json": 12, "object.json.gz": 20, "picture.json": 1}[filepath.Base(name)]}
				switch filepath.Base(name) {
				case "small.json":
					want.Quarantined, want.Blank = 1, 1
				case "picture.json":
					want.Quarantined = 1
				}
				events := want.Records - want.Quarantined - want.Blank
				if filepath.Dir(name) == first {
					want.Accepted = events
				} else {
					want.Duplicate = events
				}
				want.Bytes, want.Expanded = f.Bytes, f.Expanded
				if f.Tally != want || len(f.SHA256) != 32 {
					t.Errorf("%s: %+v, want %+v", name, f.Tally, want)
				}
			}
			for _, db := range []*DB{db, other} {
				events, err := db.Events(ctx, EventFilter{}, Place{}, 20, false)
				if err != nil || len(events) != 20 {
					t.Fatal(len(events), err)
				}
				for _, e := range events {
					if got := filepath.Base(filepath.Dir(e.File)); got != first {
						t.Fatalf("an event is said to be from %q, want %q", got, first)
					}
				}
			}
			for _, dir := range dirs {
				load(t, db, dir)
			}
			if again := fileRows(t, db); len(again) != len(rows) {
				t.Errorf("%d rows of files after loading the same again, want %d", len(again), len(rows))
			}
			checkAccounts(t, db)
			// Whichever folder is left, all records are at hand.
			for i, dir := range dirs {
				if i == len(dirs)-1 {
					break
				}
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
			}
			v, err := db.Verify(ctx, VerifyOptions{})
			if err != nil || !v.Sound() || len(v.Unproven) != len(verified(t).Unproven) {
				t.Errorf("%+v %v", v, err)
			}
			for _, id := range []int64{1, 4000, 8005, 8025} {
				if raw, err := db.Raw(ctx, id); err != nil || !raw.Intact || filepath.Base(filepath.Dir(raw.File)) != first {
					t.Errorf("event %d: intact %t, %s, %v", id, raw.Intact, raw.File, err)
				}
			}
		})
	}
}

// verified is what is found of a store all of whose files are at hand.
func verified(t *testing.T) *Verification {
	t.Helper()
	db := fresh(t)
	load(t, db, twins(t, "m")...)
	v, err := db.Verify(context.Background(), VerifyOptions{})
	if err != nil || !v.Sound() {
		t.Fatal(v, err)
	}
	return v
}

// TestTwinsOfWhatIsPinned: evidence of a case stays as it was pinned, its file's name as well.
func TestTwinsOfWhatIsPinned(t *testing.T) {
	ctx := context.Background()
	dirs := twins(t, "m", "a")
	db := fresh(t)
	load(t, db, dirs[0])
	a := record3(t, db, hit(10, "ann", 1, 2))
	c, err := db.NewCase(ctx, "what happened?", a[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pin(ctx, c.ID, EventPin(3)); err != nil {
		t.Fatal(err)
	}
	load(t, db, dirs[1])
	raw, err := db.Raw(ctx, 3)
	if err != nil || filepath.Dir(raw.File) != dirs[0] {
		t.Errorf("a pinned event is said to be from %s, %v", raw.File, err)
	}
	if f := fileRows(t, db)["a/object.json.gz"]; f.Accepted != 20 {
		t.Errorf("%+v", f)
	}
	if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
}

// TestTwinsKept: one copy in the store is enough for all twins.
func TestTwinsKept(t *testing.T) {
	ctx := context.Background()
	dirs := twins(t, "m", "a")
	db := fresh(t)
	load(t, db, dirs[0])
	if _, err := db.Load(ctx, dirs[1:], LoadOptions{Keep: true}); err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	var copies int
	if err := db.readers.QueryRow("select count(distinct file) from evidence").Scan(&copies); err != nil || copies != 4 {
		t.Errorf("%d files are kept, want 4: %v", copies, err)
	}
	if raw, err := db.Raw(ctx, 1); err != nil || !raw.Intact || !raw.Kept {
		t.Errorf("%+v %v", raw, err)
	}
	if v, err := db.Verify(ctx, VerifyOptions{Evidence: []string{t.TempDir()}}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
}

// TestTwinsOfBodies: a body that comes from another folder as well is written down there.
func TestTwinsOfBodies(t *testing.T) {
	s3, _, _ := elsewhere(t)
	other := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(other, os.DirFS(s3)); err != nil {
		t.Fatal(err)
	}
	db := fresh(t)
	load(t, db, s3)
	want := askedOf(t, db)
	for range 2 {
		load(t, db, other)
	}
	var rows int
	if err := db.readers.QueryRow("select count(*) from file where state = ?", stateBody).Scan(&rows); err != nil || rows != 2 {
		t.Errorf("%d rows of bodies, want 2: %v", rows, err)
	}
	if err := os.RemoveAll(s3); err != nil {
		t.Fatal(err)
	}
	if got := askedOf(t, db); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestFollowedTwins: an object that is renamed in a followed folder is no other file, and one that is copied is.
func TestFollowedTwins(t *testing.T) {
	ctx := context.Background()
	db, dir := fresh(t), t.TempDir()
	f, err := db.newFollower(ctx, []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	f.now = func() time.Time { return time.Now().Add(time.Hour) } // whatever is there is settled
	look := func(want int) {
		t.Helper()
		for range 3 {
			if _, err := f.poll(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if rows := fileRows(t, db); len(rows) != want {
			t.Errorf("%d rows of files, want %d: %v", len(rows), want, rows)
		}
	}
	text := gzipped(t, lines(0, 10))
	path := write(t, filepath.Join(dir, "app.log.1.gz"), text)
	look(1)
	if err := os.Rename(path, filepath.Join(dir, "app.log.2.gz")); err != nil {
		t.Fatal(err)
	}
	look(1)
	write(t, filepath.Join(dir, "copy.gz"), text)
	look(2)
	if n := countRows(t, db); n != 10 {
		t.Errorf("%d events, want 10", n)
	}
	checkAccounts(t, db)
}
