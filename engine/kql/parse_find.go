package kql

import (
	"casebook/engine/column"
	"casebook/engine/syntax"
)

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
