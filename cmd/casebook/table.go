package main

import (
	"encoding/csv"
	"io"
	"strings"

	"casebook/tui/safe"
)

// widestCell keeps one long prompt from pushing everything else off a terminal. Files and pipes get the whole text.
const widestCell = 72

// printTable writes rows under a head, columns as wide as their widest cell. Numbers stand to the right.
func (a *app) printTable(head []string, right []bool, rows [][]string) error {
	cells := make([][]safe.Text, 0, len(rows)+1)
	widths := make([]int, len(head))
	for _, row := range append([][]string{head}, rows...) {
		line := make([]safe.Text, len(head))
		for i, s := range row {
			line[i] = safe.Escape(s)
			if a.terminal {
				line[i] = line[i].Clip(widestCell)
			}
			widths[i] = max(widths[i], line[i].Width())
		}
		cells = append(cells, line)
	}
	var b strings.Builder
	for _, line := range cells {
		for i, cell := range line {
			gap := strings.Repeat(" ", widths[i]-cell.Width())
			switch {
			case i < len(right) && right[i]:
				b.WriteString(gap + cell.String())
			case i == len(line)-1:
				b.WriteString(cell.String())
			default:
				b.WriteString(cell.String() + gap)
			}
			if i < len(line)-1 {
				b.WriteString("  ")
			}
		}
		b.WriteByte('\n')
		if b.Len() > 1<<16 {
			if _, err := io.WriteString(a.out, b.String()); err != nil {
				return err
			}
			b.Reset()
		}
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

// printCSV writes rows as RFC 4180 has it. A text that a spreadsheet would take for a formula gets an apostrophe in
// front: the logs are written by strangers. JSON is exact.
func (a *app) printCSV(head []string, number []bool, rows [][]string) error {
	w := csv.NewWriter(a.out)
	if err := w.Write(head); err != nil {
		return err
	}
	for _, row := range rows {
		line := make([]string, len(row))
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
