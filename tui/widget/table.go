package widget

import (
	"strings"

	"casebook/tui/safe"
)

// Column is a column of a table.
type Column struct {
	Title safe.Text
	// Width is what it takes at least; Grow is its share of what is left over.
	Width, Grow int
	Right       bool
	// Cut makes values that are too wide fit; without one they lose their ends.
	Cut func(text safe.Text, width int) safe.Text
	// Spare columns go first where there is no room, the highest number first; 0 never goes.
	Spare int
	// Least is how narrow a text may be made that says nothing when it is shorter; others go down to shortestText.
	Least int
}

// Cell is a value in a row.
type Cell struct {
	Style Style
	Text  safe.Text
}

// Row is a row of a table.
type Row struct {
	Cells  []Cell
	Marked bool
	// Alarming rows have a "!" in place of the mark: what is wrong with them stands in a column that may have no room.
	Alarming bool
	// Across, where given, is drawn in place of the cells: a fold, a gap, a heading.
	Across *Line
}

// TableRow says what a line of a table draws, for those who read it aloud rather than by its columns.
type TableRow struct {
	Table   *Table
	Place   int // in the list
	First   int // the place of the first row that is shown
	Row     Row
	Current bool // the cursor is on it
}

// Table draws rows in columns under a heading. Rows are asked for only where they are shown.
type Table struct {
	Columns []Column
	// Bare tables have no heading; Tall ones have one of two lines, and long titles are broken.
	Bare, Tall bool
	// Dull tables do not have the focus: their cursor is drawn without its bar.
	Dull bool
	// Left is how many columns are scrolled away at the left.
	Left int
	// Focus is the column that has the focus, counted from 1; a ">" stands before its title.
	Focus int
}

const gutter = 3 // ">" for the cursor, "*" for a mark or "!" for an alarm, a space

// HeadHeight is how many lines the heading takes.
func (t *Table) HeadHeight() int {
	switch {
	case t.Bare:
		return 0
	case t.Tall:
		return 2
	}
	return 1
}

// Break is a title in two lines, as even as its words allow; a title of one word is the second.
func Break(title string) (first, second string) {
	second = title
	for i := 1; i < len(title); i++ {
		before, at := title[i-1], title[i]
		if strings.IndexByte("_. -", before) >= 0 || before >= 'a' && before <= 'z' && at >= 'A' && at <= 'Z' {
			if widest(title[:i], title[i:]) < widest(first, second) {
				first, second = title[:i], title[i:]
			}
		}
	}
	return first, second
}

func widest(a, b string) int { return max(safe.Escape(a).Width(), safe.Escape(b).Width()) }

// View is the table in a width and height. row gives the row at a place, or none while it is still being read.
func (t *Table) View(list *List, row func(i int) (Row, bool), width, height int) []Line {
	columns, widths := t.fit(width - gutter)
	lines := make([]Line, 0, height)
	switch {
	case t.Bare:
	case t.Tall:
		lines = append(lines, t.head(columns, widths, func(title string) string { first, _ := Break(title); return first }),
			t.head(columns, widths, func(title string) string { _, second := Break(title); return second }))
	default:
		lines = append(lines, t.head(columns, widths, nil))
	}
	from, to := list.Window()
	for i := from; i < to && len(lines) < height; i++ {
		r, ok := row(i)
		l := t.row(r, ok, i == list.Cursor, columns, widths)
		if ok {
			l.row = &TableRow{Table: t, Place: i, First: from, Row: r, Current: i == list.Cursor}
		}
		lines = append(lines, l)
	}
	return Fill(lines, height)
}

// head is a line of the heading: titles, or the part of them that stands in it.
func (t *Table) head(columns []int, widths []int, part func(string) string) Line {
	var l Line
	l.Space(gutter - 1)
	for i, c := range columns {
		style := Faint
		if c+1 == t.Focus {
			style = Strong
			l.Put(Strong, safe.Own(">"))
		} else {
			l.Space(1)
		}
		title := t.Columns[c].Title
		if part != nil {
			title = safe.Escape(part(title.String()))
		}
		l.PutIn(style, title, widths[i], t.Columns[c].Right)
	}
	return l
}

func (t *Table) row(r Row, ok, current bool, columns, widths []int) Line {
	var l Line
	cursor, mark := safe.Own(" "), safe.Own(" ")
	if current {
		cursor = safe.Own(">")
		if !t.Dull {
			l.Base = Current
		}
	}
	style := Marked
	switch {
	case r.Marked:
		mark = safe.Own("*")
	case r.Alarming:
		mark, style = safe.Own("!"), Warn
	}
	l.Put(Strong, cursor).Put(style, mark).Space(1)
	switch {
	case !ok:
		l.Put(Faint, safe.Own("..."))
		return l
	case r.Across != nil:
		l.Append(*r.Across)
		return l
	}
	for i, c := range columns {
		if i > 0 {
			l.Space(1)
		}
		if c >= len(r.Cells) {
			l.Space(widths[i])
			continue
		}
		cell := r.Cells[c]
		if cut := t.Columns[c].Cut; cut != nil {
			cell.Text = cut(cell.Text, widths[i])
		}
		l.PutIn(cell.Style, cell.Text, widths[i], t.Columns[c].Right)
	}
	return l
}

// fit picks the columns that have room and their widths. Where spare columns are gone and it is still too narrow, texts are cut, and then
// columns go from the last on: a figure is shown whole or not at all.
func (t *Table) fit(width int) (columns, widths []int) {
	for i := range t.Columns {
		if i >= t.Left || t.Columns[i].Spare == 0 && t.Left < len(t.Columns) && i < 1 {
			columns = append(columns, i)
		}
	}
	for {
		need, slack, drop, last := -1, 0, -1, -1
		for at, c := range columns {
			need += t.Columns[c].Width + 1
			slack += t.Columns[c].Width - t.Columns[c].least()
			if s := t.Columns[c].Spare; s > 0 && (drop < 0 || s >= t.Columns[columns[drop]].Spare) {
				drop = at
			}
			if at > 0 && c+1 != t.Focus {
				last = at
			}
		}
		if drop < 0 && need-slack > width {
			drop = last
		}
		if need <= width || drop < 0 {
			return columns, t.grow(columns, width-need)
		}
		columns = append(columns[:drop:drop], columns[drop+1:]...)
	}
}

// shortestText is what texts are cut to before their columns go.
const shortestText = 4

// least is how narrow a column may be made.
func (c *Column) least() int {
	if c.Right {
		return c.Width
	}
	return min(c.Width, max(c.Least, shortestText))
}

// grow shares what is left over; what is missing is taken from the widest texts, so that a short one beside a long one stays legible.
func (t *Table) grow(columns []int, left int) []int {
	widths := make([]int, len(columns))
	shares := 0
	for at, c := range columns {
		widths[at] = t.Columns[c].Width
		shares += t.Columns[c].Grow
	}
	for ; left < 0; left++ {
		widest := -1
		for at, c := range columns {
			if widths[at] > t.Columns[c].least() && (widest < 0 || widths[at] >= widths[widest]) {
				widest = at
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	for at := len(columns) - 1; at >= 0 && left < 0; at-- { // even the first and the one with the focus are too wide
		take := min(widths[at]-1, -left)
		widths[at] -= take
		left += take
	}
	if left <= 0 || shares == 0 {
		return widths
	}
	rest := left
	last := -1
	for at, c := range columns {
		if g := t.Columns[c].Grow; g > 0 {
			widths[at] += left * g / shares
			rest -= left * g / shares
			last = at
		}
	}
	widths[last] += rest
	return widths
}
