package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"casebook/store"
	"casebook/tui/safe"
)

func TestPace(t *testing.T) {
	var p pace
	p.tell(time.Second, 10e6, 1000)
	s := store.Progress{Files: 2, FilesTotal: 1002, Bytes: 10e6, BytesTotal: 40e6, Records: 1000, File: "logs/PT1H.json", FileBytes: 5e6, FileTotal: 20e6}
	want := "loading 25% of 40.0 MB  10.0 MB/s  1,000 records/s  3s left  3/1,002 PT1H.json 25%"
	if got := p.line(s, 100); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// Twice as fast, seen a little later.
	p.tell(2*time.Second, 30e6, 3000)
	if p.bytesASecond != 15e6 || p.recordsASecond != 1500 {
		t.Errorf("%+v", p)
	}
	if got, want := p.line(store.Progress{Files: 0, FilesTotal: 1, Bytes: 7, File: "-"}, 80), "loading 7 B  15.0 MB/s  1,500 records/s  -"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestPaceFits says the same in 79 columns, whatever a file is called: what is cut is its name.
func TestPaceFits(t *testing.T) {
	p := pace{bytesASecond: 210e6, recordsASecond: 301_234}
	s := store.Progress{Files: 41, FilesTotal: 1002, Bytes: 200e6, BytesTotal: 12e9, File: "20260301T100000000Z_0c7b2b5e7f7e4f53.json.gz", FileBytes: 1, FileTotal: 4}
	got := p.line(s, 79)
	if want := "loading 1% of 12.00 GB  210.0 MB/s  301k records/s  56s left  42/1,002 202...gz 25%"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	s.File = strings.Repeat("\x1b", 300)
	if w := safe.Escape(p.line(s, 100)).Width(); w > 100 {
		t.Errorf("%d columns", w)
	}
}

// TestProgressIsSparse says nothing of short work, and lines where there is no terminal.
func TestProgressIsSparse(t *testing.T) {
	var b bytes.Buffer
	p := newProgress(streams{err: &b}, "loading", 0, "bytes")
	for range 1000 {
		p.loading(store.Progress{FilesTotal: 1, File: "a"})
	}
	if b.Len() > 0 {
		t.Errorf("said at once: %q", b.String())
	}
	p.next = time.Now()
	p.loading(store.Progress{FilesTotal: 1, File: "a\x1b[2J"})
	p.loading(store.Progress{FilesTotal: 1, File: "a"})
	p.end()
	if n := bytes.Count(b.Bytes(), []byte("\n")); n != 1 || bytes.ContainsRune(b.Bytes(), '\x1b') {
		t.Errorf("said %q", b.String())
	}
}

// TestAheadLine tells of work that gives no records, in as many columns as there are.
func TestAheadLine(t *testing.T) {
	for _, tt := range []struct {
		ahead store.Ahead
		width int
		want  string
	}{
		{store.Ahead{Doing: store.Finding, Done: 12345}, 79, "looking for files: 12,345 so far"},
		{store.Ahead{Doing: store.Comparing, Path: "logs/all.ndjson", Done: 500e6, All: 2e9, Spent: time.Second}, 79,
			"comparing all.ndjson with what is loaded: 25% of 2.00 GB  500.0 MB/s  3s left"},
		{store.Ahead{Doing: store.Copying, Path: "logs/20260301T100000000Z_0c7b2b5e7f7e4f53.json", Done: 1e6, All: 2e6, Spent: time.Second}, 79,
			"copying 20260301T1..e4f53.json into the store: 50% of 2.0 MB  1.0 MB/s  1s left"},
		{store.Ahead{Doing: store.Reading, Path: "-", Done: 700}, 79, "reading -: 700 B"},
	} {
		if got := aheadLine(&store.Progress{Ahead: tt.ahead}, tt.width); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
	// The time that is left is that of all files.
	three := store.Progress{Bytes: 2e9, BytesTotal: 6e9, File: "logs/a.ndjson", FileBytes: 2e9,
		Ahead: store.Ahead{Doing: store.Comparing, Path: "logs/b.ndjson", Done: 500e6, All: 2e9, Spent: time.Second}}
	if got, want := aheadLine(&three, 79), "comparing b.ndjson with what is loaded: 25% of 2.00 GB  500.0 MB/s  7s left"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	three.File, three.FileBytes, three.Bytes = "logs/b.ndjson", 300e6, 2.3e9 // and of this one some was taken
	if got, want := leftBehind(&three), int64(3.5e9); got != want {
		t.Errorf("%d bytes left, want %d", got, want)
	}
}
