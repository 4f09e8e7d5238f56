package store

import (
	"context"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/store/event"
)

// Bodies that come late. A record may be read before the object that holds its body: CloudWatch tells the same call in another folder, and a
// bucket that is being copied has its records first. When the body comes, the events that name it get its size, so that whoever
// loads the same files in whatever order has the same events.

// lateFields are the fields that a late body changes.
var lateFields = []string{event.RequestSize.String(), event.ResponseSize.String(), packFlags}

// lately gives events their bodies that have come since, by the ids of the requests.
func (l *loader) lately() error {
	if len(l.came) == 0 {
		return nil
	}
	came := l.came
	l.came = nil
	changes, err := l.db.awaited(l.ctx, came)
	if err != nil || len(changes) == 0 {
		return err
	}
	return l.db.write(l.ctx, "read bodies that came late", func(tx *Tx) error {
		before, err := tx.marks()
		if err != nil {
			return err
		}
		for _, c := range changes {
			if _, err := tx.exec("insert into late (event, newest, request, response, flags) values (?, (select max(max(first + count - 1, last)) from segment), ?, ?, ?)",
				c.event, c.request, c.response, int64(c.flags)); err != nil {
				return err
			}
		}
		return tx.seal(l.load, before, nil, nil)
	})
}

// late is what an event turned out to have.
type late struct {
	event             int64
	request, response int64
	flags             event.Flags
}

// awaited are the events without their bodies that have them now.
func (db *DB) awaited(ctx context.Context, requests map[string]bool) ([]late, error) {
	all, err := db.segments(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("look for events without bodies", err)
	}
	var ids []int64
	var had []late
	for _, s := range all {
		if s.source != event.Bedrock {
			continue
		}
		flags, err := db.pack(ctx, s, packFlags)
		if err != nil {
			return nil, err
		}
		for place := range s.count {
			flag, _ := flags.number(place)
			if event.Flags(flag)&event.BodyElsewhere == 0 {
				continue
			}
			asked, err := db.pack(ctx, s, event.RequestID.String())
			if err != nil {
				return nil, err
			}
			if requests[asked.text(place)] {
				sizes := [2]int64{}
				for i, field := range lateFields[:2] {
					p, err := db.pack(ctx, s, field)
					if err != nil {
						return nil, err
					}
					sizes[i], _ = p.number(place)
				}
				n, err := db.numbered(ctx, s)
				if err != nil {
					return nil, err
				}
				ids = append(ids, n.event(place))
				had = append(had, late{n.event(place), sizes[0], sizes[1], event.Flags(flag)})
			}
		}
	}
	var changes []late
	places, err := db.rawPlaces(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range places {
		p := &places[i]
		_, record, err := db.record(ctx, p)
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			continue // its file is not at hand, so that nobody can tell
		}
		d, err := event.Detail(record, db.siblings(ctx, string(p.path)))
		if err != nil || !d.Event.RequestSize.Set || !d.Event.ResponseSize.Set {
			continue
		}
		c := late{event: p.id, request: d.Event.RequestSize.Int, response: d.Event.ResponseSize.Int, flags: had[i].flags &^ event.BodyElsewhere}
		c.flags |= d.Event.Flags & event.BodyElsewhere
		if c != had[i] {
			changes = append(changes, c)
		}
	}
	return changes, nil
}

// arrived notes that a body is in the store, also one that was there: the load that brought it may have been stopped before its event had it.
func (l *loader) arrived(path string) {
	if l.came == nil {
		l.came = map[string]bool{}
	}
	id, _, _ := strings.Cut(event.BodyName(path), "_")
	l.came[id], l.came[strings.ToLower(id)] = true, true // an id that is a UUID is kept as one
}

// amend puts what came late into fields of a segment.
func (db *DB) amend(ctx context.Context, s *segment, packs map[string]*pack, fields []string) error {
	db.cache.mu.Lock()
	some := db.cache.late > 0
	db.cache.mu.Unlock()
	if !some || s.source != event.Bedrock || !slices.ContainsFunc(fields, func(f string) bool { return slices.Contains(lateFields, f) }) {
		return nil
	}
	var rows []late
	err := each(ctx, db.readers, "select event, request, response, flags from late where event between ? and ? order by id", []any{s.first, s.last}, func(scan func(...any) error) error {
		var c late
		err := scan(&c.event, &c.request, &c.response, &c.flags)
		rows = append(rows, c)
		return err
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	n, err := db.numbered(ctx, s)
	if err != nil {
		return err
	}
	for _, field := range fields {
		at := slices.Index(lateFields, field)
		if at < 0 {
			continue
		}
		values, null := make([]int64, s.count), make([]bool, s.count)
		for place := range values {
			value, set := packs[field].number(place)
			values[place], null[place] = value, !set
		}
		for _, c := range rows {
			if place, ok := n.place(c.event); ok {
				values[place], null[place] = []int64{c.request, c.response, int64(c.flags)}[at], false
			}
		}
		packs[field] = packInts(values, null, make([]uint64, s.count))
	}
	return nil
}

// learnLate takes note of what has come late since, so that fields that are in memory are read anew.
func (c *segmentCache) learnLate(ctx context.Context, q querier) error {
	var newest int64
	if err := q.QueryRowContext(ctx, "select coalesce(max(id), 0) from late").Scan(&newest); err != nil || newest == c.late {
		return err
	}
	c.late = newest
	for name, e := range c.packs {
		if slices.Contains(lateFields, name.field) {
			c.drop(e)
		}
	}
	c.blank = nil
	return nil
}

// touchedLate is where in time events stand that got their bodies after a run of a rule that knew of no event behind one. Those that came
// right behind the run cannot be told from those before it, and count.
func (db *DB) touchedLate(ctx context.Context, sources []string, after int64) (spans []engine.Window, err error) {
	if !slices.Contains(sources, event.Bedrock) {
		return nil, nil
	}
	var events []int64
	if err := each(ctx, db.readers, "select distinct event from late where newest >= ?1 and event <= ?1", []any{after}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		events = append(events, id)
		return err
	}); err != nil {
		return nil, db.trouble("look for late bodies", err)
	}
	spots, err := db.spots(ctx, events)
	if err != nil {
		return nil, err
	}
	for _, s := range spots {
		if s.segment == nil || !s.dated() {
			continue
		}
		times, err := db.pack(ctx, s.segment, event.Time.String())
		if err != nil {
			return nil, err
		}
		at, _ := times.number(s.place)
		spans = append(spans, engine.Window{From: at, To: at})
	}
	return spans, nil
}
