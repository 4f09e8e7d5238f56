package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"casebook/store/event"
)

// TestFeedGoesOn has the writer busy with the first piece of the first file: meanwhile the workers decode all the others to their ends.
func TestFeedGoesOn(t *testing.T) {
	dir := t.TempDir()
	const files = 10
	text := lines(0, 1000)
	for len(text) < 5<<18 { // two blocks
		text += text[:min(len(text), 5<<18-len(text))]
	}
	for i := range files {
		write(t, filepath.Join(dir, strconv.Itoa(i)+".json"), text)
	}
	decoded := make(chan struct{}, 100)
	db := fresh(t)
	f := feed{db: db, decoded: func([]event.Record) { decoded <- struct{}{} }}
	first := true
	err := f.run(context.Background(), db.candidates([]string{dir}, nil), func(piece) error {
		for i := 0; first && i < 2*files; i++ {
			select {
			case <-decoded:
			case <-time.After(3 * time.Minute):
				t.Fatalf("%d blocks were decoded while the writer was busy; wanted all %d", i, 2*files)
			}
		}
		first = false
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFeedWaits has the writer busy with the first piece of many small files: not all of them are decoded meanwhile, and then all are.
func TestFeedWaits(t *testing.T) {
	dir := t.TempDir()
	const files, each = 60, 3000
	text := lines(0, each)
	for i := range files {
		write(t, filepath.Join(dir, strconv.Itoa(i)+".json"), text)
	}
	var decoded atomic.Int64
	db := fresh(t)
	f := feed{db: db, decoded: func(records []event.Record) { decoded.Add(int64(len(records))) }}
	taken := int64(0)
	err := f.run(context.Background(), db.candidates([]string{dir}, nil), func(p piece) error {
		for before := int64(-1); taken == 0 && decoded.Load() != before; time.Sleep(300 * time.Millisecond) {
			before = decoded.Load()
		}
		if n := decoded.Load(); taken == 0 && n > maxLead+20*each {
			t.Errorf("%d records were decoded while the writer was busy; wanted about %d, and the files that were begun", n, maxLead)
		}
		taken += p.tally.Records
		return nil
	})
	if err != nil || taken != files*each {
		t.Errorf("%d records, %v; wanted %d", taken, err, files*each)
	}
}

// TestLargeFilesHash holds the hashes of large files, and those of the records in them, against the bytes: in one text or between giants,
// in lines, rows and lists, with a mark in front, from standard input, and packed.
func TestLargeFilesHash(t *testing.T) {
	const n = 6000
	text := lines(0, n)
	giant := `{"a":"` + strings.Repeat("x", 17<<20) + "\"}\n"
	list := "[" + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", ",\n") + "]"
	for name, file := range map[string]string{
		"lines": text, "open end": strings.TrimSuffix(text, "\n"), "marked": "\ufeff" + text, "list": list,
		"giants": giant + text[:len(text)/2] + text[len(text)/2:] + giant, "giant in a list": "[" + giant + "," + list[1:], "packed": gzipped(t, text+giant+giant),
	} {
		if testing.Short() && name != "lines" && name != "giant in a list" {
			continue // the others are read without -short only
		}
		t.Run(name, func(t *testing.T) {
			db, path := fresh(t), write(t, filepath.Join(t.TempDir(), "log"), file+strings.Repeat("\n", max(0, smallFile+1-len(file))))
			whole, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("%x", sha256.Sum256(whole))
			stdin, err := fresh(t).Load(context.Background(), []string{"-"}, LoadOptions{Stdin: bytes.NewReader(whole)})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range []*Account{load(t, db, path), stdin} {
				if got := a.Files[0].SHA256; got != want || a.Total.Accepted != n {
					t.Errorf("%d events of a file with hash %s; wanted %d and %s", a.Total.Accepted, got, n, want)
				}
			}
			for _, id := range []int64{1, 2, n / 2, n} {
				if raw, err := db.Raw(context.Background(), id); err != nil || !raw.Intact {
					t.Errorf("event %d: %v", id, err)
				}
			}
		})
	}
}
