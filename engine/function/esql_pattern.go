package function

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"casebook/engine/column"
	"casebook/engine/regex"
)

// Patterns of ES|QL are four languages: LIKE has * and ?, RLIKE is Lucene's, REPLACE is Java's and GROK Ruby's. They run on
// Go's regular expressions, which take time linear in the text; package regex says where those do not reach.

// largestProgram caps a compiled expression; a text longer than longestMatched is not matched but null, with a warning.
func programSize(expression string) (int, error) {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return 0, err
	}
	p, err := syntax.Compile(re.Simplify())
	if err != nil {
		return 0, err
	}
	return len(p.Inst), nil
}

// CompileRegex compiles a Go expression within a limit of instructions.
func CompileRegex(expression string, limit int) (*regexp.Regexp, error) {
	n, err := programSize(expression)
	if err != nil {
		return nil, fmt.Errorf("bad regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if n > limit {
		return nil, fmt.Errorf("the regular expression is too large: %d steps, at most %d are allowed", n, limit)
	}
	return regexp.Compile(expression)
}

// Wildcard is a compiled LIKE pattern.
type Wildcard struct {
	pieces []wildPiece
	// parts are the texts between the stars of a pattern that has only those: they are looked for as bytes, one behind the
	// other. Published rules ask for twenty such patterns of one prompt. nil for patterns that must be walked.
	parts []string
}

type wildPiece struct {
	r     rune
	any   bool // *
	one   bool // ?
	plain bool
}

// CompileLike reads a LIKE pattern: * is any text, ? one character, a backslash takes the next character as it is.
func CompileLike(pattern string) *Wildcard {
	w := &Wildcard{}
	escaped := false
	for _, r := range pattern {
		switch {
		case escaped:
			w.pieces = append(w.pieces, wildPiece{r: r, plain: true})
			escaped = false
		case r == '\\':
			escaped = true
		case r == '*':
			if n := len(w.pieces); n == 0 || !w.pieces[n-1].any {
				w.pieces = append(w.pieces, wildPiece{any: true})
			}
		case r == '?':
			w.pieces = append(w.pieces, wildPiece{one: true})
		default:
			w.pieces = append(w.pieces, wildPiece{r: r, plain: true})
		}
	}
	if escaped {
		w.pieces = append(w.pieces, wildPiece{r: '\\', plain: true})
	}
	w.parts = w.split()
	return w
}

// split gives the texts between the stars; nil where bytes cannot stand for characters: a question mark, and the character that
// broken bytes are read as.
func (w *Wildcard) split() []string {
	parts := []string{""}
	for _, p := range w.pieces {
		switch {
		case p.any:
			parts = append(parts, "")
		case p.one || p.r == utf8.RuneError:
			return nil
		default:
			parts[len(parts)-1] += string(p.r)
		}
	}
	return parts
}

// find is Match by the parts: the first at the start, the last at the end, the others as early as they come.
func (w *Wildcard) find(s string) bool {
	last := len(w.parts) - 1
	if last == 0 {
		return s == w.parts[0]
	}
	if len(s) < len(w.parts[0])+len(w.parts[last]) || !strings.HasPrefix(s, w.parts[0]) || !strings.HasSuffix(s, w.parts[last]) {
		return false
	}
	s = s[len(w.parts[0]) : len(s)-len(w.parts[last])]
	for _, part := range w.parts[1:last] {
		at := strings.Index(s, part)
		if at < 0 {
			return false
		}
		s = s[at+len(part):]
	}
	return true
}

// Match tells whether the whole text is like the pattern.
func (w *Wildcard) Match(s string) bool {
	if w.parts != nil {
		return w.find(s)
	}
	return w.walk(s)
}

func (w *Wildcard) walk(s string) bool {
	runes := []rune(s)
	at, piece, star, mark := 0, 0, -1, 0
	for at < len(runes) {
		if piece < len(w.pieces) {
			p := w.pieces[piece]
			if p.any {
				star, mark = piece, at
				piece++
				continue
			}
			if p.one || p.r == runes[at] {
				at++
				piece++
				continue
			}
		}
		if star < 0 {
			return false
		}
		mark++
		at, piece = mark, star+1
	}
	for piece < len(w.pieces) && w.pieces[piece].any {
		piece++
	}
	return piece == len(w.pieces)
}

// CompileJava compiles an expression of REPLACE or GROK within a limit of instructions.
func CompileJava(expression string, flavor regex.Flavor, limit int) (*regex.Regex, error) {
	return regex.Parse(expression, flavor, func(s string) (*regexp.Regexp, error) { return CompileRegex(s, limit) })
}

// CheckLike tells whether each backslash of a LIKE pattern stands before what it can take as it is.
func CheckLike(pattern string) error {
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '\\' {
			continue
		}
		if i++; i == len(pattern) || !strings.ContainsRune(`*?\`, rune(pattern[i])) {
			return errors.New(`bad pattern: a backslash takes the next character as it is, and that has to be *, ? or \`)
		}
	}
	return nil
}

// CheckReplace tells whether an expression of REPLACE can be used.
func CheckReplace(pattern string) error {
	_, err := CompileJava(pattern, regex.Java, DefaultLimits.RegexProgram)
	return err
}

// compiled remembers what patterns compile to within one call of a function.
type compiled[T any] struct {
	seen map[string]outcome[T]
	make func(string) (T, error)
}

type outcome[T any] struct {
	value T
	err   error
}

func (c *compiled[T]) get(pattern string) (T, error) {
	if o, ok := c.seen[pattern]; ok {
		return o.value, o.err
	}
	if c.seen == nil {
		c.seen = map[string]outcome[T]{}
	}
	value, err := c.make(pattern)
	c.seen[pattern] = outcome[T]{value, err}
	return value, err
}

// ErrLongText says that a text was not matched because it is too long.
var ErrLongText = errors.New("the text is longer than a pattern is matched against, treating result as null")

var esqlPattern = []*Row{
	needing(variadic(scalar("like", "true where the whole text is like a pattern with * and ?", likeEval(func(_ *Env, pattern string) (matcher, error) {
		return always(CompileLike(pattern).Match), nil
	}), boolean, str, str)), anyOf(ofLike)),
	needing(variadic(scalar("rlike", "true where the whole text matches a regular expression", likeEval(func(env *Env, pattern string) (matcher, error) {
		return compileRLike(pattern, env.Limits.RegexProgram)
	}), boolean, str, str)), anyOf(ofRLike)),
	scalar("$like", "true where the whole text is like a pattern that every row brings", anyMatch(func(_ *Env, pattern string) (matcher, error) {
		return always(CompileLike(pattern).Match), nil
	}), boolean, str, str),
	scalar("$rlike", "true where the whole text matches a regular expression that every row brings", anyMatch(func(env *Env, pattern string) (matcher, error) {
		return compileRLike(pattern, env.Limits.RegexProgram)
	}), boolean, str, str),
	scalar("replace", "the text with what a regular expression matches replaced", replaceEval, str, str, str, str),
	multi(variadic(scalar("mv_like", "true where one of the values is like a pattern with * and ?", anyMatch(func(_ *Env, pattern string) (matcher, error) {
		return always(CompileLike(pattern).Match), nil
	}), boolean, str, str))),
	multi(variadic(scalar("mv_rlike", "true where one of the values matches a regular expression", anyMatch(func(env *Env, pattern string) (matcher, error) {
		return compileRLike(pattern, env.Limits.RegexProgram)
	}), boolean, str, str))),
}

// likeEval matches texts with constant patterns; one of them is enough.
func likeEval(compile func(env *Env, pattern string) (matcher, error)) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		if n == 0 {
			return column.NullVector(boolean, 0), nil
		}
		var tests []matcher
		for _, p := range args[1:] {
			test, err := compile(env, Reader[string](p)(0))
			if err != nil {
				return nil, err
			}
			tests = append(tests, test)
		}
		var bad error
		v, _ := map1(env, boolean, args[0], args[1:], n, func(s string) (bool, bool) {
			if len(s) > env.Limits.RegexText {
				return overflow[bool](env, ErrLongText.Error())
			}
			for _, test := range tests {
				fits, err := test(s)
				if err != nil {
					bad = err
				} else if fits {
					return true, true
				}
			}
			return false, true
		})
		return v, bad
	}
}

func anyMatch(compile func(env *Env, pattern string) (matcher, error)) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		tests := compiled[matcher]{make: func(p string) (matcher, error) { return compile(env, p) }}
		var bad error
		values, pattern := Reader[string](args[0]), Reader[string](args[1])
		v, _ := mapRows(env, boolean, args, n, func(i int) (bool, bool) {
			from, _ := args[1].Range(i)
			test, err := tests.get(pattern(from))
			if err != nil {
				return overflow[bool](env, "java.lang.IllegalArgumentException: "+err.Error())
			}
			start, to := args[0].Range(i)
			for at := start; at < to; at++ {
				fits, err := test(values(at))
				if err != nil {
					bad = err
				} else if fits {
					return true, true
				}
			}
			return false, true
		})
		return v, bad
	}
}

func replaceEval(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	patterns := compiled[*regex.Regex]{make: func(p string) (*regex.Regex, error) { return CompileJava(p, regex.Java, env.Limits.RegexProgram) }}
	var bad error
	v, err := Map3(str, func(env *Env, s, pattern, with string) (string, bool) {
		re, err := patterns.get(pattern)
		if err != nil {
			return overflow[string](env, "java.util.regex.PatternSyntaxException: "+err.Error())
		}
		if bad == nil {
			bad = env.Context.Err()
		}
		if bad != nil {
			return "", false
		}
		if len(s) > env.Limits.RegexText {
			return overflow[string](env, ErrLongText.Error())
		}
		out, err := re.Replace(s, with, longestText, env.Context.Err)
		switch {
		case errors.Is(err, regex.ErrTooLong) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
			bad = err
			return "", false
		case errors.Is(err, regex.ErrTooLarge):
			return overflow[string](env, "java.lang.IllegalArgumentException: Creating strings with more than [1048576] bytes is not supported")
		case err != nil:
			return overflow[string](env, "java.lang.IllegalArgumentException: "+err.Error())
		}
		return out, true
	})(env, args, n)
	if errors.Is(bad, regex.ErrTooLong) {
		bad = env.place.Named(bad)
	}
	if bad != nil {
		return nil, bad
	}
	return v, err
}
