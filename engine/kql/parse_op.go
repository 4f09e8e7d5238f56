package kql

import (
	"maps"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/syntax"
)

// readers are the operators that can stand after a bar. A function because readers call each other.
func readers() map[string]func(*parser, syntax.Span) op {
	return map[string]func(*parser, syntax.Span) op{
		"as":               (*parser).readAs,
		"consume":          (*parser).readConsume,
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
	"fork": "it gives several tables: ask for each in a query of its own", "facet": "it gives several tables: ask for each in a query of its own", "find": "it begins a query",
	"reduce": "its patterns are not specified", "make-graph": "", "graph-match": "", "graph-shortest-paths": "", "graph-to-table": "",
	"graph-mark-components": "", "macro-expand": "", "assert-schema": "", "plugin": "", "graph": "",
}

func opNames() []string {
	names := make([]string, 0, len(opReaders))
	for n := range opReaders {
		names = append(names, n)
	}
	return names
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

func (p *parser) op() op {
	full, n := p.opName()
	if full == "" {
		p.expected("an operator")
		if p.tokens[p.at].is("|") {
			p.at++ // two bars are one mistake
		}
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
		if here, ok := operatorsElsewhere[strings.ToLower(full)]; ok {
			e.WithHint("KQL's operator is %s", here)
		} else if near := syntax.Nearest(full, opNames()); near != "" {
			e.WithHint("did you mean '%s'?", near)
		}
		return nil
	}
	p.at += n
	p.inside = full
	o := read(p, start)
	p.inside = full // and not what stands in it
	return o
}

// source reads an operator that makes a table of its own; its name has n tokens.
func (p *parser) source(full string, n int) op {
	start := p.here()
	nameAt := syntax.Span{Start: start.Start, End: p.ahead(n - 1).span.End}
	p.inside = full
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
	case "externaldata", "external_data":
		p.at += n
		return p.readExternal(start)
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

// primaryTable is a table's name, a function call or a query in parentheses.
func (p *parser) primaryTable() expr {
	if p.failed {
		return nil
	}
	x := p.postfix()
	return x
}

func (p *parser) readAs(start syntax.Span) op {
	p.options("hint")
	p.nameable(p.peek())
	return &opAs{name: p.anyName("a name"), at: p.from(start)}
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
	p.tabular(c)
	return &opInvoke{call: c, at: p.from(start)}
}

// readConsume reads consume, which takes all rows and gives none.
func (p *parser) readConsume(start syntax.Span) op {
	p.options("decodeblocks")
	return &opTake{at: p.from(start), n: &literal{p.from(start), column.Long, int64(0)}}
}

// readRender skips what only a picture needs.
// charts are the kinds that render knows. Nothing is drawn: rows are rows.
var charts = words(`table list barchart piechart ladderchart timechart linechart anomalychart pivotchart areachart stackedareachart
 scatterchart timepivot columnchart timeline 3Dchart card treemap plotly graph`)

func (p *parser) readRender(start syntax.Span) op {
	if !charts[p.peek().text] {
		p.expected("the kind of chart").WithHint("the kinds are %s", strings.Join(slices.Sorted(maps.Keys(charts)), ", "))
		return nil
	}
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
