package esql

import (
	"strings"

	"casebook/engine/syntax"
)

// ES|QL reads the same characters differently from command to command: FROM takes "logs-*,-old" and KEEP takes "a*"
// without quotes, where an expression has operators. So the lexer has a mode, set by the command word that a pipe or the
// start of the text puts it before, and back again by the next pipe.

// kind is what a token is.
type kind uint8

const (
	end        kind = iota
	word            // an unquoted identifier or a keyword
	quoted          // `an identifier`, with its quotes
	text            // "a string" or """a raw string""", with its quotes
	integer         // 12
	decimal         // 1.5, .5, 1e3
	param           // ?name, ?1, ?
	doubled         // ??name: an identifier given as a parameter
	symbol          // an operator or a bracket
	sourceName      // logs-*, in FROM
	pattern         // a* or a mix of a, * and `a`, in KEEP, DROP, RENAME and MV_EXPAND
	broken          // what no token starts with; the lexer has complained
)

// token is a piece of the text.
type token struct {
	kind kind
	at   syntax.Span
	text string // as written
}

// mode is how the lexer reads.
type mode uint8

const (
	commandMode mode = iota
	expressionMode
	sourceMode
	nameMode
	forkMode // between the branches of FORK
)

// commandModes are the modes of the commands that are not followed by expressions.
var commandModes = map[string]mode{
	"from": sourceMode, "ts": sourceMode, "fork": forkMode,
	"keep": nameMode, "drop": nameMode, "project": nameMode, "rename": nameMode, "mv_expand": nameMode,
}

// What is more than this no person could read: it is an attack or a mistake.
const (
	longestText = 1 << 20 // bytes
	maxTokens   = 200_000
)

type lexer struct {
	file   *syntax.File
	errors *syntax.List
	at     int
	mode   mode
	// outer are the modes that open brackets of a subquery will return to.
	outer  []mode
	tokens []token
	lost   bool // behind a mistake it is not known what is meant
}

// lex splits a text into tokens; the last one is always end. They are whole where each mistake left a token that says what
// was meant, so that it is worth reading on.
func lex(file *syntax.File, errors *syntax.List) (tokens []token, whole bool) {
	l := &lexer{file: file, errors: errors}
	n := len(file.Text)
	if n > longestText {
		l.complain(longestText, longestText, "the query is %d bytes long, and at most %d are read", n, longestText)
		l.at = n
	}
	for {
		l.space()
		if l.at >= n || len(l.tokens) == maxTokens {
			break
		}
		start := l.at
		kind := l.next()
		if l.at == start { // nothing was taken: never stand still
			l.at++
			kind = broken
		}
		l.add(kind, start)
	}
	if l.at < n {
		l.complain(l.at, l.at+1, "the query is too long: more than %d words and symbols", maxTokens)
	}
	l.tokens = append(l.tokens, token{kind: end, at: syntax.Span{Start: n, End: n}})
	return l.tokens, !l.lost
}

func (l *lexer) add(k kind, start int) {
	l.tokens = append(l.tokens, token{kind: k, at: syntax.Span{Start: start, End: l.at}, text: l.file.Text[start:l.at]})
}

func (l *lexer) complain(start, stop int, format string, args ...any) {
	l.lost = true
	l.errors.Add(syntax.Errorf(l.file, syntax.Span{Start: start, End: stop}, format, args...))
}

// space skips blanks and comments; block comments nest.
func (l *lexer) space() {
	t := l.file.Text
	for l.at < len(t) {
		switch {
		case strings.IndexByte(" \t\r\n", t[l.at]) >= 0:
			l.at++
		case strings.HasPrefix(t[l.at:], "//"):
			if i := strings.IndexByte(t[l.at:], '\n'); i >= 0 {
				l.at += i + 1
			} else {
				l.at = len(t)
			}
		case strings.HasPrefix(t[l.at:], "/*"):
			l.comment()
		default:
			return
		}
	}
}

func (l *lexer) comment() {
	t, start, depth := l.file.Text, l.at, 0
	for l.at < len(t) {
		switch {
		case strings.HasPrefix(t[l.at:], "/*"):
			depth++
			l.at += 2
		case strings.HasPrefix(t[l.at:], "*/"):
			depth--
			l.at += 2
			if depth == 0 {
				return
			}
		default:
			l.at++
		}
	}
	l.complain(start, start+2, "the comment that starts here is never closed")
}

func (l *lexer) next() kind {
	switch c := l.file.Text[l.at]; {
	case c == '|' || c == ';':
		l.mode = commandMode
		l.at++
		return symbol
	case c == '(' || c == ')':
		return l.bracket(c)
	case l.mode == commandMode:
		return l.command()
	case l.mode == sourceMode:
		return l.source()
	case l.mode == nameMode:
		return l.name()
	}
	return l.expression()
}

// command reads the word that names a command and enters its mode.
func (l *lexer) command() kind {
	start := l.at
	k := l.expression()
	l.mode = expressionMode
	if m, ok := commandModes[strings.ToLower(l.file.Text[start:l.at])]; ok {
		l.mode = m
	}
	return k
}

