package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/json"
	"hash"
	"io"
	"os"

	"casebook/store/event"
)

// stream is a text that grows: the lines of one log, wherever they stand at the moment.
type stream struct {
	reading  *reading
	state    *fileState // nil until something was read in this run
	offset   int64      // where the next record begins
	line     int64
	form     *event.Form // of its rows; nil for lines
	headSum  [32]byte    // of its first headSize bytes
	headSize int64
	mark     [32]byte  // see markOf
	sum      hash.Hash // of all before offset
	first    []byte    // the first markSize bytes before offset; nil until they were seen in this run
	last     []byte    // the last markSize bytes before offset
	part     []byte    // what is kept of the current part of the evidence
	parted   bool      // part is filled in
	held     int64
	where    *source // the file that it was read from last
	moved    bool    // to be written though nothing was read
}

const (
	headSize = 256
	markSize = 4096
)

// markOf recognises a text that was read up to a place: by its first bytes and by those before the place.
func markOf(first, last []byte) [32]byte {
	h := sha256.New()
	h.Write(first)
	h.Write(last)
	return [32]byte(h.Sum(nil))
}

// source is a file that holds, or held, a stream.
type source struct {
	path     string
	stream   *stream
	file     *os.File // open while the file grows or has lost its name; nil: opened for every look
	size     int64    // as it was found last; -1 for never
	modified int64
	quiet    int  // looks without a change
	seen     bool // in this look
	settled  bool // its last line was looked at, though it has no end
	whole    bool // it is to be loaded whole
}

// maxOpen is how many files are held open.
const maxOpen = 256

// hold keeps a file open: it can then be read to its end though it has lost its name. When too many are open, one that was quiet gives
// way.
func (f *follower) hold(s *source, file *os.File) {
	if f.open >= maxOpen {
		for _, other := range f.sources {
			if other.file != nil && other.quiet > 0 && other.seen {
				f.release(other)
				break
			}
		}
	}
	if f.open < maxOpen {
		s.file = file
		f.open++
	}
}

func (f *follower) release(s *source) {
	if s.file != nil {
		s.file.Close()
		s.file = nil
		f.open--
	}
}

// holds tells whether a file has a stream's text at the place where reading stopped, and remembers the bytes around it.
func (s *stream) holds(file io.ReaderAt, size int64) (bool, error) {
	if size < s.offset {
		return false, nil
	}
	n := min(markSize, s.offset)
	first, last := make([]byte, n), make([]byte, n)
	for _, x := range []struct {
		b  []byte
		at int64
	}{{first, 0}, {last, s.offset - n}} {
		if _, err := file.ReadAt(x.b, x.at); err == io.EOF {
			return false, nil // it was cut off a moment ago
		} else if err != nil {
			return false, err
		}
	}
	if markOf(first, last) != s.mark {
		return false, nil
	}
	s.first, s.last = first, last
	return true, nil
}

// advance moves a stream's place behind bytes that were read, and keeps them.
func (s *stream) advance(l *loader, b []byte) error {
	if !s.parted {
		if err := s.loadPart(l.ctx, l.db); err != nil {
			return err
		}
	}
	s.line += int64(bytes.Count(b, []byte("\n")))
	s.offset += int64(len(b))
	s.sum.Write(b)
	if more := markSize - len(s.first); more > 0 {
		s.first = append(s.first, b[:min(more, len(b))]...)
	}
	s.last = append(s.last, b[max(0, len(b)-markSize):]...)
	s.last = bytes.Clone(s.last[max(0, len(s.last)-markSize):])
	for len(b) > 0 {
		n := min(len(b), partSize-len(s.part))
		s.part = append(s.part, b[:n]...)
		b = b[n:]
		if len(s.part) == partSize {
			at := s.offset - int64(len(b)) - partSize
			l.keep(s.state, int(at/partSize), packZstd, s.part)
			s.part = nil
		}
	}
	s.state.size, s.state.account.Bytes = s.offset, s.offset
	s.mark = markOf(s.first, s.last)
	if n := min(int64(len(s.first)), headSize); n > s.headSize {
		s.headSum, s.headSize = sha256.Sum256(s.first[:n]), n
	}
	return nil
}

// loadPart reads back what is kept of the part that the stream goes on in.
func (s *stream) loadPart(ctx context.Context, db *DB) error {
	s.parted = true
	if n := s.offset % partSize; n > 0 {
		s.part = make([]byte, n)
		kept := &keptFile{ctx: ctx, db: db, file: s.state.id, part: int(s.offset / partSize)}
		if _, err := io.ReadFull(kept, s.part); err != nil {
			return db.trouble("read what was kept of "+s.reading.path, err)
		}
	}
	return nil
}

