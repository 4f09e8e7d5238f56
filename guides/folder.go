package guides

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"casebook/engine"
)

// Shelf is what files of rules hold: what could be read, and what could not, with the reason.
type Shelf struct {
	Detections []*Detection
	Refused    []Refused
	// Functions are those that queries in KQL may call by name; a Detection is given them by Call.
	Functions []engine.Function
	// Files are those that hold rules, exceptions to rules or functions, as they were read.
	Files []File
	// Others counts what holds no rules: files by their endings, such as a project's README.md and its settings, links to what is looked at
	// where it stands, and folders by their names where they are hidden.
	Others map[string]int

	ids        map[string]string // and the file that each rule is from
	exceptions []*excepting
}

// File is a file as it was read, and where it stood.
type File struct {
	Path string
	Data []byte
}

// Refused is a file whose rules could not be read.
type Refused struct {
	Path string
	Err  error
	// Partly is what could be made out of its rules all the same.
	Partly []*Detection
}

// ReadFiles reads the rules of files that were read before, each of which is meant to hold some.
// Exceptions among them may be for the other rules that are given.
func ReadFiles(files []File, others ...*Detection) *Shelf {
	shelf := &Shelf{ids: map[string]string{}, Others: map[string]int{}}
	for _, f := range files {
		shelf.take(f, true)
	}
	shelf.except(others...)
	return shelf
}

// ReadDir reads every rule in a folder and the folders below it, or in the one file that path names. One bad file does not
// keep the others out. Exceptions among them may be for the other rules that are given. The error is for a path
// that cannot be read at all.
func ReadDir(path string, others ...*Detection) (*Shelf, error) {
	shelf := &Shelf{ids: map[string]string{}, Others: map[string]int{}}
	if err := shelf.walkFolder(path); err != nil {
		return nil, fmt.Errorf("read the rules in %s: %w", path, err)
	}
	shelf.except(others...)
	return shelf, nil
}

// endings are those of files that rules stand in.
var endings = map[string]bool{".md": true, ".toml": true, ".yaml": true, ".yml": true, ".json": true, ".ndjson": true}

func ending(name string) string { return strings.ToLower(filepath.Ext(name)) }

func (s *Shelf) refuse(name string, err error) {
	s.Refused = append(s.Refused, Refused{Path: name, Err: err})
}

// read takes one file in. A file that is named by itself is meant to be a rule; in a folder it may be anything.
func (s *Shelf) read(name string, meant bool) {
	data, err := readCapped(name)
	if err != nil {
		s.refuse(name, err)
		return
	}
	s.take(File{name, data}, meant)
}

func (s *Shelf) take(f File, meant bool) {
	name, data := f.Path, f.Data
	if strings.EqualFold(filepath.Ext(name), ".toml") {
		e, is, err := readExceptions(name, data)
		switch {
		case err != nil:
			s.refuse(name, err)
			return
		case is:
			s.exceptions = append(s.exceptions, e)
			s.Files = append(s.Files, f)
			return
		}
	}
	if e := ending(name); e == ".yaml" || e == ".yml" {
		functions, is, err := readFunction(name, data)
		switch {
		case err != nil:
			s.refuse(name, err)
			return
		case is:
			s.lend(f, functions)
			return
		}
	}
	list, err := readPartly(name, data)
	switch {
	case !meant && (errors.Is(err, ErrNotRule) || strings.EqualFold(filepath.Ext(name), ".md") && !ruleFront.Match(data)):
		s.Others[ending(name)]++
		return
	case err != nil:
		s.Refused = append(s.Refused, Refused{Path: name, Err: err, Partly: list})
		if e := ending(name); e != ".json" && e != ".ndjson" || len(list) == 0 { // of an export, the rules without mistakes are taken
			return
		}
	}
	s.Files = append(s.Files, f)
	for _, d := range list {
		if n := len(d.Rule.ID); n > maxID {
			s.refuse(name, fmt.Errorf("want an id of at most %d bytes, found %d", maxID, n))
			continue
		}
		if first, twice := s.ids[d.Rule.ID]; twice {
			s.refuse(name, fmt.Errorf("%s: want an id of its own, found %s, which %s has", name, d.Rule.ID, first))
			continue
		}
		s.ids[d.Rule.ID] = name
		s.Detections = append(s.Detections, d)
	}
}

// lend takes a file's functions in, unless another file has one of the name.
func (s *Shelf) lend(f File, functions []engine.Function) {
	for _, one := range functions {
		if i := slices.IndexFunc(s.Functions, func(have engine.Function) bool { return have.Name == one.Name }); i >= 0 {
			s.refuse(f.Path, fmt.Errorf("%s: want a function's name of its own, found %s, which %s has", f.Path, one.Name, s.Functions[i].File))
			return
		}
	}
	s.Functions = append(s.Functions, functions...)
	s.Files = append(s.Files, f)
}

// except gives exceptions to the rules they are for, once all files are read.
func (s *Shelf) except(others ...*Detection) {
	for _, e := range s.exceptions {
		found := false
		for _, d := range slices.Concat(s.Detections, others) {
			if contains(e.rules, d.Rule.ID) {
				d.except(e.items)
				found = true
			}
		}
		if !found {
			s.Files = slices.DeleteFunc(s.Files, func(f File) bool { return f.Path == e.path })
			s.refuse(e.path, fmt.Errorf("%s: want rule_ids of rules that are here in the metadata of these exceptions, found %q", e.path, e.rules))
		}
	}
}

// ruleFront is a front matter that says something of a rule's, which a page of documentation does not.
var ruleFront = regexp.MustCompile(`^(?:\x{feff})?---\r?\n(?:[^\n]*\n)*?(?:id|every|severity|lookback|risk):`)

// readCapped reads no more of a file than a rule may have, and one byte to tell. A pipe into which nothing is written is empty.
func readCapped(name string) ([]byte, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(largest(name))+1))
}
