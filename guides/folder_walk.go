package guides

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What stands in a folder: each file of it is taken in, refused with a reason or counted.
//
// A file is read where it stands, and once: a link to it from within the folder adds nothing, so that a link to a folder above itself has
// an end too. What a link leads to outside of the folder is not read until somebody names it: who cloned a repository has not asked to
// have other files of the machine read and shown.

// walk is a folder on its way onto a shelf.
type walk struct {
	shelf *Shelf
	root  string // as it was named
	real  string // without links
}

// walkFolder puts what stands in a folder, or in the one file that path names, onto a shelf.
func (s *Shelf) walkFolder(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		s.read(path, true)
		return nil
	}
	real, err := resolved(path)
	if err != nil {
		return err
	}
	w := &walk{shelf: s, root: path, real: real}
	return filepath.WalkDir(real, func(name string, entry fs.DirEntry, err error) error {
		shown := path
		if below, err := filepath.Rel(real, name); err == nil {
			shown = filepath.Join(path, below)
		}
		switch {
		case err != nil && name == real:
			return err
		case err != nil:
			s.refuse(shown, err)
			return nil
		}
		return w.entry(shown, entry, name == real)
	})
}

// resolved is where a path leads to.
func resolved(path string) (string, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(whole)
}

func (w *walk) entry(name string, entry fs.DirEntry, root bool) error {
	s := w.shelf
	switch kind := entry.Type(); {
	case kind.IsDir() && !root && hidden(entry.Name()):
		s.Others[entry.Name()+"/"]++
		return filepath.SkipDir
	case kind.IsDir():
	case kind&fs.ModeSymlink != 0:
		w.link(name)
	case !endings[ending(name)]:
		s.Others[cmp.Or(ending(name), unended)]++
	case kind.IsRegular():
		s.read(name, false)
	default:
		s.refuse(name, fmt.Errorf("want a file, found %s", irregular(kind)))
	}
	return nil
}

// link follows a link to a file of the folder that is not read where it stands.
func (w *walk) link(name string) {
	s, rule := w.shelf, endings[ending(name)]
	target := ""
	info, err := os.Stat(name)
	if err == nil {
		target, err = resolved(name)
	}
	if err != nil {
		if rule {
			s.refuse(name, fmt.Errorf("a link that leads nowhere: %w", reason(err)))
		} else {
			s.Others[linked]++
		}
		return
	}
	below, err := filepath.Rel(w.real, target)
	inside := err == nil && filepath.IsLocal(below)
	switch {
	case info.IsDir() && !inside:
		s.refuse(name, fmt.Errorf("a link to a folder outside of %s is not followed: name that folder too", w.root))
	case info.IsDir() || !rule || inside && endings[ending(below)] && !hiddenBelow(below):
		s.Others[linked]++
	case !inside:
		s.refuse(name, fmt.Errorf("a link to a file outside of %s is not followed: name that file too", w.root))
	case !info.Mode().IsRegular():
		s.refuse(name, fmt.Errorf("want a file, found a link to %s", irregular(info.Mode())))
	default:
		s.read(name, false)
	}
}

// What is counted that has no ending, and links that add nothing.
const (
	unended = "without ending"
	linked  = "links"
)

func hidden(base string) bool { return strings.HasPrefix(base, ".") }

// hiddenBelow tells whether a file stands in a folder that is not looked into.
func hiddenBelow(path string) bool {
	for dir := filepath.Dir(path); dir != "."; dir = filepath.Dir(dir) {
		if hidden(filepath.Base(dir)) {
			return true
		}
	}
	return false
}

func irregular(kind fs.FileMode) string {
	switch {
	case kind&fs.ModeNamedPipe != 0:
		return "a pipe"
	case kind&fs.ModeSocket != 0:
		return "a socket"
	case kind&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}

// reason is what an error of a path says beside the path, which is told already.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
