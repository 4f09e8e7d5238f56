package esql

import (
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/syntax"
)

// deepest is how far expressions and subqueries may nest: far more than any rule does, far less than the stack holds.
const deepest = 200

// parser reads tokens into a query. After a mistake it says nothing more about that command, goes on at the next pipe, and
// so finds the mistakes of several commands at once.
type parser struct {
	file   *syntax.File
	params map[string]*column.Vector
	errors *syntax.List
	tokens []token
	at     int
	depth  int
	failed bool
	whole  *query
	asked  int // how many unnamed parameters were taken so far
	field1 int // the token that a field without a name begins with; -1 for none
	forked bool
}

// parse reads a text; the query is only whole when errors stays empty, and else has the commands before the first mistake:
// names and types are not worth checking behind it.
func parse(file *syntax.File, params map[string]*column.Vector, errors *syntax.List) *query {
	p := &parser{file: file, params: params, errors: errors}
	q, whole := &query{}, false
	if p.tokens, whole = lex(file, errors); !whole { // a broken token would be complained about twice
		return q
	}
	p.whole = q
	p.settings(q)
	p.pipeline(q)
	if p.failed = false; p.peek().kind != end {
		p.beyond(nil)
	}
	return q
}

// peek is the next token; after a mistake it is the end, so that every loop ends.
func (p *parser) peek() token { return p.ahead(0) }

func (p *parser) ahead(n int) token {
	if i := p.at + n; !p.failed && i < len(p.tokens) {
		return p.tokens[i]
	}
	return p.tokens[len(p.tokens)-1]
}

func (p *parser) take() token {
	t := p.peek()
	if t.kind != end {
		p.at++
	}
	return t
}

// here is the place of the next token also after a mistake.
func (p *parser) here() syntax.Span { return p.tokens[min(p.at, len(p.tokens)-1)].at }

// since is the span from a token's start to the last token taken.
func (p *parser) since(start syntax.Span) place {
	if p.at == 0 {
		return place{start}
	}
	return place{syntax.Span{Start: start.Start, End: max(p.tokens[p.at-1].at.End, start.Start)}}
}

func (t token) is(s string) bool   { return t.kind == symbol && t.text == s }
func (t token) word(s string) bool { return t.kind == word && strings.EqualFold(t.text, s) }

// accept takes the next token when it is that symbol or keyword.
func (p *parser) accept(s string) bool {
	if t := p.peek(); t.is(s) || t.word(s) {
		p.at++
		return true
	}
	return false
}

// expect takes a symbol or keyword, or complains.
func (p *parser) expect(s, why string) {
	if !p.accept(s) {
		p.expected(strings.ToUpper(s) + why)
	}
}

// describe says what a token is, in an error.
func describe(t token) string {
	if t.kind == end {
		return "the end of the query"
	}
	if len(t.text) > 30 {
		return t.text[:27] + "…"
	}
	return t.text
}

func (p *parser) expected(what string) { _ = p.missed(what) }

// hint is expected with a word on what to do.
func (p *parser) hint(hint, what string) { _ = p.missed(what).WithHint("%s", hint) }

// missed complains where the next token stands; where that begins another line and command, behind the last of this one.
func (p *parser) missed(what string) *syntax.Error {
	t, at := p.tokens[min(p.at, len(p.tokens)-1)], p.here()
	if before := p.tokens[max(p.at-1, 0)].at; (t.is("|") || t.kind == end) && p.at > 0 && strings.Contains(p.file.Text[before.End:t.at.Start], "\n") {
		at = syntax.Span{Start: before.End, End: before.End}
	}
	return p.fail(at, "expected %s, found %s", what, describe(t))
}

// fail complains, unless this command has been complained about already.
func (p *parser) fail(at syntax.Span, format string, args ...any) *syntax.Error {
	e := syntax.Errorf(p.file, at, format, args...)
	if !p.failed {
		p.errors.Add(e)
		p.failed = true
	}
	return e
}

// enter counts a nesting; leave undoes it.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > deepest {
		p.fail(p.here(), "nested too deeply: more than %d levels", deepest)
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

// recover skips to the pipe or bracket that ends the current command. A pipe in the brackets of a subquery is not it.
func (p *parser) recover(start int, inner bool) {
	if !p.failed {
		return
	}
	p.failed = false
	var subqueries []bool // of each open bracket, whether it holds one
	for at := start; ; at++ {
		t := p.tokens[min(at, len(p.tokens)-1)]
		p.at = max(p.at, min(at, len(p.tokens)-1))
		n := len(subqueries)
		switch {
		case t.kind == end:
			return
		case t.is("("):
			subqueries = append(subqueries, p.opensCommands(at))
		case t.is(")") && n > 0:
			subqueries = subqueries[:n-1]
		case t.is(")") && inner && at >= p.at:
			return
		case t.is("|") && !slices.Contains(subqueries, true) && at >= p.at:
			return
		}
	}
}

// opensCommands tells whether the bracket at a place holds commands: a subquery, or a branch of FORK.
func (p *parser) opensCommands(at int) bool {
	t := p.tokens[at+1]
	if t.word("from") {
		return true
	}
	_, known := commands[strings.ToUpper(t.text)]
	return known && t.kind == word && at > 0 && (p.tokens[at-1].word("fork") || p.tokens[at-1].is(")"))
}

// settings reads the SET statements before a query.
func (p *parser) settings(q *query) {
	for p.peek().word("set") {
		start := p.take().at
		q.settings = append(q.settings, list(p, func() setting {
			s := setting{name: p.name().text}
			p.expect("=", " after the setting's name")
			s.value = p.expression()
			s.at, start = p.since(start).at, p.here()
			return s
		})...)
		p.expect(";", " after the setting")
		if p.failed {
			return
		}
	}
}

// pipeline reads commands up to the end of the text or of a subquery.
func (p *parser) pipeline(q *query) { p.commands(q, true) }

// commands reads commands; the first is one that starts a query where source says so.
func (p *parser) commands(q *query, source bool) {
	if t := p.peek(); t.is("|") {
		p.expected("a command before |")
		p.failed = false
		p.at++
	}
	for first := source; ; first = false {
		start, before := p.at, len(*p.errors)
		c := p.command(first)
		if t := p.peek(); !p.failed && t.kind != end && !t.is("|") && !t.is(")") {
			p.beyond(c)
		}
		if c != nil && before == 0 && len(*p.errors) == 0 {
			q.commands = append(q.commands, c)
		}
		p.recover(start, q != p.whole)
		p.joined()
		if !p.accept("|") {
			return
		}
	}
}
