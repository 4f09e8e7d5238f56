package store

import (
	"context"
	"errors"
	"testing"
)

func TestSavedViews(t *testing.T) {
	db, ctx := fresh(t), context.Background()
	for _, v := range []View{{Name: "triage", Screen: "alerts", Filter: "sev:low"}, {Name: "denied", Screen: "events", Filter: "error:*"},
		{Name: "triage", Screen: "alerts", Filter: "sev:high", Order: ByTime, Ascending: true}} {
		if err := db.SaveView(ctx, v); err != nil {
			t.Fatal(err)
		}
	}
	views, err := db.Views(ctx)
	if err != nil || len(views) != 2 || views[1].Filter != "sev:high" || views[1].Order != ByTime || !views[1].Ascending || views[1].Actor == "" {
		t.Errorf("views are %+v (%v)", views, err)
	}
	if err := db.DropView(ctx, "triage"); err != nil {
		t.Error(err)
	}
	if err := db.DropView(ctx, "triage"); !errors.Is(err, ErrNotFound) {
		t.Errorf("dropped twice: %v", err)
	}
	if _, err := walkJournal(ctx, db.readers, nil); err != nil {
		t.Error(err)
	}
}
