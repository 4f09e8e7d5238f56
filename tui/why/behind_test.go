package why

import (
	"context"
	"strings"
	"testing"
	"time"

	"casebook/engine"
	"casebook/guides"
	"casebook/store"
)

// TestBehind: an alert explains itself by the rule as it was, whatever became of the rule.
func TestBehind(t *testing.T) {
	ctx := context.Background()
	db := desk(t, denials{"ann", 10 * time.Hour, 9})
	all, err := guides.Library()
	if err != nil {
		t.Fatal(err)
	}
	var loaded *guides.Detection
	for _, d := range all {
		if d.Rule.ID == "bedrock-denied-models" {
			loaded = d
		}
	}
	from, to, _, err := db.Span(ctx)
	if err != nil {
		t.Fatal(err)
	}
	hit := strongest(t, db, &loaded.Rule, "ann")
	if err := db.Record(ctx, &loaded.Rule, store.Run{Rule: loaded.Rule.ID, AsOf: to, Span: engine.Window{From: from, To: to}, Outcome: engine.OutcomeHit}, []engine.Hit{*hit}); err != nil {
		t.Fatal(err)
	}
	alerts, err := db.Alerts(ctx, store.AlertFilter{}, store.Cursor{}, 1)
	if err != nil || len(alerts) != 1 {
		t.Fatalf("%d alerts (%v)", len(alerts), err)
	}
	edited := *loaded
	edited.Rule.Query = strings.Replace(loaded.Rule.Query, "> 3", "> 30", 1)
	edited.Rule.Text = strings.Replace(loaded.Rule.Text, "> 3", "> 30", 1)
	for _, tt := range []struct {
		name   string
		loaded *guides.Detection
		edited bool
	}{{"the same", loaded, false}, {"edited", &edited, true}, {"gone", nil, false}} {
		d, was, err := Behind(ctx, db, tt.loaded, &alerts[0])
		if err != nil || d == nil || was != tt.edited || d.Rule.Query != loaded.Rule.Query || len(d.Guide.Steps()) == 0 {
			t.Errorf("%s: %v %+v (%v)", tt.name, was, d, err)
		}
	}
}
