package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"casebook/testdata/hostile"
)

// most runs a load and gives the most memory that was live during it.
func most(t *testing.T, db *DB, path string, options LoadOptions) (*Account, uint64) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	runtime.GC()
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		// Read a thousand times a second, without stopping the load for it.
		live := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		highest := uint64(0)
		for {
			metrics.Read(live)
			highest = max(highest, live[0].Value.Uint64())
			select {
			case <-stop:
				peak <- highest
				return
			case <-time.After(time.Millisecond):
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

// TestBomb loads a gibibyte of blanks packed into a thousandth of that, and those packed again.
func TestBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("1 GiB is packed without -short only")
	}
	var once bytes.Buffer
	z := gzip.NewWriter(&once)
	if _, err := io.Copy(z, io.LimitReader(blanks{}, 1<<30)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	db, dir := fresh(t), t.TempDir()
	a, peak := most(t, db, write(t, filepath.Join(dir, "bomb.gz"), once.String()), LoadOptions{})
	settled(t, a)
	if f := &a.Files[0]; f.State != stateIncomplete || f.Expanded > 80<<20 || quarantined(t, db)["CB-L002"] != 1 || peak > 128<<20 {
		t.Errorf("%+v, %d MiB of memory", f, peak>>20)
	}
	a = load(t, db, write(t, filepath.Join(dir, "bomb.gz.gz"), gzipped(t, once.String())))
	if f := &a.Files[0]; f.State != stateRefused {
		t.Errorf("%+v", f)
	}
}

// TestWideGiant loads a record of eighty megabytes in UTF-16, packed so that it is no bomb: none of it is held but its head.
func TestWideGiant(t *testing.T) {
	if testing.Short() {
		t.Skip("eighty megabytes are read without -short only")
	}
	noise, r := make([]byte, 1<<20), rand.New(rand.NewSource(7))
	for i := range noise {
		noise[i] = "abcdefghijklmnopqrstuvwxyz ABCDEF"[r.Intn(33)]
	}
	line := record(0, "u", "")
	packed := func(text string) string { return gzipped(t, wide(binary.LittleEndian, false)(text)) }
	text := packed(line+"\n"+line[:len(line)-3]) + strings.Repeat(packed(string(noise)), 40) + packed(`"}}`+"\n"+record(1, "u", "")+"\n")
	a, peak := most(t, fresh(t), write(t, filepath.Join(t.TempDir(), "wide.gz"), text), LoadOptions{})
	settled(t, a)
	if a.Total.Quarantined != 1 || a.Total.Accepted == 0 || peak > 128<<20 {
		t.Errorf("%+v, %d MiB of memory", a.Total, peak>>20)
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
