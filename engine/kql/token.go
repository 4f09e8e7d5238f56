// Package kql reads KQL into a plan.
//
// Text becomes tokens (lex.go), tokens a tree with places (ast.go, parse*.go), and the tree is bound to a catalog while it
// is lowered to the engine's one plan (bind*.go, op_*.go). What KQL means by a name, a type or a null is settled here and
// in the KQL rows of the function table; the executor knows nothing of the language.
package kql

import "casebook/engine/syntax"

// kind is the kind of a token.
type kind uint8

const (
	end      kind = iota
	word          // an identifier or a keyword; text holds it
	quoted        // ['a name']; text holds the name
	text          // a string literal; text holds its value
	number        // an integer literal
	fraction      // a real literal
	duration      // 2.5h; value holds the ticks
	typed         // datetime(...), long(null): text holds the type's name, raw what is between the parentheses
	mark          // punctuation and operators; text holds it
	broken        // text that is no token; an error has been noted
)

// token is one word of a query.
type token struct {
	kind  kind
	text  string
	raw   string
	ticks int64
	span  syntax.Span
	// spaced tells that white space or a comment stands before the token; names with dashes and stars are written without.
	spaced bool
	// endless tells of a broken one that it is a string without an end.
	endless bool
}

// is tells whether the token is that punctuation or that bare word.
func (t token) is(s string) bool { return (t.kind == mark || t.kind == word) && t.text == s }

// describe names the token for an error.
func (t token) describe(f *syntax.File) string {
	switch t.kind {
	case end:
		return "the end of the query"
	case text:
		return "a string"
	}
	s := f.Slice(t.span)
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return "'" + s + "'"
}
