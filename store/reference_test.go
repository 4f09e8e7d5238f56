package store

import (
	"context"
	"path/filepath"
	"testing"
)

// TestReferencesAreFoundBesideTheStore: logs that were loaded by a path from where the store lies are read wherever it is opened from.
func TestReferencesAreFoundBesideTheStore(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "calls.json"), lines(0, 3))
	t.Chdir(folder)
	db := open(t, filepath.Join(folder, "casebook.db"))
	load(t, db, "calls.json")
	for _, from := range []string{folder, t.TempDir()} {
		t.Chdir(from)
		raw, err := db.Raw(context.Background(), 1)
		if err != nil || !raw.Intact || raw.File != "calls.json" {
			t.Errorf("from %s: %+v (%v)", from, raw, err)
		}
	}
}
