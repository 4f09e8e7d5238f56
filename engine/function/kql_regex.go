package function

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"casebook/engine/column"
)

// Functions of regular expressions. How expressions are compiled and limited stands in kql_match.go.

// regexRow lifts a function of a regular expression, which is argument which, and a text, which is argument of.
func regexRow(f func(re *regexp.Regexp, a []any) any, t column.Type, which, of int) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		var bad error
		v, err := rowwise(t, func(env *Env, a []any) any {
			re, err := compile(plainText(a[which]))
			if err == nil {
				err = short(env, re, plainText(a[of]))
			}
			if err != nil {
				bad = err
				return nil
			}
			return f(re.Regexp, a)
		})(env, args, n)
		if err == nil {
			err = bad
		}
		return v, err
	}
}

func trimStart(re *regexp.Regexp, s string) string {
	anchored, err := compile("^(?:" + re.String() + ")")
	if err != nil {
		return s
	}
	if m := anchored.FindStringIndex(s); m != nil {
		return s[m[1]:]
	}
	return s
}

func trimEnd(re *regexp.Regexp, s string) string {
	anchored, err := compile("(?:" + re.String() + ")$")
	if err != nil {
		return s
	}
	if m := anchored.FindStringIndex(s); m != nil {
		return s[:m[0]]
	}
	return s
}

// regexAll is extract_all; of is which argument the text is.
func regexAll(of int) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		var bad error
		v, err := rowwise(column.Dynamic, func(env *Env, a []any) any {
			re, err := compile(plainText(a[0]))
			if err == nil {
				err = short(env, re, plainText(a[of]))
			}
			if err != nil {
				bad = err
				return nil
			}
			var groups []int
			if of == 2 {
				groups = chosenGroups(re.Regexp, a[1])
			}
			if len(groups) == 0 {
				for g := 1; g <= re.NumSubexp(); g++ {
					groups = append(groups, g)
				}
			}
			return allMatches(re.Regexp, plainText(a[of]), groups)
		})(env, args, n)
		if err == nil {
			err = bad
		}
		return v, err
	}
}

// chosenGroups are the groups that a list names by number or by name; what is no group of the expression is left out.
func chosenGroups(re *regexp.Regexp, list any) []int {
	var groups []int
	wanted, _ := list.([]any)
	for _, g := range wanted {
		n := -1
		switch g := g.(type) {
		case int64:
			n = int(g)
		case string:
			n = re.SubexpIndex(g)
		}
		if n >= 0 && n <= re.NumSubexp() {
			groups = append(groups, n)
		}
	}
	return groups
}

func allMatches(re *regexp.Regexp, s string, groups []int) any {
	var elementsOf []any
	for _, m := range re.FindAllStringSubmatch(s, -1) {
		parts := make([]any, len(groups))
		for i, g := range groups {
			parts[i] = m[g]
		}
		if len(parts) == 1 {
			elementsOf = append(elementsOf, parts[0])
		} else {
			elementsOf = append(elementsOf, parts)
		}
	}
	if elementsOf == nil {
		return nil
	}
	return elementsOf
}

func countOf(env *Env, a []any) any {
	s, t := plainText(a[0]), plainText(a[1])
	if len(a) > 2 && plainText(a[2]) == "regex" {
		re, err := compile(t)
		if err != nil {
			return nil
		}
		return int64(len(re.FindAllStringIndex(s, -1)))
	}
	if t == "" {
		return int64(0)
	}
	// Occurrences may overlap.
	count := int64(0)
	for at := 0; at < len(s); {
		i := strings.Index(s[at:], t)
		if i < 0 {
			break
		}
		count++
		_, n := utf8.DecodeRuneInString(s[at+i:])
		at += i + n
	}
	return count
}

// indexOfMatch counts in characters, as all places in texts are.
func indexOfMatch(re *regexp.Regexp, a []any) any {
	s := []rune(plainText(a[0]))
	n := int64(len(s))
	at := [3]int64{0, -1, 1}
	for i, x := range a[2:] {
		v, ok := x.(int64)
		if !ok {
			return nil
		}
		at[i] = v
	}
	start, length, occurrence := at[0], at[1], at[2]
	if start < 0 || length < -1 || occurrence < 0 {
		return nil
	}
	if start > n {
		return int64(-1)
	}
	end := n
	if length >= 0 {
		end = min(end, start+length)
	}
	part := string(s[start:end])
	found := re.FindAllStringIndex(part, int(min(occurrence, n+1)))
	if occurrence < 1 || int64(len(found)) < occurrence {
		return int64(-1)
	}
	return start + int64(utf8.RuneCountInString(part[:found[occurrence-1][0]]))
}
