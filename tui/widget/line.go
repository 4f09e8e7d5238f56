// Package widget draws the parts that screens are made of: lines, tables, charts, trees of JSON, wrapped prose, an input line.
// A widget is a plain struct: state in, lines out. Nothing here reads keys, knows a screen or does work.
package widget

import (
	"slices"
	"strings"
	"unicode"

	"casebook/tui/safe"
)

// Style is what a piece of text means; the palette says how that looks.
type Style uint8

// The styles, by meaning.
const (
	Plain    Style = iota
	Faint          // of lesser weight: units, rules, what is not there
	Strong         // what the eye should meet first
	Title          // names of screens and panes
	Current        // the row under the cursor, behind everything else in it
	Marked         // the mark of a row
	Escaped        // an escape that stands for a hidden or acting character
	Key            // a key in footers and help
	Critical       // severities
	High
	Medium
	Low
	Info
	Good    // answered, closed, passing
	Warn    // to be noted
	Bad     // failed
	Chart   // bars and dots
	Pivot   // a value that Enter leads somewhere from
	Keyword // a word of a query language
	Literal // a constant in a query
	Styles  // how many there are
)

// Line is one line of a frame.
type Line struct {
	// Base lies under the styles of all of the line.
	Base  Style
	spans []span
	width int
	row   *TableRow
}

type span struct {
	style Style
	text  string // safe
}

// Blank is a line without text.
func Blank() Line { return Line{} }

// Say is a line of one text.
func Say(style Style, text safe.Text) Line {
	var l Line
	l.Put(style, text)
	return l
}

// Put adds a text, its escapes styled as such.
func (l *Line) Put(style Style, text safe.Text) *Line {
	for part, escaped := range text.Parts {
		s := style
		if escaped {
			s = Escaped
		}
		l.spans = append(l.spans, span{s, part})
	}
	l.width += text.Width()
	return l
}

// Space adds n spaces.
func (l *Line) Space(n int) *Line { return l.repeat(Plain, ' ', n) }

// Rule adds n of the character that rules are drawn with.
func (l *Line) Rule(n int) *Line { return l.repeat(Faint, '-', n) }

func (l *Line) repeat(style Style, c byte, n int) *Line {
	if n > 0 {
		l.spans = append(l.spans, span{style, strings.Repeat(string(c), n)})
		l.width += n
	}
	return l
}

// To adds spaces up to a column; a line already there gets one.
func (l *Line) To(column int) *Line { return l.Space(max(1, column-l.width)) }

// PutRight adds a text so that it ends at a column, where there is room for it.
func (l *Line) PutRight(style Style, text safe.Text, column int) *Line {
	if room := column - l.width - 1; room >= text.Width() {
		l.Space(column-l.width-text.Width()).Put(style, text)
	}
	return l
}

// PutIn adds a text in a column of a width: cut where it is longer, filled where it is shorter.
func (l *Line) PutIn(style Style, text safe.Text, width int, right bool) *Line {
	if width <= 0 {
		return l
	}
	text = text.Clip(width)
	fill := width - text.Width()
	if right {
		return l.Space(fill).Put(style, text)
	}
	return l.Put(style, text).Space(fill)
}

// Append adds another line's spans.
func (l *Line) Append(other Line) *Line {
	l.spans = append(l.spans[:len(l.spans):len(l.spans)], other.spans...)
	l.width += other.width
	return l
}

// Row is the row of a table that the line draws, or none.
func (l *Line) Row() *TableRow { return l.row }

// Charted tells whether a line has nothing on it but bars and dots.
func (l *Line) Charted() bool {
	found := false
	for _, s := range l.spans {
		if strings.TrimSpace(s.text) == "" {
			continue
		}
		if s.style != Chart {
			return false
		}
		found = true
	}
	return found
}

