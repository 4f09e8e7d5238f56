package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"

	"casebook/store/event"
)

// How a large file is read: the feeder cuts it into blocks, and workers decode them.
//
// All bytes of a file have one hash, each part of which waits for the one before. Those of a packed file are hashed as they are read,
// which are few. Of a plain one the blocks are the file: they are hashed beside the workers, one after the other.

// blockHash hashes the blocks of a plain file in the order in which they come.
type blockHash struct {
	blocks chan chunk
	whole  chan struct{} // closed when all of them are hashed
	sum    hash.Hash
	n      int64
}

// chunk is a block, or bytes that came between two.
type chunk struct {
	block *event.Block
	bytes []byte
}

func newBlockHash() *blockHash {
	h := &blockHash{blocks: make(chan chunk, inQueue), whole: make(chan struct{}), sum: sha256.New()}
	go func() {
		defer close(h.whole)
		for b := range h.blocks {
			h.n += int64(len(b.bytes))
			h.sum.Write(b.bytes)
			if b.block != nil {
				b.block.Release()
			}
		}
	}()
	return h
}

// block takes a block, which may be released meanwhile.
func (h *blockHash) block(b *event.Block) { h.blocks <- chunk{b.Share(), b.Data} }

// passed takes bytes that are in no block.
func (h *blockHash) passed(b []byte) { h.blocks <- chunk{bytes: bytes.Clone(b)} }

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

// cutting is a large file while it is cut into blocks.
type cutting struct {
	*feed
	file   *reading
	in     *hashing
	ways   entries
	reader *event.Reader
	along  *blockHash // hashes a plain file, and in has no sum then
}

// large cuts a file into blocks and queues the decoding of each.
func (f *feed) large(r *reading, in io.ReadCloser) bool {
	defer in.Close()
	f.room(f.cores + 3)
	c, err := f.begin(r, in)
	if c == nil {
		r.problem = err
		return f.last(piece{file: r, last: true})
	}
	if c.along != nil {
		defer close(c.along.blocks)
	}
	for {
		b, err := c.reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			r.problem = err
			break
		}
		if !c.block(b) {
			return false
		}
	}
	return c.end(in)
}

// begin opens a large file at its beginning, or where an earlier load was stopped. Nil is a file that is not to be read.
func (f *feed) begin(r *reading, in io.Reader) (*cutting, error) {
	file, _ := in.(*os.File)
	if file != nil && !f.fresh {
		if err := f.recognise(r, file); err != nil || r.known != nil {
			return nil, err
		}
	}
	bounded := in
	if file != nil {
		bounded = endOf(file, r.info)
	}
	keep, err := f.keeps(r)
	if err != nil {
		return nil, err
	}
	c := &cutting{feed: f, file: r, ways: entries{last: -1}}
	c.in = &hashing{in: f.tell.reader(f.ctx, bounded, Reading, r.path, r.size), sum: sha256.New(), keep: keep || file == nil}
	how := event.Reading{Mapping: f.mapping, Marked: c.ways.mark, Passed: c.passed}
	if file != nil {
		how.Siblings = f.siblings(r.path)
	}
	if r.resumed != nil && r.resumed.line > 0 && r.resumed.checkpoint > 0 {
		how.Past, how.Offset, how.Line = true, r.resumed.checkpoint, r.resumed.line
		if how.Form, err = event.ParseForm(r.resumed.goes); err != nil {
			return nil, err
		}
		r.from = how.Offset
	}
	if c.reader, err = event.NewReader(c.in, how); err != nil {
		r.refuse(err)
		return nil, r.problem
	}
	r.encoding = c.reader.Encoding()
	if r.encoding == "" && !how.Past {
		c.in.sum, c.along = nil, newBlockHash()
	}
	return c, nil
}

// passed takes bytes that are in no block.
func (c *cutting) passed(b []byte) {
	if c.along != nil {
		c.along.passed(b)
	}
}

// block queues the decoding of a block, with what was put aside on the way to it.
func (c *cutting) block(b *event.Block) bool {
	parts, read := c.in.taken(false), c.in.n
	marks, keep := c.ways.take(c.file.encoding, b.Offset, b.Offset+int64(len(b.Data)))
	line, goes := int64(0), ""
	if form, ok := c.reader.Continues(); ok {
		line, goes = b.Next, form.String()
	}
	if c.along != nil {
		c.along.block(b)
	}
	queued := c.do(func(w *worker, out chan<- piece) {
		var stretch []byte
		if keep && len(b.Data) > 0 {
			stretch = packStretch(b.Data)
		}
		p := w.decode(c.file, b)
		p.kept, p.marks, p.stretch, p.read = parts, packMarks(marks), stretch, read
		p.line, p.goes = line, goes
		c.send(out, p)
	})
	if queued {
		c.tell.fed()
	}
	return queued
}

// end queues what there is to say of the whole file, when all its blocks are.
func (c *cutting) end(in io.Reader) bool {
	r := c.file
	// What follows the end of a compressed stream belongs to the file's hash as well.
	if _, err := io.Copy(io.Discard, c.in); err != nil && r.problem == nil {
		r.problem = err
	}
	if file, ok := in.(*os.File); ok {
		r.check(file, r.info)
	}
	p := piece{file: r, last: true, kept: c.in.taken(true), size: c.in.n}
	if c.along == nil {
		c.in.sum.Sum(r.sum[:0])
		return c.last(p)
	}
	return c.do(func(_ *worker, out chan<- piece) {
		<-c.along.whole
		if c.along.sum.Sum(r.sum[:0]); c.along.n != c.in.n && r.problem == nil {
			p.fault = fmt.Errorf("%s: %d bytes were read and %d hashed", r.path, c.in.n, c.along.n)
		}
		c.send(out, p)
	})
}

// last queues the last piece of a file.
func (f *feed) last(p piece) bool {
	return f.do(func(_ *worker, out chan<- piece) { f.send(out, p) })
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
	hashed := false // one of them was
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
		case row.sha256 != nil:
			hashed = true
		}
	}
	if !hashed {
		return nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f.tell.reader(f.ctx, file, Comparing, r.path, r.size)); err != nil {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	h.Sum(r.sum[:0])
	return f.again(r)
}
