package store

import (
	"context"
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
	path, err := db.AddException(ctx, a.ID, "me: a test", []byte("[metadata]\n"))
	if err != nil || !strings.HasPrefix(path, "exceptions/"+a.Rule+"-") || files() != 1 {
		t.Fatalf("kept as %q, %v; %d files", path, err, files())
	}
	if _, err := db.AddException(ctx, a.ID, "me: again", []byte("[metadata]\n")); err == nil || !strings.Contains(err.Error(), "there already") {
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
	if err := db.RemoveRuleFile(ctx, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Undo(ctx, 0); err == nil || !strings.Contains(err.Error(), "removed meanwhile") {
		t.Errorf("undone though it is gone: %v", err)
	}
}
