package tui

import (
	"fmt"

	"casebook/engine/column"
	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// The parts of an alert beside why it fired.

func (s *alertScreen) partLines(a *App, width, height int) []widget.Line {
	list := &s.lists[s.part]
	switch s.part {
	case partEvidence:
		if s.fetching.err != nil {
			return widget.Wrap(widget.Bad, s.fetching.err.Error(), width)
		}
		return a.Clock.on(width).table(eventTable).View(list, func(i int) (widget.Row, bool) { return eventRow(a.Clock.on(width), s.events, i), true }, width, height)
	case partCharts:
		return scrolled(s.chartLines(a, width), list)
	case partRelated:
		if len(s.d.related) == 0 {
			return []widget.Line{widget.Say(widget.Faint, safe.Own("no other alert of this entity, or of what its events name, within 48 hours"))}
		}
		table := a.Clock.table(relativeTable)
		return table.View(list, func(i int) (widget.Row, bool) {
			row := relatedRow(a, s.d.related[i].Alert)
			row.Cells = append(row.Cells, widget.Cell{Text: safe.Escape(s.d.related[i].same)})
			return row, true
		}, width, height)
	case partLog:
		return scrolled(s.logLines(a, width), list)
	case partRow:
		return scrolled(s.rawLines(a, width), list)
	case partRule:
		return scrolled(s.ruleLines(width), list)
	}
	return s.why.view(height)
}

// scrolled is lines from a list's window on: text has no cursor of its own, moving scrolls.
func scrolled(lines []widget.Line, list *widget.List) []widget.Line {
	return lines[min(list.Cursor, len(lines)):]
}

// chartLines are how the events behind the alert lie in time: how many when, and how far apart.
func (s *alertScreen) chartLines(a *App, width int) []widget.Line {
	if len(s.events) == 0 {
		return []widget.Line{widget.Say(widget.Faint, safe.Own("no event is read yet"))}
	}
	lines := []widget.Line{widget.Say(widget.Title, safe.Sprintf("EVENTS BEHIND IT   %s", countText(len(s.events))))}
	if len(s.times) == 0 {
		return append(lines, widget.Say(widget.Faint, safe.Own("none of them has a time")))
	}
	lines = append(lines, densityChart(a, s.times, width)...)
	lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("GAPS BETWEEN THEM")))
	lines = append(lines, s.rhythm.lines(a.Charset, width)...)
	lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Own("TOKENS IN")))
	return append(lines, s.tokenLines(a.Charset, width)...)
}

// densityChart are how many events there were when, as columns over a time axis.
func densityChart(a *App, times []int64, width int) []widget.Line {
	from, to := times[0], times[len(times)-1]
	bins := make([]int64, max(1, min(width-6, 60)))
	length := max(1, to-from+1)
	for _, t := range times {
		bins[(t-from)*int64(len(bins))/length]++
	}
	var lines []widget.Line
	for i, bar := range widget.Bars(a.Charset, bins, len(bins), 4) {
		var l widget.Line
		if i == 0 {
			l.PutIn(widget.Faint, safe.Escape(shortCount(widget.Peak(bins))), 5, true)
		} else {
			l.Space(5)
		}
		l.Put(widget.Faint, safe.Own("|")).Append(bar)
		lines = append(lines, l)
	}
	caption := func(form string) safe.Text {
		return safe.Sprintf("      %s to %s, a column is %s", a.Clock.FullTick(from, form), a.Clock.FullTick(to, form), spanText(ticksSpan(length/int64(len(bins)))))
	}
	under := caption(Seconds)
	if under.Width() > width {
		under = caption(clockForm)
	}
	if under.Width() > width {
		under = safe.Sprintf("%s to %s, %s a column", a.Clock.FullTick(from, clockForm), a.Clock.FullTick(to, clockForm), spanText(ticksSpan(length/int64(len(bins))))).Clip(width)
	}
	return append(lines, widget.Say(widget.Faint, under))
}

// tokenLines are the largest requests and what they add up to.
func (s *alertScreen) tokenLines(c widget.Charset, width int) []widget.Line {
	values := make([]int64, 0, len(s.events))
	var sum, out, most int64
	for i := range s.events {
		values = append(values, s.events[i].PromptTokens.Int)
		sum += s.events[i].PromptTokens.Int
		out += s.events[i].CompletionTokens.Int
		most = max(most, s.events[i].PromptTokens.Int)
	}
	if sum == 0 && out == 0 {
		return []widget.Line{widget.Say(widget.Faint, safe.Own("no event says how many"))}
	}
	var l widget.Line
	l.Space(6).Append(widget.Strip(c, values, max(1, min(width-6, 60))))
	return []widget.Line{l, widget.Say(widget.Plain, safe.Sprintf("      %s in, %s out, the largest request %s; in the order of time", countText(sum), countText(out), countText(most)))}
}

var relatedTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("ID"), Width: 6}, {Title: safe.Own("SEV"), Width: 4}, {Title: safe.Own("LAST HIT (UTC)"), Width: len(Minutes), Spare: 1},
	{Title: safe.Own("RULE"), Width: 20, Grow: 1}, {Title: safe.Own("N"), Width: 6, Right: true, Spare: 3}, {Title: safe.Own("ST"), Width: 3, Spare: 2},
}}

var relativeTable = widget.Table{Columns: append(relatedTable.Columns[:len(relatedTable.Columns):len(relatedTable.Columns)], widget.Column{Title: safe.Own("SAME"), Width: 8})}

func relatedRow(a *App, r store.Alert) widget.Row {
	return widget.Row{Cells: []widget.Cell{
		{Text: safe.Sprintf("#%d", r.ID)}, {Style: severityStyle(r.Severity), Text: severityWord(r.Severity)},
		{Text: safe.Escape(a.Clock.bareTick(r.Last, Minutes))}, {Text: safe.Escape(r.Title)}, {Text: safe.Escape(shortCount(r.Events))}, {Text: statusWord(r.Status)},
	}}
}

// logLines are what was done to the alert and said of it, and the cases it is in.
func (s *alertScreen) logLines(a *App, width int) []widget.Line {
	var lines []widget.Line
	for _, c := range s.d.cases {
		lines = append(lines, widget.Say(widget.Strong, safe.Sprintf("in case %s: %s (%s)", c.Name(), c.Title, c.Status).Clip(width)))
	}
	if len(s.d.cases) > 0 {
		lines = append(lines, widget.Blank())
	}
	switch {
	case len(s.log) > 0:
	case len(s.d.cases) > 0:
		return append(lines, widget.Say(widget.Faint, safe.Own("nothing else was done to it; n writes a note")))
	default:
		return append(lines, widget.Say(widget.Faint, safe.Own("nobody has done anything to it yet; n writes a note, m puts it into a case")))
	}
	return append(lines, entryLines(a, s.log, report.EntryText, width)...)
}

// entryLines are journal entries in words, newest first.
func entryLines(a *App, log []store.Entry, words func(*store.Entry) string, width int) []widget.Line {
	var lines []widget.Line
	for i := len(log) - 1; i >= 0; i-- {
		e := &log[i]
		head := safe.Sprintf("%5d  %s  %s  %s", e.Seq, a.Clock.Full(e.At, Minutes), e.Actor.Name, e.Action)
		var l widget.Line
		l.Put(widget.Faint, head.Clip(width)).Space(2)
		if room := width - l.Width(); room > 8 {
			l.Put(widget.Plain, safe.Escape(words(e)).Clip(room))
		}
		lines = append(lines, l)
	}
	return lines
}

// rawLines are the alert and the row of its peak as they are kept.
func (s *alertScreen) rawLines(a *App, width int) []widget.Line {
	al := &s.d.alert
	lines := []widget.Line{widget.Say(widget.Title, safe.Own("ALERT"))}
	say := func(name string, text string) {
		var l widget.Line
		l.Space(2).PutIn(widget.Faint, safe.Escape(name), 24, false).Put(widget.Plain, safe.Escape(text).Clip(max(8, width-26)))
		lines = append(lines, l)
	}
	say("rule", al.Rule)
	say("entity", al.Entity)
	say("entity field", al.EntityField)
	say("window", a.Clock.FullTick(al.Window.From, Seconds)+" - "+a.Clock.FullTick(al.Window.To, Seconds))
	say("hits", fmt.Sprintf("%d, first %s, last %s, %d over the cap", al.Hits, a.Clock.FullTick(al.First, Minutes), a.Clock.FullTick(al.Last, Minutes), al.OverCap))
	say("events", countText(al.Events))
	say("state", s.d.stateText(a).String())
	say("version", fmt.Sprint(al.Version))
	lines = append(lines, widget.Blank(), widget.Say(widget.Title, safe.Sprintf("ROW OF THE PEAK   run %s", a.Clock.FullTick(s.d.peak.Tick, Seconds))))
	for i, c := range s.d.peak.Columns {
		say(c.Name, fmt.Sprintf("%s   %s", a.Clock.text(c.Type, s.d.row[i]).String(), typeWord(c.Type)))
	}
	return lines
}

func typeWord(t column.Type) string { return "(" + t.String() + ")" }

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
