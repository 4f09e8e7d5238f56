package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"unicode/utf16"

	"casebook/store/event"
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
	for _, h := range hostile.Inputs() {
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

// most runs a load and gives the most memory that was live during it.
func most(t *testing.T, db *DB, path string, options LoadOptions) (*Account, uint64) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	runtime.GC()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var m runtime.MemStats
		highest := uint64(0)
		for {
			runtime.ReadMemStats(&m)
			highest = max(highest, m.HeapAlloc)
			select {
			case <-stop:
				peak <- highest
				return
			default:
				runtime.Gosched()
			}
		}
	}()
	a, err := db.Load(context.Background(), []string{path}, options)
	close(stop)
	if err != nil {
		t.Fatal(err)
	}
	return a, <-peak
}

func TestHostileStreams(t *testing.T) {
	if testing.Short() {
		t.Skip("files of up to a gigabyte are loaded without -short only")
	}
	for _, h := range hostile.Streams() {
		t.Run(h.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "input")
			file, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(file, h.Open()); err != nil {
				t.Fatal(err)
			}
			if err := file.Close(); err != nil {
				t.Fatal(err)
			}
			db := fresh(t)
			a, peak := most(t, db, path, LoadOptions{})
			settled(t, a)
			got, codes := a.Total, quarantined(t, db)
			if h.Quarantined >= 0 && (got.Accepted != int64(h.Accepted) || got.Quarantined != int64(h.Quarantined) || got.Blank != int64(h.Blank)) {
				t.Errorf("%+v; want %d accepted, %d quarantined, %d blank", got, h.Accepted, h.Quarantined, h.Blank)
			}
			if h.Code != "" && codes[h.Code] == 0 {
				t.Errorf("codes %v in quarantine, want %s", codes, h.Code)
			}
			if peak > 320<<20 {
				t.Errorf("%d MiB of memory in use, want at most 320", peak>>20)
			}
		})
	}
}

// TestBomb loads a gigabyte of zeros packed into a megabyte, and that packed again.
func TestBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("a gigabyte is packed without -short only")
	}
	var once, twice bytes.Buffer
	for _, p := range []struct {
		to   *bytes.Buffer
		from io.Reader
	}{{&once, io.LimitReader(blanks{}, 1<<30)}, {&twice, &once}} {
		z := gzip.NewWriter(p.to)
		if p.from == io.Reader(&once) {
			p.from = bytes.NewReader(once.Bytes())
		}
		if _, err := io.Copy(z, p.from); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	db, dir := fresh(t), t.TempDir()
	a, peak := most(t, db, write(t, filepath.Join(dir, "bomb.gz"), once.String()), LoadOptions{})
	settled(t, a)
	if f := &a.Files[0]; f.State != stateIncomplete || f.Expanded > 80<<20 || quarantined(t, db)["CB-L002"] != 1 || peak > 128<<20 {
		t.Errorf("%+v, %d MiB of memory", f, peak>>20)
	}
	a = load(t, db, write(t, filepath.Join(dir, "bomb.gz.gz"), twice.String()))
	if f := &a.Files[0]; f.State != stateRefused {
		t.Errorf("%+v", f)
	}
}

// blanks are lines of nothing without end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
		if i%1024 == 0 {
			p[i] = '\n'
		}
	}
	return len(p), nil
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

// TestGrowing loads a file that never stops growing.
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
	if f := &a.Files[0]; f.Accepted < 2000 || !strings.Contains(f.Problem, "changed while it was read") {
		t.Errorf("%+v", f)
	}
}

// samples are logs of all vendors and deliveries: those of the decoders' tests, and those beside the project where they are present; each
// also packed and as UTF-16.
func samples(t *testing.T) (all [][]byte) {
	t.Helper()
	for _, root := range []string{"event/testdata", "../../shared/logs"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) == ".golden" {
				return nil // they need not be there
			}
			text, err := os.ReadFile(path)
			if err != nil || len(text) > 100<<10 {
				return err
			}
			wide := []byte{0xff, 0xfe}
			for _, u := range utf16.Encode([]rune(string(text))) {
				wide = append(wide, byte(u), byte(u>>8))
			}
			encoder, err := zstdEncoder()
			if err != nil {
				return err
			}
			all = append(all, text, []byte(gzipped(t, string(text))), encoder.EncodeAll(text, nil), wide)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 16 {
		t.Fatalf("%d samples", len(all))
	}
	return all
}

// TestMutated loads sound files with changes made to them, some hundred bytes at a time.
func TestMutated(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	seeds := [][]byte{[]byte(lines(0, 20)), []byte("[" + strings.ReplaceAll(strings.TrimSpace(lines(0, 9)), "\n", ",\n") + "]"), []byte(gzipped(t, lines(0, 60)))}
	for _, h := range hostile.Inputs() {
		if len(h.Data) < 32<<10 {
			seeds = append(seeds, h.Data)
		}
	}
	seeds = append(seeds, samples(t)...)
	rounds := 100
	if testing.Short() {
		rounds = 6
	}
	for round := range rounds {
		dir := t.TempDir()
		for i := range 100 {
			data := bytes.Clone(seeds[r.Intn(len(seeds))])
			for range 1 + r.Intn(8) {
				if len(data) == 0 {
					break
				}
				switch at, to := r.Intn(len(data)), r.Intn(len(data)); r.Intn(8) {
				case 0:
					data[at] ^= 1 << r.Intn(8)
				case 1:
					data[at] = "{}[]\",:\\\n\r\x00\xff0 "[r.Intn(14)]
				case 2:
					data = data[:at]
				case 3:
					data = append(data[:min(at, to)], data[max(at, to):]...)
				case 4:
					data = append(data, data[at:]...)
				case 5: // some bytes twice
					data = slices.Insert(data, at, data[at:min(len(data), at+1+to%40)]...)
				case 6: // two lines in each other's place
					parts := bytes.SplitAfter(data, []byte("\n"))
					i, j := at%len(parts), to%len(parts)
					parts[i], parts[j] = parts[j], parts[i]
					data = bytes.Join(parts, nil)
				default:
					copy(data[at:], data[to:])
				}
			}
			write(t, filepath.Join(dir, fmt.Sprint(i)), string(data))
		}
		a := load(t, fresh(t), dir)
		settled(t, a)
		if t.Failed() {
			t.Fatalf("round %d of %s", round, dir)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}

func TestManyFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("100,000 files are loaded without -short only")
	}
	dir := t.TempDir()
	for i := range 100_000 {
		folder := filepath.Join(dir, fmt.Sprint(i/1000))
		if i%1000 == 0 {
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		write(t, filepath.Join(folder, fmt.Sprint(i)), record(i, "u", "")+"\n")
	}
	a, peak := most(t, fresh(t), dir, LoadOptions{})
	settled(t, a)
	if a.Total.Accepted != 100_000 || peak > 400<<20 {
		t.Errorf("%+v, %d MiB of memory", a.Total, peak>>20)
	}
}
