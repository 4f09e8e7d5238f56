package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/exec"
)

// shuffled is a store of segments each of which spans the whole of a day, as logs leave them that were loaded in no order of time.
func shuffled(t *testing.T, segments, rows int) (db *DB, begin int64) {
	random := rand.New(rand.NewPCG(5, 6))
	dir := t.TempDir()
	db = open(t, filepath.Join(dir, "casebook.db"))
	day := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	for file := range segments {
		var log strings.Builder
		for i := range rows {
			at := day.Add(time.Duration(random.IntN(24*60*12)) * 5 * time.Second).Format(time.RFC3339)
			id := fmt.Sprintf("f%d-%d", file, i)
			fmt.Fprintf(&log, `{"TimeGenerated":%q,"EventVendor":"OpenAI","EventProduct":"OpenAI API Platform","EventType":"ChatCompletion","EventSchema":"AgentEvent","ModelName":"m%d",`+
				`"EventUid":%q,"EventRequestId":%q,"InputTokensUsed":%d,"AdditionalFields":{"n":%d},"Type":"ASimAgentEventLogs"`, at, random.IntN(4), id, id, random.IntN(500), i%50)
			if random.IntN(2) == 0 {
				fmt.Fprintf(&log, `,"EventFinishReasons":["r%d","stop"]`, i)
			}
			log.WriteString("}\n")
		}
		load(t, db, write(t, filepath.Join(dir, fmt.Sprintf("%d.json", file)), log.String()))
	}
	return db, column.FromTime(day)
}

// held is how many bytes a scan holds of the segments it has open.
func held(s *scanner) (bytes int) {
	for _, o := range s.open {
		bytes += 8*cap(o.times) + 4*cap(o.rows)
		for _, p := range o.packs {
			if p != nil {
				bytes += p.size()
			}
		}
	}
	return bytes
}

// A scan of an hour holds that hour of each segment, and not the day.
func TestScanHoldsItsTime(t *testing.T) {
	const segments, rows = 12, 2400
	db, begin := shuffled(t, segments, rows)
	for _, where := range [][]exec.Predicate{nil, {{Column: "ModelName", Op: exec.Equal, Value: "m1"}}} {
		all, err := db.Scan(context.Background(), exec.Request{Table: "OpenAIChatCompletions", Columns: []string{"TimeGenerated", "ModelName", "InputTokensUsed", "EventFinishReasons", "EventRequestId"},
			From: begin + 5*column.Hour, To: begin + 6*column.Hour, Where: where})
		if err != nil {
			t.Fatal(err)
		}
		s, most, given := all.(*scanner), 0, 0
		for {
			b, err := s.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			most, given = max(most, held(s)), given+b.Len
		}
		// A row takes its time, its place and some columns, and a pack some bytes of its own.
		if most > given*100+segments*5*250 || given == 0 {
			t.Errorf("%d bytes held for %d rows of %d", most, given, segments*rows)
		}
	}
}

// Segments that lie over one another are read part by part, and give the same rows as whole ones.
func TestScanInParts(t *testing.T) {
	const segments, rows = 6, 800
	db, begin := shuffled(t, segments, rows)
	undated := `{"EventVendor":"OpenAI","EventProduct":"OpenAI API Platform","EventType":"ChatCompletion","EventSchema":"AgentEvent","EventUid":"u%d","Type":"ASimAgentEventLogs"}` + "\n"
	load(t, db, write(t, filepath.Join(t.TempDir(), "undated.json"), fmt.Sprintf(undated, 1)+fmt.Sprintf(undated, 2)))
	columns := []string{"TimeGenerated", "ModelName", "InputTokensUsed", "EventFinishReasons", "EventRequestId", "AdditionalFields"}
	for _, r := range []exec.Request{
		{From: -1 << 63, To: 1<<63 - 1},
		{From: begin + 2*column.Hour, To: begin + 17*column.Hour, Fleeting: true},
		{From: begin, To: begin + 20*column.Hour, Where: []exec.Predicate{{Column: "ModelName", Op: exec.Equal, Value: "m1"}}},
		{From: begin, To: begin + 20*column.Hour, Where: []exec.Predicate{{Column: "InputTokensUsed", Op: exec.Less, Value: int64(5)}}},
	} {
		r.Table, r.Columns = "OpenAIChatCompletions", columns
		whole, ids := readAll(t, db, r)
		for _, share := range []int{1, 7, 100} {
			parted := &partedSource{db, share, 0}
			rows, their := readAll(t, parted, r)
			if diff := cmp.Diff(whole, rows) + cmp.Diff(ids, their); diff != "" || len(rows) == 0 {
				t.Fatalf("%d rows, in parts of %d: -whole +parts\n%.2000s", len(whole), share, diff)
			}
			if most := (segments + 1) * (2*share + 6); parted.most > most {
				t.Errorf("in parts of %d at most %d rows are held, of %d", share, parted.most, most)
			}
		}
	}
}

// partedSource reads segments in parts of about so many rows, and knows how many it held at the most.
type partedSource struct {
	*DB
	share, most int
}

func (p *partedSource) Scan(ctx context.Context, r exec.Request) (exec.Scanner, error) {
	s, err := p.DB.Scan(ctx, r)
	if err == nil {
		s.(*scanner).share = p.share
		s = &partedScan{s.(*scanner), p}
	}
	return s, err
}

type partedScan struct {
	*scanner
	of *partedSource
}

func (s *partedScan) Next() (*column.Batch, error) {
	b, err := s.scanner.Next()
	held := 0
	for _, o := range s.open {
		held += len(o.times)
	}
	s.of.most = max(s.of.most, held)
	return b, err
}
