package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repeated is a log whose first and last records are the same one, which repeats another log's: one duplicate and one happening of its
// own.
func repeated(from, to int) string { return lines(0, 1) + lines(from, to) + lines(0, 1) }

// TestRepeatAcrossStop stops a load between two records of which the first is a duplicate: the second is another happening, as it is in
// an undisturbed load.
func TestRepeatAcrossStop(t *testing.T) {
	dir := t.TempDir()
	first := write(t, filepath.Join(dir, "first.json"), lines(0, 2))
	second := write(t, filepath.Join(dir, "second.json"), repeated(10, 6000))
	whole := fresh(t)
	load(t, whole, first, second)
	db := fresh(t)
	load(t, db, first)
	for round := range 2 {
		l := &loader{db: db, account: &Account{}, ctx: context.Background(), options: LoadOptions{batch: 500}}
		if err := l.begin(l.ctx); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(l.ctx)
		f, pieces := feed{db: db}, 0
		err := f.run(ctx, db.candidates([]string{second}, nil), func(p piece) error {
			if pieces++; round == 0 && pieces == 2 {
				stop()
			}
			return l.take(p)
		})
		stop()
		if round == 0 && err == nil {
			t.Fatal("it was not stopped")
		}
		if err := errors.Join(l.flush(), l.end(nil)); err != nil {
			t.Fatal(err)
		}
	}
	if digest(t, db) != digest(t, whole) {
		t.Error("stopped between a duplicate and its repeat, the store holds other events")
	}
	checkAccounts(t, db)
	var left int
	if err := db.readers.QueryRow("select count(*) from again").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d counts are left of a file that is at its end (%v)", left, err)
	}
}

// TestRepeatInTurns follows two logs in turns, and is killed in between: what one repeats of itself is another happening, though the
// first of it was a duplicate.
func TestRepeatInTurns(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.json"), filepath.Join(dir, "b.json")
	r := follow(t, dir)
	turn := func(log, text string) {
		r.log = log
		r.write([]byte(text))
		r.poll()
	}
	turn(a, lines(0, 2))
	turn(b, lines(0, 1)) // a duplicate
	turn(a, lines(2, 3))
	turn(b, lines(0, 1)) // its repeat
	r.kill()
	turn(b, lines(1, 2)) // a duplicate
	r.kill()
	turn(a, lines(3, 4))
	turn(b, lines(1, 2)) // its repeat
	// Both at once.
	r.log = a
	r.write([]byte(lines(5, 6)))
	turn(b, lines(5, 6))
	turn(b, lines(5, 6))
	whole := fresh(t)
	load(t, whole, write(t, filepath.Join(t.TempDir(), "a.json"), lines(0, 4)+lines(5, 6)), write(t, filepath.Join(t.TempDir(), "b.json"), lines(0, 1)+lines(0, 2)+lines(1, 2)+lines(5, 6)+lines(5, 6)))
	if got, want := digest(t, r.db), digest(t, whole); got != want {
		t.Errorf("%d events, want %d", r.events(), strings.Count(want, " ")+1)
	}
	checkAccounts(t, r.db)
}

// TestQuarantineOnce loads a log with broken lines, again when it has grown, follows it then, under another name too: each broken line is
// in quarantine once.
func TestQuarantineOnce(t *testing.T) {
	dir := t.TempDir()
	broken := func(n int) string { return fmt.Sprintf("{\"broken\": %d\n", n) }
	r := follow(t, dir)
	r.log = write(t, filepath.Join(dir, "a.json"), lines(0, 5)+broken(1)+lines(5, 9)+broken(1))
	a := load(t, r.db, r.log)
	if a.Total.Quarantined != 2 {
		t.Fatalf("%+v", a.Total)
	}
	r.write([]byte(broken(2) + lines(9, 10)))
	if a = load(t, r.db, r.log); a.Total.Quarantined != 1 || a.Total.Duplicate != 11 || a.Total.Accepted != 1 {
		t.Errorf("loaded again when it had grown: %+v", a.Total)
	}
	r.kill()
	r.write([]byte(broken(3)))
	r.poll()
	if a := r.f.l.account.Files; len(a) != 1 || a[0].Quarantined != 1 || a[0].Duplicate != 13 {
		t.Errorf("followed: %+v", a)
	}
	moved := filepath.Join(dir, "moved.json")
	if err := os.Rename(r.log, moved); err != nil {
		t.Fatal(err)
	}
	if a = load(t, r.db, moved); a.Total.Quarantined != 0 || a.Total.Accepted != 0 || a.Total.Records != 14 {
		t.Errorf("loaded under another name: %+v", a.Total)
	}
	if bad, err := r.db.Quarantine(context.Background(), QuarantineFilter{}, 0, 100); err != nil || len(bad) != 4 {
		t.Errorf("%d in quarantine, want 4 (%v)", len(bad), err)
	}
	checkAccounts(t, r.db)
	if v, err := r.db.Verify(context.Background(), VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
	// The same line in another file is that file's own trouble.
	if a = load(t, r.db, write(t, filepath.Join(dir, "other.json"), lines(0, 5)+broken(1)+lines(20, 21))); a.Total.Quarantined != 1 {
		t.Errorf("another file: %+v", a.Total)
	}
}
