package kql

import (
	"cmp"
	"context"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Plan reads a query, binds it to a catalog and lowers it. Parameters come in through
// declare query_parameters(name:type = default). Errors are syntax errors with their places, all that were found.
func Plan(ctx context.Context, file *syntax.File, catalog plan.Catalog, params map[string]*column.Vector) (plan.Node, plan.Remarks, error) {
	q, errs := parse(file)
	if len(errs) > 0 && (q.torn || len(q.statements) == 0) {
		return nil, plan.Remarks{}, errs.Err()
	}
	b := &binder{ctx: ctx, file: file, catalog: catalog, params: params, errs: errs, calls: q.calls}
	n := b.query(q)
	if err := cmp.Or(ctx.Err(), b.fault); err != nil {
		return nil, plan.Remarks{}, err
	}
	if err := b.errs.Err(); err != nil {
		return nil, plan.Remarks{}, err
	}
	return inline(n), plan.Remarks{Notices: b.notices, Assumed: b.assumed, Absent: b.without, Found: b.found}, nil
}

// binder gives names their meaning.
type binder struct {
	ctx     context.Context
	file    *syntax.File
	catalog plan.Catalog
	params  map[string]*column.Vector
	errs    syntax.List
	notices []string
	assumed []string
	without []string // tables that fuzzy unions leave out
	depth   int
	steps   int
	wide    int // how many columns the operators have together
	// missing are the mistakes that are only tables or functions that are not there, and those' names: a fuzzy union leaves out what has them.
	missing map[*syntax.Error]string
	// absent are the lets whose tables could not be bound for that reason alone, until somebody needs them.
	absent []*given
	// calls are all that stand in the text.
	calls []*call
	// strangers are the mistakes that are columns which a table has not, and those' names.
	strangers map[*syntax.Error]string
	// found tells that columns were found in data, and fault why data could not be looked at.
	found bool
	fault error
	// settings are the options that set statements give and that have a meaning here.
	settings map[string]*plan.Lit
}

// scope is the names that lets and parameters have given, innermost first.
type scope struct {
	up    *scope
	name  string
	given *given
}

// given is what a name stands for: exactly one of its fields is set. A let binds a calculation, so x is bound anew, in the
// scope in which it was written, wherever the name stands; a table is bound once and shared.
type given struct {
	x      expr
	in     *scope
	lambda *lambda
	bound  plan.Expr
	rel    *relation
	// gone are the missing tables that kept rel from being bound; they are told of unless a fuzzy union leaves the name out.
	gone  syntax.List
	asked bool
	// from is the row that bound reads, if it reads one: a function's body may stand in another.
	from *row

	busy bool
}

// relation is a table in the making.
type relation struct {
	node plan.Node
	// ordered rows keep their order: prev and its like may look at their neighbours.
	ordered bool
	// name is what union's withsource calls the table.
	name string
	// open tables have columns that were found in data: what is none of them may be one where there are other events.
	open bool
}

func (r *relation) cols() []column.Field { return r.node.Schema() }

func (s *scope) find(name string) *given {
	for ; s != nil; s = s.up {
		if s.name == name {
			return s.given
		}
	}
	return nil
}

func (s *scope) with(name string, g *given) *scope { return &scope{up: s, name: name, given: g} }

func (b *binder) errorf(s syntax.Span, format string, args ...any) *syntax.Error {
	e := syntax.Errorf(b.file, s, format, args...)
	b.errs.Add(e)
	return e
}

// enter guards against functions that call each other to no end, and plans that grow beyond use.
func (b *binder) enter(s syntax.Span) bool {
	b.depth++
	if b.depth == deepest+1 {
		b.errorf(s, "the query nests deeper than %d levels", deepest)
	}
	if b.steps++; b.steps == mostSteps+1 {
		b.errorf(s, "the query unfolds to more than %d expressions", mostSteps).WithHint("functions and lets are put in wherever they stand: use each once, or materialize()")
	}
	return b.depth <= deepest && !b.over()
}

// over tells whether there is no use in going on: nobody waits any more, or the query is too large or has too many mistakes.
func (b *binder) over() bool {
	return b.steps > mostSteps || b.wide > plan.MostColumns || len(b.errs) >= mostErrors || b.fault != nil || b.ctx.Err() != nil
}

// widen counts the columns of an operator.
func (b *binder) widen(at syntax.Span, columns int) {
	if b.wide += columns; b.wide > plan.MostColumns && b.wide-columns <= plan.MostColumns {
		b.errorf(at, "the operators up to here have more than %d columns together", plan.MostColumns).WithHint("project the columns that are used, or write fewer operators")
	}
}

// mostSteps is how many expressions and tables a query may be once its functions and lets are put in where they are used:
// each use is computed anew, so a few lines that use each other twice would run for ever.
const mostSteps = 100_000

// mostErrors keeps one broken query from filling a screen: after so many, reading more is no help.
const mostErrors = 50

func (b *binder) leave() { b.depth-- }

func (b *binder) query(q *query) plan.Node {
	s := b.kept(q.functions)
	var result *relation
	results := 0
	for _, st := range q.statements {
		switch {
		case st.let != "":
			s = b.let(s, st, nil)
		case st.declare != nil:
			s = b.declared(s, st.declare)
		case st.set != "":
			b.setting(st)
		case st.x != nil:
			if results++; results > 1 {
				b.errorf(st.span, "a rule has one result, and this is a second one").WithHint("end with one query; begin helpers with let")
				return nil
			}
			result = b.tabularOrScalar(s, st.x)
		}
	}
	if results == 0 && len(b.errs) == 0 {
		e := b.errorf(syntax.Span{Start: len(b.file.Own()), End: len(b.file.Own())}, "expected a query, found the end of the text")
		if s != nil {
			e.WithHint("a let only gives a name: the query stands behind its ';'")
		}
	}
	for _, g := range b.absent {
		if !g.asked {
			b.errs = append(b.errs, g.gone...)
		}
	}
	if result == nil || len(b.errs) > 0 {
		return nil
	}
	return result.node
}

// tabularOrScalar binds a query; a scalar on its own is a table of one cell.
func (b *binder) tabularOrScalar(s *scope, x expr) *relation {
	if b.isTabular(s, x) {
		return b.tabular(s, x)
	}
	if n, ok := x.(*name); ok && s.find(n.text) == nil {
		return b.tabular(s, x)
	}
	if c, ok := x.(*call); ok && s.find(c.name) == nil && function.Lookup(function.KQL, c.name) == nil && !special[c.name] {
		return b.tabular(s, x)
	}
	v := b.scalar(&row{scope: s, constant: true}, x)
	if v == nil {
		return nil
	}
	return &relation{node: project(oneRow(x.place()), []plan.Expr{v}, []column.Field{{Name: "print_0", Type: v.Type()}}, x.place(), false)}
}

func (b *binder) isTabular(s *scope, x expr) bool { return b.tabularAt(s, x, 0) }

func (b *binder) tabularAt(s *scope, x expr, depth int) bool {
	if depth > deepest {
		return false
	}
	switch x := x.(type) {
	case *pipe, *table:
		return true
	case *name:
		if g := s.find(x.text); g != nil {
			switch {
			case g.rel != nil:
				return true
			case g.lambda != nil:
				// A function without arguments can be named without parentheses.
				return g.lambda.bare() && b.tabularAt(s, &call{at: x.at, name: x.text, nameAt: x.span}, depth+1)
			case g.x != nil:
				return b.tabularAt(g.in, g.x, depth+1)
			}
			return false
		}
		_, ok := b.catalog.Table(x.text)
		return ok
	case *call:
		if g := s.find(x.name); g != nil && g.lambda != nil {
			inner := g.in
			for _, st := range g.lambda.lets {
				inner = inner.with(st.let, lazily(inner, st))
			}
			for _, p := range g.lambda.params {
				if p.tabular {
					inner = inner.with(p.name, &given{rel: failed(p.at)})
				} else {
					inner = inner.with(p.name, &given{bound: &plan.Lit{Value: column.NullVector(p.typ, 1)}})
				}
			}
			return b.tabularAt(inner, g.lambda.body, depth+1)
		}
		switch x.name {
		case "materialize":
			return len(x.args) == 1 && b.tabularAt(s, x.args[0].x, depth+1)
		case "table":
			return true
		case "_GetWatchlist":
			return true
		}
	}
	return false
}
