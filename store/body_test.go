package store

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
)

// TestBodyNames: what is held of a body's name is little, however long its path, and its files are found in their order.
func TestBodyNames(t *testing.T) {
	const n, most = 50_000, 60
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var b bodies
	for i := range n {
		b.add(fmt.Sprintf("20260302T000000000Z_0f0e0d0c-0000-4000-8000-%012d_input.json", i), int64(i+1))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := (int(after.HeapAlloc) - int(before.HeapAlloc)) / n; each > most {
		t.Errorf("a name takes %d bytes, wanted at most %d", each, most)
	}
	name := "20260302T000000000Z_0f0e0d0c-0000-4000-8000-000000000007_input.json"
	b.add(name, n+1)
	b.add(name, n+2)
	if got := b.find(name); !slices.Equal(got, []int64{8, n + 1, n + 2}) {
		t.Errorf("found the files %v", got)
	}
	if got := b.find("another"); got != nil {
		t.Errorf("found the files %v of a name that nobody has", got)
	}
}
