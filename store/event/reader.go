package event

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Block is a piece of a file's expanded stream that holds whole records, to be decoded by any goroutine. The texts of its
// events are views of it: a block is not changed once it is made, and lives as long as they do.
type Block struct {
	Offset int64 // of Data in the expanded stream
	Line   int64 // that Data begins on
	Next   int64 // the line behind Data
	Data   []byte

	form     *Form // of the records in lines
	cuts     []cut // nil: Data is whole lines
	ready    *Record
	flags    Flags
	siblings Siblings
	mapping  *Mapping
	memory   *buffer // that Data lies in
}

// Size is how many bytes of the expanded stream the block's spans cover; more than Data for a record too long to keep.
func (b *Block) Size() int64 {
	if b.ready != nil {
		return b.ready.Length
	}
	return int64(len(b.Data))
}

// Reading says how a file is to be read.
type Reading struct {
	Siblings Siblings // nil: bodies in objects of their own are not read in
	Mapping  *Mapping // nil: records are recognised by what is in them
	Offset   int64    // for a file read on from a place (a line's beginning): where it is; what is read is expanded already
	Line     int64    // and the line it is on
	Form     *Form    // and what Continues said there, which CSV and lists cannot be read on without
	Past     bool     // what is read begins with the file: what is before Offset is expanded and passed over
	Growing  bool     // the file is still being written: a last line or row without an end is left for later
	Block    int      // bytes a block; 0 for the usual
	// Marked, if there is one, is called during Next with places of a gzip file to come back to.
	Marked func(Mark)
	// Passed, if there is one, is called during Next with what no block's Data has: the bytes of records too long to keep.
	Passed func([]byte)
}

// Reader cuts a file into blocks. It finds out by content what the file is: lines of JSON, JSON in any other layout, CSV.
type Reader struct {
	in     io.Reader
	stream *Stream
	how    Reading

	buf    []byte // read and not yet given out
	memory *buffer
	whole  bool  // what has not been read lies behind buf already
	err    error // how the input ended
	offset int64 // of buf
	line   int64
	mode   mode
	form   *Form
	cutter cutter
	queue  []*Block
	done   bool
	held   int64
	giant  *giant
}

type mode uint8

const (
	unknown mode = iota
	lines        // a record a line
	values       // JSON laid out in any other way
	rows         // CSV
)

// A block is large enough for what is done once a block to cost nothing, and small enough for many of them at once. Its
// records are limited too: each takes several hundred bytes once decoded, and a line may be a single byte.
const (
	blockSize = 1 << 20
	maxPieces = 16 << 10
)

// NewReader begins to read a file. The error, when there is one, is a *Reject for the whole file or the input's own.
func NewReader(in io.Reader, how Reading) (*Reader, error) {
	stream := &Stream{r: in}
	if how.Offset == 0 || how.Past {
		var err error
		if stream, err = expand(in, how.Marked); err != nil {
			return nil, err
		}
	}
	if how.Past {
		if n, err := io.CopyN(io.Discard, stream, how.Offset); err != nil {
			return nil, fmt.Errorf("pass over what is loaded: %d of %d bytes: %w", n, how.Offset, err)
		}
	}
	return newReader(stream, how), nil
}

// OpenBytes begins to read a file that is at hand: what can be is expanded in one go and given out as it lies there, so that data
// must stay as it is. In all else it is NewReader.
func OpenBytes(data []byte, how Reading) (*Reader, error) {
	memory, text, encoding, ok := expandWhole(data)
	if !ok {
		return NewReader(bytes.NewReader(data), how)
	}
	r := newReader(&Stream{Encoding: encoding}, how)
	r.whole, r.memory, r.buf = true, memory, text[:0:len(text)]
	return r, nil
}

func newReader(stream *Stream, how Reading) *Reader {
	if how.Block == 0 {
		how.Block = blockSize
	}
	how.Block = max(how.Block, 64)
	if how.Line == 0 {
		how.Line = 1
	}
	r := &Reader{in: stream, stream: stream, how: how, offset: how.Offset, line: how.Line, form: jsonForm}
	switch {
	case how.Form != nil && how.Form.Kind == CSV:
		r.mode, r.form = rows, how.Form
	case how.Form != nil && how.Form.Kind == Values:
		r.mode = values
		r.cutter.goOn(how.Form)
	case how.Offset > 0:
		r.mode = lines
	}
	return r
}

