package tui

import (
	"context"
	"testing"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
)

// An alert about nobody is related to those of its rule, and not to everybody's.
func TestRelativesOfNobody(t *testing.T) {
	a := busy(t)
	ctx := context.Background()
	rule := engine.Rule{ID: "quiet", Title: "Nobody works", Severity: engine.Low}
	var hits []engine.Hit
	for _, tick := range []int64{a.AsOf - 6*column.Hour, a.AsOf} {
		hits = append(hits, engine.Hit{Rule: rule.ID, Tick: tick, Window: engine.Window{From: tick - column.Hour, To: tick}})
	}
	if err := a.Store.Record(ctx, &rule, store.Run{Outcome: engine.OutcomeHit}, hits); err != nil {
		t.Fatal(err)
	}
	list, err := a.Store.Alerts(ctx, store.AlertFilter{Rule: rule.ID}, store.Cursor{}, 9)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d alerts of silence: %v", len(list), err)
	}
	got, err := a.relatives(ctx, &list[0], nil)
	if err != nil || len(got) != 1 || got[0].ID != list[1].ID || got[0].same != "rule" {
		t.Errorf("related are %+v, %v", got, err)
	}
}
