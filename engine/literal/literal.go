// Package literal knows texts that must stand in another one for a pattern to match it, and finds many of them at once.
//
// Rules over prompts ask for dozens of patterns in texts that hold none of them. What a pattern cannot do without is looked for first,
// all of it in one pass; a pattern itself is only tried where that was found. A need is a necessary condition: it may be met by a text
// that the pattern does not match, and never the other way round.
package literal

import (
	"regexp/syntax"
	"unicode/utf8"
)

// Text is a text to be found. With Fold, letters of either case will do.
type Text struct {
	Bytes string
	Fold  bool
}

// Clause is met by a text in which one of its texts stands.
type Clause []Text

// Need is met where each of its clauses is; one without clauses says nothing.
type Need []Clause

// Of is the need of one text.
func Of(text string, fold bool) Need {
	if text == "" {
		return nil
	}
	return Need{{{text, fold}}}
}

// All is met where all of some needs are.
func All(needs ...Need) Need {
	var all Need
	for _, n := range needs {
		all = append(all, n...)
	}
	return all
}

// Any is met where one of some needs is: a single clause, of the best of each.
func Any(needs ...Need) Need {
	var any Clause
	for _, n := range needs {
		if len(n) == 0 {
			return nil
		}
		any = append(any, n.best()...)
	}
	if len(any) == 0 {
		return nil
	}
	return Need{any}
}

// best is the clause whose shortest text is longest.
func (n Need) best() Clause {
	var best Clause
	for _, c := range n {
		if best == nil || c.shortest() > best.shortest() {
			best = c
		}
	}
	return best
}

func (c Clause) shortest() int {
	least := -1
	for _, t := range c {
		if least < 0 || len(t.Bytes) < least {
			least = len(t.Bytes)
		}
	}
	return least
}

// mostTexts is how many texts one regular expression may ask for: one with more says little.
const mostTexts = 256

// OfRegexp is what a text must hold for a Go expression to match somewhere in it.
func OfRegexp(expression string) Need {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	n := ofRegexp(re)
	for _, c := range n {
		if len(c) > mostTexts {
			return nil
		}
	}
	return n
}

func ofRegexp(re *syntax.Regexp) Need {
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			if r == utf8.RuneError { // which also broken bytes are read as
				return nil
			}
		}
		return Of(string(re.Rune), re.Flags&syntax.FoldCase != 0)
	case syntax.OpCapture, syntax.OpPlus:
		return ofRegexp(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return ofRegexp(re.Sub[0])
		}
	case syntax.OpConcat:
		var all Need
		for _, sub := range re.Sub {
			all = append(all, ofRegexp(sub)...)
		}
		return all
	case syntax.OpAlternate:
		needs := make([]Need, len(re.Sub))
		for i, sub := range re.Sub {
			needs[i] = ofRegexp(sub)
		}
		return Any(needs...)
	}
	return nil
}
