package tui

import (
	"slices"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// What a query gave, as a table as wide as its values. Where that is too wide, its heading takes two lines and times lose their year,
// then the day that they have in common, then texts their middles; numbers and times are never cut: half a number is another number.

// resultLines is a result as a table.
func resultLines(r *engine.Result, list *widget.List, dull bool, form resultForm, width, height int) []widget.Line {
	t := resultTable(r, list, form, width)
	t.Dull = dull
	return t.View(list, func(i int) (widget.Row, bool) {
		if i >= r.Batch.Len {
			return widget.Row{}, false
		}
		cells := make([]widget.Cell, len(r.Columns))
		for c, field := range r.Columns {
			cells[c] = widget.Cell{Text: resultText(field.Type, r.Batch.Columns[c].Value(i), form)}
		}
		return widget.Row{Cells: cells}, true
	}, width, height)
}

// resultForm is how a table shows its times, on which clock, and its heading.
type resultForm struct {
	clock Clock
	cut   cut
}

// cut is how much of times and of the heading is left away.
type cut uint8

const (
	inFull      cut = iota
	withoutYear     // and the heading in two lines
	onlyClock       // of times that have their day in common
)

// recordLines are the only row of a result, with the cursor on it.
func recordLines(clock Clock, r *engine.Result, dull bool, width, height int) []widget.Line {
	lines := fieldLines(clock, r, width-3, height)
	for i := range lines {
		var l widget.Line
		if i == 0 {
			l.Put(widget.Strong, safe.Own(">  "))
			if !dull {
				l.Base = widget.Current
			}
		} else {
			l.Space(3)
		}
		lines[i] = *l.Append(lines[i])
	}
	return lines
}

// fieldLines are a row, a field a line, or two beside each other where there are not lines enough: a row of many columns says nothing
// in a table.
func fieldLines(clock Clock, r *engine.Result, width, height int) []widget.Line {
	var short, prose []int
	for c, f := range r.Columns {
		if f.Type == column.Text {
			prose = append(prose, c)
		} else {
			short = append(short, c)
		}
	}
	half := width / 2
	lines := make([]widget.Line, (len(short)+1)/2)
	if len(short)+len(prose)*proseLines <= height {
		half, lines = width, make([]widget.Line, len(short))
	}
	names := make([]string, len(r.Columns))
	for c, f := range r.Columns {
		names[c] = f.Name
	}
	if slices.ContainsFunc(names, func(name string) bool { return safe.Escape(name).Width() > min(half/2, longestName) }) {
		names = shortNames(r.Columns)
	}
	for i := range lines {
		for _, at := range []int{i, i + len(lines)} {
			if at >= len(short) {
				continue
			}
			c := short[at]
			value := clipValue(clock.text(r.Columns[c].Type, r.Batch.Columns[c].Value(0)), max(leastText, half-leastText-2))
			name := max(1, half-value.Width()-2)
			lines[i].PutIn(widget.Faint, safe.Escape(names[c]).ClipMiddle(name), min(name, half/2, longestName), false).Space(1)
			lines[i].Put(widget.Plain, value)
			if at == i && half < width {
				lines[i].To(half)
			}
		}
	}
	for _, c := range prose {
		value := clock.text(column.Text, r.Batch.Columns[c].Value(0))
		for n := range proseLines {
			var l widget.Line
			part, rest := value.Split(width - proseName - 1)
			switch {
			case n > 0:
				l.Space(proseName)
			default:
				l.PutIn(widget.Faint, safe.Escape(names[c]).ClipMiddle(proseName), proseName, false)
			}
			if n == proseLines-1 {
				part = value.Clip(width - proseName - 1)
			}
			lines = append(lines, *l.Space(1).Put(widget.Plain, part))
			if value = rest; rest.Width() == 0 {
				break
			}
		}
	}
	return lines
}

// proseLines is how many lines a text has in a row that is shown a field a cell, and proseName the room for its name.
const proseLines, proseName = 3, 10

// longestName is how much room the name of a field has beside its value.
const longestName = 30

// fits tells whether a result fits a width in a form without anything cut.
func (f resultForm) fits(r *engine.Result, list *widget.List, width int) bool {
	sum := 3 + len(r.Columns)
	for c := range r.Columns {
		sum += resultWidth(r, list, c, f)
	}
	return sum <= width+1
}

// resultText is a value of a result.
func resultText(t column.Type, v any, form resultForm) safe.Text {
	if ticks, ok := v.(int64); ok && form.cut != inFull && t == column.Time {
		switch {
		case form.cut == onlyClock: // the zone is said with the day
			return safe.Escape(form.clock.bareTick(ticks, clockForm))
		case form.clock.In(column.ToTime(ticks)).Year() != form.clock.year:
			return form.clock.text(t, v)
		case form.clock.utc():
			return safe.Escape(form.clock.bareTick(ticks, dayForm))
		}
		return safe.Escape(form.clock.FullTick(ticks, dayForm))
	}
	return form.clock.text(t, v)
}

// resultTable makes columns as wide as what is shown of them, and none wider than its share.
func resultTable(r *engine.Result, list *widget.List, form resultForm, width int) widget.Table {
	room := width - 3 - len(r.Columns) + 1
	t := widget.Table{Tall: form.cut != inFull}
	for c, field := range r.Columns {
		col := widget.Column{Title: safe.Escape(field.Name), Width: resultWidth(r, list, c, form), Right: numeric(field.Type)}
		if field.Type != column.Text { // of what was said, the beginning
			col.Cut = clipValue
		}
		t.Columns = append(t.Columns, col)
	}
	for _, least := range []int{leastText, leastTitle} {
		shrink(t.Columns, room, func(c int) int {
			if whole(r.Columns[c].Type) {
				values := resultValues(r, list, c, form)
				if least == leastText {
					return max(values, titleWidth(r.Columns[c].Name, form))
				}
				return max(values, leastTitle)
			}
			if least == leastText && r.Columns[c].Type == column.Text {
				return leastProse
			}
			return max(leastText, min(titleWidth(r.Columns[c].Name, form), 2*leastText))
		})
	}
	shrink(t.Columns, room, func(c int) int {
		if whole(r.Columns[c].Type) {
			return t.Columns[c].Width
		}
		return leastTitle
	})
	return t
}

const (
	// leastText is how narrow a column of texts may get while titles have room, leastProse one of prose, leastTitle how narrow any
	// column may.
	leastText, leastProse, leastTitle = 8, 24, 5
)

// whole tells whether values of a type are shown whole or not at all.
func whole(t column.Type) bool { return numeric(t) || t == column.Time || t == column.Nanos }

// resultWidth is the width of a column's values in sight and of its title.
func resultWidth(r *engine.Result, list *widget.List, c int, form resultForm) int {
	return max(titleWidth(r.Columns[c].Name, form), resultValues(r, list, c, form))
}

func resultValues(r *engine.Result, list *widget.List, c int, form resultForm) int {
	from, to := list.Window()
	w := 1
	for i := from; i < min(to, r.Batch.Len); i++ {
		w = max(w, resultText(r.Columns[c].Type, r.Batch.Columns[c].Value(i), form).Width())
	}
	return w
}

// titleWidth is the width of a title as a form shows it.
func titleWidth(name string, form resultForm) int {
	if form.cut == inFull {
		return safe.Escape(name).Width()
	}
	first, second := widget.Break(name)
	return max(safe.Escape(first).Width(), safe.Escape(second).Width())
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
