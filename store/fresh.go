package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"casebook/engine"
	"casebook/store/event"
)

// What is new. Events get their ids in the order in which they are kept, whatever their times, so that a run of a rule need only
// remember the newest id it knew of: what came after it is in the segments behind it, which know their sources and times.

// NewestID is the id of the event that was kept last; 0 when there is none.
func (db *DB) NewestID(ctx context.Context) (int64, error) {
	var id sql.NullInt64
	err := db.readers.QueryRowContext(ctx, "select max(max(first + count - 1, last)) from segment").Scan(&id)
	return id.Int64, db.trouble("look for the newest event", err)
}

// Touched is the time in which tables have events that were kept after the event with an id: spans in ticks, ascending and
// apart by more than a minute. Events without a time are in no window of any rule and touch nothing. A table that is none of events counts as touched in
// all of time, since nobody can tell.
func (db *DB) Touched(ctx context.Context, tables []string, after int64) ([]engine.Window, error) {
	var sources []string
	grain := int64(0)
	for _, name := range tables {
		t, ok := db.match(name)
		if _, _, is := db.lookup(name); !ok && is {
			continue
		}
		if !ok {
			return engine.Always(), nil
		}
		grain = max(grain, t.Grain)
		sources = append(sources, t.Sources...)
	}
	all, err := db.segments(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("look for new events", err)
	}
	var touched []engine.Window
	for _, s := range all {
		if !s.dated() || s.last <= after || !slices.Contains(sources, s.source) {
			continue
		}
		spans, err := db.spansAfter(ctx, s, after)
		if err != nil {
			return nil, err
		}
		for _, w := range spans {
			touched = append(touched, engine.Window{From: (w.From-grain)/100 - 1, To: w.To/100 + 1})
		}
	}
	more, err := db.touchedLate(ctx, sources, after)
	if err != nil {
		return nil, err
	}
	for _, w := range more {
		touched = append(touched, engine.Window{From: (w.From-grain)/100 - 1, To: w.To/100 + 1})
	}
	taken, err := db.touchedTaken(ctx, sources, after)
	if err != nil {
		return nil, err
	}
	for _, w := range taken {
		touched = append(touched, engine.Window{From: (w.since-grain)/100 - 1, To: w.until/100 + 1})
	}
	slices.SortFunc(touched, func(a, b engine.Window) int { return cmp.Compare(a.From, b.From) })
	apart := touched[:0]
	for _, w := range touched {
		if n := len(apart) - 1; n >= 0 && w.From <= apart[n].To+minuteNS/100 {
			apart[n].To = max(apart[n].To, w.To)
			continue
		}
		apart = append(apart, w)
	}
	return apart, nil
}

// spansAfter are the times, in ns, of a segment's events that were kept after the one with an id. Where segments were merged, new events
// stand among old ones.
func (db *DB) spansAfter(ctx context.Context, s *segment, after int64) (spans []engine.Window, err error) {
	if s.first > after {
		return []engine.Window{{From: s.since, To: s.until}}, nil
	}
	times, err := db.pack(ctx, s, event.Time.String())
	if err != nil {
		return nil, err
	}
	n, err := db.numbered(ctx, s)
	if err != nil {
		return nil, err
	}
	for place := range s.count {
		if n.event(place) <= after {
			continue
		}
		at, _ := times.number(place)
		if n := len(spans) - 1; n >= 0 && at <= spans[n].To+minuteNS {
			spans[n].To = at
			continue
		}
		spans = append(spans, engine.Window{From: at, To: at})
	}
	return spans, nil
}

// Deep tells the columns that are decoded from the records themselves.
func (db *DB) Deep(table, name string) bool {
	t, ok := db.match(table)
	if !ok {
		return false
	}
	c, ok := t.Column(name)
	return ok && c.From == event.FromRaw
}
