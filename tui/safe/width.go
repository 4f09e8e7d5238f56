package safe

import (
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// runeWidth is how many cells a rune that Escape keeps takes. A spacing mark counts as a cell of its own, as terminals without
// grapheme clusters draw it: a line may then end early, but it never wraps.
func runeWidth(r rune) int {
	switch {
	case r < 0x7f:
		return 1
	case unicode.Is(unicode.Mc, r):
		return 1
	case r < 0x300:
		return 1
	}
	return ansi.StringWidth(string(r))
}

// Clip is the text cut to a width, its end replaced by ".." where it is longer.
func (t Text) Clip(width int) Text {
	if t.width <= width {
		return t
	}
	if width < 4 {
		head, _ := t.Split(width)
		return head
	}
	head, _ := t.Split(width - 2)
	return head.append(Text{text: "..", width: 2})
}

// ClipMiddle is the text cut to a width with ".." in its middle: of long names both ends tell them apart.
func (t Text) ClipMiddle(width int) Text {
	if t.width <= width || width < 6 {
		return t.Clip(width)
	}
	head, _ := t.Split((width - 1) / 2)
	room := width - 2 - head.width
	// The front is cut off at least as far as the tail is too wide: a wide character goes as a whole.
	for drop := t.width - room; ; drop++ {
		if front, tail := t.Split(drop); tail.width <= room {
			return head.append(Text{text: "..", width: 2}).append(tail)
		} else if front.width == t.width {
			return t.Clip(width)
		}
	}
}

// Split cuts the text so that head takes at most width cells. Combining marks stay with their character. Escapes are cut like
// any text: what a text looks like depends only on what it looks like uncut.
func (t Text) Split(width int) (head, tail Text) {
	if t.width <= width {
		return t, Text{}
	}
	if width <= 0 {
		return Text{}, t
	}
	at, cells := t.cut(width)
	return t.slice(0, at, cells), t.slice(at, len(t.text), t.width-cells)
}

// cut is the byte, and the width up to it, where at most width cells end.
func (t Text) cut(width int) (at, cells int) {
	if len(t.text) == t.width {
		at, cells = width, width
	} else {
		for at < len(t.text) {
			r, size := utf8.DecodeRuneInString(t.text[at:])
			w := runeWidth(r)
			if cells+w > width {
				break
			}
			at += size
			cells += w
		}
	}
	return at, cells
}

func (t Text) slice(from, to, width int) Text {
	s := Text{text: t.text[from:to], width: width}
	for _, m := range t.marks {
		if m.to > from && m.from < to {
			s.marks = append(s.marks, mark{max(m.from, from) - from, min(m.to, to) - from})
		}
	}
	return s
}
