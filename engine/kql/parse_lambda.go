package kql

import "slices"

// Functions that a query defines: their parameters and their bodies.

// lambdaOr is what follows "let name =": a function or an expression.
func (p *parser) lambdaOr() expr {
	start := p.here()
	view := false
	if p.peek().is("view") && p.ahead(1).is("(") {
		view = true
		p.next()
	}
	if p.peek().is("(") && (view || p.isLambda()) {
		l := &lambda{view: view, params: p.params()}
		p.checkParams(l.params)
		p.body(l)
		p.distinctNames(l.lets)
		l.at = p.from(start)
		return l
	}
	return p.piped()
}

// isLambda looks behind the parenthesis that opens here for a brace.
func (p *parser) isLambda() bool {
	level := 0
	for i := 0; ; i++ {
		switch t := p.ahead(i); {
		case t.kind == end:
			return false
		case t.is("(") || t.is("["):
			level++
		case t.is(")") || t.is("]"):
			if level--; level == 0 {
				return p.ahead(i + 1).is("{")
			}
		}
	}
}

func (p *parser) body(l *lambda) {
	if !p.enter() {
		return
	}
	defer p.leave()
	p.want("{")
	for !p.failed && !p.peek().is("}") {
		if p.take(";") {
			continue
		}
		s, ok := p.statement()
		if !ok {
			return
		}
		if s.let == "" {
			if s.set != "" || s.declare != nil {
				p.errorf(s.span, "a function's body has lets and a result, nothing else")
				return
			}
			if l.body != nil {
				p.errorf(s.span, "a function gives one result, and this is a second one")
				return
			}
			l.body = s.x
		} else {
			l.lets = append(l.lets, s)
		}
		if !p.take(";") && !p.peek().is("}") {
			p.expected("';' or '}'")
		}
	}
	if l.body == nil {
		p.expected("the function's result")
	}
	p.want("}")
}

// params reads "(a:long = 1, T:(x:string, *))".
func (p *parser) params() []param {
	var list []param
	if !p.enter() {
		return nil
	}
	defer p.leave()
	p.want("(")
	for !p.failed && !p.peek().is(")") {
		q := param{at: p.here()}
		if p.take("*") {
			q.anything = true
		} else {
			p.nameable(p.peek())
			q.name = p.anyName("a name")
			p.wantForm(":", "a type behind it: x:long or x:string")
			if p.peek().is("(") {
				q.tabular, q.columns = true, p.params()
			} else {
				q.typ = p.typeName()
			}
			if p.take("=") {
				q.value = p.expr()
			}
		}
		q.at = p.from(q.at).span
		list = append(list, q)
		if !p.take(",") {
			break
		}
	}
	p.want(")")
	return list
}

// checkParams wants tables before values, values without a default before those with one, and each name once.
func (p *parser) checkParams(list []param) {
	seen := map[string]bool{}
	values, defaults := false, false
	for _, q := range list {
		switch {
		case p.failed:
			return
		case seen[q.name]:
			p.errorf(q.at, "the parameter '%s' is there twice", q.name)
		case q.tabular && len(q.columns) > 1 && slices.ContainsFunc(q.columns, func(c param) bool { return c.anything }):
			p.errorf(q.at, "the columns of '%s' are named, or any: '*' stands alone", q.name)
		case q.tabular && values:
			p.errorf(q.at, "parameters that are tables come first")
		case !q.tabular && q.value == nil && defaults:
			p.errorf(q.at, "the parameter '%s' wants a default: the one before it has one", q.name)
		}
		seen[q.name] = true
		values = values || !q.tabular
		defaults = defaults || q.value != nil
	}
}
