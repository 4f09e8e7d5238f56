package function

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"casebook/engine/column"
	"casebook/engine/literal"
)

// How texts are compared. A term is a run of letters and figures; "has" looks for its needle with the ends of terms, or of
// the text, on both sides. Case is folded one character to one, so that ß is not ss.

var kqlMatches = matchRows()

func matchRows() []*Row {
	rows := []*Row{
		needing(operatorRow("=~", "equal, whatever the case", textual(func(s, t string) bool { return Fold(s) == Fold(t) }, true)), anyOf(foldedText)),
		operatorRow("!~", "not equal, whatever the case", textual(func(s, t string) bool { return Fold(s) == Fold(t) }, false)),
		needing(operatorRow("matches regex", "has a match of a regular expression", matchesRegex), anyOf(func(pattern string) literal.Need {
			return literal.OfRegexp(inUnicode(pattern))
		})),
		operatorRow("wildcard", "matches a text with stars", wildcard),
		needing(operatorRow("has_any", "has one of the terms", hasAny(true, false)), ofTerms(false)),
		operatorRow("!has_any", "has none of the terms", hasAny(false, false)),
		needing(operatorRow("has_all", "has all of the terms", hasAny(true, true)), ofTerms(true)),
		operatorRow("!has_all", "has not all of the terms", hasAny(false, true)),
		scalarRow("has_any_index(text, array) long", "the place of the first of some terms that a text has", rowwise(column.Long, func(_ *Env, a []any) any {
			s := Fold(plainText(a[0]))
			elementsOf, ok := a[1].([]any)
			if !ok {
				return nil
			}
			for i, x := range elementsOf {
				if HasTerm(s, Fold(dynamicText(x))) {
					return int64(i)
				}
			}
			return int64(-1)
		})),
	}
	kinds := []struct {
		name string
		test func(s, t string) bool
	}{
		{"has", HasTerm}, {"contains", strings.Contains}, {"startswith", strings.HasPrefix}, {"endswith", strings.HasSuffix},
		{"hasprefix", hasTermPrefix}, {"hassuffix", hasTermSuffix},
	}
	for _, k := range kinds {
		folded := func(s, t string) bool { return k.test(Fold(s), Fold(t)) }
		rows = append(rows,
			needing(operatorRow(k.name, "whether a text "+k.name+" another, whatever the case", textual(folded, true)), anyOf(foldedText)),
			operatorRow("!"+k.name, "the opposite of "+k.name, textual(folded, false)),
			needing(operatorRow(k.name+"_cs", "whether a text "+k.name+" another", textual(k.test, true)), anyOf(itself)),
			operatorRow("!"+k.name+"_cs", "the opposite of "+k.name+"_cs", textual(k.test, false)))
	}
	return rows
}

// Fold is a text without its case, one character for one.
func Fold(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || s[i] >= 'A' && s[i] <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			if r >= 'A' && r <= 'Z' {
				return r + 'a' - 'A'
			}
			return r
		}
		return unicode.ToLower(unicode.ToUpper(r))
	}, s)
}

// textual compares two texts; both are there always.
func textual(test func(s, t string) bool, want bool) Eval {
	f := Map2(column.Bool, func(_ *Env, s, t string) (bool, bool) { return test(s, t) == want, true })
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		return f(env, []*column.Vector{fillBlanks(args[0]), fillBlanks(args[1])}, n)
	}
}

func isTerm(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// HasTerm tells whether t stands in s with no letter or figure touching either of its ends that is one itself.
func HasTerm(s, t string) bool { return hasBetween(s, t, true, true) }

func hasTermPrefix(s, t string) bool { return hasBetween(s, t, true, false) }

func hasTermSuffix(s, t string) bool { return hasBetween(s, t, false, true) }

func hasBetween(s, t string, before, after bool) bool {
	if t == "" {
		return true
	}
	first, _ := utf8.DecodeRuneInString(t)
	last, _ := utf8.DecodeLastRuneInString(t)
	for at := 0; ; {
		i := strings.Index(s[at:], t)
		if i < 0 {
			return false
		}
		from, to := at+i, at+i+len(t)
		ok := true
		if before && isTerm(first) && from > 0 {
			r, _ := utf8.DecodeLastRuneInString(s[:from])
			ok = !isTerm(r)
		}
		if ok && after && isTerm(last) && to < len(s) {
			r, _ := utf8.DecodeRuneInString(s[to:])
			ok = !isTerm(r)
		}
		if ok {
			return true
		}
		_, n := utf8.DecodeRuneInString(s[from:])
		at = from + n
	}
}

// hasAny is has_any and has_all: the first argument is the text, the others are terms or arrays of terms.
func hasAny(want, all bool) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
		fixed := true
		for _, a := range args[1:] {
			fixed = fixed && (a.Const || a.Len == 1)
		}
		var terms []string
		for i := range n {
			if i == 0 || !fixed {
				terms = terms[:0]
				for _, a := range args[1:] {
					terms = append(terms, termsOf(cell(a, i))...)
				}
			}
			if err := tick(env, i); err != nil {
				return nil, err
			}
			s := Fold(plainText(cell(args[0], i)))
			got := all
			for _, t := range terms {
				if HasTerm(s, t) != all {
					got = !all
					break
				}
			}
			if got == want {
				out.Ints[i] = 1
			}
		}
		return out, nil
	}
}

