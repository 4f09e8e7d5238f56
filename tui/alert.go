package tui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/veil"
	"casebook/tui/why"
	"casebook/tui/widget"
)

// alertScreen is one alert: why it fired, the events behind it, their rhythm, what is related to it, what was done and said, its
// row as it is kept, its rule.
type alertScreen struct {
	id    int64
	queue *alertsScreen // that it was opened from, for the next and the previous one; may be nil
	part  int
	lists [len(alertParts)]widget.List
	d     dossier
	bare  bool // its row is shown as it is

	ledger   *why.Ledger
	asked    string // the query that ledger and baseline are of
	baseline *why.Baseline
	why      links
	events   []store.EventRow
	times    []int64 // of the events, in ticks
	rhythm   rhythm
	log      []store.Entry

	reading, explaining, comparing, fetching, logging slot
}

// The parts of an alert.
const (
	partWhy = iota
	partEvidence
	partCharts
	partRelated
	partLog
	partRow
	partRule
)

var alertParts = [...]safe.Text{safe.Own("Why"), safe.Own("Evidence"), safe.Own("Charts"), safe.Own("Related"), safe.Own("Log"), safe.Own("Raw"), safe.Own("Rule")}

// mostEvidence is how many events behind an alert the evidence part lists; its timeline has them all.
const mostEvidence = 10_000

func newAlert(id int64, queue *alertsScreen) *alertScreen { return &alertScreen{id: id, queue: queue} }

func (s *alertScreen) crumb() safe.Text { return safe.Sprintf("#%d", s.id) }
func (s *alertScreen) scope() scope     { return onAlert }

func (s *alertScreen) status(*App) safe.Text {
	if s.reading.err != nil {
		return safe.Own("cannot read it")
	}
	owner := s.d.alert.Owner
	if owner == "" {
		owner = "-"
	}
	in := ""
	if len(s.d.cases) > 0 {
		in = "  " + s.d.cases[0].Name()
	}
	at := ""
	if s.queue != nil {
		at = s.queue.placeOf(s.id)
	}
	return safe.Sprintf("%s risk %d  %s  owner %s%s%s", severityWord(s.d.alert.Severity), s.d.alert.Risk, s.d.alert.Status, owner, in, at)
}

func (s *alertScreen) idle(act action) bool {
	return idleFor(act, s.d.alert.Status == store.Closed) || act == pin && s.part != partEvidence
}

func (s *alertScreen) leave() {
	for _, slot := range []*slot{&s.reading, &s.explaining, &s.comparing, &s.fetching, &s.logging} {
		slot.stop()
	}
	if s.ledger == nil || s.baseline == nil {
		s.asked = "" // what was given up is asked for again
	}
}

// read asks for the events behind the alert beside all else, not after it: they are most of the work.
func (s *alertScreen) read(a *App) tea.Cmd {
	dossier := a.openDossier(&s.reading, s.id, func(d dossier) tea.Cmd {
		s.d = d
		s.unveil()
		return tea.Batch(s.explain(a), s.fetch(a), s.readLog(a))
	})
	if s.d.alert.ID == 0 {
		dossier = tea.Batch(s.fetch(a), dossier)
	}
	if s.queue != nil && len(s.queue.rows.rows) == 0 { // this is where the workbench begins
		dossier = tea.Batch(dossier, s.queue.read(a))
	}
	return dossier
}

// explain runs the rule again over the window that fired, and then over the windows before: once, and again when the rule got another
// query or an exception meanwhile.
func (s *alertScreen) explain(a *App) tea.Cmd {
	if s.d.detection == nil || s.asked == s.d.detection.Rule.Query {
		return nil
	}
	s.asked, s.ledger, s.baseline = s.d.detection.Rule.Query, nil, nil
	rule, peak := &s.d.detection.Rule, s.d.peak
	return tea.Batch(
		ask(a, &s.explaining, func(ctx context.Context) (*why.Ledger, error) { return why.Explain(ctx, a.Store, rule, &peak) }, func(l *why.Ledger) tea.Cmd {
			s.ledger = l
			return nil
		}),
		ask(a, &s.comparing, func(ctx context.Context) (*why.Baseline, error) {
			since, _, _, err := a.Store.Span(ctx)
			if err != nil {
				return nil, err
			}
			return why.Before(ctx, a.Store, rule, &peak, since)
		}, func(b *why.Baseline) tea.Cmd {
			s.baseline = b
			return nil
		}))
}

