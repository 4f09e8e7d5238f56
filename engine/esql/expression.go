package esql

import (
	"fmt"
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/syntax"
)

// Precedence, loosest first: OR, AND, NOT, then one comparison, IN, LIKE or IS NULL (none of which can follow another),
// then + -, then * / %, then unary minus, then ::.

func (p *parser) expression() expr {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	start := p.here()
	left := p.conjunction()
	for p.accept("or") {
		left = p.binary(start, "OR", left, p.conjunction())
	}
	return left
}

func (p *parser) conjunction() expr {
	start := p.here()
	left := p.negation()
	for p.accept("and") {
		left = p.binary(start, "AND", left, p.negation())
	}
	return left
}

func (p *parser) binary(start syntax.Span, op string, left, right expr) expr {
	return &binary{p.since(start), op, left, right}
}

func (p *parser) negation() expr {
	start := p.here()
	if !p.peek().word("not") {
		return p.condition()
	}
	if !p.enter() {
		return nil
	}
	defer p.leave()
	p.at++
	return &unary{value: p.negation(), op: "NOT", place: p.since(start)}
}

var comparisons = []string{"==", "!=", "<=", ">=", "<", ">"}

// condition reads a comparison, IN, LIKE, RLIKE, IS NULL or match, or just a value.
func (p *parser) condition() expr {
	start, at := p.here(), p.at
	left := p.sum()
	if p.otherComparison(at) {
		return left
	}
	for _, op := range comparisons {
		if p.accept(op) {
			left = p.binary(start, op, left, p.sum())
			break
		}
	}
	if p.otherComparison(at) {
		return left
	}
	switch {
	case p.accept(":"):
		right := p.primary()
		return p.binary(start, ":", left, right)
	case p.accept("is"):
		not := p.accept("not")
		switch t := p.peek(); {
		case t.word("empty"):
			p.hint(`an empty text is compared: x == "" or x != ""`, "NULL after IS")
		case t.word("notnull"):
			p.hint("write IS NOT NULL", "NULL after IS")
		case !t.word("null") && !not:
			p.hint("equality is written ==", "NULL after IS")
		case !t.word("null"):
			p.hint("inequality is written !=", "NULL after IS NOT")
		default:
			p.expect("null", " after IS")
		}
		return &isNull{p.since(start), left, not}
	}
	not := false
	if p.peek().word("not") && (p.ahead(1).word("in") || p.ahead(1).word("like") || p.ahead(1).word("rlike")) {
		p.at++
		not = true
	}
	switch {
	case p.accept("in"):
		return p.in(start, left, not)
	case p.accept("like"):
		return p.like(start, left, not, false)
	case p.accept("rlike"):
		return p.like(start, left, not, true)
	}
	return left
}

func (p *parser) in(start syntax.Span, value expr, not bool) expr {
	if !p.peek().is("(") {
		p.hint(`write IN ("a", "b")`, "( and a list after IN")
		return nil
	}
	p.at++
	if next := p.ahead(1); p.peek().word("from") && (next.kind == sourceName || next.kind == text || next.is("(")) || p.peek().word("row") && next.kind != symbol {
		q := &query{}
		if !p.enter() {
			return nil
		}
		p.pipeline(q)
		p.leave()
		p.expect(")", " at the end of the subquery")
		return &in{place: p.since(start), value: value, query: q, not: not}
	}
	items := list(p, p.sum)
	p.expect(")", " or , in the list")
	return &in{place: p.since(start), value: value, list: items, not: not}
}

func (p *parser) like(start syntax.Span, value expr, not, regex bool) expr {
	l := &like{value: value, not: not, regex: regex}
	one := func() *literal { return p.stringLiteral("a pattern") }
	constant := func(t token) bool { return t.kind == text || t.kind == param }
	switch t := p.peek(); {
	case t.is("(") && constant(p.ahead(1)):
		p.at++
		l.list = true
		l.patterns = list(p, one)
		p.expect(")", " or , in the list of patterns")
	case constant(t) || t.kind == integer || t.kind == decimal:
		l.patterns = []*literal{one()}
	case t.word("any") && p.ahead(1).is("("):
		p.hint(`several patterns stand in brackets: LIKE ("a*", "b*")`, "a pattern")
	case t.kind == word && p.ahead(1).is("*") && p.ahead(1).at.Start == t.at.End:
		p.hint("patterns are written in quotes", "a pattern")
	default:
		l.computed = p.sum()
	}
	l.place = p.since(start)
	return l
}

func (p *parser) sum() expr {
	start := p.here()
	left := p.product()
	for {
		op := p.peek().text
		if !p.peek().is("+") && !p.peek().is("-") {
			return left
		}
		p.at++
		left = p.binary(start, op, left, p.product())
	}
}

func (p *parser) product() expr {
	start := p.here()
	left := p.signed()
	for {
		t := p.peek()
		if !t.is("*") && !t.is("/") && !t.is("%") {
			return left
		}
		p.at++
		left = p.binary(start, t.text, left, p.signed())
	}
}

