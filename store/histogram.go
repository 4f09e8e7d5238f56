package store

import (
	"context"

	"casebook/engine/column"
	"casebook/store/event"
)

// Bin is one bar of a histogram.
type Bin struct{ Events, Failures int64 }

// Histogram counts the events that a filter chooses in bins of equal length over [from, to), in ticks.
func (db *DB) Histogram(ctx context.Context, f EventFilter, from, to int64, bins int) ([]Bin, error) {
	list := make([]Bin, max(bins, 0))
	if bins <= 0 || to <= from {
		return list, nil
	}
	width := (to - from + int64(bins) - 1) / int64(bins)
	if len(f.Where)+len(f.Terms) == 0 && f.IDs == nil && width%column.Minute == 0 && from%column.Minute == 0 && to%column.Minute == 0 {
		return list, db.fromMinutes(ctx, f.Source, from, to, width, list)
	}
	f.From, f.To = from, to
	c, err := db.chooser(ctx, &f)
	if err != nil {
		return nil, err
	}
	err = c.every(ctx, func(s *segment, times *pack, rows *chosen) error {
		failed, err := db.failures(ctx, s)
		if err != nil {
			return err
		}
		for k := range rows.len() {
			i := rows.place(k)
			ns, _ := times.number(i)
			bin := &list[(column.FromNanos(ns)-from)/width]
			bin.Events++
			if failed.at(i) {
				bin.Failures++
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// failures tells which events of a segment failed: those with an error, and those whose outcome is "failure".
type failures struct {
	errors, outcomes *pack
	failure          int // the place of the word in outcomes; -1 for none
}

func (db *DB) failures(ctx context.Context, s *segment) (failures, error) {
	f := failures{failure: -1}
	word, err := db.wordID(ctx, "failure")
	if err != nil {
		return f, db.trouble("read events", err)
	}
	if f.errors, err = db.pack(ctx, s, event.Error.String()); err != nil {
		return f, err
	}
	if f.outcomes, err = db.pack(ctx, s, event.Outcome.String()); err != nil {
		return f, err
	}
	if at, ok := f.outcomes.place(word); ok && word != 0 {
		f.failure = at
	}
	return f, nil
}

func (f *failures) at(i int) bool {
	return f.errors != nil && f.errors.code(i) != 0 || f.failure > 0 && f.outcomes.code(i) == uint64(f.failure)
}
