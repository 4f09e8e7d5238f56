package tui

import (
	"fmt"
	"strings"

	"casebook/store"
	"casebook/tui/report"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

func unknownFormat(path string) error {
	return fmt.Errorf("a report's name ends in .md, .html, .json or .zip, not as %q does", path)
}

func (s *caseScreen) view(a *App, width, height int) []widget.Line {
	switch {
	case s.reading.err != nil:
		return widget.Wrap(widget.Bad, s.reading.err.Error(), width)
	case s.r.Case.ID == 0:
		return []widget.Line{widget.Say(widget.Faint, safe.Own("..."))}
	}
	c := &s.r.Case
	var title, rule widget.Line
	title.Put(widget.Strong, safe.Sprintf("%s  %s", c.Name(), c.Title).ClipMiddle(width))
	questions, answered := s.r.Questions()
	counts := [len(caseParts)]string{partCaseAlerts: fmt.Sprintf("(%d)", len(s.r.Alerts)), partPins: fmt.Sprintf("(%d)", len(s.r.Pins)),
		partQuestions: fmt.Sprintf(" %d/%d", answered, len(questions)), partEntities: fmt.Sprintf("(%d)", len(s.r.Entities)), partAudit: fmt.Sprintf("(%d)", len(s.r.Log))}
	rule.Rule(width)
	lines := []widget.Line{title, tabLine(caseParts[:], counts[:], s.part, width), rule}
	return append(lines, s.partLines(a, width, height-len(lines))...)
}

func (s *caseScreen) partLines(a *App, width, height int) []widget.Line {
	list := &s.lists[s.part]
	switch s.part {
	case partCaseAlerts:
		return orNothing(len(s.r.Alerts), "no alert is in it: m in the alerts puts one into a case", func() []widget.Line {
			return a.Clock.table(relatedTable).View(list, func(i int) (widget.Row, bool) { return relatedRow(a, s.r.Alerts[i].Alert), true }, width, height)
		})
	case partPins:
		return orNothing(len(s.r.Pins), "no evidence yet: p pins an event of an alert or a timeline, or the rows of a guide's step", func() []widget.Line { return s.pinLines(a, list, width, height) })
	case partQuestions:
		questions, _ := s.r.Questions()
		return orNothing(len(questions), "its alerts bring no questions", func() []widget.Line {
			return s.questionLines(questions, list, width, height)
		})
	case partEntities:
		return orNothing(len(s.r.Entities), "its alerts name nobody", func() []widget.Line {
			return entityTable.View(list, func(i int) (widget.Row, bool) { return caseEntityRow(&s.r.Entities[i]), true }, width, height)
		})
	case partAudit:
		return scrolled(entryLines(a, s.r.Log, s.r.EntryText, width), list)
	}
	if s.draft != nil {
		return s.writing(a, width, height)
	}
	return s.story.view(height)
}

func orNothing(n int, text string, lines func() []widget.Line) []widget.Line {
	if n == 0 {
		return []widget.Line{widget.Say(widget.Faint, safe.Escape(text))}
	}
	return lines()
}

var questionTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("ALERT"), Width: 5}, {Title: safe.Own("QUESTION"), Width: 30, Grow: 4}, {Title: safe.Own("ANSWER"), Width: 8, Grow: 1},
	{Title: safe.Own("ROWS"), Width: 5, Right: true, Spare: 1}, {Title: safe.Own("EV"), Width: 4, Right: true, Spare: 2}, {Title: safe.Own("BY"), Width: 8, Spare: 3},
}}

// questionDetail is how many lines say the question under the cursor and its answer in full.
const questionDetail = 5

func (s *caseScreen) questionLines(questions []report.Question, list *widget.List, width, height int) []widget.Line {
	lines := questionTable.View(list, func(i int) (widget.Row, bool) { return questionRow(&questions[i]), true }, width, max(1, height-questionDetail))
	q := &questions[min(list.Cursor, len(questions)-1)]
	var rule widget.Line
	rule.Rule(width)
	detail := append([]widget.Line{rule}, widget.Wrap(widget.Strong, q.Step.Text, width)...)
	if q.Answered() {
		detail = append(detail, widget.Wrap(widget.Plain, report.AnswerText(q.Answer), width)...)
	}
	return append(lines, widget.Fill(detail, questionDetail)...)
}

