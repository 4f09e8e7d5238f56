package engine

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"
)

// A context ends when the program has come to use more than it may, and not when only others' garbage lies around.
func TestMemoryEndsAContext(t *testing.T) {
	garbage := make([]byte, 64<<20)
	garbage[0] = 1
	runtime.KeepAlive(garbage)
	garbage = nil
	_ = garbage
	runtime.GC() // what other tests have left is not in use at first
	ctx, done := withMemory(context.Background(), 8<<20)
	defer done()
	var kept [][]byte
	for range 64 {
		kept = append(kept, make([]byte, 1<<20))
	}
	select {
	case <-ctx.Done():
	case <-time.After(3 * time.Minute):
		t.Fatal("64 MiB of 8 did not end it")
	}
	err := overBudget(ctx, ctx.Err(), 0, 8<<20)
	if !Partial(err) || err.Error() != "over its memory: it had 8 MiB; narrow the query" {
		t.Errorf("ended with %v", err)
	}
	runtime.KeepAlive(kept)

	free, done := withMemory(context.Background(), 0)
	done()
	if err := overBudget(free, free.Err(), 0, 0); !errors.Is(err, context.Canceled) || Partial(err) {
		t.Errorf("the caller's own end is %v", err)
	}
}
