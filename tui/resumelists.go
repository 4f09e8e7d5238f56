package tui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"casebook/engine"
	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// Lists as they are kept: their filter and order, and the row of the cursor by what it is of. Rows come and go between two visits.

func keepOverview(_ *App, s *overviewScreen) leftAt { return keepPlace(&s.page.list) }

func openLeftOverview(_ context.Context, _ *App, left leftAt, _ []screen) (*overviewScreen, error) {
	s := &overviewScreen{}
	left.putPage(&s.page)
	return s, nil
}

// leftAlerts is a queue as it was left.
type leftAlerts struct {
	Filter string // in UTC
	Order  store.Order
	Rising bool
	Alert  int64 // under the cursor, and its line in the window
	Line   int
	Marks  []int64
	Only   bool // only the marked are shown
}

// mostMarksKept bounds the marks that are kept: each is read again at the start.
const mostMarksKept = 200

func keepAlerts(a *App, s *alertsScreen) leftAlerts {
	left := leftAlerts{Filter: a.Clock.toUTC(s.text, a.AsOf), Order: s.filter.Order, Rising: s.filter.Ascending, Only: s.onlyMark}
	if at, line := s.rows.place(&s.list); at != nil {
		left.Alert, left.Line = at.ID, line
	}
	left.Marks = slices.Sorted(maps.Keys(s.marks))
	left.Marks = left.Marks[:min(len(left.Marks), mostMarksKept)]
	return left
}

func openLeftAlerts(ctx context.Context, a *App, left leftAlerts, _ []screen) (*alertsScreen, error) {
	text := a.Clock.fromUTC(left.Filter)
	f, err := a.readAlertFilter(text)
	if err != nil {
		return nil, err
	}
	s := newAlerts().with(f, text)
	s.filter.Order, s.filter.Ascending = left.Order, left.Rising
	if alert, err := a.Store.Alert(ctx, left.Alert); err == nil {
		s.rows.first, s.rows.line = &alert, left.Line
	}
	for _, id := range left.Marks {
		if alert, err := a.Store.Alert(ctx, id); err == nil {
			s.marks[id] = alert
		}
	}
	s.onlyMark = left.Only && len(s.marks) > 0
	return s, nil
}

// leftEntities is a list of entities as it was left.
type leftEntities struct {
	Kind, Order, Find, Under string
	Line                     int
}

func keepEntities(_ *App, s *entitiesScreen) leftEntities {
	under, line := s.place()
	return leftEntities{report.Kinds[s.kind].Name, entityOrders[s.order].name, s.find, under, line}
}

func openLeftEntities(_ context.Context, _ *App, left leftEntities, _ []screen) (*entitiesScreen, error) {
	s := &entitiesScreen{find: left.Find, under: left.Under, line: left.Line}
	s.kind = slices.IndexFunc(report.Kinds, func(k report.Kind) bool { return k.Name == left.Kind })
	s.order = slices.IndexFunc(entityOrders, func(o entityOrder) bool { return o.name == left.Order })
	if s.kind < 0 || s.order < 0 {
		return nil, fmt.Errorf("no list of %s by %s", left.Kind, left.Order)
	}
	return s, nil
}

// leftEvents is a list of events, or of the values of a field of theirs, as it was left.
type leftEvents struct {
	Filter string // in UTC
	Behind []int64
	What   string // that those are behind
	Focus  int
	Event  int64 // under the cursor, and its line in the window
	Line   int
	Field  string // of which the values are listed
	Order  string
	Under  string
}

func (l *leftEvents) filter(a *App) (store.EventFilter, string, error) {
	text := a.Clock.fromUTC(l.Filter)
	f, err := readEventFilter(text, a.Clock, a.AsOf)
	f.IDs = l.Behind
	return f, text, err
}

func keepEvents(a *App, s *eventsScreen) leftEvents {
	left := leftEvents{Filter: a.Clock.toUTC(s.text, a.AsOf), Behind: s.filter.IDs, What: s.what.String(), Focus: s.focus}
	if at, line := s.rows.place(&s.list); at != nil {
		left.Event, left.Line = at.ID, line
	}
	return left
}

func openLeftEvents(ctx context.Context, a *App, left leftEvents, _ []screen) (*eventsScreen, error) {
	f, text, err := left.filter(a)
	if err != nil {
		return nil, err
	}
	s := newEvents(a, f, text)
	s.what, s.focus = safe.Escape(left.What), max(0, min(left.Focus, len(s.columns)-1))
	if e, err := a.Store.Event(ctx, left.Event); err == nil {
		s.rows.first, s.rows.line = &e, left.Line
	}
	return s, nil
}