// termsOf are the terms of one argument. What is missing in an array is the empty term, which every text has.
func termsOf(x any) []string {
	elementsOf, ok := x.([]any)
	if !ok {
		return []string{Fold(plainText(x))}
	}
	terms := make([]string, len(elementsOf))
	for i, e := range elementsOf {
		terms[i] = Fold(plainText(e))
	}
	return terms
}

// plainText is a string or dynamic cell as text.
func plainText(x any) string {
	if s, ok := x.(string); ok {
		return s
	}
	return dynamicText(x)
}

// wildcard matches texts with stars, whole terms at the ends that have none.
func wildcard(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	return rowwise(column.Bool, func(_ *Env, a []any) any {
		s, pattern := plainText(a[0]), plainText(a[1])
		if fold, _ := a[2].(bool); fold {
			s, pattern = Fold(s), Fold(pattern)
		}
		parts := strings.Split(pattern, "*")
		for i, p := range parts {
			parts[i] = regexp.QuoteMeta(p)
		}
		re := strings.Join(parts, ".*")
		if parts[0] != "" {
			re = `(?:^|[^\pL\p{Nd}])` + re
		}
		if parts[len(parts)-1] != "" {
			re += `(?:$|[^\pL\p{Nd}])`
		}
		c, err := compile("(?s)" + re)
		return err == nil && c.MatchString(s)
	})(env, args, n)
}

// regexes are the expressions compiled so far; a query has few, and they are constants.
var regexes sync.Map

const mostRegexes = 1000

var regexCount int
var regexLock sync.Mutex

// sizedRegexp is a regular expression and how many instructions it has.
type sizedRegexp struct {
	*regexp.Regexp
	size int
}

func compile(pattern string) (*sizedRegexp, error) {
	if re, ok := regexes.Load(pattern); ok {
		return re.(*sizedRegexp), nil
	}
	size, err := regexSize(pattern, DefaultLimits.RegexProgram)
	if err != nil {
		return nil, err
	}
	expression, err := regexp.Compile(inUnicode(pattern))
	if err != nil {
		return nil, err
	}
	re := &sizedRegexp{expression, size}
	regexLock.Lock()
	defer regexLock.Unlock()
	if regexCount++; regexCount > mostRegexes {
		regexes.Clear()
		regexCount = 0
	}
	regexes.Store(pattern, re)
	return re, nil
}

// inUnicode makes the classes of figures, letters and spaces those of Unicode, as they are in KQL.
func inUnicode(pattern string) string {
	if !strings.Contains(pattern, `\`) {
		return pattern
	}
	var b strings.Builder
	class := 0
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteString(unicodeClass(pattern[i], class > 0))
			continue
		case c == '[' && class == 0:
			class = 1
			if i+1 < len(pattern) && pattern[i+1] == ']' {
				b.WriteByte(c)
				i++
				c = ']'
			}
		case c == ']':
			class = 0
		}
		b.WriteByte(c)
	}
	return b.String()
}

func unicodeClass(c byte, inside bool) string {
	const word, space = `\p{L}\p{M}\p{Nd}\p{Pc}`, `\s\x{85}\p{Z}`
	switch {
	case c == 'd':
		return `\p{Nd}`
	case c == 'D':
		return `\P{Nd}`
	case c == 'w' && inside:
		return word
	case c == 'w':
		return "[" + word + "]"
	case c == 'W' && !inside:
		return "[^" + word + "]"
	case c == 's' && inside:
		return space
	case c == 's':
		return "[" + space + "]"
	case c == 'S' && !inside:
		return "[^" + space + "]"
	}
	return `\` + string(c)
}

func regexSize(pattern string, limit int) (int, error) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0, err
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return 0, err
	}
	if len(prog.Inst) > limit {
		return 0, fmt.Errorf("the regular expression is too large: %d steps, at most %d", len(prog.Inst), limit)
	}
	return len(prog.Inst), nil
}

// RegexGroups is how many groups a regular expression has.
func RegexGroups(pattern string) int {
	re, err := compile(pattern)
	if err != nil {
		return 0
	}
	return re.NumSubexp()
}

// CheckRegex tells whether a regular expression can be used.
func CheckRegex(pattern string) error {
	_, err := compile(pattern)
	return err
}

// short checks that a text may be given to a regular expression. The limits allow so many bytes for the largest expression;
// matching costs what both are together, so that a small one reads longer texts: one long prompt must not blind a rule.
func short(env *Env, re *sizedRegexp, s string) error {
	limit := env.Limits.RegexText * max(1, env.Limits.RegexProgram/re.size)
	if limit > 0 && len(s) > limit {
		return &LimitError{What: "bytes of a text that a regular expression reads", Limit: limit}
	}
	return nil
}

func matchesRegex(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	var bad error
	var need literal.Need
	of := "" // whose need that is
	v, err := textual(func(s, p string) bool {
		re, err := compile(p)
		if err == nil {
			err = short(env, re, s)
		}
		if err != nil {
			bad = err
			return false
		}
		if p != of {
			need, of = literal.OfRegexp(inUnicode(p)), p
		}
		return need.Met(s) && re.MatchString(s)
	}, true)(env, args, n)
	if err == nil {
		err = bad
	}
	return v, err
}
