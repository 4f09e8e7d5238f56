package store

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// large is a gzip file of several dozen mebibytes of records that do not pack well.
func large(t *testing.T, n int) (path string) {
	t.Helper()
	r := rand.New(rand.NewSource(5))
	var text strings.Builder
	for i := range n {
		noise := make([]byte, 400)
		for j := range noise {
			noise[j] = "abcdefghijklmnopqrstuvwxyz ABCDEF"[r.Intn(33)]
		}
		text.WriteString(strings.Replace(record(i, fmt.Sprintf("u%d", i%5), ""), "question", string(noise), 1) + "\n")
	}
	return write(t, filepath.Join(t.TempDir(), "large.json.gz"), gzipped(t, text.String()))
}

// TestRawOfLarge reads records from all over a large gzip file, kept by reference and kept whole.
func TestRawOfLarge(t *testing.T) {
	path := large(t, 30_000)
	if info, err := os.Stat(path); err != nil || info.Size() < smallFile {
		t.Fatalf("%d bytes are a small file", info.Size())
	}
	for _, keep := range []bool{false, true} {
		db := fresh(t)
		if _, err := db.Load(context.Background(), []string{path}, LoadOptions{Keep: keep}); err != nil {
			t.Fatal(err)
		}
		var marks int
		if err := db.readers.QueryRow("select count(*) from mark").Scan(&marks); err != nil || marks < 6 {
			t.Fatalf("%d marks, %v", marks, err)
		}
		rows, err := db.Events(context.Background(), EventFilter{}, Place{}, 30_000, false)
		if err != nil || len(rows) != 30_000 {
			t.Fatalf("%d events, %v", len(rows), err)
		}
		for i := 0; i < len(rows); i += 277 {
			db.raws = rawCache{}
			raw, err := db.Raw(context.Background(), rows[i].ID)
			if err != nil || !raw.Intact || raw.Kept != keep || !strings.Contains(string(raw.Bytes), fmt.Sprintf("-8000-%012d", i)) {
				t.Fatalf("event %d, kept %v: %v", i, keep, err)
			}
		}
		for i := len(rows) - 100; i < len(rows); i++ {
			if raw, err := db.Raw(context.Background(), rows[i].ID); err != nil || !raw.Intact {
				t.Fatalf("event %d, kept %v: %v", i, keep, err)
			}
		}
	}
}
