package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// linkRow is a line of a page; where it leads somewhere, Enter goes there. Of is the value that it shows, if any.
type linkRow struct {
	line widget.Line
	open func(*App) tea.Cmd
	of   value
}

// links is a page of lines with a cursor. It is made anew, in a width, whenever what it shows may have changed.
type links struct {
	list widget.List
	rows []linkRow
	seen bool // the cursor was put on the first line that leads somewhere
}

func plainRows(lines ...widget.Line) []linkRow {
	rows := make([]linkRow, len(lines))
	for i, l := range lines {
		rows[i].line = l
	}
	return rows
}

// linkGutter is the cursor's place.
const linkGutter = 2

// set shows other rows. ready says that they are all there: the cursor is then put on the first that leads somewhere, once, if
// that is in sight.
func (p *links) set(rows []linkRow, height int, ready bool) {
	p.rows = rows
	p.list.Resize(len(rows), max(1, height))
	if p.seen || !ready {
		return
	}
	p.seen = true
	for i, r := range rows {
		if r.open != nil && i < height && p.list.Cursor == 0 {
			p.list.Go(i)
			return
		}
	}
}

// leads tells whether the line under the cursor leads somewhere.
func (p *links) leads() bool { return p.list.Cursor < len(p.rows) && p.rows[p.list.Cursor].open != nil }

func (p *links) drill(a *App) tea.Cmd {
	if p.leads() {
		return p.rows[p.list.Cursor].open(a)
	}
	return nil
}

// value is what the line under the cursor shows.
func (p *links) value() value {
	if p.list.Cursor < len(p.rows) {
		return p.rows[p.list.Cursor].of
	}
	return value{}
}

func (p *links) view(height int) []widget.Line {
	from, to := p.list.Window()
	lines := make([]widget.Line, 0, max(0, height))
	for i := from; i < min(to, len(p.rows)); i++ {
		var l widget.Line
		cursor := safe.Own("  ")
		if i == p.list.Cursor {
			cursor = safe.Own("> ")
			l.Base = widget.Current
		}
		l.Put(widget.Strong, cursor).Append(p.rows[i].line)
		lines = append(lines, l)
	}
	return lines
}
