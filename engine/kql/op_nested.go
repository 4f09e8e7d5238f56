package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

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
	var leftovers []*relation
	for k, l := range o.levels {
		if b.widen(l.span, 3*len(wide)); b.over() {
			return nil
		}
		level := b.nestedLevel(s, rel, rows, width, k, l, names, taken)
		if level == nil {
			return nil
		}
		if l.others != nil {
			rest := b.nestedOthers(s, rel, rows, width, k, l, level)
			if rest == nil {
				return nil
			}
			if k > 0 {
				rest = joinLevels(result, rest, k, o)
			}
			leftovers = append(leftovers, rest)
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
	result = withLeftovers(result, leftovers, o.span)
	shown := project(result.node, columnRefs(result.cols(), o.span), result.cols(), o.span, false)
	return &relation{node: shown}
}

// withLeftovers adds the rows that stand for all other values of a level; they have nothing in the levels below.
func withLeftovers(result *relation, leftovers []*relation, at syntax.Span) *relation {
	if len(leftovers) == 0 {
		return result
	}
	n := &plan.Union{Blank: true}
	n.Out, n.At, n.Hidden = result.cols(), at, true
	for _, r := range append([]*relation{result}, leftovers...) {
		places := make([]int, len(n.Out))
		for i := range places {
			if places[i] = i; i >= len(r.cols()) {
				places[i] = -1
			}
		}
		n.Inputs, n.Sources = append(n.Inputs, r.node), append(n.Sources, places)
	}
	return &relation{node: n}
}

// nestedOthers aggregates the rows that a level leaves out, under the value that stands for them.
func (b *binder) nestedOthers(s *scope, rel *relation, rows plan.Node, width, k int, l nested, level *relation) *relation {
	cols := rows.Schema()
	value := b.scalar(&row{scope: s, constant: true}, l.others)
	if value == nil {
		return nil
	}
	if t := cols[width+k].Type; value.Type() != t {
		found := value.Type()
		if value = b.cast(value, t, true); value == nil {
			b.errorf(l.others.place(), "the others are called by a %s, found %s", typeWord(t), typeWord(found))
			return nil
		}
	}
	rest := &plan.Join{Kind: plan.LeftAnti, Left: rows, Right: level.node}
	for i := range k + 1 {
		f := cols[width+i]
		rest.LeftKeys = append(rest.LeftKeys, keyed(&plan.Col{Index: width + i, Name: f.Name, T: f.Type, At: l.span}))
		rest.RightKeys = append(rest.RightKeys, keyed(&plan.Col{Index: i, Name: f.Name, T: f.Type, At: l.span}))
	}
	rest.Out, rest.At, rest.Hidden = cols, l.span, true
	node := b.nestedSums(s, rel, rest, width, k, l, level.cols(), value)
	if node == nil {
		return nil
	}
	return &relation{node: node}
}

// nestedSums aggregates rows by the values of the levels before and by one for this level. Out is what comes of it; its
// last column may still lack its type.
func (b *binder) nestedSums(s *scope, rel *relation, rows plan.Node, width, k int, l nested, out []column.Field, value plan.Expr) plan.Node {
	aggs := &aggregates{input: &row{scope: s, cols: rel.cols(), keys: map[string]bool{}}, keys: k + 1}
	agg := &plan.Aggregate{Input: rows}
	for i := range k + 1 {
		f := rows.Schema()[width+i]
		key := plan.Expr(&plan.Col{Index: width + i, Name: f.Name, T: f.Type, At: l.span})
		if i == k {
			key = value
		}
		agg.Keys = append(agg.Keys, plan.Key{Expr: key, Out: i})
	}
	agg.Out = append(agg.Out, out[:k+1]...)
	v := b.scalar(&row{scope: s, aggs: aggs}, l.by.x)
	if v == nil {
		return nil
	}
	agg.Aggs = aggs.list
	agg.Out, agg.At, agg.Hidden = append(agg.Out, aggs.out...), l.span, true
	out[k+1].Type = v.Type()
	return project(agg, append(columnRefs(agg.Out[:k+1], l.span), v), out, l.span, true)
}

// nestedLevel is the first n values of a level within each value of the levels before, with their aggregates.
func (b *binder) nestedLevel(s *scope, rel *relation, rows plan.Node, width, k int, l nested, names []string, taken *namer) *relation {
	cols := rows.Schema()
	var out []column.Field
	for i := range k + 1 {
		out = append(out, column.Field{Name: names[i], Type: cols[width+i].Type})
	}
	name := "aggregated_" + names[k]
	if len(l.by.names) > 0 {
		name = l.by.names[0]
	}
	out = append(out, column.Field{Name: taken.free(name)})
	own := &plan.Col{Index: width + k, Name: cols[width+k].Name, T: cols[width+k].Type, At: l.span}
	node := b.nestedSums(s, rel, rows, width, k, l, out, own)
	if node == nil {
		return nil
	}
	refs := columnRefs(out, l.span)
	node = lastFirst(node, plan.SortKey{Expr: refs[k+1], Desc: l.desc, NullsFirst: !l.desc}, l.span)
	if l.n != nil {
		n, ok := b.howMany(s, l.n, "top-nested", 0)
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
