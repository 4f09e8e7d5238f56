package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// tellerOf collects what is told. Its time stands still, and passes when it is told to.
func tellerOf(all *[]Progress) (k *teller, passes func(time.Duration)) {
	k = newTeller(func(p Progress) { *all = append(*all, p) })
	now := k.told
	k.now = func() time.Time { return now }
	return k, func(d time.Duration) { now = now.Add(d) }
}

// TestTellerIsSparse tells of work without records when none have come for a while, and never more often than twice a second.
func TestTellerIsSparse(t *testing.T) {
	var all []Progress
	k, passes := tellerOf(&all)
	k.work(Comparing, "a", 1, 10)
	if len(all) > 0 {
		t.Errorf("told at once: %+v", all)
	}
	passes(tellEvery)
	k.work(Comparing, "a", 2, 10)
	k.work(Comparing, "a", 3, 10)
	if len(all) != 1 || all[0].Ahead.Doing != Comparing || all[0].Ahead.Done != 2 || all[0].Ahead.All != 10 {
		t.Errorf("%+v", all)
	}
	passes(tellEvery)
	k.fed()
	k.work(Reading, "b", 1, 10)
	if len(all) != 1 {
		t.Errorf("records are under way, but told was %+v", all[1:])
	}
	passes(tellEvery)
	k.count(Progress{Records: 7}, false)
	passes(tellEvery)
	k.work(Reading, "b", 5, 10)
	k.count(Progress{Records: 9}, true)
	if len(all) != 4 || all[1].Ahead.Doing != "" || all[2].Records != 7 || all[2].Ahead.Path != "b" || all[3].Records != 9 {
		t.Errorf("%+v", all[1:])
	}
}

// slow gives a byte when it is asked for many, and stops whoever has asked often enough.
type slow struct {
	n    int
	stop func()
}

func (s *slow) Read(p []byte) (int, error) {
	if s.n++; s.n == 3 {
		s.stop()
	}
	return copy(p, "x"), nil
}

// TestStopInTheMidst stops a load that hashes a large file, or copies it, before it comes to its end.
func TestStopInTheMidst(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	in := (*teller)(nil).reader(ctx, &slow{stop: stop}, Comparing, "a", 10)
	if n, err := io.Copy(io.Discard, in); n != 3 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d bytes, %v", n, err)
	}

	path := write(t, filepath.Join(t.TempDir(), "large.json"), lines(0, 6000))
	if info, err := os.Stat(path); err != nil || info.Size() <= smallFile {
		t.Fatal("a small file", err)
	}
	db := fresh(t)
	load(t, db, path)
	// What stops is asked about at every read, also of the copy that --keep makes of what is loaded.
	stopped, halt := context.WithCancel(context.Background())
	l := &loader{db: db, options: LoadOptions{Keep: true, batch: flushRows}, account: &Account{}, asked: stopped}
	if err := l.begin(context.Background()); err != nil {
		t.Fatal(err)
	}
	f := feed{db: db, keep: true}
	err := f.run(context.Background(), db.candidates([]string{path}, nil), func(p piece) error { halt(); return l.take(p) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the copy was not stopped: %v", err)
	}
	if v, err := db.Verify(context.Background(), VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v %v", v, err)
	}
	if a, err := db.Load(context.Background(), []string{path}, LoadOptions{Keep: true}); err != nil || !a.Files[0].Known {
		t.Fatalf("%+v %v", a, err)
	}
	var kept bool
	if err := db.readers.QueryRow("select exists (select 1 from evidence)").Scan(&kept); err != nil || !kept {
		t.Errorf("kept %t, %v", kept, err)
	}
}

// TestStopLooking stops going through folders.
func TestStopLooking(t *testing.T) {
	dir := t.TempDir()
	for i := range 20 {
		write(t, filepath.Join(dir, strings.Repeat("x", i+1)), "")
	}
	var seen []int
	found := new(DB).candidates([]string{dir}, func(n int) bool { seen = append(seen, n); return n < 5 })
	if len(found) != 5 || !slices.IsSorted(seen) || seen[len(seen)-1] != 5 {
		t.Errorf("%d files, told %v", len(found), seen)
	}
}

// TestFollowTells tells of a look that takes long while it lasts, and says nothing of one that does not.
func TestFollowTells(t *testing.T) {
	r := follow(t, t.TempDir())
	r.log = filepath.Join(r.paths[0], "a.json")
	var all []Progress
	k, passes := tellerOf(&all)
	r.f.l.tell = k
	r.write([]byte(lines(0, 2000)))
	r.poll()
	if len(all) > 0 {
		t.Errorf("%+v", all)
	}
	passes(tellEvery)
	r.write([]byte(lines(2000, 4000)))
	r.poll()
	if len(all) != 1 || all[0].File != r.log || all[0].Records <= 2000 || all[0].Bytes <= int64(len(lines(0, 2000))) {
		t.Errorf("%+v", all)
	}
}
