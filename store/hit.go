package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"casebook/engine"
)

// Peak is the hit with the most events behind it, the first of them.
func (db *DB) Peak(ctx context.Context, a *Alert) (engine.Hit, error) {
	hits, err := db.hits(ctx, "where h.alert = ? and h.tick = ? and h.place = ?", a.ID, a.PeakTick, a.PeakIndex)
	if err == nil && len(hits) == 0 {
		err = fmt.Errorf("peak of alert %d: %w", a.ID, ErrNotFound)
	}
	if err != nil {
		return engine.Hit{}, err
	}
	return hits[0], nil
}

func (db *DB) hits(ctx context.Context, condition string, args ...any) ([]engine.Hit, error) {
	var hits []engine.Hit
	err := eachHit(ctx, db.readers, condition, args, func(h engine.Hit) error { hits = append(hits, h); return nil })
	return hits, db.trouble("read hits", err)
}

func eachHit(ctx context.Context, q querier, condition string, args []any, yield func(engine.Hit) error) error {
	query := "select a.rule, h.tick, h.place, h.since, h.until, h.over_cap, h.columns, h.row, h.events from hit h join alert a on a.id = h.alert "
	return each(ctx, q, query+condition, args, func(scan func(...any) error) error {
		var h engine.Hit
		var columns, row string
		var events []byte
		err := scan(&h.Rule, &h.Tick, &h.Index, &h.Window.From, &h.Window.To, &h.OverCap, &columns, &row, &events)
		if err != nil {
			return err
		}
		if h.Columns, err = decodeColumns(columns); err != nil {
			return err
		}
		if h.Row, err = decodeRow(row); err != nil {
			return err
		}
		if h.Events, err = unpackIDs(events); err != nil {
			return err
		}
		return yield(h)
	})
}

// EventIDs are the ids of all events behind an alert, in order of time.
func (db *DB) EventIDs(ctx context.Context, alert int64) ([]int64, error) {
	var packed []byte
	err := db.readers.QueryRowContext(ctx, "select events from alert_events where alert = ?", alert).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("events of alert %d: %w", alert, ErrNotFound)
	}
	if err != nil {
		return nil, db.trouble("read the events of an alert", err)
	}
	return unpackIDs(packed)
}

// EventsOf lists up to limit events behind an alert from a place in its list on, in order of time.
func (db *DB) EventsOf(ctx context.Context, alert int64, from, limit int) ([]EventRow, error) {
	ids, err := db.EventIDs(ctx, alert)
	if err != nil {
		return nil, err
	}
	from = min(from, len(ids))
	return db.eventsByID(ctx, ids[from:min(len(ids), from+limit)])
}
