package tui

import (
	"fmt"
	"strings"
	"time"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// stripLines is the density strip, the marks under it and a rule.
const stripLines = 3

func (s *timelineScreen) view(a *App, width, height int) []widget.Line {
	if s.reading.err != nil {
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	}
	if s.part == partRhythm {
		return scrolled(s.rhythmLines(a, width), &s.scroll)
	}
	lines := s.strip(a.Charset, width)
	lines = append(lines, a.Clock.on(width).table(timelineTable).View(&s.list, func(i int) (widget.Row, bool) { return s.row(a.Clock.on(width), i) }, width, max(1, height-stripLines-2))...)
	var rule, foot widget.Line
	rule.Rule(width)
	folds := 0
	for _, r := range s.rows {
		if r.count > 1 {
			folds++
		}
	}
	reading := ""
	if s.paging.busy {
		reading = "   reading on ..."
	}
	folded := ""
	if folds > 0 {
		folded = fmt.Sprintf("   %s folded", plural(folds, "group"))
	}
	rest := safe.Sprintf("   %s to %s%s   tab: rhythm%s", a.Clock.FullTick(s.span.From, Minutes), a.Clock.FullTick(s.span.To, Minutes), folded, reading)
	name := safe.Sprintf("%s = %s", s.field, shortEntity(s.entity))
	if name.Width()+rest.Width() > width {
		name = safe.Escape(s.field) // its value is in the path at the top
	}
	foot.Put(widget.Faint, safe.Join("", name, rest).Clip(width))
	return append(lines, rule, foot)
}

// timelineTable has in its last column what there is to say of an event: the alert it is behind, the evidence it is, hidden text in it.
var timelineTable = widget.Table{Columns: append(eventColumns[:len(eventColumns)-1:len(eventColumns)-1], widget.Column{Title: safe.Own("NOTE"), Width: 8, Grow: 1})}

func (s *timelineScreen) row(c Clock, i int) (widget.Row, bool) {
	r := s.rows[i]
	var l widget.Line
	switch {
	case r.alert != nil:
		of := safe.Text{}
		if r.alert.other {
			of = safe.Sprintf(" of %s", clipName(safe.Escape(shortEntity(r.alert.Entity)), widestOther))
		}
		l.Put(severityStyle(r.alert.Severity), safe.Sprintf("^^^^ #%d %s%s fired %s: %s", r.alert.ID, severityWord(r.alert.Severity), of, c.FullTick(r.alert.First, Minutes), r.alert.Title))
		return widget.Row{Across: &l}, true
	case r.gap >= silent:
		l.Put(widget.Warn, safe.Sprintf("==== %s without an event, %s of it a data gap: the log itself holds nothing ====", spanText(r.silence), spanText(r.gap)))
		return widget.Row{Across: &l}, true
	case r.silence > 0:
		l.Put(widget.Faint, safe.Sprintf("---- %s silence ----", spanText(r.silence)))
		return widget.Row{Across: &l}, true
	case r.count > 1:
		last := s.events[r.first+r.count-1]
		gap := time.Duration(last.Time-s.events[r.first].Time) / time.Duration(max(1, r.count-1))
		least := ""
		if !s.tail && r.first+r.count+1 >= len(s.events) || !s.head && r.first <= 1 {
			least = "at least " // the run goes on beyond what is held
		}
		l.Put(widget.Faint, safe.Sprintf("   ... %s%s similar, one every %s (o opens)", least, countText(r.count), spanText(gap)))
		return widget.Row{Across: &l}, true
	}
	row := eventRow(c, s.events, r.first)
	var notes []safe.Text
	if id := s.member[r.first]; id != 0 {
		notes = append(notes, safe.Sprintf("#%d", id))
	}
	if pinned := s.pins[s.events[r.first].ID]; pinned != "" {
		notes = append(notes, safe.Escape(pinned))
	}
	flags := &row.Cells[len(row.Cells)-1]
	flags.Text = safe.Join(" ", append(notes, flags.Text)...)
	return row, true
}

// widestOther is how much of the name of someone else an alert's row has.
const widestOther = 20

// strip is the density of events over the span; under it the alerts' places, the gaps of the log and the cursor.
func (s *timelineScreen) strip(c widget.Charset, width int) []widget.Line {
	cells := max(1, min(width-2, timelineBins))
	length := max(1, s.span.To-s.span.From)
	at := func(tick int64) int { return max(0, min(cells-1, int((tick-s.span.From)*int64(cells)/length))) }
	bins := widget.Rebin(s.bins, cells)
	var density widget.Line
	density.Space(1).Append(widget.Strip(c, bins, cells))
	marks := []byte(strings.Repeat(" ", cells))
	for _, g := range s.gaps {
		for i := at(g.From); i <= at(g.To-1); i++ {
			marks[i] = '='
		}
	}
	for _, alert := range s.alerts {
		from, to := at(alert.Window.From), at(alert.Window.To-1)
		if alert.other { // its window may be all there is: where it fired is enough
			from, to = at(alert.First), at(alert.First)
		}
		for i := from; i <= to; i++ {
			marks[i] = '^'
		}
	}
	if e := s.under(); e != nil {
		marks[at(e.Tick())] = '|'
	}
	var under, rule widget.Line
	under.Space(1).Put(widget.Warn, safe.Escape(string(marks)))
	peak := safe.Sprintf(" peak %s in %s   ^ alert  = data gap  | cursor ", countText(widget.Peak(bins)), spanText(ticksSpan(length/int64(cells))))
	rule.Rule(2).Put(widget.Faint, peak).Rule(width - 2 - peak.Width())
	return []widget.Line{density, under, rule}
}