func questionRow(q *report.Question) widget.Row {
	style := widget.Plain
	if q.Answered() {
		style = widget.Good
	}
	rows, events := "-", "-"
	if q.Answer.Rows.Valid {
		rows = shortCount(q.Answer.Rows.Int64)
	}
	if n := len(q.Answer.Pinned); n > 0 {
		events = shortCount(n)
	}
	return widget.Row{Cells: []widget.Cell{{Text: safe.Sprintf("#%d", q.Alert)}, {Text: safe.Escape(q.Step.Text)}, {Style: style, Text: safe.Escape(report.AnswerText(q.Answer))},
		{Text: safe.Escape(rows)}, {Text: safe.Escape(events)}, {Style: widget.Faint, Text: safe.Escape(q.Answer.Actor)}}}
}

var entityTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("KIND"), Width: 11}, {Title: safe.Own("VALUE"), Width: 30, Grow: 1, Cut: clipEntity}, {Title: safe.Own("EVENTS"), Width: 7, Right: true},
}}

func caseEntityRow(e *report.Entity) widget.Row {
	return widget.Row{Cells: []widget.Cell{{Text: safe.Escape(e.Kind)}, {Style: widget.Pivot, Text: safe.Escape(e.Value)}, {Text: safe.Escape(shortCount(e.Events))}}}
}

var pinTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("PIN"), Width: 4}, {Title: safe.Own("WHAT"), Width: 30, Grow: 3}, {Title: safe.Own("NOTE"), Width: 12, Grow: 2}, {Title: safe.Own("BY"), Width: 8, Spare: 1},
}}

// pinDetail is how many lines say more of the piece of evidence under the cursor.
const pinDetail = 5

func (s *caseScreen) pinLines(a *App, list *widget.List, width, height int) []widget.Line {
	lines := pinTable.View(list, func(i int) (widget.Row, bool) { return s.pinRow(a, &s.r.Pins[i]), true }, width, max(1, height-pinDetail))
	var rule widget.Line
	rule.Rule(width)
	p := &s.r.Pins[min(list.Cursor, len(s.r.Pins)-1)]
	detail := []widget.Line{rule}
	say := func(text string) { detail = append(detail, widget.Say(widget.Plain, safe.Escape(text).Clip(width))) }
	say(fmt.Sprintf("%s  pinned by %s %s  sha256 %x", p.Name(), p.Actor, a.Clock.Full(p.At, Minutes), p.SHA256))
	if p.Row != nil {
		say(fmt.Sprintf("%s  line %d  %s", baseName(p.Row.File), p.Row.Line, p.Row.RequestID))
	}
	if p.Result != nil {
		say(strings.Join(strings.Fields(p.Result.Query), " "))
		say(fmt.Sprintf("as-of %s  %s of %s", a.Clock.FullTick(p.Result.AsOf, Seconds), plural(p.Result.Count, "row"), plural(p.Result.Events, "event")))
	}
	if text := s.found[p.ID]; text != "" {
		say(text)
	}
	return append(lines, widget.Fill(detail, pinDetail)...)
}

// stepText is the question of a step of an alert's guide, or its key where the guide is not at hand.
func (s *caseScreen) stepText(alert int64, step string) string {
	questions, _ := s.r.Questions()
	for _, q := range questions {
		if q.Alert == alert && q.Step.Key == step {
			return q.Step.Text
		}
	}
	return orDash(step)
}

// pinText says what a piece of evidence is.
func (s *caseScreen) pinText(a *App, p *report.Pin) safe.Text {
	switch {
	case p.Row != nil:
		outcome, _ := outcomeOf(p.Row)
		return safe.Join("  ", safe.Escape(a.Clock.inList(p.Row.When())), shortAction(p.Row.Action), shortModel(p.Row.Model), outcome, safe.Escape(shortEntity(p.Row.User)))
	case p.Kind == store.PinQuery:
		return safe.Sprintf("%s: %s", plural(p.Result.Count, "row"), s.stepText(p.Alert, p.Step))
	}
	return safe.Sprintf("event %d, which is not in the store any more", p.Event)
}

func (s *caseScreen) pinRow(a *App, p *report.Pin) widget.Row {
	note := p.Note
	style := widget.Plain
	if answer := s.r.Answer(p); note == "" && answer != nil {
		note = report.AnswerText(*answer)
	} else if note == "" {
		note, style = "no note (n)", widget.Faint
	}
	return widget.Row{Cells: []widget.Cell{{Style: widget.Strong, Text: safe.Escape(p.Name())}, {Text: s.pinText(a, p)}, {Style: style, Text: safe.Escape(note)}, {Style: widget.Faint, Text: safe.Escape(p.Actor)}}}
}
