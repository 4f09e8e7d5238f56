package store

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// storeOf makes a store with some events, closed and whole in one file.
func storeOf(t *testing.T, from, to int) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "casebook.db")
	db := open(t, path)
	if _, err := db.Load(context.Background(), []string{write(t, filepath.Join(dir, "a.json"), lines(from, to)+"{\"broken\"\n")}, LoadOptions{Keep: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.writer.Exec("pragma wal_checkpoint(truncate)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	return path
}

// works looks at a store as a person would, and gives the first thing that goes wrong; what verify finds wrong is one.
func works(path string) error {
	db, err := Open(path, Options{Existing: true})
	if err != nil {
		return err
	}
	defer db.Close()
	ctx := context.Background()
	rows, err := db.Events(ctx, EventFilter{}, Place{}, 1000, false)
	if err != nil {
		return err
	}
	for i := range rows {
		if raw, err := db.Raw(ctx, rows[i].ID); err != nil {
			return err
		} else if !raw.Intact {
			return fmt.Errorf("event %d is not intact", rows[i].ID)
		}
	}
	v, err := db.Verify(ctx, VerifyOptions{})
	if err == nil && !v.Sound() {
		err = fmt.Errorf("verify: %+v", v.Steps)
	}
	return err
}

// TestHostileStores opens files that someone has put in a store's place (C64): each is refused, or what is wrong with it is told; none is
// worked with as if nothing were, and none does anything of its own.
func TestHostileStores(t *testing.T) {
	sql := func(text string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			db := open(t, path)
			defer db.Close()
			if _, err := db.writer.Exec(text); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, damage := range map[string]func(t *testing.T, path string){
		"cut in half": func(t *testing.T, path string) {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, info.Size()/2); err != nil {
				t.Fatal(err)
			}
		},
		"cut to its head":           func(t *testing.T, path string) { os.Truncate(path, 100) },
		"another application's":     sql("pragma application_id=1"),
		"a trigger":                 sql("create trigger t after insert on load begin delete from journal; end"),
		"a view that loads code":    sql("create view v as select load_extension('/tmp/evil.so')"),
		"a view of ours replaced":   sql("drop view minute; create view minute as select 1 as minute, 'x' as source, 1 as events, 0 as failures, 0 as prompt_tokens, 0 as completion_tokens"),
		"a table of its own":        sql("create table t (x)"),
		"a schema that was written": sql("pragma writable_schema=1; update sqlite_schema set sql = replace(sql, 'strict', '') where name = 'note'; pragma writable_schema=0"),
		"an index taken away":       sql("drop index quarantine_place"),
		"a huge segment":            sql("update segment set count = 1 << 40"),
		"a pack that is too short":  sql("update pack set bytes = x'00' where field = 'begin'"),
		"a pack of another kind":    sql("update pack set kind = 'json' where field = 'model'"),
		"a place beyond its file":   sql("update pack set base = 1 << 60 where field = 'begin'"),
		"readable by all":           func(t *testing.T, path string) { os.Chmod(path, 0o644) },
		"the log of another store": func(t *testing.T, path string) {
			other := storeOf(t, 500, 600)
			db := open(t, other)
			defer db.Close()
			load(t, db, write(t, filepath.Join(t.TempDir(), "b.json"), lines(600, 700)))
			wal, err := os.ReadFile(other + "-wal")
			if err != nil || len(wal) == 0 {
				t.Fatalf("%d bytes, %v", len(wal), err)
			}
			write(t, path+"-wal", string(wal))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := storeOf(t, 0, 300)
			if err := works(path); err != nil {
				t.Fatal(err)
			}
			damage(t, path)
			if err := works(path); err == nil {
				t.Error("it works as if nothing were")
			} else if len(err.Error()) < 10 {
				t.Errorf("told as %q", err)
			}
		})
	}
}

// TestLinkedStore makes no store where a link leads.
func TestLinkedStore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "casebook.db")
	if err := os.Symlink(filepath.Join(dir, "elsewhere"), path); err != nil {
		t.Fatal(err)
	}
	if db, err := Open(path, Options{}); err == nil {
		db.Close()
		t.Error("it was made")
	}
	if _, err := os.Lstat(filepath.Join(dir, "elsewhere")); err == nil {
		t.Error("there is a file where the link leads")
	}
}

// TestFlippedStore changes single bytes of a store: it is refused or read, and whatever reads differently is told by verify.
func TestFlippedStore(t *testing.T) {
	t.Parallel()
	path := storeOf(t, 0, 200)
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	want := looked(t, db)
	db.Close()
	rounds := 150
	if testing.Short() {
		rounds = 40
	}
	r, told := rand.New(rand.NewPCG(6, 4)), 0
	for range rounds {
		b := bytes.Clone(sound)
		at := r.IntN(len(b))
		for b[at] == 0 { // most of a small store is room
			at = r.IntN(len(b))
		}
		b[at] ^= 1 << r.IntN(8)
		write(t, path, string(b))
		os.Remove(path + "-wal")
		os.Remove(path + "-shm")
		if err := works(path); err != nil {
			told++
			continue
		}
		db := open(t, path)
		if got := looked(t, db); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("byte %d changed what is read, and verify finds nothing: %s", at, cmp.Diff(want, got))
		}
		db.Close()
	}
	if told == 0 {
		t.Error("no change was told")
	}
}