// save writes what is needed to go on from the stream's place, in the transaction that keeps what came before.
func (s *stream) save(tx *Tx, id int64) error {
	form := ""
	if s.form != nil {
		form = s.form.String()
	}
	hashing, err := s.sum.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return err
	}
	if _, err := tx.exec("insert or replace into follow (file, line, form, head, head_size, mark, sum, hashing) values (?,?,?,?,?,?,?,?)",
		id, s.line, form, s.headSum[:], s.headSize, s.mark[:], s.sum.Sum(nil), hashing); err != nil {
		return err
	}
	if len(s.part) > 0 {
		encoder, err := zstdEncoder()
		if err != nil {
			return err
		}
		if _, err := tx.exec("insert or replace into evidence (file, part, packing, bytes) values (?,?,?,?)", id, s.offset/partSize, packZstd, encoder.EncodeAll(s.part, nil)); err != nil {
			return err
		}
	}
	// Thousands of quiet logs may be followed: what was kept of each is read back when it grows.
	s.part, s.parted = nil, false
	if s.reading.info == nil {
		return nil
	}
	modified, device, inode := identity(s.reading.info)
	_, err = tx.exec("update file set path = ?, modified = ?, device = ?, inode = ? where id = ?", []byte(s.reading.path), modified, device, inode, id)
	return err
}

// recorder remembers what was read and not yet taken.
type recorder struct {
	in  io.Reader
	buf []byte
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.buf = append(r.buf, p[:n]...)
	return n, err
}

func (r *recorder) take(n int64) []byte {
	b := r.buf[:n:n]
	r.buf = r.buf[n:]
	return b
}

// enter makes a stream the file that the loader is at.
func (f *follower) enter(s *stream) {
	l := f.l
	if s.state == nil {
		l.current = nil
		s.state = l.state(s.reading)
		s.state.follow, s.state.next = s, s.offset
		s.state.account.State = stateFollowing
		if before := s.reading.resumed; before == nil {
			f.streams = append(f.streams, s)
		} else {
			// A text is accounted for as a whole, however often it was left and followed again.
			s.state.account.Tally, s.state.before = before.tally, Tally{}
		}
		return
	}
	l.current = s.state
	for _, t := range l.touched {
		if t == s.state {
			return
		}
	}
	l.touched = append(l.touched, s.state)
}

// read takes what follows a stream's place. in stands there; a text that stops growing can be read to its very end. It is not ok when the
// text turns out to be one that cannot be read on from a place; then nothing was taken.
func (f *follower) read(ctx context.Context, s *stream, in io.Reader, growing bool) (ok bool, err error) {
	rec := &recorder{in: in}
	reader, err := event.NewReader(rec, event.Reading{Siblings: f.db.siblings(ctx, s.reading.path), Mapping: f.work.mapping, Offset: s.offset, Line: s.line, Form: s.form, Growing: growing})
	if err != nil {
		return false, nil // nothing to be read in it, which loading it whole will say
	}
	from, progress := s.offset, &f.l.progress
	f.l.base += progress.FileBytes
	progress.File, progress.FileBytes = s.reading.path, 0
	for {
		b, err := reader.Next()
		form, continues := reader.Continues()
		if !continues || form.Kind == event.Values || reader.Encoding() != "" {
			return false, nil
		}
		if err == io.EOF {
			s.held = reader.Held()
			return true, nil
		}
		if err != nil {
			return true, err
		}
		if err := ctx.Err(); err != nil {
			return true, err
		}
		if form.Kind == event.CSV {
			s.form = form
		}
		p := f.work.decode(s.reading, b)
		p.read = p.end - from
		f.enter(s)
		// From here to the end of take nothing may fail but the store: place and records move together.
		if err := s.advance(f.l, rec.take(p.end-p.begin)); err != nil {
			return true, err
		}
		if err := f.l.take(p); err != nil {
			return true, err
		}
		f.grew, f.newest = true, s.reading.path
	}
}

// endsWhole tells whether the last line of a text that has no end is a record nevertheless: JSON says itself where it ends.
func endsWhole(rest []byte) bool {
	rest = bytes.TrimSpace(rest)
	return len(rest) > 0 && (rest[0] == '{' || rest[0] == '[') && json.Valid(rest)
}
