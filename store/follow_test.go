package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
	total := 10000
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

// TestFollowByteByByte writes two records a byte at a time.
func TestFollowByteByByte(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	r.log = filepath.Join(dir, "a.json")
	text := lines(0, 2)
	for i := range text {
		r.write([]byte{text[i]})
		r.poll()
		if want := strings.Count(text[:i+1], "\n"); r.events() != want {
			t.Fatalf("after byte %d: %d events, want %d", i, r.events(), want)
		}
	}
	if a := r.f.l.account.Files; len(a) != 1 || a[0].Accepted != 2 || a[0].Quarantined != 0 || a[0].Expanded != int64(len(text)) {
		t.Errorf("%+v", a)
	}
}

// TestFollowLastLine leaves a last line without an end for later, unless it is whole and its file quiet.
func TestFollowLastLine(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	text := lines(0, 3)
	whole := write(t, filepath.Join(dir, "whole.json"), strings.TrimSuffix(text, "\n"))
	torn := write(t, filepath.Join(dir, "torn.json"), lines(10, 11)+record(11, "u1", "")[:200])
	r.poll()
	if r.events() != 3 {
		t.Errorf("%d events at first, want 3", r.events())
	}
	for range 5 {
		r.poll()
	}
	if r.events() != 4 {
		t.Errorf("%d events when quiet, want 4", r.events())
	}
	r.kill()
	r.log = torn
	r.write([]byte(record(11, "u1", "")[200:] + "\n"))
	r.log = whole
	r.write([]byte("\n" + lines(3, 4)))
	r.poll()
	if r.events() != 6 {
		t.Errorf("%d events at last, want 6", r.events())
	}
	checkAccounts(t, r.db)
}

// TestFollowObjects takes what comes to a folder: packed objects, documents, tables; each once it is whole.
func TestFollowObjects(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	r.poll()
	packed := gzipped(t, lines(0, 100))
	object := write(t, filepath.Join(dir, "a.json.gz"), packed[:len(packed)/2])
	r.poll()
	write(t, object, packed) // it is still being copied
	r.poll()
	r.poll()
	if r.events() != 100 {
		t.Errorf("%d events of the packed object, want 100", r.events())
	}
	document := "{\n  \"Records\": [\n" + strings.ReplaceAll(lines(100, 110), "}\n{", "},\n{") + "]\n}\n"
	write(t, filepath.Join(dir, "document.json"), document)
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sub", "rows.csv"), "EventVendor,EventProduct,EventType,TimeGenerated,EventUid\nOpenAI,OpenAI API Platform,ChatCompletion,2026-03-01T00:00:00Z,a\nOpenAI,OpenAI")
	r.poll()
	r.poll()
	if r.events() != 111 {
		t.Errorf("%d events with the document and the table, want 111", r.events())
	}
	r.kill()
	r.log = filepath.Join(dir, "sub", "rows.csv")
	r.write([]byte(" API Platform,ChatCompletion,2026-03-01T00:00:01Z,\"b\nc\"\n"))
	r.poll()
	if r.events() != 112 {
		t.Errorf("%d events with the row that was torn, want 112", r.events())
	}
	for range 3 {
		if grew, err := r.f.poll(context.Background()); err != nil || grew {
			t.Errorf("something was taken of files that did not change (%v)", err)
		}
	}
	bad, err := r.db.Quarantine(context.Background(), QuarantineFilter{}, 0, 10)
	if err != nil || len(bad) != 0 {
		t.Errorf("in quarantine: %+v %v", bad, err)
	}
}

// TestFollowLoaded loads a file first and follows it then: what was there is counted as duplicate.
func TestFollowLoaded(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	r.log = write(t, filepath.Join(dir, "a.json"), lines(0, 50))
	load(t, r.db, r.log)
	r.kill()
	r.poll()
	if len(r.f.l.account.Files) != 0 {
		t.Errorf("a file that was loaded and has not changed was read: %+v", r.f.l.account.Files)
	}
	r.write([]byte(lines(50, 60)))
	r.poll()
	if a := r.f.l.account.Files; len(a) != 1 || a[0].Accepted != 10 || a[0].Duplicate != 50 {
		t.Errorf("%+v", a)
	}
	// The other way round: what was followed is loaded as it stands.
	if a := load(t, r.db, r.log); a.Total.Accepted != 0 || a.Total.Duplicate != 60 {
		t.Errorf("%+v", a.Total)
	}
}

// TestFollowGiant lets lines go by that are too long, also one that is still being written.
func TestFollowGiant(t *testing.T) {
	dir := t.TempDir()
	r := follow(t, dir)
	giant := bytes.Repeat([]byte("a"), 20<<20)
	r.log = write(t, filepath.Join(dir, "a.json"), lines(0, 2))
	r.write(append(slices.Clone(giant), '\n'))
	r.write([]byte(lines(2, 4)))
	r.poll()
	r.write(giant)
	r.poll()
	r.write([]byte("end of it\n" + lines(4, 5)))
	r.poll()
	if r.events() != 5 {
		t.Errorf("%d events, want 5", r.events())
	}
	checkAccounts(t, r.db)
	// What was kept of the file is the file, part by part.
	text, err := os.ReadFile(r.log)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := io.ReadAll(&keptFile{ctx: context.Background(), db: r.db, file: 1})
	if err != nil || !bytes.Equal(kept, text) {
		t.Errorf("%d bytes kept of %d, %v", len(kept), len(text), err)
	}
}

// TestFollowStops ends at a consistent point whenever it is told to.
func TestFollowStops(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.json"), lines(0, 20000))
	write(t, filepath.Join(dir, "b.json.gz"), gzipped(t, lines(20000, 25000)))
	whole := fresh(t)
	load(t, whole, dir)
	path := filepath.Join(t.TempDir(), "casebook.db")
	for stop := range 8 {
		db := open(t, path)
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(20*(stop+1))*time.Millisecond)
		a, err := db.Follow(ctx, []string{dir}, FollowOptions{Every: time.Millisecond})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Total.balance(); err != nil {
			t.Error(err)
		}
		checkAccounts(t, db)
		db.Close()
	}
	db := open(t, path)
	f, err := db.newFollower(context.Background(), []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	for range 3 {
		if _, err := f.poll(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if digest(t, db) != digest(t, whole) {
		t.Error("followed in bits, the store holds other events")
	}
}

// TestFollowMissing follows what is not there yet, and tells so once.
func TestFollowMissing(t *testing.T) {
	r := follow(t, filepath.Join(t.TempDir(), "later.log"))
	told := 0
	for range 3 {
		r.poll()
		told += len(r.f.followed().Problems)
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	r.log = r.paths[0]
	r.write([]byte(lines(0, 3)))
	r.poll()
	if r.events() != 3 {
		t.Errorf("%d events, want 3", r.events())
	}
}

// TestAkin names files that one log may be rotated to.
func TestAkin(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"l/app.log", "l/app.log.1", true}, {"l/app.log.1", "l/app.log.2.gz", true}, {"l/app.log", "l/app-20260301.log", true}, {"l/app.log", "l/app.1.log", true},
		{"l/app.log", "l/other.log", false}, {"l/app.log", "m/app.log.1", false},
	} {
		if got := akin(tt.a, tt.b); got != tt.want {
			t.Errorf("akin(%q, %q) = %t", tt.a, tt.b, got)
		}
	}
}
