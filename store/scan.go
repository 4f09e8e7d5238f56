package store

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/store/event"
)

// batchRows is about how many rows a scan gives at once.
const batchRows = 32 << 10

// Scan reads columns of a table from the segments, in order of (time, id). A segment is sorted by itself; segments whose times
// overlap are read together, up to a time, and their rows put in order, so that only those are in memory. See scan_part.go for how much that is.
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
	for i, name := range r.Columns {
		c, err := s.column(name)
		if err != nil {
			return nil, err
		}
		if c.Loose && i < len(r.Types) && r.Types[i] != c.Type { // records have come since, which make another of it
			as := *c.Column
			as.Type = r.Types[i]
			c.Column = &as
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

// Ready begins to read what every scan needs, segments and words, for whoever has other things to do before the first; it is to be waited for
// before the store is closed. What is wrong with them comes up when they are wanted.
func (db *DB) Ready(ctx context.Context) (wait func()) {
	var reading sync.WaitGroup
	reading.Go(func() {
		if _, err := db.segments(ctx, db.readers); err == nil {
			_, _ = db.dictionary(ctx, db.readers)
		}
	})
	return reading.Wait
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
	share    int        // how many rows of one may be read at once
	filters  []filter
	barren   bool // the filters have left nothing of what was read last
	*room
}

// scanColumn is a column that was asked for, and the pack it is read from ("" for none).
type scanColumn struct {
	*event.Column
	pack string
}

// keyed tells whether the column has a pack beside it that tells which rows have a value.
func (c *scanColumn) keyed() bool {
	return c.From == event.FromSmall && c.Type == column.Dynamic && !c.Loose
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
		sc.pack = smallPack(c.Name, c.Loose)
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
	s.share = max(sharedRows/max(depth(s.segments, since, until), 1), leastPart)
	return nil
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
