package tui

import (
	"maps"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/engine/syntax"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

func (s *queryScreen) view(a *App, width, height int) []widget.Line {
	edit := s.editorHeight(height)
	lines := s.typing().Editor(width, edit, s.editing)
	lines = append(lines, s.paramLines(a, width)...)
	lines = append(lines, s.outcome(a, width))
	var rule widget.Line
	rule.Rule(width)
	lines = append(lines, rule)
	return append(lines, s.below(a, width, height-len(lines))...)
}

// paramLines say what the parameters of a step's query stand for.
func (s *queryScreen) paramLines(a *App, width int) []widget.Line {
	if len(s.params) == 0 {
		return nil
	}
	var l widget.Line
	l.Space(2)
	names := slices.Sorted(maps.Keys(s.params))
	for i, name := range names {
		v := s.params[name]
		label := safe.Escape("?" + name + " ")
		room := (width-l.Width())/(len(names)-i) - label.Width() - 2
		l.Put(widget.Faint, label).Put(widget.Plain, a.Clock.text(v.Type, v.Value(0)).ClipMiddle(max(leastChip, room))).Space(2)
	}
	return []widget.Line{l}
}

// outcome is one line on how the run went.
func (s *queryScreen) outcome(a *App, width int) widget.Line {
	switch {
	case s.running.busy:
		return widget.Say(widget.Faint, safe.Own("  running; esc stops it"))
	case s.running.err != nil:
		return widget.Say(widget.Bad, safe.Own("  not run"))
	case s.answer == nil:
		return widget.Say(widget.Faint, safe.Own("  tab completes, ctrl+r runs, esc leaves the text").Clip(width))
	}
	r := s.answer.result
	var counts []string
	for _, stage := range r.Stages {
		counts = append(counts, countText(stage.Rows))
	}
	text := strings.Join(counts, " -> ")
	if len(counts) == 0 {
		text = countText(r.Batch.Len)
	}
	var l widget.Line
	l.Put(widget.Strong, safe.Sprintf("  %s %s", text, map[bool]string{true: "row", false: "rows"}[r.Batch.Len == 1]).Clip(width-16))
	l.Put(widget.Faint, safe.Sprintf("   %d ms", s.answer.took.Milliseconds()))
	if s.answer.text != s.typing().String() {
		l.Put(widget.Faint, safe.Own("   (of the text as it was run)"))
	}
	l.PutRight(widget.Faint, safe.Sprintf("%s: the plan", a.Keys.hint(showPlan, onQuery)), width)
	return l
}

// below is what stands under the text: what it can be completed with, its mistakes, its stages or its rows.
func (s *queryScreen) below(a *App, width, height int) []widget.Line {
	switch {
	case len(s.offers.words) > 0:
		return s.offerLines(width, height)
	case s.running.err != nil:
		return mistakes(s.running.err, width, height)
	case s.answer == nil:
		return nil
	case s.plan:
		return s.planLines(width, height)
	}
	r := s.answer.result
	var notes []widget.Line
	for _, text := range r.Notices {
		notes = append(notes, widget.Say(widget.Warn, safe.Escape("note: "+text).Clip(width)))
	}
	for _, w := range r.Warnings {
		notes = append(notes, widget.Say(widget.Warn, safe.Escape("warning: "+w.Text).Clip(width)))
	}
	notes = append(notes[:min(len(notes), 2)], a.covered(s.answer.hidden)...)
	if r.Batch.Len == 0 {
		return append([]widget.Line{widget.Say(widget.Plain, safe.Own("  no row"))}, notes...)
	}
	foot := widget.Say(widget.Faint, s.rowText().Clip(width))
	table := s.table(width)
	lines := table.View(&s.list, func(i int) (widget.Row, bool) { return s.row(a, &table, i), true }, width, max(1, height-1-len(notes)))
	return append(append(lines, notes...), foot)
}

// rowText says what enter does on the row under the cursor.
func (s *queryScreen) rowText() safe.Text {
	r := s.answer.result
	behind := 0
	if at := s.list.Cursor; at < len(r.Events) {
		behind = len(r.Events[at])
	}
	return safe.Sprintf("  %s.  enter = contributing events (%s)", plural(r.Batch.Len, "row"), countText(behind))
}

var planTable = widget.Table{Columns: []widget.Column{{Title: safe.Own("ROWS"), Width: 12, Right: true}, {Title: safe.Own("STAGE"), Width: 20, Grow: 1}}}

func (s *queryScreen) planLines(width, height int) []widget.Line {
	return planTable.View(&s.list, func(i int) (widget.Row, bool) {
		stage := s.answer.result.Stages[i]
		return widget.Row{Cells: []widget.Cell{{Style: widget.Strong, Text: safe.Escape(countText(stage.Rows))}, {Text: safe.Escape(strings.Join(strings.Fields(stage.Text), " "))}}}, true
	}, width, height)
}

func (s *queryScreen) offerLines(width, height int) []widget.Line {
	lines := []widget.Line{widget.Say(widget.Faint, safe.Sprintf("  %s; tab goes through them", plural(len(s.offers.words), "word")))}
	top := max(0, s.offers.at-height+2)
	for i := top; i < len(s.offers.words) && len(lines) < height; i++ {
		w := s.offers.words[i]
		var l widget.Line
		sign, style := safe.Own("  "), widget.Key
		if i == s.offers.at {
			sign = safe.Own("> ")
			l.Base = widget.Current
		}
		l.Put(widget.Strong, sign).PutIn(style, safe.Escape(w.Text), min(34, width/2), false).Space(1)
		l.Put(widget.Faint, safe.Escape(offerDoc(w)).Clip(max(0, width-l.Width())))
		lines = append(lines, l)
	}
	return lines
}

func offerDoc(w engine.Word) string {
	if w.Command {
		return "command"
	}
	return w.Doc
}

// mistakes are all mistakes of a text, each with its line and a caret under the place.
func mistakes(err error, width, height int) []widget.Line {
	found := syntax.Errors(err)
	if len(found) == 0 {
		return widget.Wrap(widget.Bad, err.Error(), width)
	}
	var lines []widget.Line
	for _, e := range found {
		for i, text := range strings.Split(e.Caret(), "\n") {
			style := widget.Plain
			if i == 0 {
				style = widget.Bad
			}
			lines = append(lines, widget.Say(style, safe.Escape(text).Clip(width)))
		}
	}
	return lines[:min(len(lines), height)]
}
