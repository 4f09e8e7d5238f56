package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"casebook/store/event"
)

// TestCutWhileRead cuts a large file off while it is read, and takes another's name away: what was read before counts, and the account says
// that it changed.
func TestCutWhileRead(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "a.json"), lines(0, 40000))
	db := fresh(t)
	l := &loader{db: db, account: &Account{}, options: LoadOptions{batch: flushRows}}
	if err := l.begin(context.Background()); err != nil {
		t.Fatal(err)
	}
	f := feed{db: db}
	// Several workers decode.
	var once sync.Once
	cut := false
	f.decoded = func([]event.Record) {
		once.Do(func() { cut = os.Truncate(path, 100) == nil })
	}
	if err := errors.Join(f.run(l.ctx, db.candidates([]string{dir}, nil), l.take), l.flush(), l.end(nil)); err != nil {
		t.Fatal(err)
	}
	a := &l.account.Files[0]
	if !cut || a.Problem == "" || a.Accepted == 0 || a.balance() != nil {
		t.Errorf("cut %t: %+v", cut, a)
	}
	checkAccounts(t, db)
	// It is not known by what it no longer is.
	write(t, path, lines(0, 40000))
	if a := load(t, db, path); a.Total.Accepted+a.Total.Duplicate != 40000 {
		t.Errorf("%+v", a.Total)
	}
	if n := countRows(t, db); n != 40000 {
		t.Errorf("%d events, want 40,000", n)
	}
}

// TestGrowing loads a file that never stops growing. A load that ends between two of its writes has all there is, and nothing to say.
func TestGrowing(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "growing.json"), lines(0, 2000))
	stop, done := make(chan struct{}), make(chan error)
	go func() {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		for err == nil {
			select {
			case <-stop:
				done <- errors.Join(err, file.Close())
				return
			default:
				_, err = file.WriteString(lines(2000, 2100))
			}
		}
		done <- err
	}()
	a := load(t, fresh(t), path)
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if f := &a.Files[0]; f.Accepted < 2000 || f.Problem != "" && !strings.Contains(f.Problem, "changed while it was read") {
		t.Errorf("%+v", f)
	}
}
