package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTakenMeanwhile reads a large file in which calls repeat while another process loads better copies of them and lets those take their
// places: what the file has once more later on is another happening all the same.
func TestTakenMeanwhile(t *testing.T) {
	ctx := context.Background()
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(uint64(round), 3))
		dir := t.TempDir()
		all := strings.Split(strings.TrimSpace(lines(0, 6000)), "\n")
		// A few calls stand in the file over and over, and are told again, as often as they are there or less often, by others.
		var text strings.Builder
		for i, record := range all {
			fmt.Fprintf(&text, "2026-03-01T00:00:01.123Z %s\n", record)
			if i%97 == 0 {
				fmt.Fprintf(&text, "2026-03-01T00:00:01.123Z %s\n", all[r.IntN(8)])
			}
		}
		large := write(t, filepath.Join(dir, "large"), text.String())
		var others []string
		for i := range 6 {
			var text strings.Builder
			for range 1 + r.IntN(30) {
				text.WriteString(all[r.IntN(8)] + "\n")
			}
			others = append(others, write(t, filepath.Join(dir, fmt.Sprint(i, ".json")), text.String()))
		}
		one := fresh(t)
		load(t, one, append(slices.Clone(others), large)...)
		want := shown(t, one)

		db := fresh(t)
		beside := open(t, db.path)
		l := &loader{db: db, account: &Account{}, options: LoadOptions{batch: 1 + r.IntN(900)}}
		if err := l.begin(ctx); err != nil {
			t.Fatal(err)
		}
		left := others
		more := func() error {
			a, err := beside.Load(ctx, left[:1], LoadOptions{batch: 1 + r.IntN(40)})
			if err == nil {
				settled(t, a)
			}
			left = left[1:]
			return err
		}
		err := (&feed{db: db}).run(ctx, db.candidates([]string{large}, nil), func(p piece) error {
			if err := l.take(p); err != nil || len(left) == 0 || r.IntN(3) > 0 {
				return err
			}
			return more()
		})
		for err == nil && len(left) > 0 {
			err = more()
		}
		if err := errors.Join(err, l.flush(), l.settleTwins(), l.takeOver(), l.end(nil)); err != nil {
			t.Fatal(err)
		}
		if got := shown(t, db); got != want {
			one, other := strings.Split(got, "\n"), strings.Split(want, "\n")
			t.Errorf("round %d: %d events and files, want %d; %s, want %s", round, len(one), len(other), fileLines(one), fileLines(other))
		}
		checkAccounts(t, db)
		if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
			t.Fatalf("round %d: %+v %v", round, v, err)
		}
	}
}

// fileLines are the lines about files.
func fileLines(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !strings.HasPrefix(line, "file ") })
}
