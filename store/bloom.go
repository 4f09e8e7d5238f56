package store

import (
	"encoding/binary"
	"runtime"
	"syscall"
)

// keyFilter tells of most keys that they were never added to it, and of the others that they may have been. Keys are hashes, so that
// their own bytes say where their bits are: all in one line of memory. It grows by layers, each twice as large as the one before.
type keyFilter struct {
	layers []*filterLayer
	full   bool // it would take too much memory: from now on any key may have been added
}

// filterLayer lies outside of the heap: it is all that grows with the events of a load, and the collector, which lets the heap become
// twice what is in use before it looks again, would count it twice.
type filterLayer struct {
	lines []byte
	room  int // keys that it still takes
}

const (
	filterLine  = 64      // bytes that the processor fetches at once
	filterFirst = 1 << 14 // lines of the first layer
	filterKeys  = 21      // keys a line: one in some ten thousand others is taken for them
	filterBits  = 7       // bits a key
	filterMost  = 1 << 21 // lines of the largest layer, in 128 MiB
)

func newFilterLayer(lines int) *filterLayer {
	l := &filterLayer{room: lines * filterKeys}
	mapped, err := syscall.Mmap(-1, 0, lines*filterLine, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		l.lines = make([]byte, lines*filterLine)
		return l
	}
	l.lines = mapped
	runtime.AddCleanup(l, func(mapped []byte) { _ = syscall.Munmap(mapped) }, mapped)
	return l
}

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
		f.layers = append(f.layers, newFilterLayer(lines))
		n++
	}
	l := f.layers[n-1]
	l.room--
	line := l.line(key)
	for bits, k := binary.LittleEndian.Uint64(key[8:]), 0; k < filterBits; bits, k = bits>>9, k+1 {
		line[bits>>3&63] |= 1 << (bits & 7)
	}
}

func (l *filterLayer) line(key *[16]byte) *[filterLine]byte {
	at := binary.LittleEndian.Uint64(key[:8]) & uint64(len(l.lines)/filterLine-1) * filterLine
	return (*[filterLine]byte)(l.lines[at:])
}

func (f *keyFilter) has(key *[16]byte) bool {
	if f.full {
		return true
	}
layers:
	for _, l := range f.layers {
		line := l.line(key)
		for bits, k := binary.LittleEndian.Uint64(key[8:]), 0; k < filterBits; bits, k = bits>>9, k+1 {
			if line[bits>>3&63]&(1<<(bits&7)) == 0 {
				continue layers
			}
		}
		return true
	}
	return false
}