func keepFacet(a *App, s *facetScreen) leftEvents {
	left := leftEvents{Filter: a.Clock.toUTC(s.text, a.AsOf), Behind: s.filter.IDs, Field: s.field, Order: facetOrders[s.order].name}
	left.Under, left.Line = s.place()
	return left
}

func openLeftFacet(_ context.Context, a *App, left leftEvents, _ []screen) (*facetScreen, error) {
	f, text, err := left.filter(a)
	if err != nil {
		return nil, err
	}
	s := newFacet(text, f, left.Field)
	s.under, s.line = left.Under, left.Line
	for i, o := range facetOrders {
		if o.name == left.Order {
			s.order = i
		}
	}
	return s, nil
}

// leftTimeline is a timeline as it was left.
type leftTimeline struct {
	Field, Entity string
	Window, Span  engine.Window
	Part          int
	All           bool // runs are open
	Unfolded      []int64
	Event         int64 // under the cursor, and its line in the window
	Line          int
}

func keepTimeline(_ *App, s *timelineScreen) leftTimeline {
	left := leftTimeline{Field: s.field, Entity: s.entity, Window: s.window, Span: s.span, Part: s.part, All: s.allOpen, Unfolded: slices.Sorted(maps.Keys(s.unfolded))}
	if e, line := s.at(); e != nil {
		left.Event, left.Line = e.ID, line
	}
	return left
}

func openLeftTimeline(ctx context.Context, a *App, left leftTimeline, _ []screen) (*timelineScreen, error) {
	s := newTimeline(left.Field, left.Entity, left.Window)
	if left.Span.To > left.Span.From {
		s.span = left.Span
	}
	s.part, s.allOpen = max(0, min(left.Part, timelineParts-1)), left.All
	for _, id := range left.Unfolded {
		s.unfolded[id] = true
	}
	if e, err := a.Store.Event(ctx, left.Event); err == nil {
		s.begin, s.line = &e, left.Line
	}
	return s, nil
}

// leftQuery is the console as it was left. What it gave is asked for anew, when it is.
type leftQuery struct {
	Language engine.Language
	Texts    map[engine.Language]string
	Editing  bool
	Window   time.Duration
	Alert    int64 // whose guide the text is of
	Step     string
	AsOf     int64
}

func keepQuery(_ *App, s *queryScreen) leftQuery {
	left := leftQuery{Language: s.language, Texts: map[engine.Language]string{}, Editing: s.editing, Window: s.window, Alert: s.alert, Step: s.step, AsOf: s.asOf}
	for language, in := range s.texts {
		left.Texts[language] = in.String()
	}
	return left
}

func openLeftQuery(_ context.Context, _ *App, left leftQuery, _ []screen) (*queryScreen, error) {
	s := &queryScreen{language: left.Language, texts: map[engine.Language]*widget.Input{}, editing: left.Editing, window: left.Window, alert: left.Alert, step: left.Step, asOf: left.AsOf}
	if !slices.Contains(languages, s.language) {
		return nil, fmt.Errorf("no language %q", left.Language)
	}
	for _, language := range languages {
		if text := left.Texts[language]; text != "" {
			in := widget.NewInput(text, true)
			s.texts[language] = &in
		}
	}
	return s, nil
}

// leftList is a short list as it was left.
type leftList struct {
	Filter, Under string
	ID            int64 // under the cursor
	Line          int
}

func keepRules(_ *App, s *rulesScreen) leftList {
	under, line := s.place()
	return leftList{Filter: s.find, Under: under, Line: line}
}

func openLeftRules(_ context.Context, _ *App, left leftList, _ []screen) (*rulesScreen, error) {
	return &rulesScreen{find: left.Filter, under: left.Under, line: left.Line}, nil
}

func keepCases(_ *App, s *casesScreen) leftList {
	id, line := s.place()
	return leftList{Filter: s.text, ID: id, Line: line}
}

func openLeftCases(_ context.Context, a *App, left leftList, _ []screen) (*casesScreen, error) {
	f, err := parseCaseFilter(left.Filter, a.Analyst)
	return &casesScreen{filter: f, text: left.Filter, under: left.ID, line: left.Line}, err
}
