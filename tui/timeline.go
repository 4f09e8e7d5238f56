package tui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// timelineScreen is what one entity did over a span of time: density, gaps, runs of like events folded, its own silence drawn
// apart from the log's, where its alerts lie, and its rhythm. Of its events those around the cursor are held (band.go), so that
// the timeline of a month costs what is near.
type timelineScreen struct {
	field, entity string
	window        engine.Window // that it was opened about
	span          engine.Window // that is shown
	part          int
	band
	alerts []marked         // by when they fired
	pins   map[int64]string // of events in cases, by event
	gaps   []store.Gap      // of the sources that the entity is in
	bins   []int64          // its density over the span
	total  int64
	pace   pace

	rows     []timelineRow
	member   []int64        // the alert that each event is of, 0 for none
	unfolded map[int64]bool // runs that were opened, by their first event
	allOpen  bool
	list     widget.List
	scroll   widget.List // of the rhythm

	reading, counting, marking, pacing slot

	placed bool            // the cursor was put on the event that it begins on
	begin  *store.EventRow // that one, where it is not the window's first, and its line in the window
	line   int
}

// The parts of a timeline.
const (
	partEvents = iota
	partRhythm
	timelineParts
)

// timelineRow is an event, a fold of like events, a silence before the next event, or an alert that fired.
type timelineRow struct {
	run          int           // the first event of the run of like events that it is of
	first, count int           // of events
	silence      time.Duration // before the first of them, where it is long
	gap          time.Duration // how much of the silence is the log's and not the entity's
	alert        *marked       // whose rule hit before the event
}

const (
	// around is how much before and after the window is shown at first.
	around = 24 * column.Hour
	// silent is the gap that is drawn as silence.
	silent = 30 * time.Minute
	// leastRun is the number of like events that are folded.
	leastRun = 5
	// mostTimelineAlerts bounds the alerts that are marked.
	mostTimelineAlerts = 500
	// mostMembers bounds the events that are known to be behind alerts: those of the oldest alerts go without a mark.
	mostMembers = 1_000_000
	// leastSpan is the shortest time that zooming in leads to.
	leastSpan = column.Minute
)

func newTimeline(field, entity string, w engine.Window) *timelineScreen {
	return &timelineScreen{field: field, entity: entity, window: w, span: engine.Window{From: w.From - around, To: w.To + around}, unfolded: map[int64]bool{}}
}

func (s *timelineScreen) crumb() safe.Text { return safe.Escape(shortEntity(s.entity)) }
func (s *timelineScreen) scope() scope     { return onTimeline }

func (s *timelineScreen) status(*App) safe.Text {
	if s.reading.err != nil {
		return safe.Own("cannot read it")
	}
	return safe.Sprintf("%s  %s", s.alertWords(), plural(s.total, "event"))
}

func (s *timelineScreen) leave() {
	for _, slot := range []*slot{&s.reading, &s.paging, &s.counting, &s.marking, &s.pacing} {
		slot.stop()
	}
}

func (s *timelineScreen) filter() store.EventFilter {
	return store.EventFilter{Where: map[string]string{s.field: s.entity}, From: s.span.From, To: s.span.To}
}

// timelineBins is how fine the density is counted; it is drawn in what width there is.
const timelineBins = 240

// read reads the events around the cursor, or, at first, around the window that the timeline was opened about.
func (s *timelineScreen) read(a *App) tea.Cmd {
	type answer struct {
		stretch band
		alerts  []marked
		pins    map[int64]string
	}
	f, entity, span := s.filter(), s.entity, s.span
	anchor := store.Place{Time: s.window.From * 100}
	if e, _ := s.at(); e != nil {
		anchor = e.Place()
	}
	return tea.Batch(ask(a, &s.reading, func(ctx context.Context) (answer, error) {
		var got answer
		var err error
		if got.stretch, err = a.bandAround(ctx, f, anchor); err != nil {
			return got, err
		}
		if got.alerts, err = a.ownAlerts(ctx, entity, span); err != nil {
			return got, err
		}
		got.pins, err = a.Store.PinnedEvents(ctx)
		return got, err
	}, func(got answer) tea.Cmd {
		under := s.under()
		s.events, s.head, s.tail = got.stretch.events, got.stretch.head, got.stretch.tail
		s.pins = got.pins
		s.setAlerts(false, got.alerts)
		s.fold()
		s.backTo(under)
		s.place()
		if s.part == partRhythm {
			return s.measure(a)
		}
		return nil
	}), s.count(a), s.mark(a))
}

