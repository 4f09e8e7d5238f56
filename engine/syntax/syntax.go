// Package syntax says where text is: files, spans of bytes, and errors that point at them.
package syntax

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// File is one text that a person wrote: a query, or a query inside a larger host file.
type File struct {
	Name string // what errors call it: a path, or a word such as "query"
	Text string
	// Line and Column are the place of the text's first byte in its host file, counted from 1;
	// zero means that the text is its own file.
	Line, Column int
	// Indent is how many columns the host file puts before every line after the first.
	Indent int
}

// NewFile names a text that stands alone.
func NewFile(name, text string) *File { return &File{Name: name, Text: text} }

// Span is a half-open range of bytes [Start, End) in a file's text.
type Span struct{ Start, End int }

// To is the span from the start of s to the end of t.
func (s Span) To(t Span) Span { return Span{s.Start, t.End} }

// Position is a line and a column, both counted from 1; columns are counted in runes.
type Position struct{ Line, Column int }

// Position is the place of a byte offset, in the coordinates of the host file.
func (f *File) Position(offset int) Position {
	offset = min(max(offset, 0), len(f.Text))
	before := f.Text[:offset]
	line := strings.Count(before, "\n")
	start := strings.LastIndexByte(before, '\n') + 1
	p := Position{Line: line + 1, Column: utf8.RuneCountInString(before[start:]) + 1}
	if f.Line > 0 {
		p.Line += f.Line - 1
	}
	switch {
	case line == 0 && f.Column > 0:
		p.Column += f.Column - 1
	case line > 0:
		p.Column += f.Indent
	}
	return p
}

// Slice is the text of a span.
func (f *File) Slice(s Span) string {
	start := min(max(s.Start, 0), len(f.Text))
	end := min(max(s.End, start), len(f.Text))
	return f.Text[start:end]
}

// sortByPlace orders errors by where they start.
func sortByPlace(errs []*Error) {
	sort.SliceStable(errs, func(i, j int) bool { return errs[i].Span.Start < errs[j].Span.Start })
}
