package tui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// entitiesScreen lists users, or entities of another kind: how many open alerts, what they did, since when.
type entitiesScreen struct {
	kind  int // of report.Kinds
	order int // of entityOrders
	find  string
	under string // the name that the cursor begins on, and its line in the window
	line  int
	rows  []entityRow
	list  widget.List

	reading slot
}

type entityRow struct {
	store.ValueSummary
	open, alerts, rules int
}

// entityOrder is what the list can be sorted by.
type entityOrder struct {
	name  string
	by    func(a, b *entityRow) int
	words safe.Text
}

var entityOrders = []entityOrder{
	{"open", func(a, b *entityRow) int {
		return cmp.Or(cmp.Compare(b.open, a.open), cmp.Compare(b.alerts, a.alerts), cmp.Compare(b.Events, a.Events))
	}, safe.Own("open alerts")},
	{"events", func(a, b *entityRow) int { return cmp.Compare(b.Events, a.Events) }, safe.Own("events")},
	{"denied", func(a, b *entityRow) int { return cmp.Compare(b.Failures, a.Failures) }, safe.Own("failures")},
	{"tokens", func(a, b *entityRow) int { return cmp.Compare(b.tokens(), a.tokens()) }, safe.Own("tokens")},
	{"new", func(a, b *entityRow) int { return cmp.Compare(b.First, a.First) }, safe.Own("first seen, newest first")},
	{"last", func(a, b *entityRow) int { return cmp.Compare(b.Last, a.Last) }, safe.Own("last seen")},
}

func (r *entityRow) tokens() int64 { return r.PromptTokens + r.CompletionTokens }

// openEntities is the root's first screen: "model sort:events text".
func openEntities(_ *App, rest string) (screen, error) {
	s := &entitiesScreen{}
	var words []string
	for i, w := range strings.Fields(rest) {
		kind := slices.IndexFunc(report.Kinds, func(k report.Kind) bool { return w == k.Name || w == kinds(k) })
		name, sorted := strings.CutPrefix(w, "sort:")
		switch {
		case i == 0 && kind >= 0:
			s.kind = kind
		case sorted:
			if s.order = slices.IndexFunc(entityOrders, func(o entityOrder) bool { return o.name == name }); s.order < 0 {
				return nil, fmt.Errorf("no order %q of entities", name)
			}
		default:
			words = append(words, w)
		}
	}
	s.find = strings.Join(words, " ")
	return s, nil
}

// kinds is the word for several of a kind.
func kinds(k report.Kind) string {
	if strings.HasSuffix(k.Name, "s") {
		return k.Name + "es"
	}
	return k.Name + "s"
}

// entityCommands are the palette's words for one entity, "user NAME", and for all of a kind: "models sort:new".
func entityCommands() []command {
	var list []command
	for i, k := range report.Kinds {
		if i > 0 { // the first has its root's word
			list = append(list, command{name: kinds(k), hint: roots[usersRoot].hint, run: func(a *App, rest string) tea.Cmd { return a.openRoot(usersRoot, k.Name+" "+rest) },
				complete: completeEntities})
		}
		list = append(list, command{name: k.Name, hint: "NAME", run: func(a *App, rest string) tea.Cmd {
			if rest == "" {
				return a.openRoot(usersRoot, k.Name)
			}
			return a.push(newEntity(k.Field, rest))
		}})
	}
	return list
}

func completeEntities(_ *App, rest string) []string {
	var found []string
	at := strings.LastIndexByte(rest, ' ') + 1
	if at == 0 {
		for _, k := range report.Kinds {
			if strings.HasPrefix(k.Name, rest) {
				found = append(found, k.Name)
			}
		}
	}
	for _, o := range entityOrders {
		if w := "sort:" + o.name; strings.HasPrefix(w, rest[at:]) {
			found = append(found, rest[:at]+w)
		}
	}
	return found
}

func (s *entitiesScreen) crumb() safe.Text { return safe.Escape(kinds(report.Kinds[s.kind])) }
func (s *entitiesScreen) scope() scope     { return onEntities }
func (s *entitiesScreen) leave()           { s.reading.stop() }

func (s *entitiesScreen) status(*App) safe.Text {
	return safe.Join("   ", safe.Escape(s.find), safe.Join(" ", safe.Own("by"), entityOrders[s.order].words), safe.Escape(countText(len(s.rows))))
}

func (s *entitiesScreen) read(a *App) tea.Cmd {
	field, find, order := report.Kinds[s.kind].Field, s.find, entityOrders[s.order]
	return ask(a, &s.reading, func(ctx context.Context) ([]entityRow, error) {
		all, err := a.entityRows(ctx, field)
		return chosen(all, find, order), err
	}, func(rows []entityRow) tea.Cmd {
		under, line := s.place()
		s.rows = rows
		if at := slices.IndexFunc(rows, func(r entityRow) bool { return r.Value == under }); at >= 0 && under != "" {
			s.list.Await(at, line)
		}
		return nil
	})
}

// place is the name that the cursor is on, or begins on, and its line in the window.
func (s *entitiesScreen) place() (name string, line int) {
	if s.list.Cursor < len(s.rows) {
		return s.rows[s.list.Cursor].Value, s.list.Cursor - s.list.Top
	}
	return s.under, s.line
}

