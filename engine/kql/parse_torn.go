package kql

import (
	"slices"
	"strings"

	"casebook/engine/syntax"
)

// noEnd is what is said of a string without an end.
const noEnd = "the string that begins here has no end"

// withoutTorn leaves out what was wrong before a string without an end on its line: a quote was forgotten there, and what was a string was not.
func withoutTorn(errs syntax.List, file *syntax.File) syntax.List {
	torn := map[int]int{} // the last of each line
	for _, e := range errs {
		if strings.HasPrefix(e.Message, noEnd) {
			torn[file.Position(e.Span.Start).Line] = e.Span.Start
		}
	}
	if len(torn) == 0 {
		return errs
	}
	return slices.DeleteFunc(errs, func(e *syntax.Error) bool {
		return !strings.HasPrefix(e.Message, noEnd) && e.Span.Start < torn[file.Position(e.Span.Start).Line]
	})
}
