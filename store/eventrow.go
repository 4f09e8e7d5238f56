package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
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

const eventColumns = `e.id, e.time, e.source, e.action, e.outcome, e.category, e.status, e.error, e.user, e.user_name, e.user_role, e.user_session, e.account,
	e.region, e.resource, e.resource_group, e.model, e.app, e.ip, e.request_id, e.response_id, e.prompt_tokens, e.completion_tokens, e.request_size,
	e.response_size, e.duration, e.flags, e.key, cast(f.path as text), e.line from event_row e join file f on f.id = e.file`

// eventRows reads rows that a condition chooses. Words come from the dictionary in memory, not by joins.
func (db *DB) eventRows(ctx context.Context, condition string, args ...any) ([]EventRow, error) {
	var rows []EventRow
	var words [1 + textCount][]sql.NullInt64
	for i := range words {
		words[i] = []sql.NullInt64{}
	}
	err := each(ctx, db.readers, "select "+eventColumns+" "+condition, args, func(scan func(...any) error) error {
		var e EventRow
		var at sql.NullInt64
		var ids [1 + textCount]sql.NullInt64
		var request, response any
		var numbers [numberCount]sql.NullInt64
		var flags int64
		var key []byte
		into := []any{&e.ID, &at}
		for i := range ids {
			into = append(into, &ids[i])
		}
		into = append(into, &request, &response)
		for i := range numbers {
			into = append(into, &numbers[i])
		}
		if err := scan(append(into, &flags, &key, &e.File, &e.Line)...); err != nil {
			return err
		}
		e.Time, e.Dated, e.Flags = at.Int64, at.Valid, event.Flags(flags)
		e.RequestID, e.ResponseID = unpackID(request), unpackID(response)
		copy(e.Key[:], key)
		e.PromptTokens, e.CompletionTokens = opt(numbers[0]), opt(numbers[1])
		e.RequestSize, e.ResponseSize, e.Duration = opt(numbers[2]), opt(numbers[3]), opt(numbers[4])
		for i := range ids {
			words[i] = append(words[i], ids[i])
		}
		rows = append(rows, e)
		return nil
	})
	if err != nil {
		return nil, db.trouble("read events", err)
	}
	dict, err := db.dictionary(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("read events", err)
	}
	for i := range rows {
		e := &rows[i]
		into := []*string{&e.Source, &e.Action, &e.Outcome, &e.Category, &e.Status, &e.Error, &e.User, &e.UserName, &e.UserRole, &e.UserSession,
			&e.Account, &e.Region, &e.Resource, &e.ResourceGroup, &e.Model, &e.App, &e.IP}
		for j, p := range into {
			if id := words[j][i].Int64; id < int64(len(dict.Values)) {
				*p = dict.Values[id]
			}
		}
	}
	return rows, nil
}

func opt(n sql.NullInt64) event.Opt { return event.Opt{Int: n.Int64, Set: n.Valid} }

