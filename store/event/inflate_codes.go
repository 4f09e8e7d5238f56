package event

import (
	"encoding/binary"
	"math/bits"
	"sync"
)

// Entries of the decoding tables: 5 bits of code length, 3 of kind, 8 of extra bits (for a link: how many bits the second
// table takes), 16 of value: a literal, the base of a length or a distance, the place of a second table.
const (
	isLiteral = iota << 5
	isBase
	isEnd
	isLink
	isInvalid
	kindMask   = 7 << 5
	lengthMask = 31
)

const (
	litBits  = 11
	distBits = 9
)

// Second tables follow the first ones: at most one for each symbol. The sizes are powers of two, so that an index can be
// kept inside by a mask rather than by a check.
type (
	litTable  [8192]uint32
	distTable [4096]uint32
)

// codes is room for the tables of a block.
type codes struct {
	lit  litTable
	dist distTable
}

var (
	lengthBase  = [...]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra = [...]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distBase    = [...]uint16{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distExtra   = [...]uint8{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
	lengthOrder = [...]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// litEntry and distEntry are what a symbol means.
func litEntry(symbol int) uint32 {
	switch {
	case symbol < 256:
		return isLiteral | uint32(symbol)<<16
	case symbol == 256:
		return isEnd
	case symbol-257 < len(lengthBase):
		return isBase | uint32(lengthExtra[symbol-257])<<8 | uint32(lengthBase[symbol-257])<<16
	}
	return isInvalid
}

func distEntry(symbol int) uint32 {
	if symbol < len(distBase) {
		return isBase | uint32(distExtra[symbol])<<8 | uint32(distBase[symbol])<<16
	}
	return isInvalid
}

func plainEntry(symbol int) uint32 { return uint32(symbol) << 16 }

// table makes the decoding table of a set of code lengths. Codes that do not fill the space are an error, but for a single
// code of one bit, or none at all.
func table(to []uint32, lengths []uint8, first uint, entry func(int) uint32) bool {
	var count, next [16]int
	for _, n := range lengths {
		count[n]++
	}
	count[0] = 0
	code, left, used := 0, 1, 0
	for n := 1; n < 16; n++ {
		code = (code + count[n-1]) << 1
		next[n] = code
		if left = left<<1 - count[n]; left < 0 {
			return false
		}
		used += count[n]
	}
	if left > 0 && !(used == 0 || used == 1 && count[1] == 1) {
		return false
	}
	end := 1 << first
	for i := range to[:end] {
		to[i] = isInvalid
	}
	for symbol, length := range lengths {
		if length == 0 {
			continue
		}
		n := uint(length)
		code := uint(bits.Reverse16(uint16(next[n])) >> (16 - n))
		next[n]++
		e := entry(symbol) | uint32(n)
		if n <= first {
			for i := code; i < 1<<first; i += 1 << n {
				to[i] = e
			}
			continue
		}
		root := code & (1<<first - 1)
		if to[root]&kindMask != isLink {
			to[root] = isLink | uint32(end)<<16
			for range 1 << (15 - first) {
				to[end] = isInvalid
				end++
			}
		}
		at := uint(to[root] >> 16)
		for i := code >> first; i < 1<<(15-first); i += 1 << (n - first) {
			to[at+i] = e
		}
	}
	return true
}

// fixed are the tables that the format itself gives.
var fixed = sync.OnceValues(func() (lit *litTable, dist *distTable) {
	lit, dist = new(litTable), new(distTable)
	var lengths [288]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	table(lit[:], lengths[:], litBits, litEntry)
	var five [32]uint8
	for i := range five {
		five[i] = 5
	}
	table(dist[:], five[:], distBits, distEntry)
	return lit, dist
})

// dynamic reads the tables that a block brings with it.
func (f *inflater) dynamic() {
	nlit, ndist, n := f.take(5)+257, f.take(5)+1, f.take(4)+4
	if f.err != nil || nlit > 286 || ndist > 30 {
		f.fail(errCorrupt)
		return
	}
	var order [19]uint8
	for i := range n {
		order[lengthOrder[i]] = uint8(f.take(3))
	}
	small := f.codes.dist[:1<<7]
	if !table(small, order[:], 7, plainEntry) || f.err != nil {
		f.fail(errCorrupt)
		return
	}
	var lengths [286 + 30]uint8
	for i := 0; i < nlit+ndist; {
		symbol := f.coded(small)
		if f.err != nil {
			return
		}
		repeat, value := 0, uint8(0)
		switch {
		case symbol < 16:
			lengths[i] = uint8(symbol)
			i++
			continue
		case symbol == 16:
			if i == 0 {
				f.fail(errCorrupt)
				return
			}
			repeat, value = 3+f.take(2), lengths[i-1]
		case symbol == 17:
			repeat = 3 + f.take(3)
		default:
			repeat = 11 + f.take(7)
		}
		if i+repeat > nlit+ndist {
			f.fail(errCorrupt)
			return
		}
		for range repeat {
			lengths[i] = value
			i++
		}
	}
	if lengths[256] == 0 || !table(f.codes.lit[:], lengths[:nlit], litBits, litEntry) ||
		!table(f.codes.dist[:], lengths[nlit:nlit+ndist], distBits, distEntry) {
		f.fail(errCorrupt)
	}
	f.lit, f.dist = &f.codes.lit, &f.codes.dist
}

// coded reads a symbol of a small table, a bit at a time at the end of the input.
func (f *inflater) coded(small []uint32) int {
	for n := uint(1); n <= 7; n++ {
		if !f.need(n) {
			return 0
		}
		if e := small[f.bits&(1<<7-1)]; e&kindMask != isInvalid && uint(e&lengthMask) <= f.nbits {
			f.take(uint(e & lengthMask))
			return int(e >> 16)
		}
	}
	f.fail(errCorrupt)
	return 0
}

// symbols expands coded data until the block ends, the window is full, or the input runs low; then one symbol at a time.
func (f *inflater) symbols() {
	for f.err == nil && f.stage == inCodes && f.write+overshoot <= len(f.out) {
		f.more(64)
		if f.end-f.pos >= 24 {
			f.fast()
		} else {
			f.slow()
		}
	}
}

// fast is the loop where the time goes. It leaves when fewer than 16 bytes of input or a match's room of output are left.
func (f *inflater) fast() {
	in, pos, last := f.in[:f.end], f.pos, f.end-16
	b, n := f.bits, f.nbits
	out, w := f.out, f.write
	began, limit := w, len(out)-overshoot
	lit, dist := f.lit, f.dist
	for pos <= last && w <= limit {
		b |= binary.LittleEndian.Uint64(in[pos:]) << (n & 63)
		pos += int((63 - n) >> 3)
		n |= 56
		e := lit[b&(1<<litBits-1)]
		if e&kindMask == isLiteral {
			b >>= e & lengthMask
			n -= uint(e & lengthMask)
			out[w] = byte(e >> 16)
			w++
			e = lit[b&(1<<litBits-1)]
			if e&kindMask == isLiteral {
				b >>= e & lengthMask
				n -= uint(e & lengthMask)
				out[w] = byte(e >> 16)
				w++
				e = lit[b&(1<<litBits-1)]
				if e&kindMask == isLiteral {
					b >>= e & lengthMask
					n -= uint(e & lengthMask)
					out[w] = byte(e >> 16)
					w++
					continue
				}
			}
		}
		if e&kindMask == isLink {
			e = lit[(uint64(e>>16)+(b>>litBits)&(1<<(15-litBits)-1))%uint64(len(lit))]
		}
		b >>= e & lengthMask
		n -= uint(e & lengthMask)
		switch e & kindMask {
		case isLiteral:
			out[w] = byte(e >> 16)
			w++
			continue
		case isBase:
		case isEnd:
			f.stage = atBlock
			f.settleFast(b, n, pos, w, began)
			return
		default:
			f.fail(errCorrupt)
			f.settleFast(b, n, pos, w, began)
			return
		}
		extra := uint(e>>8) & 31
		length := int(e>>16) + int(b&(1<<extra-1))
		b >>= extra
		n -= extra
		// At most 11+11+15+5 bits are gone; a distance takes up to 28.
		b |= binary.LittleEndian.Uint64(in[pos:]) << (n & 63)
		pos += int((63 - n) >> 3)
		n |= 56
		e = dist[b&(1<<distBits-1)]
		if e&kindMask == isLink {
			e = dist[(uint64(e>>16)+(b>>distBits)&(1<<(15-distBits)-1))%uint64(len(dist))]
		}
		b >>= e & lengthMask
		n -= uint(e & lengthMask)
		extra = uint(e>>8) & 31
		distance := int(e>>16) + int(b&(1<<extra-1))
		b >>= extra
		n -= extra
		if e&kindMask != isBase || distance > f.have+w-began {
			f.fail(errCorrupt)
			f.settleFast(b, n, pos, w, began)
			return
		}
		repeat(out, w, distance, length)
		w += length
	}
	f.settleFast(b, n, pos, w, began)
}

// repeat copies a match. It writes up to seven bytes beyond its end where the distance allows copying in eights.
func repeat(out []byte, w, distance, length int) {
	from := w - distance
	if distance < 8 {
		for i := range length {
			out[w+i] = out[from+i]
		}
		return
	}
	for i := 0; i < length; i += 8 {
		binary.LittleEndian.PutUint64(out[w+i:], binary.LittleEndian.Uint64(out[from+i:]))
	}
}

// settleFast puts the loop's variables back. Bits above nbits may be set: they are of bytes that pos has not passed, and
// are the same when they come again; the slow reader needs them gone.
func (f *inflater) settleFast(b uint64, n uint, pos, w, began int) {
	f.bits, f.nbits = b&(1<<n-1), n
	f.pos, f.write = pos, w
	f.have += w - began
}

// slow expands one symbol, near the end of the input, where bits that are missing must not be taken for zeros.
func (f *inflater) slow() {
	e, ok := f.symbol(f.lit[:], litBits)
	if !ok {
		return
	}
	switch e & kindMask {
	case isLiteral:
		f.out[f.write] = byte(e >> 16)
		f.write++
		f.have++
		return
	case isEnd:
		f.stage = atBlock
		return
	}
	length := int(e>>16) + f.take(uint(e>>8)&31)
	d, ok := f.symbol(f.dist[:], distBits)
	if !ok {
		return
	}
	distance := int(d>>16) + f.take(uint(d>>8)&31)
	if f.err != nil {
		return
	}
	if d&kindMask != isBase || distance > f.have {
		f.fail(errCorrupt)
		return
	}
	repeat(f.out, f.write, distance, length)
	f.write += length
	f.have += length
}

func (f *inflater) symbol(table []uint32, first uint) (uint32, bool) {
	for n := uint(1); n <= 15; n++ {
		if !f.need(n) {
			return 0, false
		}
		e := table[f.bits&(1<<first-1)]
		if e&kindMask == isLink {
			e = table[uint64(e>>16)+(f.bits>>first)&(1<<(15-first)-1)]
		}
		if length := uint(e & lengthMask); length > 0 && length <= f.nbits {
			f.take(length)
			if e&kindMask == isInvalid {
				break
			}
			return e, true
		}
	}
	f.fail(errCorrupt)
	return 0, false
}
