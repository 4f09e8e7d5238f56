package store

import (
	"slices"
	"sort"

	"casebook/store/event"
)

// A segment that is being read holds the times and the packs of its rows. Where a few segments lie over one another that is little. But logs
// that were loaded in no order of time leave segments each of which spans all of it, and all of them are open at once: each is then
// read part by part, and holds no more than the part's rows.

// sharedRows is how many rows of all open segments together are held at once.
const sharedRows = 256 << 10

// leastPart is how many rows a part has at the least. Each part is cut from whole packs, which are read for it.
const leastPart = 512

// opened is a segment that is being read: of its wanted rows those of one part that the filters leave, in order.
type opened struct {
	*segment
	next, stop int     // the places of the wanted rows behind the part
	times      []int64 // ns, ascending, of the part's rows
	rows       []int32 // their places; nil where those follow one another, from skip on
	skip       int
	ids        *pack // of their events; nil where those follow one another
	packs      []*pack
	loose      [][]any // what the values of packs are as the columns have them, as far as they were asked for
	cut        bool    // the packs have the part's rows and no others
	at, end    int
}

// depth is how many segments, which are sorted by their first events, lie over one another in [since, until]: in time or, where they have none, by
// their ids.
func depth(list []*segment, since, until int64) int {
	dated := slices.IndexFunc(list, (*segment).dated)
	if dated < 0 {
		dated = len(list)
	}
	return max(deepest(list[:dated], func(x *segment) (int64, int64) { return x.first, x.last }),
		deepest(list[dated:], func(x *segment) (int64, int64) { return max(x.since, since), min(x.until, until) }))
}

// deepest is how many segments, which are sorted by where they begin, lie over one another at the most.
func deepest(list []*segment, reach func(*segment) (begin, end int64)) int {
	ends := make([]int64, len(list))
	for i, x := range list {
		_, ends[i] = reach(x)
	}
	slices.Sort(ends)
	most, passed := 0, 0
	for i, x := range list {
		for begin, _ := reach(x); ends[passed] < begin; {
			passed++
		}
		most = max(most, i+1-passed)
	}
	return most
}

func (s *scanner) openSegment(x *segment) (*opened, error) {
	o := &opened{segment: x, packs: make([]*pack, len(s.columns))}
	err := s.db.fetch(s.ctx, x, s.ahead(x)...)
	if err != nil {
		return nil, err
	}
	if o.next, o.stop, err = s.db.rowsBetween(s.ctx, s.table, x, s.request.From, s.request.To); err != nil {
		return nil, err
	}
	return o, s.part(o)
}

// part reads the next part of a segment. Where there is none, the segment is at its end.
func (s *scanner) part(o *opened) error {
	s.longs.give(o.times)
	s.places.give(o.rows)
	o.times, o.rows, o.skip, o.ids, o.cut = nil, nil, 0, nil, false
	clear(o.packs)
	o.at, o.end, o.next = o.next, o.stop, o.stop
	if o.at == o.end {
		return nil
	}
	if err := s.filter(o); err != nil {
		return err
	}
	if s.barren = o.at == o.end; s.barren {
		return nil
	}
	if err := s.db.fetch(s.ctx, o.segment, s.packed(o.segment)...); err != nil {
		return err
	}
	times, err := s.timesOf(o.segment)
	if err != nil {
		return err
	}
	o.shorten(s.share)
	if o.end -= o.at; o.rows == nil {
		o.skip = o.at
	}
	o.at = 0
	o.times = s.longs.take(o.end)
	for i := range o.times {
		o.times[i] = undatedTime
	}
	if times != nil {
		for i, code := range (span{opened: o, to: o.end}).codes(times, s.scratch(o.end)) {
			o.times[i] = times.base + times.divisor*int64(code)
		}
	}
	return s.packsOf(o)
}

