package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// withoutRights has the rest of a test touch files as someone who is not root, and gives a folder that this someone reads and cannot write
// once it is shut.
func withoutRights(t *testing.T) (dir string, shut func()) {
	t.Helper()
	dir = t.TempDir()
	const nobody = 65534
	root := os.Geteuid() == 0
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	return dir, func() {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if root {
			for _, f := range append(files, filepath.Dir(dir)) {
				if err := os.Chown(f, nobody, nobody); err != nil {
					t.Fatal(err)
				}
			}
			// Of the thread alone, which nothing else runs on until the test is over.
			runtime.LockOSThread()
			t.Cleanup(func() {
				_ = syscall.Setfsuid(0)
				runtime.UnlockOSThread()
			})
		}
		if err := os.Chmod(dir, 0o555); err != nil {
			t.Fatal(err)
		}
		if root {
			if err := syscall.Setfsuid(nobody); err != nil {
				t.Skip("cannot give up being root: ", err)
			}
		}
		if f, err := os.Create(filepath.Join(dir, "x")); err == nil {
			f.Close()
			t.Skip("nothing is read-only to this user")
		}
	}
}

// TestStill opens a store in a folder that cannot be written: to read, or for whoever would write it if that could be.
func TestStill(t *testing.T) {
	dir, shut := withoutRights(t)
	path := filepath.Join(dir, "a.db")
	db := open(t, path)
	load(t, db, write(t, filepath.Join(t.TempDir(), "log"), lines(0, 100)))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	shut()
	for _, o := range []Options{{ReadOnly: true}, {OrReadOnly: true}} {
		db, err := Open(path, o)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := db.Events(context.Background(), EventFilter{}, Place{}, 200, false)
		if err != nil || len(rows) != 100 || !db.ReadOnly() || !db.Still() {
			t.Errorf("%+v: %d events, %v", o, len(rows), err)
		}
		if _, err := db.NewCase(context.Background(), "Why?"); err == nil {
			t.Error("a case was opened in a store that cannot be written")
		}
		if v, err := db.Version(context.Background()); err != nil || v == 0 {
			t.Errorf("version %d, %v", v, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	var why *Trouble
	if _, err := Open(path, Options{}); !errors.As(err, &why) || why.Kind != Unwritable {
		t.Errorf("opened to write: %v", err)
	}

	// Someone who may write it has done so.
	db, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Version(context.Background()); err == nil {
		t.Error("the file has changed, and nobody is told")
	}
}

// TestStillWithLog refuses a store that was left with changes in its log where they cannot be taken in: without them it would lie.
func TestStillWithLog(t *testing.T) {
	dir, shut := withoutRights(t)
	path, other := filepath.Join(dir, "left.db"), filepath.Join(t.TempDir(), "a.db")
	db := open(t, other)
	load(t, db, write(t, filepath.Join(t.TempDir(), "log"), lines(0, 100)))
	if _, err := db.NewCase(context.Background(), "Why?"); err != nil {
		t.Fatal(err)
	}
	copyFile(t, other, path)
	copyFile(t, other+"-wal", path+"-wal")
	shut()
	var why *Trouble
	for _, o := range []Options{{ReadOnly: true}, {OrReadOnly: true}} {
		if _, err := Open(path, o); !errors.As(err, &why) || why.Kind != Unwritable {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, string(data))
}
