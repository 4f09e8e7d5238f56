package event

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// gzip is where most of a load's time goes: the logs of a bucket are compressed ten to one, and the decompressors at hand
// give a byte at a time to their window. This one keeps 56 bits of input at hand, takes several literals a round, copies
// matches eight bytes at a time, and checks for the end of its buffers once a symbol, not once a bit.

var errCorrupt = errors.New("corrupt data")

const (
	history   = 32 << 10 // how far back a match may reach
	fresh     = 256 << 10
	overshoot = 258 + 16 // a match, and what is written beyond its end by copying in eights
)

// inflater expands a gzip stream of one or several members.
type inflater struct {
	r   io.Reader
	in  []byte // a buffer; in[pos:end] is not read yet
	pos int
	end int
	eof bool

	bits  uint64 // the next bits, lowest first
	nbits uint

	out   []byte
	read  int // out[read:write] is not given out yet
	write int
	have  int // how much of out before write is this member's: matches reach no further

	stage  stage
	final  bool
	stored int
	codes  codes
	lit    *litTable
	dist   *distTable
	crc    uint32
	size   uint32
	summed int // out[summed:write] is not in crc yet
	first  bool
	err    error
}

type stage uint8

const (
	atHeader stage = iota
	atBlock
	inStored
	inCodes
	atTrailer
)

var inflaters = sync.Pool{New: func() any {
	return &inflater{in: make([]byte, 64<<10), out: make([]byte, history+fresh+overshoot)}
}}

func newInflater(r io.Reader) *inflater {
	f := inflaters.Get().(*inflater)
	f.r, f.first, f.eof, f.err, f.stage = r, true, false, nil, atHeader
	f.pos, f.end, f.bits, f.nbits, f.read, f.write, f.have, f.summed = 0, 0, 0, 0, 0, 0, 0, 0
	return f
}

func (f *inflater) Read(p []byte) (int, error) {
	for f.read == f.write {
		if f.err != nil {
			return 0, f.err
		}
		f.advance()
	}
	n := copy(p, f.out[f.read:f.write])
	f.read += n
	return n, nil
}

// advance expands until the window is full, or the stream ends. What was expanded before a fault is given out.
func (f *inflater) advance() {
	if f.write > history+fresh/2 {
		n := copy(f.out, f.out[f.write-history:f.write])
		f.read, f.write, f.summed, f.have = n, n, n, min(f.have, n)
	}
	for f.err == nil && f.write+overshoot <= len(f.out) {
		switch f.stage {
		case atHeader:
			f.header()
		case atBlock:
			f.block()
		case inStored:
			f.copyStored()
		case inCodes:
			f.symbols()
		case atTrailer:
			f.trailer()
		}
		if f.stage <= atBlock && f.write > f.read && f.err == nil && f.write > history+fresh/2 {
			break
		}
	}
	f.sum()
}

// sum brings the checksum up to what has been written.
func (f *inflater) sum() {
	f.crc = crc32.Update(f.crc, crc32.IEEETable, f.out[f.summed:f.write])
	f.size += uint32(f.write - f.summed)
	f.summed = f.write
}

// more makes at least n bytes of input stand in the buffer, or all that there are.
func (f *inflater) more(n int) {
	if f.end-f.pos >= n || f.eof {
		return
	}
	// Bytes that are in f.bits already may be given back, so they stay before pos.
	keep := min(8, f.pos)
	f.end = copy(f.in, f.in[f.pos-keep:f.end])
	f.pos = keep
	n += keep
	for f.end < len(f.in) && f.end < n && !f.eof {
		m, err := f.r.Read(f.in[f.end:])
		f.end += m
		if err != nil {
			f.eof = true
			if err != io.EOF {
				f.err = err
			}
		}
	}
}

func (f *inflater) short() { f.fail(io.ErrUnexpectedEOF) }

func (f *inflater) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (f *inflater) byte() byte {
	f.more(1)
	if f.pos == f.end {
		f.short()
		return 0
	}
	f.pos++
	return f.in[f.pos-1]
}

func (f *inflater) header() {
	f.more(18)
	if f.pos == f.end && !f.first {
		f.fail(io.EOF)
		return
	}
	h := f.in[f.pos:f.end]
	if len(h) < 3 || h[0] != 0x1f || h[1] != 0x8b || h[2] != 8 {
		f.fail(gzip.ErrHeader)
		return
	}
	if len(h) < 10 {
		f.short()
		return
	}
	flags := h[3]
	f.pos += 10
	if flags&4 != 0 {
		for n := int(f.byte()) | int(f.byte())<<8; n > 0 && f.err == nil; n-- {
			f.byte()
		}
	}
	for _, text := range []byte{8, 16} { // a name and a comment
		if flags&text != 0 {
			for f.err == nil && f.byte() != 0 {
			}
		}
	}
	if flags&2 != 0 {
		f.byte()
		f.byte()
	}
	f.first, f.final, f.have, f.crc, f.size, f.summed = false, false, 0, 0, 0, f.write
	f.stage = atBlock
}

func (f *inflater) trailer() {
	f.pos -= int(f.nbits >> 3)
	f.bits, f.nbits = 0, 0
	f.more(8)
	f.sum()
	if f.end-f.pos < 8 {
		f.short()
		return
	}
	t := f.in[f.pos:]
	f.pos += 8
	if binary.LittleEndian.Uint32(t) != f.crc || binary.LittleEndian.Uint32(t[4:]) != f.size {
		f.fail(gzip.ErrChecksum)
		return
	}
	f.stage = atHeader
}

// need makes n bits stand in f.bits.
func (f *inflater) need(n uint) bool {
	for f.nbits < n {
		if f.pos == f.end {
			if f.more(1); f.pos == f.end {
				f.short()
				return false
			}
		}
		f.bits |= uint64(f.in[f.pos]) << f.nbits
		f.pos++
		f.nbits += 8
	}
	return true
}

func (f *inflater) take(n uint) int {
	if !f.need(n) {
		return 0
	}
	v := f.bits & (1<<n - 1)
	f.bits >>= n
	f.nbits -= n
	return int(v)
}

func (f *inflater) block() {
	if f.final {
		f.stage = atTrailer
		return
	}
	f.final = f.take(1) == 1
	switch kind := f.take(2); {
	case f.err != nil:
	case kind == 0:
		f.take(f.nbits & 7)
		n := f.take(16)
		if inverse := f.take(16); f.err == nil && n != ^inverse&0xffff {
			f.fail(errCorrupt)
		}
		f.stored, f.stage = n, inStored
	case kind == 1:
		f.lit, f.dist = fixed()
		f.stage = inCodes
	case kind == 2:
		f.dynamic()
		f.stage = inCodes
	default:
		f.fail(errCorrupt)
	}
}

func (f *inflater) copyStored() {
	for f.stored > 0 && f.nbits > 0 && f.write < len(f.out) {
		f.out[f.write] = byte(f.take(8))
		f.write++
		f.have++
		f.stored--
	}
	if f.stored == 0 {
		f.stage = atBlock
		return
	}
	f.more(1)
	n := copy(f.out[f.write:], f.in[f.pos:min(f.end, f.pos+f.stored)])
	if n == 0 && f.write < len(f.out) {
		f.short()
		return
	}
	f.pos, f.write, f.have, f.stored = f.pos+n, f.write+n, f.have+n, f.stored-n
}
