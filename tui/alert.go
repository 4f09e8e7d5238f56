package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// alertScreen is one alert: why it fired, the events behind it, what is related to it, what was said about it.
type alertScreen struct {
	id    int64
	queue *alertsScreen // that it was opened from, for the next and the previous one; may be nil
	part  int
	lists [len(alertParts)]widget.List
	d     dossier

	stages []engine.Stage
	events []store.EventRow

	reading, counting, fetching slot
}

// The parts of an alert.
const (
	partWhy = iota
	partEvidence
	partRelated
	partNotes
	partRule
)

var alertParts = [...]safe.Text{safe.Own("Why"), safe.Own("Evidence"), safe.Own("Related"), safe.Own("Notes"), safe.Own("Rule")}

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
	return safe.Sprintf("%s %d  %s  owner %s", severityWord(s.d.alert.Severity), s.d.alert.Risk, s.d.alert.Status, owner)
}

func (s *alertScreen) leave() {
	s.reading.stop()
	s.counting.stop()
	s.fetching.stop()
}

func (s *alertScreen) read(a *App) tea.Cmd {
	return a.openDossier(&s.reading, s.id, func(d dossier) tea.Cmd {
		s.d = d
		return tea.Batch(s.count(a), s.fetch(a))
	})
}

// count runs the rule again over the window that fired, once.
func (s *alertScreen) count(a *App) tea.Cmd {
	if s.stages != nil || s.d.detection == nil {
		return nil
	}
	rule, peak := &s.d.detection.Rule, s.d.peak
	return ask(a, &s.counting, func(ctx context.Context) ([]engine.Stage, error) {
		return a.stages(ctx, rule, peak)
	}, func(stages []engine.Stage) tea.Cmd {
		s.stages = stages
		return nil
	})
}

func (s *alertScreen) fetch(a *App) tea.Cmd {
	if len(s.events) == min(s.d.alert.Events, mostEvidence) && s.events != nil {
		return nil
	}
	return ask(a, &s.fetching, func(ctx context.Context) ([]store.EventRow, error) {
		return a.Store.EventsOf(ctx, s.id, 0, mostEvidence)
	}, func(rows []store.EventRow) tea.Cmd {
		s.events = rows
		return nil
	})
}

func (s *alertScreen) layout(width, height int) {
	rows := [...]int{
		partWhy:      len(s.d.peak.Columns),
		partEvidence: len(s.events),
		partRelated:  len(s.d.related),
		partNotes:    len(s.noteLines(width)),
		partRule:     len(s.ruleLines(width)),
	}
	for i := range s.lists {
		s.lists[i].Resize(rows[i], max(1, height-s.above(i, width)))
	}
}

// above is how many lines of the body stand before a part's rows.
func (s *alertScreen) above(part, width int) int {
	switch part {
	case partWhy:
		return 3 + len(s.whyLines(width))
	case partEvidence, partRelated:
		return 4
	}
	return 3
}

func (s *alertScreen) do(a *App, act action) tea.Cmd {
	if move(&s.lists[s.part], act) {
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
	}
	return a.onAlerts(act, []store.Alert{s.d.alert}, nil)
}

