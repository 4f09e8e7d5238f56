package store

import (
	"math"
	"slices"
	"sort"
)

// How rows of segments that overlap in time come into one order. Loads of many files leave segments of days that lie over one another
// a dozen deep, event by event. So a batch takes of each the rows up to some time; their order is found once, and each column, read
// segment by segment, is written in it.

// spans takes the rows that come next: a run of one segment, or all rows up to some time of those that overlap.
func (s *scanner) spans() ([]span, error) {
	const most = batchRows
	s.recycle()
	for {
		var best *opened
		for _, o := range s.open {
			if best == nil || o.before(best) {
				best = o
			}
		}
		if best == nil && len(s.segments) == 0 {
			return nil, nil
		}
		if best == nil || len(s.segments) > 0 && s.segments[0].since <= best.times[best.at] {
			if err := s.openNext(); err != nil {
				return nil, err
			}
			continue
		}
		if to := s.run(best, most); to-best.at >= most/8 || to == best.end || len(s.open) == 1 {
			return s.taken([]span{{best, best.at, to}}), nil
		}
		share := max(most/len(s.open), 1)
		until := int64(math.MaxInt64)
		for _, o := range s.open {
			until = min(until, o.times[min(o.at+share, o.end)-1])
		}
		if len(s.segments) > 0 && s.segments[0].since <= until {
			if err := s.openNext(); err != nil {
				return nil, err
			}
			continue
		}
		var spans []span
		for _, o := range s.open {
			if to := after(o.times[:o.end], o.at, until); to > o.at {
				spans = append(spans, span{o, o.at, to})
			}
		}
		return s.taken(spans), nil
	}
}

func (s *scanner) openNext() error {
	o, err := s.openSegment(s.segments[0])
	if err != nil {
		return err
	}
	s.segments = s.segments[1:]
	if o.at < o.end {
		s.open = append(s.open, o)
	}
	return nil
}

// run is where the rows of a segment end that come before all of other segments, at most so many.
func (s *scanner) run(best *opened, most int) int {
	to := min(best.end, best.at+most)
	for _, o := range s.open {
		switch {
		case o == best:
		case best.last < o.first: // of equal times those with the lower ids come first
			to = min(to, after(best.times[:to], best.at, o.times[o.at]))
		default:
			to = min(to, after(best.times[:to], best.at, o.times[o.at]-1))
		}
	}
	if len(s.segments) > 0 {
		to = min(to, after(best.times[:to], best.at, s.segments[0].since-1))
	}
	return to
}

// after is the first place, from one on, whose time is behind another.
func after(times []int64, from int, until int64) int {
	if from < len(times) && times[from] > until {
		return from
	}
	return from + sort.Search(len(times)-from, func(i int) bool { return times[from+i] > until })
}

// taken passes over rows, and lets go of the segments that are at their end.
func (s *scanner) taken(spans []span) []span {
	for _, sp := range spans {
		sp.at = sp.to
	}
	s.open = slices.DeleteFunc(s.open, func(o *opened) bool {
		if o.at == o.end {
			s.read = append(s.read, o)
		}
		return o.at == o.end
	})
	return spans
}

// merging is room for finding an order, kept from batch to batch.
type merging struct {
	times, events []int64
	rows, other   []int32
}

// order says where each row of spans, taken one after the other, stands in the batch, and gives events in that order. It is good until the
// next call.
func (s *scanner) order(spans []span, total int, events []int64) []int32 {
	m := &s.merging
	if cap(m.rows) < total {
		m.rows, m.other = make([]int32, total), make([]int32, total)
	}
	rows, other := m.rows[:total], m.other[:total]
	for i := range rows {
		rows[i] = int32(i)
	}
	if len(spans) == 1 {
		spans[0].ids(events)
		return rows
	}
	if cap(m.times) < total {
		m.times, m.events = make([]int64, total), make([]int64, total)
	}
	times, ids, ends := m.times[:0], m.events[:total], make([]int, 0, len(spans))
	for _, sp := range spans {
		sp.ids(ids[len(times):])
		times = append(times, sp.times[sp.from:sp.to]...)
		ends = append(ends, len(times))
	}
	for len(ends) > 1 {
		from, kept := 0, ends[:0]
		for k := 0; k < len(ends); k += 2 {
			if k+1 == len(ends) {
				copy(other[from:], rows[from:ends[k]])
				kept = append(kept, ends[k])
				break
			}
			mergeRuns(other[from:ends[k+1]], rows[from:ends[k]], rows[ends[k]:ends[k+1]], times, ids)
			from = ends[k+1]
			kept = append(kept, from)
		}
		rows, other, ends = other, rows, kept
	}
	for at, row := range rows {
		events[at], other[row] = ids[row], int32(at)
	}
	return other
}

// ids are the events of the span's rows.
func (sp span) ids(into []int64) {
	n := sp.to - sp.from
	switch {
	case sp.segment.ids == nil && sp.rows == nil:
		for i := range n {
			into[i] = sp.first + int64(sp.from+i)
		}
	case sp.segment.ids == nil:
		for i, row := range sp.rows[sp.from:sp.to] {
			into[i] = sp.first + int64(row)
		}
	default:
		for i := range n {
			into[i] = sp.event(sp.place(i))
		}
	}
}

// mergeRuns merges two runs of rows by their times and, where those are equal, their events.
func mergeRuns(to, a, b []int32, times, events []int64) {
	i, j := 0, 0
	for k := range to {
		first := j == len(b)
		if !first && i < len(a) {
			x, y := times[a[i]], times[b[j]]
			first = x < y || x == y && events[a[i]] < events[b[j]]
		}
		if first {
			to[k] = a[i]
			i++
		} else {
			to[k] = b[j]
			j++
		}
	}
}
