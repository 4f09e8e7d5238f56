package tui

import (
	"time"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// densityLines is the filter, the density of events and the line of time under it.
const densityLines = 4

// above is how much stands above the list.
func (s *eventsScreen) above(height int) int {
	if height >= 12 {
		return densityLines
	}
	return 1
}

func (s *eventsScreen) layout(a *App, width, height int) {
	s.list.Resize(len(s.rows.rows), max(1, height-s.above(height)-1))
}

func (s *eventsScreen) view(a *App, width, height int) []widget.Line {
	if s.rows.reading.err != nil {
		return widget.Wrap(widget.Bad, s.rows.reading.err.Error(), width)
	}
	all := safe.Own("all events; / filters, f F choose and leave out the value at the cursor")
	if s.what.Width() > 0 {
		all = safe.Join("", safe.Own("those "), s.what)
	}
	lines := []widget.Line{chipLine(s.text, all, width)}
	if s.what.Width() > 0 && s.text != "" {
		lines[0].PutRight(widget.Faint, all, width)
	}
	if s.above(height) == densityLines {
		lines = append(lines, s.density(a, width)...)
	}
	if len(s.rows.rows) == 0 && !s.rows.reading.busy {
		why := "no event fits; / changes the filter, \\ turns parts of it off, esc goes back"
		if a.empty() {
			why = howToLoad
		}
		return append(append(lines, widget.Blank()), indented(widget.Wrap(widget.Plain, why, width-2))...)
	}
	table := widget.Table{Focus: s.focus + 1}
	for _, c := range s.columns {
		table.Columns = append(table.Columns, c.column)
	}
	table.Columns[s.focus].Spare = 0
	return append(lines, a.Clock.on(width).table(table).View(&s.list, func(i int) (widget.Row, bool) { return s.row(a.Clock.on(width), i) }, width, height-len(lines))...)
}

func (s *eventsScreen) row(clock Clock, i int) (widget.Row, bool) {
	if i >= len(s.rows.rows) {
		return widget.Row{}, false
	}
	cells := make([]widget.Cell, len(s.columns))
	for k, c := range s.columns {
		cells[k] = c.cell(clock, s.rows.rows, i)
		if cells[k].Text.Width() == 0 {
			cells[k] = widget.Cell{Style: widget.Faint, Text: safe.Own("-")}
		}
	}
	return widget.Row{Alarming: s.rows.rows[i].Flags&actingFlags != 0, Cells: cells}, true
}

// density is the events over time in two lines, and under them the time itself with the cursor's place in it.
func (s *eventsScreen) density(a *App, width int) []widget.Line {
	if len(s.bins) == 0 {
		waiting := safe.Text{}
		switch {
		case s.counting.err != nil:
			waiting = safe.Escape("  " + s.counting.err.Error()).Clip(width)
		case s.counting.busy:
			waiting = safe.Own("  ...")
		}
		return []widget.Line{widget.Blank(), widget.Say(widget.Faint, waiting), widget.Blank()}
	}
	room := max(1, width-2)
	values := make([]int64, len(s.bins))
	for i, b := range s.bins {
		values[i] = b.Events
	}
	if len(values) < room {
		values = widget.Stretch(values, room)
	}
	var lines []widget.Line
	for _, bar := range widget.Bars(a.Charset, values, room, 2) {
		var l widget.Line
		l.Space(1).Append(bar)
		lines = append(lines, l)
	}
	return append(lines, s.axis(a.Clock, room))
}

// nearestFree is the place nearest to one that is not taken; -1 where all are.
func nearestFree(taken []bool, at int) int {
	for far := range taken {
		for _, i := range []int{at + far, at - far} {
			if i >= 0 && i < len(taken) && !taken[i] {
				return i
			}
		}
	}
	return -1
}

func (s *eventsScreen) axis(c Clock, room int) widget.Line {
	length := max(1, s.span.To-s.span.From)
	left, right := c.FullTick(s.span.From, Minutes), c.FullTick(s.span.To, Minutes)
	peak := int64(0)
	for _, b := range s.bins {
		peak = max(peak, b.Events)
	}
	bin := time.Duration(length/int64(len(s.bins))) * 100
	middle := " peak " + countText(peak) + " in " + spanText(bin) + " "
	marks := make([]byte, room)
	for i := range marks {
		marks[i] = '-'
	}
	taken := make([]bool, room)
	label := func(at int, text string) {
		for i := range copy(marks[at:], text) {
			taken[at+i] = true
		}
	}
	label(0, left)
	if at := room - len(right); at > len(left) {
		label(at, right)
	}
	if at := (room - len(middle)) / 2; at > len(left) && at+len(middle) < room-len(right) {
		label(at, middle)
	}
	if current, ok := s.current(); ok && current.Dated {
		if at := int(float64(current.Tick()-s.span.From) / float64(length) * float64(room)); at >= 0 && at < room {
			if at = nearestFree(taken, at); at >= 0 {
				marks[at] = '^'
			}
		}
	}
	var l widget.Line
	l.Space(1).Put(widget.Faint, safe.Escape(string(marks)))
	return l
}
