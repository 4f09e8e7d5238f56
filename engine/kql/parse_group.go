package kql

import "casebook/engine/syntax"

// Operators that make one row of several, or put rows of two tables together.

func (p *parser) readCount(start syntax.Span) op {
	o := &opCount{}
	if p.take("as") {
		o.as = p.anyName("a name")
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readDistinct(start syntax.Span) op {
	o := &opDistinct{options: p.options()}
	o.items = p.namedList()
	o.at = p.from(start)
	return o
}

func (p *parser) readJoin(start syntax.Span) op {
	o := &opJoin{lookup: p.last().is("lookup")}
	o.options = p.options("kind", "withsource")
	o.right = p.primaryTable()
	switch {
	case p.take("on"):
		o.on = p.exprList()
	case p.peek().is("where"):
		p.errorf(p.here(), "join … where is not supported").WithHint("put the condition after the join")
	default:
		p.expected("'on'")
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readMakeSeries(start syntax.Span) op {
	o := &opMakeSeries{options: p.options("kind")}
	for {
		n, ok := p.named()
		if !ok {
			return nil
		}
		s := series{named: n}
		if p.take("default") {
			p.want("=")
			s.value = p.expr()
		}
		o.aggs = append(o.aggs, s)
		if !p.take(",") {
			break
		}
	}
	p.want("on")
	o.axis = p.level(orders + 1)
	if p.take("in") {
		if p.want("range") {
			p.want("(")
			o.inRange = true
			o.from = p.expr()
			p.want(",")
			o.to = p.expr()
			p.want(",")
			o.step = p.expr()
			p.want(")")
		}
	} else {
		if p.take("from") {
			o.from = p.expr()
		}
		if p.take("to") {
			o.to = p.expr()
		}
		p.want("step")
		o.step = p.expr()
	}
	if p.take("by") {
		o.by = p.namedList()
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readPartition(start syntax.Span) op {
	o := &opPartition{options: p.options()}
	p.want("by")
	if t := p.peek(); t.kind == word || t.kind == quoted {
		p.next()
		o.by = &name{at: at{t.span}, text: t.text}
	} else {
		p.expected("a column")
		return nil
	}
	switch {
	case p.peek().is("in"):
		p.next()
		o.body, o.bodyAt = p.subquery()
	case p.take("{"):
		o.source = p.piped()
		p.want("}")
	default:
		o.body, o.bodyAt = p.subquery()
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readSample(start syntax.Span) op {
	distinct := p.last().is("distinct")
	o := &opSample{n: p.postfix()}
	if distinct {
		p.want("of")
		o.of = p.expr()
	}
	o.at = p.from(start)
	return o
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
