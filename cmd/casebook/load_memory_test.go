package main

import (
	"runtime/debug"
	"testing"
)

// TestHoldMemory gives back whatever limit there was, and leaves one that is lower as it is.
func TestHoldMemory(t *testing.T) {
	whole := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(whole)
	for _, tt := range []struct{ before, within int64 }{{whole, 1 << 30}, {2 << 30, 1 << 30}, {1 << 29, 1 << 29}} {
		debug.SetMemoryLimit(tt.before)
		release := holdMemory(1 << 30)
		if got := debug.SetMemoryLimit(-1); got != tt.within {
			t.Errorf("with a limit of %d before, that of the load is %d; wanted %d", tt.before, got, tt.within)
		}
		release()
		if got := debug.SetMemoryLimit(-1); got != tt.before {
			t.Errorf("after the load the limit is %d; wanted %d", got, tt.before)
		}
	}
}
