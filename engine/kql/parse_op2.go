package kql

import "casebook/engine/syntax"

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

func (p *parser) readSearch(start syntax.Span) op {
	o := &opSearch{options: p.options("kind", "withsource")}
	if p.take("in") {
		o.tables = p.tables()
	}
	o.x = p.searchOr()
	o.at = p.from(start)
	return o
}

// searchOr reads a search predicate, in which a bare string means that any column has it and "column: term" that one has.
func (p *parser) searchOr() expr {
	if !p.enter() {
		p.leave()
		return nil
	}
	defer p.leave()
	start := p.here()
	l := p.searchAnd()
	for l != nil && p.peek().is("or") {
		opAt := p.next().span
		r := p.searchAnd()
		if r == nil {
			return nil
		}
		l = &binary{at: p.from(start), op: "or", opAt: opAt, l: l, r: r}
	}
	return l
}

func (p *parser) searchAnd() expr {
	start := p.here()
	l := p.searchTerm()
	for l != nil && p.peek().is("and") {
		opAt := p.next().span
		r := p.searchTerm()
		if r == nil {
			return nil
		}
		l = &binary{at: p.from(start), op: "and", opAt: opAt, l: l, r: r}
	}
	return l
}

func (p *parser) searchTerm() expr {
	t := p.peek()
	if (t.kind == word || t.kind == quoted) && p.ahead(1).is(":") {
		p.next()
		p.next()
		x := p.unary()
		if x == nil {
			return nil
		}
		return &binary{at: p.from(t.span), op: ":", opAt: p.from(t.span).span, l: &name{at: at{t.span}, text: t.text}, r: x}
	}
	if t.is("not") && p.ahead(1).is("(") {
		p.next()
		p.next()
		x := p.searchOr()
		p.want(")")
		if x == nil || p.failed {
			return nil
		}
		return &unary{at: p.from(t.span), op: "not", x: x}
	}
	if t.is("(") {
		p.next()
		x := p.searchOr()
		p.want(")")
		if p.failed {
			return nil
		}
		return x
	}
	return p.level(comparisons)
}

func (p *parser) readSerialize(start syntax.Span) op {
	o := &opSerialize{}
	if t := p.peek(); !t.is("|") && !t.is(";") && !t.is(")") && t.kind != end {
		o.items = p.namedList()
	}
	o.at = p.from(start)
	return o
}

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

func (p *parser) readSummarize(start syntax.Span) op {
	o := &opSummarize{options: p.options()}
	if !p.peek().is("by") {
		o.aggs = p.namedList()
	}
	if p.take("by") {
		o.by = p.namedList()
		if p.peek().is("bin") && p.ahead(1).is("=") {
			p.errorf(p.here(), "summarize … by … bin=… is not supported").WithHint("use bin() in the key")
		}
	}
	if len(o.aggs)+len(o.by) == 0 {
		p.expected("an aggregate or 'by'")
	}
	o.at = p.from(start)
	return o
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

func (p *parser) readTopHitters(start syntax.Span) op {
	o := &opTopHitters{n: p.expr()}
	p.want("of")
	o.of = p.expr()
	if p.take("by") {
		o.by = p.expr()
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readTopNested(start syntax.Span) op {
	o := &opTopNested{}
	for first := true; ; first = false {
		from := p.here()
		if !first {
			if full, n := p.opName(); full == "top-nested" {
				p.at += n
			} else {
				p.expected("'top-nested'")
				return nil
			}
		}
		l := nested{}
		if !p.peek().is("of") {
			l.n = p.expr()
		}
		p.want("of")
		var ok bool
		if l.of, ok = p.named(); !ok {
			return nil
		}
		if p.take("with") {
			p.want("others")
			p.want("=")
			l.others = p.expr()
		}
		p.want("by")
		if l.by, ok = p.named(); !ok {
			return nil
		}
		l.desc = true
		if p.take("asc") {
			l.desc, l.asc = false, true
		} else {
			p.take("desc")
		}
		l.at = p.from(from)
		o.levels = append(o.levels, l)
		if !p.take(",") {
			break
		}
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readUnion(start syntax.Span) op {
	o := &opUnion{options: p.options("kind", "withsource", "with_source", "isfuzzy")}
	for !p.failed {
		var x expr
		if t := p.peek(); t.kind == word && !p.ahead(1).is("(") || t.is("*") {
			x = p.pattern()
		} else {
			x = p.primaryTable()
		}
		if x == nil {
			return nil
		}
		o.tables = append(o.tables, x)
		if !p.take(",") {
			break
		}
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
