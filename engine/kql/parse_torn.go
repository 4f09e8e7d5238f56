package kql

import (
	"slices"

	"casebook/engine/syntax"
)

// withoutTorn leaves out what was wrong before a string without an end on its line: a quote was forgotten there, and what was a string was not.
func (p *parser) withoutTorn(errs syntax.List) syntax.List {
	begins := map[int]int{} // where such a string begins in a line, whose last it is
	for _, t := range p.tokens {
		if t.endless {
			begins[p.file.Position(t.span.Start).Line] = t.span.Start
		}
	}
	if len(begins) == 0 {
		return errs
	}
	return slices.DeleteFunc(errs, func(e *syntax.Error) bool { return e.Span.Start < begins[p.file.Position(e.Span.Start).Line] })
}
