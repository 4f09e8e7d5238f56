package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// topHitters is exact here: the values that come up most, or weigh most.
func (b *binder) topHitters(s *scope, rel *relation, o *opTopHitters) *relation {
	n, ok := b.constantInt(s, o.n, "top-hitters")
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
	// Of values that weigh the same, the ones that came up last are kept; the lightest comes out first.
	refs := columnRefs(agg.Out, o.span)
	number := &plan.Call{Func: function.Lookup(function.KQL, "row_number")[0], T: column.Long, At: o.span,
		Args: []plan.Expr{lit(column.Long, int64(1), o.span), lit(column.Bool, false, o.span)}}
	numbered := &plan.Windowed{Input: agg, Exprs: append(refs, number)}
	wide := append(append([]column.Field{}, agg.Out...), column.Field{Name: "$number", Type: column.Long})
	numbered.Out, numbered.At, numbered.Hidden = wide, o.span, true
	all := columnRefs(wide, o.span)
	by := func(in plan.Node, desc bool) *plan.Sort {
		s := &plan.Sort{Input: in, Keys: []plan.SortKey{{Expr: all[1], Desc: desc, NullsFirst: !desc}, {Expr: all[2], Desc: true}}}
		s.Out, s.At, s.Hidden = wide, o.span, true
		return s
	}
	cut := b.limit(&relation{node: by(numbered, true)}, n, o.span)
	cut.node.(*plan.Limit).Hidden = true
	return &relation{node: project(by(cut.node, false), all[:2], agg.Out, o.span, false)}
}

// topNested keeps, level by level, the first values of one column within those of the levels before. Each level is an
// aggregation over the rows that are left, cut to its first n within the levels before, and joined with them.
func (b *binder) topNested(s *scope, rel *relation, o *opTopNested) *relation {
	in := &row{scope: s, cols: rel.cols(), keys: map[string]bool{}}
	width := len(rel.cols())
	// The rows, with each level's value beside them.
	exprs, wide := columnRefs(rel.cols(), o.span), append([]column.Field{}, rel.cols()...)
	var names []string
	taken := newNamer(nil)
	for _, l := range o.levels {
		if l.others != nil {
			b.errorf(l.others.place(), "top-nested … with others is not supported")
			return nil
		}
		x := b.scalar(in, l.of.x)
		if x == nil {
			return nil
		}
		if x.Type() == column.Dynamic {
			b.errorf(l.of.x.place(), "a dynamic value cannot be a key").WithHint("cast it: tostring(…)")
			return nil
		}
		n := autoName(l.of.x)
		if len(l.of.names) > 0 {
			n = l.of.names[0]
		}
		if n == "" {
			n = taken.numbered("Column")
		} else {
			n = taken.free(n)
		}
		names = append(names, n)
		exprs = append(exprs, x)
		wide = append(wide, column.Field{Name: "$" + n, Type: x.Type()})
	}
	rows := plan.Node(project(rel.node, exprs, wide, o.span, true))
	var result *relation
	for k, l := range o.levels {
		level := b.nestedLevel(s, rel, rows, width, k, l, names, taken)
		if level == nil {
			return nil
		}
		if k == 0 {
			result = level
		} else {
			result = joinLevels(result, level, k, o)
		}
		// Only rows of the values that are left go into the next level.
		semi := &plan.Join{Kind: plan.LeftSemi, Left: rows, Right: level.node}
		for i := range k + 1 {
			f := wide[width+i]
			semi.LeftKeys = append(semi.LeftKeys, keyed(&plan.Col{Index: width + i, Name: f.Name, T: f.Type, At: o.span}))
			semi.RightKeys = append(semi.RightKeys, keyed(&plan.Col{Index: i, Name: f.Name, T: f.Type, At: o.span}))
		}
		semi.Out, semi.At, semi.Hidden = wide, o.span, true
		rows = semi
	}
	shown := project(result.node, columnRefs(result.cols(), o.span), result.cols(), o.span, false)
	return &relation{node: shown}
}

// nestedLevel aggregates the rows by the levels so far: their values and this level's aggregate, the first n of each group.
func (b *binder) nestedLevel(s *scope, rel *relation, rows plan.Node, width, k int, l nested, names []string, taken *namer) *relation {
	in := &row{scope: s, cols: rel.cols(), keys: map[string]bool{}}
	aggs := &aggregates{input: in, keys: k + 1}
	over := &row{scope: s, aggs: aggs}
	agg := &plan.Aggregate{Input: rows}
	cols := rows.Schema()
	for i := range k + 1 {
		f := cols[width+i]
		agg.Keys = append(agg.Keys, plan.Key{Expr: &plan.Col{Index: width + i, Name: f.Name, T: f.Type, At: l.span}, Out: i})
		agg.Out = append(agg.Out, column.Field{Name: names[i], Type: f.Type})
	}
	v := b.scalar(over, l.by.x)
	if v == nil {
		return nil
	}
	name := "aggregated_" + names[k]
	if len(l.by.names) > 0 {
		name = l.by.names[0]
	}
	agg.Aggs = aggs.list
	agg.Out, agg.At, agg.Hidden = append(agg.Out, aggs.out...), l.span, true
	out := append(append([]column.Field{}, agg.Out[:k+1]...), column.Field{Name: taken.free(name), Type: v.Type()})
	exprs := append(columnRefs(agg.Out[:k+1], l.span), v)
	node := plan.Node(project(agg, exprs, out, l.span, true))
	refs := columnRefs(out, l.span)
	sorted := &plan.Sort{Input: node}
	if l.n != nil {
		sorted.Keys = sortKeys(b, refs[k+1], order{desc: l.desc})
		sorted.Out, sorted.At, sorted.Hidden = out, l.span, true
		n, ok := b.constantInt(s, l.n, "top-nested")
		if !ok {
			return nil
		}
		cut := &plan.Limit{Input: sorted, N: n, By: refs[:k]}
		cut.Out, cut.At, cut.Hidden = out, l.span, true
		node = cut
	}
	shared := &plan.Shared{Name: "top-nested", Input: node}
	shared.Out, shared.At, shared.Hidden = out, l.span, true
	return &relation{node: shared}
}

// joinLevels puts a level beside those before it: k1 a1 … kn an.
func joinLevels(before, level *relation, k int, o *opTopNested) *relation {
	j := &plan.Join{Kind: plan.Inner, Left: before.node, Right: level.node}
	lrefs, rrefs := columnRefs(before.cols(), o.span), columnRefs(level.cols(), o.span)
	for i := range k {
		j.LeftKeys = append(j.LeftKeys, keyed(lrefs[2*i]))
		j.RightKeys = append(j.RightKeys, keyed(rrefs[i]))
	}
	j.Out = append(append([]column.Field{}, before.cols()...), level.cols()...)
	j.At, j.Hidden = o.span, true
	out := append(append([]column.Field{}, before.cols()...), level.cols()[k:]...)
	exprs := append(columnRefs(before.cols(), o.span), nil, nil)
	w := len(before.cols())
	for i := range 2 {
		f := level.cols()[k+i]
		exprs[w+i] = &plan.Col{Index: w + k + i, Name: f.Name, T: f.Type, At: o.span}
	}
	return &relation{node: project(j, exprs, out, o.span, true)}
}

// keyed makes a value that equals itself also when it is null, for joins within one operator.
func keyed(x plan.Expr) plan.Expr {
	row := function.Lookup(function.KQL, "key")[0]
	return &plan.Call{Func: row, Args: []plan.Expr{x}, T: column.String, At: x.Span()}
}
