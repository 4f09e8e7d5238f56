package kql

import (
	"slices"
	"strconv"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

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
	var spared syntax.List
	for _, x := range o.tables {
		known, within := len(b.errs), len(b.absent)
		list, ok := b.unionTables(s, x)
		if fuzzy && b.onlyMissing(known) {
			spared = append(spared, b.spare(known, within)...)
			continue
		}
		if !ok {
			return nil
		}
		if slices.ContainsFunc(list, isFailed) { // its mistake is told where it was made, and its columns are not known
			return failed(o.span)
		}
		tables = append(tables, list...)
	}
	switch {
	case len(tables) == 0 && len(spared) > 0:
		b.errs = append(b.errs, spared...) // nothing is left but what is not there
		return nil
	case len(tables) == 0:
		b.errorf(o.span, "the union has no table")
		return nil
	}
	b.leaveOut(spared)
	return b.united(tables, inner, source, o.span)
}

// leaveOut tells of what a fuzzy union can do without.
func (b *binder) leaveOut(spared syntax.List) {
	for _, e := range spared {
		name := b.missing[e]
		if name == "" {
			continue
		}
		b.notice("the union leaves out what is not there: %s", e.Message)
		if !slices.Contains(b.without, name) {
			b.without = append(b.without, name)
		}
	}
}

func (b *binder) unionTables(s *scope, x expr) ([]*relation, bool) {
	if n, ok := x.(*name); ok && n.pattern {
		return b.likeNamed(s, n)
	}
	t := b.tabular(s, x)
	if t == nil {
		return nil, false
	}
	return []*relation{t}, true
}

// likeNamed are the views and tables whose names have a pattern.
func (b *binder) likeNamed(s *scope, n *name) ([]*relation, bool) {
	if n.text == "*" && len(b.catalog.Names()) > 0 {
		b.errorf(n.span, "a rule must name its tables: '*' alone is not allowed")
		return nil, false
	}
	var list []*relation
	for _, t := range append(s.views(), b.catalog.Names()...) {
		if !starMatch(n.text, t) {
			continue
		}
		rel := b.tableName(s, &name{at: n.at, text: t})
		if rel == nil {
			return nil, false
		}
		list = append(list, rel)
	}
	if len(list) == 0 {
		b.notThere(b.errorf(n.span, "no table is called like '%s'", n.text), n.text).Absent = n.text
		return nil, false
	}
	return list, true
}

// everything is what search and find without tables look through: the query's own views. With other tables about, a rule
// must name those it means.
func (b *binder) everything(s *scope, span syntax.Span, hint string) ([]*relation, bool) {
	if len(b.catalog.Names()) > 0 || len(s.views()) == 0 {
		b.errorf(span, "a rule must name its tables: a search over everything is not allowed").WithHint("%s", hint)
		return nil, false
	}
	return b.likeNamed(s, &name{at: at{span}, text: "*"})
}

// views are the names that lets gave as views, in the order of the text.
func (s *scope) views() []string {
	var list []string
	hidden := map[string]bool{}
	for ; s != nil; s = s.up {
		if l := s.given.lambda; l != nil && l.view && !hidden[s.name] {
			list = append(list, s.name)
		}
		hidden[s.name] = true
	}
	slices.Reverse(list)
	return list
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
	return &relation{node: n, open: slices.ContainsFunc(tables, func(t *relation) bool { return t.open })}
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
