package kql

import (
	"strconv"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Plugins that a few stages of a plan say: the rows around others, counts over windows that overlap, and what sketches have in common.

// plain takes no names before the arguments, and checks how many there are; a negative most is no limit.
func (b *binder) plain(o *opEvaluate, least, most int) bool {
	for _, a := range o.call.args {
		if len(a.names) > 0 {
			b.errorf(a.nameAt, "the plugin '%s' takes no named arguments", o.call.name)
			return false
		}
	}
	if n := len(o.call.args); n < least || most >= 0 && n > most {
		b.errorf(o.call.span, "the plugin '%s' wants %s, found %d", o.call.name, counted(least, most), n)
		return false
	}
	return true
}

// rowsNear keeps the rows that are so many before or behind one where a condition is true.
func (b *binder) rowsNear(s *scope, rel *relation, o *opEvaluate) *relation {
	if !b.plain(o, 2, 3) {
		return nil
	}
	r := &row{scope: s, cols: rel.cols(), ordered: rel.ordered, from: rel.node}
	if !b.window(r, o.call) {
		return nil
	}
	cond := b.scalar(r, o.call.args[0].x)
	if cond == nil {
		return nil
	}
	if cond.Type() != column.Bool {
		b.errorf(o.call.args[0].x.place(), "the condition must be a boolean, found %s", typeWord(cond.Type()))
		return nil
	}
	args := []plan.Expr{cond}
	for i := 1; i < 3; i++ {
		n, ok := b.howMany(s, o.call.args[min(i, len(o.call.args)-1)].x, "rows_near", 0)
		if !ok {
			return nil
		}
		args = append(args, lit(column.Long, n, o.span))
	}
	near := &plan.Call{Func: function.Lookup(function.KQL, "rows near")[0], Args: args, T: column.Bool, At: o.call.span}
	return b.filter(rel, r, near, o.span)
}

// slidingCounts counts rows, and their different ids, over a window that ends with each bin from a start to an end. A row
// stands in its own bin and in those that look back at it; a bin that sees no row is not there.
func (b *binder) slidingCounts(s *scope, rel *relation, o *opEvaluate) *relation {
	if !b.plain(o, 6, -1) {
		return nil
	}
	in, at := &row{scope: s, cols: rel.cols()}, o.span
	id, line := b.pluginColumn(in, o, 0), b.pluginColumn(in, o, 1)
	bounds, ok := b.windowBounds(s, line, o)
	if id == nil || !ok {
		return nil
	}
	exprs := []plan.Expr{b.make("windows", at, column.Dynamic, append([]plan.Expr{line}, bounds...)...), id}
	cols := []column.Field{{Name: line.Name, Type: column.Dynamic}, {Name: "$id", Type: id.T}}
	for i := 6; i < len(o.call.args); i++ {
		c := b.pluginColumn(in, o, i)
		if c == nil {
			return nil
		}
		if indexOf(cols, c.Name) >= 0 || c.T == column.Dynamic {
			b.errorf(o.call.args[i].x.place(), "the column '%s' cannot be a dimension here", c.Name)
			return nil
		}
		exprs, cols = append(exprs, c), append(cols, column.Field{Name: c.Name, Type: c.T})
	}
	each := &plan.Expand{Input: project(rel.node, exprs, cols, at, true), Index: -1,
		Columns: []plan.ExpandColumn{{Expr: &plan.Col{Index: 0, Name: line.Name, T: column.Dynamic, At: at}, Cast: function.ExpandCast(line.T)}}}
	each.Out = append([]column.Field{{Name: line.Name, Type: line.T}}, cols[1:]...)
	each.At, each.Hidden = at, true

	refs := columnRefs(each.Out, at)
	sums := &plan.Aggregate{Input: each}
	for i, x := range refs {
		if i != 1 {
			sums.Keys = append(sums.Keys, plan.Key{Expr: x, Out: len(sums.Out)})
			sums.Out = append(sums.Out, each.Out[i])
		}
	}
	for name, args := range map[string][]plan.Expr{"count": nil, "dcount": {refs[1]}} {
		place := len(sums.Keys)
		if args != nil {
			place++
		}
		sums.Aggs = append(sums.Aggs, plan.Agg{Call: &plan.Call{Func: function.Lookup(function.KQL, name)[0], Args: args, T: column.Long, At: at}, Out: place})
	}
	sums.Out = append(sums.Out, column.Field{Name: "Count", Type: column.Long}, column.Field{Name: "Dcount", Type: column.Long})
	sums.At = at
	return &relation{node: sums}
}

// windowBounds are the start, the end, the look-back and the bin of a timeline.
func (b *binder) windowBounds(s *scope, line *plan.Col, o *opEvaluate) ([]plan.Expr, bool) {
	if line == nil {
		return nil, false
	}
	far := line.T // what lies between two places of the timeline
	switch {
	case line.T == column.Time:
		far = column.Duration
	case line.T != column.Duration && line.T != column.Long && line.T != column.Int && line.T != column.Double:
		b.errorf(o.call.args[1].x.place(), "the plugin '%s' wants a column of times or numbers here, found %s", o.call.name, typeWord(line.T))
		return nil, false
	}
	var bounds []plan.Expr
	for i, want := range []column.Type{line.T, line.T, far, far} {
		a := o.call.args[i+2].x
		x := b.scalar(&row{scope: s, constant: true}, a)
		if x == nil {
			return nil, false
		}
		if isNumber(want) && isNumber(x.Type()) {
			x = b.cast(x, want, false)
		}
		if x.Type() != want {
			e := b.errorf(a.place(), "the plugin '%s' wants a %s here, found %s", o.call.name, typeWord(want), typeWord(x.Type()))
			if i == 3 && x.Type() == column.String {
				e.WithHint("bins of a week, a month or a year are not supported: give the bin's length")
			}
			return nil, false
		}
		bounds = append(bounds, x)
	}
	return bounds, true
}

// intersections are how many different values the first sketch has, it and the second in common, these and the third, and so on.
func (b *binder) intersections(s *scope, rel *relation, o *opEvaluate) *relation {
	const most = 16
	if !b.plain(o, 2, most) {
		return nil
	}
	out := append([]column.Field{}, rel.cols()...)
	exprs, taken := columnRefs(out, o.span), newNamer(out)
	var sketches []plan.Expr
	for i := range o.call.args {
		c := b.pluginColumn(&row{scope: s, cols: rel.cols()}, o, i)
		if c == nil {
			return nil
		}
		if c.T != column.Dynamic {
			b.errorf(o.call.args[i].x.place(), "the plugin '%s' wants what hll() gives here, found %s", o.call.name, typeWord(c.T))
			return nil
		}
		sketches = append(sketches, c)
		exprs = append(exprs, b.make("hll intersect", o.span, column.Long, append([]plan.Expr{}, sketches...)...))
		out = append(out, column.Field{Name: taken.free("s" + strconv.Itoa(i)), Type: column.Long})
	}
	return &relation{node: project(rel.node, exprs, out, o.span, false), ordered: rel.ordered}
}
