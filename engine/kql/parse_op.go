package kql

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/syntax"
)

// readers are the operators that can stand after a bar. A function because readers call each other.
func readers() map[string]func(*parser, syntax.Span) op {
	return map[string]func(*parser, syntax.Span) op{
		"as":               (*parser).readAs,
		"consume":          (*parser).readRender,
		"count":            (*parser).readCount,
		"distinct":         (*parser).readDistinct,
		"evaluate":         (*parser).readEvaluate,
		"extend":           func(p *parser, s syntax.Span) op { return &opExtend{items: p.namedList(), at: p.from(s)} },
		"filter":           (*parser).readWhere,
		"getschema":        func(p *parser, s syntax.Span) op { return &opGetschema{p.from(s)} },
		"invoke":           (*parser).readInvoke,
		"join":             (*parser).readJoin,
		"limit":            (*parser).readTake,
		"lookup":           (*parser).readJoin,
		"make-series":      (*parser).readMakeSeries,
		"mv-apply":         (*parser).readMvApply,
		"mv-expand":        (*parser).readMvExpand,
		"mvapply":          (*parser).readMvApply,
		"mvexpand":         (*parser).readMvExpand,
		"order":            (*parser).readSort,
		"parse":            (*parser).readParse,
		"parse-kv":         (*parser).readParseKv,
		"parse-where":      (*parser).readParse,
		"partition":        (*parser).readPartition,
		"project":          (*parser).readProject,
		"project-away":     (*parser).readPick,
		"project-by-names": func(p *parser, s syntax.Span) op { return &opProjectByNames{exprs: p.exprList(), at: p.from(s)} },
		"project-keep":     (*parser).readPick,
		"project-rename":   func(p *parser, s syntax.Span) op { return &opProjectRename{items: p.namedList(), at: p.from(s)} },
		"project-reorder":  (*parser).readReorder,
		"render":           (*parser).readRender,
		"sample":           (*parser).readSample,
		"sample-distinct":  (*parser).readSample,
		"scan":             (*parser).readScan,
		"search":           (*parser).readSearch,
		"serialize":        (*parser).readSerialize,
		"sort":             (*parser).readSort,
		"summarize":        (*parser).readSummarize,
		"take":             (*parser).readTake,
		"top":              (*parser).readTop,
		"top-hitters":      (*parser).readTopHitters,
		"top-nested":       (*parser).readTopNested,
		"union":            (*parser).readUnion,
		"where":            (*parser).readWhere,
	}
}

var opReaders map[string]func(*parser, syntax.Span) op

func init() { opReaders = readers() }

// elsewhere are operators that are known and not here, with the reason.
var elsewhere = map[string]string{
	"externaldata": "it reads from the network", "external_data": "it reads from the network", "fork": "", "facet": "", "find": "it begins a query",
	"reduce": "its patterns are not specified", "make-graph": "", "graph-match": "", "graph-shortest-paths": "", "graph-to-table": "",
	"graph-mark-components": "", "macro-expand": "", "assert-schema": "", "plugin": "", "graph": "",
}

// Operators are the names of the operators that are known, in order.
func Operators() []string {
	names := opNames()
	slices.Sort(names)
	return names
}

