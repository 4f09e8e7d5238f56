package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
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
			t.Errorf("with a limit of %d before, that of the work is %d; wanted %d", tt.before, got, tt.within)
		}
		release()
		if got := debug.SetMemoryLimit(-1); got != tt.before {
			t.Errorf("after the work the limit is %d; wanted %d", got, tt.before)
		}
	}
}

// TestHoldMemoryTwice: of two that hold the memory at once the stricter counts, whichever ends first.
func TestHoldMemoryTwice(t *testing.T) {
	whole := debug.SetMemoryLimit(-1)
	for _, first := range []int{0, 1} {
		bytes := [2]int64{1 << 30, 1 << 29}
		releases := [2]func(){holdMemory(bytes[0]), holdMemory(bytes[1])}
		if got := debug.SetMemoryLimit(-1); got != 1<<29 {
			t.Errorf("both hold it at %d", got)
		}
		releases[first]()
		if got := debug.SetMemoryLimit(-1); got != bytes[1-first] {
			t.Errorf("the one left holds it at %d", got)
		}
		releases[1-first]()
		if got := debug.SetMemoryLimit(-1); got != whole {
			t.Errorf("nobody holds it, and the limit is %d", got)
		}
	}
}

// limitSeen is the lowest limit of memory while something was written.
type limitSeen struct {
	strings.Builder
	least int64
}

func (l *limitSeen) Write(b []byte) (int, error) {
	l.least = min(l.least, debug.SetMemoryLimit(-1))
	return l.Builder.Write(b)
}

// TestDetectHoldsMemory: what a rule may have in memory is what the process takes, and not what the collector would let it grow to.
func TestDetectHoldsMemory(t *testing.T) {
	whole := debug.SetMemoryLimit(-1)
	dir := t.TempDir()
	logs, store, rule := filepath.Join(dir, "logs"), filepath.Join(dir, "s.db"), filepath.Join(dir, "broken.md")
	if err := os.WriteFile(rule, []byte("---\nid: broken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	seen := &limitSeen{least: whole}
	for _, args := range [][]string{{"demo", "--write", logs, "--events", "20"}, {"--store", store, "load", logs}, {"--store", store, "detect", "--rules", rule}} {
		seen.least, seen.Builder = whole, strings.Builder{}
		run(context.Background(), args, streams{in: strings.NewReader(""), out: seen, err: seen})
	}
	if seen.least != ruleMemory || !strings.Contains(seen.String(), "broken.md") {
		t.Errorf("held at %d: %s", seen.least, seen.String())
	}
	if got := debug.SetMemoryLimit(-1); got != whole {
		t.Errorf("after it the limit is %d", got)
	}
}
