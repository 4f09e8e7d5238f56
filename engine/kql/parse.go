package kql

import (
	"slices"
	"strings"

	"casebook/engine/syntax"
)

// What is more than this is an attack, not a query.
const (
	deepest     = 200     // levels of nesting of expressions and pipelines
	longestText = 1 << 20 // bytes
	mostTokens  = 50_000
)

// parser makes the tree. The first mistake in a stage sets failed, which stops all reading until the stage's end, so that
// each stage can report one mistake and the next one starts afresh.
type parser struct {
	file   *syntax.File
	tokens []token
	at     int
	depth  int
	failed bool
	deep   bool
	errs   *syntax.List
	calls  []*call // but for those that must be tables
	inside string  // the operator that is being read, or was the last
}

// tabular takes an expression that must be a table for none of the calls of values: a function that makes tables may be a workspace's own.
func (p *parser) tabular(x expr) {
	p.calls = slices.DeleteFunc(p.calls, func(c *call) bool { return expr(c) == x })
}

// query is a whole text. Operators that could not be read stand in it as failed ones, and the stages before them still mean something.
type query struct {
	statements []statement
	torn       bool        // a statement could not be read: what it names is not known
	functions  []statement // that the text calls and that are kept in other files
	calls      []*call
}

func parse(file *syntax.File) (*query, syntax.List) {
	var errs syntax.List
	own := file.Own()
	p := &parser{file: file, errs: &errs}
	q := &query{}
	if n := len(own); n > longestText {
		errs.Add(syntax.Errorf(file, syntax.Span{Start: longestText, End: longestText}, "the query is %d bytes long, and at most %d are read", n, longestText))
		return q, errs
	}
	p.tokens = lex(file, syntax.Span{End: len(own)}, &errs)
	if len(p.tokens) > mostTokens {
		errs.Add(syntax.Errorf(file, p.tokens[mostTokens].span, "the query has more than %d words and signs", mostTokens))
		return q, errs
	}
	for !p.peek().is(";") && p.tokens[p.at].kind != end || p.peek().is(";") {
		if p.peek().is(";") {
			if p.at == 0 || p.last().is(";") {
				errs.Add(syntax.Errorf(file, p.here(), "expected a statement, found ';'"))
			}
			p.at++
			continue
		}
		if p.at == 0 && p.peek().is("|") {
			p.expected("a query")
			p.failed = false
			p.at++
			continue
		}
		before := p.at
		if s, ok := p.statement(); ok {
			q.statements = append(q.statements, s)
		}
		if !p.failed && p.peek().kind != end && !p.peek().is(";") {
			e := p.expected(endOfQuery)
			if e.Hint == "" {
				e.Hint = p.afterStatement(q.statements[len(q.statements)-1])
			}
		}
		if p.failed {
			q.torn = true
			// A source that cannot be read says nothing of the stages after it.
			p.sync(false, p.at)
			p.ops()
			if p.failed {
				p.sync(false, p.at)
			}
		}
		if p.at == before {
			p.at++
		}
	}
	p.distinctNames(q.statements)
	errs = p.withoutTorn(errs)
	q.calls = p.calls
	var read bool
	q.functions, read = p.functions()
	q.torn = q.torn || !read
	return q, errs
}

// distinctNames notes a name that two statements of one scope give; a let in a function may give one anew.
func (p *parser) distinctNames(list []statement) {
	seen := map[string]bool{}
	for _, s := range list {
		if s.let == "" {
			continue
		}
		if seen[s.let] {
			p.errs.Add(syntax.Errorf(p.file, s.letAt, "the name '%s' was given before", s.let))
		}
		seen[s.let] = true
	}
}

var endToken = token{kind: end}

func (p *parser) peek() token {
	if p.failed {
		return endToken
	}
	return p.tokens[p.at]
}

func (p *parser) ahead(n int) token {
	if p.failed || p.at+n >= len(p.tokens) {
		return endToken
	}
	return p.tokens[p.at+n]
}

// last is the token before.
func (p *parser) last() token { return p.tokens[max(p.at-1, 0)] }

func (p *parser) next() token {
	t := p.peek()
	if t.kind != end && !p.failed {
		p.at++
	}
	return t
}

// take takes the token if it is that mark or word.
func (p *parser) take(s string) bool {
	if p.peek().is(s) {
		p.at++
		return true
	}
	return false
}

func (p *parser) want(s string) bool {
	if p.take(s) {
		return true
	}
	p.expected("'" + s + "'")
	return false
}

// wantForm is want with the whole form as the advice.
func (p *parser) wantForm(s, form string) {
	if !p.take(s) {
		p.expected("'"+s+"'").WithHint("write %s", form)
	}
}

