package store

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"casebook/store/event"
)

// What is to be loaded. Folders are walked in the order of their names, so that two people who load the same folder go through it
// alike. What was named itself is opened whatever it is a link to; inside folders links, pipes and devices are passed over, which is said.

// candidate is a file to load.
type candidate struct {
	path    string
	size    int64
	info    fs.FileInfo
	named   bool
	problem error
	stream  bool // standard input or a pipe: it is read once, and is never the same again
	body    bool // a body that a Bedrock record points to: read with its record, not by itself
}

// candidates are the files that paths name. found is told how many there are so far, and says whether to go on; it may be nil.
func (db *DB) candidates(paths []string, found func(int) bool) []candidate {
	all, _ := db.list(paths, found)
	return all
}

// list is candidates, with what was passed over.
func (db *DB) list(paths []string, found func(int) bool) (all []candidate, passed []string) {
	seen := map[[2]uint64]bool{}
	add := func(c candidate) {
		if c.info != nil && c.info.Mode().IsRegular() {
			if s, ok := c.info.Sys().(*syscall.Stat_t); ok {
				id := [2]uint64{uint64(s.Dev), s.Ino}
				if seen[id] {
					return
				}
				seen[id] = true
			}
		}
		all = append(all, c)
	}
	for _, path := range paths {
		if path == "-" {
			all = append(all, candidate{path: path, named: true, stream: true})
			continue
		}
		info, err := os.Stat(path)
		switch {
		case err != nil:
			all = append(all, candidate{path: path, named: true, problem: err})
		case info.IsDir():
			files, over := db.walk(path, func(n int) bool { return found == nil || found(len(all)+n) })
			for _, c := range files {
				add(c)
			}
			passed = append(passed, over...)
		case info.Mode()&fs.ModeNamedPipe != 0:
			all = append(all, candidate{path: path, named: true, stream: true})
		default:
			add(candidate{path: path, size: info.Size(), info: info, named: true, body: event.IsBody(filepath.ToSlash(path))})
		}
	}
	return all, passed
}

// walk lists the files of a folder, but for the store itself, which often stands among them, and what was passed over.
func (db *DB) walk(root string, found func(int) bool) (files []candidate, passed []string) {
	files, passed = walk(root, found)
	return slices.DeleteFunc(files, func(c candidate) bool { return c.info != nil && db.owns(c.path, c.info) }), passed
}

// owns tells whether a file is the store's, or one that SQLite keeps beside it.
func (db *DB) owns(path string, info fs.FileInfo) bool {
	suffix, ok := strings.CutPrefix(filepath.Base(path), filepath.Base(db.path))
	if !ok || suffix != "" && suffix != "-wal" && suffix != "-shm" && suffix != "-journal" {
		return false
	}
	own, err := os.Lstat(db.path + suffix)
	return err == nil && os.SameFile(own, info)
}

func walk(root string, goOn func(found int) bool) (found []candidate, passed []string) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if goOn != nil && !goOn(len(found)) {
			return fs.SkipAll
		}
		if err != nil {
			found = append(found, candidate{path: path, problem: err})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			if !d.IsDir() {
				passed = append(passed, path)
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			found = append(found, candidate{path: path, problem: err})
			return nil
		}
		found = append(found, candidate{path: path, size: info.Size(), info: info, body: event.IsBody(filepath.ToSlash(path))})
		return nil
	})
	if err != nil {
		found = append(found, candidate{path: root, problem: err})
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.path, b.path) })
	return found, passed
}

// notRegular says what is no file that could be loaded.
func notRegular(mode fs.FileMode) error {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return errors.New("a pipe, not a file")
	case mode&fs.ModeSocket != 0:
		return errors.New("a socket, not a file")
	case mode&fs.ModeDevice != 0:
		return errors.New("a device, not a file")
	case mode.IsDir():
		return errors.New("a folder, not a file")
	}
	return errors.New("not a regular file")
}

// open opens a candidate without waiting for a pipe's other end and without following links inside folders, and checks
// that what was opened is what was listed.
func (c *candidate) open() (*os.File, fs.FileInfo, error) {
	if c.stream {
		return nil, nil, errors.New("it cannot be read twice")
	}
	flags := os.O_RDONLY | syscall.O_NONBLOCK
	if !c.named {
		flags |= syscall.O_NOFOLLOW
	}
	f, err := os.OpenFile(c.path, flags, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: c.path, Err: notRegular(info.Mode())}
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}
