package tui

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// eventsScreen is all events that a filter chooses, in order of time, under their density.
type eventsScreen struct {
	text    string
	what    safe.Text // that the events are behind, where they are not all there are
	filter  store.EventFilter
	columns []eventColumn
	focus   int // the column whose value keys are about
	rows    reel[store.EventRow]
	list    widget.List
	opened  bool

	span     engine.Window // that the bins lie in
	bins     []store.Bin
	counted  bool
	counting slot
}

// openEvents is the events that a filter chooses.
func openEvents(a *App, rest string) (screen, error) {
	f, err := readEventFilter(rest, a.Clock, a.AsOf)
	if err != nil {
		return nil, err
	}
	s := newEvents(a, f, rest)
	if a.AsOfSet {
		s.rows.first = &store.EventRow{}
		s.rows.first.Time = a.AsOf * 100
	}
	return s, nil
}

func newEvents(a *App, f store.EventFilter, text string) *eventsScreen {
	columns, err := readColumns(a.eventColumns)
	if err != nil {
		columns, _ = readColumns(firstColumns)
	}
	return &eventsScreen{text: text, filter: f, columns: columns, focus: min(focusAtFirst, len(columns)-1)}
}

// eventsBehind is the events that something is made of, rising, and what that is.
func eventsBehind(a *App, ids []int64, what safe.Text) *eventsScreen {
	s := newEvents(a, store.EventFilter{IDs: ids[:min(len(ids), mostBehind)]}, "")
	s.what = what
	return s
}

// mostBehind bounds how many events behind one thing are listed.
const mostBehind = 50_000

// focusAtFirst is the column that keys are about at first: the model, of those that are shown by default.
const focusAtFirst = 4

// eventsWith opens the events that have a value in a field.
func (a *App) eventsWith(field, value string, not bool) tea.Cmd {
	text := wordFor(field, value, not)
	f, err := readEventFilter(text, a.Clock, a.AsOf)
	if err != nil {
		a.warn(err.Error())
		return nil
	}
	return a.push(newEvents(a, f, text))
}

func (s *eventsScreen) crumb() safe.Text { return safe.Own("events") }
func (s *eventsScreen) scope() scope     { return onEvents }

func (s *eventsScreen) status(*App) safe.Text {
	switch {
	case s.rows.reading.err != nil:
		return safe.Own("cannot read them")
	case !s.counted:
		return safe.Own("counting")
	}
	all, failed := s.sums()
	return safe.Sprintf("%s  %s failed", plural(all, "event"), countText(failed))
}

func (s *eventsScreen) sums() (events, failures int64) {
	for _, b := range s.bins {
		events, failures = events+b.Events, failures+b.Failures
	}
	return events, failures
}

func (s *eventsScreen) leave() {
	s.rows.reading.stop()
	s.counting.stop()
}

func (s *eventsScreen) current() (store.EventRow, bool) { return s.rows.at(s.list.Cursor) }

func (s *eventsScreen) read(a *App) tea.Cmd {
	at, _ := s.rows.place(&s.list)
	fromEnd := at == nil && !s.opened
	s.opened = true
	return tea.Batch(s.count(a), s.rows.around(a, &s.list, s.pager(a), at, fromEnd, s.landed(a)))
}

func (s *eventsScreen) pager(a *App) pager[store.EventRow] {
	f := s.filter
	return func(ctx context.Context, from *store.EventRow, backwards bool, limit int) ([]store.EventRow, error) {
		var after store.Place
		if from != nil {
			after = from.Place()
		}
		return a.Store.Events(ctx, f, after, limit, backwards)
	}
}

func (s *eventsScreen) landed(a *App) func() tea.Cmd {
	return func() tea.Cmd { return s.rows.fill(a, &s.list, s.pager(a), s.landed(a)) }
}

// mostBins is how fine the density is counted; it is drawn in what width there is.
const mostBins = 240

// count counts the events over the filter's time, or over all there is. Bins are whole minutes, which the store has counted
// already where there is no other filter.
func (s *eventsScreen) count(a *App) tea.Cmd {
	f := s.filter
	type density struct {
		span engine.Window
		bins []store.Bin
	}
	return ask(a, &s.counting, func(ctx context.Context) (density, error) {
		from, to, ok, err := a.Store.Span(ctx)
		if err != nil || !ok {
			return density{}, err
		}
		if f.From != 0 || f.To != 0 {
			from, to = max(from, f.From), min(to, f.To)
		}
		from = from / column.Minute * column.Minute
		width := max(column.Minute, (to-from+mostBins-1)/mostBins)
		width = (width + column.Minute - 1) / column.Minute * column.Minute
		n := int((to - from + width - 1) / width)
		span := engine.Window{From: from, To: from + int64(n)*width}
		bins, err := a.Store.Histogram(ctx, f, span.From, span.To, n)
		return density{span, bins}, err
	}, func(d density) tea.Cmd {
		s.span, s.bins, s.counted = d.span, d.bins, true
		return nil
	})
}

func (s *eventsScreen) do(a *App, act action) tea.Cmd {
	if cmd, moved := s.rows.move(a, &s.list, act, s.pager(a), s.landed(a)); moved {
		return cmd
	}
	if do, ok := eventsKeys[act]; ok {
		return do(s, a)
	}
	current, ok := s.current()
	if !ok {
		return a.onFilter(s, act)
	}
	switch act {
	case drill:
		return a.push(newEvent(current.ID, slices.Clone(s.rows.rows)))
	case pin:
		return a.pinEvent(current.ID)
	case compare:
		return a.compare(current.ID)
	case timeline:
		return a.push(newTimeline("user", current.User, windowOf(&current)))
	case filterFor, filterOut, sameInTime, copyValue, countValues:
		return s.onValue(a, act, &current)
	}
	return a.onFilter(s, act)
}

