package exec

import (
	"slices"

	"casebook/engine/column"
)

// The rows of a feed over a stretch are copied into room that the next stretch is copied into in its turn: a replay takes what its largest
// stretch takes, once, and the system has to hand out no fresh memory for each. Windows overlap, and so do the stretches that they are slices
// of: the rows that the next stretch begins with stay where they are, so that each is read once.

// pile is rows that come batch by batch.
type pile struct {
	len     int
	columns []column.Pile
	events  []int64
	times   []int64
}

func (p *pile) begin(fields []column.Field) {
	if p.columns == nil {
		p.columns = make([]column.Pile, len(fields))
	}
	for i, f := range fields {
		p.columns[i].Begin(f.Type)
	}
	p.len, p.events, p.times = 0, p.events[:0], p.times[:0]
}

func (p *pile) add(b *batch) {
	if b.Len == 0 {
		return
	}
	p.len += b.Len
	for i, v := range b.Columns {
		p.columns[i].Add(v)
	}
	p.events = append(column.Room(p.events, len(b.Events)), b.Events...)
	p.times = append(column.Room(p.times, len(b.times)), b.times...)
}

// batch is all rows; it is good until the pile begins anew. Columns of which there are no values stay empty.
func (p *pile) batch() *batch {
	all := &batch{Batch: column.Batch{Len: p.len, Columns: make([]*column.Vector, len(p.columns))}, times: p.times}
	if len(p.events) > 0 {
		all.Events = p.events
	}
	blank := unneeded(p.len)
	for i := range p.columns {
		if c := &p.columns[i]; p.len > 0 && c.Empty() {
			all.Columns[i] = blank
		} else {
			all.Columns[i] = c.Vector()
		}
	}
	return all
}

// drop takes the first rows off.
func (p *pile) drop(n int) {
	for i := range p.columns {
		p.columns[i].Drop(n)
	}
	p.len, p.events, p.times = p.len-n, behind(p.events, n), behind(p.times, n)
}

// behind is a list without its first items, in the same room.
func behind(list []int64, n int) []int64 { return append(list[:0], list[min(n, len(list)):]...) }

// begin makes a feed ready for the stretch [from, to) and tells from where on its rows are to come: those before it are there already.
func (f *feed) begin(from, to int64) int64 {
	had := stretch{f.from, f.to}
	f.from, f.to = 0, 0 // until they have come
	if from < had.from || from >= had.to || to < had.to {
		f.empty()
		return from
	}
	at, _ := slices.BinarySearch(f.times, from)
	if shared := f.rows; f.kept != nil { // what it shares with others is theirs
		times := make([][]int64, len(f.chain))
		for k := range f.chain {
			times[k] = slices.Clone(f.chain[k].times)
		}
		f.empty()
		f.pile.add(shared.slice(at, shared.Len))
		for k := range f.chain {
			f.chain[k].times = times[k]
		}
	} else {
		f.pile.drop(at)
	}
	for k := range f.chain {
		l := &f.chain[k]
		gone, _ := slices.BinarySearch(l.times, from)
		l.times = behind(l.times, gone)
	}
	return had.to
}

// stretch is a time, half open.
type stretch struct{ from, to int64 }

// empty lets go of a feed's rows.
func (f *feed) empty() {
	for k := range f.chain {
		l := &f.chain[k]
		if l.times = l.times[:0]; f.kept != nil {
			l.times = nil
		}
	}
	f.kept = nil
	f.pile.begin(f.Out)
}

// end gives a feed the rows of the stretch [from, to).
func (f *feed) end(from, to int64) {
	f.rows = f.pile.batch()
	f.times, f.from, f.to = f.rows.times, from, to
}

// share leaves a feed's room to others.
func (f *feed) share(k *sharedFeed) { f.kept, f.pile = k, pile{} }
