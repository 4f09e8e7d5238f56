package store

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// How rows of segments that overlap in time come into one order: that of their times and, where those are equal or there are none, of their
// ids, in which each segment is by itself. Loads of many files leave segments of days that lie over one another a dozen deep, event by
// event. So a batch takes of each the rows up to some place; their order is found once, and each column, read segment by segment, is written
// in it.

// spans takes the rows that come next: a run of one segment, or all rows up to some time of those that overlap.
func (s *scanner) spans() ([]span, error) {
	const most = batchRows
	if err := s.turn(); err != nil {
		return nil, err
	}
	for {
		var best *opened
		for _, o := range s.open {
			if best == nil || o.stands(o.at).before(best.stands(best.at)) {
				best = o
			}
		}
		if best == nil && len(s.segments) == 0 {
			return nil, nil
		}
		if best == nil || s.mayPrecede(best.stands(best.at)) {
			if err := s.openNext(); err != nil {
				return nil, err
			}
			continue
		}
		if to := s.run(best, most); to-best.at >= most/8 || to == best.end || len(s.open) == 1 {
			return s.taken([]span{{best, best.at, to}})
		}
		share := max(most/len(s.open), 1)
		until := best.stands(min(best.at+share, best.end) - 1)
		for _, o := range s.open {
			if last := o.stands(min(o.at+share, o.end) - 1); last.before(until) {
				until = last
			}
		}
		if s.mayPrecede(until) {
			if err := s.openNext(); err != nil {
				return nil, err
			}
			continue
		}
		var spans []span
		for _, o := range s.open {
			to := o.ahead(o.end, until)
			if to < o.end && o.stands(to) == until {
				to++
			}
			if to > o.at {
				spans = append(spans, span{o, o.at, to})
			}
		}
		return s.taken(spans)
	}
}

// mayPrecede tells whether an event of the segment that waits in front may come before a place.
func (s *scanner) mayPrecede(p Place) bool {
	return len(s.segments) > 0 && s.segments[0].begin().before(p)
}

func (s *scanner) openNext() error {
	o, err := s.openSegment(s.segments[0])
	if err != nil {
		return err
	}
	s.segments = s.segments[1:]
	if s.kept {
		s.db.cache.shrink(fleetingPackBytes)
	}
	if o.at < o.end {
		s.open = append(s.open, o)
	}
	return nil
}

// run is where the rows of a segment end that come before all of other segments, at most so many.
func (s *scanner) run(best *opened, most int) int {
	to := min(best.end, best.at+most)
	for _, o := range s.open {
		if o != best {
			to = best.ahead(to, o.stands(o.at))
		}
	}
	if len(s.segments) > 0 {
		to = best.ahead(to, s.segments[0].begin())
	}
	return to
}

// taken passes over rows.
func (s *scanner) taken(spans []span) ([]span, error) {
	rows := 0
	for _, sp := range spans {
		sp.at = sp.to
		rows += sp.to - sp.from
	}
	if rows == 0 { // there are some, of which none is the first
		return nil, s.db.damaged(s.open[0].segment, "time", errPack)
	}
	return spans, nil
}

// turn goes on from the parts of segments that were read to the next, and lets go of segments that are at their end.
func (s *scanner) turn() error {
	kept := s.open[:0]
	for _, o := range s.open {
		if o.at == o.end {
			if err := s.part(o); err != nil {
				return err
			}
		}
		if o.at < o.end {
			kept = append(kept, o)
		}
	}
	clear(s.open[len(kept):])
	s.open = kept
	return nil
}

// ordering is room for finding an order, kept from batch to batch.
type ordering struct {
	times, events []int64
	rows, places  []int32
	ends          []int32
}

// order says where each row of spans, taken one after the other, stands in the batch, and gives events in that order. It is good until the
// next call.
func (s *scanner) order(spans []span, total int, events []int64) []int32 {
	m := &s.ordering
	m.rows, m.places = fitted(m.rows, total), fitted(m.places, total)
	if len(spans) == 1 {
		spans[0].eventsInto(events, s.scratch(total))
		for i := range m.places {
			m.places[i] = int32(i)
		}
		return m.places
	}
	m.times, m.events = fitted(m.times, total)[:0], fitted(m.events, total)
	for _, sp := range spans {
		sp.eventsInto(m.events[len(m.times):], s.scratch(total))
		m.times = append(m.times, sp.times[sp.from:sp.to]...)
	}
	m.sort()
	for at, row := range m.rows {
		events[at], m.places[row] = m.events[row], int32(at)
	}
	return m.places
}

// mostCrowded is how many rows may have fallen into one bucket for them to be put in order one by one.
const mostCrowded = 64

// sort puts rows in the order of their times and, where those are equal, their events. The rows of a batch are spread over its time, so that
// each falls into one of as many buckets as there are rows, and next to those that belong beside it.
func (m *ordering) sort() {
	n := len(m.times)
	least, most := slices.Min(m.times), slices.Max(m.times)
	width := (uint64(most)-uint64(least))/uint64(n) + 1
	share := math.MaxUint64 / width
	bucket := func(t int64) uint64 {
		at, _ := bits.Mul64(uint64(t)-uint64(least), share)
		return at
	}
	m.ends = fitted(m.ends, n+1)
	clear(m.ends)
	crowd := int32(0)
	for _, t := range m.times {
		at := bucket(t) + 1
		m.ends[at]++
		crowd = max(crowd, m.ends[at])
	}
	for at := range n {
		m.ends[at+1] += m.ends[at]
	}
	for row, t := range m.times {
		at := bucket(t) // what was its bucket's begin becomes its end
		m.rows[m.ends[at]] = int32(row)
		m.ends[at]++
	}
	if crowd > mostCrowded {
		slices.SortFunc(m.rows, func(a, b int32) int {
			return cmp.Or(cmp.Compare(m.times[a], m.times[b]), cmp.Compare(m.events[a], m.events[b]))
		})
		return
	}
	for at, row := range m.rows {
		for ; at > 0 && m.before(row, m.rows[at-1]); at-- {
			m.rows[at] = m.rows[at-1]
		}
		m.rows[at] = row
	}
}

func (m *ordering) before(a, b int32) bool {
	return m.times[a] < m.times[b] || m.times[a] == m.times[b] && m.events[a] < m.events[b]
}

// eventsInto gives the events of the span's rows; scratch is room for as many numbers.
func (sp span) eventsInto(into []int64, scratch []uint64) {
	n := sp.to - sp.from
	switch {
	case sp.ids == nil && sp.rows == nil:
		for i := range n {
			into[i] = sp.first + int64(sp.skip+sp.from+i)
		}
	case sp.ids == nil:
		for i, row := range sp.rows[sp.from:sp.to] {
			into[i] = sp.first + int64(row)
		}
	default:
		for i, code := range sp.codes(sp.ids, scratch) {
			into[i] = sp.ids.base + sp.ids.divisor*int64(code)
		}
	}
}
