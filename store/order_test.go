package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// delivered is a record as one of its ways of delivery writes it.
func delivered(r *rand.Rand, record string) string {
	if !strings.Contains(record, `"ModelInvocationLog"`) {
		return record + "\n"
	}
	text, _ := json.Marshal(record)
	switch r.IntN(5) {
	case 0:
		return "2026-03-01T00:00:01.123Z " + record + "\n"
	case 1:
		return fmt.Sprintf(`{"events":[{"timestamp":1772323200000,"message":%s}]}`, text) + "\n"
	case 2:
		return fmt.Sprintf(`{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1772323200000,"message":%s}]}`, text) + "\n"
	case 3:
		return "[" + record + "]\r\n"
	}
	return record + "\n"
}

// TestAnalystsAgree lets several load the same records, each in an order, in files, in ways of delivery and in batches of their own, with
// some of them more than once: they all have the same events, and their accounts say what each has found twice.
func TestAnalystsAgree(t *testing.T) {
	t.Parallel()
	var records []string
	seen := map[string]bool{}
	add := func(text string) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && !seen[line] {
				seen[line] = true
				records = append(records, line)
			}
		}
	}
	add(lines(0, 400))
	for _, vendor := range []string{"azure", "openai"} {
		files, err := filepath.Glob(filepath.Join("event", "testdata", vendor, "*.jsonl"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no samples of %s, %v", vendor, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			add(string(text))
		}
	}
	// Each by itself: those that are one happening written in two ways are two in one file, and one in two.
	var alone []string
	for i, record := range records {
		alone = append(alone, write(t, filepath.Join(t.TempDir(), fmt.Sprint(i)), record))
	}
	first := fresh(t)
	a := load(t, first, alone...)
	var apart []string
	for i := range a.Files {
		if a.Files[i].Duplicate == 0 {
			apart = append(apart, records[i])
		}
	}
	records = apart
	want, events := digest(t, first), a.Total.Accepted
	if events < 400 || len(records) == len(alone) {
		t.Fatalf("%d of %d records, %+v", len(records), len(alone), a.Total)
	}
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		r := rand.New(rand.NewPCG(uint64(round), 7))
		files := make([]strings.Builder, 1+r.IntN(9))
		for _, i := range r.Perm(len(records)) {
			at := r.IntN(len(files))
			files[at].WriteString(delivered(r, records[i]))
			if other := (at + 1) % len(files); other != at && r.IntN(4) == 0 {
				files[other].WriteString(delivered(r, records[i]))
			}
		}
		db, dir := fresh(t), t.TempDir()
		var total Tally
		for i := range files {
			text := files[i].String()
			switch r.IntN(3) {
			case 0:
				text = gzipped(t, text)
			case 1:
				encoder, err := zstdEncoder()
				if err != nil {
					t.Fatal(err)
				}
				text = string(encoder.EncodeAll([]byte(text), nil))
			}
			a, err := db.Load(context.Background(), []string{write(t, filepath.Join(dir, fmt.Sprint(i)), text)}, LoadOptions{batch: 1 + r.IntN(300)})
			if err != nil {
				t.Fatal(err)
			}
			settled(t, a)
			total.Add(a.Total)
		}
		if got := digest(t, db); got != want {
			t.Errorf("round %d, %d files: %d events, want %d", round, len(files), total.Accepted, events)
		}
		if total.Accepted != events || total.Accepted+total.Duplicate+total.Quarantined+total.Blank+total.Skipped != total.Records {
			t.Errorf("round %d: %+v, want %d accepted", round, total, events)
		}
		checkAccounts(t, db)
	}
}
