package main

import (
	"context"
	"math"
	"slices"

	"casebook/engine"
	"casebook/store"
)

// Which ticks of a rule's schedule are to be run, were run, and are left.

// stale are the stretches of ticks whose windows hold events that the last run did not know of: none at all when it is up to
// date, nil for all.
func (d *detecting) stale(ctx context.Context, r *shelved, last store.Run) ([]engine.Window, error) {
	touched, err := d.db.Touched(ctx, r.query.Tables(), last.Seen)
	if err != nil {
		return nil, err
	}
	if len(touched) > 0 && touched[0].From <= d.span.From && touched[len(touched)-1].To >= d.span.To ||
		detailOf(last).Quiet && last.Span != d.span {
		return nil, nil
	}
	back := int64(max(r.Rule.Lookback, r.Rule.Every)) / 100
	only := []engine.Window{}
	for _, w := range touched {
		w.To += back
		if n := len(only) - 1; n >= 0 && w.From <= only[n].To {
			only[n].To = max(only[n].To, w.To)
			continue
		}
		only = append(only, w)
	}
	return only, nil
}

// toRun are the stretches of ticks that are to be run, where nil stands for all that were asked for.
func (d *detecting) toRun(only []engine.Window) []engine.Window {
	if only == nil {
		if only = engine.Always(); d.until != 0 {
			only[0].To = d.until
		}
	}
	return only
}

// answered are the stretches of ticks, of those that were to be run, that a replay came to the end of, and those that are left for the next.
// What was not run says nothing. What gave nothing may have had nothing to look at, and was answered for all that; so were the ticks behind
// the rule's last, which it may have had on another schedule.
func answered(only []engine.Window, report *engine.Report) (did, left []engine.Window) {
	end := int64(math.MinInt64)
	if n := len(report.Ran); n > 0 {
		end = report.Ran[n-1].To
	}
	if len(report.Left) > 0 {
		end = report.Left[0].From
	}
	did = []engine.Window{}
	for _, w := range only {
		if w.From < end {
			did = append(did, engine.Window{From: w.From, To: min(w.To, end)})
		}
		if w.To > end && len(report.Left) > 0 {
			left = append(left, engine.Window{From: max(w.From, end), To: w.To})
		}
	}
	return did, left
}

// joined are the ticks of two lists of stretches, in one list.
func joined(a, b []engine.Window) []engine.Window {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y engine.Window) int { return int(min(max(x.From-y.From, -1), 1)) })
	var list []engine.Window
	for _, w := range all {
		if n := len(list) - 1; n >= 0 && w.From <= list[n].To {
			list[n].To = max(list[n].To, w.To)
			continue
		}
		list = append(list, w)
	}
	return list
}

// ticksIn is how many ticks of a rule's schedule lie in stretches.
func ticksIn(list []engine.Window, rule *engine.Rule) int {
	n := int64(0)
	for _, w := range list {
		n += (w.To - w.From) / (int64(rule.Every) / 100)
	}
	return int(n)
}
