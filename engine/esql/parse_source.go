package esql

import (
	"casebook/engine/syntax"
)

// FROM and LOOKUP JOIN, which name tables.

func (p *parser) from(start syntax.Span) command {
	c := &from{}
	for {
		if p.accept("(") {
			if !p.enter() {
				return nil
			}
			sub := &query{}
			p.pipeline(sub)
			p.leave()
			p.expect(")", " at the end of the subquery")
			c.subqueries = append(c.subqueries, sub)
		} else {
			c.sources = append(c.sources, p.source())
		}
		if !p.accept(",") {
			break
		}
	}
	if p.accept("metadata") {
		c.metadata = list(p, p.metadataName)
	}
	c.place = p.since(start)
	return c
}

func (p *parser) source() source {
	start := p.here()
	t := p.peek()
	s := t.text
	if t.kind == text {
		s = unquote(t.text)
	}
	if t.kind != sourceName && t.kind != word && t.kind != integer && t.kind != text || s == "" {
		p.expected("the name of a table")
		return source{}
	}
	p.at++
	if t.kind == text {
		return source{place{t.at}, s}
	}
	name := t.text
	for p.peek().is(":") || p.peek().is("::") { // cluster:index, index::selector
		name += p.take().text + p.take().text
	}
	return source{p.since(start), name}
}

func (p *parser) metadataName() name {
	t := p.peek()
	if t.kind != sourceName && t.kind != word {
		p.expected("the name of a metadata field")
		return name{}
	}
	p.at++
	return name{place{t.at}, t.text}
}

// tableName reads the name of a lookup: an index name has characters that an expression reads as operators.
func (p *parser) tableName() source {
	s, first := source{place{p.here()}, ""}, p.at
	for t := p.peek(); t.kind != end && !t.is("|") && !t.word("on") && !t.word("using") && !t.word("with"); t = p.peek() {
		s.at.End = t.at.End
		p.at++
	}
	if p.at == first {
		p.expected("the name of a table")
	}
	s.name = p.file.Slice(s.at)
	return s
}

func (p *parser) lookup(start syntax.Span) command {
	p.expect("join", " after LOOKUP")
	c := &lookup{table: p.tableName()}
	p.expect("on", " and the fields to join on")
	switch first := p.expression().(type) {
	case *ref:
		c.on = []name{{first.place, first.name}}
		for p.accept(",") {
			c.on = append(c.on, p.name())
		}
	default:
		c.cond = first
	}
	c.place = p.since(start)
	return c
}
