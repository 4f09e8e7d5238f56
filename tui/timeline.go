package tui

import (
	"context"
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// timelineScreen is what one entity did around a window: density, gaps, runs of like events folded, silence drawn, and where
// its alerts lie.
type timelineScreen struct {
	field, entity string
	window        engine.Window // that it was opened about
	span          engine.Window // that is shown
	events        []store.EventRow
	alerts        []store.Alert
	rows          []timelineRow
	unfolded      map[int64]bool // runs that were opened, by their first event
	allOpen       bool
	more          bool
	list          widget.List

	reading slot
	placed  bool // the cursor was put on the window's first event
}

// timelineRow is an event, a fold of like events, or a silence before the next event.
type timelineRow struct {
	first, count int           // of events
	silence      time.Duration // before the first of them, where it is long
}

const (
	// around is how much before and after the window is shown at first.
	around = 24 * column.Hour
	// mostTimeline bounds the events of one timeline; a narrower span shows the rest.
	mostTimeline = 20_000
	// silent is the gap that is drawn as silence.
	silent = 30 * time.Minute
	// leastRun is the number of like events that are folded.
	leastRun = 5
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
	more := ""
	if s.more {
		more = "first "
	}
	return safe.Sprintf("%s  %s%s", plural(len(s.alerts), "alert"), more, plural(len(s.events), "event"))
}

func (s *timelineScreen) leave() { s.reading.stop() }

func (s *timelineScreen) read(a *App) tea.Cmd {
	type answer struct {
		events []store.EventRow
		alerts []store.Alert
	}
	return ask(a, &s.reading, func(ctx context.Context) (answer, error) {
		var got answer
		var err error
		if got.events, err = a.Store.Timeline(ctx, s.field, s.entity, s.span.From, s.span.To, store.Place{}, mostTimeline); err != nil {
			return got, err
		}
		got.alerts, err = a.Store.Alerts(ctx, store.AlertFilter{Entity: s.entity, From: s.span.From, To: s.span.To, Order: store.ByTime, Ascending: true}, store.Cursor{}, 200)
		return got, err
	}, func(got answer) tea.Cmd {
		s.events, s.alerts, s.more = got.events, got.alerts, len(got.events) == mostTimeline
		s.fold()
		s.place()
		return nil
	})
}

// place puts the cursor on the first event of the window, once.
func (s *timelineScreen) place() {
	if s.placed {
		return
	}
	s.placed = true
	for i, r := range s.rows {
		if r.silence == 0 && s.events[r.first].Tick() >= s.window.From {
			s.list.Go(i)
			return
		}
	}
}

// fold makes the rows: like events that follow each other become one.
func (s *timelineScreen) fold() {
	s.rows = s.rows[:0]
	for i := 0; i < len(s.events); {
		if i > 0 {
			if gap := time.Duration(s.events[i].Time - s.events[i-1].Time); gap >= silent {
				s.rows = append(s.rows, timelineRow{first: i, silence: gap})
			}
		}
		n := s.run(i)
		// The first and the last of a run stay visible: they carry its times.
		if n < leastRun+2 || s.allOpen || s.unfolded[s.events[i+1].ID] {
			for j := range n {
				s.rows = append(s.rows, timelineRow{first: i + j, count: 1})
			}
		} else {
			s.rows = append(s.rows, timelineRow{first: i, count: 1}, timelineRow{first: i + 1, count: n - 2}, timelineRow{first: i + n - 1, count: 1})
		}
		i += n
	}
	s.list.Len = len(s.rows)
	s.list.Go(s.list.Cursor)
}

// run is how many events from i on are alike and follow each other without a silence.
func (s *timelineScreen) run(i int) int {
	n := 1
	for i+n < len(s.events) && alike(&s.events[i], &s.events[i+n]) && time.Duration(s.events[i+n].Time-s.events[i+n-1].Time) < silent &&
		s.alertAt(i) == s.alertAt(i+n) {
		n++
	}
	return n
}

func alike(x, y *store.EventRow) bool {
	return x.Source == y.Source && x.Action == y.Action && x.Model == y.Model && x.Error == y.Error && x.Status == y.Status && x.Flags == y.Flags
}

// alertAt is the last alert whose window an event lies in, 0 for none.
func (s *timelineScreen) alertAt(i int) int64 {
	at := s.events[i].Tick()
	for j := len(s.alerts) - 1; j >= 0; j-- {
		if w := s.alerts[j].Window; at >= w.From && at < w.To {
			return s.alerts[j].ID
		}
	}
	return 0
}

func (s *timelineScreen) layout(width, height int) {
	s.list.Resize(len(s.rows), max(1, height-stripLines-3))
}

func (s *timelineScreen) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return nil
	}
	switch act {
	case drill:
		return s.drill(a)
	case fold:
		s.toggle()
	case foldAll:
		s.allOpen = !s.allOpen
		clear(s.unfolded)
		s.fold()
	case nextItem, prevItem:
		s.jump(act)
	case filter:
		s.askSpan(a)
	case copyValue:
		return a.copy(s.entity)
	}
	return nil
}

