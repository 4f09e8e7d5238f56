package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"syscall"
	"testing"

	"casebook/testdata/hostile"
)

// settled checks what must hold for every file of every load: it is accounted for to the last record, and the spans of its records
// tile all there was to read.
func settled(t *testing.T, a *Account) {
	t.Helper()
	var total Tally
	for i := range a.Files {
		f := &a.Files[i]
		if err := f.balance(); err != nil {
			t.Errorf("%q: %v", f.Path, err)
		}
		total.Add(f.Tally)
		switch f.State {
		case stateBody:
		case stateComplete, stateKnown:
			if f.Encoding == "" && f.Expanded != f.Bytes {
				t.Errorf("%q is %d bytes, its records span %d", f.Path, f.Bytes, f.Expanded)
			}
		case stateIncomplete, stateRefused, stateUnreadable:
			if f.Problem == "" {
				t.Errorf("%q is %s without a reason", f.Path, f.State)
			}
		default:
			t.Errorf("%q is left as %s", f.Path, f.State)
		}
	}
	if !reflect.DeepEqual(total, a.Total) {
		t.Errorf("the files come to %+v, the account says %+v", total, a.Total)
	}
}

// quarantined are the codes in quarantine, each checked for being whole.
func quarantined(t *testing.T, db *DB) map[string]int {
	t.Helper()
	codes := map[string]int{}
	err := each(context.Background(), db.readers, "select code, reason, line, begin, length, raw, sha256 from quarantine", nil, func(scan func(...any) error) error {
		var code, reason string
		var line, begin, length int64
		var raw, sum []byte
		if err := scan(&code, &reason, &line, &begin, &length, &raw, &sum); err != nil {
			return err
		}
		if reason == "" || line < 1 || begin < 0 || length < 0 || len(raw) > 1<<20 || int64(len(raw)) > length || len(sum) != 32 {
			t.Errorf("quarantine holds %s %q, line %d, %d bytes from %d, %d of them kept", code, reason, line, length, begin, len(raw))
		}
		codes[code]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func TestHostileInputs(t *testing.T) {
	t.Parallel()
	for _, h := range hostile.Inputs() {
		if testing.Short() && len(h.Data) > 32<<10 {
			continue // bombs and pictures are loaded without -short only
		}
		t.Run(h.Name, func(t *testing.T) {
			db := fresh(t)
			path := write(t, filepath.Join(t.TempDir(), "input"), string(h.Data))
			a := load(t, db, path)
			settled(t, a)
			got := a.Total
			codes := quarantined(t, db)
			if h.Refused != "" {
				if a.Files[0].State != stateRefused || codes[h.Refused] != 1 || got.Quarantined != 1 {
					t.Fatalf("%+v, codes %v; want it refused with %s", a.Files[0], codes, h.Refused)
				}
				return
			}
			if h.Quarantined >= 0 && (got.Accepted != int64(h.Accepted) || got.Quarantined != int64(h.Quarantined) || got.Blank != int64(h.Blank) ||
				got.Skipped != int64(h.Skipped) || got.Duplicate != 0) {
				t.Errorf("%+v; want %d accepted, %d quarantined, %d blank, %d skipped", got, h.Accepted, h.Quarantined, h.Blank, h.Skipped)
			}
			if h.Code != "" && codes[h.Code] == 0 {
				t.Errorf("codes %v in quarantine, want %s", codes, h.Code)
			}
			again := load(t, db, path)
			settled(t, again)
			if again.Total.Accepted != 0 || again.Total.Records != got.Records {
				t.Errorf("loaded again: %+v", again.Total)
			}
		})
	}
}

func TestHostileTrees(t *testing.T) {
	for _, h := range hostile.Trees() {
		t.Run(h.Name, func(t *testing.T) {
			away, err := os.MkdirTemp("", "tree") // a socket's name may not be long
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(away) })
			unprivileged(t, away)
			dir := filepath.Join(away, "d")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			paths, err := h.Make(dir)
			if err != nil {
				t.Fatal(err)
			}
			if paths == nil {
				paths = []string{dir}
			}
			a := loadListed(t, open(t, filepath.Join(away, "casebook.db")), paths, func() {
				if h.Between != nil {
					if err := h.Between(dir); err != nil {
						t.Fatal(err)
					}
				}
			})
			settled(t, a)
			states := map[string]string{}
			for _, f := range a.Files {
				states[filepath.Base(f.Path)] = f.State
			}
			if !reflect.DeepEqual(states, h.State) {
				t.Errorf("states %q\n  want %q", states, h.State)
			}
			if got := a.Total; got.Accepted != h.Accepted || got.Duplicate != h.Duplicate || got.Quarantined != h.Quarantined {
				t.Errorf("%+v; want %d accepted, %d duplicate, %d quarantined", got, h.Accepted, h.Duplicate, h.Quarantined)
			}
		})
	}
}

// unprivileged lets a test that runs as root meet files that it may not read, in a folder that is given away.
func unprivileged(t *testing.T, dir string) {
	t.Helper()
	const nobody = 65534
	if os.Geteuid() != 0 {
		return
	}
	if err := errors.Join(os.Chown(dir, nobody, nobody), os.Chmod(dir, 0o700), syscall.Setresuid(-1, nobody, -1)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setresuid(-1, 0, -1); err != nil {
			t.Fatal(err)
		}
	})
}

// loadListed loads, and does something once the files are listed.
func loadListed(t *testing.T, db *DB, paths []string, between func()) *Account {
	t.Helper()
	l := &loader{db: db, account: &Account{}, options: LoadOptions{batch: flushRows}}
	if err := l.begin(context.Background()); err != nil {
		t.Fatal(err)
	}
	files := db.candidates(paths, nil)
	between()
	f := feed{db: db}
	if err := f.run(l.ctx, files, l.take); err != nil {
		t.Fatal(err)
	}
	if err := l.flush(); err != nil {
		t.Fatal(err)
	}
	if err := l.end(nil); err != nil {
		t.Fatal(err)
	}
	return l.account
}
