package function

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"casebook/engine/literal"
)

// RLIKE is Lucene's language of regular expressions, which always match the whole text: ^ and $ are plain, @ is any text, #
// none, "…" is quoted text, <1-12> the numbers of a range, & both of two expressions, ~ anything but what one matches. All
// but the last two have counterparts among Go's; an expression with those runs on states of its own (esql_derivative.go).

// matcher tells whether a text matches; it fails where that would take more than a limit allows.
type matcher func(s string) (bool, error)

// always is a matcher that cannot fail.
func always(match func(string) bool) matcher {
	return func(s string) (bool, error) { return match(s), nil }
}

// CheckRLike tells whether a Lucene expression can be used.
func CheckRLike(pattern string) error {
	_, err := compileRLike(pattern, DefaultLimits.RegexProgram)
	return err
}

// compileRLike compiles a Lucene expression within a limit of steps.
func compileRLike(pattern string, limit int) (matcher, error) {
	t := &lucene{in: []rune(pattern), limit: limit}
	tree, err := t.union()
	if err != nil {
		return nil, err
	}
	if t.at < len(t.in) {
		return nil, fmt.Errorf("bad regular expression: unexpected %q at character %d", string(t.in[t.at]), t.at+1)
	}
	if t.sets {
		return newDerivatives(tree, limit)
	}
	re, err := CompileRegex(`(?s)\A(?:`+tree.text()+`)\z`, limit)
	if err != nil {
		return nil, err
	}
	need := literal.OfRegexp("(?s)" + tree.text())
	return always(func(s string) bool { return need.Met(s) && re.MatchString(s) }), nil
}

// luceneNode is an expression: characters, or others put together.
type luceneNode struct {
	op    byte // c characters, e empty text, . sequence, | either, & both, ~ none, * repeats
	class []runeRange
	parts []*luceneNode
	// least and most are how often a repeat's part comes; most is -1 for no end.
	least, most int
}

// runeRange is the characters from one to another.
type runeRange struct{ low, high rune }

var anyRune = []runeRange{{0, unicode.MaxRune}}

// text is the expression as Go writes it; it has neither & nor ~.
func (n *luceneNode) text() string {
	switch n.op {
	case 'c':
		return classText(n.class)
	case 'e':
		return "(?:)"
	case '*':
		inner := "(?:" + n.parts[0].text() + ")"
		switch {
		case n.least == 0 && n.most < 0:
			return inner + "*"
		case n.least == 1 && n.most < 0:
			return inner + "+"
		case n.least == 0 && n.most == 1:
			return inner + "?"
		case n.most < 0:
			return fmt.Sprintf("%s{%d,}", inner, n.least)
		}
		return fmt.Sprintf("%s{%d,%d}", inner, n.least, n.most)
	}
	texts := make([]string, len(n.parts))
	for i, p := range n.parts {
		texts[i] = p.text()
	}
	if n.op == '|' {
		return "(?:" + strings.Join(texts, "|") + ")"
	}
	return strings.Join(texts, "")
}

func classText(class []runeRange) string {
	if len(class) == 1 && class[0].low == class[0].high {
		return regexp.QuoteMeta(string(class[0].low))
	}
	if len(class) == 0 {
		return `[^\x00-\x{10FFFF}]`
	}
	var b strings.Builder
	b.WriteByte('[')
	for _, r := range class {
		fmt.Fprintf(&b, `\x{%x}-\x{%x}`, r.low, r.high)
	}
	b.WriteByte(']')
	return b.String()
}

// lucene reads an expression.
type lucene struct {
	in    []rune
	at    int
	depth int
	limit int
	sets  bool // it has & or ~
}

func (t *lucene) peek(set string) bool {
	return t.at < len(t.in) && strings.ContainsRune(set, t.in[t.at])
}

func (t *lucene) accept(c rune) bool {
	if t.at < len(t.in) && t.in[t.at] == c {
		t.at++
		return true
	}
	return false
}

// joined reads parts with an operator between them.
func (t *lucene) joined(op rune, one func() (*luceneNode, error)) (*luceneNode, error) {
	first, err := one()
	if err != nil {
		return nil, err
	}
	parts := []*luceneNode{first}
	for t.accept(op) {
		next, err := one()
		if err != nil {
			return nil, err
		}
		parts = append(parts, next)
	}
	if len(parts) == 1 {
		return first, nil
	}
	return &luceneNode{op: byte(op), parts: parts}, nil
}

func (t *lucene) union() (*luceneNode, error) {
	if t.depth++; t.depth > 200 {
		return nil, fmt.Errorf("bad regular expression: nested too deeply")
	}
	defer func() { t.depth-- }()
	return t.joined('|', func() (*luceneNode, error) {
		both, err := t.joined('&', t.sequence)
		if err == nil && both.op == '&' {
			t.sets = true
		}
		return both, err
	})
}

func (t *lucene) sequence() (*luceneNode, error) {
	n := &luceneNode{op: '.'}
	for t.at < len(t.in) && !t.peek(")|&") {
		part, err := t.repeat()
		if err != nil {
			return nil, err
		}
		n.parts = append(n.parts, part)
	}
	switch len(n.parts) {
	case 0:
		return &luceneNode{op: 'e'}, nil
	case 1:
		return n.parts[0], nil
	}
	return n, nil
}

