package event

import (
	"sync"
	"sync/atomic"
)

// Buffers of blocks are used again when their blocks are released: a load of many gigabytes would otherwise spend its time
// on clearing and collecting them. Several blocks may lie in one buffer, hence the count.
type buffer struct {
	b     []byte
	held  atomic.Int32
	whole bool // of the pool for whole files
}

var buffers = sync.Pool{New: func() any { return &buffer{b: make([]byte, 0, blockSize)} }}

// newBuffer is an empty buffer with room for n bytes, held once.
func newBuffer(n int) *buffer {
	var m *buffer
	if n > blockSize/4 && n <= blockSize {
		m = buffers.Get().(*buffer)
	} else {
		m = &buffer{b: make([]byte, 0, n)}
	}
	m.held.Store(1)
	return m
}

// wholes are buffers of any other size, for files that are expanded in one go.
var wholes = sync.Pool{New: func() any { return new(buffer) }}

// wholeBuffer is an empty buffer with room for at least n bytes, held once.
func wholeBuffer(n int) *buffer {
	m := wholes.Get().(*buffer)
	if cap(m.b) < n {
		m.b = make([]byte, 0, n+n/4)
	}
	m.whole = true
	m.held.Store(1)
	return m
}

func (m *buffer) release() {
	if m == nil || m.held.Add(-1) != 0 {
		return
	}
	m.b = m.b[:0]
	switch {
	case m.whole:
		wholes.Put(m)
	case cap(m.b) == blockSize:
		buffers.Put(m)
	}
}

// Release gives the block's memory back. Nothing that was decoded of the block may be used afterwards: no text of its
// events, no Raw. A block need not be released; memory is then collected like any other.
func (b *Block) Release() {
	if m := b.memory; m != nil {
		b.memory, b.Data = nil, nil
		m.release()
	}
}
