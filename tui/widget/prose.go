package widget

import (
	"strings"
	"unicode/utf8"

	"casebook/tui/safe"
)

// Prose is a long untrusted text, wrapped. Rows are made as far as they are asked for, so that opening ten megabytes costs what
// is on the screen. Every row has a gutter of its own: whatever the text draws, it cannot pass for the program.
type Prose struct {
	Text string
	// Numbered puts the number of the text's line before its first row.
	Numbered bool

	width int
	rows  []proseRow
	done  bool
	next  int // byte where the next row begins
	line  int
}

type proseRow struct{ from, to, line int }

// longestRow bounds the bytes that one row is made of; escapes are at the most nine times as long as what they stand for.
const longestRow = 4096

// Rows is how many rows there are in a width, as far as row upTo; more says that there may be others.
func (p *Prose) Rows(width, upTo int) (rows int, more bool) {
	width = max(4, width-p.gutter())
	if width != p.width {
		p.width, p.rows, p.done, p.next, p.line = width, nil, false, 0, 1
	}
	for !p.done && len(p.rows) <= upTo {
		p.wrap()
	}
	return len(p.rows), !p.done
}

func (p *Prose) gutter() int {
	if p.Numbered {
		return 7
	}
	return 2
}

// wrap makes the next row: up to a line end, or to the last space that fits.
func (p *Prose) wrap() {
	rest := p.Text[p.next:]
	if rest == "" {
		p.done = true
		return
	}
	end := strings.IndexByte(rest[:min(len(rest), longestRow)], '\n')
	whole := end >= 0
	if !whole {
		end = min(len(rest), longestRow)
		for end > 0 && end < len(rest) && !utf8.RuneStart(rest[end]) {
			end--
		}
		if end == 0 {
			end = min(len(rest), longestRow)
		}
	}
	skip := 0
	if whole {
		skip = 1
	}
	if cut := fitting(rest[:end], p.width); cut < end {
		end, skip, whole = cut, 0, false
		if space := strings.LastIndexByte(rest[:cut], ' '); space > cut/2 {
			end = space + 1
		}
	}
	shown := end
	if whole && shown > 0 && rest[shown-1] == '\r' {
		shown-- // CR LF ends a line as LF does
	}
	p.rows = append(p.rows, proseRow{p.next, p.next + shown, p.line})
	p.next += end + skip
	if whole {
		p.line++
	}
	if p.next >= len(p.Text) {
		p.done = true
	}
}

// fitting is how many bytes of s are drawn in at most width cells, at least one character.
func fitting(s string, width int) int {
	if len(s) <= width && isPlain(s) {
		return len(s)
	}
	low := min(len(s), width)
	if isPlain(s[:low]) && low < len(s) {
		if r, _ := utf8.DecodeRuneInString(s[low:]); r < 0x300 {
			return low
		}
	}
	cells := 0
	for i := 0; i < len(s); {
		_, size := utf8.DecodeRuneInString(s[i:])
		// A character's width depends on what it stands on at the most, so measuring from the row's start in pieces is exact
		// but for combining marks, which take no cells.
		w := safe.Escape(s[i : i+size]).Width()
		if cells+w > width && i > 0 {
			return i
		}
		cells += w
		i += size
	}
	return len(s)
}

func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// View is the rows from top on.
func (p *Prose) View(top, width, height int) []Line {
	n, _ := p.Rows(width, top+height)
	lines := make([]Line, 0, height)
	for i := top; i < min(n, top+height); i++ {
		r := p.rows[i]
		var l Line
		if p.Numbered {
			if i == 0 || p.rows[i-1].line != r.line {
				l.PutIn(Faint, safe.Sprintf("%d", r.line), 5, true)
			} else {
				l.Space(5)
			}
		}
		l.Put(Faint, safe.Own("| ")).Put(Plain, safe.Escape(p.Text[r.from:r.to]))
		lines = append(lines, l)
	}
	return lines
}

// Wrap is a short text of ours or theirs wrapped to a width, without gutter. Line ends in it are kept.
func Wrap(style Style, text string, width int) []Line {
	var lines []Line
	width = max(4, width)
	for _, paragraph := range strings.Split(text, "\n") {
		for {
			cut := fitting(paragraph, width)
			if cut >= len(paragraph) {
				lines = append(lines, Say(style, safe.Escape(paragraph)))
				break
			}
			if space := strings.LastIndexByte(paragraph[:cut+1], ' '); space > cut/2 {
				cut = space
			}
			lines = append(lines, Say(style, safe.Escape(strings.TrimRight(paragraph[:cut], " "))))
			paragraph = strings.TrimLeft(paragraph[cut:], " ")
		}
	}
	return lines
}
