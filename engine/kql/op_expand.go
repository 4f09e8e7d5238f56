package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Operators that make several rows of one, and those that run a body over rows.

// expansion binds the columns of mv-expand and mv-apply: the columns that come out, and what fills them.
func (b *binder) expansion(s *scope, rel *relation, items []expanded, options []option, limit expr) (*plan.Expand, bool) {
	cols := rel.cols()
	r := &row{scope: s, cols: cols, ordered: rel.ordered}
	n := &plan.Expand{Input: rel.node, Index: -1, KeepEmpty: true}
	out := append([]column.Field{}, cols...)
	taken := newNamer(cols)
	for _, it := range items {
		x := b.scalar(r, it.x)
		if x == nil {
			return nil, false
		}
		if x.Type() != column.Dynamic {
			b.errorf(it.x.place(), "expected a dynamic value to expand, found %s", typeWord(x.Type())).WithHint("make an array of it: parse_json(…) or split(…)")
			return nil, false
		}
		t := column.Dynamic
		if it.cast {
			t = it.typ
		}
		fieldName := autoName(it.x)
		if len(it.names) == 1 {
			fieldName = it.names[0]
		}
		if fieldName == "" {
			fieldName = taken.numbered("Column")
		}
		c := plan.ExpandColumn{Expr: x, Out: indexOf(out, fieldName)}
		if _, isPath := it.x.(*path); c.Out >= 0 && len(it.names) == 0 && isPath {
			fieldName = taken.free(fieldName)
			c.Out = -1
		}
		for _, before := range n.Columns {
			if before.Out == c.Out {
				b.errorf(it.x.place(), "a column '%s' is already given here", fieldName)
				return nil, false
			}
		}
		if c.Out < 0 {
			c.Out = len(out)
			out = append(out, column.Field{Name: fieldName})
			taken.taken[fieldName] = true
		}
		out[c.Out].Type = t
		c.Cast = function.ExpandCast(t)
		n.Columns = append(n.Columns, c)
	}
	for _, opt := range options {
		switch w := b.word(opt); opt.name {
		case "kind", "bagexpansion":
			if w != "bag" && w != "array" {
				b.errorf(opt.value.place(), "unknown kind of expansion '%s': bag or array", w)
				return nil, false
			}
			n.Array = w == "array"
		case "with_itemindex":
			n.Index = len(out)
			out = append(out, column.Field{Name: taken.free(w), Type: column.Long})
		}
	}
	if limit != nil {
		count, ok := b.howMany(s, limit, "the limit of mv-expand", 0)
		if !ok {
			return nil, false
		}
		if n.Limit = int(count); count == 0 {
			none := &plan.Limit{Input: n.Input}
			none.Out, none.At = cols, limit.place()
			n.Input = none
		}
	}
	n.Out = out
	return n, true
}

// legacyLimit is how many rows mvexpand makes of one, unlike mv-expand.
const legacyLimit = 128

func (b *binder) mvExpand(s *scope, rel *relation, o *opMvExpand) *relation {
	n, ok := b.expansion(s, rel, o.items, o.options, o.limit)
	if !ok {
		return nil
	}
	if o.legacy && o.limit == nil {
		n.Limit = legacyLimit
	}
	n.At = o.span
	return &relation{node: n, ordered: rel.ordered}
}

// mvApply runs its body over each row's expansion. What it gives are the row's columns, without those that were expanded
// into themselves or that the body gives too, and the body's new ones.
func (b *binder) mvApply(s *scope, rel *relation, o *opMvApply) *relation {
	given := &plan.Given{}
	given.Out, given.At, given.Hidden = rel.cols(), o.span, true
	one := &relation{node: given, ordered: true}
	n, ok := b.expansion(s, one, o.items, o.options, o.limit)
	if !ok {
		return nil
	}
	n.KeepEmpty = false
	n.At, n.Hidden = o.span, true
	body := b.ops(s, &relation{node: n, ordered: true}, o.body)
	if body == nil || isFailed(body) {
		return body
	}
	expandedAt := map[int]bool{}
	for _, c := range n.Columns {
		expandedAt[c.Out] = true
	}
	apply := &plan.Apply{Input: rel.node, Each: true, Given: given}
	apply.At = o.span
	got := body.cols()
	for i, c := range rel.cols() {
		if !expandedAt[i] {
			apply.Keep = append(apply.Keep, i)
			apply.Out = append(apply.Out, c)
		}
	}
	// Columns that the body passes on are the row's own already, unless it made others of them.
	var places []int
	for k, c := range got {
		kept := indexOf(apply.Out, c.Name)
		if kept < 0 {
			places = append(places, k)
			continue
		}
		if !passedOn(body.node, k, n, apply.Keep[kept]) {
			apply.Keep = append(apply.Keep[:kept], apply.Keep[kept+1:]...)
			apply.Out = append(apply.Out[:kept], apply.Out[kept+1:]...)
			places = append(places, k)
		}
	}
	final := picked(body, places, o)
	final.node.(*plan.Project).Hidden = true
	apply.Body = final.node
	apply.Out = append(append([]column.Field{}, apply.Out...), final.cols()...)
	return &relation{node: apply}
}

