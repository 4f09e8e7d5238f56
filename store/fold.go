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
// The log begins anew only when all of it was copied while nobody wrote, which beside a busy writer hardly ever happens. So that it
// does not grow with the load, the writer waits for that moment when the log has become long.
const (
	foldAfter = 32 << 20 / pageSize  // pages that have come when it is worth copying them
	foldWhole = 256 << 20 / pageSize // pages of a log that has become long
)

// folding copies the write-ahead log into the file beside a load.
type folding struct {
	db     *DB
	after  int
	whole  int
	handle *sql.DB       // nil before there was anything to copy
	copied chan struct{} // closed when the copying that was begun is over; nil for none
}

// foldBeside has the writer's commits leave the log to another handle.
func (db *DB) foldBeside(ctx context.Context) (*folding, error) {
	_, err := db.writer.ExecContext(ctx, "pragma wal_autocheckpoint=0")
	return &folding{db: db, after: foldAfter, whole: foldWhole}, db.trouble("begin to load", err)
}

// tend is called between the writer's transactions. That the log cannot be copied now, because others read what stands before it, is no
// fault: it grows, and the next time may do.
func (f *folding) tend(ctx context.Context) {
	length, copied := copyLog(ctx, f.db.writer, "noop")
	if length <= f.whole && (length-copied < f.after || f.running()) {
		return
	}
	f.wait()
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
	if length > f.whole {
		f.wait()
	}
}

func (f *folding) running() bool {
	select {
	case <-f.copied:
		return false
	default:
		return f.copied != nil
	}
}

func (f *folding) wait() {
	if f.copied != nil {
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
