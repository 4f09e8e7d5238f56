package event

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// shared is the path of a sample log that is not ours to keep here. The test is skipped where it is absent.
func shared(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
	}
	path := filepath.Join(dir, "..", "shared", "logs", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the sample %s is not here: put the shared folder beside the repository to run this", name)
	}
	return path
}

// read decodes a stream, and checks that the spans tile it.
func read(t testing.TB, data []byte, how Reading) []Record {
	t.Helper()
	reader, err := NewReader(bytes.NewReader(data), how)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	records, err := readAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	tile(t, records)
	return records
}

func readAll(reader *Reader) ([]Record, error) {
	var records []Record
	for {
		var d Decoder // of its own for each block: all records are kept
		b, err := reader.Next()
		if err != nil {
			return records, ended(err)
		}
		records = d.Decode(b, records)
	}
}

func tile(t testing.TB, records []Record) {
	t.Helper()
	at := int64(0)
	for i, r := range records {
		if r.Offset != at || r.Length < 0 {
			t.Fatalf("record %d covers %d+%d, want it to begin at %d", i, r.Offset, r.Length, at)
		}
		if r.At < r.Offset && r.Kind != Frame && r.Kind != Blank || r.At+r.Size > r.Offset+r.Length {
			t.Fatalf("record %d stands at %d+%d, outside its span %d+%d", i, r.At, r.Size, r.Offset, r.Length)
		}
		at += r.Length
	}
}

func readFile(t testing.TB, path string) []Record {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, data, Reading{})
}

func of(records []Record, kind Kind) []Record {
	var some []Record
	for _, r := range records {
		if r.Kind == kind {
			some = append(some, r)
		}
	}
	return some
}
