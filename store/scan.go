package store

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/store/event"
)

// batchRows is about how many rows a scan gives at once.
const batchRows = 32 << 10

// Scan reads columns of a table from the segments, in order of (time, id). A segment is sorted by itself; segments whose times
// overlap are read together, up to a time, and their rows put in order, so that only those are in memory.
func (db *DB) Scan(ctx context.Context, r exec.Request) (exec.Scanner, error) {
	if r.Table == AlertsTable {
		return db.scanAlerts(ctx, r)
	}
	t, ok := db.match(r.Table)
	if !ok {
		return db.scanLookup(r)
	}
	s := &scanner{ctx: ctx, db: db, table: t, request: r, records: &recordColumns{db: db, table: t}, room: &room{}}
	if r.Fleeting {
		s.room = db.rooms.take(len(r.Columns))
	}
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
	records *recordColumns
	dict    *column.Dict

	segments []*segment // not opened yet, by their first time
	open     []*opened  // not at their end
	read     []*opened  // at their end with the rows that are given now
	filters  []filter
	*room
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
		s.records.columns = append(s.records.columns, sc)
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

// opened is a segment that is being read: those of its rows that the filters leave, in order.
type opened struct {
	*segment
	times   []int64 // ns, ascending, of each of those rows
	rows    []int32 // their places; nil where they are all of the segment's
	packs   []*pack
	at, end int
}

func (s *scanner) openSegment(x *segment) (*opened, error) {
	o := &opened{segment: x, packs: make([]*pack, len(s.columns))}
	var err error
	if o.at, o.end, err = s.db.rowsBetween(s.ctx, s.table, x, s.request.From, s.request.To); err != nil {
		return nil, err
	}
	if err := s.filter(o); err != nil || o.at == o.end {
		return o, err
	}
	if err := s.db.fetch(s.ctx, x, s.packed()...); err != nil {
		return nil, err
	}
	if err := s.times(o); err != nil {
		return nil, err
	}
	for i, c := range s.columns {
		if c.pack == "" || !c.Has(x.source) {
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

// packed are the packs that rows are read from.
func (s *scanner) packed() []string {
	fields := []string{event.Time.String()}
	for _, c := range s.columns {
		switch {
		case c.From == event.FromSmall && c.Type == column.Dynamic:
			fields = append(fields, packKeys+c.Name)
		case c.pack != "":
			fields = append(fields, c.pack)
		}
	}
	return fields
}

// times reads when the rows of a segment were.
func (s *scanner) times(o *opened) error {
	o.times = s.longs.take(o.end)
	if !o.dated() {
		for i := range o.times {
			o.times[i] = undatedTime
		}
		return nil
	}
	p, err := s.db.pack(s.ctx, o.segment, event.Time.String())
	if err != nil {
		return err
	}
	if p == nil || p.nullable {
		return s.db.damaged(o.segment, "time", errPack)
	}
	if o.rows == nil {
		p.numbers(o.times[o.at:], o.at)
		return nil
	}
	for i, code := range (span{opened: o, to: o.end}).codes(p, s.scratch(o.end)) {
		o.times[i] = p.base + p.divisor*int64(code)
	}
	return nil
}

// before tells whether the next row of one segment comes before that of another.
func (o *opened) before(p *opened) bool {
	a, b := o.times[o.at], p.times[p.at]
	return a < b || a == b && o.id() < p.id()
}

// id is the event of the next row.
func (o *opened) id() int64 { return o.event(span{opened: o, from: o.at}.place(0)) }

// span is some rows of an opened segment, one behind the other.
type span struct {
	*opened
	from, to int
}

// place is where a row of the span stands in its segment.
func (sp span) place(i int) int {
	if sp.rows == nil {
		return sp.from + i
	}
	return int(sp.rows[sp.from+i])
}

// split takes the span's share, which comes first, of something that is there for each row of several.
func (sp span) split(rows []int32) (own, others []int32) {
	n := sp.to - sp.from
	return rows[:n], rows[n:]
}

// codes reads the numbers of the span's rows.
func (sp span) codes(p *pack, into []uint64) []uint64 {
	into = into[:sp.to-sp.from]
	if sp.rows == nil {
		p.codes(into, sp.from)
		return into
	}
	p.codesOf(into, sp.rows[sp.from:sp.to])
	return into
}

// Next gives the next batch: rows of the segments that overlap at this time, column by column, each put where it stands in time.
func (s *scanner) Next() (*column.Batch, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	spans, err := s.spans()
	if err != nil {
		return nil, err
	}
	total := 0
	for _, sp := range spans {
		total += sp.to - sp.from
	}
	if total == 0 {
		s.leave()
		return nil, io.EOF
	}
	b := &column.Batch{Len: total, Events: s.events(total), Columns: make([]*column.Vector, 0, len(s.columns))}
	into := s.order(spans, total, b.Events)
	for i := range s.columns {
		v := s.vector(i, spans, into, b.Events)
		if v == nil {
			v = &column.Vector{Len: total} // filled in below
		}
		b.Columns = append(b.Columns, v)
	}
	return b, s.fromEvents(b)
}

// Close lets go of the segments.
func (s *scanner) Close() error {
	s.segments, s.open = nil, nil
	return nil
}
