// Package literal knows texts that must stand in another one for a pattern to match it, and finds many of them at once.
//
// Rules over prompts ask for dozens of patterns in texts that hold none of them. What a pattern cannot do without is looked for first,
// all of it in one pass; a pattern itself is only tried where that was found. A need is a necessary condition: it may be met by a text
// that the pattern does not match, and never the other way round.
package literal

import (
	"regexp/syntax"
	"strings"
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
		return ofConcat(re.Sub)
	case syntax.OpAlternate:
		needs := make([]Need, len(re.Sub))
		for i, sub := range re.Sub {
			needs[i] = ofRegexp(sub)
		}
		return Any(needs...)
	}
	return nil
}

// ofConcat needs what each of the parts needs. Parts that stand for a few texts, one beside the other, are texts together: "gh[po]_".
func ofConcat(parts []*syntax.Regexp) Need {
	var all Need
	run := []string{""}
	end := func() {
		var c Clause
		for _, text := range run {
			c = append(c, Text{text, false})
		}
		if len(run) == 1 && run[0] != "" || c.shortest() >= shortest { // many short ones are in every text
			all = append(all, c)
		}
		run = []string{""}
	}
	for _, part := range parts {
		texts := few(part)
		if len(texts)*len(run) > mostTogether || texts == nil {
			end()
		}
		if texts == nil {
			all = append(all, ofRegexp(part)...)
			continue
		}
		var longer []string
		for _, before := range run {
			for _, text := range texts {
				longer = append(longer, before+text)
			}
		}
		run = longer
	}
	end()
	return all
}

// mostTogether is how many texts parts beside one another may stand for.
const mostTogether = 32

// few are the texts that an expression matches, where those are few and their case matters; nil where they are not.
func few(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase != 0 || strings.ContainsRune(string(re.Rune), utf8.RuneError) {
			return nil
		}
		return []string{string(re.Rune)}
	case syntax.OpCapture:
		return few(re.Sub[0])
	case syntax.OpCharClass:
		var texts []string
		for i := 0; i < len(re.Rune); i += 2 {
			if int(re.Rune[i+1]-re.Rune[i])+len(texts) >= mostTogether {
				return nil
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if r == utf8.RuneError {
					return nil
				}
				texts = append(texts, string(r))
			}
		}
		return texts
	case syntax.OpAlternate:
		var texts []string
		for _, sub := range re.Sub {
			some := few(sub)
			if some == nil || len(texts)+len(some) > mostTogether {
				return nil
			}
			texts = append(texts, some...)
		}
		return texts
	case syntax.OpConcat:
		texts := []string{""}
		for _, sub := range re.Sub {
			some := few(sub)
			if some == nil || len(texts)*len(some) > mostTogether {
				return nil
			}
			var longer []string
			for _, before := range texts {
				for _, text := range some {
					longer = append(longer, before+text)
				}
			}
			texts = longer
		}
		return texts
	}
	return nil
}

// Met tells whether a text may meet the need. A text whose letters may be of either case is not looked for here.
func (n Need) Met(text string) bool {
	for _, c := range n {
		met := false
		for _, t := range c {
			if met = t.Fold || strings.Contains(text, t.Bytes); met {
				break
			}
		}
		if !met {
			return false
		}
	}
	return true
}
