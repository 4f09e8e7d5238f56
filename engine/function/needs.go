package function

import (
	"unicode/utf8"

	"casebook/engine/column"
	"casebook/engine/literal"
)

// What texts must hold for a function of patterns to be true of them. See literal.

// needing gives a row its needs.
func needing(r *Row, needs func(args []*column.Vector) literal.Need) *Row {
	r.Needs = needs
	return r
}

// constants are the texts of arguments; not ok where one is none.
func constants(args []*column.Vector) (texts []string, ok bool) {
	for _, v := range args {
		from, to := v.Range(0)
		if v.Type.Kind() != column.StringKind || to != from+1 {
			return nil, false
		}
		texts = append(texts, v.Str(from))
	}
	return texts, len(texts) > 0
}

// anyOf needs what one of several patterns needs.
func anyOf(of func(pattern string) literal.Need) func([]*column.Vector) literal.Need {
	return func(args []*column.Vector) literal.Need {
		patterns, ok := constants(args)
		if !ok {
			return nil
		}
		needs := make([]literal.Need, len(patterns))
		for i, p := range patterns {
			needs[i] = of(p)
		}
		return literal.Any(needs...)
	}
}

// itself needs the argument as it is.
func itself(text string) literal.Need { return literal.Of(text, false) }

// foldedText needs the argument, whatever its case.
func foldedText(text string) literal.Need { return literal.Of(text, true) }

// ofLike needs the texts between the stars and question marks of a LIKE pattern.
func ofLike(pattern string) literal.Need {
	var all literal.Need
	part := ""
	for _, p := range append(CompileLike(pattern).pieces, wildPiece{any: true}) {
		if p.any || p.one || p.r == utf8.RuneError { // which broken bytes are read as
			all, part = append(all, literal.Of(part, false)...), ""
			continue
		}
		part += string(p.r)
	}
	return all
}

// ofRLike needs what an expression of Lucene's cannot do without.
func ofRLike(pattern string) literal.Need {
	t := &lucene{in: []rune(pattern), limit: DefaultLimits.RegexProgram}
	tree, err := t.union()
	if err != nil || t.sets || t.at < len(t.in) {
		return nil
	}
	return literal.OfRegexp("(?s)" + tree.text())
}

// ofTerms needs some terms of KQL, or arrays of them: one, or all.
func ofTerms(all bool) func([]*column.Vector) literal.Need {
	return func(args []*column.Vector) literal.Need {
		var needs []literal.Need
		for _, v := range args {
			for _, term := range termsOf(cell(v, 0)) {
				needs = append(needs, foldedText(term))
			}
		}
		if all {
			return literal.All(needs...)
		}
		return literal.Any(needs...)
	}
}
