package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/veil"
	"casebook/tui/why"
	"casebook/tui/widget"
)

// whyRows are the stages of the rule's query with the rows behind each, the row that fired, the groups that nearly did, and
// what the same figure was before.
func (s *alertScreen) whyRows(a *App, width int) []linkRow {
	width -= linkGutter
	rows := plainRows(s.stageLines(a, width)...)
	if text, ok := s.d.marginText(); ok {
		var l widget.Line
		l.PutIn(widget.Title, safe.Own("MARGIN"), 11, false).Put(widget.Strong, text)
		if s.ledger != nil && s.ledger.Rank > 0 {
			rank := safe.Sprintf("   rank %d of %s", s.ledger.Rank, countText(s.ledger.Fired))
			if l.Width()+rank.Width() > width {
				rows = append(rows, linkRow{line: l})
				l = *new(widget.Line).Space(8)
			}
			l.Put(widget.Plain, rank)
		}
		rows = append(rows, linkRow{line: l})
	}
	for _, c := range s.otherConditions() {
		var l widget.Line
		l.Space(11).Put(widget.Plain, safe.Escape(c))
		rows = append(rows, linkRow{line: l})
	}
	rows = append(rows, plainRows(s.remarkLines(a)...)...)
	rows = append(rows, linkRow{line: widget.Say(widget.Title, safe.Own("THIS ROW"))})
	for i, c := range s.d.peak.Columns {
		rows = append(rows, s.valueRow(a, c, i, width))
	}
	rows = append(rows, s.missRows(a, width)...)
	return append(rows, plainRows(s.baselineLines(width)...)...)
}

func (s *alertScreen) stageLines(a *App, width int) []widget.Line {
	var head widget.Line
	head.Put(widget.Title, safe.Own("WHY IT FIRED"))
	from, to, form := s.d.peak.Window.From, s.d.peak.Window.To, clockForm
	if a.Clock.bareTick(from, time.DateOnly) != a.Clock.bareTick(to, time.DateOnly) {
		form = "01-02 15:04"
	}
	head.PutRight(widget.Faint, safe.Sprintf("run %s  window %s - %s", a.Clock.FullTick(s.d.peak.Tick, Seconds), a.Clock.bareTick(from, form), a.Clock.FullTick(to, form)), width)
	lines := []widget.Line{head}
	switch {
	case s.explaining.err != nil:
		return append(lines, widget.Wrap(widget.Bad, "the rule cannot be run again: "+s.explaining.err.Error(), width)...)
	case s.d.detection == nil:
		return append(lines, widget.Say(widget.Warn, safe.Sprintf("rule %s is not loaded: its stages cannot be counted", s.d.alert.Rule)))
	case s.ledger == nil:
		return append(lines, widget.Say(widget.Faint, safe.Own("  counting ...")))
	}
	for i, stage := range s.ledger.Stages {
		var l widget.Line
		text := strings.Join(strings.Fields(stage.Text), " ")
		if i > 0 {
			text = "| " + strings.TrimPrefix(text, "| ")
		}
		l.Space(2).PutIn(widget.Plain, safe.Escape(text), width-18, false)
		l.PutIn(widget.Strong, safe.Escape(plural(stage.Rows, "row")), 15, true)
		lines = append(lines, l)
	}
	return lines
}

// otherConditions are what else the gate asks for, with the row's value of each.
func (s *alertScreen) otherConditions() []string {
	var texts []string
	for i, c := range s.d.gate.Conditions {
		if i == 0 {
			continue
		}
		for j, f := range s.d.peak.Columns {
			if v, ok := why.Number(s.d.peak.Row[j]); ok && f.Name == c.Column {
				texts = append(texts, fmt.Sprintf("%s %s %s %s   margin %s", c.Column, floatText(v), c.Operator, floatText(c.Value), signed(v-c.Value)))
			}
		}
	}
	return texts
}

func (s *alertScreen) remarkLines(a *App) []widget.Line {
	var lines []widget.Line
	if s.d.alert.Hits > 1 {
		var l widget.Line
		l.PutIn(widget.Title, safe.Own("HITS"), 11, false)
		l.Put(widget.Plain, safe.Sprintf("%d runs, %s to %s; this is the largest", s.d.alert.Hits, a.Clock.FullTick(s.d.alert.First, "01-02 15:04"), a.Clock.FullTick(s.d.alert.Last, "01-02 15:04")))
		lines = append(lines, l)
	}
	if s.d.alert.OverCap > 0 {
		lines = append(lines, widget.Say(widget.Warn, safe.Sprintf("%d hits lie beyond the publisher's cap of alerts a run", s.d.alert.OverCap)))
	}
	if s.d.edited {
		lines = append(lines, widget.Say(widget.Warn, safe.Own("the rule was edited since; this is the rule as it was when it raised the alert")))
	}
	if d := s.d.detection; d != nil {
		for _, e := range d.Exceptions {
			lines = append(lines, widget.Say(widget.Warn, safe.Sprintf("the rule has an exception now, which counts above: %s", e)))
		}
	}
	if s.d.alert.Stale {
		lines = append(lines, widget.Say(widget.Warn, safe.Own("the rule as it is now no longer gives this alert; it is kept because someone worked on it")))
	}
	return lines
}

