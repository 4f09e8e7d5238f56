//go:build cgo

package native

/*
#cgo CFLAGS: -O3 -Wall -Wextra
#cgo noescape casebook_inflate
#cgo nocallback casebook_inflate
#include "inflate.h"
*/
import "C"

import (
	"bufio"
	"bytes"
	"hash/crc32"
	"io"
	"math"
	"sync"
	"unsafe"

	"github.com/klauspost/compress/flate"
)

// run calls the C code once. from is where out is to be written on; what stands before may be referred to.
func run(z *C.struct_inflater, in []byte, last bool, out []byte, from, pause int) (used, to int, how C.int) {
	var cUsed, cTo C.size_t
	cLast := C.int(0)
	if last {
		cLast = 1
	}
	how = C.casebook_inflate(z, (*C.uint8_t)(unsafe.SliceData(in)), C.size_t(len(in)), cLast,
		(*C.uint8_t)(unsafe.SliceData(out)), C.size_t(from), C.size_t(len(out)), C.size_t(pause), &cUsed, &cTo)
	return int(cUsed), int(cTo), how
}

// begin forgets a stream; the tables of the last one may stay.
func begin(z *C.struct_inflater) {
	z.bits, z.nbits, z.stored, z.phase, z.final = 0, 0, 0, 0, 0
}

var states = sync.Pool{New: func() any { return new(C.struct_inflater) }}

// Expand appends what a whole gzip file expands to. It is not ok for anything but a file without fault that expands to at
// most so many bytes: what is to be made of those is for a Reader to say.
func Expand(dst, src []byte, most int) (out []byte, ok bool) {
	z := states.Get().(*C.struct_inflater)
	defer states.Put(z)
	if cap(dst) == 0 {
		dst = make([]byte, 0, min(most, Expanded(src))+1)
	}
	for begun, first := len(dst), true; first || len(src) > 0; first = false {
		n, err := header(src)
		if err != nil {
			return dst, false
		}
		src = src[n:]
		begin(z)
		for from := len(dst); ; {
			room := min(cap(dst), begun+most)
			used, to, how := run(z, src, true, dst[from:room], len(dst)-from, math.MaxInt)
			src, dst = src[used:], dst[:from+to]
			if how == C.inflate_done {
				if len(src) < 8 || !sealed(src, crc32.ChecksumIEEE(dst[from:]), uint32(len(dst)-from)) {
					return dst, false
				}
				src = src[8:]
				break
			}
			if how != C.inflate_room || room == begun+most {
				return dst, false
			}
			dst = append(make([]byte, 0, min(begun+most, 2*cap(dst)+64<<10)), dst...)
		}
	}
	return dst, true
}

const hasC = true

// streaming expands piece by piece: a window, and room for a piece behind it. Whoever reads much at once gets a piece, which is the
// window of what is then expanded behind it where it is wanted.
type streaming struct {
	z    *C.struct_inflater
	in   *bufio.Reader
	out  []byte
	at   int // expanded up to here
	read int // and given out up to here
	err  error
	past int64 // bytes of the stream used
	all  int64 // expanded so far

	mark func(Mark)
	due  int64 // expanded, when the next mark is to be made
}

const (
	windowSize = 32 << 10
	pieceSize  = 64 << 10
)

func newInflater() inflater {
	return &streaming{z: new(C.struct_inflater), out: make([]byte, windowSize+pieceSize)}
}

func (s *streaming) begin(in *bufio.Reader, mark func(Mark), due int64) {
	begin(s.z)
	s.in, s.at, s.read, s.err, s.past, s.all = in, 0, 0, nil, 0, 0
	s.mark, s.due = mark, due
}

func (s *streaming) resume(in *bufio.Reader, m Mark) error {
	if len(m.Window) > windowSize || m.Bits > 7 {
		return errMark
	}
	s.begin(in, nil, 0)
	s.z.bits, s.z.nbits = C.uint64_t(m.Rest&(1<<m.Bits-1)), C.uint32_t(m.Bits)
	s.at = copy(s.out, m.Window)
	s.read = s.at
	return nil
}

func (s *streaming) used() int64 { return s.past }

func (s *streaming) Read(p []byte) (int, error) {
	for s.read == s.at {
		if s.err != nil {
			return 0, s.err
		}
		if s.at > windowSize {
			s.at = copy(s.out, s.out[s.at-windowSize:s.at])
		}
		s.read = s.at
		s.at = s.expand(s.out, s.at)
	}
	n := copy(p, s.out[s.read:s.at])
	s.read += n
	if n >= windowSize && len(p)-n >= pieceSize && s.err == nil {
		n = s.expand(p, n)
		s.at = copy(s.out, p[n-windowSize:n])
		s.read = s.at
	}
	return n, nil
}

// expand expands what fits into out behind what is there, and says where it ends then.
func (s *streaming) expand(out []byte, at int) int {
	for from, want := at, 1; ; {
		in, err := s.in.Peek(want)
		if err != nil && err != io.EOF && len(in) < want {
			s.err = err
			return at
		}
		in, _ = s.in.Peek(s.in.Buffered())
		pause := math.MaxInt
		if s.mark != nil {
			pause = at + int(min(max(s.due-s.all, 0), int64(len(out))))
		}
		used, to, how := run(s.z, in, err == io.EOF, out, at, pause)
		_, _ = s.in.Discard(used)
		s.all += int64(to - at)
		at = to
		s.past += int64(used)
		switch how {
		case C.inflate_pause:
			s.mark(Mark{Expanded: s.all, Offset: s.past, Bits: uint8(s.z.nbits), Rest: uint8(s.z.bits), Window: bytes.Clone(out[max(0, at-windowSize):at])})
			s.due = s.all + markEvery
			continue
		case C.inflate_done:
			s.err = io.EOF
		case C.inflate_short:
			s.err = io.ErrUnexpectedEOF
		case C.inflate_bad:
			s.err = flate.CorruptInputError(s.past)
		}
		if s.err != nil || at > from && how == C.inflate_room {
			return at
		}
		want = len(in) - used + 1
	}
}
