package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// The texts that a rule had, and what each changed of the one before it: an alert of last month was raised by the rule as it was then.

// ruleVersion is a text that a rule had, and how much it changed of the one before it.
type ruleVersion struct {
	store.RuleVersion
	lines   int
	changed string
}

// versionsOf counts what each version changed.
func versionsOf(texts []store.RuleVersion) []ruleVersion {
	list := make([]ruleVersion, len(texts))
	for i, t := range texts {
		list[i] = ruleVersion{t, len(linesOf(t.Text)), "-"}
		if i+1 == len(texts) {
			break
		}
		counts := map[byte]int{}
		for _, l := range changedLines(texts[i+1].Text, t.Text) {
			counts[l.sign]++
		}
		list[i].changed = fmt.Sprintf("+%d -%d", counts['+'], counts['-'])
	}
	return list
}

var versionsTable = widget.Table{Columns: []widget.Column{
	{Title: safe.Own("SINCE (UTC)"), Width: len(Minutes), Least: len(Minutes)}, {Title: safe.Own("BY"), Width: 8, Grow: 1}, {Title: safe.Own("HOW"), Width: 9, Spare: 2},
	{Title: safe.Own("LINES"), Width: 5, Right: true, Spare: 3}, {Title: safe.Own("CHANGED"), Width: 12}, {Title: safe.Own("SHA-256"), Width: 12, Spare: 4},
}}

func (s *ruleScreen) versionLines(a *App, width, height int) []widget.Line {
	if len(s.texts) == 0 {
		return widget.Wrap(widget.Faint, "it has not run yet, and nobody added it: the text is casebook's own", width)
	}
	return a.Clock.table(versionsTable).View(&s.lists[ruleVersions], func(i int) (widget.Row, bool) {
		v := &s.texts[i]
		how := "first ran"
		if v.Added {
			how = "added"
		}
		return widget.Row{Marked: i == 0, Cells: []widget.Cell{{Text: safe.Escape(a.Clock.bare(v.Since, Minutes))}, {Text: safe.Escape(v.Actor)}, {Text: safe.Escape(how)},
			{Text: safe.Escape(shortCount(v.lines))}, {Text: safe.Escape(v.changed)}, {Style: widget.Faint, Text: safe.Sprintf("%x", v.SHA256[:6])}}}, true
	}, width, height)
}

// versionScreen is what one version of a rule's text changed of the one before it.
type versionScreen struct {
	texts   []ruleVersion
	at      int
	changes []changedLine
	all     bool // also what was not changed
	list    widget.List

	comparing slot
}

func (s *versionScreen) crumb() safe.Text { return safe.Sprintf("version %d", len(s.texts)-s.at) }
func (s *versionScreen) scope() scope     { return onVersion }
func (s *versionScreen) leave()           { s.comparing.stop() }

func (s *versionScreen) read(a *App) tea.Cmd {
	before, after := "", s.texts[s.at].Text
	if s.at+1 < len(s.texts) {
		before = s.texts[s.at+1].Text
	}
	return ask(a, &s.comparing, func(context.Context) ([]changedLine, error) { return changedLines(before, after), nil }, func(changes []changedLine) tea.Cmd {
		s.changes = changes
		return nil
	})
}

func (s *versionScreen) status(a *App) safe.Text {
	v := &s.texts[s.at]
	return safe.Sprintf("%d of %d  %s  %s", len(s.texts)-s.at, len(s.texts), v.Actor, a.Clock.Full(v.Since, Minutes))
}

func (s *versionScreen) layout(_ *App, width, height int) {
	s.list.Resize(len(s.lines(width)), max(1, height))
}

func (s *versionScreen) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return nil
	}
	to := s.at
	switch act {
	case nextPane, prevPane:
		s.all, s.list = !s.all, widget.List{}
		return nil
	case copyValue:
		return a.copy(s.texts[s.at].Text)
	case nextItem:
		to++
	case prevItem:
		to--
	default:
		return nil
	}
	if to < 0 || to >= len(s.texts) {
		a.warn("no more versions in that direction")
		return nil
	}
	return a.swap(&versionScreen{texts: s.texts, at: to, all: s.all})
}

func (s *versionScreen) view(_ *App, width, _ int) []widget.Line {
	return scrolled(s.lines(width), &s.list)
}

// aroundChange is how many lines that are the same stand around those that were changed.
const aroundChange = 3

func (s *versionScreen) lines(width int) []widget.Line {
	switch {
	case s.at+1 == len(s.texts):
		return append([]widget.Line{widget.Say(widget.Faint, safe.Own("the first text that is kept: nothing to compare it with"))}, signedLines(s.changes, width)...)
	case s.all:
		return signedLines(s.changes, width)
	}
	return signedLines(nearChanges(s.changes), width)
}

// signedLines are lines with what became of them before each.
func signedLines(changes []changedLine, width int) []widget.Line {
	var lines []widget.Line
	for _, c := range changes {
		style := widget.Plain
		switch c.sign {
		case '+':
			style = widget.Good
		case '-':
			style = widget.Bad
		case '.':
			lines = append(lines, widget.Say(widget.Faint, safe.Sprintf("  ... %s the same", plural(c.count, "line"))))
			continue
		}
		for i, l := range widget.Wrap(style, strings.TrimRight(c.text, "\r"), max(1, width-2)) {
			var line widget.Line
			mark := safe.Own("  ")
			if i == 0 {
				mark = safe.Sprintf("%c ", c.sign)
			}
			line.Put(style, mark).Append(l)
			lines = append(lines, line)
		}
	}
	return lines
}
