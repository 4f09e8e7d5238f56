package store

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// An exception is a rule file that its alert's log tells of, and that goes and comes back with undo and redo.
func TestExceptionUndoRedo(t *testing.T) {
	db := fresh(t)
	ctx := context.Background()
	a := record3(t, db, hit(10, "ann", 1, 2))[0]
	files := func() int {
		t.Helper()
		all, err := db.RuleFiles(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	path, err := db.AddException(ctx, a.Rule, a.ID, "me: a test", []byte("[metadata]\n"))
	if err != nil || !strings.HasPrefix(path, "exceptions/"+a.Rule+"-") || files() != 1 {
		t.Fatalf("kept as %q, %v; %d files", path, err, files())
	}
	if _, err := db.AddException(ctx, a.Rule, a.ID, "me: again", []byte("[metadata]\n")); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("made twice: %v", err)
	}
	if c, err := db.Undo(ctx, 0); err != nil || c.Kind != "exception" || files() != 0 {
		t.Errorf("undone %+v, %v; %d files", c, err, files())
	}
	if _, err := db.Redo(ctx, 0); err != nil || files() != 1 {
		t.Errorf("redone: %v; %d files", err, files())
	}
	all, err := db.RuleFiles(ctx)
	if err != nil {
		t.Fatal(err)
	}
	me := db.actor.Name
	db.actor.Name = "colleague"
	err = db.RemoveRuleFile(ctx, all[0].ID)
	if db.actor.Name = me; err != nil {
		t.Fatal(err)
	}
	if _, err := db.Undo(ctx, 0); err == nil || !strings.Contains(err.Error(), "removed meanwhile") {
		t.Errorf("undone though it is gone: %v", err)
	}
}

// An exception that no alert gave reason for comes and goes with undo and redo as well, and what others undid of cases and alerts stays theirs.
func TestExceptionOfARuleUndoRedo(t *testing.T) {
	db := fresh(t)
	ctx := context.Background()
	files := func() int {
		t.Helper()
		all, err := db.RuleFiles(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	turn := func(of func(context.Context, int64) (Change, error), path string, want int) {
		t.Helper()
		if c, err := of(ctx, 0); err != nil || c.Kind != "exception" || c.Subject() != path || files() != want {
			t.Fatalf("turned %+v (%v); %d files, want %d", c, err, files(), want)
		}
	}
	c, err := db.NewCase(ctx, "who is ann?")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SetCase(ctx, c.ID, CaseState{Title: "who is bob?", Status: CaseOpen}, c.Version); err != nil {
		t.Fatal(err)
	}
	path, err := db.AddException(ctx, "r", 0, "me: a test", []byte("[metadata]\n"))
	if err != nil || files() != 1 {
		t.Fatalf("kept as %q, %v; %d files", path, err, files())
	}
	turn(db.Undo, path, 0)
	turn(db.Redo, path, 1)
	if err := db.RemoveException(ctx, path); err != nil || files() != 0 {
		t.Fatalf("not taken away: %v, %d files", err, files())
	}
	if err := db.RemoveException(ctx, path); !errors.Is(err, ErrNotFound) {
		t.Errorf("taken away twice: %v", err)
	}
	turn(db.Undo, path, 1) // the taking away
	turn(db.Undo, path, 0) // the making
	if done, err := db.Undo(ctx, 0); err != nil || done.Subject() != c.Name() {
		t.Errorf("undone %+v, %v; want the case", done, err)
	}
	if _, err := walkJournal(ctx, db.readers, nil); err != nil {
		t.Error(err)
	}
}
