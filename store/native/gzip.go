package native

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/gzip"
)

// Gzip (RFC 1952) around whichever inflater there is: members one after the other, each with its header and its checksum.

// inflater expands one deflate stream, and leaves what follows it unread.
type inflater interface {
	io.Reader
	// begin begins a stream; mark, if there is one, is to be called in front of the first block behind due bytes, and so on.
	begin(in *bufio.Reader, mark func(Mark), due int64)
	resume(in *bufio.Reader, m Mark) error
	used() int64 // bytes of the stream so far, for marks
}

// Reader expands a gzip file of any size and any number of members.
type Reader struct {
	in     *bufio.Reader
	body   inflater
	inside bool // a member
	sum    uint32
	size   uint32
	err    error

	// Marked, if there is one, is called with places to come back to, one every few mebibytes.
	Marked   func(Mark)
	offset   int64 // of the member's stream in the file
	expanded int64 // in the members before
	length   int64 // of this member so far
	due      int64 // expanded, when the next mark is to be made
	midway   bool  // the member's beginning was passed over: there is nothing to hold its checksum against
}

// Mark is a place of a gzip file where expanding can begin.
type Mark struct {
	Expanded   int64 // how much of the expanded file lies before it
	Offset     int64 // where reading begins in the file itself
	Bits, Rest uint8 // so many bits of the byte before Offset are still to be used, and these are they
	Window     []byte
}

// markEvery is how much lies between marks: a millisecond or two of expanding.
const markEvery = 4 << 20

var errMark = errors.New("this is no place to begin to expand at")

// inputSize holds the largest header and the beginning of the largest block.
const inputSize = 128 << 10

// Reset begins a file. Its error is the one of the first member's header: gzip.ErrHeader where it is none.
func (z *Reader) Reset(in io.Reader) error {
	if z.in == nil {
		z.in, z.body = bufio.NewReaderSize(in, inputSize), newInflater()
	} else {
		z.in.Reset(in)
	}
	z.inside, z.midway = false, false
	z.offset, z.expanded, z.length, z.due = 0, 0, 0, 0
	z.err = z.member()
	return z.err
}

// ResetAt begins in the middle of a file: in begins at the mark's offset. What it expands to is not held against a checksum.
func (z *Reader) ResetAt(in io.Reader, m Mark) error {
	if z.in == nil {
		z.in, z.body = bufio.NewReaderSize(in, inputSize), newInflater()
	} else {
		z.in.Reset(in)
	}
	z.inside, z.midway, z.Marked = true, true, nil
	z.err = z.body.resume(z.in, m)
	return z.err
}

// Read expands. Its errors are io.EOF, io.ErrUnexpectedEOF, gzip.ErrHeader for something else behind a member,
// gzip.ErrChecksum, a flate.CorruptInputError, and those of the file.
func (z *Reader) Read(p []byte) (int, error) {
	for z.err == nil {
		if !z.inside {
			if z.err = z.member(); z.err != nil {
				break
			}
		}
		n, err := z.body.Read(p)
		z.sum = crc32.Update(z.sum, crc32.IEEETable, p[:n])
		z.size += uint32(n)
		z.length += int64(n)
		if err == io.EOF {
			err = z.trailer()
		}
		z.err = err
		if n > 0 || len(p) == 0 {
			return n, nil
		}
	}
	return 0, z.err
}

// member begins the next member; io.EOF when there is none.
func (z *Reader) member() error {
	for want := 1; ; {
		b, err := z.in.Peek(want)
		if err != nil && (err != io.EOF || len(b) == 0) {
			return err
		}
		b, _ = z.in.Peek(z.in.Buffered())
		switch n, why := header(b); {
		case why == nil:
			_, _ = z.in.Discard(n)
			z.offset += int64(n)
			z.begin()
			return nil
		case why != io.ErrUnexpectedEOF || err == io.EOF:
			return why
		}
		want = len(b) + 1
	}
}

// begin begins a member's stream. Marks are made in it, and where it begins, when one is due.
func (z *Reader) begin() {
	z.inside, z.sum, z.size, z.length = true, 0, 0, 0
	if z.Marked == nil {
		z.body.begin(z.in, nil, 0)
		return
	}
	if z.expanded >= z.due {
		z.marked(Mark{})
	}
	z.body.begin(z.in, z.marked, z.due-z.expanded)
}

// marked passes on a mark that was made within a member.
func (z *Reader) marked(m Mark) {
	m.Expanded += z.expanded
	m.Offset += z.offset
	z.due = m.Expanded + markEvery
	z.Marked(m)
}

func (z *Reader) trailer() error {
	b, err := z.in.Peek(8)
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	if !z.midway && !sealed(b, z.sum, z.size) {
		return gzip.ErrChecksum
	}
	_, _ = z.in.Discard(8)
	z.offset += z.body.used() + 8
	z.expanded += z.length
	z.inside, z.midway = false, false
	return nil
}

func sealed(trailer []byte, sum, size uint32) bool {
	return binary.LittleEndian.Uint32(trailer) == sum && binary.LittleEndian.Uint32(trailer[4:]) == size
}

// Expanded is how large a gzip file says it is, as far as that can be true: its last member by itself, and no more than
// deflate can make of so many bytes.
func Expanded(src []byte) int {
	if len(src) < 18 {
		return 0
	}
	return int(min(uint64(binary.LittleEndian.Uint32(src[len(src)-4:])), 1032*uint64(len(src))))
}

// The flags of a header.
const (
	headerSum = 1 << (iota + 1)
	headerExtra
	headerName
	headerComment
	headerReserved = 0xe0

	longestName = 512
)

// header is the length of the header that b begins with. When b ends inside it the error is io.ErrUnexpectedEOF.
func header(b []byte) (int, error) {
	magic := []byte{0x1f, 0x8b, 8}
	if !bytes.HasPrefix(b, magic[:min(len(b), len(magic))]) {
		return 0, gzip.ErrHeader
	}
	if len(b) < 10 {
		return 0, io.ErrUnexpectedEOF
	}
	flags, n := b[3], 10
	if flags&headerReserved != 0 {
		return 0, gzip.ErrHeader
	}
	if flags&headerExtra != 0 {
		if len(b) < n+2 {
			return 0, io.ErrUnexpectedEOF
		}
		n += 2 + int(binary.LittleEndian.Uint16(b[n:]))
	}
	for _, f := range []byte{headerName, headerComment} {
		if flags&f == 0 {
			continue
		}
		if len(b) < n {
			return 0, io.ErrUnexpectedEOF
		}
		end := bytes.IndexByte(b[n:min(len(b), n+longestName)], 0)
		switch {
		case end >= 0:
			n += end + 1
		case len(b)-n >= longestName:
			return 0, gzip.ErrHeader
		default:
			return 0, io.ErrUnexpectedEOF
		}
	}
	if flags&headerSum != 0 {
		if len(b) < n+2 {
			return 0, io.ErrUnexpectedEOF
		}
		if binary.LittleEndian.Uint16(b[n:]) != uint16(crc32.ChecksumIEEE(b[:n])) {
			return 0, gzip.ErrHeader
		}
		n += 2
	}
	if len(b) < n {
		return 0, io.ErrUnexpectedEOF
	}
	return n, nil
}
