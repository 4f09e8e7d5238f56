package kql

import (
	"casebook/engine/column"
	"casebook/engine/syntax"
)

// Operators that change the columns of each row, or make several rows of it.

// items reads what mv-expand and mv-apply expand.
func (p *parser) items() []expanded {
	var list []expanded
	for {
		n, ok := p.named()
		if !ok {
			return list
		}
		e := expanded{named: n}
		if p.take("to") {
			p.want("typeof")
			p.want("(")
			e.typ, e.cast = p.typeName(), true
			p.want(")")
		}
		list = append(list, e)
		if !p.take(",") {
			return list
		}
	}
}

func (p *parser) readMvExpand(start syntax.Span) op {
	o := &opMvExpand{legacy: p.last().is("mvexpand")}
	o.options = p.options("bagexpansion", "kind", "with_itemindex")
	o.items = p.items()
	if p.take("limit") {
		o.limit = p.expr()
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readMvApply(start syntax.Span) op {
	o := &opMvApply{options: p.options("bagexpansion", "kind", "with_itemindex")}
	o.items = p.items()
	if p.take("limit") {
		o.limit = p.expr()
	}
	p.want("on")
	o.body, o.bodyAt = p.subquery()
	o.at = p.from(start)
	return o
}

func (p *parser) readParse(start syntax.Span) op {
	o := &opParse{where: p.last().is("where")}
	for _, opt := range p.options("kind", "flags") {
		if n, ok := opt.value.(*name); ok {
			if opt.name == "kind" {
				o.kind = n.text
			} else {
				o.flags = n.text
			}
		}
	}
	o.x = p.expr()
	p.want("with")
	for !p.failed {
		t := p.peek()
		part := parsePart{}
		switch {
		case t.is("*"):
			p.next()
			part.star = true
		case t.kind == text:
			p.next()
			s := t.text
			part.text = &s
		case t.kind == word || t.kind == quoted:
			if !p.nameable(t) {
				return nil
			}
			p.next()
			part.column, part.typ = t.text, column.String
			if p.take(":") {
				part.typ = p.typeName()
			}
		default:
			if len(o.parts) == 0 {
				p.expected("a pattern")
				return nil
			}
			o.at = p.from(start)
			return o
		}
		part.at = p.from(t.span)
		o.parts = append(o.parts, part)
	}
	return o
}

func (p *parser) readParseKv(start syntax.Span) op {
	o := &opParseKv{x: p.expr()}
	p.want("as")
	o.columns = p.params()
	if p.take("with") {
		p.want("(")
		for !p.failed && !p.peek().is(")") {
			t := p.peek()
			n := p.anyName("an option")
			p.want("=")
			o.options = append(o.options, option{name: n, at: t.span, value: p.primary()})
			if !p.take(",") {
				break
			}
		}
		p.want(")")
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readProject(start syntax.Span) op {
	o := &opProject{}
	if t := p.peek(); !t.is("|") && !t.is(";") && !t.is(")") && t.kind != end {
		o.items = p.namedList()
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readPick(start syntax.Span) op {
	o := &opPick{away: p.last().is("away")}
	o.exprs = p.patterns()
	o.at = p.from(start)
	return o
}

// patterns reads column names that may hold stars.
func (p *parser) patterns() []expr {
	var list []expr
	for {
		x := p.pattern()
		if x == nil {
			return list
		}
		list = append(list, x)
		if !p.take(",") {
			return list
		}
	}
}

func (p *parser) pattern() expr {
	t := p.peek()
	if t.kind == quoted {
		return p.postfix()
	}
	if t.kind != word && !t.is("*") {
		p.expected("a column's name")
		return nil
	}
	if t.kind == word && (p.ahead(1).is("(") || p.ahead(1).is(".") || p.ahead(1).is("[")) {
		return p.postfix()
	}
	n := &name{text: p.next().text, pattern: t.is("*")}
	for {
		u := p.peek()
		if u.spaced || !(u.is("*") || u.kind == word || u.kind == number) {
			break
		}
		n.pattern = n.pattern || u.is("*")
		n.text += p.next().text
	}
	n.at = p.from(t.span)
	return n
}

func (p *parser) readReorder(start syntax.Span) op {
	o := &opProjectReorder{}
	for {
		x := p.pattern()
		if x == nil {
			return nil
		}
		o.exprs = append(o.exprs, order{x: x})
		w := ""
		if full, n := p.opName(); full == "asc" || full == "desc" || full == "granny-asc" || full == "granny-desc" {
			p.at += n
			w = full
		}
		o.words = append(o.words, w)
		if !p.take(",") {
			break
		}
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readSerialize(start syntax.Span) op {
	o := &opSerialize{}
	if t := p.peek(); !t.is("|") && !t.is(";") && !t.is(")") && t.kind != end {
		o.items = p.namedList()
	}
	o.at = p.from(start)
	return o
}
