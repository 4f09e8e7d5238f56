package esql

import (
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// What LOOKUP JOIN asks of two rows, where that is an expression: comparisons of a column with one of the table's, and what the table's rows
// are asked by themselves, with AND between them.

// joinCondition lowers an expression after ON. Equalities become keys, other comparisons the join's condition, and the rest filters the
// table's rows, which are right.
func (l *lowerer) joinCondition(n *plan.Join, right plan.Node, cond expr, left, rs *scope, table string) plan.Node {
	b, ok := cond.(*binary)
	if ok && b.op == "AND" {
		right = l.joinCondition(n, right, b.left, left, rs, table)
		return l.joinCondition(n, right, b.right, left, rs, table)
	}
	if l.ambiguous(cond, left, rs, table) {
		return right
	}
	if ok && levels[b.op] == compared {
		if x, y, ok := l.acrossJoin(b, left, rs); ok {
			if b.op == "==" {
				l.scope = left
				le := l.column(x.name, x.at)
				l.scope = rs
				l.joinKey(n, le, l.column(y.name, y.at), b.at, table)
			} else if c := l.compared(b, left, rs); c != nil {
				n.Cond = l.both(n.Cond, c, b.at)
			}
			return right
		}
	}
	foreign := false
	walk(cond, func(e expr) {
		if r, ok := e.(*ref); ok && rs.find(r.name) < 0 {
			foreign = true
		}
	})
	if foreign {
		_ = l.fail(cond.span(), "this condition of LOOKUP JOIN is not supported").WithHint("what is: comparisons of a column with one of %s, and conditions on the columns of %s alone, with AND between them", table, table)
		return right
	}
	l.scope = rs
	if c := l.filter(cond); c != nil {
		right = &plan.Filter{Base: plan.Base{Out: right.Schema(), At: cond.span(), Hidden: true}, Input: right, Cond: c}
	}
	return right
}

// ambiguous complains of a name in a condition that is a column of both sides.
func (l *lowerer) ambiguous(cond expr, left, rs *scope, table string) bool {
	found := false
	walk(cond, func(e expr) {
		if r, ok := e.(*ref); ok && !found && left.find(r.name) >= 0 && rs.find(r.name) >= 0 {
			found = true
			_ = l.fail(r.at, "%s is a column here and in %s, too", r.name, table).WithHint("RENAME it before, or write ON %s where both are to be equal", r.name)
		}
	})
	return found
}

// acrossJoin is a comparison's two columns, the left side's first, where it holds one of each side against the other.
func (l *lowerer) acrossJoin(b *binary, left, rs *scope) (x, y *ref, ok bool) {
	x, first := b.left.(*ref)
	y, second := b.right.(*ref)
	if first && second && rs.find(x.name) >= 0 {
		x, y = y, x
	}
	return x, y, first && second && (rs.find(y.name) >= 0 || rs.lacks(y.name)) && (left.find(x.name) >= 0 || left.lacks(x.name))
}

// compared lowers a comparison over the columns of both sides.
func (l *lowerer) compared(b *binary, left, rs *scope) plan.Expr {
	side := func(r *ref) plan.Expr {
		if left.find(r.name) >= 0 {
			l.scope = left
			return l.column(r.name, r.at)
		}
		l.scope = rs
		e := l.column(r.name, r.at)
		if c, ok := e.(*plan.Col); ok {
			c.Index += len(left.columns)
		}
		return e
	}
	x, y := side(b.left.(*ref)), side(b.right.(*ref))
	if x == nil || y == nil {
		return nil
	}
	return l.compare(b, x, y)
}

// both joins a condition to what there is.
func (l *lowerer) both(have, more plan.Expr, at syntax.Span) plan.Expr {
	if have == nil {
		return more
	}
	return l.row1("and", at, have, more)
}
