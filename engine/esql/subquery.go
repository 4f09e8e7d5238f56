package esql

import (
	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// WHERE x IN (FROM …) keeps the rows whose x is among the values of a subquery's one column, NOT IN those whose x is not. A
// null is among nothing, and no row is told from a null: a row without x is never kept, and nulls of the subquery are passed over.

// partMembers takes a condition apart into what each row is asked by itself and what asks a subquery.
func partMembers(cond expr) (tests []expr, members []*in) {
	var part func(e expr) bool
	part = func(e expr) bool {
		if b, ok := e.(*binary); ok && b.op == "AND" && asksQuery(b) {
			return part(b.left) && part(b.right)
		}
		if m := memberOf(e); m != nil {
			members = append(members, m)
		} else {
			tests = append(tests, e)
		}
		return true
	}
	part(cond)
	return tests, members
}

// memberOf is the IN that a condition is, NOT and all.
func memberOf(e expr) *in {
	switch e := e.(type) {
	case *in:
		if e.query != nil {
			return e
		}
	case *unary:
		if m := memberOf(e.value); m != nil && e.op == "NOT" {
			turned := *m
			turned.not = !m.not
			return &turned
		}
	}
	return nil
}

func asksQuery(e expr) bool {
	found := false
	walk(e, func(x expr) {
		if m, ok := x.(*in); ok && m.query != nil {
			found = true
		}
	})
	return found
}

func (l *lowerer) member(input plan.Node, m *in, at syntax.Span, hidden bool) plan.Node {
	left := l.expr(m.value)
	outer := l.scope
	right, inner := l.query(m.query)
	l.scope = outer
	if left == nil || right == nil {
		return input
	}
	if len(inner.columns) != 1 {
		_ = l.fail(m.at, "expected one column from the subquery of IN, found %d", len(inner.columns)).WithHint("end it with KEEP and the column's name")
		return input
	}
	if inner.columns[0].broken {
		return input
	}
	a, b, ok := l.unify(left, inner.col(0, m.at))
	switch {
	case !ok:
		l.mismatch(m.at, "compare", left, inner.col(0, m.at))
		return input
	case a == nil || b == nil:
		return input
	case a.Type() == column.Null:
		return &plan.Filter{Base: plan.Base{Out: input.Schema(), At: at, Hidden: hidden}, Input: input, Cond: l.null(column.Bool, m.at)}
	}
	kind := plan.LeftSemi
	if m.not {
		kind = plan.LeftAnti
		there := l.row1("is_not_null", m.at, a)
		input = &plan.Filter{Base: plan.Base{Out: input.Schema(), At: at, Hidden: true}, Input: input, Cond: there}
	}
	return &plan.Join{
		Base: plan.Base{Out: input.Schema(), At: at, Hidden: hidden}, Kind: kind, Left: input, Right: right,
		LeftKeys: []plan.Expr{a}, RightKeys: []plan.Expr{b},
	}
}