// passedOn tells whether column k of a node is column i of the expansion at its bottom, untouched.
func passedOn(n plan.Node, k int, bottom plan.Node, i int) bool {
	for n != bottom {
		switch x := n.(type) {
		case *plan.Project:
			c, ok := x.Exprs[k].(*plan.Col)
			if !ok {
				return false
			}
			k, n = c.Index, x.Input
		case *plan.Windowed:
			c, ok := x.Exprs[k].(*plan.Col)
			if !ok {
				return false
			}
			k, n = c.Index, x.Input
		case *plan.Filter:
			n = x.Input
		case *plan.Limit:
			n = x.Input
		case *plan.Sort:
			n = x.Input
		default:
			return false
		}
	}
	return k == i
}

// partition runs its body over the rows of each key.
func (b *binder) partition(s *scope, rel *relation, o *opPartition) *relation {
	r := &row{scope: s, cols: rel.cols()}
	key := b.scalar(r, o.by)
	if key == nil {
		return nil
	}
	if _, ok := key.(*plan.Col); !ok || key.Type() == column.Dynamic {
		b.errorf(o.by.place(), "partition wants a column that is not dynamic")
		return nil
	}
	given := &plan.Given{}
	given.Out, given.At, given.Hidden = rel.cols(), o.span, true
	apply := &plan.Apply{Input: rel.node, By: []plan.Expr{key}, Given: given}
	var body *relation
	if o.source == nil {
		body = b.ops(s, &relation{node: given, ordered: rel.ordered}, o.body)
	} else {
		apply.Most = mostPartitions
		body = b.tabular(b.withKey(s, given, key.(*plan.Col)), o.source)
	}
	if body == nil || isFailed(body) {
		return body
	}
	apply.Body, apply.Out, apply.At = body.node, body.cols(), o.span
	return &relation{node: apply}
}

// mostPartitions is how many keys Kusto runs a body for that has a table of its own.
const mostPartitions = 64

// withKey is a scope in which a name stands for the key that all rows given have.
func (b *binder) withKey(s *scope, rows *plan.Given, key *plan.Col) *scope {
	one := &plan.Limit{Input: project(rows, []plan.Expr{key}, []column.Field{{Name: key.Name, Type: key.T}}, key.At, true), N: 1}
	one.Out, one.At, one.Hidden = one.Input.Schema(), key.At, true
	return s.with(key.Name, &given{bound: &plan.Scalar{Input: one, T: key.T, At: key.At}})
}

func (b *binder) invoke(s *scope, rel *relation, o *opInvoke) *relation {
	g := s.find(o.call.name)
	if g == nil || g.lambda == nil {
		known := []string{}
		for up := s; up != nil; up = up.up {
			known = append(known, up.name)
		}
		nearest(b.errorf(o.call.nameAt, "unknown function '%s'", o.call.name), o.call.name, known)
		return nil
	}
	if len(g.lambda.params) == 0 || !g.lambda.params[0].tabular {
		b.errorf(o.call.nameAt, "invoke wants a function whose first parameter is a table")
		return nil
	}
	shared := b.share(rel, statement{at: o.at, let: o.call.name})
	inner := s.with("$invoked", &given{rel: shared})
	args := append([]named{{x: &name{at: o.at, text: "$invoked"}}}, o.call.args...)
	return b.tableApply(inner, g, o.call.name, o.span, args)
}