func (s *alertScreen) drill(a *App) tea.Cmd {
	at := s.lists[s.part].Cursor
	switch {
	case s.part == partEvidence && at < len(s.events):
		return a.push(newEvent(s.events[at].ID, s.events))
	case s.part == partRelated && at < len(s.d.related):
		return a.push(newAlert(s.d.related[at].ID, nil))
	case s.part == partWhy && at < len(s.d.peak.Columns):
		c := s.d.peak.Columns[at]
		text, ok := s.d.peak.Row[at].(string)
		if !ok {
			return nil
		}
		return a.push(newTimeline(s.fieldOf(c.Name), text, s.d.alert.Window))
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
	counts := [...]string{partEvidence: fmt.Sprintf("(%s)", countText(s.d.alert.Events)), partRelated: fmt.Sprintf("(%d)", len(s.d.related)),
		partNotes: fmt.Sprintf("(%d)", len(s.d.notes)), partRule: ""}
	tabs := tabLine(alertParts[:], counts[:], s.part)
	if done, of := s.d.answered(); of > 0 {
		tabs.Put(widget.Faint, safe.Sprintf("  i: guide %d/%d", done, of))
	}
	var rule widget.Line
	rule.Rule(width)
	lines := []widget.Line{title, tabs, rule}
	return append(lines, s.partLines(a, width, height-len(lines))...)
}

// tabLine names the parts of a screen; the one that is shown stands in brackets.
func tabLine(names []safe.Text, counts []string, shown int) widget.Line {
	var l widget.Line
	for i, name := range names {
		text := safe.Join("", name, safe.Escape(counts[i]))
		if i == shown {
			l.Put(widget.Title, safe.Join("", safe.Own("["), text, safe.Own("]"))).Space(1)
		} else {
			l.Space(1).Put(widget.Plain, text).Space(1)
		}
	}
	return l
}

func (s *alertScreen) partLines(a *App, width, height int) []widget.Line {
	list := &s.lists[s.part]
	switch s.part {
	case partEvidence:
		if s.fetching.err != nil {
			return widget.Wrap(widget.Bad, s.fetching.err.Error(), width)
		}
		return eventTable.View(list, func(i int) (widget.Row, bool) { return eventRow(s.events, i), true }, width, height)
	case partRelated:
		table := widget.Table{Columns: relatedColumns}
		return table.View(list, func(i int) (widget.Row, bool) { return relatedRow(s.d.related[i]), true }, width, height)
	case partNotes:
		return scrolled(s.noteLines(width), list)
	case partRule:
		return scrolled(s.ruleLines(width), list)
	}
	lines := s.whyLines(width)
	table := widget.Table{Bare: true, Columns: []widget.Column{{Width: 26}, {Width: 20, Grow: 1}}}
	return append(lines, table.View(list, s.columnRow, width, max(1, height-len(lines)))...)
}

// scrolled is lines from a list's cursor on: text has no cursor of its own, moving scrolls.
func scrolled(lines []widget.Line, list *widget.List) []widget.Line {
	return lines[min(list.Cursor, len(lines)):]
}

// whyLines are the stages of the rule's query with the rows behind each, and the threshold.
func (s *alertScreen) whyLines(width int) []widget.Line {
	var lines []widget.Line
	var head widget.Line
	head.Put(widget.Title, safe.Own("WHY IT FIRED"))
	head.PutRight(widget.Faint, safe.Sprintf("run %sZ  window %s - %sZ", secondText(s.d.peak.Tick),
		secondText(s.d.peak.Window.From)[11:], secondText(s.d.peak.Window.To)[11:]), width)
	lines = append(lines, head)
	switch {
	case s.counting.err != nil:
		lines = append(lines, widget.Wrap(widget.Bad, "the rule cannot be run again: "+s.counting.err.Error(), width)...)
	case s.d.detection == nil:
		lines = append(lines, widget.Say(widget.Warn, safe.Sprintf("rule %s is not loaded: its stages cannot be counted", s.d.alert.Rule)))
	}
	for i, stage := range s.stages {
		var l widget.Line
		text := strings.Join(strings.Fields(stage.Text), " ")
		if i > 0 {
			text = "| " + strings.TrimPrefix(text, "| ")
		}
		l.Space(2).PutIn(widget.Plain, safe.Escape(text), width-18, false)
		l.PutIn(widget.Strong, safe.Escape(plural(stage.Rows, "row")), 15, true)
		lines = append(lines, l)
	}
	if text, ok := s.d.marginText(); ok {
		var l widget.Line
		l.PutIn(widget.Title, safe.Own("MARGIN"), 11, false).Put(widget.Strong, text)
		lines = append(lines, l)
	}
	if s.d.alert.Hits > 1 {
		var l widget.Line
		l.PutIn(widget.Title, safe.Own("HITS"), 11, false)
		l.Put(widget.Plain, safe.Sprintf("%d runs, %sZ to %sZ; above is the largest", s.d.alert.Hits, minuteText(s.d.alert.First), minuteText(s.d.alert.Last)))
		lines = append(lines, l)
	}
	if s.d.alert.OverCap > 0 {
		lines = append(lines, widget.Say(widget.Warn, safe.Sprintf("%d hits lie beyond the publisher's cap of alerts a run", s.d.alert.OverCap)))
	}
	if s.d.alert.Stale {
		lines = append(lines, widget.Say(widget.Warn, safe.Own("the rule as it is now no longer gives this alert; it is kept because someone worked on it")))
	}
	return append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("THIS ROW")))
}

func (s *alertScreen) columnRow(i int) (widget.Row, bool) {
	c := s.d.peak.Columns[i]
	style := widget.Plain
	if _, text := s.d.peak.Row[i].(string); text {
		style = widget.Pivot
	}
	return widget.Row{Cells: []widget.Cell{{Text: safe.Escape(c.Name)}, {Style: style, Text: valueText(c.Type, s.d.peak.Row[i])}}}, true
}

var relatedColumns = []widget.Column{
	{Title: safe.Own("ID"), Width: 6}, {Title: safe.Own("SEV"), Width: 4}, {Title: safe.Own("LAST HIT (UTC)"), Width: 16},
	{Title: safe.Own("RULE"), Width: 20, Grow: 1}, {Title: safe.Own("N"), Width: 6, Right: true}, {Title: safe.Own("ST"), Width: 3},
}

func relatedRow(r store.Alert) widget.Row {
	return widget.Row{Cells: []widget.Cell{
		{Text: safe.Sprintf("#%d", r.ID)}, {Style: severityStyle(r.Severity), Text: severityWord(r.Severity)},
		{Text: safe.Escape(minuteText(r.Last))}, {Text: safe.Escape(r.Title)}, {Text: safe.Escape(shortCount(r.Events))}, {Text: statusWord(r.Status)},
	}}
}

func (s *alertScreen) noteLines(width int) []widget.Line {
	if len(s.d.notes) == 0 {
		return []widget.Line{widget.Say(widget.Faint, safe.Own("no note yet; n writes one"))}
	}
	var lines []widget.Line
	for _, n := range s.d.notes {
		lines = append(lines, widget.Say(widget.Strong, safe.Sprintf("%s  %sZ", n.Actor, n.At.Format("2006-01-02 15:04"))))
		lines = append(lines, indented(widget.Wrap(widget.Plain, n.Text, width-2))...)
	}
	return lines
}

func indented(lines []widget.Line) []widget.Line {
	for i := range lines {
		var l widget.Line
		l.Space(2).Append(lines[i])
		lines[i] = l
	}
	return lines
}

// ruleLines are what the rule says of itself: why it matters, its schedule, its text.
func (s *alertScreen) ruleLines(width int) []widget.Line {
	if s.d.detection == nil {
		return []widget.Line{widget.Say(widget.Warn, safe.Sprintf("rule %s is not loaded", s.d.alert.Rule))}
	}
	return detectionLines(s.d.detection, width)
}
