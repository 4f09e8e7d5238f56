package store

import (
	"context"
	"database/sql"
	"math"
	"strings"

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
// apart. Events without a time are in no window of any rule and touch nothing. A table that is none of events counts as touched in
// all of time, since nobody can tell.
func (db *DB) Touched(ctx context.Context, tables []string, after int64) ([]engine.Window, error) {
	always := []engine.Window{{From: math.MinInt64 / 2, To: math.MaxInt64 / 2}}
	args := []any{after, int64(undatedTime)}
	grain := int64(0)
	for _, name := range tables {
		t, ok := db.match(name)
		if _, _, is := db.lookup(name); !ok && is {
			continue
		}
		if !ok {
			return always, nil
		}
		grain = max(grain, t.Grain)
		for _, source := range t.Sources {
			args = append(args, source)
		}
	}
	var spans []engine.Window
	in := strings.TrimSuffix(strings.Repeat("?,", len(args)-2), ",")
	query := "select since, until from segment where replaced = 0 and max(first + count - 1, last) > ? and until <> ? and source in (" + in + ") order by since"
	err := each(ctx, db.readers, query, args, func(scan func(...any) error) error {
		var since, until int64
		if err := scan(&since, &until); err != nil {
			return err
		}
		w := engine.Window{From: (since-grain)/100 - 1, To: until/100 + 1}
		if n := len(spans) - 1; n >= 0 && w.From <= spans[n].To {
			spans[n].To = max(spans[n].To, w.To)
			return nil
		}
		spans = append(spans, w)
		return nil
	})
	return spans, db.trouble("look for new events", err)
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
