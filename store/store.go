// Package store is casebook's one SQLite file: events in columns, the evidence they came from, alerts, and what
// analysts made of them.
//
// Who writes, and how. A DB has one handle that writes: its transactions begin immediately, so that two analysts who
// read and then write wait for each other instead of losing one of the two, and commits are synced in full, because
// a verdict that was shown as saved must survive a power cut. Everything else reads through a pool of handles that are
// opened read-only and cannot be talked into anything more: a query someone pasted from the web cannot change the evidence.
//
// What is kept of events. Events have no rows. A load sorts what it has gathered by time and writes it in segments: up to some
// ten thousand events of one source, and for each field of theirs one pack, the values one behind the other in as few bytes as
// they need. A million events are some thousand packs, which is why loading is not a matter of the database; a field that has few
// values takes a byte an event; a rule or a screen reads the fields it asks about and no others; and a segment whose times or words
// do not fit is passed over without being looked into. Packs are written in one transaction with the account of the files they
// came from, and are never changed.
//
// What is packed. Every field of the lists, and every field that a published rule over many events asks for; what is larger or rarer
// stays in the evidence. A dynamic field is a large text, of which rules ask for one property: each of its properties that is plain
// and has few values has a pack of its own (property.go), and a scan gives the field as rows that nobody has read, so that a rule that
// groups by AdditionalFields.input_user reads two bytes an event and none of the texts.
//
// How it is read. Every door (Scan for the engine, Events and Event for lists, Histogram, Summaries, Times) works on packs, the latest
// of which stay in memory: a page merges the segments that overlap in time, everything else goes through them one by one. What packs
// are made of is told in columns of SQL beside them, and the views event, minute and cell unfold them: anyone with a sqlite3 shell
// reads the events, slowly, without casebook.
//
// How a rule reads a month. A scan passes over segments by their times. Of each that is left the conditions of the rule are answered first, on
// the packed numbers (filter.go): one on words is a look into a table of the segment's words, one on numbers a comparison with what is
// stored, and where none of them can pass, no other pack is read. Only the rows that are left are unpacked, and each column is written
// where its rows stand in time (scan_order.go). How many events there are at all, and carry what a rule needs, is told from rollups by the minute and
// from nulls (tally.go). So what is in memory is a few segments and what the engine makes of a stretch of time, however much is loaded.
// Beside those it is a line a segment, of which merging leaves few, and the words. Ids of events that merging scattered are read as any field
// is (numbered.go).
//
// What packs do not hold is decoded from the evidence: every event knows its file, its place there and the hash of its bytes.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"casebook/engine"
)

// DB is an open store. It is safe for use by several goroutines.
type DB struct {
	path    string
	writer  *sql.DB // nil when opened read-only
	readers *sql.DB
	watch   *sql.Conn // sees the commits of others: PRAGMA data_version
	actor   Actor
	file    os.FileInfo // that was opened
	still   os.FileInfo // of a file that is taken not to change; see still.go
	// loading lets one load at a time run through this handle; other processes wait for each of its transactions only.
	loading sync.Mutex

	bodies  bodies
	words   wordCache
	tables  mappingCache
	cache   segmentCache
	rooms   rooms
	raws    rawCache
	lookups lookupCache
	seeking seeking
	lent    atomic.Pointer[[]engine.Function]
}

// ErrNotFound says that nothing has the id that was asked for.
var ErrNotFound = errors.New("not found")

// ErrChanged says that someone else changed it first; nothing was written.
var ErrChanged = errors.New("changed by someone else since it was read")

// Trouble is a store that cannot be opened or used, and what to do about it.
type Trouble struct {
	Kind TroubleKind
	Path string
	Text string // what was wanted and found, and what to do
	Err  error  // what lies behind it, if anything
}

// TroubleKind is what is wrong with a store.
type TroubleKind uint8

// The kinds of trouble.
const (
	Missing    TroubleKind = iota // there is no such file
	Foreign                       // a file, but not a store of casebook
	Newer                         // written by a newer casebook
	Older                         // needs a migration and is open read-only
	Unreleased                    // of a format that was never released
	Unreadable                    // permissions, or not a regular file
	Unwritable                    // it or its folder cannot be written
	Exposed                       // other users can read it
	Damaged                       // SQLite finds it corrupt, or its schema is not casebook's
	Full                          // no space left
	Busy                          // another process has held it for too long
	Unsafe                        // this build's SQLite has known faults, or the file system cannot lock
	Failed                        // anything else
)

func (t *Trouble) Error() string { return fmt.Sprintf("store %q: %s", t.Path, t.Text) }

// Unwrap is the fault behind it.
func (t *Trouble) Unwrap() error { return t.Err }

// Path is the file the store lives in.
func (db *DB) Path() string { return db.path }

// ReadOnly tells whether nothing can be written through this handle.
func (db *DB) ReadOnly() bool { return db.writer == nil }

// Close lets go of the file. The last one out folds the write-ahead log into it.
func (db *DB) Close() error {
	var faults []error
	if db.watch != nil {
		faults = append(faults, db.watch.Close())
	}
	faults = append(faults, db.readers.Close())
	if db.writer != nil {
		faults = append(faults, db.writer.Close())
	}
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("close store %q: %w", db.path, err)
	}
	return nil
}

// Version changes with every commit by anyone else's handle and by this one: screens compare it to know when to look again.
func (db *DB) Version(ctx context.Context) (int64, error) {
	var v int64
	if db.still != nil {
		return 1, db.stillStands()
	}
	if err := db.watch.QueryRowContext(ctx, "pragma data_version").Scan(&v); err != nil {
		return 0, db.trouble("look for changes", err)
	}
	return v, nil
}

// version is the one of the store that was looked at last.
type version struct {
	number int64
	some   bool
}

// unseen has learn read what is new in the store. Readers need not look when there was no commit since they did; a transaction sees more than
// was committed. What is learnt is for whoever asks next, too: it is not given up in between, and the driver need not watch over it.
func (db *DB) unseen(ctx context.Context, q querier, last *version, learn func(context.Context, querier) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if q != querier(db.readers) {
		*last = version{}
		return learn(ctx, q)
	}
	now, err := db.Version(ctx) // before it is read, so that what comes meanwhile is new the next time
	if err != nil || last.some && last.number == now {
		return err
	}
	err = learn(ctx, q)
	*last = version{now, err == nil}
	return err
}