// expected notes that something else was wanted here. What the lexer could not read has been said already.
func (p *parser) expected(what string) *syntax.Error {
	t := p.tokens[p.at]
	e := syntax.Errorf(p.file, t.span, "expected %s, found %s", what, t.describe(p.file))
	if hint := p.advice(t, what); hint != "" {
		e.WithHint("%s", hint)
	}
	if !p.failed && t.kind != broken {
		p.errs.Add(e)
	}
	p.failed = true
	return e
}

func (p *parser) errorf(s syntax.Span, format string, args ...any) *syntax.Error {
	e := syntax.Errorf(p.file, s, format, args...)
	if !p.failed {
		p.errs.Add(e)
		p.failed = true
	}
	return e
}

// sync goes on after a mistake: to the next bar, semicolon or the parenthesis that closes this level, which began at a token.
func (p *parser) sync(inner bool, from int) {
	p.failed = false
	level := 0
	for _, t := range p.tokens[from:max(p.at, from)] {
		if t.is("(") || t.is("[") || t.is("{") {
			level++
		} else if t.is(")") || t.is("]") || t.is("}") {
			level = max(level-1, 0)
		}
	}
	for ; p.tokens[p.at].kind != end; p.at++ {
		t := p.tokens[p.at]
		switch {
		case t.is("(") || t.is("[") || t.is("{"):
			level++
		case t.is(")") || t.is("]") || t.is("}"):
			if level == 0 && inner {
				return
			}
			level = max(level-1, 0)
		case t.is(";") && level == 0, t.is("|") && level == 0:
			return
		}
	}
}

// enter counts nesting; leave ends what enter began.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > deepest && !p.failed {
		if !p.deep {
			p.errs.Add(syntax.Errorf(p.file, p.tokens[p.at].span, "the query nests deeper than %d levels", deepest))
		}
		p.deep, p.failed = true, true
		p.at = len(p.tokens) - 1
	}
	return !p.failed
}

func (p *parser) leave() { p.depth-- }

func (p *parser) from(start syntax.Span) at {
	return at{syntax.Span{Start: start.Start, End: max(p.last().span.End, start.Start)}}
}

func (p *parser) here() syntax.Span { return p.tokens[p.at].span }

// statement reads let, declare, set, or the query itself.
func (p *parser) statement() (statement, bool) {
	start := p.here()
	switch t := p.peek(); {
	case t.is("let") && t.kind == word:
		p.next()
		s := statement{letAt: p.here()}
		if t := p.peek(); p.nameable(t) && t.kind == word && halfReserved[t.text] {
			p.errorf(t.span, "the keyword '%s' cannot be a name here", t.text).WithHint("write ['%s']", t.text)
		}
		s.let = p.anyName("a name")
		p.want("=")
		if s.x = p.lambdaOr(); p.failed {
			return s, false
		}
		s.at = p.from(start)
		return s, true
	case t.is("declare") && p.ahead(1).is("query_parameters"):
		p.next()
		p.next()
		s := statement{}
		s.declare = p.params()
		s.at = p.from(start)
		return s, !p.failed
	case t.is("set") && p.ahead(1).kind == word:
		p.next()
		s := statement{letAt: p.here()}
		s.set = p.next().text
		if p.take("=") {
			s.x = p.expr()
		}
		s.at = p.from(start)
		return s, !p.failed
	case t.is("alias") || t.is("restrict") || t.is("declare"):
		p.errorf(t.span, "the statement '%s' is not supported", t.text)
		return statement{}, false
	}
	x := p.piped()
	if x == nil {
		return statement{}, false
	}
	return statement{at: p.from(start), x: x}, true
}

// anyName reads a name where no expression can stand, so that keywords are names too.
func (p *parser) anyName(what string) string {
	t := p.peek()
	switch t.kind {
	case word, quoted:
		p.next()
		return t.text
	case typed:
		// A type's name before a parenthesis was read as a literal: it is none here.
	}
	p.expected(what)
	return ""
}

// opName reads an operator's name, dashes and all, without taking it: the name and how many tokens it has.
func (p *parser) opName() (string, int) {
	t := p.peek()
	if t.kind != word {
		return "", 0
	}
	var b strings.Builder
	b.WriteString(t.text)
	n := 1
	for p.ahead(n).is("-") && !p.ahead(n).spaced && p.ahead(n+1).kind == word && !p.ahead(n+1).spaced {
		b.WriteString("-" + p.ahead(n+1).text)
		n += 2
	}
	return b.String(), n
}
