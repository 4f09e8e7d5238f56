package tui

import (
	"casebook/engine"
	"casebook/engine/column"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// What a query gave, as a table as wide as its values. Where that is too wide, times lose their year first, then texts their
// middles; numbers and times are never cut: half a number is another number.

// resultLines is a result as a table.
func resultLines(r *engine.Result, list *widget.List, dull bool, left, width, height int) []widget.Line {
	t, short := resultTable(r, list, width)
	t.Dull, t.Left = dull, left
	return t.View(list, func(i int) (widget.Row, bool) {
		if i >= r.Batch.Len {
			return widget.Row{}, false
		}
		cells := make([]widget.Cell, len(r.Columns))
		for c, field := range r.Columns {
			cells[c] = widget.Cell{Text: resultText(field.Type, r.Batch.Columns[c].Value(i), short)}
		}
		return widget.Row{Cells: cells}, true
	}, width, height)
}

// recordLines are the only row of a result, a field a cell, two beside each other: a row of many columns says nothing in a table.
func recordLines(r *engine.Result, dull bool, width int) []widget.Line {
	half := (width - 3) / 2
	lines := make([]widget.Line, (len(r.Columns)+1)/2)
	for i := range lines {
		if i == 0 {
			lines[i].Put(widget.Strong, safe.Own(">  "))
			if !dull {
				lines[i].Base = widget.Current
			}
		} else {
			lines[i].Space(3)
		}
		for _, c := range []int{i, i + len(lines)} {
			if c >= len(r.Columns) {
				continue
			}
			f := r.Columns[c]
			value := valueText(f.Type, r.Batch.Columns[c].Value(0))
			value = value.ClipMiddle(max(leastText, half-leastText-2))
			name := max(1, half-value.Width()-2)
			lines[i].PutIn(widget.Faint, safe.Escape(f.Name).ClipMiddle(name), min(name, half/2), false).Space(1)
			lines[i].Put(widget.Plain, value)
			if c == i {
				lines[i].To(3 + half)
			}
		}
	}
	return lines
}

// fitsTable tells whether a result fits a width as a table without cutting anything.
func fitsTable(r *engine.Result, width int) bool {
	sum := 3 + len(r.Columns)
	one := widget.List{Len: r.Batch.Len, Height: 1}
	for c := range r.Columns {
		sum += resultWidth(r, &one, c, shortTitle, true)
	}
	return sum <= width
}

// resultText is a value of a result; short leaves the year of times away.
func resultText(t column.Type, v any, short bool) safe.Text {
	if ticks, ok := v.(int64); ok && short && t == column.Time {
		return safe.Escape(column.ToTime(ticks).Format("01-02 15:04:05"))
	}
	return valueText(t, v)
}

// resultTable makes columns as wide as what is shown of them, and none wider than its share.
func resultTable(r *engine.Result, list *widget.List, width int) (t widget.Table, short bool) {
	room := width - 3 - len(r.Columns)
	for _, short := range []bool{false, true} {
		title := longTitle
		if short {
			title = shortTitle
		}
		t = widget.Table{}
		sum := 0
		for c, field := range r.Columns {
			w := resultWidth(r, list, c, title, short)
			if !whole(field.Type) {
				w = min(w, max(leastText, width/2))
			}
			sum += w
			t.Columns = append(t.Columns, widget.Column{Title: safe.Escape(field.Name), Width: w, Right: numeric(field.Type), Middle: true})
		}
		if sum <= room {
			return t, short
		}
	}
	for _, title := range []int{shortTitle, leastTitle} {
		shrink(t.Columns, room, func(c int) int {
			if whole(r.Columns[c].Type) {
				return resultWidth(r, list, c, title, true)
			}
			return leastText
		})
	}
	return t, true
}

const (
	// leastText is how narrow a column of texts may get.
	leastText = 8
	// How much of the title of a number or a time is shown: all, a short one, as much as tells it apart.
	longTitle, shortTitle, leastTitle = 80, 9, 5
)

// whole tells whether values of a type are shown whole or not at all.
func whole(t column.Type) bool { return numeric(t) || t == column.Time || t == column.Nanos }

// resultWidth is the width of a column's values in sight and of its title, of which numbers and times show no more than title.
func resultWidth(r *engine.Result, list *widget.List, c, title int, short bool) int {
	from, to := list.Window()
	w := safe.Escape(r.Columns[c].Name).Width()
	if whole(r.Columns[c].Type) {
		w = min(w, title)
	}
	for i := from; i < min(to, r.Batch.Len); i++ {
		w = max(w, resultText(r.Columns[c].Type, r.Batch.Columns[c].Value(i), short).Width())
	}
	return w
}

// shrink takes from the widest columns until all fit, none below its least.
func shrink(columns []widget.Column, width int, least func(int) int) {
	for {
		sum, widest := 0, -1
		for i, c := range columns {
			sum += c.Width
			if c.Width > least(i) && (widest < 0 || c.Width > columns[widest].Width) {
				widest = i
			}
		}
		if sum <= width || widest < 0 {
			return
		}
		columns[widest].Width--
	}
}
