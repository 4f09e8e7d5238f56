package engine_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
)

// slow is a source that takes longer than any budget from its nth scan on.
type slow struct {
	exec.Source
	left int
}

func (s *slow) Scan(ctx context.Context, r exec.Request) (exec.Scanner, error) {
	if s.left--; s.left < 0 {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.Source.Scan(ctx, r)
}

// A replay that ran out of time goes on with what it says is left, and both together give what one would have, wherever it stopped.
func TestReplayGoesOn(t *testing.T) {
	events := someEvents(rand.New(rand.NewPCG(9, 9)), 5000)
	src := requestSource(events, 100)
	rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: "from requests | stats n = count() by user.id | where n > 2", Every: 10 * time.Minute, Lookback: 30 * time.Minute}
	span := engine.Window{From: events[0].time, To: events[len(events)-1].time + column.Second}
	var hits []engine.Hit
	take := func(h engine.Hit) error { hits = append(hits, h); return nil }
	whole, err := engine.Replay(context.Background(), rule, src, engine.ReplayOptions{Span: span}, take)
	if err != nil || len(whole.Left) > 0 || len(hits) == 0 {
		t.Fatalf("%v, %d hits, left %v", err, len(hits), whole.Left)
	}
	want := hits
	halves := 0
	for stop := range 12 {
		hits = nil
		slowly := &slow{src, stop}
		first, err := engine.Replay(context.Background(), rule, slowly, engine.ReplayOptions{Span: span, Budget: 20 * time.Millisecond}, take)
		if err != nil {
			t.Fatal(err)
		}
		if first.Outcome != engine.OutcomePartial {
			break
		}
		if some := len(hits); some > 0 && some < len(want) {
			halves++
		}
		second, err := engine.Replay(context.Background(), rule, src, engine.ReplayOptions{Span: span, Only: first.Left}, take)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, hits); diff != "" {
			t.Errorf("stopped at scan %d with %v left: %s", stop, first.Left, diff)
		}
		if first.Ticks+second.Ticks != whole.Ticks {
			t.Errorf("stopped at scan %d: %d runs and %d, not %d", stop, first.Ticks, second.Ticks, whole.Ticks)
		}
	}
	if halves == 0 {
		t.Error("it never stopped in the middle")
	}
}
