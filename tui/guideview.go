package tui

import (
	"errors"
	"fmt"
	"slices"

	"casebook/guides"
	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

func (s *guideScreen) view(a *App, width, height int) []widget.Line {
	switch {
	case s.reading.err != nil:
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	case s.d.alert.ID == 0:
		return []widget.Line{widget.Say(widget.Faint, safe.Own("..."))}
	case s.d.detection == nil:
		return widget.Wrap(widget.Warn, "rule "+s.d.alert.Rule+" is not loaded, so its guide is not here; open casebook with --rules and the folder it is in", width)
	}
	top, bottom := s.heights(height)
	if s.below {
		return s.stepLines(a, width, bottom)
	}
	table := widget.Table{Bare: true, Dull: s.below, Columns: []widget.Column{
		{Width: 3}, {Width: 2, Right: true}, {Width: 30, Grow: 1}, {Width: 6, Right: true}, {Width: s.answerWidth(width)},
	}}
	lines := table.View(&s.list, s.row, width, top)
	var rule widget.Line
	rule.Rule(width)
	lines = append(lines, rule)
	return append(lines, s.stepLines(a, width, bottom)...)
}

// answerWidth is the room for answers: as much as they need, and no more than they leave to the questions.
func (s *guideScreen) answerWidth(width int) int {
	widest := len("unclear")
	for _, answer := range s.d.answers {
		widest = max(widest, safe.Escape(report.AnswerText(answer)).Width())
	}
	return min(widest, width/4)
}

func (s *guideScreen) row(i int) (widget.Row, bool) {
	l := s.lines[i]
	if l.step == nil {
		head := widget.Say(widget.Title, l.heading)
		return widget.Row{Across: &head}, true
	}
	answer := s.d.answers[l.step.Key]
	style := widget.Plain
	if answer.Value != "" {
		style = widget.Good
	}
	live, liveStyle := s.liveWord(l.step)
	return widget.Row{Cells: []widget.Cell{
		{Style: style, Text: boxOf(s.blocked(l.step) != "", answer.Value)}, {Style: widget.Faint, Text: safe.Sprintf("%d", l.number)}, {Text: safe.Escape(l.step.Text)},
		{Style: liveStyle, Text: live}, {Style: style, Text: safe.Escape(report.AnswerText(answer))},
	}}, true
}

// liveWord is what stands beside a step: how many rows its query gave.
func (s *guideScreen) liveWord(step *guides.Step) (safe.Text, widget.Style) {
	if !step.Live() {
		return safe.Own("ask"), widget.Faint
	}
	r := s.run(step)
	switch {
	case s.blocked(step) != "":
		return safe.Own("cannot"), widget.Warn
	case r.slot.err != nil:
		return safe.Own("error"), widget.Bad
	case r.result == nil:
		return safe.Own("..."), widget.Faint
	}
	return safe.Sprintf("%sr", shortCount(r.result.Batch.Len)), widget.Strong
}

// stepLines are the current step: its text in full, its rows, its answer.
func (s *guideScreen) stepLines(a *App, width, height int) []widget.Line {
	step := s.current()
	if step == nil {
		return nil
	}
	text := step.Text
	if s.below {
		text = fmt.Sprintf("%d  %s", s.lines[s.list.Cursor].number, text) // the checklist, which has the number, is not in sight
	}
	lines := widget.Wrap(widget.Strong, text, width)
	if len(lines) > 2 {
		lines = lines[:2]
	}
	if text := s.blockedText(a, step); text.Width() > 0 {
		said := widget.Wrap(widget.Warn, text.String(), width)
		lines = append(lines, said[:min(len(said), mostRemarks)]...)
	}
	var remark []widget.Line
	if step.Live() && step.Detail != "" {
		remark = widget.Wrap(widget.Faint, flowing(step.Detail), width)
	}
	room := height - len(lines) - 1
	if !s.below && room-len(remark) >= fewestRows {
		room -= len(remark) // what the rows are worth is said before the last of them are shown
	}
	rows, out := s.body(a, step, width, room)
	lines = remarkBelow(append(lines, rows...), remark, height-1)
	return append(widget.Fill(lines, height-1), s.answerLine(a, step, out, width))
}

// fewestRows is how many lines a step's rows keep, with their heading and what is the same in all of them.
const fewestRows = 6

// answerLine is a step's answer, and at the right whose it is and what is pinned to it; while it is nobody's, how many rows are out of sight.
func (s *guideScreen) answerLine(a *App, step *guides.Step, out, width int) widget.Line {
	answer := s.d.answers[step.Key]
	by := ""
	if answer.Actor != "" {
		by = "by " + answer.Actor + " " + a.Clock.Full(answer.At, Minutes)
	} else if out > 0 && !s.below {
		by = plural(out, "row") + " more, enter shows them"
	}
	if n := len(answer.Pinned); n > 0 {
		by += fmt.Sprintf("   %s pinned", plural(n, "event"))
	}
	if len(s.d.cases) == 0 && slices.ContainsFunc(s.d.waiting, func(p store.Pin) bool { return p.Step == step.Key }) {
		by += fmt.Sprintf(", %s for a case", a.Keys.hint(toCase, onGuide))
	}
	who := safe.Escape(by)
	var l widget.Line
	l.Put(widget.Faint, safe.Own("answer ")).Put(widget.Good, safe.Escape(report.AnswerText(answer)).Clip(max(leastText, width-len("answer ")-who.Width()-3)))
	if who.Width() > 0 {
		l.PutRight(widget.Faint, who, width)
	}
	return l
}

// remarkBelow puts a remark below lines where they leave room for all of it.
func remarkBelow(lines, remark []widget.Line, height int) []widget.Line {
	used := len(lines)
	for used > 0 && lines[used-1].Width() == 0 {
		used--
	}
	if used+len(remark) > height {
		return lines
	}
	return append(lines[:used:used], remark...)
}

// body is what a step's query gave, and how many of its rows have no room.
func (s *guideScreen) body(a *App, step *guides.Step, width, height int) (_ []widget.Line, out int) {
	r := s.run(step)
	switch {
	case errors.Is(r.slot.err, errNoValue):
		return nil, 0 // said above
	case r.slot.err != nil:
		return widget.Wrap(widget.Warn, r.slot.err.Error(), width), 0
	case r.shown != nil && r.shown.Batch.Len > 0:
		foot := a.covered(r.hidden)
		height -= len(foot)
		rows := s.rows
		rows.Resize(r.shown.Batch.Len, height-1)
		if r.shown.Batch.Len == 1 && !(resultForm{clock: a.Clock}).fits(r.shown, &rows, width) {
			return append(recordLines(a.Clock, r.shown, !s.below, width, height), foot...), 0
		}
		lines, out := s.rowLines(a.Clock, r, &rows, width, height)
		return append(lines, foot...), out
	case r.shown != nil:
		return []widget.Line{widget.Say(widget.Plain, safe.Sprintf("the query gives no row; %s pins that there is none", a.Keys.hint(pin, onGuide)))}, 0
	case step.Live():
		return []widget.Line{widget.Say(widget.Faint, safe.Own("running ..."))}, 0
	}
	var lines []widget.Line
	if step.Detail != "" {
		lines = widget.Wrap(widget.Plain, flowing(step.Detail), width)
	}
	if step.Elsewhere != "" {
		lines = append(lines, widget.Say(widget.Faint, safe.Own("for another system:")))
		lines = append(lines, widget.Wrap(widget.Plain, step.Elsewhere, width)...)
	}
	return append(lines, a.manualLine()), 0
}

// rowLines are a result's rows. Where they have the focus and do not fit in whole, the one under the cursor is shown a field a cell below.
func (s *guideScreen) rowLines(clock Clock, r *stepRun, rows *widget.List, width, height int) (_ []widget.Line, out int) {
	few := slim(clock, r.shown, r.same, rows, width)
	lines := few.lines(width)
	var record []widget.Line
	if s.below && few.form.cut != inFull {
		record = append([]widget.Line{*new(widget.Line).Rule(width)}, fieldLines(clock, rowAt(r.shown, rows.Cursor), width, 0)...)
	}
	room := max(4, height-len(lines)-len(record))
	head := 1
	if few.form.cut != inFull {
		head = 2
	}
	rows.Resize(r.shown.Batch.Len, max(1, room-head))
	table := resultLines(few.Result, rows, !s.below, few.form, width, room)
	return append(append(lines, table...), record...), r.shown.Batch.Len - rows.Height
}
