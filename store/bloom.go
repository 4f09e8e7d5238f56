package store

import (
	"encoding/binary"
	"runtime"
	"slices"
	"syscall"
)

// keyFilter tells of most keys that they were never added to it, and of the others that they may have been. Keys are hashes, so that
// their own bytes say where their bits are: all in one line of memory.
//
// It takes as much memory for any number of events: when its layers are full, the oldest goes. The keys of the segments that it was
// of are then not known here any more, and are looked for in the segments themselves. Logs come more or less in the order of time, and
// events of one key have one time, so that few of the older segments are ever looked into.
type keyFilter struct {
	lines  int // of a layer; 0 for filterLines
	layers []*filterLayer
	gone   int64 // the newest segment with keys that are not here
}

// filterLayer lies outside of the heap, where the collector, which lets the heap become twice what is in use before it looks again,
// would count it twice.
type filterLayer struct {
	lines []byte
	room  int   // keys that it still takes
	last  int64 // the newest segment of its keys
}

const (
	filterLine   = 64      // bytes that the processor fetches at once
	filterLines  = 1 << 16 // lines of a layer: 4 MiB, for a million and a third of keys
	filterLayers = 4
	filterKeys   = 21 // keys a line: one in some ten thousand others is taken for them
	filterBits   = 7  // bits a key
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

// room is how many keys the filter takes before it forgets one.
func (f *keyFilter) room() int {
	return filterLayers * f.size() * filterKeys
}

// size is how many lines a layer has.
func (f *keyFilter) size() int {
	if f.lines == 0 {
		return filterLines
	}
	return f.lines
}

// add adds a key of a segment; those of newer segments come later.
func (f *keyFilter) add(key *[16]byte, segment int64) {
	n := len(f.layers)
	if n == 0 || f.layers[n-1].room == 0 {
		if n == filterLayers {
			f.gone = max(f.gone, f.layers[0].last)
			l := f.layers[0]
			clear(l.lines)
			l.room, l.last = f.size()*filterKeys, 0
			f.layers = append(slices.Delete(f.layers, 0, 1), l)
		} else {
			f.layers = append(f.layers, newFilterLayer(f.size()))
		}
		n = len(f.layers)
	}
	l := f.layers[n-1]
	l.room--
	l.last = max(l.last, segment)
	line := l.line(key)
	for bits, k := binary.LittleEndian.Uint64(key[8:]), 0; k < filterBits; bits, k = bits>>9, k+1 {
		line[bits>>3&63] |= 1 << (bits & 7)
	}
}

func (l *filterLayer) line(key *[16]byte) *[filterLine]byte {
	at := binary.LittleEndian.Uint64(key[:8]) & uint64(len(l.lines)/filterLine-1) * filterLine
	return (*[filterLine]byte)(l.lines[at:])
}

// has tells whether a key may have been added; of segments up to the one that is gone it knows nothing.
func (f *keyFilter) has(key *[16]byte) bool {
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
