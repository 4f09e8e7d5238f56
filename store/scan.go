package store

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/store/event"
)

// batchRows is how many rows a scan gives at once.
const batchRows = 4096

// Scan reads columns of a table from the segments, in order of (time, id). A segment is sorted by itself; segments whose times
// overlap are merged as their rows come up, so that only those are in memory.
func (db *DB) Scan(ctx context.Context, r exec.Request) (exec.Scanner, error) {
	if r.Table == AlertsTable {
		return db.scanAlerts(ctx, r)
	}
	t, ok := db.match(r.Table)
	if !ok {
		return db.scanLookup(r)
	}
	s := &scanner{ctx: ctx, db: db, table: t, request: r}
	for _, name := range r.Columns {
		c, err := s.column(name)
		if err != nil {
			return nil, err
		}
		s.columns = append(s.columns, c)
	}
	if err := s.listSegments(); err != nil {
		return nil, db.trouble("read events", err)
	}
	// After the segments, so that it has every word in them.
	var err error
	if s.dict, err = db.dictionary(ctx, db.readers); err != nil {
		return nil, db.trouble("read events", err)
	}
	s.prepareWhere()
	return s, nil
}

type scanner struct {
	ctx     context.Context
	db      *DB
	table   *event.Table
	request exec.Request
	columns []scanColumn
	dict    *column.Dict

	segments []*segment // not opened yet, by their first time
	open     []*opened  // not at their end
	filters  []filter
	raws     bool
}

// scanColumn is a column that was asked for, and the pack it is read from ("" for none).
type scanColumn struct {
	*event.Column
	pack string
}

func (s *scanner) column(name string) (scanColumn, error) {
	if s.table.Index != "" {
		switch name {
		case metaID:
			return scanColumn{Column: &event.Column{Field: column.Field{Name: name, Type: column.String}, From: originID}}, nil
		case metaIndex:
			return scanColumn{Column: &event.Column{Field: column.Field{Name: name, Type: column.String}, From: event.Constant, Text: s.table.Index}}, nil
		case metaVersion:
			return scanColumn{Column: &event.Column{Field: column.Field{Name: name, Type: column.Long}, From: originVersion}}, nil
		}
	}
	c, ok := s.table.Column(name)
	if !ok {
		return scanColumn{}, fmt.Errorf("no column %q in %s", name, s.table.Name)
	}
	sc := scanColumn{Column: c}
	switch c.From {
	case event.FromSlot:
		sc.pack = c.Slot.String()
	case event.FromSmall:
		sc.pack = packSmall + c.Name
	case event.FromRaw:
		s.raws = true
	}
	return sc, nil
}

// The origins that are the store's own.
const (
	originID      event.Origin = 100
	originVersion event.Origin = 101
)

func (s *scanner) listSegments() error {
	all, err := s.db.segments(s.ctx, s.db.readers)
	if err != nil {
		return err
	}
	since, until := nanos(s.request.From), nanos(s.request.To)
	if s.table.Grain > 0 && since > math.MinInt64+s.table.Grain && until < math.MaxInt64-s.table.Grain {
		until += s.table.Grain // an event is shown at a time that may lie up to a grain before its own
	}
	undated := s.request.From == math.MinInt64 && s.request.To == math.MaxInt64
	for _, x := range all {
		if slices.Contains(s.table.Sources, x.source) && (undated || x.dated() && x.until >= since && x.since <= until) {
			s.segments = append(s.segments, x)
		}
	}
	byTime(s.segments)
	return nil
}

// opened is a segment that is being read.
type opened struct {
	*segment
	times   []int64 // ns, ascending
	packs   []*pack
	keep    []bool // nil: all rows
	at, end int
}

