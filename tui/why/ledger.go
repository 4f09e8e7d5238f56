package why

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
)

// Ledger is why a hit fired.
type Ledger struct {
	Stages []engine.Stage // of the rule, run again as it ran then
	Gate   Gate
	Groups int // that the gate was held against
	Fired  int // that met it
	Rank   int // of the hit among them by the first condition's value, 1 for the furthest over; 0 when it is not known
	Misses []Miss
}

// Miss is a group that nearly met the gate in the same window.
type Miss struct {
	Columns []column.Field // of the row, with the numbers that the gate holds against its constants
	Row     []any
	short   float64
}

const (
	// nearEnough is how far under its threshold, as a part of it, a number may be to count as a near miss.
	nearEnough = 0.5
	// mostMisses bounds the near misses that are told.
	mostMisses = 5
)

// Explain runs a rule again as it ran when it hit.
func Explain(ctx context.Context, db *store.DB, rule *engine.Rule, hit *engine.Hit) (*Ledger, error) {
	q, err := rule.Parse(ctx, db)
	if err != nil {
		return nil, err
	}
	window := hit.Window
	result, err := engine.Run(ctx, q, db, engine.Options{AsOf: hit.Tick, Window: &window})
	if err != nil {
		return nil, err
	}
	l := &Ledger{Stages: result.Stages, Gate: GateOf(result.Query)}
	if !l.Gate.Decides() {
		return l, nil
	}
	groups, err := l.Gate.run(ctx, q, db, hit.Tick, window)
	if err != nil {
		return nil, fmt.Errorf("count the groups: %w", err)
	}
	l.count(groups, hit)
	return l, nil
}

// run is every group of a window, before the gate.
func (g *Gate) run(ctx context.Context, q *engine.Query, db *store.DB, asOf int64, w engine.Window) (*engine.Result, error) {
	return engine.Run(ctx, q.With(g.Groups), db, engine.Options{AsOf: asOf, Window: &w})
}

// numbers are the places of the conditions' columns in a result.
func (g *Gate) numbers(columns []column.Field) []int {
	places := make([]int, len(g.Conditions))
	for i, c := range g.Conditions {
		places[i] = slices.IndexFunc(columns, func(f column.Field) bool { return f.Name == c.Column })
	}
	return places
}

// short is how far a row is from meeting the gate; known is false where one of its numbers is null.
func (g *Gate) short(r *engine.Result, places []int, row int) (sum float64, met, known bool) {
	met = true
	for i, c := range g.Conditions {
		if places[i] < 0 {
			return 0, false, false
		}
		v, ok := Number(r.Batch.Columns[places[i]].Value(row))
		if !ok {
			return 0, false, false
		}
		if !c.Holds(v) {
			met = false
		}
		d := c.Short(v)
		if d > nearEnough {
			return d, false, true
		}
		sum += d
	}
	return sum, met, true
}

// count ranks the hit among the groups that fired and picks the near misses.
func (l *Ledger) count(r *engine.Result, hit *engine.Hit) {
	places := l.Gate.numbers(r.Columns)
	first := l.Gate.First()
	mine, ranked := valueIn(hit, first.Column)
	l.Groups = r.Batch.Len
	if ranked {
		l.Rank = 1
	}
	for i := range r.Batch.Len {
		short, met, known := l.Gate.short(r, places, i)
		switch {
		case !known:
		case met:
			l.Fired++
			v, _ := Number(r.Batch.Columns[places[0]].Value(i))
			if ranked && (first.Upward() && v > mine || !first.Upward() && v < mine) {
				l.Rank++
			}
		case short <= nearEnough:
			l.Misses = append(l.Misses, Miss{Columns: r.Columns, Row: rowAt(r, i), short: short})
		}
	}
	slices.SortStableFunc(l.Misses, func(a, b Miss) int { return cmp.Compare(a.short, b.short) })
	if len(l.Misses) > mostMisses {
		l.Misses = l.Misses[:mostMisses]
	}
}

func rowAt(r *engine.Result, i int) []any {
	row := make([]any, len(r.Columns))
	for c := range row {
		row[c] = r.Batch.Columns[c].Value(i)
	}
	return row
}

// valueIn is a number of the hit's row, by its column's name.
func valueIn(hit *engine.Hit, name string) (float64, bool) {
	for i, c := range hit.Columns {
		if c.Name == name && i < len(hit.Row) {
			return Number(hit.Row[i])
		}
	}
	return 0, false
}

// Value is the number of a hit's row that the first condition is about.
func (g *Gate) Value(hit *engine.Hit) (float64, bool) {
	if !g.Decides() {
		return 0, false
	}
	return valueIn(hit, g.First().Column)
}