// Event is the event of that id.
func (db *DB) Event(ctx context.Context, id int64) (EventRow, error) {
	rows, err := db.eventRows(ctx, "where e.id = ?", id)
	if err == nil && len(rows) == 0 {
		err = fmt.Errorf("event %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return EventRow{}, err
	}
	return rows[0], nil
}

// eventsByID reads events in the order of their ids as given.
func (db *DB) eventsByID(ctx context.Context, ids []int64) ([]EventRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list := strings.TrimSuffix(strings.Repeat("?,", len(ids)), ",")
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	rows, err := db.eventRows(ctx, "where e.id in ("+list+")", args...)
	if err != nil {
		return nil, err
	}
	by := make(map[int64]int, len(rows))
	for i := range rows {
		by[rows[i].ID] = i
	}
	sorted := make([]EventRow, 0, len(rows))
	for _, id := range ids {
		if i, ok := by[id]; ok {
			sorted = append(sorted, rows[i])
		}
	}
	return sorted, nil
}

// nanos is ticks as nanoseconds, cut at the ends of what 64 bits hold.
func nanos(ticks int64) int64 {
	const end = 1<<63 - 1
	switch {
	case ticks > end/100:
		return end
	case ticks < -end/100:
		return -end - 1
	}
	return ticks * 100
}

// Place is where an event stands in the order of time: the next page begins behind it. The zero value is before all.
type Place struct {
	Time int64 // nanoseconds
	ID   int64
}

// Place is where the event stands in a timeline.
func (e *EventRow) Place() Place { return Place{e.Time, e.ID} }

// Events lists up to limit events that a filter chooses behind a place, in order of time (newest first with backwards). Events
// without a time are not among them.
func (db *DB) Events(ctx context.Context, f EventFilter, after Place, limit int, backwards bool) ([]EventRow, error) {
	w, err := db.eventWhere(ctx, &f)
	if err == errNothing {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	w.add("e.time is not null")
	direction := ""
	switch {
	case backwards && after != Place{}:
		w.add("(e.time, e.id) < (?, ?)", after.Time, after.ID)
		direction = " desc"
	case backwards:
		direction = " desc"
	case after != Place{}:
		w.add("(e.time, e.id) > (?, ?)", after.Time, after.ID)
	}
	return db.eventRows(ctx, w.String()+" order by e.time"+direction+", e.id"+direction+" limit ?", append(w.args, limit)...)
}

// Timeline lists what one entity did in [from, to), in ticks: a user, a resource, an account, by the event field that it is a value of.
func (db *DB) Timeline(ctx context.Context, field, entity string, from, to int64, after Place, limit int) ([]EventRow, error) {
	return db.Events(ctx, EventFilter{Where: map[string]string{field: entity}, From: from, To: to}, after, limit, false)
}

// Span is the time from the first loaded event to just behind the last, in ticks; not ok when there is none.
func (db *DB) Span(ctx context.Context) (from, to int64, ok bool, err error) {
	var first, last sql.NullInt64
	err = db.readers.QueryRowContext(ctx, "select (select min(time) from event_row), (select max(time) from event_row)").Scan(&first, &last)
	if err != nil || !first.Valid {
		return 0, 0, false, db.trouble("read the span of events", err)
	}
	return column.FromNanos(first.Int64), column.FromNanos(last.Int64) + 1, true, nil
}

// NewestEvent is the time of the newest event in ticks, what "now" is by default; not ok when there is none.
func (db *DB) NewestEvent(ctx context.Context) (tick int64, ok bool, err error) {
	_, to, ok, err := db.Span(ctx)
	return to - 1, ok, err
}

// Bin is one bar of a histogram.
type Bin struct{ Events, Failures int64 }

// Histogram counts the events that a filter chooses in bins of equal length over [from, to), in ticks.
func (db *DB) Histogram(ctx context.Context, f EventFilter, from, to int64, bins int) ([]Bin, error) {
	list := make([]Bin, max(bins, 0))
	if bins <= 0 || to <= from {
		return list, nil
	}
	width := (to - from + int64(bins) - 1) / int64(bins)
	put := func(ns, events, failures int64) {
		if at := (column.FromNanos(ns) - from) / width; at >= 0 && at < int64(bins) {
			list[at].Events += events
			list[at].Failures += failures
		}
	}
	if len(f.Where)+len(f.Terms) == 0 && f.IDs == nil && width >= column.Minute && width%column.Minute == 0 && from%column.Minute == 0 {
		return list, db.trouble("count events", each(ctx, db.readers, "select minute, events, failures from minute where minute >= ? and minute < ? and (?3 = '' or source = ?3)",
			[]any{from / column.Minute, (to + column.Minute - 1) / column.Minute, f.Source}, func(scan func(...any) error) error {
				var minute, events, failures int64
				err := scan(&minute, &events, &failures)
				put(minute*minuteNS, events, failures)
				return err
			}))
	}
	f.From, f.To = from, to
	w, err := db.eventWhere(ctx, &f)
	if err == errNothing {
		return list, nil
	}
	if err != nil {
		return nil, err
	}
	failure, err := db.wordID(ctx, "failure")
	if err != nil {
		return nil, err
	}
	err = each(ctx, db.readers, "select e.time, e.error is not null or coalesce(e.outcome = ?, 0) from event_row e"+w.String(),
		append([]any{failure}, w.args...), func(scan func(...any) error) error {
			var at, failed int64
			err := scan(&at, &failed)
			put(at, 1, failed)
			return err
		})
	return list, db.trouble("count events", err)
}

var _ exec.Source = (*DB)(nil)
