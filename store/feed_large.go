package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"

	"casebook/store/event"
	"casebook/store/native"
)

// How a large file is read: the feeder cuts it into blocks, and workers decode them.
//
// All bytes of a file have one hash, each part of which waits for the one before. Those of a packed file are hashed as they are read,
// which are few. Of a plain one the blocks are the file, and the workers hash them in turn while they hash the records in them:
// the processor does both in hardly more time than one.

// turn is a block's turn in hashing its file.
type turn struct {
	ctx    context.Context
	before <-chan *native.Running // gives the hash of what stands before the block
	after  chan<- *native.Running
}

// sums hashes a block and places in it when it is the block's turn; not ok when the load was stopped before.
func (t *turn) sums(sums [][sha256.Size]byte, text []byte, places []native.Place) bool {
	select {
	case r := <-t.before:
		r.Sums(sums, text, places)
		t.after <- r
		return true
	case <-t.ctx.Done():
		return false
	}
}

// turns are those of a file's blocks.
type turns struct {
	ctx  context.Context
	last chan *native.Running
}

func newTurns(ctx context.Context) *turns {
	t := &turns{ctx, make(chan *native.Running, 1)}
	t.last <- native.NewRunning()
	return t
}

// next is the turn of the next block; nil turns have none.
func (t *turns) next() *turn {
	if t == nil {
		return nil
	}
	before := t.last
	t.last = make(chan *native.Running, 1)
	return &turn{t.ctx, before, t.last}
}

// hashing passes a file on and hashes what has been read of it; with keep it puts it aside in parts as well.
type hashing struct {
	in    io.Reader
	sum   hash.Hash // nil: others hash it
	n     int64
	keep  bool
	part  []byte
	parts [][]byte
}

func (h *hashing) Read(p []byte) (int, error) {
	n, err := h.in.Read(p)
	if h.sum != nil {
		h.sum.Write(p[:n])
	}
	h.n += int64(n)
	if h.keep {
		for rest := p[:n]; len(rest) > 0; {
			take := min(len(rest), partSize-len(h.part))
			h.part = append(h.part, rest[:take]...)
			rest = rest[take:]
			if len(h.part) == partSize {
				h.parts, h.part = append(h.parts, h.part), nil
			}
		}
	}
	return n, err
}

// taken gives the parts that are whole, or (last) all there are.
func (h *hashing) taken(last bool) [][]byte {
	parts := h.parts
	if last && len(h.part) > 0 {
		parts, h.part = append(parts, h.part), nil
	}
	h.parts = nil
	return parts
}

// large cuts a file into blocks and queues the decoding of each.
func (f *feed) large(r *reading, in io.ReadCloser) bool {
	end := func(p piece) bool {
		return f.do(func(_ *worker, out chan<- piece) { f.send(out, p) })
	}
	defer in.Close()
	file, _ := in.(*os.File)
	if file != nil && !f.fresh {
		if err := f.recognise(r, file); err != nil || r.known != nil {
			r.problem = err
			return end(piece{file: r, last: true})
		}
	}
	bounded := io.Reader(in)
	if file != nil {
		bounded = endOf(file, r.info)
	}
	keep, err := f.keeps(r)
	if err != nil {
		r.problem = err
		return end(piece{file: r, last: true})
	}
	h := &hashing{in: f.tell.reader(f.ctx, bounded, Reading, r.path, r.size), sum: sha256.New(), keep: keep || file == nil}
	ways := entries{last: -1}
	passed := func([]byte) {}
	how := event.Reading{Mapping: f.mapping, Marked: ways.mark, Passed: func(b []byte) { passed(b) }}
	if file != nil {
		how.Siblings = f.siblings(r.path)
	}
	if r.resumed != nil && r.resumed.line > 0 && r.resumed.checkpoint > 0 {
		how.Past, how.Offset, how.Line = true, r.resumed.checkpoint, r.resumed.line
		if how.Form, err = event.ParseForm(r.resumed.goes); err != nil {
			r.problem = err
			return end(piece{file: r, last: true})
		}
		r.from = how.Offset
	}
	reader, err := event.NewReader(h, how)
	if err != nil {
		r.refuse(err)
		return end(piece{file: r, last: true})
	}
	r.encoding = reader.Encoding()
	var turns *turns
	if r.encoding == "" && !how.Past {
		h.sum, turns = nil, newTurns(f.ctx)
		passed = func(b []byte) { turns.next().sums(nil, b, nil) }
	}
	for {
		b, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			r.problem = err
			break
		}
		parts, read := h.taken(false), h.n
		marks, keep := ways.take(r.encoding, b.Offset, b.Offset+int64(len(b.Data)))
		line, goes := int64(0), ""
		if form, ok := reader.Continues(); ok {
			line, goes = b.Next, form.String()
		}
		turn := turns.next()
		if !f.do(func(w *worker, out chan<- piece) {
			var stretch []byte
			if keep && len(b.Data) > 0 {
				stretch = packStretch(b.Data)
			}
			p := w.decode(r, b, turn)
			p.kept, p.marks, p.stretch, p.read = parts, packMarks(marks), stretch, read
			p.line, p.goes = line, goes
			f.send(out, p)
		}) {
			return false
		}
		f.tell.fed()
	}
	// What follows the end of a compressed stream belongs to the file's hash as well.
	if _, err := io.Copy(io.Discard, h); err != nil && r.problem == nil {
		r.problem = err
	}
	if file != nil {
		r.check(file, r.info)
	}
	p := piece{file: r, last: true, kept: h.taken(true), size: h.n}
	if turns == nil {
		h.sum.Sum(r.sum[:0])
		return end(p)
	}
	return f.do(func(_ *worker, out chan<- piece) {
		select {
		case whole := <-turns.last:
			if r.sum = whole.Sum(); whole.Size() != h.n && r.problem == nil {
				p.fault = fmt.Errorf("%s: %d bytes were read and %d hashed", r.path, h.n, whole.Size())
			}
			f.send(out, p)
		case <-f.ctx.Done():
		}
	})
}

// keeps tells whether a large file is to be copied into the store: then all of it, if an earlier load has begun to.
func (f *feed) keeps(r *reading) (keep bool, err error) {
	if keep = f.keep; !keep && r.resumed != nil {
		err = f.db.readers.QueryRowContext(f.ctx, "select exists (select 1 from evidence where file = ?)", r.resumed.id).Scan(&keep)
	}
	return keep, err
}

// recognise finds a large file that was loaded before, wholly (its bytes are hashed, which is a third of the work of
// loading them) or up to a place.
func (f *feed) recognise(r *reading, file *os.File) error {
	same, err := f.db.filesBySize(f.ctx, r.size, mappedForm(f.mapping))
	if err != nil || len(same) == 0 {
		return err
	}
	hashed := false
	for i := range same {
		row := &same[i]
		switch {
		case row.state == stateReading:
			left, err := f.db.left(f.ctx, row, r.path, r.info)
			if err != nil {
				return f.db.trouble("look for a file", err)
			}
			if left {
				r.resumed = row
			}
		case row.sha256 != nil && !hashed:
			hashed = true
			h := sha256.New()
			if _, err := io.Copy(h, f.tell.reader(f.ctx, file, Comparing, r.path, r.size)); err != nil {
				return err
			}
			if _, err := file.Seek(0, io.SeekStart); err != nil {
				return err
			}
			h.Sum(r.sum[:0])
			fallthrough
		default:
			if bytes.Equal(row.sha256, r.sum[:]) {
				r.known = row
				return nil
			}
		}
	}
	return nil
}