func (s *timelineScreen) drill(a *App) tea.Cmd {
	if s.list.Cursor >= len(s.rows) {
		return nil
	}
	r := s.rows[s.list.Cursor]
	switch {
	case r.silence > 0:
		return nil
	case r.count > 1:
		s.toggle()
		return nil
	}
	return a.push(newEvent(s.events[r.first].ID, s.events))
}

// toggle opens the fold under the cursor, or closes the run that the cursor is in.
func (s *timelineScreen) toggle() {
	if s.list.Cursor >= len(s.rows) {
		return
	}
	r := s.rows[s.list.Cursor]
	if r.count > 1 {
		s.unfolded[s.events[r.first].ID] = true
		s.fold()
		return
	}
	start := r.first
	for start > 0 && s.run(start-1) > 1 {
		start--
	}
	if start+1 < len(s.events) {
		delete(s.unfolded, s.events[start+1].ID)
		s.fold()
	}
}

// jump goes to the next or the previous silence or alert boundary.
func (s *timelineScreen) jump(act action) {
	step := 1
	if act == prevItem {
		step = -1
	}
	for i := s.list.Cursor + step; i > 0 && i < len(s.rows); i += step {
		if s.rows[i].silence > 0 || s.alertAt(s.rows[i].first) != s.alertAt(s.rows[i-1].first) {
			s.list.Go(i)
			return
		}
	}
}

// askSpan asks how much is shown around the window.
func (s *timelineScreen) askSpan(a *App) {
	a.askLine(safe.Own("show how much around the alert (30m, 24h, 30d):"), spanText(time.Duration(s.window.From-s.span.From)*100), func(text string) tea.Cmd {
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

// stripLines is the density strip, the marks under it and a rule.
const stripLines = 3

func (s *timelineScreen) view(a *App, width, height int) []widget.Line {
	if s.reading.err != nil {
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	}
	lines := s.strip(a, width)
	lines = append(lines, timelineTable.View(&s.list, s.row, width, max(1, height-stripLines-2))...)
	var rule, foot widget.Line
	rule.Rule(width)
	folds := 0
	for _, r := range s.rows {
		if r.count > 1 {
			folds++
		}
	}
	foot.Put(widget.Faint, safe.Sprintf("%s = %s   %sZ to %sZ   %d groups folded", s.field, s.entity, minuteText(s.span.From), minuteText(s.span.To), folds).Clip(width))
	return append(lines, rule, foot)
}

var timelineTable = widget.Table{Columns: append([]widget.Column{{Title: safe.Own("DATE"), Width: 5, Spare: 3}}, append(eventColumns[:len(eventColumns):len(eventColumns)], widget.Column{Title: safe.Own("ALERT"), Width: 6})...)}

func (s *timelineScreen) row(i int) (widget.Row, bool) {
	r := s.rows[i]
	switch {
	case r.silence > 0:
		var l widget.Line
		l.Put(widget.Faint, safe.Sprintf("---- %s silence ----", spanText(r.silence)))
		return widget.Row{Across: &l}, true
	case r.count > 1:
		last := s.events[r.first+r.count-1]
		gap := time.Duration(last.Time-s.events[r.first].Time) / time.Duration(max(1, r.count-1))
		var l widget.Line
		l.Put(widget.Faint, safe.Sprintf("   ... %s similar, one every %s", countText(r.count), spanText(gap)))
		return widget.Row{Across: &l}, true
	}
	row := eventRow(s.events, r.first)
	date := safe.Escape(s.events[r.first].When().Format("01-02"))
	mark := safe.Text{}
	if id := s.alertAt(r.first); id != 0 {
		mark = safe.Sprintf("#%d", id)
	}
	row.Cells = append([]widget.Cell{{Style: widget.Faint, Text: date}}, append(row.Cells, widget.Cell{Style: widget.Warn, Text: mark})...)
	return row, true
}

// strip is the density of events over the span, the alerts' places under it.
func (s *timelineScreen) strip(a *App, width int) []widget.Line {
	bins := make([]int64, max(1, width-2))
	length := max(1, s.span.To-s.span.From)
	at := func(tick int64) int { return max(0, min(len(bins)-1, int((tick-s.span.From)*int64(len(bins))/length))) }
	for i := range s.events {
		bins[at(s.events[i].Tick())]++
	}
	density := widget.Line{}
	density.Space(1)
	density.Append(widget.Strip(a.Charset, bins, len(bins)))
	marks := make([]byte, len(bins))
	for i := range marks {
		marks[i] = ' '
	}
	for _, alert := range s.alerts {
		for i := at(alert.Window.From); i <= at(alert.Window.To-1); i++ {
			marks[i] = '^'
		}
	}
	var under, rule widget.Line
	under.Space(1).Put(widget.Warn, safe.Escape(string(marks)))
	peak := safe.Sprintf(" peak %s in %s ", countText(widget.Peak(bins)), spanText(time.Duration(length/int64(len(bins)))*100))
	rule.Rule(2).Put(widget.Faint, peak).Rule(width - 2 - peak.Width())
	return []widget.Line{density, under, rule}
}