// count counts the entity's events over the span and finds the gaps of the sources they are in.
func (s *timelineScreen) count(a *App) tea.Cmd {
	type answer struct {
		bins  []int64
		total int64
		gaps  []store.Gap
	}
	f, span := s.filter(), s.span
	return ask(a, &s.counting, func(ctx context.Context) (answer, error) {
		var got answer
		bins, err := a.Store.Histogram(ctx, f, span.From, span.To, timelineBins)
		if err != nil {
			return got, err
		}
		for _, b := range bins {
			got.bins = append(got.bins, b.Events)
			got.total += b.Events
		}
		sources, err := a.Store.Summaries(ctx, store.EventFilter{Where: f.Where}, "source", 0)
		if err != nil {
			return got, err
		}
		states, err := a.Store.SourceStates(ctx, int64(leastDataGap/100))
		if err != nil {
			return got, err
		}
		states = slices.DeleteFunc(states, func(state store.SourceState) bool {
			return !slices.ContainsFunc(sources, func(v store.ValueSummary) bool { return v.Value == state.Source })
		})
		got.gaps, err = a.dataGaps(ctx, states, span)
		return got, err
	}, func(got answer) tea.Cmd {
		s.bins, s.total, s.gaps = got.bins, got.total, got.gaps
		under := s.under()
		s.fold()
		s.backTo(under)
		return nil
	})
}

// at is the event that the cursor is on, or begins on, and its line in the window.
func (s *timelineScreen) at() (e *store.EventRow, line int) {
	if s.placed {
		return s.under(), s.list.Cursor - s.list.Top
	}
	return s.begin, s.line
}

// place puts the cursor on the event that it begins on, the first of the window if no other, once.
func (s *timelineScreen) place() {
	if s.placed {
		return
	}
	s.placed = true
	if s.begin != nil {
		s.backTo(s.begin)
		s.list.Top = s.list.Cursor - s.line
		s.list.Go(s.list.Cursor)
		return
	}
	for i, r := range s.rows {
		if r.count > 0 && s.events[r.first].Tick() >= s.window.From {
			s.list.Go(i)
			return
		}
	}
}

// under is the event that the cursor is on, or the first of what it is on.
func (s *timelineScreen) under() *store.EventRow {
	if s.list.Cursor >= len(s.rows) {
		return nil
	}
	if at := s.rows[s.list.Cursor].first; at < len(s.events) {
		e := s.events[at]
		return &e
	}
	return nil
}

// backTo puts the cursor back on an event, wherever its row is now.
func (s *timelineScreen) backTo(e *store.EventRow) {
	if e == nil {
		return
	}
	for i, r := range s.rows {
		if r.count > 0 && e.ID >= 0 && s.covers(r, e) {
			s.list.Go(i)
			return
		}
	}
}

func (s *timelineScreen) covers(r timelineRow, e *store.EventRow) bool {
	for j := r.first; j < r.first+r.count; j++ {
		if s.events[j].ID == e.ID {
			return true
		}
	}
	return false
}

func (s *timelineScreen) layout(a *App, width, height int) {
	s.list.Resize(len(s.rows), max(1, height-stripLines-3))
	s.scroll.Resize(len(s.rhythmLines(a, width)), max(1, height))
}

