package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// large is a text of several dozen mebibytes of records that do not pack well.
func large(n int) string {
	r := rand.New(rand.NewSource(5))
	var text strings.Builder
	noise := make([]byte, 400)
	for i := range n {
		for j := range noise {
			noise[j] = "abcdefghijklmnopqrstuvwxyz ABCDEF"[r.Intn(33)]
		}
		text.WriteString(strings.Replace(record(i, fmt.Sprintf("u%d", i%5), ""), "question", string(noise), 1) + "\n")
	}
	return text.String()
}

// as is a text packed step by step, once it is asked for.
func as(text string, steps ...func(string) string) func() string {
	return func() string {
		for _, step := range steps {
			text = step(text)
		}
		return text
	}
}

// TestRawOfLarge reads records from all over a large file, in every packing, kept by reference and kept whole: only what lies near a record
// is expanded for it.
func TestRawOfLarge(t *testing.T) {
	t.Parallel()
	const n = 30_000
	text := large(n)
	list := "[" + strings.ReplaceAll(strings.TrimSpace(text), "\n", ",") + "]"
	frames := func(size int) func(string) string {
		return func(text string) string {
			encoder, err := zstdEncoder()
			if err != nil {
				t.Fatal(err)
			}
			var all []byte
			for piece := range slices.Chunk([]byte(text), size) {
				all = encoder.EncodeAll(piece, all)
				all = append(all, "\x50\x2a\x4d\x18\x04\x00\x00\x00skip"...) // a frame that says nothing
			}
			return string(all)
		}
	}
	one := func(text string) string { return frames(len(text))(text) }
	gzip := func(text string) string { return gzipped(t, text) }
	for name, pack := range map[string]func() string{
		"gzip": as(text, gzip), "zstd": as(text, one), "zstd of frames": as(text, frames(1<<20)), "zstd of long frames": as(text, frames(11<<20)),
		"utf-16": as(text, wide(binary.BigEndian, true)), "zstd of utf-16": as(text, wide(binary.LittleEndian, true), one), "gzip of utf-16": as(text, wide(binary.LittleEndian, true), gzip),
		"list": as(list), "gzip of a list": as(list, gzip), "zstd of a list": as(list, one),
	} {
		if testing.Short() && !slices.Contains([]string{"gzip", "zstd of long frames", "utf-16", "zstd of a list"}, name) {
			continue // the others are read without -short only
		}
		t.Run(name, func(t *testing.T) {
			packed := pack()
			path := write(t, filepath.Join(t.TempDir(), "large"), packed)
			if len(packed) < smallFile {
				t.Fatalf("%d bytes are a small file", len(packed))
			}
			keep := strings.HasPrefix(name, "zstd")
			db := fresh(t)
			if _, err := db.Load(context.Background(), []string{path}, LoadOptions{Keep: keep}); err != nil {
				t.Fatal(err)
			}
			var stretches int64
			if err := db.readers.QueryRow("select coalesce(sum(length(bytes)), 0) from stretch").Scan(&stretches); err != nil {
				t.Fatal(err)
			}
			// Nothing is kept of what can be entered anywhere, but where a block is longer than marks are apart.
			if slices.Contains([]string{"zstd of frames", "utf-16", "gzip", "list"}, name) && stretches > 0 {
				t.Errorf("%d bytes are kept beside the file", stretches)
			}
			rows, err := db.Events(context.Background(), EventFilter{}, Place{}, n, false)
			if err != nil || len(rows) != n {
				t.Fatalf("%d events, %v", len(rows), err)
			}
			for i := 0; i < len(rows); i += 997 {
				db.raws = rawCache{}
				raw, err := db.Raw(context.Background(), rows[i].ID)
				if err != nil || !raw.Intact || raw.Kept != keep || !strings.Contains(string(raw.Bytes), fmt.Sprintf("-8000-%012d", i)) {
					t.Fatalf("event %d: %+v %v", i, raw, err)
				}
				if db.raws.bytes > 4*stretchFrom {
					t.Fatalf("%d bytes were expanded for event %d", db.raws.bytes, i)
				}
			}
			for i := len(rows) - 30; i < len(rows); i++ {
				if raw, err := db.Raw(context.Background(), rows[i].ID); err != nil || !raw.Intact {
					t.Fatalf("event %d: %v", i, err)
				}
			}
		})
	}
}

// TestRawOfDeep reads records from all over small files that expand to much, which the store keeps byte for byte: only what lies near a
// record is expanded for it.
func TestRawOfDeep(t *testing.T) {
	const n = 30_000
	var text strings.Builder
	for i := range n {
		text.WriteString(strings.Replace(record(i, "kim", ""), "question", strings.Repeat("the same question again ", 20), 1) + "\n")
	}
	encoder, err := zstdEncoder()
	if err != nil {
		t.Fatal(err)
	}
	gzip := func(text string) string { return gzipped(t, text) }
	zstd := func(text string) string { return string(encoder.EncodeAll([]byte(text), nil)) }
	for name, pack := range map[string]func() string{
		"gzip": as(text.String(), gzip), "zstd": as(text.String(), zstd), "gzip of utf-16": as(text.String(), wide(binary.LittleEndian, true), gzip),
	} {
		if testing.Short() && name != "zstd" {
			continue // the others are read without -short only
		}
		t.Run(name, func(t *testing.T) {
			packed := pack()
			if len(packed) > smallFile {
				t.Fatalf("%d bytes are no small file", len(packed))
			}
			db := fresh(t)
			path := write(t, filepath.Join(t.TempDir(), "deep"), packed)
			load(t, db, path)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			var kept string
			if err := db.readers.QueryRow("select bytes from evidence where packing = ''").Scan(&kept); err != nil || kept != packed {
				t.Fatalf("%d bytes are kept as they came, %v", len(kept), err)
			}
			rows, err := db.Events(context.Background(), EventFilter{}, Place{}, n, false)
			if err != nil || len(rows) != n {
				t.Fatalf("%d events, %v", len(rows), err)
			}
			for i := 0; i < n; i += 2999 {
				db.raws = rawCache{}
				raw, err := db.Raw(context.Background(), rows[i].ID)
				if err != nil || !raw.Intact || !strings.Contains(string(raw.Bytes), fmt.Sprintf("-8000-%012d", i)) {
					t.Fatalf("event %d: %+v %v", i, raw, err)
				}
				if db.raws.bytes > 4*stretchFrom {
					t.Fatalf("%d bytes were expanded for event %d", db.raws.bytes, i)
				}
			}
		})
	}
}
