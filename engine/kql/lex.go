package kql

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"casebook/engine/column"
	"casebook/engine/syntax"
)

// lexer cuts a text into tokens. It never fails: what it cannot read becomes an error in the list and a broken token.
type lexer struct {
	file   *syntax.File
	src    string
	at     int
	tokens []token
	errs   *syntax.List
}

// literalTypes are the names that, before a parenthesis, begin a literal of that type.
var literalTypes = map[string]column.Type{
	"bool": column.Bool, "boolean": column.Bool, "int": column.Int, "int32": column.Int, "long": column.Long, "int64": column.Long,
	"real": column.Double, "double": column.Double, "decimal": column.Decimal, "string": column.String,
	"datetime": column.Time, "date": column.Time, "timespan": column.Duration, "time": column.Duration,
	"guid": column.GUID, "uuid": column.GUID, "uniqueid": column.GUID,
}

// marks are the punctuation, longest first.
var marks = []string{"==", "!=", "=~", "!~", "<>", "<=", ">=", "=>", "..", "<", ">", "=", "+", "-", "*", "/", "%", "|", ",", ";", ":", ".", "(", ")", "[", "]", "{", "}", "!", "?"}

// lex cuts a part of a file's text.
func lex(file *syntax.File, part syntax.Span, errs *syntax.List) []token {
	l := &lexer{file: file, src: file.Text[:part.End], at: part.Start, errs: errs}
	if strings.HasPrefix(l.src[l.at:], "\ufeff") {
		l.at += len("\ufeff")
	}
	for {
		spaced := l.space()
		start := l.at
		if l.at >= len(l.src) {
			l.tokens = append(l.tokens, token{kind: end, span: syntax.Span{Start: start, End: start}, spaced: spaced})
			return l.tokens
		}
		if len(l.tokens) > mostTokens {
			return append(l.tokens, token{kind: end, span: syntax.Span{Start: start, End: start}})
		}
		t := l.next()
		t.span, t.spaced = syntax.Span{Start: start, End: l.at}, spaced
		l.tokens = append(l.tokens, t)
	}
}

func (l *lexer) errorf(start int, format string, args ...any) *syntax.Error {
	e := syntax.Errorf(l.file, syntax.Span{Start: start, End: l.at}, format, args...)
	l.errs.Add(e)
	return e
}