var eventsKeys map[action]func(*eventsScreen, *App) tea.Cmd

func init() {
	eventsKeys = map[action]func(*eventsScreen, *App) tea.Cmd{
		nextPane:      func(s *eventsScreen, _ *App) tea.Cmd { s.turn(1); return nil },
		prevPane:      func(s *eventsScreen, _ *App) tea.Cmd { s.turn(-1); return nil },
		chooseColumns: (*eventsScreen).askColumns,
		jump:          (*eventsScreen).askTime,
		fold:          func(s *eventsScreen, a *App) tea.Cmd { return s.zoom(a, 4) },
		foldAll:       func(s *eventsScreen, a *App) tea.Cmd { return s.zoom(a, -4) },
	}
}

// turn moves the focus to another column that has values of a field.
func (s *eventsScreen) turn(step int) {
	n := len(s.columns)
	for i := 1; i <= n; i++ {
		if at := (s.focus + i*step + n*n) % n; s.columns[at].value != nil {
			s.focus = at
			return
		}
	}
}

// onValue does what can be done with any value: choose it, leave it out, see it in time, copy it, count what else there is.
func (s *eventsScreen) onValue(a *App, act action, e *store.EventRow) tea.Cmd {
	c := s.columns[s.focus]
	if c.value == nil {
		a.warn("nothing to choose by in this column; tab goes to the next")
		return nil
	}
	field, value := c.value(e)
	if act == countValues {
		if field == "" || field == "flag" {
			field = c.name
		}
		return a.push(newFacet(s.text, s.filter, field))
	}
	if value == "" {
		a.warn("no value here; " + c.name + ":* chooses the events that have one")
		return nil
	}
	switch act {
	case sameInTime:
		return a.push(newTimeline(field, value, windowOf(e)))
	case copyValue:
		return a.copy(value)
	}
	return s.refilter(a, addWord(s.text, wordFor(field, value, act == filterOut)))
}

func (s *eventsScreen) filterText() string { return s.text }

// refilter shows the events of another filter, about the same time.
func (s *eventsScreen) refilter(a *App, text string) tea.Cmd {
	f, err := readEventFilter(text, a.Clock, a.AsOf)
	if err != nil {
		a.warn(err.Error())
		return nil
	}
	f.IDs = s.filter.IDs
	fresh := newEvents(a, f, text)
	fresh.columns, fresh.focus, fresh.what = s.columns, s.focus, s.what
	if current, ok := s.current(); ok {
		fresh.rows.first = &current
	}
	return a.swap(fresh)
}

func (s *eventsScreen) completeFilter(a *App, text string) []string { return completeEvents(a, text) }
func (s *eventsScreen) seekFilter(a *App) seeker                    { return a.seekEvents() }

// completeEvents is what a filter's last word can become.
func completeEvents(_ *App, text string) []string {
	values := make([]string, 0, len(eventFields))
	for _, f := range eventFields {
		values = append(values, f+":")
		if _, number := store.NumberOf(f); number {
			values = append(values, f+">=")
		}
	}
	return completeWord(text, values)
}

func (s *eventsScreen) askColumns(a *App) tea.Cmd {
	names := make([]string, len(s.columns))
	for i, c := range s.columns {
		names[i] = c.name
	}
	a.askLine(safe.Own("columns:"), strings.Join(names, " ")+" ", func(text string) tea.Cmd {
		columns, err := readColumns(text)
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		a.eventColumns = strings.Join(strings.Fields(text), " ")
		s.columns, s.focus = columns, min(s.focus, len(columns)-1)
		return nil
	})
	a.prompt.complete = func(text string) []string { return completeWord(text, columnNames()) }
	return nil
}

// askTime goes to a time in the list.
func (s *eventsScreen) askTime(a *App) tea.Cmd {
	a.askLine(safe.Own("go to time (2026-06-08 14:00, 14:00, -2h):"), "", func(text string) tea.Cmd {
		at, err := a.Clock.Read(text, a.AsOf)
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		return s.goTo(a, at)
	})
	return nil
}

func (s *eventsScreen) goTo(a *App, tick int64) tea.Cmd {
	var row store.EventRow
	row.Time = tick * 100
	return s.rows.around(a, &s.list, s.pager(a), &row, false, s.landed(a))
}

// zoom narrows the filter's time to a part around the cursor, or widens it.
func (s *eventsScreen) zoom(a *App, by int64) tea.Cmd {
	current, ok := s.current()
	length := s.span.To - s.span.From
	if !ok || length <= 0 {
		return nil
	}
	if by > 0 {
		length = max(column.Minute, length/by)
	} else {
		length *= -by
	}
	from := current.Tick() - length/2
	text := strings.Join(slices.DeleteFunc(splitWords(s.text), func(w string) bool {
		return strings.HasPrefix(w, "from:") || strings.HasPrefix(w, "to:") || strings.HasPrefix(w, "last:")
	}), " ")
	from = from / column.Minute * column.Minute
	return s.refilter(a, addWord(addWord(text, "from:"+a.Clock.word(from)), "to:"+a.Clock.word(from+length/column.Minute*column.Minute)))
}
