package main

import (
	"runtime/debug"
	"slices"
	"sync"
)

// The collector lets the heap grow to twice of what it has found in use, whatever the machine has. Who knows what the work at hand may take
// says so, and from there on garbage is collected as it comes: it is no limit for data that needs more.

// holds are those who hold the memory now. They may end in any order.
var holds struct {
	mu     sync.Mutex
	before int64 // the limit when nobody did
	bytes  []int64
}

// holdMemory has the collector keep the memory below so many bytes until release is called, unless it keeps it lower already.
func holdMemory(bytes int64) (release func()) {
	holds.mu.Lock()
	defer holds.mu.Unlock()
	if len(holds.bytes) == 0 {
		holds.before = debug.SetMemoryLimit(-1)
	}
	holds.bytes = append(holds.bytes, bytes)
	debug.SetMemoryLimit(min(holds.before, slices.Min(holds.bytes)))
	return func() {
		holds.mu.Lock()
		defer holds.mu.Unlock()
		at := slices.Index(holds.bytes, bytes)
		holds.bytes = slices.Delete(holds.bytes, at, at+1)
		limit := holds.before
		for _, b := range holds.bytes {
			limit = min(limit, b)
		}
		debug.SetMemoryLimit(limit)
	}
}
