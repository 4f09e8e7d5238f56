package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"casebook/engine/function"
)

// A query and a replay run in a time and a memory. Limits on rows, groups and texts catch what can be counted before it is
// made; the memory catches what multiplies between them. Both end the query as partial, and no other.

// The causes of a context that ran out, so that it is not taken for the caller's own end.
var (
	errBudget = errors.New("over budget")
	errMemory = errors.New("over its memory")
)

func withBudget(ctx context.Context, budget time.Duration) (context.Context, context.CancelFunc) {
	if budget <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, budget, errBudget)
}

// lookedAt is how often the memory in use is looked at.
const lookedAt = 20 * time.Millisecond

// withMemory ends a context when the program uses more memory, by so many bytes, than it did at first.
func withMemory(ctx context.Context, most int64) (context.Context, context.CancelFunc) {
	if most <= 0 {
		return context.WithCancel(ctx)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	first := held()
	go func() {
		tick := time.NewTicker(lookedAt)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			first = min(first, held()) // some of what was in use has been collected since
			if inUse()-first <= most {
				continue
			}
			if held()-first <= most {
				debug.FreeOSMemory() // some of it may be what others have left behind
			}
			if inUse()-first > most {
				cancel(errMemory)
				return
			}
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}

// inUse is how many bytes the program takes from the machine: its objects, garbage that nobody has collected yet, and the room between.
func inUse() int64 {
	return measured("/memory/classes/total:bytes") - measured("/memory/classes/heap/released:bytes")
}

// held is how many bytes of objects were in use when the garbage was last collected.
func held() int64 { return measured("/gc/heap/live:bytes") }

func measured(name string) int64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

// overBudget says plainly what an error means that the end of the budget or of the memory made.
func overBudget(ctx context.Context, err error, budget time.Duration, memory int64) error {
	switch cause := context.Cause(ctx); {
	case budget > 0 && errors.Is(cause, errBudget) && errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%w: it had %s; narrow the query or give it more time", errBudget, budget)
	case errors.Is(cause, errMemory) && errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: it had %d MiB; narrow the query", errMemory, memory>>20)
	}
	return err
}

// Partial tells whether a run ended because it ran into a limit or its budget, so that its answer is not the whole one.
func Partial(err error) bool {
	var limit *function.LimitError
	return errors.As(err, &limit) || errors.Is(err, errBudget) || errors.Is(err, errMemory)
}
