package function

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"casebook/engine/column"
)

// Rows that nobody can write as a function: what a filter of documents (KQL, MATCH) means. Any of a field's values may fit,
// and a field without one does not: the answer is never null.

func anyValue(name string, t column.Type, test func(env *Env, args []*column.Vector) (func(at int) bool, error), rest ...column.Type) *Row {
	return nullable(multi(scalar(name, "true where one of the values fits", func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		out := &column.Vector{Type: boolean, Len: n, Ints: make([]int64, n)}
		if n == 0 {
			return out, nil
		}
		fits, err := test(env, args)
		if err != nil {
			return nil, err
		}
		for i := range n {
			from, to := args[0].Range(i)
			for at := from; at < to && out.Ints[i] == 0; at++ {
				out.Ints[i] = bit(fits(at))
			}
		}
		return out, nil
	}, boolean, append([]column.Type{t}, rest...)...)))
}

// ordering is a comparison of a field's values with a constant.
func ordering(op string, test func(c int) bool) []*Row {
	return each(anything, func(t column.Type) *Row {
		return anyValue("$any_"+op, t, func(_ *Env, args []*column.Vector) (func(int) bool, error) {
			from, _ := args[1].Range(0)
			want := args[1].At(from)
			return func(at int) bool { return test(column.Compare(t, args[0].At(at), want)) }, nil
		}, t)
	})
}

var esqlMatch = slices.Concat(
	ordering("equals", func(c int) bool { return c == 0 }), ordering("<", func(c int) bool { return c < 0 }), ordering("<=", func(c int) bool { return c <= 0 }),
	ordering(">", func(c int) bool { return c > 0 }), ordering(">=", func(c int) bool { return c >= 0 }),
	[]*Row{
		anyValue("$any_like", str, func(_ *Env, args []*column.Vector) (func(int) bool, error) {
			w := CompileLike(constantText(args[1]))
			return func(at int) bool { return w.Match(args[0].Str(at)) }, nil
		}, str),
		anyValue("$any_word_like", str, func(_ *Env, args []*column.Vector) (func(int) bool, error) {
			w := CompileLike(strings.ToLower(constantText(args[1])))
			return func(at int) bool { return slices.ContainsFunc(words(args[0].Str(at)), w.Match) }, nil
		}, str),
		anyValue("$any_cidr", column.IP, func(_ *Env, args []*column.Vector) (func(int) bool, error) {
			block, err := readBlock(constantText(args[1]))
			if err != nil {
				return nil, err
			}
			return func(at int) bool {
				a, err := netip.ParseAddr(args[0].Str(at))
				return err == nil && block.has(a)
			}, nil
		}, str),
		anyValue("$match", str, func(_ *Env, args []*column.Vector) (func(int) bool, error) {
			want, fuzzy := constantText(args[1]), constantText(args[3])
			edits := allowedEdits(want, fuzzy)
			return func(at int) bool { s := args[0].Str(at); return s == want || edits > 0 && within(s, want, edits) }, nil
		}, str, str, str),
		anyValue("$match_phrase", str, func(_ *Env, args []*column.Vector) (func(int) bool, error) {
			want := words(constantText(args[1]))
			return func(at int) bool {
				have := words(args[0].Str(at))
				for i := range len(have) - len(want) + 1 {
					if len(want) > 0 && slices.Equal(have[i:i+len(want)], want) {
						return true
					}
				}
				return false
			}, nil
		}, str),
		anyValue("$match_words", str, func(_ *Env, args []*column.Vector) (func(int) bool, error) {
			want, every, fuzzy := words(constantText(args[1])), constantText(args[2]) == "and", constantText(args[3])
			return func(at int) bool {
				have := words(args[0].Str(at))
				has := func(w string) bool {
					edits := allowedEdits(w, fuzzy)
					return slices.ContainsFunc(have, func(h string) bool { return h == w || edits > 0 && within(h, w, edits) })
				}
				if every {
					return len(want) > 0 && !slices.ContainsFunc(want, func(w string) bool { return !has(w) })
				}
				return slices.ContainsFunc(want, has)
			}, nil
		}, str, str, str),
	},
)

func constantText(v *column.Vector) string {
	from, _ := v.Range(0)
	return v.Str(from)
}

// words are the runs of letters and digits of a text, in small letters.
func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '\'' })
}

// allowedEdits is how many edits a fuzziness allows for a word: AUTO goes by its length.
func allowedEdits(word, fuzzy string) int {
	switch n := utf8.RuneCountInString(word); {
	case fuzzy == "1":
		return 1
	case fuzzy == "2":
		return 2
	case fuzzy != "AUTO" || n < 3:
		return 0
	case n < 6:
		return 1
	}
	return 2
}

// within tells whether one text becomes another by at most so many edits; swapping neighbours is one edit.
func within(a, b string, edits int) bool {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > edits || len(y)-len(x) > edits {
		return false
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)] <= edits
}
