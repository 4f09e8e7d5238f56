package exec

import "casebook/engine/column"

// The rows of a feed over a stretch are copied into room that the next stretch is copied into in its turn: a replay takes what its largest
// stretch takes, once, and the system has to hand out no fresh memory for each.

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

// begin makes a feed ready for another stretch. What it shares with others is theirs.
func (f *feed) begin() {
	for k := range f.chain {
		l := &f.chain[k]
		if l.times = l.times[:0]; f.kept != nil {
			l.times = nil
		}
	}
	f.kept = nil
	f.pile.begin(f.Out)
}

// end gives a feed the rows that came.
func (f *feed) end() {
	f.rows = f.pile.batch()
	f.times = f.rows.times
}

// share leaves a feed's room to others.
func (f *feed) share(k *sharedFeed) { f.kept, f.pile = k, pile{} }
