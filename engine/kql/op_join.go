package kql

import (
	"strconv"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
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
			known := []string{}
			for n := range joinKinds {
				known = append(known, n)
			}
			nearest(b.errorf(opt.at.To(opt.value.place()), "unknown kind of join '%s'", w), w, known)
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
		l, r, ok := b.joinKey(s, left, right, on, named)
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
		return &relation{node: n}
	}
	taken := newNamer(left.cols())
	n.Out = append(append([]column.Field{}, left.cols()...), right.cols()...)
	width := len(left.cols())
	if !o.lookup {
		for i := range right.cols() {
			n.Out[width+i].Name = taken.free(n.Out[width+i].Name)
		}
		return &relation{node: n}
	}
	// lookup leaves out the right side's keys.
	out := append([]column.Field{}, left.cols()...)
	exprs := columnRefs(out, o.span)
	for i, c := range right.cols() {
		if named[i] {
			continue
		}
		f := column.Field{Name: taken.free(c.Name), Type: c.Type}
		exprs = append(exprs, &plan.Col{Index: width + i, Name: f.Name, T: f.Type, At: o.span})
		out = append(out, f)
	}
	return &relation{node: project(n, exprs, out, o.span, true)}
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
			side, cols := "left", left.cols()
			if i >= 0 {
				side, cols = "right", right.cols()
			}
			nearest(b.errorf(x.span, "the %s side of the join has no column '%s'", side, x.text), x.text, fieldNames(cols))
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
		b.errorf(x.place(), "expected $left.column or $right.column")
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

func (b *binder) union(s *scope, first *relation, o *opUnion) *relation {
	inner, source, fuzzy := false, "", false
	for _, opt := range o.options {
		switch w := b.word(opt); opt.name {
		case "kind":
			if w != "inner" && w != "outer" {
				b.errorf(opt.value.place(), "unknown kind of union '%s': inner or outer", w)
				return nil
			}
			inner = w == "inner"
		case "withsource", "with_source":
			source = w
		case "isfuzzy":
			fuzzy = w == "true"
		}
	}
	var tables []*relation
	if first != nil {
		tables = append(tables, first)
	}
	for _, x := range o.tables {
		list, ok := b.unionTables(s, x, fuzzy)
		if !ok {
			return nil
		}
		tables = append(tables, list...)
	}
	if len(tables) == 0 {
		b.errorf(o.span, "the union has no table")
		return nil
	}
	return b.united(tables, inner, source, o.span)
}

func (b *binder) unionTables(s *scope, x expr, fuzzy bool) ([]*relation, bool) {
	n, ok := x.(*name)
	if ok && n.pattern {
		var list []*relation
		names := b.catalog.Names()
		if n.text == "*" {
			b.errorf(n.span, "a rule must name its tables: 'union *' is not allowed")
			return nil, false
		}
		for _, t := range names {
			if starMatch(n.text, t) {
				list = append(list, b.tableName(nil, &name{at: n.at, text: t}))
			}
		}
		if len(list) == 0 && !fuzzy {
			b.errorf(n.span, "no table is called like '%s'", n.text)
			return nil, false
		}
		return list, true
	}
	if ok && fuzzy && s.find(n.text) == nil {
		if _, known := b.catalog.Table(n.text); !known {
			b.notices = append(b.notices, "the union leaves out the table '"+n.text+"', which is not there")
			return nil, true
		}
	}
	t := b.tabular(s, x)
	if t == nil {
		return nil, false
	}
	return []*relation{t}, true
}

// united puts tables together by the names and types of their columns: one name with two types becomes two columns.
func (b *binder) united(tables []*relation, inner bool, source string, at syntax.Span) *relation {
	types := map[string][]column.Type{}
	var order []column.Field
	for _, t := range tables {
		for _, c := range t.cols() {
			known := false
			for _, have := range types[c.Name] {
				known = known || have == c.Type
			}
			if !known {
				types[c.Name] = append(types[c.Name], c.Type)
				order = append(order, c)
			}
		}
	}
	// Columns of one name stand together, where the name first came up.
	var fields []column.Field
	done := map[string]bool{}
	for _, c := range order {
		if done[c.Name] {
			continue
		}
		done[c.Name] = true
		for _, t := range types[c.Name] {
			fields = append(fields, column.Field{Name: c.Name, Type: t})
		}
	}
	n := &plan.Union{Blank: true}
	n.At = at
	sources := make([][]int, len(tables))
	taken := newNamer(nil)
	if source != "" {
		taken.taken[source] = true
	}
	for _, f := range fields {
		if len(types[f.Name]) == 1 {
			taken.taken[f.Name] = true
		}
	}
	for _, f := range fields {
		places, everywhere := make([]int, len(tables)), true
		for i, t := range tables {
			places[i] = -1
			for k, c := range t.cols() {
				if c == f {
					places[i] = k
				}
			}
			everywhere = everywhere && places[i] >= 0
		}
		if inner && !everywhere {
			continue
		}
		if len(types[f.Name]) > 1 {
			f.Name = taken.free(f.Name + "_" + typeWord(f.Type))
		}
		n.Out = append(n.Out, f)
		for i := range tables {
			sources[i] = append(sources[i], places[i])
		}
	}
	n.Sources = sources
	for i, t := range tables {
		in := t.node
		if source != "" {
			in = b.named(t, i, at)
			for k, p := range sources[i] {
				if p >= 0 {
					sources[i][k] = p + 1
				}
			}
			sources[i] = append([]int{0}, sources[i]...)
		}
		n.Inputs = append(n.Inputs, in)
	}
	if source != "" {
		n.Out = append([]column.Field{{Name: source, Type: column.String}}, n.Out...)
	}
	return &relation{node: n}
}

// named puts the table's name before its columns.
func (b *binder) named(t *relation, i int, at syntax.Span) plan.Node {
	label := t.name
	if label == "" {
		label = "union_arg" + strconv.Itoa(i)
	}
	exprs := append([]plan.Expr{lit(column.String, label, at)}, columnRefs(t.cols(), at)...)
	out := append([]column.Field{{Name: "$source", Type: column.String}}, t.cols()...)
	return project(t.node, exprs, out, at, true)
}
