package store

import (
	"context"
	"fmt"
	"time"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/store/event"
)

// EventRow is an event as lists show it: its typed fields without the small ones (Fields has them all), and where it came from.
type EventRow struct {
	ID int64
	event.Event
	File string // path, as it was given
	Line int64
}

// When is the event's time; the zero time when it has none.
func (e *EventRow) When() time.Time {
	if !e.Dated {
		return time.Time{}
	}
	return time.Unix(0, e.Time).UTC()
}

// Tick is the event's time in ticks of 100 ns, as the engine counts.
func (e *EventRow) Tick() int64 { return column.FromNanos(e.Time) }

// rowsAt reads events from their segments.
func (db *DB) rowsAt(ctx context.Context, spots []spot) ([]EventRow, error) {
	dict, err := db.dictionary(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("read events", err)
	}
	rows := make([]EventRow, len(spots))
	packs := map[*segment]map[string]*pack{}
	for i, s := range spots {
		p := packs[s.segment]
		if p == nil {
			if p, err = db.allPacks(ctx, s.segment); err != nil {
				return nil, err
			}
			packs[s.segment] = p
		}
		e := &rows[i]
		e.ID, e.Source = s.event, s.source
		e.Time, e.Dated = p[event.Time.String()].number(s.place)
		for j, into := range textsOf(&e.Event) {
			if id := p[textSlots[j].String()].word(s.place); int(id) < len(dict.Values) {
				*into = dict.Values[id]
			}
		}
		for j, into := range []*event.Opt{&e.PromptTokens, &e.CompletionTokens, &e.RequestSize, &e.ResponseSize, &e.Duration} {
			into.Int, into.Set = p[numberSlots[j].String()].number(s.place)
		}
		e.RequestID, e.ResponseID = p[event.RequestID.String()].text(s.place), p[event.ResponseID.String()].text(s.place)
		flags, _ := p[packFlags].number(s.place)
		e.Flags = event.Flags(flags)
		copy(e.Key[:], p[packKey].hash(s.place))
		e.Line, _ = p[packLine].number(s.place)
		file, _ := p[packFile].number(s.place)
		if e.File, err = db.pathOf(ctx, file); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// textsOf are an event's texts in the order of textSlots.
func textsOf(e *event.Event) [textCount]*string {
	return [...]*string{&e.Action, &e.Outcome, &e.Category, &e.Status, &e.Error, &e.User, &e.UserName, &e.UserRole, &e.UserSession,
		&e.Account, &e.Region, &e.Resource, &e.ResourceGroup, &e.Model, &e.App, &e.IP}
}

// Event is the event of that id.
func (db *DB) Event(ctx context.Context, id int64) (EventRow, error) {
	rows, err := db.eventsByID(ctx, []int64{id})
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("event %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return EventRow{}, err
	}
	return rows[0], nil
}

// eventsByID reads events in the order of their ids as given; what does not exist is left out.
func (db *DB) eventsByID(ctx context.Context, ids []int64) ([]EventRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	spots, err := db.spots(ctx, ids)
	if err != nil {
		return nil, err
	}
	there := spots[:0]
	for _, s := range spots {
		if s.segment != nil {
			there = append(there, s)
		}
	}
	return db.rowsAt(ctx, there)
}

// Span is the time from the first loaded event to just behind the last, in ticks; not ok when there is none.
func (db *DB) Span(ctx context.Context) (from, to int64, ok bool, err error) {
	all, err := db.segments(ctx, db.readers)
	if err != nil {
		return 0, 0, false, db.trouble("read the span of events", err)
	}
	var since, until int64
	for _, s := range all {
		if !s.dated() {
			continue
		}
		if !ok {
			since, until, ok = s.since, s.until, true
		}
		since, until = min(since, s.since), max(until, s.until)
	}
	if !ok {
		return 0, 0, false, nil
	}
	return column.FromNanos(since), column.FromNanos(until) + 1, true, nil
}

// NewestEvent is the time of the newest event in ticks, what "now" is by default; not ok when there is none.
func (db *DB) NewestEvent(ctx context.Context) (tick int64, ok bool, err error) {
	_, to, ok, err := db.Span(ctx)
	return to - 1, ok, err
}

var _ exec.Source = (*DB)(nil)
