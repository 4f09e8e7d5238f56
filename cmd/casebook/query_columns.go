package main

import (
	"cmp"
	"fmt"
	"slices"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/store"
	"casebook/store/event"
	"casebook/tui"
	"casebook/tui/safe"
)

// A query that keeps every column of a table has sixty of them, most of them empty. On a terminal those are shown that say most and
// have room.

// firstSlots are what an event is read by, in this order.
var firstSlots = []event.Slot{event.User, event.Model, event.Action, event.Error, event.Status, event.Outcome, event.Resource, event.Account,
	event.PromptTokens, event.CompletionTokens, event.RequestSize, event.IP, event.Region}

// always are those that are worth their room even where they are the same in every row.
const always = 3

// mostLooked bounds the rows whose values are looked at.
const mostLooked = 1000

// widestShown is how much of a value a chosen column shows: as much as a time takes.
func widestShown(clock tui.Clock) int { return len(instantIn(clock, 0)) }

// tablesOf are the tables that a query reads.
func tablesOf(q *engine.Query, db *store.DB) []*plan.Table {
	var tables []*plan.Table
	for _, name := range q.Tables() {
		if t, ok := db.Table(name); ok {
			tables = append(tables, t)
		}
	}
	return tables
}

// roomy is a result with the columns that have room, and what was left out; one whose columns someone chose is as it was.
func roomy(clock tui.Clock, r *engine.Result, tables []*plan.Table, width int) (*engine.Result, string) {
	at := slices.IndexFunc(tables, func(t *plan.Table) bool { return keepsAll(r, t) })
	if at < 0 {
		return r, ""
	}
	held := heldColumns(r)
	order := ranks(r, held, tables[at])
	slices.SortStableFunc(held, func(x, y int) int { return cmp.Compare(order[x], order[y]) })
	few := &engine.Result{Batch: &column.Batch{Len: r.Batch.Len}, Stages: r.Stages, Warnings: r.Warnings}
	room := width + len(gap)
	for _, c := range held {
		w := shownWidth(clock, r, c)
		if room -= w + len(gap); room < 0 && len(few.Columns) > 0 {
			room += w + len(gap)
			continue
		}
		few.Columns, few.Batch.Columns = append(few.Columns, r.Columns[c]), append(few.Batch.Columns, r.Batch.Columns[c])
	}
	if len(few.Columns) == 0 || len(few.Columns) == len(r.Columns) {
		return r, ""
	}
	return few, fmt.Sprintf("%d of %d columns (%s empty): KEEP or project choose others, --all-columns all", len(few.Columns), len(r.Columns), count(len(r.Columns)-len(held)))
}

// keepsAll tells whether a result still has every column of a table.
func keepsAll(r *engine.Result, t *plan.Table) bool {
	return len(t.Fields) > 0 && !slices.ContainsFunc(t.Fields, func(f column.Field) bool {
		return f.Name[0] != '_' && !slices.ContainsFunc(r.Columns, func(c column.Field) bool { return c.Name == f.Name })
	})
}

// heldColumns are the columns that hold something in the first rows.
func heldColumns(r *engine.Result) []int {
	var held []int
	for c := range r.Columns {
		for i := range min(r.Batch.Len, mostLooked) {
			if v := r.Batch.Columns[c].Value(i); v != nil && v != "" {
				held = append(held, c)
				break
			}
		}
	}
	return held
}

// ranks say how early columns are read: the time, what the query has worked out, then who did what to which model, once each. What is the
// same in every row comes last.
func ranks(r *engine.Result, held []int, t *plan.Table) map[int]int {
	const rest = 100
	order := map[int]int{}
	named := map[event.Slot]int{} // the column with the shortest name of a slot
	for _, c := range held {
		name := r.Columns[c].Name
		order[c] = rest
		switch slot := slotOf(name, t); {
		case name == t.Time:
			order[c] = 0
		case !slices.ContainsFunc(t.Fields, func(f column.Field) bool { return f.Name == name }):
			order[c] = 1
		case slices.Contains(firstSlots, slot) && (slices.Index(firstSlots, slot) < always || !sameInAll(r, c)):
			if other, ok := named[slot]; ok && len(r.Columns[other].Name) <= len(name) {
				continue
			} else if ok {
				order[other] = rest
			}
			named[slot], order[c] = c, 2+slices.Index(firstSlots, slot)
		case !sameInAll(r, c):
			order[c] = rest - 1
		}
	}
	return order
}

func slotOf(name string, t *plan.Table) event.Slot {
	if view, ok := event.Match(t.Name); ok {
		if c, ok := view.Column(name); ok && c.From == event.FromSlot {
			return c.Slot
		}
	}
	return event.NoSlot
}

// sameInAll tells whether the first rows, if there are several, have one value in a column.
func sameInAll(r *engine.Result, c int) bool {
	n := min(r.Batch.Len, mostLooked)
	for i := 1; i < n; i++ {
		if plain(tui.Clock{}, r.Columns[c].Type, r.Batch.Columns[c].Value(i)) != plain(tui.Clock{}, r.Columns[c].Type, r.Batch.Columns[c].Value(0)) {
			return false
		}
	}
	return n > 1
}

func shownWidth(clock tui.Clock, r *engine.Result, c int) int {
	w := min(safe.Escape(r.Columns[c].Name).Width(), widestShown(clock))
	for i := range min(r.Batch.Len, mostLooked) {
		w = max(w, min(safe.Escape(plain(clock, r.Columns[c].Type, r.Batch.Columns[c].Value(i))).Width(), widestShown(clock)))
	}
	return w
}
