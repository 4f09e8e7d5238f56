package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// rotation is a log that is written in bits and rotated, and a follower that is driven by hand and killed.
type rotation struct {
	t      *testing.T
	rng    *rand.Rand
	dir    string
	log    string
	paths  []string
	path   string // of the store
	db     *DB
	f      *follower
	polled bool // the follower that runs has read something of the log as it is now
	turns  int
}

func (r *rotation) start() {
	r.t.Helper()
	r.db = open(r.t, r.path)
	f, err := r.db.newFollower(context.Background(), r.paths, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	f.now = func() time.Time { return time.Time{} } // nothing is old enough to be taken at once
	r.f, r.polled = f, false
}

// kill leaves everything as a killed process does: what was not written is lost.
func (r *rotation) kill() {
	r.f.close()
	r.db.Close()
	r.start()
}

func (r *rotation) poll() {
	r.t.Helper()
	if _, err := r.f.poll(context.Background()); err != nil {
		r.t.Fatal(err)
	}
	for _, s := range r.f.sources {
		r.polled = r.polled || s.path == r.log && s.seen && s.stream.offset > 0
	}
}

func (r *rotation) write(text []byte) {
	r.t.Helper()
	f, err := os.OpenFile(r.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := f.Write(text); err != nil {
		r.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rotation) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// The ways to rotate. Each leaves a log that begins anew.
var rotations = map[string]func(r *rotation){
	"rename": func(r *rotation) {
		r.must(os.Rename(r.log, fmt.Sprintf("%s.%d", r.log, r.turns)))
	},
	"copytruncate": func(r *rotation) {
		text, err := os.ReadFile(r.log)
		r.must(err)
		r.must(os.WriteFile(fmt.Sprintf("%s.%d", r.log, r.turns), text, 0o600))
		if r.rng != nil && r.rng.IntN(3) == 0 {
			r.poll() // which sees the copy beside the original
		}
		r.must(os.Truncate(r.log, 0))
	},
	"delete": func(r *rotation) {
		r.must(os.Remove(r.log))
	},
	"reuse": func(r *rotation) {
		// The same inode with another text, longer than the old one from the first look on.
		r.must(os.Truncate(r.log, 0))
	},
	"gzip": func(r *rotation) {
		text, err := os.ReadFile(r.log)
		r.must(err)
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err = z.Write(text)
		r.must(err)
		r.must(z.Close())
		r.must(os.WriteFile(fmt.Sprintf("%s.%d.gz", r.log, r.turns), b.Bytes(), 0o600))
		r.must(os.Remove(r.log))
	},
}

// TestFollowRotations writes a log in bits, rotates it and kills the follower at all kinds of moments: in the end every line was
// taken exactly once, those that are broken as well.
func TestFollowRotations(t *testing.T) {
	t.Parallel()
	total := 5000
	if testing.Short() {
		total = 2500
	}
	lines := make([][]byte, total)
	broken := 0
	for i := range lines {
		lines[i] = []byte(record(i, fmt.Sprintf("u%d", i%5), "") + "\n")
		if i%331 == 7 {
			lines[i] = fmt.Appendf(nil, "{\"broken\": %d\n", i)
			broken++
		}
	}
	whole := fresh(t)
	load(t, whole, write(t, filepath.Join(t.TempDir(), "all.json"), string(bytes.Join(lines, nil))))
	want := digest(t, whole)
	for name, rotate := range rotations {
		for _, named := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/named=%t", name, named), func(t *testing.T) {
				dir := t.TempDir()
				r := &rotation{t: t, rng: rand.New(rand.NewPCG(1, uint64(len(name)))), dir: dir, log: filepath.Join(dir, "app.log"), path: filepath.Join(t.TempDir(), "casebook.db"), paths: []string{dir}}
				if named {
					r.paths = []string{r.log}
				}
				r.start()
				kills := 0
				// What loses its name or its text needs a follower that has it open; a log that was named alone has to be seen
				// before it is rotated.
				held := name == "delete" || name == "reuse" || named
				for i := 0; i < total; {
					switch n := r.rng.IntN(100); {
					case n < 70:
						to := min(total, i+1+r.rng.IntN(60))
						text := bytes.Join(lines[i:to], nil)
						if cut := r.rng.IntN(len(text)); n%2 == 0 { // in two bits, with a look between
							r.write(text[:cut])
							r.poll()
							text = text[cut:]
						}
						r.write(text)
						i = to
					case n < 85:
						r.poll()
					case n < 93:
						if name == "reuse" {
							r.poll()
						}
						if held && !r.polled {
							break
						}
						if info, err := os.Stat(r.log); err != nil || info.Size() == 0 {
							break
						}
						r.turns++
						rotate(r)
						if name == "delete" {
							r.poll()
						}
						r.polled = false
					default:
						if held && name != "gzip" && name != "reuse" {
							r.poll()
						}
						r.kill()
						kills++
					}
				}
				for range 4 {
					r.poll()
				}
				if got := digest(t, r.db); got != want {
					t.Errorf("after %d rotations and %d kills the store holds other events: %d, want %d", r.turns, kills, strings.Count(got, " ")+1, strings.Count(want, " ")+1)
				}
				bad, err := r.db.Quarantine(context.Background(), QuarantineFilter{}, 0, total)
				if err != nil || len(bad) != broken {
					t.Errorf("%d broken lines in quarantine, want %d (%v)", len(bad), broken, err)
				}
				checkAccounts(t, r.db)
				r.checkRaw()
				if r.turns < 3 || kills < 3 {
					t.Errorf("only %d rotations and %d kills", r.turns, kills)
				}
			})
		}
	}
}

// checkRaw reads records back, wherever their log has gone.
func (r *rotation) checkRaw() {
	r.t.Helper()
	rows, err := r.db.Events(context.Background(), EventFilter{}, Place{}, 20000, false)
	r.must(err)
	for i := 0; i < len(rows); i += 97 {
		raw, err := r.db.Raw(context.Background(), rows[i].ID)
		if err != nil || !raw.Intact || !bytes.Contains(raw.Bytes, []byte(rows[i].RequestID)) {
			r.t.Fatalf("event %d of %s, line %d: intact %t, %v", rows[i].ID, raw.File, raw.Line, raw.Intact, err)
		}
	}
}

func follow(t *testing.T, paths ...string) *rotation {
	t.Helper()
	r := &rotation{t: t, path: filepath.Join(t.TempDir(), "casebook.db"), paths: paths}
	r.start()
	return r
}

func (r *rotation) events() int {
	r.t.Helper()
	rows, err := r.db.Events(context.Background(), EventFilter{}, Place{}, 20000, false)
	r.must(err)
	return len(rows)
}
