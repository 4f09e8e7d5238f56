package kql

import (
	"slices"

	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Functions that a let has given are put in where they are called.

// apply calls a function that a let has given, as a value.
func (b *binder) apply(r *row, g *given, name string, s syntax.Span, args []named) plan.Expr {
	if !b.enter(s) {
		b.leave()
		return nil
	}
	defer b.leave()
	inner, ok := b.bindParams(r, g, name, s, args)
	if !ok {
		return nil
	}
	if b.isTabular(inner, g.lambda.body) {
		b.errorf(s, "the function '%s' gives a table, and a value is wanted here", name).WithHint("toscalar(…) makes a value of a table")
		return nil
	}
	in := &row{scope: inner, constant: true, ordered: r.ordered, frame: r.origin()}
	x := b.scalar(in, g.lambda.body)
	r.window = r.window || in.window
	return x
}

// bindParams gives a function's parameters their arguments: the scope of its body.
func (b *binder) bindParams(r *row, g *given, fname string, s syntax.Span, args []named) (*scope, bool) {
	params := g.lambda.params
	if len(args) > len(params) {
		least := 0
		for _, p := range params {
			if p.value == nil {
				least++
			}
		}
		b.errorf(s, "the function '%s' wants %s, found %d", fname, counted(least, len(params)), len(args))
		return nil, false
	}
	inner := g.in
	got := make([]*named, len(params))
	for i := range args {
		at := i
		if len(args[i].names) > 0 {
			at = -1
			for k, p := range params {
				if p.name == args[i].names[0] {
					at = k
				}
			}
			if at < 0 {
				b.errorf(args[i].nameAt, "the function '%s' has no parameter '%s'", fname, args[i].names[0])
				return nil, false
			}
		}
		got[at] = &args[i]
	}
	for k, p := range params {
		v, ok := b.argument(r, g, p, got[k], fname, s)
		if !ok {
			return nil, false
		}
		inner = inner.with(p.name, v)
	}
	for _, st := range g.lambda.lets {
		inner = b.let(inner, st, r.origin())
	}
	return inner, true
}

func (b *binder) argument(r *row, g *given, p param, a *named, fname string, s syntax.Span) (*given, bool) {
	if p.tabular {
		if a == nil {
			b.errorf(s, "the function '%s' wants a table for '%s'", fname, p.name)
			return nil, false
		}
		rel := b.tabular(r.scope, a.x)
		if rel == nil {
			return nil, false
		}
		return b.fitTable(rel, p, a.x.place())
	}
	var x plan.Expr
	switch {
	case a != nil:
		x = b.scalar(r, a.x)
	case p.value != nil:
		x = b.scalar(&row{scope: g.in, constant: true}, p.value)
	default:
		b.errorf(s, "the function '%s' wants a value for '%s'", fname, p.name)
		return nil, false
	}
	if x == nil {
		return nil, false
	}
	fitted := b.cast(x, p.typ, true)
	if fitted == nil {
		b.errorf(x.Span(), "the parameter '%s' of '%s' wants a %s, found %s", p.name, fname, typeWord(p.typ), typeWord(x.Type()))
		return nil, false
	}
	v := &given{bound: fitted}
	if readsRow(fitted) {
		v.from = r.origin()
	}
	return v, true
}

// fitTable checks that a table has the columns that a tabular parameter names.
func (b *binder) fitTable(rel *relation, p param, s syntax.Span) (*given, bool) {
	for _, c := range p.columns {
		if c.anything {
			continue
		}
		i := indexOf(rel.cols(), c.name)
		if i < 0 {
			nearest(b.errorf(s, "the table for '%s' has no column '%s'", p.name, c.name), c.name, fieldNames(rel.cols()))
			return nil, false
		}
		if rel.cols()[i].Type != c.typ {
			b.errorf(s, "the column '%s' of the table for '%s' is a %s, and a %s is wanted", c.name, p.name, typeWord(rel.cols()[i].Type), typeWord(c.typ))
			return nil, false
		}
	}
	return &given{rel: rel}, true
}

// readsRow tells whether an expression reads a column.
func readsRow(x plan.Expr) bool {
	switch x := x.(type) {
	case *plan.Col:
		return true
	case *plan.Call:
		return slices.ContainsFunc(x.Args, readsRow)
	}
	return false
}
