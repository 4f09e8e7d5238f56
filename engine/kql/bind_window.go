package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// The functions that look at the rows around one: their rows must have an order.

// window checks that rows have an order here.
func (b *binder) window(r *row, x *call) bool {
	if !r.ordered {
		b.errorf(x.nameAt, "the function '%s' needs ordered rows", x.name).WithHint("sort them first, or use serialize")
		return false
	}
	r.window = true
	return true
}

func (b *binder) windowed(x *call, t column.Type, args ...plan.Expr) plan.Expr {
	for _, a := range args {
		if a == nil {
			return nil
		}
	}
	rows := function.Lookup(function.KQL, x.name)
	return &plan.Call{Func: rows[0], Args: args, T: t, At: x.span}
}

func (b *binder) neighbour(r *row, x *call) plan.Expr {
	if !b.count(x, 1, 3) || !b.window(r, x) {
		return nil
	}
	v := b.scalar(r, x.args[0].x)
	if v == nil {
		return nil
	}
	if isLit(v) {
		b.errorf(x.args[0].x.place(), "the function '%s' wants a column, found a constant", x.name)
		return nil
	}
	offset := int64(1)
	if len(x.args) > 1 {
		var ok bool
		if offset, ok = b.constantInt(r.scope, x.args[1].x, "the offset of "+x.name); !ok {
			return nil
		}
	}
	fallback := plan.Expr(lit(v.Type(), nil, x.span))
	if len(x.args) > 2 {
		d := b.scalar(r, x.args[2].x)
		if d == nil {
			return nil
		}
		if _, ok := constant(d); !ok {
			b.errorf(x.args[2].x.place(), "the default of %s wants a constant", x.name)
			return nil
		}
		if fallback = b.cast(d, v.Type(), true); fallback == nil {
			b.errorf(x.args[2].x.place(), "the default of %s wants a %s, found %s", x.name, typeWord(v.Type()), typeWord(d.Type()))
			return nil
		}
	}
	return b.windowed(x, v.Type(), v, lit(column.Long, offset, x.span), fallback)
}

// restart is the optional argument that begins a function anew.
func (b *binder) restart(r *row, x *call, i int) plan.Expr {
	if i >= len(x.args) {
		return lit(column.Bool, false, x.span)
	}
	v := b.scalar(r, x.args[i].x)
	if v == nil {
		return nil
	}
	if v.Type() != column.Bool {
		b.errorf(x.args[i].x.place(), "the restart of %s wants a boolean, found %s", x.name, typeWord(v.Type()))
		return nil
	}
	return v
}

func (b *binder) rowNumber(r *row, x *call) plan.Expr {
	if !b.count(x, 0, 2) || !b.window(r, x) {
		return nil
	}
	start := int64(1)
	if len(x.args) > 0 {
		var ok bool
		if start, ok = b.constantInt(r.scope, x.args[0].x, "the start of row_number"); !ok {
			return nil
		}
	}
	return b.windowed(x, column.Long, lit(column.Long, start, x.span), b.restart(r, x, 1))
}

func (b *binder) rowSum(r *row, x *call) plan.Expr {
	if !b.count(x, 1, 2) || !b.window(r, x) {
		return nil
	}
	v := b.scalar(r, x.args[0].x)
	if v == nil {
		return nil
	}
	if !isNumber(v.Type()) {
		b.errorf(x.args[0].x.place(), "row_cumsum() wants a number, found %s", typeWord(v.Type()))
		return nil
	}
	return b.windowed(x, v.Type(), v, b.restart(r, x, 1))
}

func (b *binder) rowRank(r *row, x *call) plan.Expr {
	if !b.count(x, 1, 2) || !b.window(r, x) {
		return nil
	}
	v := b.scalar(r, x.args[0].x)
	if v == nil {
		return nil
	}
	if v.Type() == column.Dynamic {
		b.errorf(x.args[0].x.place(), "%s() wants a value that is not dynamic", x.name)
		return nil
	}
	return b.windowed(x, column.Long, v, b.restart(r, x, 1))
}

func (b *binder) rowSession(r *row, x *call) plan.Expr {
	if !b.count(x, 3, 4) || !b.window(r, x) {
		return nil
	}
	args := make([]plan.Expr, 3)
	for i := range args {
		if args[i] = b.scalar(r, x.args[i].x); args[i] == nil {
			return nil
		}
		want := column.Duration
		if i == 0 {
			want = column.Time
		}
		if args[i].Type() != want {
			b.errorf(x.args[i].x.place(), "row_window_session() wants a %s here, found %s", typeWord(want), typeWord(args[i].Type()))
			return nil
		}
	}
	return b.windowed(x, column.Time, args[0], args[1], args[2], b.restart(r, x, 3))
}
