package esql

import (
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// x IN (FROM …) asks whether x is among the values of a subquery's one column. It is null where x is, and where x is not among
// them but one of them is null: NOT IN then keeps no row. As a condition of its own it keeps rows; elsewhere in WHERE, in EVAL and in
// the WHERE of an aggregate it becomes a column for as long as the command needs it.

// partMembers takes a condition apart into what becomes a column, where it asks a subquery at all, and what keeps rows.
func partMembers(cond expr) (tests []expr, members []*in) {
	var part func(e expr) bool
	part = func(e expr) bool {
		if b, ok := e.(*binary); ok && b.op == "AND" && asksQuery(b) {
			return part(b.left) && part(b.right)
		}
		if m, ok := e.(*in); ok && m.query != nil && !m.not {
			members = append(members, m)
		} else {
			tests = append(tests, e)
		}
		return true
	}
	part(cond)
	return tests, members
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

// membership is x IN (FROM …) as a join over the input; nil where there is a mistake in it, or nothing that can be equal.
func (l *lowerer) membership(input plan.Node, m *in) (join *plan.Join, null bool) {
	left := l.expr(m.value)
	outer := l.scope
	right, inner := l.query(m.query)
	l.scope = outer
	if left == nil || right == nil || inner.guess {
		return nil, false
	}
	if len(inner.columns) != 1 {
		_ = l.fail(m.at, "expected one column from the subquery of IN, found %d", len(inner.columns)).WithHint("end it with KEEP and the column's name")
		return nil, false
	}
	if inner.columns[0].broken {
		return nil, false
	}
	a, b, ok := l.unify(left, inner.col(0, m.at))
	switch {
	case !ok:
		l.mismatch(m.at, "compare", left, inner.col(0, m.at))
		return nil, false
	case a == nil || b == nil:
		return nil, false
	case a.Type() == column.Null:
		return nil, true
	}
	return &plan.Join{Base: plan.Base{At: m.at, Hidden: true}, Left: input, Right: right, LeftKeys: []plan.Expr{a}, RightKeys: []plan.Expr{b}, Place: l.place(m.at)}, false
}

// member keeps the rows that are among the values of a subquery.
func (l *lowerer) member(input plan.Node, m *in, at syntax.Span, hidden bool) plan.Node {
	base := plan.Base{Out: input.Schema(), At: at, Hidden: hidden}
	join, null := l.membership(input, m)
	switch {
	case null:
		return &plan.Filter{Base: base, Input: input, Cond: l.null(column.Bool, m.at)}
	case join == nil:
		return input
	}
	join.Base, join.Kind = base, plan.LeftSemi
	return join
}

// marking lowers what computes with expressions. Each IN (FROM …) in them is a column meanwhile.
func (l *lowerer) marking(input plan.Node, at syntax.Span, exprs []expr, do func(plan.Node) plan.Node) plan.Node {
	var asked []*in
	for _, e := range exprs {
		walk(e, func(x expr) {
			if m, ok := x.(*in); ok && m.query != nil {
				asked = append(asked, m)
			}
		})
	}
	if len(asked) == 0 {
		return do(input)
	}
	defer func(outside map[*in]scoped) { l.marks = outside }(l.marks)
	l.marks = map[*in]scoped{}
	var marks []scoped
	for i, m := range asked {
		mark := scoped{name: fmt.Sprintf("\x00%d", i), typ: column.Bool} // no name that a query can write
		join, null := l.membership(input, m)
		switch {
		case null:
			mark.typ = column.Null
		case join == nil:
			mark.broken = true
		default:
			join.Kind = plan.LeftMark
			join.Out = append(slices.Clone(input.Schema()), column.Field{Name: mark.name, Type: mark.typ})
			l.scope = l.scope.with(append(slices.Clone(l.scope.columns), mark))
			input, marks = join, append(marks, mark)
		}
		l.marks[m] = mark
	}
	input = do(input)
	kept, columns := l.without(marks, at)
	return l.project(input, at, kept, l.scope.with(columns), true)
}

// marked is the column that an IN (FROM …) has become.
func (l *lowerer) marked(m *in) plan.Expr {
	mark, ok := l.marks[m]
	switch {
	case !ok:
		_ = l.fail(m.at, "a subquery in IN stands in WHERE, in EVAL or in the WHERE of an aggregate").WithHint("give its answer a name with EVAL before")
		return nil
	case mark.broken:
		return nil
	case mark.typ == column.Null:
		return l.null(column.Bool, m.at)
	}
	col := l.scope.col(l.scope.find(mark.name), m.at)
	if m.not {
		return l.row1("not", m.at, col)
	}
	return col
}
