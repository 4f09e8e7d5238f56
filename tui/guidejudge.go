package tui

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
	"casebook/store/event"
)

// What the answer of a step's query is worth goes by what is loaded: sources, fields, gaps, and how far back the log goes.

// judge says what an answer is worth: cannot, where what it would take is not there.
func (a *App) judge(ctx context.Context, q *engine.Query, window engine.Window, got *stepAnswer) error {
	wanted := sourcesOf(q)
	if len(wanted) == 0 {
		return nil // it asks of alerts, which are always there
	}
	states, err := a.Store.SourceStates(ctx, column.Hour)
	if err != nil {
		return err
	}
	states = slices.DeleteFunc(states, func(s store.SourceState) bool { return !slices.Contains(wanted, s.Source) })
	empty := got.result.Batch.Len == 0
	if len(states) == 0 {
		got.blocked = "no event of " + strings.Join(wanted, " or ") + " is loaded"
		return nil
	}
	if empty {
		if got.blocked, err = a.uncovered(ctx, q); err != nil || got.blocked != "" {
			return err
		}
	}
	if columns := emptyColumns(got.result); len(columns) > 0 {
		got.remarks = append(got.remarks, "none of these records holds "+strings.Join(columns, ", "))
	}
	if text := a.beginsLater(states, got.result.From); text != "" {
		got.remarks = append(got.remarks, text)
	}
	gaps, err := a.dataGaps(ctx, states, window)
	for _, g := range gaps {
		text := fmt.Sprintf("%s logged nothing for %s of the window, from %s", g.Source, spanText(ticksSpan(min(g.To, window.To)-max(g.From, window.From))), a.Clock.FullTick(max(g.From, window.From), Minutes))
		if empty {
			got.blocked = "no row, and " + text
			return nil
		}
		got.remarks = append(got.remarks, text)
	}
	return err
}

// beginsLater says that a query looks back to before the log that it reads begins: "never before" then only means "not since".
func (a *App) beginsLater(states []store.SourceState, from int64) string {
	first := slices.MinFunc(states, func(x, y store.SourceState) int { return cmp.Compare(x.First, y.First) })
	if from == math.MinInt64 || first.First-from <= gapOf(&first) {
		return ""
	}
	return fmt.Sprintf("looks back to %s; the %s log begins %s", a.Clock.FullTick(from, Minutes), first.Source, a.Clock.FullTick(first.First, Minutes))
}

// uncovered names what a query needs for a row and no loaded event carries.
func (a *App) uncovered(ctx context.Context, q *engine.Query) (string, error) {
	from, to, _, err := a.Store.Span(ctx)
	if err != nil {
		return "", err
	}
	cover, err := q.Covered(ctx, a.Store, engine.Window{From: from, To: to})
	if err != nil {
		return "", err
	}
	if len(cover.Missing) > 0 {
		return "no loaded event carries " + strings.Join(cover.Missing, ", "), nil
	}
	return a.unchosen(ctx, q)
}

// unchosen names a kind of records that a query asks for and that is not loaded at all, where a service's settings decide which kinds there
// are. Of other values it says nothing: that nobody was denied anything is an answer.
func (a *App) unchosen(ctx context.Context, q *engine.Query) (string, error) {
	for _, asked := range q.Asked() {
		table, ok := event.Match(asked.Table)
		if !ok {
			continue
		}
		c, ok := table.Column(asked.Column)
		if !ok || !c.Chosen {
			continue
		}
		found := false
		for _, v := range asked.Values {
			rows, err := a.Store.Events(ctx, store.EventFilter{Where: map[string]string{c.Slot.String(): v}}, store.Place{}, 1, false)
			if err != nil {
				return "", err
			}
			found = found || len(rows) > 0
		}
		if !found {
			return fmt.Sprintf("no record with %s %s is loaded: the service may not be set up to log them", asked.Column, strings.Join(asked.Values, " or ")), nil
		}
	}
	return "", nil
}

// sourcesOf are the sources whose events a query reads.
func sourcesOf(q *engine.Query) []string {
	var sources []string
	for _, name := range q.Tables() {
		t, ok := event.Match(name)
		if !ok {
			continue
		}
		for _, source := range t.Sources {
			if !slices.Contains(sources, source) {
				sources = append(sources, source)
			}
		}
	}
	return sources
}

// emptyColumns are the text columns of a result that have no value in any row.
func emptyColumns(r *engine.Result) []string {
	if r.Batch.Len == 0 {
		return nil
	}
	var names []string
	for c, f := range r.Columns {
		if f.Type != column.String && f.Type != column.Text {
			continue
		}
		empty := true
		for i := 0; i < r.Batch.Len && empty; i++ {
			v := r.Batch.Columns[c].Value(i)
			empty = v == nil || v == ""
		}
		if empty {
			names = append(names, f.Name)
		}
	}
	return names
}
