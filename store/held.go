package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// heldFile is where the bytes of a file are: in the store, or on the disk, where a file that is gone is read from one of its twins.
type heldFile struct {
	path     []byte // as it was given
	encoding string
	kept     bool  // there is a copy in the store,
	copy     int64 // which is that of this file
	at       string
}

// held says where the bytes of a file are.
func (db *DB) held(ctx context.Context, file int64) (h heldFile, err error) {
	var size int64
	var sum []byte
	err = db.readers.QueryRowContext(ctx, "select path, encoding, size, sha256, exists (select 1 from evidence where file = f.id) from file f where id = ?", file).
		Scan(&h.path, &h.encoding, &size, &sum, &h.kept)
	h.copy, h.at = file, string(h.path)
	if err != nil || h.kept || sum == nil || db.atHand(h.at, size) {
		return h, err
	}
	err = each(ctx, db.readers, "select id, path, exists (select 1 from evidence where file = f.id) from file f where sha256 = ? and id <> ? order by id", []any{sum, file}, func(scan func(...any) error) error {
		var twin heldFile
		if err := scan(&twin.copy, &twin.path, &twin.kept); err != nil {
			return err
		}
		if !twin.kept && !db.atHand(string(twin.path), size) {
			return nil
		}
		h.kept, h.copy, h.at = twin.kept, twin.copy, string(twin.path)
		return errEnough
	})
	return h, err
}

// atHand tells whether a file of some size is where a file was.
func (db *DB) atHand(path string, size int64) bool {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && !filepath.IsAbs(path) {
		info, err = os.Stat(db.beside(path))
	}
	return err == nil && info.Mode().IsRegular() && info.Size() == size
}

// beside is where a path that was given from somewhere may lead to as well: logs and store lie together, and the store is known from anywhere.
func (db *DB) beside(path string) string { return filepath.Join(filepath.Dir(db.Path()), path) }

func (db *DB) openEvidence(ctx context.Context, h *heldFile) (io.Reader, func() error, error) {
	if h.kept {
		return &keptFile{ctx: ctx, db: db, file: h.copy}, func() error { return nil }, nil
	}
	file, err := db.referred(h.at)
	if err != nil {
		return nil, nil, err
	}
	return file, file.Close, nil
}

// referred opens a file that is kept by reference.
func (db *DB) referred(path string) (*os.File, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && !filepath.IsAbs(path) {
		if beside, err := os.Open(db.beside(path)); err == nil {
			return beside, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w (it is kept by reference only; \"load --keep\" copies evidence into the store)", err)
	}
	return file, nil
}
