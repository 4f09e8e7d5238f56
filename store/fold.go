package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// What is committed stands in the write-ahead log first, and is copied into the file from there. Left to itself SQLite does that inside
// the writer's commits, which then wait for the disk three times instead of once. A load has a second handle do it beside the writer.
//
// The log begins anew only when all of it was copied and nobody wrote meanwhile. So the writer does not begin a transaction while it is
// copied, which is over by then as a rule: the log stays short, and the memory that the system keeps of it is used again.
const foldAfter = 32 << 20 / pageSize // pages that have come when it is worth copying them

// folding copies the write-ahead log into the file beside a load.
type folding struct {
	db     *DB
	after  int
	handle *sql.DB       // nil before there was anything to copy
	copied chan struct{} // closed when the copying that was begun is over; nil for none
}

// foldBeside has the writer's commits leave the log to another handle.
func (db *DB) foldBeside(ctx context.Context) (*folding, error) {
	_, err := db.writer.ExecContext(ctx, "pragma wal_autocheckpoint=0")
	return &folding{db: db, after: foldAfter}, db.trouble("begin to load", err)
}

// tend is called behind each of the writer's transactions. That the log cannot be copied now, because others read what stands before it,
// is no fault: it grows, and the next time may do.
func (f *folding) tend(ctx context.Context) {
	f.wait()
	if length, copied := copyLog(ctx, f.db.writer, "noop"); length-copied < f.after {
		return
	}
	if f.handle == nil {
		f.handle = sql.OpenDB(connector{dsn: dsn(f.db.path, writerSettings), setup: writerPragmas})
		f.handle.SetMaxOpenConns(1)
	}
	done := make(chan struct{})
	f.copied = done
	go func() {
		copyLog(ctx, f.handle, "passive")
		close(done)
	}()
}

// wait is called before each of the writer's transactions.
func (f *folding) wait() {
	if f != nil && f.copied != nil {
		<-f.copied
		f.copied = nil
	}
}

// end waits for what was begun and lets the writer look after the log again.
func (f *folding) end(ctx context.Context) error {
	f.wait()
	_, err := f.db.writer.ExecContext(ctx, fmt.Sprintf("pragma wal_autocheckpoint=%d", logPages))
	if f.handle != nil {
		err = errors.Join(err, f.handle.Close())
	}
	return f.db.trouble("end the load", err)
}

// copyLog copies what it can of the log, in a mode of SQLite's, and tells how many pages the log has and how many of them are copied.
func copyLog(ctx context.Context, handle *sql.DB, mode string) (length, copied int) {
	var busy int
	if err := handle.QueryRowContext(ctx, "pragma wal_checkpoint("+mode+")").Scan(&busy, &length, &copied); err != nil {
		return 0, 0
	}
	return length, copied
}
