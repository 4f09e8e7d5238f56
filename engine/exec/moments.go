package exec

import (
	"context"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// A replay asks when a table has events at all, whatever its rule wants of them: a window with none does not run, and how many there
// are is part of what is said of a run. Windows begin and end at multiples of some minutes, so that it need not know more than
// the minute; a source that keeps counts by the minute tells it without reading an event.

// Moments are the instants at which a table has events.
type Moments struct {
	at     []int64 // ascending
	before []int   // how many events come before each
	events int
}

// NewMoments has room for so many.
func NewMoments(n int) *Moments { return &Moments{at: make([]int64, 0, n), before: make([]int, 0, n)} }

// Add puts events behind those that are there.
func (m *Moments) Add(at int64, events int) {
	m.at, m.before = append(m.at, at), append(m.before, m.events)
	m.events += events
}

// Count is how many events lie in [from, to).
func (m *Moments) Count(from, to int64) int {
	lo, hi := between(m.at, from, to)
	return m.sum(hi) - m.sum(lo)
}

func (m *Moments) sum(i int) int {
	if i == len(m.at) {
		return m.events
	}
	return m.before[i]
}

// Next is the first moment at or after an instant; ok is false when there is none.
func (m *Moments) Next(from int64) (t int64, ok bool) {
	lo, _ := slices.BinarySearch(m.at, from)
	if lo == len(m.at) {
		return 0, false
	}
	return m.at[lo], true
}

// between is where the instants of [from, to) lie in ascending times.
func between(times []int64, from, to int64) (lo, hi int) {
	lo, _ = slices.BinarySearch(times, from)
	n, _ := slices.BinarySearch(times[lo:], to)
	return lo, lo + n
}

// momentsOf are the moments of a table in [from, to). They may be as coarse as grain: the events between two multiples of it then stand at
// one instant between them, and none of those of [from, to) outside. A grain of 0 is none.
func momentsOf(ctx context.Context, src Source, scan *plan.Scan, grain, from, to int64) (*Moments, error) {
	if c, ok := src.(Counter); ok && grain > 0 {
		if m, err := c.Moments(ctx, scan.Table, grain, from, to); m != nil || err != nil {
			return m, err
		}
	}
	m := &Moments{}
	r := newRun(&function.Env{Context: ctx}, src, Options{From: from, To: to})
	defer r.close()
	in := &scanned{run: r, node: scan, places: []int{0}, req: Request{Table: scan.Table, Columns: []string{scan.Time}, From: from, To: to}}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, err := in.next()
		if b == nil || err != nil {
			return m, err
		}
		m.add(b.Columns[0], b.Len)
	}
}

func (m *Moments) add(times *column.Vector, n int) {
	for _, t := range times.Ints[:n] {
		m.Add(t, 1)
	}
}
