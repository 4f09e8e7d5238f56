package function

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"casebook/engine/column"
)

// longestText is the most that one call may build: the vendor's own cap.
const longestText = 1 << 20

// Short names for the types of this room's rows.
const (
	str     = column.String
	boolean = column.Bool
	integer = column.Int
)

func text1(name, doc string, f func(s string) string) *Row {
	return scalar(name, doc, Map1(str, func(_ *Env, s string) (string, bool) { return f(s), true }), str, str)
}

func test2(name, doc string, f func(s, part string) bool) *Row {
	return scalar(name, doc, Map2(boolean, func(_ *Env, s, part string) (bool, bool) { return f(s, part), true }), boolean, str, str)
}

func measure(name, doc string, f func(s string) int) *Row {
	return scalar(name, doc, Map1(integer, func(_ *Env, s string) (int64, bool) { return int64(f(s)), true }), integer, str)
}

var esqlText = slices.Concat(
	[]*Row{
		measure("length", "the number of characters", utf8.RuneCountInString),
		measure("byte_length", "the number of bytes", func(s string) int { return len(s) }),
		measure("bit_length", "the number of bits", func(s string) int { return len(s) * 8 }),
		needing(test2("starts_with", "true where the text starts with another", strings.HasPrefix), anyOf(itself)),
		needing(test2("ends_with", "true where the text ends with another", strings.HasSuffix), anyOf(itself)),
		needing(test2("contains", "true where the text contains another", strings.Contains), anyOf(itself)),
		text1("trim", "the text without blanks around it", func(s string) string { return strings.TrimFunc(s, blank) }),
		text1("ltrim", "the text without blanks before it", func(s string) string { return strings.TrimLeftFunc(s, blank) }),
		text1("rtrim", "the text without blanks after it", func(s string) string { return strings.TrimRightFunc(s, blank) }),
		text1("reverse", "the text backwards", backwards),
		meant(MeansCase, multi(scalar("to_lower", "the text in small letters", elementwise(str, func(_ *Env, s string) (string, bool) { return Smalls(s), true }), str, str))),
		meant(MeansCase, multi(scalar("to_upper", "the text in capitals", elementwise(str, func(_ *Env, s string) (string, bool) { return Capitals(s), true }), str, str))),
		meant(MeansJoined, variadic(scalar("concat", "the texts one after the other", MapN(str, func(env *Env, parts []string) (string, bool) {
			n := 0
			for _, p := range parts {
				n += len(p)
			}
			if n > longestText {
				return overflow[string](env, "java.lang.IllegalArgumentException: concatenating more than [1048576] bytes is not supported")
			}
			return strings.Join(parts, ""), true
		}), str, str, str))),
		scalar("left", "the first so many characters", Map2(str, func(_ *Env, s string, n int64) (string, bool) {
			return substring(s, 0, n), true
		}), str, str, integer),
		scalar("right", "the last so many characters", Map2(str, func(_ *Env, s string, n int64) (string, bool) {
			return substring(s, max(int64(utf8.RuneCountInString(s))-max(n, 0), 0), n), true
		}), str, str, integer),
		scalar("substring", "the text from a character on, counted from 1, or from the end where negative", Map2(str, func(_ *Env, s string, start int64) (string, bool) {
			return substring(s, begin(s, start), int64(len(s))), true
		}), str, str, integer),
		scalar("substring", "so many characters of the text from one on, counted from 1", Map3(str, func(env *Env, s string, start, n int64) (string, bool) {
			if n < 0 {
				return overflow[string](env, "java.lang.IllegalArgumentException: Length parameter cannot be negative, found ["+strconv.FormatInt(n, 10)+"]")
			}
			return substring(s, begin(s, start), n), true
		}), str, str, integer, integer),
		scalar("locate", "the place of a text in another, counted from 1, or 0", Map2(integer, func(_ *Env, s, part string) (int64, bool) {
			return locate(s, part, 0), true
		}), integer, str, str),
		scalar("locate", "the place of a text in another from a place on, counted from 1, or 0", Map3(integer, func(_ *Env, s, part string, start int64) (int64, bool) {
			return locate(s, part, start), true
		}), integer, str, str, integer),
		scalar("repeat", "the text so many times over", Map2(str, func(env *Env, s string, n int64) (string, bool) {
			switch {
			case n < 0:
				return overflow[string](env, "java.lang.IllegalArgumentException: Number parameter cannot be negative, found ["+TextOf(column.Long, n)+"]")
			case n > 0 && int64(len(s)) > longestText/n:
				return overflow[string](env, "java.lang.IllegalArgumentException: Creating repeated strings with more than [1048576] bytes is not supported")
			}
			return strings.Repeat(s, int(n)), true
		}), str, str, integer),
		scalar("space", "so many blanks", Map1(str, func(env *Env, n int64) (string, bool) {
			switch {
			case n < 0:
				return overflow[string](env, "java.lang.IllegalArgumentException: Number parameter cannot be negative, found ["+TextOf(column.Long, n)+"]")
			case n > longestText:
				return overflow[string](env, "java.lang.IllegalArgumentException: Creating strings longer than [1048576] bytes is not supported")
			}
			return strings.Repeat(" ", int(n)), true
		}), str, integer),
		scalar("split", "the parts of a text between separators", func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
			s, sep := Reader[string](args[0]), Reader[string](args[1])
			nulls := Nulls(n, args...)
			b := column.NewBuilder(str, n)
			for i := range n {
				if nulls.Has(i) {
					b.Null()
					continue
				}
				b.Multi(boxed(strings.Split(s(i), sep(i))))
			}
			return b.Vector(), nil
		}, str, str, str),
	},
)

func boxed[T any](values []T) []any {
	out := make([]any, len(values))
	for i, x := range values {
		out[i] = x
	}
	return out
}

// blank is what Java's strip takes away.
func blank(r rune) bool {
	return unicode.IsSpace(r) && r != '\u00a0' && r != '\u2007' && r != '\u202f' || r >= 0x1c && r <= 0x1f
}

// backwards reverses a text, keeping marks behind the letters they belong to.
func backwards(s string) string {
	var clusters []string
	joined := false
	for _, r := range s {
		if n := len(clusters); n > 0 && (joined || unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) || r == '\u200d' || r >= 0xfe00 && r <= 0xfe0f || r >= 0x1f3fb && r <= 0x1f3ff) {
			clusters[n-1] += string(r)
		} else {
			clusters = append(clusters, string(r))
		}
		joined = r == '\u200d'
	}
	slices.Reverse(clusters)
	return strings.Join(clusters, "")
}

// begin is the place, from 0, that a place counted from 1 or from the end means.
func begin(s string, start int64) int64 {
	n := int64(utf8.RuneCountInString(s))
	switch {
	case start > 0:
		start--
	case start < 0:
		start += n
	}
	return min(max(start, 0), n)
}

// substring is n characters of s from one on, counted from 0.
func substring(s string, from, n int64) string {
	if n <= 0 {
		return ""
	}
	start, count := len(s), int64(0)
	for i := range s {
		if count == from {
			start = i
		}
		if count >= from && count-from == n {
			return s[start:i]
		}
		count++
	}
	return s[start:]
}

// locate counts a start below 0 from the end, as SUBSTRING does.
func locate(s, part string, start int64) int64 {
	if len(s) < len(part) {
		return 0
	}
	from := begin(s, start)
	rest := substring(s, from, int64(len(s)))
	i := strings.Index(rest, part)
	if i < 0 {
		return 0
	}
	return from + int64(utf8.RuneCountInString(rest[:i])) + 1
}