// ahead are the packs of a segment to read at once, before it is known which of them will be needed: what the filters are held against, and the
// columns too unless the filters have left nothing of the segment before.
func (s *scanner) ahead(x *segment) []string {
	fields := s.filtered()
	if len(fields) == 0 || !s.barren {
		fields = append(fields, s.packed(x)...)
	}
	return fields
}

// timesOf is when the rows of a segment were; nil for an undated one.
func (s *scanner) timesOf(x *segment) (*pack, error) {
	if !x.dated() {
		return nil, nil
	}
	p, err := s.db.pack(s.ctx, x, event.Time.String())
	if err == nil && (p == nil || p.nullable) {
		err = s.db.damaged(x, "time", errPack)
	}
	return p, err
}

// shorten leaves what is over a part's share to the next.
func (o *opened) shorten(share int) {
	if o.end-o.at > share+share/2 {
		o.end = o.at + share
		o.next = span{opened: o}.place(o.end)
	}
}

// packsOf reads the columns of a part. What is most of a segment keeps its packs as they are.
func (s *scanner) packsOf(o *opened) (err error) {
	if o.scattered {
		if o.ids, err = s.db.idsOf(s.ctx, o.segment); err != nil {
			return err
		}
	}
	for i, c := range s.columns {
		if c.pack == "" || !c.Has(o.source) {
			continue
		}
		if c.keyed() {
			if o.packs[i], err = s.db.pack(s.ctx, o.segment, packKeys+c.Name); err != nil {
				return err
			}
		}
		if o.packs[i] == nil {
			if o.packs[i], err = s.db.pack(s.ctx, o.segment, c.pack); err != nil {
				return err
			}
		}
	}
	if 2*o.end < o.count {
		for i, p := range o.packs {
			o.packs[i] = p.part(span{opened: o, to: o.end})
		}
		o.ids = o.ids.part(span{opened: o, to: o.end})
		o.cut = true
	}
	o.loose = make([][]any, len(o.packs))
	return nil
}

// packed are the packs that rows are read from.
func (s *scanner) packed(x *segment) []string {
	fields := []string{event.Time.String()}
	if x.scattered {
		fields = append(fields, packEvent)
	}
	for _, c := range s.columns {
		switch {
		case c.keyed():
			fields = append(fields, packKeys+c.Name)
		case c.pack != "":
			fields = append(fields, c.pack)
		}
	}
	return fields
}

// stands is where a row stands in the order of all.
func (o *opened) stands(row int) Place {
	at := span{opened: o, from: row}
	if o.ids == nil {
		return Place{o.times[row], o.first + int64(at.place(0))}
	}
	id, _ := o.ids.number(at.row(0))
	return Place{o.times[row], id}
}

// ahead is where the rows end, from the next one and up to some, that come before a place.
func (o *opened) ahead(to int, p Place) int {
	if to > o.at && o.stands(to-1).before(p) {
		return to
	}
	return o.at + sort.Search(to-o.at, func(i int) bool { return !o.stands(o.at + i).before(p) })
}

// span is some rows of an opened segment, one behind the other.
type span struct {
	*opened
	from, to int
}

// place is where a row of the span stands in its segment.
func (sp span) place(i int) int {
	if sp.rows == nil {
		return sp.skip + sp.from + i
	}
	return int(sp.rows[sp.from+i])
}

// row is where it stands in the packs.
func (sp span) row(i int) int {
	if sp.cut {
		return sp.from + i
	}
	return sp.place(i)
}

// split takes the span's share, which comes first, of something that is there for each row of several.
func (sp span) split(rows []int32) (own, others []int32) {
	n := sp.to - sp.from
	return rows[:n], rows[n:]
}

// codes reads the numbers of the span's rows.
func (sp span) codes(p *pack, into []uint64) []uint64 {
	into = into[:sp.to-sp.from]
	switch {
	case sp.cut:
		p.codes(into, sp.from)
	case sp.rows == nil:
		p.codes(into, sp.skip+sp.from)
	default:
		p.codesOf(into, sp.rows[sp.from:sp.to])
	}
	return into
}
