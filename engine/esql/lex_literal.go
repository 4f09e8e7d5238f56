package esql

import (
	"strings"
	"unicode/utf8"

	"casebook/engine/syntax"
)

// Tokens that stand for a value: numbers, parameters, strings.

func (l *lexer) number() kind {
	t, k := l.file.Text, integer
	digits := func() {
		for l.at < len(t) && isDigit(t[l.at]) {
			l.at++
		}
	}
	digits()
	if l.at < len(t) && t[l.at] == '.' {
		k = decimal
		l.at++
		digits()
	}
	if l.at < len(t) && (t[l.at] == 'e' || t[l.at] == 'E') {
		i := l.at + 1
		if i < len(t) && (t[i] == '+' || t[i] == '-') {
			i++
		}
		if i < len(t) && isDigit(t[i]) {
			k = decimal
			l.at = i
			digits()
		}
	}
	return k
}

func (l *lexer) parameter() kind {
	t, k := l.file.Text, param
	if l.at++; l.at < len(t) && t[l.at] == '?' {
		k = doubled
		l.at++
	}
	for l.at < len(t) && isBody(t[l.at]) {
		l.at++
	}
	return k
}

func (l *lexer) str() kind {
	t, start := l.file.Text, l.at
	if strings.HasPrefix(t[l.at:], `"""`) {
		return l.raw()
	}
	for l.at++; l.at < len(t); l.at++ {
		switch c := t[l.at]; c {
		case '"':
			l.at++
			return text
		case '\\':
			if l.at+1 < len(t) && strings.IndexByte(`tnr"\`, t[l.at+1]) < 0 {
				l.escape()
			}
			l.at++
		case '\r', '\n':
			l.complain(start, l.at, "the string is not closed on its line")
			return text
		}
	}
	l.at = len(t)
	l.complain(start, start+1, "the string that starts here is never closed")
	return text
}

// escape complains of a backslash and the character behind it.
func (l *lexer) escape() {
	_, n := utf8.DecodeRuneInString(l.file.Text[l.at+1:])
	at := syntax.Span{Start: l.at, End: l.at + 1 + n}
	l.errors.Add(syntax.Errorf(l.file, at, `unknown escape %s: strings know \t \n \r \" and \\`, l.file.Slice(at)).
		WithHint(`a backslash itself is two, as in "\\d", or stands as it is in """\d"""`))
}

func (l *lexer) raw() kind {
	t, start := l.file.Text, l.at
	i := strings.Index(t[l.at+3:], `"""`)
	if i < 0 {
		l.at = len(t)
		l.complain(start, start+3, "the raw string that starts here is never closed")
		return text
	}
	l.at += 3 + i + 3
	for extra := 0; extra < 2 && l.at < len(t) && t[l.at] == '"'; extra++ { // quotes before the closing ones are text
		l.at++
	}
	return text
}
