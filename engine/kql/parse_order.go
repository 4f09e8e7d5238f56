package kql

import "casebook/engine/syntax"

// Operators that order rows, or choose among them.

func (p *parser) readSort(start syntax.Span) op {
	p.options()
	p.want("by")
	o := &opSort{keys: p.orders()}
	o.at = p.from(start)
	return o
}

func (p *parser) orders() []order {
	var list []order
	for {
		k, ok := p.order()
		if !ok {
			return list
		}
		list = append(list, k)
		if !p.take(",") {
			return list
		}
	}
}

func (p *parser) order() (order, bool) {
	k := order{x: p.expr(), desc: true}
	if k.x == nil {
		return k, false
	}
	if p.take("asc") {
		k.desc, k.said = false, true
	} else if p.take("desc") {
		k.said = true
	}
	if p.take("nulls") {
		switch {
		case p.take("first"):
			k.nulls = "first"
		case p.take("last"):
			k.nulls = "last"
		default:
			p.expected("'first' or 'last'")
		}
	}
	return k, !p.failed
}

func (p *parser) readTake(start syntax.Span) op {
	o := &opTake{n: p.expr()}
	o.at = p.from(start)
	return o
}

func (p *parser) readTop(start syntax.Span) op {
	p.options()
	o := &opTop{n: p.expr()}
	p.want("by")
	o.key, _ = p.order()
	o.at = p.from(start)
	return o
}

func (p *parser) readScan(start syntax.Span) op {
	o := &opScan{options: p.options("with_match_id", "with_step_name")}
	if p.take("partition") {
		p.want("by")
		o.by = p.exprList()
	}
	if p.take("order") {
		p.want("by")
		o.order = p.orders()
	}
	if p.take("declare") {
		o.declare = p.params()
	}
	p.want("with")
	p.want("(")
	for !p.failed && p.peek().is("step") {
		s := scanStep{}
		from := p.here()
		p.next()
		s.name = p.anyName("the step's name")
		for {
			if p.take("optional") {
				s.optional = true
			} else if p.peek().is("output") && p.ahead(1).is("=") {
				p.next()
				p.next()
				s.output = p.anyName("all, last or none")
			} else {
				break
			}
		}
		p.want(":")
		s.cond = p.expr()
		if p.take("=>") {
			s.assigns = p.namedList()
		}
		s.at = p.from(from)
		o.steps = append(o.steps, s)
		if !p.take(";") {
			break
		}
	}
	p.want(")")
	if len(o.steps) == 0 && !p.failed {
		p.errorf(p.from(start).span, "scan needs a step")
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readWhere(start syntax.Span) op {
	p.options()
	o := &opWhere{cond: p.expr()}
	o.at = p.from(start)
	return o
}
