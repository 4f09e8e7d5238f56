package main

import (
	"encoding/csv"
	"io"
	"iter"
	"slices"
	"strings"

	"casebook/tui/safe"
)

// widestCell keeps one long prompt from pushing everything else off a terminal. Files and pipes get the whole text.
const widestCell = 72

// widestColumn is how wide a column grows in a file or a pipe: what is wider stands there whole, and the other rows are not
// filled up to it. One text of a megabyte among a million rows would else be a terabyte of blanks.
const widestColumn = 250

// printTable writes rows under a head, columns as wide as their widest cell. Numbers stand to the right.
func (a *app) printTable(head []string, right []bool, rows [][]string) error {
	most := 0
	if a.terminal {
		most = widestCell
	}
	return a.printLines(lay(append([][]string{head}, rows...), most), right, nil)
}

// heading is a column of a listing.
type heading struct {
	name  string
	right bool
	// below columns stand under their row where a terminal is too narrow for all; what a text that speaks for itself is called is
	// then left away.
	below, plain bool
}

// printListing writes rows under a head. On a terminal that is too narrow for them, some of the columns go under their row.
func (a *app) printListing(heads []heading, rows [][]string) error {
	var names []string
	var right []bool
	for _, h := range heads {
		names, right = append(names, h.name), append(right, h.right)
	}
	all := append([][]string{names}, rows...)
	if t := lay(all, 0); !a.terminal || t.width() <= a.width() {
		return a.printLines(t, right, nil)
	}
	var short [][]string
	right = nil
	for i, row := range all {
		var line []string
		for c, h := range heads {
			if !h.below {
				line = append(line, row[c])
				if i == 0 {
					right = append(right, h.right)
				}
			}
		}
		short = append(short, line)
	}
	t := lay(short, 0)
	t.shrink(a.width(), right)
	return a.printLines(t, right, func(i int) []safe.Text { return under(heads, rows[i], a.width()) })
}

// under is what stands below a row: the first of the texts that speak for themselves, what has to be named, the other texts.
func under(heads []heading, row []string, width int) []safe.Text {
	const indent = "    "
	var first, named, others []safe.Text
	for c, h := range heads {
		switch {
		case !h.below || row[c] == "":
		case h.plain:
			var text []safe.Text
			for _, l := range wrapped(row[c], width-len(indent)) {
				text = append(text, safe.Escape(indent+l))
			}
			if first == nil {
				first = text
			} else {
				others = append(others, text...)
			}
		default:
			one := safe.Join(" ", safe.Escape(strings.ToLower(h.name)), safe.Escape(row[c]))
			if last := len(named) - 1; last >= 0 && named[last].Width()+len("   ")+one.Width() <= width {
				named[last] = safe.Join("   ", named[last], one)
			} else {
				named = append(named, safe.Join("", safe.Own(indent), one))
			}
		}
	}
	return slices.Concat(first, named, others)
}

// table is cells that cannot act on a terminal, and the widths of their columns: a cell may be wider.
type table struct {
	cells  [][]safe.Text
	widths []int
}

// gap is what stands between two columns.
const gap = "  "

// lay makes a table of rows, the head first; cells are cut at most, unless that is 0.
func lay(rows [][]string, most int) *table {
	t := &table{widths: make([]int, len(rows[0]))}
	for _, row := range rows {
		t.cells = append(t.cells, t.line(row, most))
	}
	return t
}

// line is the cells of a row, for which the columns grow as wide as need be.
func (t *table) line(row []string, most int) []safe.Text {
	line := make([]safe.Text, len(row))
	for i, s := range row {
		line[i] = safe.Escape(s)
		if most > 0 {
			line[i] = line[i].ClipMiddle(most)
		}
		t.widths[i] = max(t.widths[i], min(line[i].Width(), widestColumn))
	}
	return line
}

// write adds a line.
func (t *table) write(b *strings.Builder, line []safe.Text, right []bool) {
	var row strings.Builder
	for i, cell := range line {
		blank := strings.Repeat(" ", max(t.widths[i]-cell.Width(), 0))
		if i < len(right) && right[i] {
			row.WriteString(blank + cell.String() + gap)
		} else {
			row.WriteString(cell.String() + blank + gap)
		}
	}
	b.WriteString(strings.TrimRight(row.String(), " "))
	b.WriteByte('\n')
}

func (t *table) width() int {
	sum := len(gap) * (len(t.widths) - 1)
	for _, w := range t.widths {
		sum += w
	}
	return sum
}

// shrink takes from the widest column of text until the table fits.
func (t *table) shrink(width int, right []bool) {
	const least = 12
	for t.width() > width {
		widest := -1
		for i, w := range t.widths {
			if !right[i] && w > least && (widest < 0 || w > t.widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		t.widths[widest]--
	}
	for _, line := range t.cells {
		for i := range line {
			line[i] = line[i].ClipMiddle(t.widths[i])
		}
	}
}

// printLines writes a table, and under each row what there is to say of it.
func (a *app) printLines(t *table, right []bool, under func(row int) []safe.Text) error {
	var b strings.Builder
	for n, line := range t.cells {
		t.write(&b, line, right)
		if under != nil && n > 0 {
			for _, l := range under(n - 1) {
				b.WriteString(l.String() + "\n")
			}
		}
		if err := a.flush(&b, writtenAtOnce); err != nil {
			return err
		}
	}
	return a.flush(&b, 0)
}

// printRows writes a table whose rows are made as they are wanted: once for the widths of the columns, and once to be written.
func (a *app) printRows(head []string, right []bool, rows iter.Seq[[]string], most int) error {
	t := lay([][]string{head}, most)
	for row := range rows {
		t.line(row, most)
	}
	var b strings.Builder
	t.write(&b, t.cells[0], right)
	for row := range rows {
		t.write(&b, t.line(row, most), right)
		if err := a.flush(&b, writtenAtOnce); err != nil {
			return err
		}
	}
	return a.flush(&b, 0)
}

// writtenAtOnce is how many bytes of a table are put together before they are written.
const writtenAtOnce = 1 << 16

// flush writes what is more than so many bytes.
func (a *app) flush(b *strings.Builder, most int) error {
	if b.Len() <= most {
		return nil
	}
	_, err := io.WriteString(a.out, b.String())
	b.Reset()
	return err
}

// printCSV writes rows as RFC 4180 has it. A text that a spreadsheet would take for a formula gets an apostrophe in
// front: the logs are written by strangers. JSON is exact.
func (a *app) printCSV(head []string, number []bool, rows iter.Seq[[]string]) error {
	w := csv.NewWriter(a.out)
	if err := w.Write(head); err != nil {
		return err
	}
	line := make([]string, len(head))
	for row := range rows {
		for i, s := range row {
			if !number[i] && formula(s) {
				s = "'" + s
			}
			line[i] = s
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func formula(s string) bool {
	s = strings.TrimLeft(s, " ")
	return s != "" && strings.ContainsRune("=+-@\t\r\n\x00＝＋－＠", []rune(s)[0])
}
