package tui

import (
	"cmp"
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// facetScreen is the values of one field among the events that a filter chooses, counted.
type facetScreen struct {
	text    string
	filter  store.EventFilter
	field   string
	rows    []store.ValueSummary
	order   int
	more    bool
	under   string // the value that the cursor begins on, and its line in the window
	line    int
	list    widget.List
	reading slot
}

// mostValues bounds the values of one field that are listed.
const mostValues = 1000

func newFacet(text string, f store.EventFilter, field string) *facetScreen {
	return &facetScreen{text: text, filter: f, field: field}
}

func (s *facetScreen) filterText() string { return s.text }

// refilter counts the values among other events, about the same value.
func (s *facetScreen) refilter(a *App, text string) tea.Cmd {
	f, err := readEventFilter(text, a.Clock, a.AsOf)
	if err != nil {
		a.warn(err.Error())
		return nil
	}
	f.IDs = s.filter.IDs
	fresh := newFacet(text, f, s.field)
	fresh.order = s.order
	fresh.under, fresh.line = s.place()
	return a.swap(fresh)
}

func (s *facetScreen) completeFilter(a *App, text string) []string { return completeEvents(a, text) }
func (s *facetScreen) seekFilter(a *App) seeker                    { return a.seekEvents() }

func (s *facetScreen) crumb() safe.Text { return safe.Escape("values of " + s.field) }
func (s *facetScreen) scope() scope     { return onFacet }
func (s *facetScreen) leave()           { s.reading.stop() }

func (s *facetScreen) status(*App) safe.Text {
	n := plural(len(s.rows), "value")
	if s.more {
		n = "the first " + n
	}
	return safe.Sprintf("%s  sort:%s", n, facetOrders[s.order].name)
}

func (s *facetScreen) read(a *App) tea.Cmd {
	f, field := s.filter, s.field
	return ask(a, &s.reading, func(ctx context.Context) ([]store.ValueSummary, error) {
		return a.Store.Summaries(ctx, f, field, mostValues+1)
	}, func(rows []store.ValueSummary) tea.Cmd {
		under, line := s.place()
		s.more = len(rows) > mostValues
		s.rows = rows[:min(len(rows), mostValues)]
		s.sort()
		if at := slices.IndexFunc(s.rows, func(v store.ValueSummary) bool { return v.Value == under }); at >= 0 {
			s.list.Await(at, line)
		}
		return nil
	})
}

// place is the value that the cursor is on, or begins on, and its line in the window.
func (s *facetScreen) place() (value string, line int) {
	if s.list.Cursor < len(s.rows) {
		return s.rows[s.list.Cursor].Value, s.list.Cursor - s.list.Top
	}
	return s.under, s.line
}

// facetOrders are what values can be sorted by, each the largest first.
var facetOrders = []struct {
	name string
	of   func(*store.ValueSummary) int64
}{
	{"events", func(v *store.ValueSummary) int64 { return v.Events }},
	{"failed", func(v *store.ValueSummary) int64 { return v.Failures }},
	{"tokens", func(v *store.ValueSummary) int64 { return v.PromptTokens + v.CompletionTokens }},
	{"newest", func(v *store.ValueSummary) int64 { return v.First }},
	{"last seen", func(v *store.ValueSummary) int64 { return v.Last }},
}

func (s *facetScreen) sort() {
	of := facetOrders[s.order].of
	slices.SortStableFunc(s.rows, func(x, y store.ValueSummary) int {
		return cmp.Or(cmp.Compare(of(&y), of(&x)), cmp.Compare(x.Value, y.Value))
	})
}

func (s *facetScreen) layout(a *App, _, height int) { s.list.Resize(len(s.rows), max(1, height-2)) }

func (s *facetScreen) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return nil
	}
	if act == sortNext {
		s.order = (s.order + 1) % len(facetOrders)
		s.sort()
		return nil
	}
	if act == filter || act == chips {
		return a.onFilter(s, act)
	}
	if s.list.Cursor >= len(s.rows) {
		return nil
	}
	v := &s.rows[s.list.Cursor]
	switch act {
	case drill, filterFor, filterOut:
		text := addWord(s.text, wordFor(s.field, v.Value, act == filterOut))
		f, err := readEventFilter(text, a.Clock, a.AsOf)
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		return a.push(newEvents(a, f, text))
	case sameInTime, timeline:
		return a.push(newTimeline(s.field, v.Value, engine.Window{From: v.First, To: v.Last + column.Minute}))
	case copyValue:
		return a.copy(v.Value)
	}
	return nil
}

var facetTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("VALUE"), Width: 20, Grow: 3, Cut: clipValue}, {Title: safe.Own("EVENTS"), Width: 7, Right: true}, {Title: safe.Own("FAILED"), Width: 6, Right: true},
	{Title: safe.Own("TOKENS"), Width: 6, Right: true, Spare: 2}, {Title: safe.Own("FIRST (UTC)"), Width: 11, Spare: 1}, {Title: safe.Own("LAST (UTC)"), Width: 11, Spare: 3},
	{Width: 10, Grow: 1, Spare: 4},
}}

func (s *facetScreen) view(a *App, width, height int) []widget.Line {
	switch {
	case s.reading.err != nil:
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	case s.reading.busy && s.rows == nil:
		return []widget.Line{widget.Say(widget.Faint, safe.Own("counting..."))}
	}
	lines := []widget.Line{chipLine(s.text, safe.Own("of all events"), width)}
	if len(s.rows) == 0 {
		return append(lines, widget.Blank(), widget.Say(widget.Plain, safe.Escape("   none of these events has a value in "+s.field)))
	}
	peak := int64(0)
	for i := range s.rows {
		peak = max(peak, s.rows[i].Events)
	}
	table := a.Clock.table(facetTable)
	return append(lines, table.View(&s.list, func(i int) (widget.Row, bool) {
		v := &s.rows[i]
		bar := widget.Bar(a.Charset, v.Events, peak, 10)
		failed := widget.Plain
		if v.Failures > 0 {
			failed = widget.Bad
		}
		return widget.Row{Cells: []widget.Cell{
			{Style: widget.Pivot, Text: safe.Escape(v.Value)}, {Text: safe.Escape(shortCount(v.Events))}, {Style: failed, Text: safe.Escape(shortCount(v.Failures))},
			{Text: safe.Escape(shortCount(v.PromptTokens + v.CompletionTokens))}, {Text: a.Clock.seen(v.First)}, {Text: a.Clock.seen(v.Last)},
			{Style: widget.Chart, Text: safe.Escape(bar.String())},
		}}, true
	}, width, height-1)...)
}
