package kql

import "casebook/engine/syntax"

// Operators between values.

// levels are the operators by how tightly they bind, loosest first.
var levels = [][]string{
	{"or"},
	{"and"},
	{"==", "!=", "<>"},
	{"<", "<=", ">", ">="},
	{"+", "-"},
	{"*", "/", "%"},
	{"=~", "!~", "has", "!has", "has_cs", "!has_cs", "contains", "!contains", "contains_cs", "!contains_cs", "startswith", "!startswith",
		"startswith_cs", "!startswith_cs", "endswith", "!endswith", "endswith_cs", "!endswith_cs", "hasprefix", "!hasprefix",
		"hasprefix_cs", "!hasprefix_cs", "hassuffix", "!hassuffix", "hassuffix_cs", "!hassuffix_cs", "matches",
		"like", "notlike", "likecs", "notlikecs", "notcontains", "notcontainscs", "containscs"},
}

// equalities is the level of levels at which in and between stand too. What it makes is no operand of its own level, nor of
// the next one, that of orders: "a == b == c" and "a < b < c" are mistakes.
const equalities, orders = 2, 3

// lists are the operators that take a list.
var lists = map[string]bool{"in": true, "!in": true, "in~": true, "!in~": true, "has_any": true, "has_all": true}

func (p *parser) expr() expr {
	if !p.enter() {
		p.leave()
		return nil
	}
	defer p.leave()
	return p.level(0)
}

func (p *parser) level(n int) expr {
	if n == len(levels) {
		return p.unary()
	}
	start := p.here()
	l := p.level(n + 1)
	if _, ok := l.(*table); ok {
		return l // no operand
	}
	for l != nil && !p.failed {
		t := p.peek()
		if n == equalities && (t.kind == mark || t.kind == word) {
			if lists[t.text] {
				return p.inList(start, l)
			}
			if t.text == "between" || t.text == "!between" {
				return p.between(start, l)
			}
		}
		if !(t.kind == mark || t.kind == word) || !has(levels[n], t.text) {
			break
		}
		p.next()
		opText, opAt := t.text, t.span
		if opText == "matches" {
			if p.wantForm("regex", `matches regex "…"`); p.failed {
				return nil
			}
			opText, opAt = "matches regex", p.from(t.span).span
		}
		var r expr
		if n == len(levels)-1 {
			r = p.unary()
		} else {
			r = p.level(n + 1)
		}
		if r == nil {
			return nil
		}
		l = &binary{at: p.from(start), op: opText, opAt: opAt, l: l, r: r}
		if n == equalities || n == orders {
			break
		}
	}
	return l
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (p *parser) inList(start syntax.Span, l expr) expr {
	t := p.next()
	x := &inList{op: t.text, opAt: t.span, x: l}
	p.wantForm("(", t.text+" (…, …)")
	for !p.failed {
		e := p.piped()
		if e == nil {
			return nil
		}
		x.list = append(x.list, e)
		if !p.take(",") {
			break
		}
	}
	p.want(")")
	x.at = p.from(start)
	return x
}

func (p *parser) between(start syntax.Span, l expr) expr {
	x := &between{not: p.next().text == "!between", x: l}
	p.wantForm("(", "between (… .. …)")
	x.lo = p.level(orders + 1)
	p.wantForm("..", "between (… .. …)")
	x.hi = p.level(orders + 1)
	p.want(")")
	if p.failed {
		return nil
	}
	x.at = p.from(start)
	return x
}
