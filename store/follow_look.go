package store

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// settledAfter is how old a file's last change is when it counts as written, without a second look.
	settledAfter = 10 * time.Second
	// quietLooks is how many looks without a change let a last line without an end count as whole.
	quietLooks = 2
	// lingerLooks is how many looks a file without a name is still read from: its writer may not know yet.
	lingerLooks = 30
)

// entry is a file that was found in a look.
type entry struct {
	candidate
	id fileID
	// known: taken only if it holds a text that was followed before. Beside a file that was named, those are its rotated
	// forms.
	known bool
}

// entries lists what is there.
func (f *follower) entries() []entry {
	var all []entry
	seen := map[fileID]bool{}
	add := func(c candidate, known bool) {
		e := entry{candidate: c, known: known}
		if c.problem == nil {
			_, e.id.device, e.id.inode = identity(c.info)
		}
		if c.problem == nil && seen[e.id] {
			return
		}
		if c.problem == nil {
			seen[e.id] = true
		}
		all = append(all, e)
	}
	for _, path := range f.paths {
		info, err := os.Stat(path)
		if err == nil && info.IsDir() {
			files, _ := f.db.walk(path, nil)
			for _, c := range files {
				add(c, false)
			}
			continue
		}
		add(candidate{path: path, info: info, size: sizeOf(info), named: true, problem: err}, false)
		for _, c := range beside(path) {
			add(c, true)
		}
	}
	return all
}

func sizeOf(info fs.FileInfo) int64 {
	if info == nil {
		return 0
	}
	return info.Size()
}

// beside lists the files that a named file may have been rotated to: those in its folder whose names begin as its own does.
func beside(path string) []candidate {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var found []candidate
	for _, d := range list {
		if d.Name() == base || !strings.HasPrefix(d.Name(), stem(base)) || !d.Type().IsRegular() {
			continue
		}
		if info, err := d.Info(); err == nil {
			found = append(found, candidate{path: filepath.Join(dir, d.Name()), info: info, size: info.Size()})
		}
	}
	return found
}

// look looks at one file. It is ready when it is to be loaded whole.
func (f *follower) look(ctx context.Context, e entry) (ready bool, err error) {
	if s := f.sources[e.id]; s != nil {
		s.seen = true
		if s.path != e.path {
			f.rename(s, e)
		}
		holds, err := f.readOn(ctx, s, e)
		if err != nil || holds {
			return false, err
		}
		f.forget(e.id)
		if s.whole {
			modified, _, _ := identity(e.info)
			f.looked[e.id] = look{size: e.size, modified: modified}
			return true, nil
		}
	}
	modified, _, _ := identity(e.info)
	was, looked := f.looked[e.id]
	same := looked && was.size == e.size && was.modified == modified
	if same && was.done || e.size == 0 {
		return false, nil
	}
	now := look{size: e.size, modified: modified}
	stable := same || f.now().Sub(e.info.ModTime()) > settledAfter
	if e.body {
		f.looked[e.id] = now
		return stable, nil
	}
	taken, whole, err := f.recognise(ctx, e, stable)
	if err != nil {
		return false, err
	}
	if taken {
		delete(f.looked, e.id)
		return false, nil
	}
	now.done = whole && e.known && stable
	f.looked[e.id] = now
	return whole && stable && !e.known, nil
}

// rename follows a file to its new name.
func (f *follower) rename(s *source, e entry) {
	s.path = e.path
	if s.stream.where == s || s.stream.where == nil {
		s.stream.reading.path = e.path
		s.stream.moved = true
	}
}

// forget parts a file from the text that it does not hold any more.
func (f *follower) forget(id fileID) {
	s := f.sources[id]
	f.release(s)
	delete(f.sources, id)
	if s.stream.where == s {
		s.stream.where = nil
	}
}

// readOn takes what a file has more of its text. It does not hold the text when it was cut off or written anew, or when the text turns out
// to be none that can be read on.
func (f *follower) readOn(ctx context.Context, s *source, e entry) (holds bool, err error) {
	file := s.file
	if file == nil {
		opened, info, err := e.open()
		if err != nil {
			return true, nil // gone since it was listed; the next look will see
		}
		if _, device, inode := identity(info); (fileID{device, inode}) != e.id {
			opened.Close()
			return true, nil
		}
		file = opened
		if f.hold(s, file); s.file == nil {
			defer file.Close()
		}
	}
	info, err := file.Stat()
	if err != nil {
		return true, nil
	}
	modified, _, _ := identity(info)
	if s.size == info.Size() && s.modified == modified {
		s.quiet++
		f.settleName(s.stream)
		return f.settle(ctx, s, file)
	}
	st := s.stream
	if ok, err := st.holds(file, info.Size()); err != nil || !ok {
		return err != nil, nil // what cannot be read now may be at the next look
	}
	s.size, s.modified, s.quiet, s.settled = info.Size(), modified, 0, false
	f.at(s, info)
	ok := true
	if info.Size() > st.offset {
		ok, err = f.read(ctx, st, io.NewSectionReader(file, st.offset, info.Size()-st.offset), true)
	}
	if err == nil {
		f.settleName(st)
	}
	return ok || st.offset > 0, err
}

// settleName lets a text's new name be written though nothing was read of it.
func (f *follower) settleName(s *stream) {
	if s.moved && s.offset > 0 {
		s.moved = false
		f.enter(s)
	}
}

// at makes a file the place where a text stands.
func (f *follower) at(s *source, info fs.FileInfo) {
	st := s.stream
	if st.where != s && st.where != nil && st.where.seen {
		return
	}
	st.moved = st.moved || st.reading.path != s.path
	st.where, st.reading.path, st.reading.info = s, s.path, info
	if st.state != nil {
		st.state.account.Path = s.path
	}
}

// settle takes a last line that has no end, once its file has been quiet and the line is whole without it.
func (f *follower) settle(ctx context.Context, s *source, file *os.File) (holds bool, err error) {
	st := s.stream
	rest := s.size - st.offset
	if s.settled || s.quiet < quietLooks || rest <= 0 || rest > maxSettled || st.form != nil || st.where != s {
		return true, nil
	}
	s.settled = true
	line := make([]byte, rest)
	if _, err := file.ReadAt(line, st.offset); err != nil || !endsWhole(line) {
		return true, nil
	}
	ok, err := f.read(ctx, st, bytes.NewReader(line), false)
	s.whole = !ok && st.offset == 0
	return !s.whole, err
}

// maxSettled is the longest last line that is looked at: the longest record.
const maxSettled = 16 << 20

// linger reads on from files that have lost their name.
func (f *follower) linger(ctx context.Context) error {
	for id, s := range f.sources {
		if s.seen {
			continue
		}
		if s.file == nil || s.quiet > lingerLooks {
			f.forget(id)
			continue
		}
		holds, err := f.readOn(ctx, s, entry{})
		if err != nil {
			return err
		}
		if !holds {
			f.forget(id)
		}
	}
	return nil
}
