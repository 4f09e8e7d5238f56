package kql

import (
	"math"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// piped reads an expression and the operators after it, if any.
func (p *parser) piped() expr {
	if !p.enter() {
		p.leave()
		return nil
	}
	defer p.leave()
	start := p.here()
	x := p.expr()
	if x == nil {
		return nil
	}
	if !p.peek().is("|") {
		return x
	}
	p.tabular(x)
	ops := p.ops()
	return &pipe{at: p.from(start), source: x, ops: ops}
}

// ops reads "| op | op".
func (p *parser) ops() []op {
	var ops []op
	for p.take("|") {
		start, from := p.here(), p.at
		o := p.op()
		if p.failed {
			ops = append(ops, &opFailed{p.from(start)})
			p.sync(true, from)
			continue
		}
		ops = append(ops, o)
	}
	return ops
}

func (p *parser) unary() expr {
	t := p.peek()
	if t.is("-") || t.is("+") {
		if !p.enter() {
			p.leave()
			return nil
		}
		defer p.leave()
		p.next()
		// The smallest long has no positive twin to negate.
		if n := p.peek(); t.text == "-" && n.kind == number && n.text == "9223372036854775808" {
			p.next()
			return &literal{p.from(t.span), column.Long, int64(math.MinInt64)}
		}
		if n := p.peek(); n.is("-") || n.is("+") {
			p.expected("a value after the sign").WithHint("one sign is enough, or write -(…)")
			return nil
		}
		x := p.postfix()
		if x == nil {
			return nil
		}
		return &unary{at: p.from(t.span), op: t.text, x: x}
	}
	return p.postfix()
}

func (p *parser) postfix() expr {
	start := p.here()
	x := p.primary()
	for x != nil && !p.failed {
		t := p.peek()
		switch {
		case t.is("."):
			p.next()
			f := p.peek()
			if f.is("[") {
				// x.[y] is x[y].
				continue
			}
			if f.kind != word && f.kind != quoted {
				if e := p.expected("a property's name"); f.kind == number {
					e.WithHint("an element is written [%s]", f.text)
				}
				return nil
			}
			if c, ok := x.(*call); ok && (c.name == "cluster" || c.name == "database" || c.name == "workspace" || c.name == "app") {
				p.errorf(c.nameAt, "the function '%s' is not supported", c.name).WithHint("there is one store: name the table alone")
				return nil
			}
			p.next()
			x = &path{at: p.from(start), x: x, field: f.text, fieldAt: f.span}
		case t.kind == quoted:
			p.next()
			x = &index{at: p.from(start), x: x, i: &literal{at{t.span}, column.String, t.text}}
		case t.is("["):
			p.next()
			i := p.expr()
			p.want("]")
			if i == nil {
				return nil
			}
			x = &index{at: p.from(start), x: x, i: i}
		default:
			return x
		}
	}
	return x
}

// sources are the operators that a query may begin with.
var sources = map[string]bool{"print": true, "range": true, "union": true, "datatable": true, "search": true, "find": true,
	"externaldata": true, "external_data": true, "evaluate": true, "macro-expand": true, "graph": true}

func (p *parser) primary() expr {
	t := p.peek()
	start := t.span
	switch t.kind {
	case text:
		p.next()
		value := t.text
		for p.peek().kind == text {
			value += p.next().text
		}
		return &literal{p.from(start), column.String, value}
	case number:
		return p.integer()
	case fraction:
		p.next()
		f, err := strconv.ParseFloat(strings.TrimSuffix(t.text, "."), 64)
		if err != nil && !math.IsInf(f, 0) {
			p.errorf(t.span, "%s is no number", t.text)
			return nil
		}
		return &literal{at{start}, column.Double, f}
	case duration:
		p.next()
		return &literal{at{start}, column.Duration, t.ticks}
	case typed:
		return p.typed()
	case quoted:
		p.next()
		return &name{at: at{start}, text: t.text}
	case word:
		return p.wordly()
	case mark:
		switch t.text {
		case "(":
			before := p.last()
			p.next()
			x := p.piped()
			if p.peek().is(",") && before.kind == word && has(levels[len(levels)-1], before.text) {
				p.wantForm(")", "has_any (…, …) for one of several texts")
			}
			p.want(")")
			if p.failed {
				return nil
			}
			return x
		case "*":
			p.next()
			return &star{at{start}}
		case "[":
			// A list where only a value can stand is a mistake worth a better word.
			p.errorf(t.span, "expected an expression, found '['").WithHint("write dynamic([…]) for an array")
			return nil
		}
	}
	p.expected("an expression")
	return nil
}

func (p *parser) integer() expr {
	t := p.next()
	var n int64
	var err error
	if strings.HasPrefix(t.text, "0x") || strings.HasPrefix(t.text, "0X") {
		var u uint64
		u, err = strconv.ParseUint(t.text[2:], 16, 64)
		n = int64(u)
	} else {
		n, err = strconv.ParseInt(t.text, 10, 64)
	}
	if err != nil {
		p.errorf(t.span, "%s does not fit a long", t.text).WithHint("write real(%s) or decimal(%s)", t.text, t.text)
		return nil
	}
	return &literal{at{t.span}, column.Long, n}
}

// booleans are the three ways that the language writes each of them.
var booleans = map[string]bool{"true": true, "True": true, "TRUE": true, "false": false, "False": false, "FALSE": false}

func (p *parser) wordly() expr {
	t := p.peek()
	start := t.span
	if value, ok := booleans[t.text]; ok && t.kind == word && !p.ahead(1).is("(") {
		p.next()
		return &literal{at{start}, column.Bool, value}
	}
	switch t.text {
	case "dynamic":
		if p.ahead(1).is("(") {
			return p.dynamic()
		}
	case "typeof":
		if p.ahead(1).is("(") {
			p.next()
			p.next()
			typ := p.typeName()
			p.want(")")
			return &literal{p.from(start), column.String, typeWord(typ)}
		}
	}
	if full, n := p.opName(); sources[full] && p.startsTable(full, n) {
		o := p.source(full, n)
		if p.failed {
			return nil
		}
		return &table{at: p.from(start), op: o}
	}
	if p.ahead(1).is("(") {
		return p.call()
	}
	if reserved[t.text] || halfReserved[t.text] {
		e := p.errorf(t.span, "expected an expression, found the keyword '%s'", t.text).WithHint("write ['%s'] if it is a name", t.text)
		switch {
		case p.last().is(","):
			e.WithHint("take the comma before it away, or write ['%s'] if it is a name", t.text)
		case t.is("by") && p.inside == "top":
			e.WithHint("how many stands before by: top 10 by …")
		}
		return nil
	}
	p.next()
	return &name{at: at{start}, text: t.text}
}

// startsTable tells an operator that begins a query from a name or a function of the same word.
func (p *parser) startsTable(full string, n int) bool {
	after := p.ahead(n)
	switch full {
	case "print", "union", "search", "find":
		return !after.is("=") && !(after.is("|") || after.is(")") || after.is(",") || after.kind == end)
	case "range":
		return after.kind == word && p.ahead(n+1).is("from") || after.kind == quoted
	case "datatable", "externaldata", "external_data":
		return after.is("(")
	case "evaluate":
		return after.kind == word && p.ahead(n+1).is("(")
	}
	return false
}

func (p *parser) call() expr {
	t := p.next()
	if (reserved[t.text] || halfReserved[t.text]) && !callable[t.text] {
		e := p.errorf(t.span, "expected an expression, found the keyword '%s'", t.text).WithHint("write ['%s'] if it is a name", t.text)
		if has(comparing(), t.text) {
			e.WithHint("it is an operator: x %s …", t.text)
		}
		return nil
	}
	c := &call{name: t.text, nameAt: t.span}
	p.want("(")
	for more := !p.peek().is(")"); !p.failed && more; {
		a, ok := p.argument()
		if !ok {
			return nil
		}
		c.args = append(c.args, a)
		more = p.take(",")
	}
	p.want(")")
	if p.failed {
		return nil
	}
	c.at = p.from(t.span)
	p.calls = append(p.calls, c)
	return c
}

// argument is "x", "name = x" or a query.
func (p *parser) argument() (named, bool) {
	t := p.peek()
	var a named
	if (t.kind == word || t.kind == quoted) && p.ahead(1).is("=") {
		a.names, a.nameAt = []string{t.text}, t.span
		p.next()
		p.next()
	}
	a.x = p.piped()
	return a, a.x != nil && !p.failed
}

// named reads "name = x", "(a, b) = x" or x.
func (p *parser) named() (named, bool) {
	t := p.peek()
	var n named
	switch {
	case (t.kind == word || t.kind == quoted) && p.ahead(1).is("="):
		if !p.nameable(t) {
			return n, false
		}
		n.names, n.nameAt = []string{t.text}, t.span
		p.next()
		p.next()
	case t.is("(") && p.isTuple():
		p.next()
		n.tuple = true
		for {
			n.names = append(n.names, p.anyName("a name"))
			if !p.take(",") {
				break
			}
		}
		p.want(")")
		n.nameAt = p.from(t.span).span
		p.want("=")
	}
	n.x = p.expr()
	return n, n.x != nil && !p.failed
}

func (p *parser) isTuple() bool {
	for i := 1; ; i += 2 {
		if t := p.ahead(i); t.kind != word && t.kind != quoted {
			return false
		}
		if p.ahead(i + 1).is(")") {
			return p.ahead(i + 2).is("=")
		}
		if !p.ahead(i + 1).is(",") {
			return false
		}
	}
}

// namedList reads one or more, with commas between.
func (p *parser) namedList() []named {
	var list []named
	for {
		n, ok := p.named()
		if !ok {
			return list
		}
		list = append(list, n)
		if !p.take(",") {
			return list
		}
	}
}

func (p *parser) exprList() []expr {
	var list []expr
	for {
		x := p.expr()
		if x == nil {
			return list
		}
		list = append(list, x)
		if !p.take(",") {
			return list
		}
	}
}
