package store

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"strconv"
)

// A store on a read-only medium, or in a folder that is someone else's. SQLite reads beside those who write with the help of a log and a map
// of it, which it cannot make there; so it is told that the file does not change, and whoever reads is told when it did.

// standStill opens the readers anew for a file beside which nothing can be written, and has look look at it.
func (db *DB) standStill(look func() error) error {
	if db.writer != nil {
		return unwritable(db.path)
	}
	if log, err := os.Stat(db.path + "-wal"); err == nil && log.Size() > 0 {
		return &Trouble{Kind: Unwritable, Path: db.path, Text: "was left with changes that stand beside it only, in " + strconv.Quote(log.Name()) +
			", and nothing can be written here to take them in: copy both files to a folder of yours and open it there"}
	}
	info, err := os.Stat(db.path)
	if err != nil {
		return &Trouble{Kind: Unreadable, Path: db.path, Text: "cannot be looked at: " + reason(err), Err: err}
	}
	settings := maps.Clone(readerSettings)
	settings.Set("immutable", "1")
	before := db.readers
	db.readers, db.still = openReaders(db.path, settings), info
	if err := before.Close(); err != nil {
		return err
	}
	return look()
}

func unwritable(path string) error {
	return &Trouble{Kind: Unwritable, Path: path, Text: "cannot be written, or its folder cannot; what only reads works here. To add to it, copy it to a folder of yours"}
}

// Still tells whether the store stands where nothing can be written, and is taken not to change.
func (db *DB) Still() bool { return db.still != nil }

// Stands is trouble where the file that was opened is not at its path any more: SQLite goes on writing to it, and nobody could ever open what
// it writes.
func (db *DB) Stands() error {
	info, err := os.Stat(db.path)
	if err == nil && os.SameFile(info, db.file) || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return &Trouble{Kind: Missing, Path: db.path, Err: err,
		Text: "is not there any more, or not the file that was opened: it was deleted, moved or replaced. Nothing more is written; quit, put it back and open it again"}
}

// stillStands is trouble when a file that was taken not to change has changed: what was read of it since may be wrong.
func (db *DB) stillStands() error {
	info, err := os.Stat(db.path)
	if err == nil && os.SameFile(info, db.still) && info.Size() == db.still.Size() && info.ModTime().Equal(db.still.ModTime()) {
		return nil
	}
	return &Trouble{Kind: Failed, Path: db.path, Text: "was changed by someone while it was read where nothing can be written: open it again", Err: err}
}
