package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/exec"
)

// What is counted without reading events is what the engine counts when it reads them.
func TestTallies(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	dir := t.TempDir()
	db := open(t, filepath.Join(dir, "casebook.db"))
	begin := time.Date(2026, 3, 5, 2, 0, 0, 0, time.UTC)
	for file := range 6 {
		var log strings.Builder
		for i := range 60 + random.IntN(100) {
			log.WriteString(`{"EventVendor":"OpenAI","EventProduct":"OpenAI API Platform","EventType":"ChatCompletion","EventSchema":"AgentEvent","Type":"ASimAgentEventLogs"`)
			fmt.Fprintf(&log, `,"EventUid":"f%d-%d"`, file, i)
			for _, field := range []string{
				fmt.Sprintf(`"TimeGenerated":%q`, begin.Add(time.Duration(file*100+random.IntN(900))*time.Second).Format(time.RFC3339)),
				fmt.Sprintf(`"ModelName":"m%d"`, random.IntN(4)),
				fmt.Sprintf(`"InputTokensUsed":%d`, random.IntN(500)),
				`"EventFinishReasons":["stop"]`, `"EventFinishReasons":[]`,
				fmt.Sprintf(`"AdditionalFields":{"input_user":"u%d"}`, random.IntN(9)), `"AdditionalFields":null`,
			} {
				if file%2 == 0 && random.IntN(3) > 0 || file%2 == 1 && strings.HasPrefix(field, `"T`) {
					log.WriteString("," + field)
				}
			}
			log.WriteString("}\n")
		}
		load(t, db, write(t, filepath.Join(dir, fmt.Sprintf("%d.json", file)), log.String()))
	}
	ctx := context.Background()
	const table = "OpenAIChatCompletions"
	reading := struct{ exec.Source }{db} // which cannot count
	first := column.FromTime(begin)
	names := []string{"TimeGenerated", "ModelName", "InputTokensUsed", "EventFinishReasons", "AdditionalFields", "EventRequestId", "EventVendor"}
	for n := range 100 {
		from := first + int64(random.IntN(900))*column.Second
		to := from + int64(random.IntN(900))*column.Second
		whole := n%4 == 0 // of whole segments, what was counted when they were read is enough
		if whole {
			from, to = -1<<63, 1<<63-1
		}
		var groups [][]string
		for range random.IntN(4) {
			var group []string
			for range 1 + random.IntN(2) {
				group = append(group, names[random.IntN(len(names))])
			}
			groups = append(groups, group)
		}
		want, err := exec.Count(ctx, reading, table, "TimeGenerated", groups, from, to)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := db.Carrying(ctx, table, groups, from, to); err != nil || !cmp.Equal(want, *got) {
			t.Fatalf("%v in [%d, %d) (%v): -read +counted\n%s", groups, from, to, err, cmp.Diff(want, *got))
		}
		if whole {
			continue
		}
		moments, err := db.Moments(ctx, table, 5*column.Minute, from, to)
		if err != nil {
			t.Fatal(err)
		}
		for a := from / (5 * column.Minute) * 5 * column.Minute; a < to; a += 5 * column.Minute {
			lo, hi := max(a, from), min(a+5*column.Minute, to)
			want, err := exec.Count(ctx, reading, table, "TimeGenerated", nil, lo, hi)
			if err != nil {
				t.Fatal(err)
			}
			next, ok := moments.Next(lo)
			if got := moments.Count(lo, hi); got != want.Events || (got > 0) != (ok && next < hi) {
				t.Fatalf("[%d, %d) has %d events, and %d were counted; the next are at %d", lo, hi, want.Events, got, next)
			}
		}
	}
	if len(db.cache.blank) == 0 {
		t.Error("of no pack that was read is it known how many rows have no value")
	}
}
