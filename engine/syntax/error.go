package syntax

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Error is one mistake in a text, with its place.
type Error struct {
	File    *File
	Span    Span
	Message string // what was wanted and what was found
	Hint    string // what to do, or the nearest known name; may be empty
	Absent  string // the table that is spoken of and that nobody has here; empty for a mistake
	Lookup  bool   // the table is one that is given by hand: a lookup or a watchlist
	Column  string // the column that is spoken of and that these events do not have, where others may
}

// Errorf is an error at a span. One in a part of another file is told as that file's.
func Errorf(f *File, s Span, format string, args ...any) *Error {
	if p := f.home(s.Start); p != nil {
		return &Error{File: p.File, Span: Span{p.from(s.Start), p.from(s.End)}, Message: Clip("in the function '" + p.Name + "': " + fmt.Sprintf(format, args...))}
	}
	return &Error{File: f, Span: s, Message: Clip(fmt.Sprintf(format, args...))}
}

// What a message keeps of what it quotes: a name may be as long as the text.
const (
	clippedHead = 400
	clippedTail = 200
)

// Clip leaves out the middle of a message that is too long to be read.
func Clip(message string) string {
	if len(message) <= clippedHead+clippedTail {
		return message
	}
	head, tail := clippedHead, len(message)-clippedTail
	for head > 0 && !utf8.RuneStart(message[head]) {
		head--
	}
	for tail < len(message) && !utf8.RuneStart(message[tail]) {
		tail++
	}
	return message[:head] + " … " + message[tail:]
}

// WithHint adds what to do about it.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = Clip(fmt.Sprintf(format, args...))
	return e
}

// Error is one line: file:line:column: message (hint).
func (e *Error) Error() string {
	p := e.File.Position(e.Span.Start)
	s := fmt.Sprintf("%s:%d:%d: %s", e.File.Name, p.Line, p.Column, e.Message)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Brief is Error without the file's name and the hint, for where the file is known: line:column: message.
func (e *Error) Brief() string {
	p := e.File.Position(e.Span.Start)
	return fmt.Sprintf("%d:%d: %s", p.Line, p.Column, e.Message)
}

// widestSnippet keeps a caret on one screen: longer lines are cut around it.
const widestSnippet = 72

// mostMarks is how many of a line's marks, which take no room, are shown: there may be a million over one letter.
const mostMarks = widestSnippet

// Caret is the error with the line it speaks of and a caret under the place.
// Whoever shows it on a terminal makes the name and the message safe first.
func (e *Error) Caret() string {
	text, span := e.File.written(e.Span)
	start := min(max(span.Start, 0), len(text))
	from := strings.LastIndexByte(text[:start], '\n') + 1
	to := len(text)
	if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
		to = start + i
	}
	line := strings.TrimRight(text[from:to], "\r")
	runes := []rune(line)
	at := utf8.RuneCountInString(line[:min(start-from, len(line))])
	first := 0
	if cells(runes[:at]) > widestSnippet*2/3 {
		first = at
		for room := widestSnippet / 2; first > 0; first-- {
			_, w := drawn(runes[first-1])
			if room -= w; room < 0 {
				break
			}
		}
	}
	var shown strings.Builder
	last, room, marks := first, widestSnippet, 0
	for ; last < len(runes); last++ {
		r, w := drawn(runes[last])
		if room -= w; room < 0 {
			break
		}
		if w == 0 {
			marks++
		}
		if w > 0 || marks <= mostMarks {
			shown.WriteRune(r)
		}
	}
	end := at + utf8.RuneCountInString(text[start:min(max(span.End, start), to)])
	indent, width := cells(runes[first:at]), max(cells(runes[at:max(min(end, last), at)]), 1)

	var b strings.Builder
	p := e.File.Position(e.Span.Start)
	fmt.Fprintf(&b, "%s:%d:%d: %s\n", e.File.Name, p.Line, p.Column, e.Message)
	gutter := fmt.Sprintf("%d", p.Line)
	fmt.Fprintf(&b, " %s | %s\n", gutter, shown.String())
	fmt.Fprintf(&b, " %s | %s%s", strings.Repeat(" ", len(gutter)), strings.Repeat(" ", indent), strings.Repeat("^", width))
	if e.Hint != "" {
		fmt.Fprintf(&b, "\n %s = %s", strings.Repeat(" ", len(gutter)), e.Hint)
	}
	return b.String()
}

