package store

import (
	"math"
	"slices"
	"sort"
)

// How rows of segments that overlap in time come into one order. Loads of many files leave segments of days that lie over one another
// a dozen deep, event by event. So a batch takes of each the rows up to some time, column by column, as they stand, and is put in
// order once, as a whole.

// spans takes the rows that come next: a run of one segment, or all rows up to some time of those that overlap.
func (s *scanner) spans() ([]span, error) {
	const most = batchRows
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
	s.open = slices.DeleteFunc(s.open, func(o *opened) bool { return o.at == o.end })
	return spans
}

// merged is the order of rows that stand span by span, each span in order; nil where that is their order.
// It is good until the next call.
func (s *scanner) merged(spans []span, events []int64) []int32 {
	total := len(events)
	if len(spans) < 2 {
		return nil
	}
	m := &s.merging
	if cap(m.times) < total {
		m.times, m.rows, m.other = make([]int64, total), make([]int32, total), make([]int32, total)
	}
	times, rows, other, ends := m.times[:0], m.rows[:total], m.other[:total], make([]int, 0, len(spans))
	for _, sp := range spans {
		times = append(times, sp.times[sp.from:sp.to]...)
		ends = append(ends, len(times))
	}
	for i := range rows {
		rows[i] = int32(i)
	}
	for len(ends) > 1 {
		from, kept := 0, ends[:0]
		for k := 0; k < len(ends); k += 2 {
			if k+1 == len(ends) {
				copy(other[from:], rows[from:ends[k]])
				kept = append(kept, ends[k])
				break
			}
			mergeRuns(other[from:ends[k+1]], rows[from:ends[k]], rows[ends[k]:ends[k+1]], times, events)
			from = ends[k+1]
			kept = append(kept, from)
		}
		rows, other, ends = other, rows, kept
	}
	return rows
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
