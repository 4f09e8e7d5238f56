// Package safe turns untrusted text into text that cannot act on a terminal.
//
// Every field of a log, every rule, file name and error message is written by someone else. The rules are:
//
//   - Nothing is parsed and nothing is dropped. Characters that a terminal acts on, that a person cannot see, or whose width
//     terminals disagree about are replaced, one by one, by a visible escape: \n \t \r \e, \xNN for a byte, \u{...} for a rune.
//   - An escape is told apart from the same characters typed by an attacker: Text remembers where its escapes are, and views dim them.
//   - Text is the only thing that views accept. It comes from Escape, or from a constant of the program.
//   - What is left has one width everywhere: the sum of the widths of its runes.
package safe

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Text is text that cannot act on a terminal.
type Text struct {
	text  string
	marks []mark // where escapes are, in order, not touching; nil for most texts
	width int
}

// A mark is the place of an escape in the text.
type mark struct{ from, to int }

// constant can only be met by untyped string constants outside of this package.
type constant string

// Own is a constant of the program as Text.
func Own(s constant) Text { return Escape(string(s)) }

// Sprintf formats with a constant of the program and escapes the result.
func Sprintf(format constant, args ...any) Text {
	return Escape(fmt.Sprintf(string(format), args...))
}

// Escape is s made safe.
func Escape(s string) Text {
	n := plainPrefix(s)
	if n == len(s) {
		return Text{text: s, width: n}
	}
	e := escaper{base: n > 0, width: n}
	e.out.Grow(len(s) + 16)
	e.out.WriteString(s[:n])
	e.run(s[n:])
	return Text{text: e.out.String(), marks: e.marks, width: e.width}
}

// plainPrefix is how many of the first bytes are printable ASCII.
func plainPrefix(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c > 0x7e {
			return i
		}
	}
	return len(s)
}

// An escaper writes the output of one Escape.
type escaper struct {
	out   strings.Builder
	marks []mark
	width int
	base  bool // the last thing written can carry combining marks
	above int  // combining marks on it
}

// maxMarks is how many combining marks a character may carry: two are enough for every living script, more are a tower.
const maxMarks = 2

func (e *escaper) run(s string) {
	for i := 0; i < len(s); {
		if n := plainPrefix(s[i:]); n > 0 {
			e.out.WriteString(s[i : i+n])
			e.width += n
			e.base, e.above = true, 0
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			e.escape(func() { e.writeByte(s[i]) })
		case r < 0x80:
			e.escape(func() { e.writeControl(byte(r)) })
		case hidden(r) || isMark(r) && (!e.base || e.above == maxMarks):
			e.escape(func() { e.writeRune(r) })
		default:
			e.out.WriteString(s[i : i+size])
			e.width += runeWidth(r)
			if isMark(r) {
				e.above++
			} else {
				e.base, e.above = true, 0
			}
		}
		i += size
	}
}

// escape marks what write adds to the output. An escape carries no combining marks: they would hide its end.
func (e *escaper) escape(write func()) {
	from := e.out.Len()
	write()
	to := e.out.Len()
	e.width += to - from
	e.base, e.above = false, 0
	if n := len(e.marks); n > 0 && e.marks[n-1].to == from {
		e.marks[n-1].to = to
		return
	}
	e.marks = append(e.marks, mark{from, to})
}

const hexDigits = "0123456789abcdef"

func (e *escaper) writeByte(b byte) {
	e.out.WriteString(`\x`)
	e.out.WriteByte(hexDigits[b>>4])
	e.out.WriteByte(hexDigits[b&15])
}

func (e *escaper) writeControl(b byte) {
	switch b {
	case '\n':
		e.out.WriteString(`\n`)
	case '\t':
		e.out.WriteString(`\t`)
	case '\r':
		e.out.WriteString(`\r`)
	case 0x1b:
		e.out.WriteString(`\e`)
	default:
		e.writeByte(b)
	}
}

func (e *escaper) writeRune(r rune) {
	e.out.WriteString(`\u{`)
	shift := 28
	for shift > 4 && r>>shift == 0 {
		shift -= 4
	}
	for ; shift >= 0; shift -= 4 {
		e.out.WriteByte(hexDigits[r>>shift&15])
	}
	e.out.WriteByte('}')
}

// String is the text, without telling escapes apart.
func (t Text) String() string { return t.text }

// Width is how many cells the text takes.
func (t Text) Width() int { return t.width }

// Escaped tells whether there is an escape in the text.
func (t Text) Escaped() bool { return len(t.marks) > 0 }

// Parts calls yield with each part of the text, in order, and whether it is an escape.
func (t Text) Parts(yield func(part string, escaped bool) bool) {
	at := 0
	for _, m := range t.marks {
		if m.from > at && !yield(t.text[at:m.from], false) {
			return
		}
		if !yield(t.text[m.from:m.to], true) {
			return
		}
		at = m.to
	}
	if at < len(t.text) {
		yield(t.text[at:], false)
	}
}

// Join is texts one after the other with a constant between them.
func Join(separator constant, texts ...Text) Text {
	var out Text
	for i, t := range texts {
		if i > 0 && separator != "" {
			out = out.append(Own(separator))
		}
		out = out.append(t)
	}
	return out
}

func (t Text) append(u Text) Text {
	if t.text == "" {
		return u
	}
	joined := Text{text: t.text + u.text, width: t.width + u.width, marks: t.marks}
	if len(u.marks) > 0 {
		joined.marks = append([]mark{}, t.marks...)
		for _, m := range u.marks {
			joined.marks = append(joined.marks, mark{m.from + len(t.text), m.to + len(t.text)})
		}
	}
	return joined
}
