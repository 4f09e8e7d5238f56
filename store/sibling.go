package store

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"casebook/store/event"
)

// siblings finds the bodies that Bedrock writes into objects of their own: in the store, which may have them from another folder than that
// of the record, since the same call is told in CloudWatch too; beside the file of the record; and among the files of the load that reads
// the record.
type siblings struct {
	ctx    context.Context
	db     *DB
	folder string
	among  map[string]string // names to paths
}

func (db *DB) siblings(ctx context.Context, path string) event.Siblings {
	return siblings{ctx: ctx, db: db, folder: filepath.Dir(path)}
}

func (f *feed) siblings(path string) event.Siblings {
	return siblings{f.ctx, f.db, filepath.Dir(path), f.bodies}
}

// maxBody is the most that a body in an object of its own may expand to.
const maxBody = 64 << 20

// Sibling reads the object of an address. Of the address only the last part counts, so that a record cannot make casebook read anything
// but bodies that were loaded, and files inside the record's folder.
func (s siblings) Sibling(address string) ([]byte, bool) {
	if content, ok := s.db.body(s.ctx, event.BodyName(address)); ok {
		return content, true
	}
	if content, ok := s.beside(event.SiblingNames(address)); ok {
		return content, true
	}
	if path, ok := s.among[event.BodyName(address)]; ok {
		file, err := openRegular(path)
		if err != nil {
			return nil, false
		}
		defer file.Close()
		return expandBody(file)
	}
	return nil, false
}

// beside looks for an object in the record's folder.
func (s siblings) beside(names []string) ([]byte, bool) {
	if len(names) == 0 {
		return nil, false
	}
	root, err := os.OpenRoot(s.folder)
	if err != nil {
		return nil, false
	}
	defer root.Close()
	for _, name := range names {
		if content, ok := siblingIn(root, name); ok {
			return content, true
		}
	}
	return nil, false
}

func siblingIn(root *os.Root, name string) ([]byte, bool) {
	file, err := root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, false
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	return expandBody(file)
}

func expandBody(in io.Reader) ([]byte, bool) {
	stream, err := event.Expand(in)
	if err != nil {
		return nil, false
	}
	content, err := io.ReadAll(io.LimitReader(stream, maxBody+1))
	return content, err == nil && len(content) <= maxBody
}
