package store

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"casebook/store/event"
)

// TestFeedGoesOn has the writer busy with the first piece of the first file: meanwhile the workers decode all the others to their ends.
func TestFeedGoesOn(t *testing.T) {
	dir := t.TempDir()
	const files = 10
	text := lines(0, 1000)
	for len(text) < 5<<18 { // two blocks
		text += text[:min(len(text), 5<<18-len(text))]
	}
	for i := range files {
		write(t, filepath.Join(dir, strconv.Itoa(i)+".json"), text)
	}
	decoded := make(chan struct{}, 100)
	db := fresh(t)
	f := feed{db: db, decoded: func([]event.Record) { decoded <- struct{}{} }}
	first := true
	err := f.run(context.Background(), db.candidates([]string{dir}, nil), func(piece) error {
		for i := 0; first && i < 2*files; i++ {
			select {
			case <-decoded:
			case <-time.After(20 * time.Second):
				t.Fatalf("%d blocks were decoded while the writer was busy; wanted all %d", i, 2*files)
			}
		}
		first = false
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