// entityRows are the values of a field with their events and alerts.
func (a *App) entityRows(ctx context.Context, field string) ([]entityRow, error) {
	sums, err := a.Store.Summaries(ctx, store.EventFilter{}, field, 0)
	if err != nil {
		return nil, err
	}
	counts, err := a.Store.EntityCounts(ctx, field, 0)
	if err != nil {
		return nil, err
	}
	by := map[string]store.EntityCount{}
	for _, c := range counts {
		by[c.Entity] = c
	}
	rows := make([]entityRow, len(sums))
	for i, sum := range sums {
		c := by[sum.Value]
		rows[i] = entityRow{sum, c.Open, c.Alerts, c.Rules}
	}
	return rows, nil
}

// chosen are the rows with a text in their name, in an order.
func chosen(all []entityRow, find string, order entityOrder) []entityRow {
	find = strings.ToLower(find)
	rows := slices.DeleteFunc(all, func(r entityRow) bool { return !strings.Contains(strings.ToLower(r.Value), find) })
	slices.SortStableFunc(rows, func(a, b entityRow) int { return order.by(&a, &b) })
	return rows
}

func (s *entitiesScreen) layout(a *App, width, height int) {
	s.list.Resize(len(s.rows), max(1, height-1))
}

func (s *entitiesScreen) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return nil
	}
	switch act {
	case nextPane, prevPane:
		step := 1
		if act == prevPane {
			step = len(report.Kinds) - 1
		}
		return a.swap(&entitiesScreen{kind: (s.kind + step) % len(report.Kinds), order: s.order})
	case sortNext:
		return a.swap(&entitiesScreen{kind: s.kind, order: (s.order + 1) % len(entityOrders), find: s.find})
	case filter:
		a.askLine(safe.Own("with this text in the name:"), s.find, func(text string) tea.Cmd {
			return a.swap(&entitiesScreen{kind: s.kind, order: s.order, find: text})
		})
		return nil
	}
	if s.list.Cursor >= len(s.rows) {
		return nil
	}
	r := &s.rows[s.list.Cursor]
	field := report.Kinds[s.kind].Field
	switch act {
	case drill:
		return a.push(newEntity(field, r.Value))
	case timeline:
		return a.push(newTimeline(field, r.Value, spanOf(r.Summary)))
	case copyValue:
		return a.copy(r.Value)
	case filterFor, filterOut, sameInTime, countValues:
		return a.onValue(act, value{field, r.Value, spanOf(r.Summary)}, "")
	}
	return nil
}

var entitiesTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("NAME"), Width: 22, Grow: 1, Cut: clipName}, {Title: safe.Own("OPEN"), Width: 4, Right: true}, {Title: safe.Own("ALL"), Width: 4, Right: true, Spare: 4},
	{Title: safe.Own("EVENTS"), Width: 6, Right: true}, {Title: safe.Own("FAILED"), Width: 6, Right: true}, {Title: safe.Own("TOKENS"), Width: 6, Right: true, Spare: 1},
	{Title: safe.Own("FIRST"), Width: len("NEW 23h"), Spare: 3}, {Title: safe.Own("LAST (UTC)"), Width: 11, Spare: 2},
}}

func (s *entitiesScreen) view(a *App, width, height int) []widget.Line {
	switch {
	case s.reading.err != nil:
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	case len(s.rows) == 0 && s.reading.busy:
		return []widget.Line{widget.Say(widget.Faint, safe.Own("counting ..."))}
	case len(s.rows) == 0:
		return []widget.Line{widget.Say(widget.Faint, safe.Sprintf("no %s; tab shows another kind", kinds(report.Kinds[s.kind])))}
	}
	clock, table := a.Clock.on(width), entitiesTable
	if clock.long {
		table.Columns = slices.Clone(table.Columns)
		for i := range table.Columns {
			if table.Columns[i].Title.String() == "FIRST" {
				table.Columns[i].Width = len(Minutes)
			}
		}
	}
	return clock.table(table).View(&s.list, func(i int) (widget.Row, bool) { return s.row(clock, a.AsOf, i), true }, width, height)
}

func (s *entitiesScreen) row(clock Clock, asOf int64, i int) widget.Row {
	r := &s.rows[i]
	style, failed := widget.Plain, widget.Plain
	if r.open > 0 {
		style = widget.Warn
	}
	if r.Failures > 0 {
		failed = widget.Bad
	}
	return widget.Row{Cells: []widget.Cell{{Style: widget.Pivot, Text: safe.Escape(shortEntity(r.Value))}, {Style: style, Text: safe.Escape(shortCount(r.open))}, {Text: safe.Escape(shortCount(r.alerts))},
		{Text: safe.Escape(shortCount(r.Events))}, {Style: failed, Text: safe.Escape(shortCount(r.Failures))}, {Text: safe.Escape(tokenCount(r.tokens()))},
		{Text: clock.since(r.First, asOf)}, {Style: widget.Faint, Text: clock.seen(r.Last)}}}
}

// since is when something was first seen: how long ago where it is new, else the day, or the month of another year.
func (c Clock) since(first, asOf int64) safe.Text {
	switch {
	case isNew(first, asOf):
		return safe.Join(" ", safe.Own("NEW"), safe.Escape(ageText(first, asOf)))
	case c.long:
		return safe.Escape(c.bareTick(first, Minutes))
	case c.In(column.ToTime(first)).Year() != c.year:
		return safe.Escape(c.bareTick(first, "2006-01"))
	}
	return safe.Escape(c.bareTick(first, "01-02"))
}

// isNew tells whether something was first seen in the last day.
func isNew(first, asOf int64) bool { return first > 0 && asOf-first < 24*column.Hour }
