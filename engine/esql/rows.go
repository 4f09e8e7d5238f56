package esql

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// The commands that choose, order and multiply rows.

func (l *lowerer) limit(in plan.Node, c *limit) plan.Node {
	e := l.expr(c.count)
	if e == nil {
		return in
	}
	lit, ok := e.(*plan.Lit)
	if !ok || lit.Value.Type != column.Int && lit.Value.Type != column.Long || lit.Value.IsNull(0) || lit.Value.Ints[0] < 0 {
		l.fail(c.count.span(), "expected a number of rows, 0 or more, found %s", l.file.Slice(c.count.span()))
		return in
	}
	n := &plan.Limit{Base: plan.Base{Out: in.Schema(), At: c.at}, Input: in, N: lit.Value.Ints[0]}
	for _, by := range c.by {
		if e := l.expr(by); e != nil {
			n.By = append(n.By, e)
		}
	}
	return n
}

// dedup keeps one of equal rows.
func (l *lowerer) dedup(in plan.Node, c *dedup) plan.Node {
	n := &plan.Limit{Base: plan.Base{Out: in.Schema(), At: c.at}, Input: in, N: 1}
	for i := range l.scope.columns {
		n.By = append(n.By, l.scope.col(i, c.at))
	}
	if len(n.By) == 0 {
		return in
	}
	return n
}

// sort: nulls come last in ascending and first in descending order; a multi-value goes by its least or greatest value.
func (l *lowerer) sort(in plan.Node, c *sortBy) plan.Node {
	n := &plan.Sort{Base: plan.Base{Out: in.Schema(), At: c.at}, Input: in}
	for _, k := range c.keys {
		e := l.expr(k.value)
		if e == nil {
			continue
		}
		if e.Type() >= column.Unsupported { // figures have no order
			l.fail(k.at, "cannot sort by a column of type %s", e.Type())
			continue
		}
		nullsFirst := k.nulls == nullsFirst || k.nulls == nullsUnsaid && k.desc
		n.Keys = append(n.Keys, plan.SortKey{Expr: l.orderable(e, k.desc), Desc: k.desc, NullsFirst: nullsFirst})
	}
	if len(n.Keys) == 0 {
		return in
	}
	return n
}

// orderable is one value a row that sorts as e does.
func (l *lowerer) orderable(e plan.Expr, desc bool) plan.Expr {
	if e.Type() == column.Null {
		return e
	}
	name := "mv_min"
	if desc {
		name = "mv_max"
	}
	if c, ok := e.(*plan.Call); !ok || c.Func.Multi {
		if rows := rowsFor(name, e.Type()); len(rows) > 0 {
			e = &plan.Call{Func: rows[0], Args: []plan.Expr{e}, T: rows[0].Returns, At: e.Span()}
		}
	}
	if rows := rowsFor("$order", e.Type()); len(rows) > 0 {
		e = &plan.Call{Func: rows[0], Args: []plan.Expr{e}, T: rows[0].Returns, At: e.Span()}
	}
	return e
}

func (l *lowerer) mvExpand(in plan.Node, c *mvExpand) plan.Node {
	i := l.scope.find(c.name.text)
	if i < 0 {
		l.unknownColumn(c.name.text, c.name.at) // a null field has nothing to expand
		return in
	}
	out := l.scope.schema()
	columns := slices.Clone(l.scope.columns)
	columns[i].same = 0
	l.scope = l.scope.with(columns)
	return &plan.Expand{
		Base: plan.Base{Out: out, At: c.at}, Input: in, Index: -1, KeepEmpty: true,
		Columns: []plan.ExpandColumn{{Expr: l.scope.col(i, c.name.at), Out: i}},
	}
}
