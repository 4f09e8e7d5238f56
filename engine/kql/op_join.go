package kql

import (
	"maps"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
)

var joinKinds = map[string]plan.JoinKind{
	"innerunique": plan.InnerUnique, "inner": plan.Inner, "leftouter": plan.LeftOuter, "rightouter": plan.RightOuter,
	"fullouter": plan.FullOuter, "leftsemi": plan.LeftSemi, "rightsemi": plan.RightSemi, "leftanti": plan.LeftAnti,
	"leftantisemi": plan.LeftAnti, "anti": plan.LeftAnti, "rightanti": plan.RightAnti, "rightantisemi": plan.RightAnti,
}

// word is an option's value as a bare word.
func (b *binder) word(o option) string {
	switch v := o.value.(type) {
	case *name:
		return v.text
	case *literal:
		if s, ok := v.value.(string); ok {
			return s
		}
		if t, ok := v.value.(bool); ok && t {
			return "true"
		}
		return "false"
	}
	b.errorf(o.at, "the option '%s' wants a word", o.name)
	return ""
}

func (b *binder) join(s *scope, left *relation, o *opJoin) *relation {
	kind := plan.InnerUnique
	if o.lookup {
		kind = plan.LeftOuter
	}
	for _, opt := range o.options {
		if opt.name != "kind" {
			continue
		}
		w := b.word(opt)
		k, ok := joinKinds[w]
		if !ok || o.lookup && k != plan.LeftOuter && k != plan.Inner {
			known, what := []string{"inner", "leftouter"}, "lookup"
			if !o.lookup {
				known, what = slices.Sorted(maps.Keys(joinKinds)), "join"
			}
			b.errorf(opt.at.To(opt.value.place()), "unknown kind of %s '%s'", what, w).WithHint("the kinds are %s", strings.Join(known, ", "))
			return nil
		}
		kind = k
	}
	right := b.tabular(s, o.right)
	if right == nil || isFailed(right) {
		return right
	}
	n := &plan.Join{Kind: kind, Left: left.node, Right: right.node, Blank: true, Nulls: true}
	n.At = o.span
	named := map[int]bool{}
	for _, on := range conjuncts(o.on) {
		known := len(b.errs)
		l, r, ok := b.joinKey(s, left, right, on, named)
		if !ok && right.open {
			b.otherwise(known)
		}
		if !ok {
			return nil
		}
		n.LeftKeys, n.RightKeys = append(n.LeftKeys, l), append(n.RightKeys, r)
	}
	switch kind {
	case plan.LeftSemi, plan.LeftAnti:
		n.Out = left.cols()
		return &relation{node: n}
	case plan.RightSemi, plan.RightAnti:
		n.Out = right.cols()
		return &relation{node: n, open: right.open}
	}
	// A right column that is called like a left one gets a number, and none that makes it the name of another one.
	taken := newNamer(append(slices.Clone(left.cols()), right.cols()...))
	rename := func(name string) string {
		if indexOf(left.cols(), name) < 0 {
			return name
		}
		return taken.free(name)
	}
	n.Out = append(append([]column.Field{}, left.cols()...), right.cols()...)
	width := len(left.cols())
	if !o.lookup {
		for i, c := range right.cols() {
			n.Out[width+i].Name = rename(c.Name)
		}
		return &relation{node: n, open: right.open}
	}
	// lookup leaves out the right side's keys.
	out := append([]column.Field{}, left.cols()...)
	exprs := columnRefs(out, o.span)
	for i, c := range right.cols() {
		if named[i] {
			continue
		}
		f := column.Field{Name: rename(c.Name), Type: c.Type}
		exprs = append(exprs, &plan.Col{Index: width + i, Name: f.Name, T: f.Type, At: o.span})
		out = append(out, f)
	}
	return &relation{node: project(n, exprs, out, o.span, true), open: right.open}
}