func (s *scanner) openSegment(x *segment) (*opened, error) {
	o := &opened{segment: x, end: x.count, packs: make([]*pack, len(s.columns)), times: make([]int64, x.count)}
	if !x.dated() {
		for i := range o.times {
			o.times[i] = undatedTime
		}
	} else {
		times, err := s.db.pack(s.ctx, x, event.Time.String())
		if err != nil {
			return nil, err
		}
		if times.numbers(o.times, 0) != nil {
			return nil, s.db.damaged(x, "time", errPack)
		}
		from := func(tick int64) int {
			return sort.Search(x.count, func(i int) bool { return s.table.Ticks(o.times[i]) >= tick })
		}
		o.at = from(s.request.From)
		o.end = max(o.at, from(s.request.To))
	}
	if err := s.filter(o); err != nil {
		return nil, err
	}
	o.skip()
	if o.at == o.end {
		return o, nil
	}
	for i, c := range s.columns {
		if c.pack == "" {
			continue
		}
		var err error
		if c.From == event.FromSmall && c.Type == column.Dynamic {
			if o.packs[i], err = s.db.pack(s.ctx, x, packKeys+c.Name); err != nil {
				return nil, err
			}
		}
		if o.packs[i] == nil {
			if o.packs[i], err = s.db.pack(s.ctx, x, c.pack); err != nil {
				return nil, err
			}
		}
	}
	return o, nil
}

// skip passes over the rows that the filters drop.
func (o *opened) skip() {
	for o.keep != nil && o.at < o.end && !o.keep[o.at] {
		o.at++
	}
}

func (o *opened) before(p *opened) bool {
	a, b := o.times[o.at], p.times[p.at]
	return a < b || a == b && o.event(o.at) < p.event(p.at)
}

// span is rows [from, to) of an opened segment.
type span struct {
	*opened
	from, to int
}

// Next gives the next batch.
func (s *scanner) Next() (*column.Batch, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	var spans []span
	total := 0
	for total < batchRows {
		sp, err := s.span(batchRows - total)
		if err != nil {
			return nil, err
		}
		if sp.opened == nil {
			break
		}
		if n := len(spans) - 1; n >= 0 && spans[n].opened == sp.opened && spans[n].to == sp.from {
			spans[n].to = sp.to
		} else {
			spans = append(spans, sp)
		}
		total += sp.to - sp.from
	}
	if total == 0 {
		return nil, io.EOF
	}
	b := &column.Batch{Len: total, Events: make([]int64, 0, total)}
	for _, sp := range spans {
		for i := sp.from; i < sp.to; i++ {
			b.Events = append(b.Events, sp.event(i))
		}
	}
	for i := range s.columns {
		b.Columns = append(b.Columns, s.vector(i, spans, total))
	}
	if s.raws || s.hasID() {
		if err := s.fromEvents(b); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// span takes the longest run of rows, up to most, that comes next in the order.
func (s *scanner) span(most int) (span, error) {
	for {
		var best, second *opened
		for _, o := range s.open {
			switch {
			case best == nil || o.before(best):
				best, second = o, best
			case second == nil || o.before(second):
				second = o
			}
		}
		if len(s.segments) > 0 && (best == nil || s.segments[0].since <= best.times[best.at]) {
			o, err := s.openSegment(s.segments[0])
			if err != nil {
				return span{}, err
			}
			s.segments = s.segments[1:]
			if o.at < o.end {
				s.open = append(s.open, o)
			}
			continue
		}
		if best == nil {
			return span{}, nil
		}
		from := best.at
		for best.at < best.end && best.at-from < most && (best.keep == nil || best.keep[best.at]) &&
			(second == nil || best.before(second)) && (len(s.segments) == 0 || best.times[best.at] < s.segments[0].since) {
			best.at++
		}
		sp := span{best, from, best.at}
		best.skip()
		if best.at == best.end {
			for i, o := range s.open {
				if o == best {
					s.open = append(s.open[:i], s.open[i+1:]...)
					break
				}
			}
		}
		return sp, nil
	}
}

// Close lets go of the segments.
func (s *scanner) Close() error {
	s.segments, s.open = nil, nil
	return nil
}