// signed reads a value with a sign; the sign of a number is part of the number.
func (p *parser) signed() expr {
	t := p.peek()
	if !t.is("-") && !t.is("+") {
		return p.primary()
	}
	if k := p.ahead(1).kind; k == integer || k == decimal {
		return p.primary()
	}
	if !p.enter() {
		return nil
	}
	defer p.leave()
	p.at++
	return &unary{op: t.text, value: p.signed(), place: p.since(t.at)}
}

// primary reads a value and the casts after it.
func (p *parser) primary() expr {
	start := p.here()
	e := p.operand()
	for p.accept("::") {
		t := p.peek()
		to, ok := p.identifier()
		if !ok {
			p.expected("a type after ::")
			return e
		}
		e = &cast{p.since(start), e, to, t.at}
	}
	return e
}

func (p *parser) operand() expr {
	switch t := p.peek(); t.kind {
	case integer, decimal:
		return p.number()
	case text:
		p.at++
		return &literal{place: place{t.at}, value: oneString(unquote(t.text))}
	case param:
		return p.param()
	case quoted, doubled:
		return p.reference()
	case word:
		return p.wordOperand(t)
	case symbol:
		switch t.text {
		case "-", "+":
			if k := p.ahead(1).kind; k == integer || k == decimal {
				return p.number()
			}
		case "(":
			p.at++
			e := p.expression()
			at := p.file.Position(t.at.Start)
			p.expect(")", fmt.Sprintf(" for the ( at %d:%d", at.Line, at.Column))
			return e
		case "[":
			return p.array()
		}
	}
	p.noValue()
	return nil
}

// reserved words can only be columns in backticks.
var reserved = map[string]bool{
	"and": true, "asc": true, "by": true, "desc": true, "false": true, "first": true, "in": true, "is": true, "last": true, "like": true,
	"not": true, "null": true, "nulls": true, "or": true, "rlike": true, "true": true, "where": true, "with": true, "append_separator": true,
}

func (p *parser) wordOperand(t token) expr {
	lower := strings.ToLower(t.text)
	switch lower {
	case "null":
		p.at++
		return &literal{place: place{t.at}, value: column.NullVector(column.Null, 1)}
	case "true", "false":
		p.at++
		b := column.NewBuilder(column.Bool, 1)
		b.Bool(lower == "true")
		return &literal{place: place{t.at}, value: b.Vector()}
	}
	if p.ahead(1).is("(") && (!reserved[lower] || lower == "first" || lower == "last") {
		return p.call()
	}
	if reserved[lower] {
		p.noValue()
		return nil
	}
	return p.reference()
}

func (p *parser) reference() expr {
	n := p.name()
	return &ref{n.place, n.text}
}

func (p *parser) call() expr {
	t := p.take()
	c := &call{name: t.text, nameAt: t.at}
	p.expect("(", "")
	if p.accept("*") {
		c.star = true
	} else if !p.peek().is(")") {
		for {
			if p.peek().is("{") && len(c.args) > 0 {
				c.options = p.options()
				break
			}
			c.args = append(c.args, p.expression())
			if !p.accept(",") {
				break
			}
		}
		if p.accept("by") {
			c.by = p.expression()
		}
	}
	if p.peek().is("->") {
		p.fail(p.here(), "functions as arguments are not supported")
	}
	switch next := p.peek(); {
	case next.is(")"):
		p.at++
	case strings.HasPrefix(next.text, ".") && len(next.text) > 1:
		p.hint("addresses are written in quotes", ") or , in the arguments of "+t.text)
	case p.at > 0 && p.tokens[p.at-1].word("distinct"):
		p.hint("distinct values are counted with COUNT_DISTINCT(x)", ") or , in the arguments of "+t.text)
	default:
		p.expected(") or , in the arguments of " + t.text)
	}
	c.place = p.since(t.at)
	return c
}

func (p *parser) options() []option {
	p.expect("{", "")
	var all []option
	for !p.peek().is("}") && !p.failed {
		start := p.here()
		key := p.stringLiteral("the name of an option")
		p.expect(":", " after the option's name")
		value, ok := p.operand().(*literal)
		if !ok {
			p.fail(start, "expected a constant as the option's value")
			break
		}
		name, _ := key.str()
		all = append(all, option{name, value, p.since(start)})
		if !p.accept(",") {
			break
		}
	}
	p.expect("}", " or , in the options")
	return all
}

func (p *parser) param() expr {
	t := p.take()
	name := t.text[1:]
	if name == "" { // the nth "?" is the nth parameter
		p.asked++
		name = strconv.Itoa(p.asked)
	}
	if _, ok := p.params[name]; !ok {
		known := make([]string, 0, len(p.params))
		for k := range p.params {
			known = append(known, k)
		}
		e := p.fail(t.at, "no value was given for the parameter %s", t.text)
		if near := nearest(name, known); near != "" {
			_ = e.WithHint("did you mean ?%s?", near)
		}
	}
	return &parameter{place{t.at}, name}
}