func (s *alertScreen) fetch(a *App) tea.Cmd {
	if s.fetching.busy || len(s.events) == min(s.d.alert.Events, mostEvidence) && s.events != nil {
		return nil
	}
	type answer struct {
		rows   []store.EventRow
		times  []int64
		rhythm rhythm
	}
	id := s.id
	return ask(a, &s.fetching, func(ctx context.Context) (got answer, err error) {
		got.rows, err = a.Store.EventsOf(ctx, id, 0, mostEvidence)
		for i := range got.rows {
			if got.rows[i].Dated {
				got.times = append(got.times, got.rows[i].Tick())
			}
		}
		got.rhythm = rhythmOf(got.times)
		return got, err
	}, func(got answer) tea.Cmd {
		s.events, s.times, s.rhythm = got.rows, got.times, got.rhythm
		return nil
	})
}

func (s *alertScreen) readLog(a *App) tea.Cmd {
	id := s.id
	return ask(a, &s.logging, func(ctx context.Context) ([]store.Entry, error) { return a.Store.Journal(ctx, id) }, func(log []store.Entry) tea.Cmd {
		s.log = log
		return nil
	})
}

func (s *alertScreen) layout(a *App, width, height int) {
	body := max(1, height-3)
	list := &s.lists[s.part]
	switch s.part {
	case partWhy:
		s.why.set(s.whyRows(a, width), body, s.d.alert.ID != 0 && (s.ledger != nil || s.d.detection == nil || s.explaining.err != nil))
	case partEvidence:
		list.Resize(len(s.events), max(1, body-1))
	case partCharts:
		list.Resize(len(s.chartLines(a, width)), body)
	case partRelated:
		list.Resize(len(s.d.related), max(1, body-1))
	case partLog:
		list.Resize(len(s.logLines(a, width)), body)
	case partRow:
		list.Resize(len(s.rawLines(a, width)), body)
	case partRule:
		list.Resize(len(s.ruleLines(width)), body)
	}
}

// list is the cursor of the part that is shown.
func (s *alertScreen) list() *widget.List {
	if s.part == partWhy {
		return &s.why.list
	}
	return &s.lists[s.part]
}

func (s *alertScreen) do(a *App, act action) tea.Cmd {
	if move(s.list(), act) {
		return nil
	}
	switch act {
	case nextPane, prevPane:
		step := 1
		if act == prevPane {
			step = len(alertParts) - 1
		}
		s.part = (s.part + step) % len(alertParts)
		return nil
	case drill:
		return s.drill(a)
	case nextItem, prevItem:
		return s.neighbour(a, act)
	case pin:
		return s.pin(a)
	case compare:
		if at := s.lists[partEvidence].Cursor; s.part == partEvidence && at < len(s.events) {
			return a.compare(s.events[at].ID)
		}
		a.warn("events are compared: tab to Evidence first")
		return nil
	case copyValue:
		if v := s.value(); v.text != "" {
			return a.copy(veil.Mask(v.text)) // as it is shown
		}
	case filterFor, filterOut, sameInTime, countValues:
		return a.onValue(act, s.value(), "the cursor is on none of the row's")
	case reveal:
		return a.reveal(store.Revealed{Object: "alert", Number: s.id, What: "its row"}, func() {
			s.bare = true
			s.unveil()
		})
	}
	return a.onAlerts(act, []store.Alert{s.d.alert}, nil)
}

// value is what the cursor is on: a value of the row that fired, of one that nearly did, or whom a related alert is about.
func (s *alertScreen) value() value {
	at := s.lists[s.part].Cursor
	switch {
	case s.part == partWhy:
		return s.why.value()
	case s.part == partEvidence && at < len(s.events):
		return value{"user", s.events[at].User, windowOf(&s.events[at])}
	case s.part == partRelated && at < len(s.d.related):
		related := &s.d.related[at]
		return value{related.EntityField, related.Entity, related.Window}
	}
	return value{}
}

