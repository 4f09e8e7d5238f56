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
	minutes, err := db.minutes(ctx, source)
	if err != nil {
		return nil, err
	}
	var gaps []Gap
	for name, list := range minutes {
		for i := 1; i < len(list); i++ {
			g := Gap{Source: name, From: (list[i-1] + 1) * column.Minute, To: list[i] * column.Minute}
			if g.To-g.From >= max(d, 1) && (all || g.From < to && g.To > from) {
				gaps = append(gaps, g)
			}
		}
	}
	slices.SortFunc(gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Source, b.Source))
	})
	return gaps, nil
}
