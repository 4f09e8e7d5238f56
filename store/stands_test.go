package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestNothingIsWrittenIntoAFileThatIsGone: SQLite would go on writing to a file that was deleted or replaced, and nobody would know.
func TestNothingIsWrittenIntoAFileThatIsGone(t *testing.T) {
	for name, lose := range map[string]func(path string) error{
		"deleted": os.Remove,
		"moved":   func(path string) error { return os.Rename(path, path+".old") },
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, path := context.Background(), filepath.Join(t.TempDir(), "casebook.db")
			db, err := Open(path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.NewCase(ctx, "while it is there"); err != nil {
				t.Fatal(err)
			}
			if err := lose(path); err != nil {
				t.Fatal(err)
			}
			var trouble *Trouble
			if _, err := db.NewCase(ctx, "afterwards"); !errors.As(err, &trouble) || trouble.Kind != Missing {
				t.Errorf("a case was opened in it (%v)", err)
			}
			if err := db.Stands(); !errors.As(err, &trouble) {
				t.Errorf("whoever asks is not told (%v)", err)
			}
		})
	}
}
