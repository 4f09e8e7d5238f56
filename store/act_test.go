package store

import (
	"context"
	"errors"
	"testing"
)

// TestAnActIsUndoneWhole: what one key did to several things goes and comes together, and other acts stay.
func TestAnActIsUndoneWhole(t *testing.T) {
	db, _, alerts := caseOfTwo(t)
	ctx := context.Background()
	states := func(want ...Status) {
		t.Helper()
		for i, a := range alerts {
			if got, err := db.Alert(ctx, a.ID); err != nil || got.Status != want[i] {
				t.Errorf("alert %d is %s, want %s (%v)", a.ID, got.Status, want[i], err)
			}
		}
	}
	set := func(ctx context.Context, i int, status Status) {
		t.Helper()
		a, err := db.Alert(ctx, alerts[i].ID)
		if err == nil {
			_, err = db.SetState(ctx, a.ID, State{Status: status}, a.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	set(ctx, 0, Acknowledged)
	both := Act(ctx)
	set(both, 0, New)
	set(both, 1, Acknowledged)
	states(New, Acknowledged)
	c, err := db.Undo(ctx, 0)
	if err != nil || len(c.Others) != 1 || c.Alert != alerts[0].ID {
		t.Errorf("undone %+v (%v), want the first of two changes", c, err)
	}
	states(Acknowledged, New)
	if _, err := db.Redo(ctx, 0); err != nil {
		t.Fatal(err)
	}
	states(New, Acknowledged)
	if _, err := db.Undo(ctx, alerts[1].ID); err != nil { // of one of them: the whole act
		t.Fatal(err)
	}
	states(Acknowledged, New)
	if _, err := db.Undo(ctx, 0); err != nil {
		t.Fatal(err)
	}
	states(New, New)
	for range 2 {
		if _, err := db.Redo(ctx, 0); err != nil {
			t.Fatal(err)
		}
	}
	states(New, Acknowledged)

	// Where a colleague was at one of them, nothing is taken back.
	me := db.actor.Name
	db.actor.Name = "colleague"
	set(ctx, 0, Acknowledged)
	db.actor.Name = me
	if _, err := db.Undo(ctx, 0); !errors.Is(err, ErrChanged) {
		t.Errorf("undone over a colleague's change: %v", err)
	}
	states(Acknowledged, Acknowledged)
	if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v (%v)", v.Steps, err)
	}
}

// TestARedoFollowsItsUndo: what was undone before something else was done does not come back, though that is undone as well.
func TestARedoFollowsItsUndo(t *testing.T) {
	db, _, alerts := caseOfTwo(t)
	ctx := context.Background()
	undo := func() {
		t.Helper()
		if _, err := db.Undo(ctx, 0); err != nil {
			t.Fatal(err)
		}
	}
	set := func(i int, status Status, owner string) {
		t.Helper()
		a, err := db.Alert(ctx, alerts[i].ID)
		if err == nil {
			_, err = db.SetState(ctx, a.ID, State{Status: status, Owner: owner}, a.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	set(0, Acknowledged, "")
	undo()
	set(1, New, "bob")
	undo()
	c, err := db.Redo(ctx, 0)
	if err != nil || c.Alert != alerts[1].ID {
		t.Errorf("done again: %+v (%v), want the owner of the second alert", c, err)
	}
	if c, err := db.Redo(ctx, 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("done again as well: %+v (%v)", c, err)
	}
	// An act on two alerts of which a colleague changes one is not done again by half.
	both := Act(ctx)
	for _, alert := range alerts {
		if a, err := db.Alert(ctx, alert.ID); err != nil {
			t.Fatal(err)
		} else if _, err := db.SetState(both, a.ID, State{Status: Acknowledged}, a.Version); err != nil {
			t.Fatal(err)
		}
	}
	undo()
	me := db.actor.Name
	db.actor.Name = "colleague"
	set(0, Acknowledged, "")
	db.actor.Name = me
	if c, err := db.Redo(ctx, 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("half of an act was done again: %+v (%v)", c, err)
	}
	if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || !v.Sound() {
		t.Errorf("%+v (%v)", v.Steps, err)
	}
}
