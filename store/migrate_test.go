package store

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// release packs a store as this casebook makes it, for the tests of all later ones: go test ./store -run TestReleasedStores -release v1.0.0
var release = flag.String("release", "", "write a store for testdata/released under this name")

const released = "testdata/released"

// livedIn makes a store with something in every table that people fill: evidence, quarantine, alerts, a case, notes.
func livedIn(t *testing.T, path string) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	db := open(t, path)
	defer db.Close()
	paths := []string{
		write(t, filepath.Join(dir, "a.json"), lines(0, 300)+"{\"broken\"\n"+lines(0, 2)),
		write(t, filepath.Join(dir, "b.json.gz"), gzipped(t, lines(200, 400))),
	}
	if _, err := db.Load(ctx, paths, LoadOptions{Keep: true}); err != nil {
		t.Fatal(err)
	}
	list := record3(t, db, hit(10, "ann", 1, 2), hit(30, "bob", 3))
	c, err := db.NewCase(ctx, "Who is ann?", list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pin(ctx, c.ID, EventPin(2)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Note(ctx, list[1].ID, "bob is on holiday"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.writer.Exec("pragma wal_checkpoint(truncate)"); err != nil {
		t.Fatal(err)
	}
}

var folder = regexp.MustCompile(`/\S*/`)

// told is what people see of a store, in lines.
func told(t *testing.T, db *DB) string {
	t.Helper()
	ctx := context.Background()
	b := strings.Builder{}
	for _, line := range looked(t, db) {
		b.WriteString(folder.ReplaceAllString(line, "") + "\n")
	}
	bad, err := db.Quarantine(ctx, QuarantineFilter{}, 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range bad {
		fmt.Fprintf(&b, "quarantine %d line %d, %d bytes: %s\n", q.ID, q.Line, q.Length, q.Reason)
	}
	for _, a := range alerts(t, db) {
		notes, err := db.Notes(ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "alert %d %s %s %d %d", a.ID, a.Title, a.Entity, a.First, a.Hits)
		for _, n := range notes {
			fmt.Fprintf(&b, " %q", n.Text)
		}
		b.WriteString("\n")
	}
	return b.String() + picture(t, db, 1) + "\n"
}

// goesOn opens a store that another casebook has made: what is in it reads as it did, is sound, and can be added to.
func goesOn(t *testing.T, path, want string) {
	t.Helper()
	ctx := context.Background()
	db := open(t, path)
	if got := told(t, db); got != want {
		t.Errorf("it tells otherwise:\n%s\nwant\n%s", got, want)
	}
	again := write(t, filepath.Join(t.TempDir(), "again.json"), lines(390, 410))
	if a := load(t, db, again); a.Total.Accepted != 10 || a.Total.Duplicate != 10 {
		t.Errorf("loaded on: %+v", a.Total)
	}
	if _, err := db.Note(ctx, 2, "back on Monday"); err != nil {
		t.Error(err)
	}
	if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
}

// TestReleasedStores opens a store of each released version, and one of this version, packed as they are.
func TestReleasedStores(t *testing.T) {
	dir := t.TempDir()
	now := filepath.Join(dir, "now.db")
	livedIn(t, now)
	db := open(t, now)
	text := told(t, db)
	db.Close()
	bytes, err := os.ReadFile(now)
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		t.Fatal(err)
	}
	into, name := dir, "now"
	if *release != "" {
		into, name = released, *release
		if err := os.MkdirAll(into, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(into, name+".db.zst"), string(encoder.EncodeAll(bytes, nil)))
	write(t, filepath.Join(into, name+".txt"), text)

	packed, err := filepath.Glob(filepath.Join(released, "*.db.zst"))
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	for _, p := range append(packed, filepath.Join(into, name+".db.zst")) {
		t.Run(strings.TrimSuffix(filepath.Base(p), ".db.zst"), func(t *testing.T) {
			bytes, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := decoder.DecodeAll(bytes, nil)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(p, ".db.zst") + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			goesOn(t, write(t, filepath.Join(t.TempDir(), "old.db"), string(whole)), string(want))
		})
	}
}

// knows adds a migration to those of this casebook, as a later one will.
func knows(t *testing.T, text string) {
	t.Helper()
	before, schema := migrations, expectedSchema
	migrations = append(migrations[:len(migrations):len(migrations)], text)
	expectedSchema = sync.OnceValues(madeSchema)
	t.Cleanup(func() { migrations, expectedSchema = before, schema })
}

func TestNextMigration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "casebook.db")
	livedIn(t, path)
	db := open(t, path)
	want := told(t, db)
	db.Close()
	knows(t, "alter table note add column mood text not null default 'calm'; create table feeling (note integer primary key references note(id)) strict; insert into feeling select id from note")
	if _, err := Open(path, Options{Existing: true, ReadOnly: true}); err == nil || !strings.Contains(err.Error(), "open it once with a command that writes") {
		t.Errorf("read-only: %v", err)
	}
	goesOn(t, path, want)
	db = open(t, path)
	var feelings, version int
	if err := db.readers.QueryRow("select (select count(*) from feeling), (select user_version from pragma_user_version)").Scan(&feelings, &version); err != nil || feelings != 1 || version != versionBase+len(migrations) {
		t.Errorf("%d notes were migrated to version %d, %v", feelings, version, err)
	}
}

// TestMigrationThatFails leaves the store as it was: the casebook of before opens it.
func TestMigrationThatFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "casebook.db")
	livedIn(t, path)
	db := open(t, path)
	want := told(t, db)
	db.Close()
	t.Run("later", func(t *testing.T) {
		knows(t, "create table feeling (note integer primary key) strict; insert into feeling select id from nowhere")
		if db, err := Open(path, Options{Existing: true}); err == nil {
			db.Close()
			t.Fatal("opened")
		}
	})
	goesOn(t, path, want)
}

// TestMigrationsAreNumbered keeps two people's changes from taking one place.
func TestMigrationsAreNumbered(t *testing.T) {
	entries, err := migrationFiles.ReadDir("migration")
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range entries {
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(e.Name(), want) {
			t.Errorf("%s stands where %s… belongs", e.Name(), want)
		}
	}
}
