package store

import (
	"cmp"
	"context"
	"slices"

	"casebook/engine/column"
)

// Gap is a stretch without any event of a source.
type Gap struct {
	Source   string
	From, To int64 // [From, To) in ticks: whole minutes
}

// Gaps are the stretches of at least d ticks in which a source that logs before and after is silent, from the minute rollups: those
// that touch [from, to), whole, in order of time; from and to 0 are all of time. Source "" is each source by itself.
func (db *DB) Gaps(ctx context.Context, source string, from, to, d int64) ([]Gap, error) {
	all := from == 0 && to == 0
	var gaps []Gap
	last := map[string]int64{} // the end of a source's last minute with an event
	err := each(ctx, db.readers, "select minute, source from minute where ?1 = '' or source = ?1 order by minute", []any{source}, func(scan func(...any) error) error {
		var minute int64
		var name string
		if err := scan(&minute, &name); err != nil {
			return err
		}
		begin := minute * column.Minute
		end, before := last[name]
		if before && begin-end >= max(d, 1) && (all || end < to && begin > from) {
			gaps = append(gaps, Gap{Source: name, From: end, To: begin})
		}
		last[name] = begin + column.Minute
		return nil
	})
	slices.SortFunc(gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Source, b.Source))
	})
	return gaps, db.trouble("look for gaps", err)
}