// valueRow is a column and its value; a text leads to the timeline of what it names.
func (s *alertScreen) valueRow(a *App, c column.Field, i, width int) linkRow {
	var l widget.Line
	r := linkRow{}
	style := widget.Plain
	if text, ok := s.d.peak.Row[i].(string); ok && entityField(s.fieldOf(c.Name)) {
		r.of = value{s.fieldOf(c.Name), text, s.d.alert.Window}
		style, r.open = widget.Pivot, r.of.inTime
	}
	l.Space(2).PutIn(widget.Faint, safe.Escape(c.Name), 26, false).Put(style, a.Clock.text(c.Type, s.d.row[i]).Clip(max(8, width-28)))
	r.line = l
	return r
}

func (s *alertScreen) missRows(a *App, width int) []linkRow {
	if s.ledger == nil || !s.ledger.Gate.Decides() {
		return nil
	}
	var head widget.Line
	head.PutIn(widget.Title, safe.Own("NEAR MISS"), 11, false)
	if len(s.ledger.Misses) == 0 {
		head.Put(widget.Plain, safe.Sprintf("none of %s came within half of the threshold", plural(s.ledger.Groups, "group")).Clip(max(8, width-11)))
		return []linkRow{{line: head}}
	}
	head.Put(widget.Plain, safe.Sprintf("%d of %s in this window came close", len(s.ledger.Misses), plural(s.ledger.Groups, "group")))
	rows := []linkRow{{line: head}}
	for _, m := range s.ledger.Misses {
		r := linkRow{}
		var deciding, figures, names []safe.Text
		row := veil.Row(m.Row, s.d.veils(m.Columns))
		for i, c := range m.Columns {
			figure := a.Clock.text(c.Type, row[i])
			if text, ok := m.Row[i].(string); ok {
				if r.open == nil && entityField(s.fieldOf(c.Name)) {
					r.of = value{s.fieldOf(c.Name), text, s.d.alert.Window}
					r.open = r.of.inTime
				}
				shown, _ := row[i].(string)
				names = append(names, safe.Escape(shortEntity(shown)))
				continue
			}
			text := safe.Join("", safe.Escape(c.Name), safe.Own(" "), figure)
			if slices.ContainsFunc(s.ledger.Gate.Conditions, func(g why.Condition) bool { return g.Column == c.Name }) {
				deciding = append(deciding, text)
			} else {
				figures = append(figures, text)
			}
		}
		// What decides and who it was come before the other figures, which are left out as a whole.
		r.line.Space(2).Put(widget.Strong, safe.Join("  ", deciding...))
		for _, f := range figures {
			if r.line.Width()+2+f.Width()+len(names)*(2+shortestMiss) <= width {
				r.line.Space(2).Put(widget.Plain, f)
			}
		}
		room := (width - r.line.Width()) / max(1, len(names))
		for _, name := range names {
			r.line.Space(2).Put(widget.Pivot, clipEntity(name, max(6, room-2)))
		}
		rows = append(rows, r)
	}
	return rows
}

// shortestMiss is what the name of a near miss is cut to before figures beside it go.
const shortestMiss = 16

func (s *alertScreen) baselineLines(width int) []widget.Line {
	var l widget.Line
	l.PutIn(widget.Title, safe.Own("BASELINE"), 11, false)
	b := s.baseline
	switch {
	case s.comparing.err != nil:
		return append([]widget.Line{l}, widget.Wrap(widget.Warn, s.comparing.err.Error(), width)...)
	case b == nil && s.d.detection != nil:
		l.Put(widget.Faint, safe.Own("counting ..."))
		return []widget.Line{l}
	case b == nil || b.Column == "":
		return nil
	case b.Windows == 0:
		l.Put(widget.Warn, safe.Own("no log before the window that fired: nothing to compare with"))
		return []widget.Line{l}
	}
	window := spanText(ticksSpan(s.d.peak.Window.To - s.d.peak.Window.From))
	text := fmt.Sprintf("%s in the %s before: none in %s of %s", b.Column, historyText(b), plural(b.Windows, "window"), window)
	if b.Active > 0 {
		extreme := "most"
		if !s.d.gate.First().Upward() {
			extreme = "least"
		}
		text = fmt.Sprintf("%s in the %s before: median %s, %s %s, in %d of %s of %s; met %d times", b.Column, historyText(b), floatText(b.Median), extreme, floatText(b.Most),
			b.Active, plural(b.Windows, "window"), window, b.Met)
	}
	wrapped := widget.Wrap(widget.Plain, text, width-11)
	l.Append(wrapped[0])
	lines := []widget.Line{l}
	for _, more := range wrapped[1:] {
		var next widget.Line
		next.Space(11).Append(more)
		lines = append(lines, next)
	}
	if b.Thin() {
		var thin widget.Line
		thin.Space(11).Put(widget.Warn, safe.Sprintf("less than 24 hours of log before it (%s): this says little", spanText(ticksSpan(b.History))))
		lines = append(lines, thin)
	}
	return lines
}

// historyText is how long the history of a baseline is.
func historyText(b *why.Baseline) string {
	if b.History >= int64(b.Days)*24*column.Hour {
		return fmt.Sprintf("%d days", b.Days)
	}
	return spanText(ticksSpan(b.History))
}

// entityField tells whether events can be asked for by a field.
func entityField(name string) bool {
	_, ok := store.SlotOf(name)
	return ok
}