// List gathers the mistakes of one text, so that a person sees all of them at once.
type List []*Error

// Add appends an error.
func (l *List) Add(e *Error) { *l = append(*l, e) }

// Err is nil for an empty list, else all errors joined in the order of their places.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	sortByPlace(l)
	few := l[:min(len(l), mostMistakes)]
	errs := make([]error, len(few))
	for i, e := range few {
		errs[i] = e
	}
	if more := len(l) - len(few); more > 0 {
		last := *few[len(few)-1]
		last.Hint = strings.TrimPrefix(last.Hint+fmt.Sprintf("; %d more mistakes after this one", more), "; ")
		errs[len(errs)-1] = &last
	}
	return errors.Join(errs...)
}

// mostMistakes is how many mistakes of one text are told: past it a person has stopped reading, and a text may have one at every letter.
const mostMistakes = 100

// Errors is every syntax error inside err, in order.
func Errors(err error) []*Error {
	if e := (*Error)(nil); errors.As(err, &e) {
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			var all []*Error
			for _, one := range many.Unwrap() {
				all = append(all, Errors(one)...)
			}
			return all
		}
		return []*Error{e}
	}
	return nil
}

// Lacking is what a text speaks of and nobody has here.
type Lacking struct{ Tables, Lookups, Columns []string }

// Nothing tells that all is there.
func (l Lacking) Nothing() bool {
	return len(l.Tables) == 0 && len(l.Lookups) == 0 && len(l.Columns) == 0
}

// String says it in a few words, and what to do about it where something can be done.
func (l Lacking) String() string {
	var parts []string
	if len(l.Tables) > 0 {
		parts = append(parts, "no table "+strings.Join(l.Tables, ", ")+" here")
	}
	if len(l.Lookups) > 0 {
		parts = append(parts, "no lookup "+strings.Join(l.Lookups, ", ")+" here: casebook rules lookup add '"+l.Lookups[0]+"' FILE.csv")
	}
	if len(l.Columns) > 0 {
		parts = append(parts, "no event has a column "+strings.Join(l.Columns, ", "))
	}
	return strings.Join(parts, "; ")
}

// Sorted tells the mistakes inside err, in order, from what nobody has here, each once.
func Sorted(err error) (mistakes []*Error, lacking Lacking) {
	for _, e := range Errors(err) {
		list := &lacking.Tables
		switch {
		case e.Lookup:
			list = &lacking.Lookups
		case e.Column != "":
			list = &lacking.Columns
		}
		switch {
		case e.Absent == "":
			mistakes = append(mistakes, e)
		case !slices.Contains(*list, e.Absent):
			*list = append(*list, e.Absent)
		}
	}
	return mistakes, lacking
}

// Slip tells whether a name is but a slip of the pen, of two letters at most, from a known one.
func Slip(name string, known []string) bool {
	const most = 2
	return slices.ContainsFunc(known, func(k string) bool {
		return distance(strings.ToLower(name), strings.ToLower(k), most+1) <= most
	})
}

// Nearest is the known name closest to a misspelt one, or "" when none is close.
func Nearest(name string, known []string) string {
	best, bestDistance := "", max(len(name)/3, 1)+1
	for _, k := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(k), bestDistance); d < bestDistance {
			best, bestDistance = k, d
		}
	}
	return best
}

// distance is how many letters of a word are to be added, left out, changed or swapped with the next to make another of it,
// or limit when it is at least that.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row, above, last := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		copy(above, last)
		copy(last, row)
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], above[j-2]+1)
			}
		}
	}
	return min(row[len(b)], limit)
}