// Aloud is the line as it is read out: without bars, with a pause where only room keeps two texts apart, and without the cursor at its
// front, of which here tells.
func (l *Line) Aloud() (text string, here bool) {
	const pause = "\x00" // no text has it
	var b strings.Builder
	for i, s := range l.spans {
		said := strings.TrimSpace(s.text)
		bars := s.style == Chart && !strings.ContainsFunc(said, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
		switch {
		case i == 0 && s.style == Strong && said == ">":
			here = true
		case bars, s.style == Faint && said == "|":
			b.WriteString(pause)
		default:
			before, behind := len(s.text)-len(strings.TrimLeft(s.text, " ")), len(s.text)-len(strings.TrimRight(s.text, " "))
			b.WriteString(apart(before, pause) + said)
			if said != "" {
				b.WriteString(apart(behind, pause))
			}
		}
	}
	var parts []string
	for _, part := range strings.Split(b.String(), pause) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; "), here
}

// apart is what so many spaces mean between two texts.
func apart(spaces int, pause string) string {
	switch {
	case spaces == 0:
		return ""
	case spaces == 1:
		return " "
	}
	return pause
}

// Width is how many cells the line takes.
func (l *Line) Width() int { return l.width }

// String is the line without its styles.
func (l *Line) String() string {
	var b strings.Builder
	for _, s := range l.spans {
		b.WriteString(s.text)
	}
	return b.String()
}

// Fit is the line cut or filled to a width.
func (l Line) Fit(width int) Line {
	if l.width <= width {
		fitted := l
		fitted.spans = l.spans[:len(l.spans):len(l.spans)]
		fitted.Space(width - l.width)
		return fitted
	}
	cut := Line{Base: l.Base, row: l.row}
	for _, s := range l.spans {
		text := safe.Escape(s.text)
		if cut.width+text.Width() >= width {
			text, _ = text.Split(width - cut.width)
			cut.spans = append(cut.spans, span{s.style, text.String()})
			cut.width += text.Width()
			break
		}
		cut.spans = append(cut.spans, s)
		cut.width += text.Width()
	}
	cut.Space(width - cut.width)
	return cut
}

// Fill is lines cut or filled to a height.
func Fill(lines []Line, height int) []Line {
	if height < 0 {
		height = 0
	}
	if len(lines) > height {
		return lines[:height]
	}
	for len(lines) < height {
		lines = append(lines, Line{})
	}
	return lines
}

// Beside puts two panes next to each other with a rule between them. left is the left one's width.
func Beside(left, right []Line, leftWidth, width, height int) []Line {
	left, right = Fill(left, height), Fill(right, height)
	out := make([]Line, height)
	for i := range out {
		l := left[i].Fit(leftWidth)
		base := l.Base
		l.Base = Plain
		if base != Plain {
			for j := range l.spans {
				if l.spans[j].style == Plain {
					l.spans[j].style = base
				}
			}
		}
		l.Space(1).Put(Faint, safe.Own("|")).Space(1)
		r := right[i].Fit(width - leftWidth - 3)
		l.Append(r)
		out[i] = l
	}
	return out
}

// Palette is how each style looks: the parameters of an SGR sequence, empty for nothing.
type Palette [Styles]string

// Paint is the lines as text for a terminal, every line of the same width.
func (p *Palette) Paint(lines []Line, width int) string {
	var b strings.Builder
	b.Grow(len(lines) * (width + 24))
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		p.paintLine(&b, l.Fit(width))
	}
	return b.String()
}

func (p *Palette) paintLine(b *strings.Builder, l Line) {
	base, last := p[l.Base], ""
	for i, s := range l.spans {
		if s.text == "" {
			continue
		}
		sgr := p[s.style]
		switch {
		case s.style == l.Base:
			sgr = ""
		case l.Base == Current:
			sgr = weight(sgr) // a hue that is seen on the background is not seen as one
		}
		if base != "" && sgr != "" {
			sgr = base + ";" + sgr
		} else if sgr == "" {
			sgr = base
		}
		if base == "" && strings.Trim(s.text, " ") == "" && !underlines(sgr) {
			sgr = "" // weight and hue show nothing on a space
		}
		if sgr == "" && blank(l.spans[i:]) {
			break // the renderer erases the rest of a line, in three bytes
		}
		if sgr != last {
			if last != "" {
				b.WriteString("\x1b[m")
			}
			if sgr != "" {
				b.WriteString("\x1b[" + sgr + "m")
			}
			last = sgr
		}
		b.WriteString(s.text)
	}
	if last != "" {
		b.WriteString("\x1b[m")
	}
}

// weight is what of a style shows on a reversed line: bold and underline.
func weight(sgr string) string {
	sgr, _, _ = strings.Cut(sgr, "38;")
	parts := slices.DeleteFunc(strings.Split(sgr, ";"), func(p string) bool { return p != "1" && p != "4" })
	return strings.Join(parts, ";")
}

// underlines tells whether a style shows on spaces.
func underlines(sgr string) bool {
	return slices.ContainsFunc(strings.Split(sgr, ";"), func(p string) bool { return p == "4" || p == "7" })
}

// blank tells whether spans are nothing but plain space.
func blank(spans []span) bool {
	for _, s := range spans {
		if s.style == Current || strings.Trim(s.text, " ") != "" {
			return false
		}
	}
	return true
}
