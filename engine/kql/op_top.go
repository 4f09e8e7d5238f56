package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
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
	refs := columnRefs(agg.Out, o.span)
	first := lastFirst(agg, plan.SortKey{Expr: refs[1], Desc: true}, o.span)
	cut := b.limit(&relation{node: first}, n, o.span)
	cut.node.(*plan.Limit).Hidden = true
	// What is left is shown with the lightest first.
	shown := &plan.Sort{Input: cut.node, Keys: []plan.SortKey{{Expr: refs[1], NullsFirst: true}}}
	shown.Out, shown.At = agg.Out, o.span
	return &relation{node: shown}
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
	node = lastFirst(node, plan.SortKey{Expr: refs[k+1], Desc: l.desc, NullsFirst: !l.desc}, l.span)
	if l.n != nil {
		n, ok := b.constantInt(s, l.n, "top-nested")
		if !ok {
			return nil
		}
		cut := &plan.Limit{Input: node, N: n, By: refs[:k]}
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
