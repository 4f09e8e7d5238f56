package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"casebook/store/event"
)

// recognise finds out what a file is: a text that is followed already, in a new place; a text to follow from now on (taken); or one to
// be loaded whole.
func (f *follower) recognise(ctx context.Context, e entry, stable bool) (taken, whole bool, err error) {
	file, info, err := e.open()
	if errors.Is(err, fs.ErrNotExist) {
		return false, false, nil // gone since it was listed
	}
	if err != nil {
		f.tell(e.path, err)
		return false, false, nil
	}
	keep := false
	defer func() {
		if !keep {
			file.Close()
		}
	}()
	if modified, device, inode := identity(info); (fileID{device, inode}) != e.id || info.Size() < e.size || modified == 0 {
		return false, false, nil // another file by now
	}
	expanded, err := event.Expand(io.NewSectionReader(file, 0, info.Size()))
	if err != nil {
		return false, true, nil
	}
	if expanded.Encoding != "" {
		if !stable {
			return false, false, nil
		}
		taken, err := f.copied(ctx, e, file, info, expanded)
		return taken, true, err
	}
	s := &source{path: e.path, size: -1, seen: true}
	head := make([]byte, min(headSize, info.Size()))
	if _, err := file.ReadAt(head, 0); err != nil {
		return false, false, nil
	}
	for _, st := range f.alike(e.path, head) {
		if info.Size() < st.offset {
			if !stable {
				return false, false, nil // perhaps a copy that is being made
			}
			continue
		}
		if ok, err := st.holds(file, info.Size()); err != nil || !ok {
			continue
		}
		s.stream = st
		break
	}
	if s.stream == nil {
		if e.known {
			return false, true, nil
		}
		s.stream = &stream{line: 1, parted: true, sum: sha256.New(), reading: &reading{candidate: candidate{path: e.path, info: info, named: e.named}}}
		s.stream.where = s
		s.stream.mark = markOf(nil, nil)
		ok, err := f.read(ctx, s.stream, io.NewSectionReader(file, 0, info.Size()), true)
		if err != nil || !ok {
			return false, true, err
		}
		modified, _, _ := identity(info)
		s.size, s.modified = info.Size(), modified
	}
	f.sources[e.id] = s
	f.hold(s, file)
	keep = s.file != nil
	if s.size < 0 {
		_, err = f.readOn(ctx, s, e)
	}
	return true, false, err
}

// alike lists the texts that begin as a file does and whose names are akin, those read furthest first.
func (f *follower) alike(path string, head []byte) []*stream {
	var found []*stream
	sums := map[int64][32]byte{}
	for _, s := range f.streams {
		n := s.headSize
		if n == 0 || n > int64(len(head)) || !akin(path, s.reading.path) {
			continue
		}
		if _, ok := sums[n]; !ok {
			sums[n] = sha256.Sum256(head[:n])
		}
		if sums[n] == s.headSum {
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(a, b *stream) int { return cmp.Compare(b.offset, a.offset) })
	return found
}

// akin tells whether one name may be the other's after a rotation: they stand in one folder and begin alike up to the first dot, or the
// date behind it.
func akin(a, b string) bool {
	if filepath.Dir(a) != filepath.Dir(b) {
		return false
	}
	a, b = filepath.Base(a), filepath.Base(b)
	return strings.HasPrefix(a, stem(b)) || strings.HasPrefix(b, stem(a))
}

// stem is a name up to its first dot.
func stem(name string) string {
	if i := strings.IndexByte(name, '.'); i > 0 {
		return name[:i]
	}
	return name
}

// copied looks whether a compressed file is a copy of a text that was followed, and takes what the text has more in it.
func (f *follower) copied(ctx context.Context, e entry, file *os.File, info fs.FileInfo, expanded io.Reader) (bool, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(expanded, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	for _, st := range f.alike(e.path, head[:n]) {
		again, err := event.Expand(io.NewSectionReader(file, 0, info.Size()))
		if err != nil {
			return false, nil
		}
		if !st.begins(again) {
			continue
		}
		s := &source{path: e.path, stream: st, size: info.Size(), seen: true}
		s.modified, _, _ = identity(info)
		f.looked[e.id] = look{size: s.size, modified: s.modified, done: true}
		old := st.reading.path
		st.reading.path = e.path
		_, err = f.read(ctx, st, again, false)
		if st.where != nil {
			st.reading.path = old
		}
		return true, err
	}
	return false, nil
}

// begins reads a text up to the stream's place and tells whether it is the same as far.
func (s *stream) begins(in io.Reader) bool {
	n := min(markSize, s.offset)
	first := make([]byte, n)
	if _, err := io.ReadFull(in, first); err != nil {
		return false
	}
	last := bytes.Clone(first)
	for at := n; at < s.offset; {
		chunk := make([]byte, min(64<<10, s.offset-at))
		if _, err := io.ReadFull(in, chunk); err != nil {
			return false
		}
		at += int64(len(chunk))
		last = append(last, chunk...)
		last = bytes.Clone(last[max(0, len(last)-markSize):])
	}
	if markOf(first, last) != s.mark {
		return false
	}
	s.first, s.last = first, last
	return true
}