// conjuncts are conditions, with those that stand between ands apart.
func conjuncts(list []expr) []expr {
	var out []expr
	for _, x := range list {
		if and, ok := x.(*binary); ok && and.op == "and" {
			out = append(out, conjuncts([]expr{and.l, and.r})...)
			continue
		}
		out = append(out, x)
	}
	return out
}

// joinKey binds one key: a column that both sides have, or $left.a == $right.b. named gathers the right side's key columns.
func (b *binder) joinKey(s *scope, left, right *relation, on expr, named map[int]bool) (l, r plan.Expr, ok bool) {
	switch x := on.(type) {
	case *name:
		i, k := indexOf(left.cols(), x.text), indexOf(right.cols(), x.text)
		if i < 0 || k < 0 {
			side, of := "left", left
			if i >= 0 {
				side, of = "right", right
			}
			e := b.errorf(x.span, "the %s side of the join has no column '%s'", side, x.text).WithHint("where the sides call it differently: on $left.a == $right.b")
			nearest(e, x.text, fieldNames(of.cols()))
			if of.open {
				b.stranger(e, x.text)
			}
			return nil, nil, false
		}
		named[k] = true
		l = &plan.Col{Index: i, Name: x.text, T: left.cols()[i].Type, At: x.span}
		r = &plan.Col{Index: k, Name: x.text, T: right.cols()[k].Type, At: x.span}
	case *binary:
		if x.op != "==" {
			b.errorf(x.opAt, "a join compares with == only")
			return nil, nil, false
		}
		lr, ok1 := b.sided(left, right, x.l)
		rr, ok2 := b.sided(left, right, x.r)
		if !ok1 || !ok2 {
			return nil, nil, false
		}
		if lr.right == rr.right {
			b.errorf(x.span, "a join's condition compares $left with $right")
			return nil, nil, false
		}
		if lr.right {
			lr, rr = rr, lr
		}
		named[rr.col.Index] = true
		l, r = lr.col, rr.col
	default:
		b.errorf(on.place(), "expected a column or $left.a == $right.b")
		return nil, nil, false
	}
	if l.Type() == column.Dynamic || r.Type() == column.Dynamic {
		b.errorf(on.place(), "a dynamic value cannot be a key").WithHint("cast it before the join: tostring(…)")
		return nil, nil, false
	}
	if l.Type() != r.Type() {
		// Whole numbers of either width are alike; nothing else is.
		lt, rt := l.Type(), r.Type()
		if _, plain := on.(*name); plain || !isWhole(lt) || !isWhole(rt) {
			b.errorf(on.place(), "the key is a %s on the left and a %s on the right", typeWord(lt), typeWord(rt)).WithHint("cast one of them before the join")
			return nil, nil, false
		}
		l, r = b.cast(l, column.Long, false), b.cast(r, column.Long, false)
	}
	return l, r, true
}

func isWhole(t column.Type) bool { return t == column.Int || t == column.Long }

type sidedColumn struct {
	col   *plan.Col
	right bool
}

func (b *binder) sided(left, right *relation, x expr) (sidedColumn, bool) {
	p, ok := x.(*path)
	var side string
	if ok {
		if n, isName := p.x.(*name); isName {
			side = n.text
		}
	}
	if side != "$left" && side != "$right" {
		b.errorf(x.place(), "expected $left.column or $right.column").WithHint("on $left.a == $right.b, or on a where both sides have it")
		return sidedColumn{}, false
	}
	cols := left.cols()
	if side == "$right" {
		cols = right.cols()
	}
	i := indexOf(cols, p.field)
	if i < 0 {
		nearest(b.errorf(p.fieldAt, "the %s side of the join has no column '%s'", side[1:], p.field), p.field, fieldNames(cols))
		return sidedColumn{}, false
	}
	return sidedColumn{&plan.Col{Index: i, Name: p.field, T: cols[i].Type, At: x.place()}, side == "$right"}, true
}
