package tui

import (
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// pastQueries are the queries of one language that were run before, newest first.
type pastQueries struct {
	language engine.Language
	all      []string
	find     string
	list     widget.List
}

func newPastQueries(a *App, language engine.Language) *pastQueries {
	all := slices.Clone(a.past("query " + string(language)).lines)
	slices.Reverse(all)
	return &pastQueries{language: language, all: all}
}

func (s *pastQueries) crumb() safe.Text             { return safe.Own("history") }
func (s *pastQueries) scope() scope                 { return onPastQueries }
func (s *pastQueries) read(*App) tea.Cmd            { return nil }
func (s *pastQueries) leave()                       {}
func (s *pastQueries) layout(a *App, _, height int) { s.list.Resize(len(s.shown()), height) }
func (s *pastQueries) status(*App) safe.Text        { return safe.Escape(plural(len(s.shown()), "query")) }

func (s *pastQueries) shown() []string {
	return slices.DeleteFunc(slices.Clone(s.all), func(q string) bool { return !strings.Contains(strings.ToLower(q), strings.ToLower(s.find)) })
}

func (s *pastQueries) do(a *App, act action) tea.Cmd {
	if move(&s.list, act) {
		return nil
	}
	shown := s.shown()
	switch {
	case act == filter:
		a.askLine(safe.Own("queries with:"), s.find, func(text string) tea.Cmd { s.find = text; return nil })
	case s.list.Cursor >= len(shown):
		return nil
	case act == copyValue:
		return a.copy(shown[s.list.Cursor])
	case act == drill:
		fresh := newQuery(s.language, shown[s.list.Cursor])
		fresh.editing = true
		stack := a.here()
		if console, ok := stack.stack[len(stack.stack)-2].(*queryScreen); ok {
			fresh.alert, fresh.step, fresh.params, fresh.asOf = console.alert, console.step, console.params, console.asOf
		}
		stack.stack = append(stack.stack[:len(stack.stack)-2], fresh)
		return a.visit(stack)
	}
	return nil
}

func (s *pastQueries) view(_ *App, width, height int) []widget.Line {
	shown := s.shown()
	if len(shown) == 0 {
		return []widget.Line{widget.Blank(), widget.Say(widget.Plain, safe.Own("   no query has been run yet in this language"))}
	}
	t := widget.Table{Bare: true, Columns: []widget.Column{{Width: 20, Grow: 1}}}
	return t.View(&s.list, func(i int) (widget.Row, bool) {
		return widget.Row{Cells: []widget.Cell{{Text: safe.Escape(strings.Join(strings.Fields(shown[i]), " "))}}}, true
	}, width, height)
}
