package tui

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// helpScreen lists the keys of the screen it was opened on, out of the table.
type helpScreen struct {
	of   scope
	keys *Keys
	find string
	list widget.List
}

func (a *App) help() tea.Cmd {
	if _, open := a.top().(*helpScreen); open {
		return a.pop()
	}
	return a.push(&helpScreen{of: a.top().scope(), keys: a.Keys})
}

func (h *helpScreen) crumb() safe.Text                 { return safe.Own("help") }
func (h *helpScreen) status(*App) safe.Text            { return safe.Escape(h.find) }
func (h *helpScreen) scope() scope                     { return onHelp }
func (h *helpScreen) read(*App) tea.Cmd                { return nil }
func (h *helpScreen) leave()                           {}
func (h *helpScreen) layout(a *App, width, height int) { h.list.Resize(len(h.rows()), height) }

func (h *helpScreen) rows() []binding {
	var rows []binding
	for _, b := range h.keys.rows() {
		if b.where&h.of == 0 || !offered(b.do) {
			continue
		}
		word := strings.ToLower(h.find)
		if strings.Contains(strings.ToLower(b.help.String()), word) || strings.Contains(strings.Join(b.keys, " "), h.find) {
			rows = append(rows, b)
		}
	}
	return rows
}

func (h *helpScreen) do(a *App, act action) tea.Cmd {
	if move(&h.list, act) {
		return nil
	}
	if act == filter {
		a.askLine(safe.Own("search keys:"), h.find, func(s string) tea.Cmd {
			h.find = s
			return nil
		})
	}
	return nil
}

// helpKeys is the room for keys beside what they do.
const helpKeys = 22

func (h *helpScreen) view(a *App, width, height int) []widget.Line {
	t := widget.Table{Bare: true, Columns: []widget.Column{{Width: helpKeys}, {Width: 20, Grow: 1}}}
	rows := h.rows()
	if len(rows) == 0 {
		return widget.Wrap(widget.Faint, fmt.Sprintf("no key here has to do with %q; / searches for something else, and with nothing shows all", h.find), width)
	}
	return t.View(&h.list, func(i int) (widget.Row, bool) {
		var keys []safe.Text
		for _, k := range rows[i].keys {
			keys = append(keys, keyName(k))
		}
		return widget.Row{Cells: []widget.Cell{{Style: widget.Key, Text: safe.Join(" ", keys...)}, {Text: rows[i].help}}}, true
	}, width, height)
}

// move does the moves that every list has, and tells whether it was one.
func move(l *widget.List, act action) bool {
	switch act {
	case goUp:
		l.Move(-1)
	case goDown:
		l.Move(1)
	case goTop:
		l.Go(0)
	case goBottom:
		l.Go(l.Len - 1)
	case pageUp:
		l.Page(-1)
	case pageDown:
		l.Page(1)
	default:
		return false
	}
	return true
}