// Continues tells whether the file can be read on from the end of the block that was given out last, and in what form.
func (r *Reader) Continues() (*Form, bool) {
	if r.mode == values {
		if r.giant != nil || len(r.queue) > 0 {
			return nil, false
		}
		return r.cutter.state()
	}
	return r.form, r.mode == lines || r.mode == rows
}

// Encoding says how the file was packed and written, "" for plain UTF-8.
func (r *Reader) Encoding() string { return r.stream.Encoding }

// Held is how many bytes at the end of a growing file were left for later.
func (r *Reader) Held() int64 { return r.held }

// Next is the next block; io.EOF after the last. What breaks the stream off is a record in the last block, not an error.
func (r *Reader) Next() (*Block, error) {
	for len(r.queue) == 0 {
		if r.done {
			return nil, io.EOF
		}
		if err := r.advance(); err != nil {
			return nil, err
		}
	}
	b := r.queue[0]
	r.queue = r.queue[1:]
	return b, nil
}

// fill reads until the buffer holds n bytes or the input ends. Room is made as it is needed, since most objects in a bucket are
// far smaller than a block, and at once behind the first block.
func (r *Reader) fill(n int) {
	if r.whole {
		if n > cap(r.buf) {
			n, r.err = cap(r.buf), io.EOF
		}
		r.buf = r.buf[:max(n, len(r.buf))]
		return
	}
	least := 16 << 10
	if r.offset > r.how.Offset {
		least = r.how.Block
	}
	for len(r.buf) < n && r.err == nil {
		if len(r.buf) == cap(r.buf) {
			r.grow(min(n, max(least, 4*len(r.buf))))
		}
		var m int
		m, r.err = r.in.Read(r.buf[len(r.buf):min(n, cap(r.buf))])
		r.buf = r.buf[:len(r.buf)+m]
	}
}

func (r *Reader) grow(n int) {
	memory := newBuffer(n)
	r.buf = append(memory.b, r.buf...)
	r.memory.release()
	r.memory = memory
}

func (r *Reader) advance() error {
	if r.mode == unknown {
		r.fill(blockSize) // always as much, so that what is recognised does not hang on the size of blocks
		r.recognise()
	}
	switch {
	case r.giant != nil:
		r.passGiant()
	case r.mode == lines:
		r.lines()
	case r.mode == rows:
		r.rows()
	default:
		r.values()
	}
	if !r.done || r.err == io.EOF {
		return nil
	}
	return r.fault()
}

// fault makes the stream's own fault the last record, with no bytes of its own.
func (r *Reader) fault() error {
	var why *Reject
	if !errors.As(r.err, &why) {
		why = &Reject{CodeStream, "cannot be read on: " + r.err.Error()}
	}
	r.queue = append(r.queue, &Block{ready: &Record{
		Offset: r.offset, Line: r.line, At: r.offset, Kind: Rejected, Form: jsonForm, Reject: *why,
	}, Offset: r.offset, Line: r.line})
	return nil
}

// emit gives out the first n bytes of the buffer.
func (r *Reader) emit(n int, cuts []cut) { r.give(n, bytes.Count(r.buf[:n], newline), cuts) }

// give gives out the first n bytes of the buffer, which have so many ends of lines.
func (r *Reader) give(n, ends int, cuts []cut) {
	if n == 0 && len(cuts) == 0 {
		return
	}
	b := &Block{Offset: r.offset, Line: r.line, Next: r.line + int64(ends), Data: r.buf[:n:n], form: r.form, cuts: cuts, siblings: r.how.Siblings, mapping: r.how.Mapping, memory: r.memory}
	if r.memory != nil {
		r.memory.held.Add(1)
	}
	if r.stream.transcoded {
		b.flags |= Transcoded
	}
	r.queue = append(r.queue, b)
	r.offset += int64(n)
	r.line = b.Next
	r.buf = r.buf[n:] // the same memory, behind the block's; fill moves it when it needs room
}

func (r *Reader) finish() {
	r.done = true
	r.memory.release()
	r.memory, r.buf = nil, nil
}