// bracket opens or closes a round bracket; in FROM and FORK it holds commands, which have modes of their own.
func (l *lexer) bracket(c byte) kind {
	l.at++
	if c == '(' {
		l.outer = append(l.outer, l.mode)
		if l.mode == sourceMode || l.mode == forkMode || l.mode == expressionMode && l.subquery() {
			l.mode = commandMode
		}
	} else if n := len(l.outer); n > 0 {
		l.mode, l.outer = l.outer[n-1], l.outer[:n-1]
	}
	return symbol
}

// subquery tells whether the bracket just opened holds a query: IN (FROM …), where FROM is not a column.
func (l *lexer) subquery() bool {
	n := len(l.tokens)
	if n == 0 || !l.tokens[n-1].word("in") {
		return false
	}
	rest := strings.TrimLeft(l.file.Text[l.at:], " \t\r\n")
	if len(rest) < 5 || !strings.EqualFold(rest[:4], "from") || isBody(rest[4]) {
		return false
	}
	rest = strings.TrimLeft(rest[4:], " \t\r\n")
	return rest != "" && strings.IndexByte(",).+-*/%:", rest[0]) < 0
}

func (l *lexer) source() kind {
	t := l.file.Text
	switch c := t[l.at]; {
	case c == '"':
		return l.str()
	case strings.HasPrefix(t[l.at:], "::"):
		l.at += 2
		return symbol
	case strings.IndexByte(":=,[]", c) >= 0:
		l.at++
		return symbol
	}
	start := l.at
	for l.at < len(t) && strings.IndexByte(":\"=|,[]() \t\r\n", t[l.at]) < 0 {
		if t[l.at] == '/' && (strings.HasPrefix(t[l.at:], "//") || strings.HasPrefix(t[l.at:], "/*")) {
			break
		}
		l.at++
	}
	if strings.EqualFold(t[start:l.at], "metadata") {
		return word
	}
	return sourceName
}

// name reads a token of a list of names, where an asterisk is part of a name.
func (l *lexer) name() kind {
	t, start := l.file.Text, l.at
	if t[l.at] == '.' { // never a number here
		l.at++
		return symbol
	}
	for l.at < len(t) {
		switch c := t[l.at]; {
		case isBody(c) || c == '*' || c == '@' && l.at == start:
			l.at++
			continue
		case c == '`':
			if !l.backticks() {
				return broken
			}
			continue
		}
		break
	}
	if l.at == start {
		return l.expression()
	}
	written := t[start:l.at]
	switch {
	case !strings.ContainsAny(written, "*`") && !isDigit(written[0]):
		return word
	case written[0] == '`' && strings.Count(strings.ReplaceAll(written, "``", ""), "`") == 2 && written[len(written)-1] == '`':
		return quoted
	}
	return pattern
}

// backticks skips one quoted identifier.
func (l *lexer) backticks() bool {
	t, start := l.file.Text, l.at
	for l.at++; l.at < len(t); l.at++ {
		if t[l.at] != '`' {
			continue
		}
		if strings.HasPrefix(t[l.at:], "``") && l.at > start {
			l.at++
			continue
		}
		l.at++
		if l.at == start+2 {
			l.complain(start, l.at, "a name in backticks cannot be empty")
		}
		return true
	}
	l.complain(start, start+1, "the name that starts with this backtick is never closed")
	return false
}

// symbols are the operators, longest first.
var symbols = []string{
	"::", "==", "=~", "!=", "<=", ">=", "->", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",", ".", ":", ";",
}

func (l *lexer) expression() kind {
	t := l.file.Text
	c := t[l.at]
	switch {
	case isLetter(c) || (c == '_' || c == '@') && l.at+1 < len(t) && isBody(t[l.at+1]):
		for l.at++; l.at < len(t) && isBody(t[l.at]); l.at++ {
		}
		return word
	case isDigit(c) || c == '.' && l.at+1 < len(t) && isDigit(t[l.at+1]):
		return l.number()
	case c == '"':
		return l.str()
	case c == '`':
		if !l.backticks() {
			return broken
		}
		return quoted
	case c == '?':
		return l.parameter()
	}
	for _, s := range symbols {
		if strings.HasPrefix(t[l.at:], s) {
			l.at += len(s)
			return symbol
		}
	}
	start := l.at
	for l.at++; l.at < len(t) && (t[l.at]&0xC0 == 0x80 || t[l.at] == c && c == '&'); l.at++ { // a whole rune, or && at once
	}
	first, k := l.at, broken
	line, _, _ := strings.Cut(t[first:], "\n")
	if closing, ok := otherQuotes[t[start:l.at]]; ok && strings.Contains(line, closing) { // the whole of 'a text'
		l.at += strings.Index(line, closing) + len(closing)
		k = text
	}
	e := syntax.Errorf(l.file, syntax.Span{Start: start, End: l.at}, "%q has no meaning here", t[start:l.at])
	if hint := strange(c, t[start:first]); hint != "" {
		e = e.WithHint("%s", hint)
	}
	l.errors.Add(e)
	l.lost = l.lost || k == broken
	return k
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isBody(c byte) bool   { return isLetter(c) || isDigit(c) || c == '_' }
