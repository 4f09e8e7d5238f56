package engine_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
)

// A replay warns of every group of every window, of those too that are smaller than the rule wants.
func TestReplayWarnsOfSmallGroups(t *testing.T) {
	events := someEvents(rand.New(rand.NewPCG(3, 3)), 400)
	for _, c := range []struct {
		stages string
		least  int // events of a group that is warned of
	}{
		{"stats n = count(), t = sum(tokens) by user.id | eval x = t / (n - n)", 1},
		{"eval many = 9000000000000000000 | stats n = count(), t = sum(many) by user.id", 2},
		{"eval many = case(tokens >= 0, 9000000000000000000, 0) | stats n = count(), t = sum(many) by user.id", 2},
	} {
		groups := 0
		wantHits(events, int64(10*column.Minute), int64(column.Hour), func(_ int64, window []request) []string {
			users := map[string]int{}
			for _, e := range window {
				if users[e.user]++; users[e.user] == c.least {
					groups++
				}
			}
			return nil
		})
		rule := &engine.Rule{ID: "r", Language: engine.ESQL, Every: 10 * time.Minute, Lookback: time.Hour,
			Query: "from requests | " + c.stages + " | where n > 100"}
		span := engine.Window{From: events[0].time, To: events[len(events)-1].time + 1}
		report, err := engine.Replay(context.Background(), rule, requestSource(events, 50), engine.ReplayOptions{Span: span}, func(engine.Hit) error { return nil })
		if err != nil || report.Outcome != engine.OutcomeClean {
			t.Fatalf("%s: ended %v, %v", c.stages, report, err)
		}
		if len(report.Warnings) != 2 {
			t.Fatalf("%s: warned of %v, wanted what failed and why", c.stages, report.Warnings)
		}
		for _, w := range report.Warnings {
			if w.Count != groups {
				t.Errorf("%s: warned %d times of %q, of %d groups in all windows", c.stages, w.Count, w.Text, groups)
			}
		}
	}
}
