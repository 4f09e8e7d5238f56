package store

import "encoding/binary"

// keyFilter tells of most keys that they were never added to it, and of the others that they may have been. Keys are hashes, so that
// their own bytes say where their bits are: all in one line of memory. It grows by layers, each twice as large as the one before.
type keyFilter struct {
	layers []filterLayer
	full   bool // it would take too much memory: from now on any key may have been added
}

type filterLayer struct {
	lines [][8]uint64
	room  int // keys that it still takes
}

const (
	filterFirst = 1 << 14 // lines of the first layer
	filterKeys  = 21      // keys a line of 512 bits: one in some ten thousand others is taken for them
	filterBits  = 7       // bits a key
	filterMost  = 1 << 21 // lines of the largest layer, in 128 MiB
)

func (f *keyFilter) add(key *[16]byte) {
	if f.full {
		return
	}
	n := len(f.layers)
	if n == 0 || f.layers[n-1].room == 0 {
		lines := filterFirst << n
		if lines > filterMost {
			f.full, f.layers = true, nil
			return
		}
		f.layers = append(f.layers, filterLayer{make([][8]uint64, lines), lines * filterKeys})
		n++
	}
	l := &f.layers[n-1]
	l.room--
	line := l.line(key)
	for bits, k := binary.LittleEndian.Uint64(key[8:]), 0; k < filterBits; bits, k = bits>>9, k+1 {
		line[bits>>6&7] |= 1 << (bits & 63)
	}
}

func (l *filterLayer) line(key *[16]byte) *[8]uint64 {
	return &l.lines[binary.LittleEndian.Uint64(key[:8])&uint64(len(l.lines)-1)]
}

func (f *keyFilter) has(key *[16]byte) bool {
	if f.full {
		return true
	}
layers:
	for i := range f.layers {
		line := f.layers[i].line(key)
		for bits, k := binary.LittleEndian.Uint64(key[8:]), 0; k < filterBits; bits, k = bits>>9, k+1 {
			if line[bits>>6&7]&(1<<(bits&63)) == 0 {
				continue layers
			}
		}
		return true
	}
	return false
}
