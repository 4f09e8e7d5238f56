package store

import (
	"context"
	"sync/atomic"
)

// lead is how many events the workers are ahead of the writer. As long as it is faster than they are there are few; when it falls behind,
// as it may in a large store, no job is begun before it has caught up: all that the jobs in flight may hold is far more than it can write
// at once, and the memory for it would be that of the collector.
type lead struct {
	events atomic.Int64
	less   chan struct{} // told when there are fewer
}

// maxLead is as many events as the writer writes at once, so that there is enough for the next time as soon as it has written.
const maxLead = flushRows

func newLead() *lead { return &lead{less: make(chan struct{}, 1)} }

// add counts a piece that a worker has decoded.
func (l *lead) add(p *piece) { l.events.Add(p.events()) }

// take counts a piece that the writer has taken.
func (l *lead) take(p *piece) {
	l.events.Add(-p.events())
	select {
	case l.less <- struct{}{}:
	default:
	}
}

// wait waits until there are few; not ok when the load was stopped. The writer takes all that was begun, whatever waits here.
func (l *lead) wait(ctx context.Context) (ok bool) {
	for l.events.Load() > maxLead {
		select {
		case <-l.less:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

func (p *piece) events() int64 {
	if p.rows == nil {
		return 0
	}
	return int64(p.rows.len())
}
