package kql

import (
	"casebook/engine/column"
	"casebook/engine/syntax"
)

// What a query can begin with: tables that are written in it, and those that are put together of others.

func (p *parser) readDatatable(start syntax.Span) op {
	o := &opDatatable{columns: p.params()}
	if p.peek().kind == quoted {
		t := p.next()
		o.values = append(o.values, &literal{at{t.span}, column.String, t.text})
		o.at = p.from(start)
		return o
	}
	p.want("[")
	for !p.failed && !p.peek().is("]") {
		if v := p.datum(); v != nil {
			o.values = append(o.values, v)
		}
		if !p.take(",") {
			break
		}
	}
	p.want("]")
	o.at = p.from(start)
	return o
}

// readExternal reads "externaldata(a:string, b:long)[url, url] with (format='csv')"; what the files are like is the user's
// affair, who keeps them here as lookups.
func (p *parser) readExternal(start syntax.Span) op {
	o := &opExternal{columns: p.params()}
	if t := p.peek(); t.kind == quoted {
		p.next()
		o.urls = append(o.urls, &literal{at{t.span}, column.String, t.text})
	} else {
		p.want("[")
		for !p.failed && !p.peek().is("]") {
			o.urls = append(o.urls, p.expr())
			if !p.take(",") {
				break
			}
		}
		p.want("]")
	}
	if p.take("with") {
		p.want("(")
		for !p.failed && !p.peek().is(")") {
			p.anyName("an option's name")
			p.want("=")
			p.primaryOrWord()
			if !p.take(",") {
				break
			}
		}
		p.want(")")
	}
	o.at = p.from(start)
	return o
}

// datum is a value of a datatable: a literal, perhaps with a sign.
func (p *parser) datum() expr {
	t := p.peek()
	_, isBool := booleans[t.text]
	switch {
	case t.is("-") || t.is("+"):
		return p.unary()
	case t.kind == text || t.kind == number || t.kind == fraction || t.kind == duration || t.kind == typed,
		t.kind == word && isBool, t.is("dynamic"):
		return p.primary()
	}
	p.expected("a literal")
	if t.is("null") {
		(*p.errs)[len(*p.errs)-1].WithHint("write the type: int(null), dynamic(null)")
	}
	return nil
}

func (p *parser) readRange(start syntax.Span) op {
	o := &opRange{name: p.anyName("a column's name")}
	p.want("from")
	o.from = p.expr()
	p.want("to")
	o.to = p.expr()
	p.want("step")
	o.step = p.expr()
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

// readFind reads "find withsource=s in (T, U) where condition project a, b:long, pack_all()".
func (p *parser) readFind(start syntax.Span) op {
	o := &opFind{options: p.options("withsource", "with_source", "datascope")}
	if p.take("in") {
		o.tables = p.tables()
		p.want("where")
	} else {
		p.take("where")
	}
	o.x = p.searchOr()
	switch full, n := p.opName(); full {
	case "project-smart":
		p.at += n
	case "project":
		p.at += n
		o.project = []param{}
		for !p.failed {
			t := p.peek()
			if t.is("pack_all") && p.ahead(1).is("(") && p.ahead(2).is(")") {
				p.at += 3
				o.all = true
			} else {
				c := param{at: t.span, name: p.anyName("a column's name"), typ: column.Null}
				if p.take(":") {
					c.typ = p.typeName()
				}
				o.project = append(o.project, c)
			}
			if !p.take(",") {
				break
			}
		}
	}
	o.at = p.from(start)
	return o
}

// tables reads "(T, U*, (query))".
func (p *parser) tables() []expr {
	var list []expr
	p.want("(")
	for !p.failed {
		if t := p.peek(); t.is("(") {
			list = append(list, p.primary())
		} else {
			list = append(list, p.pattern())
		}
		if !p.take(",") {
			break
		}
	}
	p.want(")")
	return list
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
	return p.level(equalities)
}