func (t *lucene) repeat() (*luceneNode, error) {
	n, err := t.complement()
	if err != nil {
		return nil, err
	}
	for t.peek("?*+{") {
		r := &luceneNode{op: '*', parts: []*luceneNode{n}, most: -1}
		switch t.at++; t.in[t.at-1] {
		case '?':
			r.most = 1
		case '+':
			r.least = 1
		case '{':
			if err := t.counts(r); err != nil {
				return nil, err
			}
		}
		n = r
	}
	return n, nil
}

// counts reads how often a part comes, behind its {.
func (t *lucene) counts(r *luceneNode) error {
	start := t.at
	var err error
	if r.least, err = t.count(start); err != nil {
		return err
	}
	r.most = r.least
	if t.accept(',') {
		r.most = -1
		if !t.peek("}") {
			if r.most, err = t.count(start); err != nil {
				return err
			}
		}
	}
	switch {
	case !t.accept('}'):
		return fmt.Errorf("bad regular expression: { at character %d is not closed", start)
	case r.most >= 0 && r.most < r.least:
		return fmt.Errorf("bad regular expression: at character %d, at most %d is less than at least %d", start, r.most, r.least)
	}
	return nil
}

func (t *lucene) count(start int) (int, error) {
	n := 0
	for first := true; ; first = false {
		if !t.peek("0123456789") {
			if first {
				return 0, fmt.Errorf("bad regular expression: expected a number behind the { at character %d", start)
			}
			return n, nil
		}
		n = n*10 + int(t.in[t.at]-'0')
		t.at++
		if n > t.limit {
			return 0, fmt.Errorf("the regular expression is too large: more than %d repeats", t.limit)
		}
	}
}

func (t *lucene) complement() (*luceneNode, error) {
	if !t.accept('~') {
		return t.atom()
	}
	if t.depth++; t.depth > 200 {
		return nil, fmt.Errorf("bad regular expression: nested too deeply")
	}
	defer func() { t.depth-- }()
	t.sets = true
	if t.at == len(t.in) {
		return nil, fmt.Errorf("bad regular expression: ~ at the end")
	}
	n, err := t.complement()
	if err != nil {
		return nil, err
	}
	return &luceneNode{op: '~', parts: []*luceneNode{n}}, nil
}

func one(c rune) *luceneNode { return &luceneNode{op: 'c', class: []runeRange{{c, c}}} }

func plainTextNode(s []rune) *luceneNode {
	n := &luceneNode{op: '.'}
	for _, c := range s {
		n.parts = append(n.parts, one(c))
	}
	if len(n.parts) == 0 {
		return &luceneNode{op: 'e'}
	}
	return n
}

func (t *lucene) atom() (*luceneNode, error) {
	c := t.in[t.at]
	t.at++
	switch c {
	case '.':
		return &luceneNode{op: 'c', class: anyRune}, nil
	case '@':
		return &luceneNode{op: '*', most: -1, parts: []*luceneNode{{op: 'c', class: anyRune}}}, nil
	case '#':
		return &luceneNode{op: 'c'}, nil
	case '[':
		return t.class()
	case '<':
		return t.interval()
	case '(':
		if t.accept(')') {
			return &luceneNode{op: 'e'}, nil
		}
		inner, err := t.union()
		if err == nil && !t.accept(')') {
			err = fmt.Errorf("bad regular expression: ( is not closed")
		}
		return inner, err
	case '"':
		start := t.at
		for t.at < len(t.in) && t.in[t.at] != '"' {
			t.at++
		}
		if t.at == len(t.in) {
			return nil, fmt.Errorf(`bad regular expression: " at character %d is not closed`, start)
		}
		t.at++
		return plainTextNode(t.in[start : t.at-1]), nil
	case '\\':
		if t.at == len(t.in) {
			return nil, fmt.Errorf(`bad regular expression: \ at the end`)
		}
		c = t.in[t.at]
		t.at++
		if class, ok := escaped[c]; ok {
			return &luceneNode{op: 'c', class: class}, nil
		}
	}
	return one(c), nil
}

var (
	digitClass = []runeRange{{'0', '9'}}
	spaceClass = []runeRange{{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}
	wordClass  = []runeRange{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	escaped    = map[rune][]runeRange{
		'd': digitClass, 'D': otherRunes(digitClass), 's': spaceClass, 'S': otherRunes(spaceClass), 'w': wordClass, 'W': otherRunes(wordClass),
	}
)

// class reads […]: its members are plain but for ranges and escapes.
func (t *lucene) class() (*luceneNode, error) {
	not := t.accept('^')
	var all []runeRange
	for first := true; ; first = false {
		if t.at == len(t.in) {
			return nil, fmt.Errorf("bad regular expression: [ is not closed")
		}
		c := t.in[t.at]
		t.at++
		if c == ']' && !first {
			break
		}
		if c == '\\' && t.at < len(t.in) {
			c = t.in[t.at]
			t.at++
			if class, ok := escaped[c]; ok {
				all = append(all, class...)
				continue
			}
		}
		high := c
		if t.peek("-") && t.at+1 < len(t.in) && t.in[t.at+1] != ']' {
			t.at++
			high = t.in[t.at]
			t.at++
			if high == '\\' && t.at < len(t.in) {
				high = t.in[t.at]
				t.at++
			}
			if high < c {
				return nil, fmt.Errorf("bad regular expression: the range %c-%c is backwards", c, high)
			}
		}
		all = append(all, runeRange{c, high})
	}
	all = settled(all)
	if not {
		all = otherRunes(all)
	}
	return &luceneNode{op: 'c', class: all}, nil
}
