package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// pivotAggregates are the aggregates that pivot takes.
var pivotAggregates = words("min max take_any sum dcount avg stdev variance make_list make_bag make_set count")

// pivot makes a column of each value of one column: an aggregate over the rows that have it, by the other columns.
func (b *binder) pivot(s *scope, rel *relation, o *opEvaluate) *relation {
	in := &row{scope: s, cols: rel.cols(), keys: map[string]bool{}}
	by := b.pluginColumn(in, o, 0)
	if by == nil {
		return nil
	}
	if by.T == column.Dynamic {
		b.errorf(o.call.args[0].x.place(), "a dynamic value cannot be a column's name").WithHint("cast it before: tostring(…)")
		return nil
	}
	agg := &call{at: at{o.call.span}, name: "count", nameAt: o.call.nameAt}
	if len(o.call.args) > 1 {
		c, ok := o.call.args[1].x.(*call)
		if !ok || !pivotAggregates[c.name] || len(o.call.args[1].names) > 0 {
			b.errorf(o.call.args[1].x.place(), "pivot wants one aggregate here, such as count() or sum(x)")
			return nil
		}
		agg = c
	}
	keys, ok := b.pivotKeys(in, rel, o, by, agg)
	if !ok {
		return nil
	}
	columns, open, ok := b.pivotColumns(rel, o, by, keys)
	if !ok {
		return nil
	}
	n := &plan.Aggregate{Input: rel.node}
	var exprs []plan.Expr
	var out []column.Field
	n.At, n.Hidden = o.span, true
	for i, k := range keys {
		n.Keys = append(n.Keys, plan.Key{Expr: k, Out: i})
		n.Out = append(n.Out, column.Field{Name: k.Name, Type: k.T})
		exprs = append(exprs, &plan.Col{Index: i, Name: k.Name, T: k.T, At: o.span})
		out = append(out, n.Out[i])
	}
	aggs := &aggregates{input: in, keys: len(keys)}
	over := &row{scope: s, aggs: aggs}
	text := b.cast(by, column.String, false)
	for _, c := range columns {
		list := b.aggCalls(over, agg, function.Lookup(function.KQL, agg.name))
		if len(list) != 1 {
			return nil
		}
		aggs.list[len(aggs.list)-1].Where = b.make("==", o.span, column.Bool, text, lit(column.String, c.Name, o.span))
		x := list[0].col
		if c.Type != column.Null && c.Type != x.Type() {
			b.errorf(o.span, "pivot gives '%s' as %s, and it is declared as %s", c.Name, typeWord(x.Type()), typeWord(c.Type))
			return nil
		}
		exprs, out = append(exprs, x), append(out, column.Field{Name: c.Name, Type: x.Type()})
	}
	n.Aggs = aggs.list
	n.Out = append(n.Out, aggs.out...)
	return &relation{node: project(n, exprs, out, o.span, false), open: open}
}

// pivotKeys are the columns that stay: those that are named, or all but the one that is turned and the aggregated one.
func (b *binder) pivotKeys(in *row, rel *relation, o *opEvaluate, by *plan.Col, agg *call) ([]*plan.Col, bool) {
	var keys []*plan.Col
	for i := 2; i < len(o.call.args); i++ {
		k := b.pluginColumn(in, o, i)
		if k == nil {
			return nil, false
		}
		keys = append(keys, k)
	}
	if len(o.call.args) <= 2 {
		used := map[string]bool{}
		for _, a := range agg.args {
			if n, ok := a.x.(*name); ok {
				used[n.text] = true
			}
		}
		for i, c := range rel.cols() {
			if i != by.Index && !used[c.Name] {
				keys = append(keys, &plan.Col{Index: i, Name: c.Name, T: c.Type, At: o.span})
			}
		}
	}
	for _, k := range keys {
		if k.T == column.Dynamic {
			b.errorf(k.At, "the dynamic column '%s' cannot be a key of pivot", k.Name).WithHint("cast it before: tostring(…)")
			return nil, false
		}
	}
	return keys, true
}

// pivotColumns are the columns that values become: the declared ones that are no key, or those of the data, in order. open tells that
// other events may have others.
func (b *binder) pivotColumns(rel *relation, o *opEvaluate, by *plan.Col, keys []*plan.Col) (columns []column.Field, open, ok bool) {
	taken := map[string]bool{"": true}
	for _, k := range keys {
		taken[k.Name] = true
	}
	if o.columns != nil {
		for _, c := range o.columns {
			if !taken[c.name] {
				columns = append(columns, column.Field{Name: c.name, Type: c.typ})
			}
		}
		return columns, false, true
	}
	text := b.cast(by, column.String, false)
	found, open, ok := b.keysIn(rel.node, b.make("bag_pack", o.span, column.Dynamic, text, lit(column.Long, int64(0), o.span)), "", o)
	for _, k := range found {
		if !taken[k.Name] {
			columns = append(columns, column.Field{Name: k.Name, Type: column.Null})
		}
	}
	return columns, open, ok
}