// space skips white space and comments.
func (l *lexer) space() bool {
	start := l.at
	for l.at < len(l.src) {
		if strings.HasPrefix(l.src[l.at:], "//") {
			if i := strings.IndexByte(l.src[l.at:], '\n'); i >= 0 {
				l.at += i + 1
			} else {
				l.at = len(l.src)
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(l.src[l.at:])
		if !unicode.IsSpace(r) && r != '\u200b' && r != '\ufeff' {
			break
		}
		l.at += n
	}
	return l.at > start
}

func letter(r rune) bool { return r == '_' || unicode.IsLetter(r) }

func (l *lexer) next() token {
	rest := l.src[l.at:]
	r, n := utf8.DecodeRuneInString(rest)
	switch {
	case strings.HasPrefix(rest, "```") || strings.HasPrefix(rest, "~~~"):
		return l.fenced(rest[:3])
	case r == '"' || r == '\'':
		return l.str(byte(r), false)
	case r == '@' && len(rest) > 1 && (rest[1] == '"' || rest[1] == '\''):
		l.at++
		return l.str(rest[1], true)
	case (r == 'h' || r == 'H') && (strings.HasPrefix(rest[1:], "```") || strings.HasPrefix(rest[1:], "~~~")):
		l.at++
		return l.fenced(rest[1:4])
	case (r == 'h' || r == 'H') && len(rest) > 1 && (rest[1] == '"' || rest[1] == '\''):
		l.at++
		return l.str(rest[1], false)
	case (r == 'h' || r == 'H') && len(rest) > 2 && rest[1] == '@' && (rest[2] == '"' || rest[2] == '\''):
		l.at += 2
		return l.str(rest[2], true)
	case r >= '0' && r <= '9':
		return l.number()
	case letter(r) || r == '$':
		return l.word()
	case r == '[':
		if t, ok := l.bracket(); ok {
			return t
		}
	case r == '!':
		// "!has" and its like are one operator.
		if i := wordEnd(rest[1:]); i > 0 {
			if name := rest[:1+i]; negations[name] {
				l.at += len(name)
				if strings.HasPrefix(l.src[l.at:], "~") && name == "!in" {
					l.at++
					name += "~"
				}
				return token{kind: mark, text: name}
			}
		}
	}
	for _, m := range marks {
		if strings.HasPrefix(rest, m) {
			l.at += len(m)
			return token{kind: mark, text: m}
		}
	}
	l.at += n
	switch {
	case r == '&' && strings.HasPrefix(l.src[l.at:], "&"):
		l.at++
		l.errorf(l.at-2, "unexpected characters '&&'").WithHint("the word is 'and'")
	case strings.ContainsRune("“”„‘’", r):
		l.errorf(l.at-n, "unexpected character %q", r).WithHint("a string stands in plain quotes: \" or '")
	case r == '#':
		l.errorf(l.at-n, "unexpected character '#'").WithHint("a comment begins with //")
	default:
		l.errorf(l.at-n, "unexpected character %q", r)
	}
	return token{kind: broken}
}

var negations = map[string]bool{
	"!in": true, "!has": true, "!has_cs": true, "!contains": true, "!contains_cs": true, "!startswith": true, "!startswith_cs": true,
	"!endswith": true, "!endswith_cs": true, "!hasprefix": true, "!hasprefix_cs": true, "!hassuffix": true, "!hassuffix_cs": true,
	"!between": true,
}

// wordEnd is how many bytes of s belong to an identifier that starts there.
func wordEnd(s string) int {
	for i, r := range s {
		if !letter(r) && !unicode.IsDigit(r) {
			return i
		}
	}
	return len(s)
}

func (l *lexer) word() token {
	start := l.at
	if l.src[l.at] == '$' {
		l.at++
	}
	l.at += wordEnd(l.src[l.at:])
	name := l.src[start:l.at]
	if name == "$" {
		l.errorf(start, "unexpected character '$'")
		return token{kind: broken}
	}
	if name == "in" && strings.HasPrefix(l.src[l.at:], "~") {
		l.at++
		return token{kind: mark, text: "in~"}
	}
	if _, ok := literalTypes[name]; ok {
		if raw, ok := l.parens(); ok {
			return token{kind: typed, text: name, raw: raw}
		}
	}
	return token{kind: word, text: name}
}

// parens takes the raw text of a literal's parentheses, if they follow.
func (l *lexer) parens() (string, bool) {
	at := l.at
	for at < len(l.src) && (l.src[at] == ' ' || l.src[at] == '\t') {
		at++
	}
	if at >= len(l.src) || l.src[at] != '(' {
		return "", false
	}
	i := strings.IndexAny(l.src[at+1:], ")(\n")
	if i < 0 || l.src[at+1+i] != ')' {
		return "", false
	}
	raw := l.src[at+1 : at+1+i]
	l.at = at + 1 + i + 1
	return raw, true
}

// bracket reads ['name'], which is an identifier where an index would make no sense: whether it is one is up to the
// parser, so the token carries the name and the parser looks at what stands before it.
func (l *lexer) bracket() (token, bool) {
	at := l.at
	l.at++
	l.space()
	rest := l.src[l.at:]
	if rest == "" || (rest[0] != '\'' && rest[0] != '"' && !strings.HasPrefix(rest, "@'") && !strings.HasPrefix(rest, `@"`)) {
		l.at = at
		return token{}, false
	}
	known := len(*l.errs)
	verbatim := rest[0] == '@'
	if verbatim {
		l.at++
	}
	t := l.str(l.src[l.at], verbatim)
	l.space()
	if t.kind == text && strings.HasPrefix(l.src[l.at:], "]") {
		l.at++
		return token{kind: quoted, text: t.text}, true
	}
	*l.errs = (*l.errs)[:known]
	l.at = at
	return token{}, false
}

func (l *lexer) fenced(fence string) token {
	start := l.at
	l.at += len(fence)
	i := strings.Index(l.src[l.at:], fence)
	if i < 0 {
		l.at = len(l.src)
		return l.endless(start, "")
	}
	s := l.src[l.at : l.at+i]
	l.at += i + len(fence)
	return token{kind: text, text: s}
}

// str reads a string whose opening quote is at l.at.
func (l *lexer) str(quote byte, verbatim bool) token {
	start := l.at
	l.at++
	var b strings.Builder
	for l.at < len(l.src) {
		c := l.src[l.at]
		switch {
		case c == quote:
			l.at++
			if verbatim && l.at < len(l.src) && l.src[l.at] == quote {
				b.WriteByte(quote)
				l.at++
				continue
			}
			return token{kind: text, text: b.String()}
		case c == '\n':
			return l.endless(start, " on its line")
		case c == '\\' && !verbatim:
			l.escape(&b)
		default:
			b.WriteByte(c)
			l.at++
		}
	}
	return l.endless(start, "")
}

func (l *lexer) endless(start int, where string) token {
	l.errorf(start, "the string that begins here has no end%s", where)
	return token{kind: broken, endless: true}
}

// escape reads one backslash sequence.
func (l *lexer) escape(b *strings.Builder) {
	start := l.at
	l.at++
	if l.at >= len(l.src) {
		return
	}
	c := l.src[l.at]
	l.at++
	if i := strings.IndexByte(`\"'ntrabfv0`, c); i >= 0 && (c != '0' || l.at >= len(l.src) || l.src[l.at] < '0' || l.src[l.at] > '7') {
		b.WriteByte("\\\"'\n\t\r\a\b\f\v\x00"[i])
		return
	}
	width, base := 0, 16
	switch {
	case c == 'x':
		width = 2
	case c == 'u':
		width = 4
	case c == 'U':
		width = 8
	case c >= '0' && c <= '7':
		l.at--
		for width < 3 && l.at+width < len(l.src) && l.src[l.at+width] >= '0' && l.src[l.at+width] <= '7' {
			width++
		}
		base = 8
	}
	if width > 0 && l.at+width <= len(l.src) {
		if n, err := strconv.ParseUint(l.src[l.at:l.at+width], base, 32); err == nil {
			l.at += width
			// Characters outside the basic plane come as two \u halves.
			if n >= 0xd800 && n < 0xdc00 && strings.HasPrefix(l.src[l.at:], `\u`) && l.at+6 <= len(l.src) {
				if low, err := strconv.ParseUint(l.src[l.at+2:l.at+6], 16, 32); err == nil && low >= 0xdc00 && low < 0xe000 {
					l.at += 6
					n = 0x10000 + (n-0xd800)<<10 + (low - 0xdc00)
				}
			}
			b.WriteRune(rune(n))
			return
		}
	}
	b.WriteString(l.src[start:l.at]) // as it was meant
	l.errorf(start, "unknown escape in a string: write \\\\ for a backslash, or begin the string with @")
}
