package event

import (
	"sync"
	"sync/atomic"
)

// Buffers of blocks are used again when their blocks are released: a load of many gigabytes would otherwise spend its time
// on clearing and collecting them. Several blocks may lie in one buffer, hence the count. The one that was released last is used
// first, which the processor may still have at hand.
type buffer struct {
	b     []byte
	held  atomic.Int32
	whole bool // of the pool for whole files
}

// buffers are as many as a load has at work, and stay: a pool would lose them with every collection.
var buffers struct {
	sync.Mutex
	list []*buffer
}

const mostBuffers = 8

func takeBuffer() *buffer {
	buffers.Lock()
	defer buffers.Unlock()
	n := len(buffers.list) - 1
	if n < 0 {
		return &buffer{b: make([]byte, 0, blockSize)}
	}
	m := buffers.list[n]
	buffers.list[n], buffers.list = nil, buffers.list[:n]
	return m
}

func (m *buffer) keep() {
	buffers.Lock()
	defer buffers.Unlock()
	if len(buffers.list) < mostBuffers {
		buffers.list = append(buffers.list, m)
	}
}

// newBuffer is an empty buffer with room for n bytes, held once.
func newBuffer(n int) *buffer {
	var m *buffer
	if n > blockSize/4 && n <= blockSize {
		m = takeBuffer()
	} else {
		m = &buffer{b: make([]byte, 0, n)}
	}
	m.held.Store(1)
	return m
}

// wholes are buffers of any other size, for files that are expanded in one go: the few that a load has at work. A pool of the runtime's
// has some for each place to run, of which a load has more than cores.
var wholes struct {
	sync.Mutex
	list []*buffer
}

const (
	mostWholes  = 4
	largeBuffer = 16 << 20 // is not kept
)

// wholeBuffer is an empty buffer with room for at least n bytes, held once.
func wholeBuffer(n int) *buffer {
	m := takeWhole()
	if cap(m.b) < n {
		m.b = make([]byte, 0, n+n/4)
	}
	m.whole = true
	m.held.Store(1)
	return m
}

func takeWhole() *buffer {
	wholes.Lock()
	defer wholes.Unlock()
	n := len(wholes.list) - 1
	if n < 0 {
		return new(buffer)
	}
	m := wholes.list[n]
	wholes.list[n], wholes.list = nil, wholes.list[:n]
	return m
}

func (m *buffer) keepWhole() {
	wholes.Lock()
	defer wholes.Unlock()
	if len(wholes.list) < mostWholes && cap(m.b) <= largeBuffer {
		wholes.list = append(wholes.list, m)
	}
}

func (m *buffer) release() {
	if m == nil || m.held.Add(-1) != 0 {
		return
	}
	m.b = m.b[:0]
	switch {
	case m.whole:
		m.keepWhole()
	case cap(m.b) == blockSize:
		m.keep()
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

// Share gives the block to someone else as well, who releases it, too.
func (b *Block) Share() *Block {
	if b.memory != nil {
		b.memory.held.Add(1)
	}
	shared := *b
	return &shared
}
