package why

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
)

// Baseline is what the figure that fired was for the same entity in the windows before, each as long as the rule's own.
type Baseline struct {
	Column  string
	Days    int   // how far back it looks
	History int64 // how much log there is before the window that fired, within those days, in ticks
	Windows int   // looked at
	Active  int   // of them: in which the entity had a figure
	Met     int   // of those: in which the rule would have fired for it
	Median  float64
	Most    float64 // the highest, or for a gate that asks for less, the lowest
}

// Thin tells whether there is too little history for the baseline to mean much.
func (b *Baseline) Thin() bool { return b.History < 24*column.Hour }

const (
	// mostWindows bounds how often a rule is run again for a baseline: a week of hours, and a little.
	mostWindows = 180
	// shortWindow is the longest window of which a week is looked at; of longer ones it is a month.
	shortWindow = 12 * column.Hour
)

// Before runs a rule without its gate over the windows before the one that fired. since is where the log begins.
func Before(ctx context.Context, db *store.DB, rule *engine.Rule, hit *engine.Hit, since int64) (*Baseline, error) {
	q, err := rule.Parse(ctx, db)
	if err != nil {
		return nil, err
	}
	gate := GateOf(q)
	length := hit.Window.To - hit.Window.From
	b := &Baseline{Column: gate.First().Column, Days: 7}
	if !gate.Decides() || length <= 0 {
		return b, nil
	}
	if length > shortWindow {
		b.Days = 30
	}
	start := max(since, hit.Window.From-int64(b.Days)*24*column.Hour)
	b.History = max(0, hit.Window.From-start)
	var windows []engine.Window
	for to := hit.Window.From; to > start && len(windows) < mostWindows; to -= length {
		windows = append(windows, engine.Window{From: to - length, To: to})
	}
	b.Windows = len(windows)
	found, err := each(ctx, len(windows), func(ctx context.Context, i int) (figure, error) {
		w := windows[i]
		r, err := gate.run(ctx, q, db, w.To+hit.Tick-hit.Window.To, w)
		if err != nil {
			return figure{}, fmt.Errorf("run the rule over the window before: %w", err)
		}
		return gate.best(r, rule, hit), nil
	})
	if err != nil {
		return nil, err
	}
	var values []float64
	for _, f := range found {
		if f.active {
			values = append(values, f.value)
			b.Active++
		}
		if f.met {
			b.Met++
		}
	}
	if len(values) > 0 {
		slices.Sort(values)
		b.Median, b.Most = values[len(values)/2], values[len(values)-1]
		if !gate.First().Upward() {
			b.Most = values[0]
		}
	}
	return b, nil
}

// each does n pieces of work on as many cores as there are, and gives what came of them in their order. The first that fails ends it.
func each[T any](ctx context.Context, n int, work func(ctx context.Context, i int) (T, error)) ([]T, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	all := make([]T, n)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				var err error
				if all[i], err = work(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	group.Wait()
	return all, context.Cause(ctx)
}

// figure is what an entity had in a window, and whether the rule would have fired for it.
type figure struct {
	value       float64
	met, active bool
}

// best is the figure of the hit's entity in a result, the furthest over the threshold of several.
func (g *Gate) best(r *engine.Result, rule *engine.Rule, hit *engine.Hit) (best figure) {
	places := g.numbers(r.Columns)
	name, entity := entityOf(rule, hit)
	at := slices.IndexFunc(r.Columns, func(f column.Field) bool { return f.Name == name })
	if at < 0 || places[0] < 0 {
		return best
	}
	for i := range r.Batch.Len {
		if fmt.Sprint(r.Batch.Columns[at].Value(i)) != entity {
			continue
		}
		v, ok := Number(r.Batch.Columns[places[0]].Value(i))
		if !ok {
			continue
		}
		_, all, _ := g.short(r, places, i)
		best.met = best.met || all
		if !best.active || g.First().Upward() && v > best.value || !g.First().Upward() && v < best.value {
			best.value = v
		}
		best.active = true
	}
	return best
}

// entityOf is the column that names a hit's entity, and its value.
func entityOf(rule *engine.Rule, hit *engine.Hit) (name, value string) {
	for _, name := range rule.Entity {
		for i, c := range hit.Columns {
			if c.Name == name && i < len(hit.Row) && hit.Row[i] != nil {
				return name, fmt.Sprint(hit.Row[i])
			}
		}
	}
	return "", ""
}