// unveil shows the alert's row as it is, once someone has said why.
func (s *alertScreen) unveil() {
	if s.bare {
		s.d.row, s.d.veiled = s.d.peak.Row, make([]bool, len(s.d.peak.Row))
	}
}

// pin puts the event under the cursor into the alert's case.
func (s *alertScreen) pin(a *App) tea.Cmd {
	at := s.lists[partEvidence].Cursor
	if s.part != partEvidence || at >= len(s.events) {
		a.warn("pin takes an event: tab to Evidence first")
		return nil
	}
	p := store.EventPin(s.events[at].ID)
	p.Alert = s.id
	return a.pinTo(s.d.cases, subjectOf([]store.Alert{s.d.alert}), p)
}

func (s *alertScreen) drill(a *App) tea.Cmd {
	at := s.lists[s.part].Cursor
	switch {
	case s.part == partEvidence && at < len(s.events):
		return a.push(newEvent(s.events[at].ID, s.events))
	case s.part == partRelated && at < len(s.d.related):
		return a.push(newAlert(s.d.related[at].ID, nil))
	case s.part == partWhy:
		return s.why.drill(a)
	case s.part == partLog && len(s.d.cases) > 0:
		return a.push(newCase(s.d.cases[0].ID))
	}
	return nil
}

// fieldOf is the event field that a result column stands for.
func (s *alertScreen) fieldOf(name string) string {
	if s.d.detection != nil {
		if field := s.d.detection.Rule.Fields[name]; field != "" {
			return field
		}
	}
	return name
}

func (s *alertScreen) neighbour(a *App, act action) tea.Cmd {
	if s.queue == nil {
		return nil
	}
	step := 1
	if act == prevItem {
		step = -1
	}
	row, ok := s.queue.rows.at(s.queue.list.Cursor + step)
	if !ok {
		a.warn("no more alerts in that direction")
		return nil
	}
	s.queue.list.Move(step)
	fresh := newAlert(row.ID, s.queue)
	fresh.part = s.part
	return a.swap(fresh)
}

func (s *alertScreen) view(a *App, width, height int) []widget.Line {
	if s.reading.err != nil {
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	}
	if s.d.alert.ID == 0 {
		return []widget.Line{widget.Say(widget.Faint, safe.Own("..."))}
	}
	var title widget.Line
	title.Put(widget.Strong, safe.Escape(s.d.alert.Title).Clip(width))
	counts := [len(alertParts)]string{partEvidence: fmt.Sprintf("(%s)", shortCount(s.d.alert.Events)), partRelated: fmt.Sprintf("(%d)", len(s.d.related)),
		partLog: fmt.Sprintf("(%d)", len(s.log))}
	tabs := tabLine(alertParts[:], counts[:], s.part, width)
	if done, of := s.d.answered(); of > 0 {
		tabs.PutRight(widget.Faint, safe.Sprintf("i: guide %d/%d", done, of), width)
	}
	var rule widget.Line
	rule.Rule(width)
	lines := []widget.Line{title, tabs, rule}
	return append(lines, s.partLines(a, width, height-len(lines))...)
}

// tabLine names the parts of a screen; the one that is shown stands in brackets, and in sight: where there is no room for all, the first go.
func tabLine(names []safe.Text, counts []string, shown, width int) widget.Line {
	tab := func(i int) safe.Text { return safe.Join("", names[i], safe.Escape(counts[i])) }
	from, used := 0, 0
	for i := 0; i <= shown; i++ {
		used += tab(i).Width() + 2
	}
	for ; from < shown && used > width; from++ {
		used -= tab(from).Width() + 2
	}
	var l widget.Line
	for i := from; i < len(names); i++ {
		if i == shown {
			l.Put(widget.Title, safe.Join("", safe.Own("["), tab(i), safe.Own("]")))
		} else {
			l.Space(1).Put(widget.Plain, tab(i)).Space(1)
		}
	}
	return l
}
