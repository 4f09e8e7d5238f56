package glass

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// cell is a place of one column, and what is in it.
type cell struct {
	char  rune
	style string
}

var blank = cell{char: ' '}

// cells takes a painted line apart. It is certain where every character is one that takes one column on every terminal: ASCII, and
// the blocks that charts are drawn with. Blank cells at the end are left away.
func cells(line string) (list []cell, certain bool) {
	list = make([]cell, 0, len(line))
	style := ""
	for len(line) > 0 {
		if rest, found := strings.CutPrefix(line, "\x1b["); found {
			if style, line, found = strings.Cut(rest, "m"); !found {
				return nil, false
			}
			continue
		}
		c, size := utf8.DecodeRuneInString(line)
		if (c < ' ' || c > '~') && (c < 0x2580 || c > 0x259f) {
			return nil, false
		}
		list = append(list, cell{c, style})
		line = line[size:]
	}
	for len(list) > 0 && list[len(list)-1] == blank {
		list = list[:len(list)-1]
	}
	return list, true
}

// motion is lines [from, to) of a frame of which those that stay among them go down by a number of rows, or, below zero, up.
type motion struct{ from, to, by int }

// apply is what lines are after the motion: where lines came from nothing is left.
func (m motion) apply(lines []string) []string {
	lines = slices.Clone(lines)
	region := lines[m.from:m.to]
	if m.by < 0 {
		copy(region, region[-m.by:])
		clear(region[len(region)+m.by:])
	} else {
		copy(region[m.by:], region)
		clear(region[:m.by])
	}
	return lines
}

// fewest are the lines that must have moved together to be worth a motion.
const fewest = 3

// movement finds how lines moved. Beside a list that moved there may be a pane that did not: what stands at the left
// tells. What stands there several times tells nothing.
func movement(was, are []string) (m motion, moves bool) {
	places := map[string]int{}
	for i, line := range was {
		start := left(line)
		if _, twice := places[start]; twice {
			i = -1
		}
		places[start] = i
	}
	votes := map[int]int{}
	for i, line := range are {
		if from, found := places[left(line)]; found && from >= 0 {
			votes[i-from]++
		}
	}
	best := 0
	for by, n := range votes {
		if by != 0 && n >= fewest && (n > votes[best] || best == 0 || n == votes[best] && by < best) {
			best = by
		}
	}
	if best == 0 {
		return m, false
	}
	m = motion{from: len(are), by: best}
	for i, line := range are {
		if from, found := places[left(line)]; found && from >= 0 && i-from == best {
			m.from, m.to = min(m.from, i, from), max(m.to, i+1, from+1)
		}
	}
	return m, true
}

// enough cells at the left of a line tell it from others; the narrowest list beside a pane is wider.
const enough = 48

// left is what stands at the left of a line, whatever its style and without the gutter, where the cursor and marks come and go.
func left(line string) string {
	var b strings.Builder
	for line != "" && b.Len() < enough {
		text, rest, _ := strings.Cut(line, "\x1b[")
		b.WriteString(text)
		_, line, _ = strings.Cut(rest, "m")
	}
	text := b.String()
	return strings.TrimSpace(text[min(3, len(text)):min(enough, len(text))])
}
