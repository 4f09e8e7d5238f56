package event

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// Zstd (RFC 8878), a frame at a time: where one begins, expanding can begin. What is no frame is left to the decoder to complain of.

// framed expands a zstd file.
type framed struct {
	frame    frame
	z        *zstd.Decoder
	marked   func(Mark) // nil: nobody wants to come back
	expanded int64
	due      int64 // expanded, when the next mark is to be made
	inside   bool
}

// markEvery is how much lies between marks, at least.
const markEvery = 4 << 20

func newFramed(in *bufio.Reader, marked func(Mark)) (*framed, error) {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
	return &framed{frame: frame{in: in}, z: z, marked: marked}, err
}

func (f *framed) Read(p []byte) (int, error) {
	for {
		if !f.inside {
			if _, err := f.frame.in.Peek(1); err != nil {
				return 0, err
			}
			if f.marked != nil && f.expanded >= f.due {
				f.marked(Mark{Expanded: f.expanded, Offset: f.frame.at})
				f.due = f.expanded + markEvery
			}
			f.frame.begin()
			if err := f.z.Reset(&f.frame); err != nil && !errors.Is(err, io.EOF) {
				return 0, err
			}
			f.inside = true
		}
		n, err := f.z.Read(p)
		f.expanded += int64(n)
		if err == io.EOF {
			f.inside, err = false, nil
			if n == 0 {
				continue
			}
		}
		return n, err
	}
}

// frame gives the bytes of one frame, and looks at them only as far as it takes to know where it ends.
type frame struct {
	in   *bufio.Reader
	at   int64 // in the file
	left int64 // bytes of what comes next: a block, a checksum
	last bool  // nothing but that
	sum  bool  // a checksum follows the last block
	odd  bool  // no frame that is known: all the rest
}

const (
	frameMagic = 0xfd2fb528
	skipMagic  = 0x184d2a50 // of frames to be skipped, with the lowest four bits open
)

// begin looks at a frame's header, which is left for the decoder to read.
func (f *frame) begin() {
	*f = frame{in: f.in, at: f.at}
	head, _ := f.in.Peek(18)
	if len(head) < 8 {
		f.odd = true
		return
	}
	magic := binary.LittleEndian.Uint32(head)
	if magic&^0xf == skipMagic {
		f.left, f.last = 8+int64(binary.LittleEndian.Uint32(head[4:])), true
		return
	}
	if magic != frameMagic {
		f.odd = true
		return
	}
	about := head[4]
	single := about>>5&1 == 1
	f.sum = about>>2&1 == 1
	f.left = 5 + []int64{0, 1, 2, 4}[about&3] + []int64{0, 2, 4, 8}[about>>6]
	if !single || about>>6 == 0 {
		f.left++ // the window's size, or that of the content in one byte
	}
}

func (f *frame) Read(p []byte) (int, error) {
	for f.left == 0 && !f.odd {
		switch {
		case f.last && f.sum:
			f.left, f.sum = 4, false
		case f.last:
			return 0, io.EOF
		default:
			head, err := f.in.Peek(3)
			if err != nil {
				f.odd = true // it breaks off, as the decoder will find
				break
			}
			block := uint32(head[0]) | uint32(head[1])<<8 | uint32(head[2])<<16
			f.last = block&1 == 1
			f.left = 3 + int64(block>>3)
			if block>>1&3 == 1 { // one byte, repeated
				f.left = 4
			}
		}
	}
	if !f.odd && int64(len(p)) > f.left {
		p = p[:f.left]
	}
	n, err := f.in.Read(p)
	f.at += int64(n)
	f.left -= int64(n)
	return n, err
}