// Special are the names of the calls that are no rows of the function table, in order.
func Special() []string {
	names := make([]string, 0, len(specials))
	for n := range specials {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func opNames() []string {
	names := make([]string, 0, len(opReaders))
	for n := range opReaders {
		names = append(names, n)
	}
	return names
}

func (p *parser) op() op {
	full, n := p.opName()
	if full == "" {
		p.expected("an operator")
		return nil
	}
	start := p.here()
	read := opReaders[full]
	nameAt := syntax.Span{Start: start.Start, End: p.ahead(n - 1).span.End}
	if read == nil {
		if reason, ok := elsewhere[full]; ok {
			e := p.errorf(nameAt, "the operator '%s' is not supported", full)
			if reason != "" {
				e.WithHint("%s", reason)
			}
			return nil
		}
		e := p.errorf(nameAt, "unknown operator '%s'", full)
		if near := syntax.Nearest(full, opNames()); near != "" {
			e.WithHint("did you mean '%s'?", near)
		}
		return nil
	}
	p.at += n
	return read(p, start)
}

// source reads an operator that makes a table of its own; its name has n tokens.
func (p *parser) source(full string, n int) op {
	start := p.here()
	nameAt := syntax.Span{Start: start.Start, End: p.ahead(n - 1).span.End}
	switch full {
	case "print":
		p.at += n
		return &opPrint{items: p.namedList(), at: p.from(start)}
	case "range":
		p.at += n
		return p.readRange(start)
	case "union":
		p.at += n
		return p.readUnion(start)
	case "search":
		p.at += n
		return p.readSearch(start)
	case "find":
		p.at += n
		return p.readFind(start)
	case "datatable":
		p.at += n
		return p.readDatatable(start)
	}
	e := p.errorf(nameAt, "the operator '%s' is not supported", full)
	if reason := elsewhere[full]; reason != "" {
		e.WithHint("%s", reason)
	}
	return nil
}

// options reads "kind=inner hint.strategy=shuffle"; which names are known is said by the operator.
func (p *parser) options(known ...string) []option {
	var list []option
	for {
		t := p.peek()
		if t.kind != word {
			return list
		}
		if t.text == "hint" && p.ahead(1).is(".") {
			p.next()
			p.next()
			p.anyName("the hint's name")
			p.want("=")
			p.primaryOrWord()
			continue
		}
		if !has(known, t.text) || !p.ahead(1).is("=") {
			return list
		}
		p.next()
		p.next()
		list = append(list, option{name: t.text, at: t.span, value: p.primaryOrWord()})
	}
}

// primaryOrWord reads an option's value, where keywords are plain words.
func (p *parser) primaryOrWord() expr {
	if t := p.peek(); t.kind == word {
		p.next()
		return &name{at: at{t.span}, text: t.text}
	}
	if p.peek().is("-") {
		return p.unary()
	}
	return p.primary()
}

func (p *parser) readAs(start syntax.Span) op {
	p.options("hint")
	p.nameable(p.peek())
	return &opAs{name: p.anyName("a name"), at: p.from(start)}
}

func (p *parser) readCount(start syntax.Span) op {
	o := &opCount{}
	if p.take("as") {
		o.as = p.anyName("a name")
	}
	o.at = p.from(start)
	return o
}

// readRender skips what only a picture needs.
func (p *parser) readRender(start syntax.Span) op {
	level := 0
	for t := p.peek(); t.kind != end; t = p.peek() {
		if level == 0 && (t.is("|") || t.is(";") || t.is(")")) {
			break
		}
		if t.is("(") {
			level++
		}
		if t.is(")") {
			level--
		}
		p.next()
	}
	return &opRender{p.from(start)}
}

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

// datum is a value of a datatable: a literal, perhaps with a sign.
func (p *parser) datum() expr {
	t := p.peek()
	switch {
	case t.is("-") || t.is("+"):
		return p.unary()
	case t.kind == text || t.kind == number || t.kind == fraction || t.kind == duration || t.kind == typed,
		t.is("true"), t.is("false"), t.is("dynamic"):
		return p.primary()
	}
	p.expected("a literal")
	if t.is("null") {
		(*p.errs)[len(*p.errs)-1].WithHint("write the type: int(null), dynamic(null)")
	}
	return nil
}

func (p *parser) readDistinct(start syntax.Span) op {
	o := &opDistinct{options: p.options()}
	o.exprs = p.exprList()
	o.at = p.from(start)
	return o
}

func (p *parser) readEvaluate(start syntax.Span) op {
	p.options()
	if t := p.peek(); t.kind != word || !p.ahead(1).is("(") {
		p.expected("a plugin")
		return nil
	}
	o := &opEvaluate{}
	o.call, _ = p.call().(*call)
	if p.take(":") {
		o.columns = p.params()
	}
	o.at = p.from(start)
	return o
}

func (p *parser) readInvoke(start syntax.Span) op {
	if t := p.peek(); t.kind != word || !p.ahead(1).is("(") {
		p.expected("a function")
		return nil
	}
	c, _ := p.call().(*call)
	return &opInvoke{call: c, at: p.from(start)}
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

// primaryTable is a table's name, a function call or a query in parentheses.
func (p *parser) primaryTable() expr {
	if p.failed {
		return nil
	}
	x := p.postfix()
	return x
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
	o.axis = p.level(comparisons + 1)
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

// subquery reads "(op | op)", a pipeline without its source.
func (p *parser) subquery() ([]op, syntax.Span) {
	if !p.enter() {
		p.leave()
		return nil, p.here()
	}
	defer p.leave()
	start := p.here()
	p.want("(")
	if p.failed {
		return nil, start
	}
	p.take("|")
	first := p.op()
	if p.failed {
		return nil, start
	}
	ops := append([]op{first}, p.ops()...)
	p.want(")")
	return ops, p.from(start).span
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
	case p.peek().is("{"):
		p.errorf(p.here(), "partition by … { } is not supported").WithHint("write partition by column ( … )")
	default:
		o.body, o.bodyAt = p.subquery()
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
