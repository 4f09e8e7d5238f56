package store

import (
	"context"
	"os"
	"testing"
)

// TestFold writes much more than the log may hold: it is copied into the file beside the writer, and begins anew again and again. While
// someone reads what was there before it can only grow, and nothing waits.
func TestFold(t *testing.T) {
	ctx := context.Background()
	db := fresh(t)
	f, err := db.foldBeside(ctx)
	if err != nil {
		t.Fatal(err)
	}
	f.after = 8
	write := func(pages int) {
		t.Helper()
		for range pages / 16 {
			f.wait()
			if err := db.write(ctx, "write", func(tx *Tx) error {
				_, err := tx.exec("insert into rule_file (path, text, sha256, added, actor) values (randomblob(16), zeroblob(?), x'', 0, '')", 16*pageSize)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			f.tend(ctx)
		}
	}
	size := func() int64 {
		t.Helper()
		info, err := os.Stat(db.path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size() / pageSize
	}
	write(1600)
	if n := size(); n > 128 {
		t.Errorf("after 1,600 pages the log has %d; wanted it to begin anew after each 16", n)
	}
	if info, err := os.Stat(db.path); err != nil || info.Size() < 1500*pageSize {
		t.Errorf("the file has %d pages, %v; wanted most of them copied", info.Size()/pageSize, err)
	}

	reader, err := db.readers.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	var before, after int
	if err := reader.QueryRow("select count(*) from rule_file").Scan(&before); err != nil {
		t.Fatal(err)
	}
	write(320)
	if err := reader.QueryRow("select count(*) from rule_file").Scan(&after); err != nil || before != after {
		t.Errorf("a reader saw %d rows and then %d, %v", before, after, err)
	}
	if n := size(); n < 320 {
		t.Errorf("the log has %d pages; wanted all that came since someone began to read", n)
	}
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := f.end(ctx); err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := db.writer.QueryRow("pragma wal_autocheckpoint").Scan(&pages); err != nil || pages != logPages {
		t.Errorf("the writer copies the log after %d pages again, %v; wanted %d", pages, err, logPages)
	}
}
