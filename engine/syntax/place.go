package syntax

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Each call in a query remembers its line and column, for warnings. A text is therefore walked once, and not for every call.

// milestone is a byte of a text as its host has it, and how many lines and how many runes of its line stand before it.
type milestone struct{ at, line, runes int }

// apart is how many bytes lie between two milestones.
const apart = 512

// measured is a text as its host has it, and its milestones.
type measured struct {
	text  string
	marks []milestone
}

// measure walks the text, once.
func (f *File) measure() *measured {
	if m := f.measured.Load(); m != nil {
		return m
	}
	m := &measured{text: f.Text}
	if f.Added.End > f.Added.Start {
		m.text = f.Text[:f.Added.Start] + f.Text[f.Added.End:]
	}
	here := milestone{}
	for due := 0; here.at < len(m.text); {
		if here.at >= due {
			m.marks = append(m.marks, here)
			due = here.at + apart
		}
		r, size := utf8.DecodeRuneInString(m.text[here.at:])
		here.at += size
		here.runes++
		if r == '\n' {
			here.line, here.runes = here.line+1, 0
		}
	}
	f.measured.Store(m)
	return m
}

// place is how many lines and runes of its line stand before a byte.
func (m *measured) place(offset int) (line, runes int) {
	i := sort.Search(len(m.marks), func(i int) bool { return m.marks[i].at > offset }) - 1
	if i < 0 {
		return 0, 0
	}
	from := m.marks[i]
	rest := m.text[from.at:offset]
	if lines := strings.Count(rest, "\n"); lines > 0 {
		return from.line + lines, utf8.RuneCountInString(rest[strings.LastIndexByte(rest, '\n')+1:])
	}
	return from.line, from.runes + utf8.RuneCountInString(rest)
}