// lines gives out as many whole lines as a block holds.
func (r *Reader) lines() {
	for size := r.how.Block; ; size *= 2 {
		r.fill(size)
		if r.err != nil {
			break
		}
		if n, ends := r.wholeLines(); n > 0 {
			r.give(n, ends, nil)
			return
		}
		if r.how.Growing && len(r.buf) > maxRecord {
			r.begin("line")
			return
		}
		if len(r.buf) > maxWhole && !r.how.Growing {
			r.mode = values // one very long line: perhaps a list of records
			r.cutter = cutter{single: true}
			return
		}
	}
	if n, ends := r.wholeLines(); n > 0 {
		r.give(n, ends, nil)
		return
	}
	if r.how.Growing {
		r.held = int64(len(r.buf))
	} else {
		r.emit(len(r.buf), nil)
	}
	r.finish()
}

// wholeLines is how many bytes of whole lines the buffer holds, and how many lines, up to the most of a block.
func (r *Reader) wholeLines() (n, ends int) {
	n = bytes.LastIndexByte(r.buf, '\n') + 1
	if ends = bytes.Count(r.buf[:n], newline); ends <= maxPieces {
		return n, ends
	}
	n = 0
	for range maxPieces {
		n += bytes.IndexByte(r.buf[n:], '\n') + 1
	}
	return n, maxPieces
}

// rows gives out as many whole CSV rows as a block holds. A quote that is never closed costs its line, not the file.
func (r *Reader) rows() {
	for size := r.how.Block; ; size *= 2 {
		r.fill(size)
		var cuts []cut
		from := 0
		for from < len(r.buf) && len(cuts) < maxPieces {
			to := rowEnd(r.buf, from)
			if to < 0 && (r.err != nil && !r.how.Growing || len(r.buf)-from > maxRecord/4) {
				if to = from + bytes.IndexByte(r.buf[from:], '\n') + 1; to == from && r.err != nil {
					to = len(r.buf)
				}
			}
			if to <= from {
				break
			}
			kind := cutUnit
			if r.header(r.buf[from:to]) {
				kind = cutFrame
			}
			cuts = append(cuts, cut{from: from, to: to, kind: kind, form: r.form})
			from = to
		}
		if len(cuts) > 0 || r.err != nil {
			r.emit(from, cuts)
			if r.err != nil && (len(r.buf) == 0 || r.how.Growing && len(cuts) == 0) {
				r.held = int64(len(r.buf))
				r.finish()
			}
			return
		}
		if len(r.buf) > maxRecord {
			r.begin("line")
			return
		}
	}
}

// header tells whether a row is the header again: the first row of the file, and of each file joined to it.
func (r *Reader) header(row []byte) bool {
	first := r.form.Columns[0]
	row = bytes.TrimPrefix(row, bom)
	if start := bytes.TrimPrefix(row, quote); !bytes.HasPrefix(start, []byte(first)) {
		return false
	}
	cells, ok := splitRow(nil, row)
	return ok && slices.Equal(cells, r.form.Columns)
}

// values gives out what the cutter has cut.
func (r *Reader) values() {
	c := &r.cutter
	for {
		size := max(r.how.Block, 2*len(r.buf))
		if len(r.buf) > r.how.Block {
			size = len(r.buf) + r.how.Block
		}
		r.fill(size)
		c.b, c.eof = r.buf, r.err != nil
		if c.pos == 0 && r.offset == 0 && bytes.HasPrefix(c.b, bom) {
			c.pos = len(bom)
			c.frame(c.pos)
		}
		c.some()
		if c.mark == 0 && c.huge == "" && !c.over && !c.eof {
			continue
		}
		if c.eof && c.mark == 0 && c.huge == "" && !c.over && len(c.b) > 0 {
			c.fault(len(c.b), CodeJSON, "cannot be told apart into records")
		}
		n, huge := c.mark, c.huge
		r.emit(n, c.cuts)
		c.cuts, c.mark, c.huge = nil, 0, ""
		c.pos -= n
		c.start -= n
		c.scan.pos -= n
		for i := range c.stack {
			c.stack[i].from -= n
		}
		switch {
		case huge != "":
			r.begin(huge)
		case c.eof && len(r.buf) == 0:
			r.finish()
		case c.over:
			r.mode = lines
		}
		return
	}
}
