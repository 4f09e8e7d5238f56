package kql

import (
	"casebook/engine/column"
	"casebook/engine/syntax"
)

// The tree is as written; nothing in it is bound. Expressions and operators are closed sets.

// expr is an expression, scalar or tabular:
// between, binary, call, index, inList, lambda, literal, name, path, pipe, star, table, unary.
type expr interface{ place() syntax.Span }

type at struct{ span syntax.Span }

func (a at) place() syntax.Span { return a.span }

// between is "x between (lo .. hi)".
type between struct {
	at
	not       bool
	x, lo, hi expr
}

type binary struct {
	at
	op   string
	opAt syntax.Span
	l, r expr
}

type call struct {
	at
	name   string
	nameAt syntax.Span
	args   []named
	column string // the one that column_ifexists found
}

type index struct {
	at
	x, i expr
}

// inList is "x in (…)", "x has_any (…)" and their like.
type inList struct {
	at
	op   string
	opAt syntax.Span
	x    expr
	list []expr
}

// lambda is "(a:long, T:(x:string)) { body }".
type lambda struct {
	at
	view   bool
	params []param
	lets   []statement
	body   expr
}

type param struct {
	name     string
	at       syntax.Span
	typ      column.Type
	tabular  bool
	anything bool    // (*): any columns
	columns  []param // of a tabular parameter
	value    expr    // default, or nil
}

type literal struct {
	at
	typ   column.Type
	value any // nil for null
}

type name struct {
	at
	text string
	// pattern names hold stars: "a*".
	pattern bool
}

type path struct {
	at
	x       expr
	field   string
	fieldAt syntax.Span
}

// pipe is a tabular source and what is done with it.
type pipe struct {
	at
	source expr
	ops    []op
}

type star struct{ at }

// table is an operator that makes a table of its own: print, range, union, datatable, search.
type table struct {
	at
	op op
}

type unary struct {
	at
	op string
	x  expr
}

// named is "name = x", "(a, b) = x" or just x.
type named struct {
	names  []string
	nameAt syntax.Span
	tuple  bool
	x      expr
}

func (n named) span() syntax.Span {
	if len(n.names) > 0 {
		return n.nameAt.To(n.x.place())
	}
	return n.x.place()
}

// statement is one statement before, or the query itself.
type statement struct {
	at
	let     string // name, for a let
	letAt   syntax.Span
	declare []param // declare query_parameters
	x       expr
	set     string // name, for a set; x is its value
}

// order is one key of an order: "x desc nulls first".
type order struct {
	x          expr
	desc, said bool
	nulls      string // "", "first", "last"
}

// option is "kind=inner" after an operator's name.
type option struct {
	name  string
	at    syntax.Span
	value expr
}

// op is an operator after a bar.
type op interface {
	place() syntax.Span
	bind(b *binder, s *scope, rel *relation) *relation
}

type opAs struct {
	at
	name string
}
type opCount struct {
	at
	as string
}
type opDatatable struct {
	at
	columns []param
	values  []expr
}
type opDistinct struct {
	at
	options []option
	items   []named
}
type opEvaluate struct {
	at
	call    *call
	columns []param // the columns that the call says it gives; nil where it says none
}
type opExtend struct {
	at
	items []named
}
type opExternal struct {
	at
	columns []param
	urls    []expr
}
type opGetschema struct{ at }
type opInvoke struct {
	at
	call *call
}
type opJoin struct {
	at
	lookup  bool
	options []option
	right   expr
	on      []expr
}
type opMakeSeries struct {
	at
	options        []option
	aggs           []series
	axis           expr
	from, to, step expr
	inRange        bool
	by             []named
}
type series struct {
	named
	value expr // default, or nil
}
type opMvExpand struct {
	at
	legacy  bool
	options []option
	items   []expanded
	limit   expr
}
type expanded struct {
	named
	typ  column.Type
	cast bool
}
type opMvApply struct {
	at
	options []option
	items   []expanded
	limit   expr
	body    []op
	bodyAt  syntax.Span
}
type opParse struct {
	at
	where bool
	kind  string
	flags string
	x     expr
	parts []parsePart
}

// parsePart is one piece of a parse pattern: a text, a star or a column.
type parsePart struct {
	at
	text   *string
	star   bool
	column string
	typ    column.Type
}
type opParseKv struct {
	at
	x       expr
	columns []param
	options []option
}
type opPartition struct {
	at
	options []option
	by      expr
	body    []op
	bodyAt  syntax.Span
	source  expr // a body that begins with a table of its own: "{ T | … }"; nil for body
}
type opPrint struct {
	at
	items []named
}
type opProject struct {
	at
	items []named
}

// opPick is project-away and project-keep.
type opPick struct {
	at
	away  bool
	exprs []expr
}
type opProjectByNames struct {
	at
	exprs []expr
}
type opProjectRename struct {
	at
	items []named
}
type opProjectReorder struct {
	at
	exprs []order
	words []string // "", asc, desc, granny-asc, granny-desc
}
type opRange struct {
	at
	name           string
	from, to, step expr
}
type opRender struct{ at }
type opSample struct {
	at
	n  expr
	of expr // sample-distinct
}
type opScan struct {
	at
	options []option
	by      []expr
	order   []order
	declare []param
	steps   []scanStep
}
type scanStep struct {
	at
	name     string
	optional bool
	output   string
	cond     expr
	assigns  []named
}
type opSearch struct {
	at
	options []option
	tables  []expr
	x       expr
}
type opSerialize struct {
	at
	items []named
}
type opSort struct {
	at
	keys []order
}
type opSummarize struct {
	at
	options []option
	aggs    []named
	by      []named
}
type opTake struct {
	at
	n expr
}
type opTop struct {
	at
	n   expr
	key order
}
type opTopHitters struct {
	at
	n, of, by expr
}
type opTopNested struct {
	at
	levels []nested
}
type nested struct {
	at
	n      expr // or nil
	of     named
	others expr // or nil
	by     named
	desc   bool
	asc    bool
}
type opUnion struct {
	at
	options []option
	tables  []expr
}
type opWhere struct {
	at
	cond expr
}

// opFailed stands where an operator could not be read.
type opFailed struct{ at }

// opFind is search over tables that are named, with the columns that are wanted.
type opFind struct {
	at
	options []option
	tables  []expr
	x       expr
	project []param // columns; nil for the ones that the condition names and that all tables have
	all     bool    // pack_all()
}
