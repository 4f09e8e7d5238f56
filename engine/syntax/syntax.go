// Package syntax says where text is: files, spans of bytes, and errors that point at them.
package syntax

import (
	"sort"
	"sync/atomic"
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
	// Added is the part of the text that its host file does not have: what stands behind it is placed as if it were not there.
	Added Span
	// Parts are of other files, and stand behind the file's own text, in their order.
	Parts []Part

	measured atomic.Pointer[measured]
}

// Part is a text out of another file: a function that a query calls.
type Part struct {
	Name string // what errors call it
	Span Span   // of the part
	At   int    // where the other file's text begins in it; what stands before is nobody's
	File *File
}

// Own is the text without the parts of other files.
func (f *File) Own() string {
	if len(f.Parts) == 0 {
		return f.Text
	}
	return f.Text[:f.Parts[0].Span.Start]
}

// home is the part that a byte is in; nil for the file's own text.
func (f *File) home(offset int) *Part {
	for i := len(f.Parts) - 1; i >= 0; i-- {
		if offset >= f.Parts[i].Span.Start {
			return &f.Parts[i]
		}
	}
	return nil
}

// from is a place in the part's own file.
func (p *Part) from(offset int) int { return max(offset-p.At, 0) }

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
	if p := f.home(offset); p != nil {
		return p.File.Position(p.from(offset))
	}
	if offset > f.Added.Start && f.Added.End > f.Added.Start {
		offset -= min(f.Added.End, offset) - f.Added.Start
	}
	line, runes := f.measure().place(offset)
	p := Position{Line: line + 1, Column: runes + 1}
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

// written is the file as its host has it and the place of a span in there; a span of what was added is shown as it is.
func (f *File) written(s Span) (string, Span) {
	if s.Start < f.Added.End && s.End > f.Added.Start {
		return f.Text, s
	}
	text := f.Text[:f.Added.Start] + f.Text[f.Added.End:]
	if s.Start >= f.Added.End {
		s.Start, s.End = s.Start-(f.Added.End-f.Added.Start), s.End-(f.Added.End-f.Added.Start)
	}
	return text, s
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
