package esql

import (
	"strconv"
	"strings"
)

// The tokens of a query string, as the vendor's engine cuts them.

type queryKind uint8

const (
	queryNone queryKind = iota
	queryEnd
	queryAnd
	queryOr
	queryNot
	queryPlus
	queryOpen
	queryClose
	queryColon
	queryBoost
	queryFuzzy
	queryStar
	queryWord
	queryPattern // a word with * or ?
	queryQuoted
	queryRegex
	queryRange // from [ or { to the ] or } behind it
	queryWrong // what cannot stand where it does
)

// queryToken is a token as it is written; of what stands in quotes or slashes only what is between.
type queryToken struct {
	kind queryKind
	text string
	from int
}

const (
	querySpaces = " \t\n\r\u3000"
	// queryEnds end a word, or cannot begin one; + and - can stand in it.
	queryEnds = querySpaces + `+-!():^[]"{}~*?\/`
)

// queryTokens cuts a text. What is wrong is a token of its own, at which reading ends.
func queryTokens(s string) []queryToken {
	var tokens []queryToken
	for i := 0; ; {
		i += len(s[i:]) - len(strings.TrimLeft(s[i:], querySpaces))
		if i == len(s) {
			return append(tokens, queryToken{kind: queryEnd, from: i, text: "the end"})
		}
		kind, n := queryTokenAt(s[i:])
		t := queryToken{kind, s[i : i+n], i}
		if kind == queryQuoted || kind == queryRegex {
			t.text = t.text[1 : n-1]
		}
		tokens = append(tokens, t)
		i += n
	}
}

var querySigns = map[byte]queryKind{'(': queryOpen, ')': queryClose, ':': queryColon}

// queryTokenAt is the kind and length of the token that a text begins with.
func queryTokenAt(s string) (queryKind, int) {
	switch c := s[0]; c {
	case '(', ')', ':':
		return querySigns[c], 1
	case '+', '-', '!':
		if len(s) == 1 || strings.ContainsRune(querySpaces, []rune(s[1:2])[0]) {
			return queryWrong, 1
		} else if c == '+' {
			return queryPlus, 1
		}
		return queryNot, 1
	case '^', '~':
		n := 1
		for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.') {
			n++
		}
		if c == '~' {
			return queryFuzzy, n
		} else if _, err := strconv.ParseFloat(s[1:n], 64); err != nil {
			return queryWrong, n
		}
		return queryBoost, n
	case '"', '/':
		if n := closing(s, c); n > 0 {
			return map[byte]queryKind{'"': queryQuoted, '/': queryRegex}[c], n + 1
		}
		return queryWrong, len(s)
	case '[', '{':
		return queryRangeAt(s)
	case ']', '}':
		return queryWrong, 1
	}
	return queryWordAt(s)
}

// closing is where a quote or slash that a text begins with ends; 0 for nowhere.
func closing(s string, c byte) int {
	for i := 1; i < len(s); i++ {
		if s[i] == '\\' {
			i++
		} else if s[i] == c {
			return i
		}
	}
	return 0
}

func queryRangeAt(s string) (queryKind, int) {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			n := closing(s[i:], '"')
			if n == 0 {
				return queryWrong, len(s)
			}
			i += n
		case ']', '}':
			return queryRange, i + 1
		}
	}
	return queryWrong, len(s)
}

// queryWordAt is a word: one that is an operator, one with a pattern, or any other.
func queryWordAt(s string) (queryKind, int) {
	n, pattern := 0, false
	for n < len(s) {
		switch c := s[n]; {
		case c == '\\' && n+1 == len(s):
			return queryWrong, len(s)
		case c == '\\':
			n++
		case c == '*' || c == '?':
			pattern = true
		case n > 0 && (c == '+' || c == '-'):
		case strings.IndexByte(queryEnds, c) >= 0 && c < 0x80, strings.HasPrefix(s[n:], "\u3000"):
			goto done
		}
		n++
	}
done:
	switch word := s[:n]; {
	case word == "AND" || word == "&&":
		return queryAnd, n
	case word == "OR" || word == "||":
		return queryOr, n
	case word == "NOT":
		return queryNot, n
	case word == "*":
		return queryStar, n
	case pattern:
		return queryPattern, n
	}
	return queryWord, n
}

// unescaped is a text without the backslashes that take the character behind them as it is.
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if code, ok := unicodeEscape(s[i:]); ok {
				b.WriteRune(code)
				i += len("0000")
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// unicodeEscape reads u and four hexadecimal figures.
func unicodeEscape(s string) (rune, bool) {
	if len(s) < len("u0000") || s[0] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[1:5], 16, 16)
	return rune(n), err == nil
}
