package engine_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/syntax"
)

// A budget or a limit makes an answer partial; the caller's own cancelling is the caller's.
func TestBudget(t *testing.T) {
	events := someEvents(rand.New(rand.NewPCG(1, 1)), 400)
	src := requestSource(events, 50)
	q, err := engine.Parse(context.Background(), engine.ESQL, syntax.NewFile("query", `from requests | stats n = count() by @timestamp`), src, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := engine.Run(context.Background(), q, src, engine.Options{Budget: time.Nanosecond}); !engine.Partial(err) {
		t.Errorf("over its budget it ended with %v", err)
	}
	if _, err := engine.Run(context.Background(), q, src, engine.Options{Limits: function.Limits{Groups: 3}}); !engine.Partial(err) {
		t.Errorf("over its groups it ended with %v", err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := engine.Run(cancelled, q, src, engine.Options{Budget: time.Hour}); !errors.Is(err, context.Canceled) || engine.Partial(err) {
		t.Errorf("cancelled it ended with %v", err)
	}

	rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: q.File.Text, Every: time.Hour, Lookback: time.Hour}
	span := engine.Window{From: events[0].time, To: events[len(events)-1].time + column.Second}
	none := func(engine.Hit) error { return nil }
	for name, opt := range map[string]engine.ReplayOptions{
		"budget": {Span: span, Budget: time.Nanosecond}, "groups": {Span: span, Limits: function.Limits{Groups: 1}},
	} {
		report, err := engine.Replay(context.Background(), rule, src, opt, none)
		if err != nil || report.Outcome != engine.OutcomePartial || report.Reason == "" {
			t.Errorf("%s: ended %s (%s), %v", name, report.Outcome, report.Reason, err)
		}
	}
	if _, err := engine.Replay(cancelled, rule, src, engine.ReplayOptions{Span: span}, none); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled replay ended with %v", err)
	}
	stop := errors.New("enough")
	if _, err := engine.Replay(context.Background(), rule, src, engine.ReplayOptions{Span: span}, func(engine.Hit) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("stopped by its caller, a replay ended with %v", err)
	}
}
