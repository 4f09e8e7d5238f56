package store

import (
	"context"
	"strings"
	"testing"
)

func TestVeil(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	if on, err := db.Veil(ctx); on || err != nil {
		t.Fatalf("a new store: veil %v, %v", on, err)
	}
	for _, want := range []bool{true, false, true} {
		if err := db.SetVeil(ctx, want); err != nil {
			t.Fatal(err)
		}
		if on, err := db.Veil(ctx); on != want || err != nil {
			t.Errorf("veil %v, %v, want %v", on, err, want)
		}
	}
	if err := db.Reveal(ctx, Revealed{Object: "event", Number: 7, What: "gen_ai.prompt"}, "  "); err == nil {
		t.Error("revealed without a reason")
	}
	if err := db.Reveal(ctx, Revealed{Object: "event", Number: 7, What: "gen_ai.prompt"}, "is it an injection?"); err != nil {
		t.Fatal(err)
	}
	entries, err := db.JournalSince(ctx, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	last := entries[len(entries)-1]
	if last.Action != "reveal" || last.Number != 7 || !strings.Contains(last.Payload, "is it an injection?") {
		t.Errorf("the journal ends with %+v", last)
	}
	if _, err := walkJournal(ctx, db.readers, nil); err != nil {
		t.Error(err)
	}
}
