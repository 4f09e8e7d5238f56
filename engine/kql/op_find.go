package kql

import (
	"casebook/engine/column"
	"casebook/engine/plan"
)

// find searches named tables and says where each row was found. Without a projection it gives the columns that the
// condition names and those that all tables have, and packs the rest into one bag.
func (b *binder) find(s *scope, o *opFind) *relation {
	source := "source_"
	for _, opt := range o.options {
		if w := b.word(opt); opt.name != "datascope" {
			source = w
		}
	}
	var tables []*relation
	if len(o.tables) == 0 {
		var ok bool
		if tables, ok = b.everything(s, o.span, "write find in (Table) where …"); !ok {
			return nil
		}
	}
	for _, t := range o.tables {
		list, ok := b.unionTables(s, t)
		if !ok {
			return nil
		}
		for _, rel := range list {
			if isFailed(rel) {
				return rel
			}
		}
		tables = append(tables, list...)
	}
	used := map[string]bool{}
	namesIn(o.x, used)
	kept := tables[:0:0]
	for _, t := range tables {
		if len(used) == 0 || anyOf(t.cols(), used) {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		kept = tables
	}
	all := b.united(kept, false, source, o.span)
	r := &row{scope: s, cols: all.cols()}
	cond := b.searched(r, o.x, true)
	if cond == nil {
		return nil
	}
	found := b.filter(all, r, cond, o.span)
	if o.project != nil {
		return b.findProjected(found, o)
	}
	return b.findSmart(found, kept, used, o)
}

func (b *binder) findProjected(found *relation, o *opFind) *relation {
	cols := found.cols()
	refs := columnRefs(cols, o.span)
	exprs, out := []plan.Expr{refs[0]}, []column.Field{cols[0]}
	for _, c := range o.project {
		i := indexOf(cols, c.name)
		if i < 0 {
			nearest(b.stranger(b.errorf(c.at, "unknown column '%s'", c.name), c.name), c.name, fieldNames(cols))
			return nil
		}
		x := refs[i]
		if c.typ != column.Null {
			x = b.cast(x, c.typ, false)
		}
		exprs, out = append(exprs, x), append(out, column.Field{Name: c.name, Type: x.Type()})
	}
	if o.all {
		exprs, out = append(exprs, b.packed(cols[1:], 1, o)), append(out, column.Field{Name: "pack_", Type: column.Dynamic})
	}
	return &relation{node: project(found.node, exprs, out, o.span, true)}
}

func (b *binder) findSmart(found *relation, tables []*relation, used map[string]bool, o *opFind) *relation {
	cols := found.cols()
	refs := columnRefs(cols, o.span)
	exprs, out := []plan.Expr{refs[0]}, []column.Field{cols[0]}
	var rest []plan.Expr
	for i, c := range cols[1:] {
		everywhere := true
		for _, t := range tables {
			everywhere = everywhere && indexOf(t.cols(), c.Name) >= 0
		}
		if everywhere || used[c.Name] {
			exprs, out = append(exprs, refs[i+1]), append(out, c)
			continue
		}
		rest = append(rest, lit(column.String, c.Name, o.span), refs[i+1])
	}
	if len(rest) > 0 {
		exprs = append(exprs, b.make("bag_pack filled", o.span, column.Dynamic, rest...))
		out = append(out, column.Field{Name: "pack_", Type: column.Dynamic})
	}
	return &relation{node: project(found.node, exprs, out, o.span, true)}
}

// packed is a bag of columns that have values, the first of which stands at a place.
func (b *binder) packed(cols []column.Field, from int, o *opFind) plan.Expr {
	var args []plan.Expr
	for i, c := range cols {
		args = append(args, lit(column.String, c.Name, o.span), &plan.Col{Index: from + i, Name: c.Name, T: c.Type, At: o.span})
	}
	return b.make("bag_pack filled", o.span, column.Dynamic, args...)
}

func anyOf(cols []column.Field, names map[string]bool) bool {
	for _, c := range cols {
		if names[c.Name] {
			return true
		}
	}
	return false
}

// namesIn gathers the names in an expression.
func namesIn(x expr, names map[string]bool) {
	switch x := x.(type) {
	case *name:
		names[x.text] = true
	case *path:
		namesIn(x.x, names)
	case *index:
		namesIn(x.x, names)
		namesIn(x.i, names)
	case *unary:
		namesIn(x.x, names)
	case *binary:
		namesIn(x.l, names)
		namesIn(x.r, names)
	case *between:
		namesIn(x.x, names)
		namesIn(x.lo, names)
		namesIn(x.hi, names)
	case *inList:
		namesIn(x.x, names)
	case *call:
		for _, a := range x.args {
			namesIn(a.x, names)
		}
	}
}
