package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// topHitters is exact here: the values that come up most, or weigh most.
func (b *binder) topHitters(s *scope, rel *relation, o *opTopHitters) *relation {
	n, ok := b.howMany(s, o.n, "top-hitters", 0)
	if !ok {
		return nil
	}
	in := &row{scope: s, cols: rel.cols(), keys: map[string]bool{}}
	keys, names, ok := b.keys(in, []named{{x: o.of}})
	if !ok {
		return nil
	}
	agg := &plan.Aggregate{Input: rel.node, Keys: []plan.Key{{Expr: keys[0], Out: 0}}}
	name := "approximate_count_" + names[0]
	c := &plan.Call{Func: function.Lookup(function.KQL, "count")[0], T: column.Long, At: o.span}
	if o.by != nil {
		w := b.scalar(in, o.by)
		if w == nil {
			return nil
		}
		if !isNumber(w.Type()) {
			b.errorf(o.by.place(), "top-hitters weighs by a number, found %s", typeWord(w.Type()))
			return nil
		}
		name = "approximate_sum_" + autoName(o.by)
		c = &plan.Call{Func: function.Lookup(function.KQL, "sum")[0], Args: []plan.Expr{w}, T: atLeastLong(w.Type()), At: o.span}
	}
	agg.Aggs = []plan.Agg{{Call: c, Out: 1}}
	agg.Out = []column.Field{{Name: names[0], Type: keys[0].Type()}, {Name: name, Type: c.T}}
	agg.At, agg.Hidden = o.span, true
	refs := columnRefs(agg.Out, o.span)
	first := lastFirst(agg, plan.SortKey{Expr: refs[1], Desc: true}, o.span)
	cut := b.limit(&relation{node: first}, n, o.span)
	cut.node.(*plan.Limit).Hidden = true
	// What is left is shown with the lightest first.
	shown := &plan.Sort{Input: cut.node, Keys: []plan.SortKey{{Expr: refs[1], NullsFirst: true}}}
	shown.Out, shown.At = agg.Out, o.span
	return &relation{node: shown, ordered: true}
}

// lastFirst sorts rows; of those that are alike, the one that came up last comes first, as the vendor's engine has it in
// its operators of the top. The documentation leaves their order open.
func lastFirst(in plan.Node, key plan.SortKey, at syntax.Span) plan.Node {
	cols := in.Schema()
	wide := append(append([]column.Field{}, cols...), column.Field{Name: "$number", Type: column.Long})
	number := &plan.Call{Func: function.Lookup(function.KQL, "row_number")[0], T: column.Long, At: at,
		Args: []plan.Expr{lit(column.Long, int64(1), at), lit(column.Bool, false, at)}}
	numbered := &plan.Windowed{Input: in, Exprs: append(columnRefs(cols, at), number)}
	numbered.Out, numbered.At, numbered.Hidden = wide, at, true
	sorted := &plan.Sort{Input: numbered, Keys: []plan.SortKey{key, {Expr: &plan.Col{Index: len(cols), Name: "$number", T: column.Long, At: at}, Desc: true}}}
	sorted.Out, sorted.At, sorted.Hidden = wide, at, true
	return project(sorted, columnRefs(cols, at), cols, at, true)
}
