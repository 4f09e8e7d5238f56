package tui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/widget"
)

// reel is the part of a long list that is around the cursor. Pages are read behind or before a row, never by number, so that a
// list of a million rows costs what is near the cursor wherever that is: the end is as near as the beginning.
type reel[T any] struct {
	rows       []T
	head, tail bool // rows begin with the list's first, end with its last
	first      *T   // the row that the list is read about at first, and the line of the window that it stood in; nil for none
	line       int
	reading    slot
}

// pager reads up to limit rows behind one (nil: from the first), or, backwards, before one (nil: from the last), nearest first.
type pager[T any] func(ctx context.Context, from *T, backwards bool, limit int) ([]T, error)

const (
	pageSize = 256
	mostKept = 12 * pageSize
)

// place is the row that the cursor is on, or is to come to, and its line in the window; nil where there is none.
func (r *reel[T]) place(list *widget.List) (row *T, line int) {
	if at, ok := r.at(list.Cursor); ok {
		return &at, list.Cursor - list.Top
	}
	return r.first, r.line
}

func (r *reel[T]) at(i int) (row T, ok bool) {
	if i < 0 || i >= len(r.rows) {
		return row, false
	}
	return r.rows[i], true
}

// stretch is what a read around a row gave.
type stretch[T any] struct {
	before, behind []T
	head, tail     bool
}

// around reads the list anew where a row stood: the cursor comes to the row, or, where that is no more, to the one that follows.
// Without a row it is the beginning, or, from the end, the last row.
func (r *reel[T]) around(a *App, list *widget.List, read pager[T], row *T, fromEnd bool, then func() tea.Cmd) tea.Cmd {
	offset := list.Cursor - list.Top
	if len(r.rows) == 0 {
		offset = r.line
	}
	if row != nil {
		copied := *row
		row = &copied
	}
	asked := list.Cursor
	return ask(a, &r.reading, func(ctx context.Context) (stretch[T], error) {
		var s stretch[T]
		var err error
		if row != nil || fromEnd {
			if s.before, err = read(ctx, row, true, pageSize); err != nil {
				return s, err
			}
			slices.Reverse(s.before)
			s.head = len(s.before) < pageSize
		}
		if fromEnd {
			s.tail = true
			return s, nil
		}
		var from *T
		if n := len(s.before); n > 0 {
			from = &s.before[n-1]
		}
		s.head = s.head || from == nil
		s.behind, err = read(ctx, from, false, pageSize)
		s.tail = len(s.behind) < pageSize
		return s, err
	}, func(s stretch[T]) tea.Cmd {
		if len(r.rows) > 0 {
			offset = list.Cursor - list.Top // moved on in the rows there were
		}
		r.rows = append(s.before, s.behind...)
		r.head, r.tail = s.head, s.tail
		at := len(s.before)
		switch {
		case fromEnd:
			at--
		case row != nil:
			at += list.Cursor - asked
		}
		list.Len, list.Top = len(r.rows), at-offset
		list.Go(at)
		return then()
	})
}

// fill reads on where the window has come near an end of what is kept.
func (r *reel[T]) fill(a *App, list *widget.List, read pager[T], then func() tea.Cmd) tea.Cmd {
	if r.reading.busy || len(r.rows) == 0 {
		return nil
	}
	from, to := list.Window()
	switch {
	case !r.tail && to+pageSize/2 > len(r.rows):
		last := r.rows[len(r.rows)-1]
		return ask(a, &r.reading, func(ctx context.Context) ([]T, error) { return read(ctx, &last, false, pageSize) },
			func(rows []T) tea.Cmd {
				r.tail = len(rows) < pageSize
				r.rows = append(r.rows, rows...)
				if drop := len(r.rows) - mostKept; drop > 0 {
					r.rows, r.head = slices.Delete(r.rows, 0, drop), false
					shift(list, -drop)
				}
				list.Len = len(r.rows)
				return then()
			})
	case !r.head && from < pageSize/2:
		first := r.rows[0]
		return ask(a, &r.reading, func(ctx context.Context) ([]T, error) { return read(ctx, &first, true, pageSize) },
			func(rows []T) tea.Cmd {
				r.head = len(rows) < pageSize
				slices.Reverse(rows)
				r.rows = append(rows, r.rows...)
				if len(r.rows) > mostKept {
					r.rows, r.tail = r.rows[:mostKept], false
				}
				shift(list, len(rows))
				list.Len = len(r.rows)
				return then()
			})
	}
	return nil
}

// shift keeps the window on its rows when n rows came before them, or, for less than none, went.
func shift(list *widget.List, n int) {
	list.Cursor = max(0, list.Cursor+n)
	list.Top = max(0, list.Top+n)
}

// move does the moves of lists; to an end that is not kept it reads that end.
func (r *reel[T]) move(a *App, list *widget.List, act action, read pager[T], then func() tea.Cmd) (cmd tea.Cmd, moved bool) {
	switch {
	case act == goTop && !r.head:
		list.Top = list.Cursor
		return r.around(a, list, read, nil, false, then), true
	case act == goBottom && !r.tail:
		list.Top = list.Cursor - list.Height + 1
		return r.around(a, list, read, nil, true, then), true
	case move(list, act):
		return tea.Batch(r.fill(a, list, read, then), then()), true
	}
	return nil, false
}
