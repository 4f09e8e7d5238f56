package store

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
)

// The states of a file.
const (
	stateReading    = "reading"
	stateComplete   = "complete"
	stateIncomplete = "incomplete" // it broke off: what came before is loaded
	stateRefused    = "refused"
	stateUnreadable = "unreadable"
	stateKnown      = "known"
	stateBody       = "body"      // it is read with the record that names it
	stateReopened   = "reopened"  // it was refused, and its form is known now
	stateFollowing  = "following" // it grows, and is read on
)

// fileRow is a file as the store knows it.
type fileRow struct {
	id         int64
	load       int64 // the one that took it last
	path       []byte
	size       int64
	modified   int64
	device     int64
	inode      int64
	sha256     []byte
	state      string
	encoding   string
	checkpoint int64
	line       int64 // at the checkpoint; 0: records do not go on from there
	goes       string
	tally      Tally
}

const fileColumns = "id, load, path, size, modified, device, inode, sha256, state, encoding, checkpoint, resume_line, resume_form, expanded, records, accepted, duplicate, quarantined, blank, skipped, undated"

func scanFile(scan func(...any) error) (fileRow, error) {
	var f fileRow
	t := &f.tally
	err := scan(&f.id, &f.load, &f.path, &f.size, &f.modified, &f.device, &f.inode, &f.sha256, &f.state, &f.encoding, &f.checkpoint, &f.line, &f.goes, &t.Expanded,
		&t.Records, &t.Accepted, &t.Duplicate, &t.Quarantined, &t.Blank, &t.Skipped, &t.Undated)
	t.Bytes = f.size
	return f, err
}

func (db *DB) filesBySize(ctx context.Context, size int64, form string) ([]fileRow, error) {
	var files []fileRow
	err := each(ctx, db.readers, "select "+fileColumns+" from file where size = ? and form = ? and state not in (?, ?) order by id", []any{size, form, stateReopened, stateBody}, func(scan func(...any) error) error {
		f, err := scanFile(scan)
		files = append(files, f)
		return err
	})
	return files, db.trouble("look for a file", err)
}

func identity(info fs.FileInfo) (modified, device, inode int64) {
	if info == nil {
		return 0, 0, 0
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		device, inode = int64(s.Dev), int64(s.Ino)
	}
	return info.ModTime().UnixNano(), device, inode
}

// is tells whether a row is of this very file, unchanged.
func (f *fileRow) is(path string, info fs.FileInfo) bool {
	modified, device, inode := identity(info)
	return string(f.path) == path && f.size == info.Size() && f.modified == modified && f.device == device && f.inode == inode
}

// fileLeft is the file that an earlier load was stopped in; nil when there is none.
func (db *DB) fileLeft(ctx context.Context, path string, info fs.FileInfo, form string) (*fileRow, error) {
	var files []fileRow
	err := each(ctx, db.readers, "select "+fileColumns+" from file where path = ? and form = ? and state = 'reading' order by id", []any{[]byte(path), form}, func(scan func(...any) error) error {
		f, err := scanFile(scan)
		files = append(files, f)
		return err
	})
	for i := len(files) - 1; err == nil && i >= 0; i-- {
		var left bool
		if left, err = db.left(ctx, &files[i], path, info); left {
			return &files[i], err
		}
	}
	return nil, db.trouble("look for a file", err)
}

// left tells whether a row is of this very file, and of a load that is not at work any more. One that is reads it to its end.
func (db *DB) left(ctx context.Context, f *fileRow, path string, info fs.FileInfo) (bool, error) {
	if !f.is(path, info) {
		return false, nil
	}
	var reading bool
	var pid int
	if err := db.readers.QueryRowContext(ctx, "select state = ?, pid from load where id = ?", stateReading, f.load).Scan(&reading, &pid); err != nil {
		return false, err
	}
	// Of a process that is someone else's there is no more to know than that it lives.
	return !reading || pid == 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH), nil
}
