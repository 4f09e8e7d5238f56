package tui

import (
	"slices"

	"casebook/engine"
	"casebook/tui/safe"
	"casebook/tui/why"
	"casebook/tui/widget"
)

// The rows of the console's result as columns: as wide as their values where there is room, and a bar of a figure in what is left over.

// extent is how much room the columns of a result take.
type extent struct {
	widths []int     // where there is little room
	whole  []int     // of the name and the widest value
	peaks  []float64 // of figures that bars can be drawn of, else 0
}

const (
	widestColumn = 44
	measuredRows = 200 // that columns are made as wide as
	shortestBar  = 6
	longestBar   = 24
)

func extentOf(clock Clock, r *engine.Result) extent {
	e := extent{make([]int, len(r.Columns)), make([]int, len(r.Columns)), make([]float64, len(r.Columns))}
	for i, c := range r.Columns {
		e.whole[i] = safe.Escape(c.Name).Width()
		for row := range min(r.Batch.Len, measuredRows) {
			e.whole[i] = max(e.whole[i], clock.text(c.Type, r.Batch.Columns[i].Value(row)).Width())
		}
		e.widths[i] = min(e.whole[i], widestColumn)
		if numeric(c.Type) {
			e.peaks[i] = peakOf(r, i)
		}
	}
	return e
}

// peakOf is the highest of a column's figures; 0 where one of them is below it, or where all are the same.
func peakOf(r *engine.Result, column int) float64 {
	var low, high float64
	for row := range r.Batch.Len {
		n, _ := why.Number(r.Batch.Columns[column].Value(row))
		if row == 0 {
			low = n
		}
		low, high = min(low, n), max(high, n)
	}
	if low < 0 || low == high {
		return 0
	}
	return high
}

// table is the columns from the first that is not scrolled away to the last that has room. What is left over goes to those that are
// cut, then to a bar.
func (s *queryScreen) table(width int) widget.Table {
	t := widget.Table{Focus: s.focus - s.left + 1, Dull: s.editing}
	got := s.answer
	room := width - 3
	for i := s.left; i < len(got.widths) && (room > 8 || i == s.left); i++ {
		c := got.result.Columns[i]
		w := min(got.widths[i], max(room-1, 4))
		shown := widget.Column{Title: safe.Escape(c.Name), Width: w, Right: numeric(c.Type)}
		if !shown.Right {
			shown.Cut = clipValue
		}
		t.Columns = append(t.Columns, shown)
		room -= w + 1
	}
	for i := range t.Columns {
		more := max(0, min(room, got.whole[s.left+i]-t.Columns[i].Width))
		t.Columns[i].Width += more
		room -= more
	}
	if room > shortestBar && s.barred() >= 0 && s.left+len(t.Columns) == len(got.widths) {
		t.Columns = append(t.Columns, widget.Column{Width: min(room-1, longestBar)})
	}
	return t
}

// barred is the column that bars are drawn of: the one with the focus if it can be, else the first that can; -1 for none.
func (s *queryScreen) barred() int {
	if s.answer.peaks[s.focus] > 0 {
		return s.focus
	}
	return slices.IndexFunc(s.answer.peaks, func(peak float64) bool { return peak > 0 })
}

// row is a row for a table of so many columns.
func (s *queryScreen) row(a *App, t *widget.Table, i int) widget.Row {
	r := s.answer.shown
	var cells []widget.Cell
	for k := s.left; k < len(r.Columns) && len(cells) < len(t.Columns); k++ {
		style := widget.Plain
		v := r.Batch.Columns[k].Value(i)
		if v == nil {
			style = widget.Faint
		}
		cells = append(cells, widget.Cell{Style: style, Text: a.Clock.text(r.Columns[k].Type, v)})
	}
	if len(cells) < len(t.Columns) {
		of := s.barred()
		n, _ := why.Number(r.Batch.Columns[of].Value(i))
		bar := widget.Bar(a.Charset, int64(1000*n/s.answer.peaks[of]), 1000, t.Columns[len(cells)].Width)
		cells = append(cells, widget.Cell{Style: widget.Chart, Text: safe.Escape(bar.String())})
	}
	return widget.Row{Cells: cells}
}