func (s *timelineScreen) do(a *App, act action) tea.Cmd {
	if act == nextPane || act == prevPane {
		s.part = (s.part + 1) % timelineParts
		if s.part == partRhythm {
			return s.measure(a)
		}
		return nil
	}
	if s.part == partRhythm {
		if move(&s.scroll, act) {
			return nil
		}
	} else if move(&s.list, act) {
		return s.more(a, act)
	}
	switch act {
	case drill:
		return s.drill(a)
	case fold:
		s.toggle()
	case foldAll:
		under := s.under()
		s.allOpen = !s.allOpen
		clear(s.unfolded)
		s.fold()
		s.backTo(under)
	case nextItem, prevItem, nextGap, prevGap:
		return s.jump(a, act)
	case zoomIn, zoomOut:
		return s.zoom(a, act)
	case pin:
		if e := s.under(); e != nil {
			return a.pinEvent(e.ID)
		}
	case compare:
		if e := s.under(); e != nil {
			return a.compare(e.ID)
		}
	case filterFor, filterOut:
		return s.listed(a, act == filterOut)
	case filter:
		s.askSpan(a)
	case copyValue:
		return a.copy(s.entity)
	}
	return nil
}

func (s *timelineScreen) drill(a *App) tea.Cmd {
	if s.part == partRhythm || s.list.Cursor >= len(s.rows) {
		return nil
	}
	switch r := s.rows[s.list.Cursor]; {
	case r.alert != nil:
		return a.push(newAlert(r.alert.ID, nil))
	case r.silence > 0:
		return nil
	case r.count > 1:
		s.toggle()
		return nil
	default:
		return a.push(newEvent(s.events[r.first].ID, s.events))
	}
}

// listed opens the entity's events over the span as a list, which takes more filters and other columns; not, those of all others.
func (s *timelineScreen) listed(a *App, not bool) tea.Cmd {
	minute := func(tick int64) int64 { return tick / column.Minute * column.Minute }
	text := addWord(addWord(wordFor(s.field, s.entity, not), "from:"+a.Clock.word(minute(s.span.From))), "to:"+a.Clock.word(minute(s.span.To)+column.Minute))
	f, err := readEventFilter(text, a.Clock, a.AsOf)
	if err != nil {
		a.warn(err.Error())
		return nil
	}
	fresh := newEvents(a, f, text)
	if e := s.under(); e != nil && !not {
		fresh.rows.first = e
	}
	return a.push(fresh)
}

// zoom shows a quarter of the time around the cursor, or four times as much.
func (s *timelineScreen) zoom(a *App, act action) tea.Cmd {
	middle := (s.span.From + s.span.To) / 2
	if e := s.under(); e != nil {
		middle = e.Tick()
	}
	half := (s.span.To - s.span.From) / 8
	if act == zoomOut {
		half *= 16
	}
	if half < leastSpan/2 {
		a.warn("a minute is as close as it gets")
		return nil
	}
	fresh := newTimeline(s.field, s.entity, engine.Window{From: middle, To: middle + 1})
	fresh.span = engine.Window{From: middle - half, To: middle + half}
	return a.swap(fresh)
}

// askSpan asks how much is shown around the window.
func (s *timelineScreen) askSpan(a *App) {
	a.askLine(safe.Own("show how much around the alert (30m, 24h, 30d):"), spanText(ticksSpan(s.window.From-s.span.From)), func(text string) tea.Cmd {
		d, err := parseSpan(text)
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		fresh := newTimeline(s.field, s.entity, s.window)
		fresh.span = engine.Window{From: s.window.From - int64(d/100), To: s.window.To + int64(d/100)}
		return a.swap(fresh)
	})
}

// parseSpan reads 30m, 24h or 30d.
func parseSpan(text string) (time.Duration, error) {
	var n int
	var unit string
	if _, err := fmt.Sscanf(text, "%d%s", &n, &unit); err == nil && unit == "d" && n > 0 && n < 10_000 {
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("a span is a number and m, h or d, such as 24h, not %q", text)
	}
	return d, nil
}
