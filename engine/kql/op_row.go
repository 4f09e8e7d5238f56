package kql

import (
	"strconv"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// Operators that look at one row at a time, and the two that count or fold whole rows.

func (b *binder) where(s *scope, rel *relation, cond expr, at syntax.Span) *relation {
	r := &row{scope: s, cols: rel.cols(), ordered: rel.ordered, from: rel.node}
	x := b.scalar(r, cond)
	if x == nil {
		return nil
	}
	if x.Type() != column.Bool {
		b.errorf(cond.place(), "the condition must be a boolean, found %s", typeWord(x.Type()))
		return nil
	}
	return b.filter(rel, r, x, at)
}

func (b *binder) filter(rel *relation, r *row, x plan.Expr, at syntax.Span) *relation {
	in, cols := rel.node, rel.cols()
	if r.window {
		// The condition asks for neighbours: it becomes a column first.
		out := append(append([]column.Field{}, cols...), column.Field{Name: "$where", Type: column.Bool})
		w := &plan.Windowed{Input: in, Exprs: append(columnRefs(cols, at), x)}
		w.Out, w.At, w.Hidden = out, at, true
		in, x = w, &plan.Col{Index: len(cols), Name: "$where", T: column.Bool, At: at}
	}
	f := &plan.Filter{Input: in, Cond: x}
	f.Out, f.At = in.Schema(), at
	if !r.window {
		return &relation{node: f, ordered: rel.ordered, name: rel.name}
	}
	return &relation{node: project(f, columnRefs(cols, at), cols, at, true), ordered: rel.ordered, name: rel.name}
}

// over puts expressions over a table, as a projection or, where they look at neighbours, a window.
func over(rel *relation, r *row, exprs []plan.Expr, out []column.Field, s syntax.Span) *relation {
	if r.window {
		w := &plan.Windowed{Input: rel.node, Exprs: exprs}
		w.Out, w.At = out, s
		return &relation{node: w, ordered: rel.ordered}
	}
	return &relation{node: project(rel.node, exprs, out, s, false), ordered: rel.ordered}
}

// item is a bound "name = x" of extend and its like: usually one column.
type item struct {
	x    plan.Expr
	name string
	said bool
}

// items binds the expressions of extend, project, print and serialize.
func (b *binder) items(r *row, list []named, rest bool) ([][]item, bool) {
	ok := true
	for _, n := range list {
		r.making = append(r.making, n.names...)
	}
	var all [][]item
	for _, n := range list {
		if _, star := n.x.(*star); star {
			b.errorf(n.x.place(), "'*' cannot stand here")
			ok = false
			continue
		}
		if several, done := b.series(r, n, rest); done {
			if several == nil {
				ok = false
				continue
			}
			all = append(all, several)
			continue
		}
		x := b.scalar(r, n.x)
		if x == nil {
			ok = false
			continue
		}
		it := item{x: x, name: autoName(n.x)}
		if len(n.names) > 1 {
			b.errorf(n.nameAt, "%d names for 1 column", len(n.names))
			ok = false
			continue
		}
		if len(n.names) == 1 {
			it.name, it.said = n.names[0], true
		}
		all = append(all, []item{it})
	}
	return all, ok
}

func (b *binder) extend(s *scope, rel *relation, list []named, at syntax.Span) *relation {
	cols := rel.cols()
	r := &row{scope: s, cols: cols, ordered: rel.ordered, from: rel.node}
	all, ok := b.items(r, list, false)
	if !ok {
		return nil
	}
	exprs, out := columnRefs(cols, at), append([]column.Field{}, cols...)
	var taken *namer // made where it is asked
	set := map[string]bool{}
	for i, items := range all {
		for _, it := range items {
			if it.name == "" {
				if taken == nil {
					taken = newNamer(out)
				}
				it.name = taken.numbered("Column")
			}
			if set[it.name] && it.said {
				b.errorf(list[i].span(), "a column '%s' is already given here", it.name)
				return nil
			}
			set[it.name] = true
			f := column.Field{Name: it.name, Type: it.x.Type()}
			if k := indexOf(out, it.name); k >= 0 {
				exprs[k], out[k] = it.x, f
				continue
			}
			if taken != nil {
				taken.taken[it.name] = true
			}
			exprs, out = append(exprs, it.x), append(out, f)
		}
	}
	res := over(rel, r, exprs, out, at)
	res.name = rel.name
	return res
}

func (b *binder) project(s *scope, rel *relation, o *opProject) *relation {
	r := &row{scope: s, cols: rel.cols(), ordered: rel.ordered, from: rel.node}
	all, ok := b.items(r, o.items, true)
	if !ok {
		return nil
	}
	exprs, out, ok := b.columns(all, o.items, "Column", 1)
	if !ok {
		return nil
	}
	return over(rel, r, exprs, out, o.span)
}

// columns names the columns that items make, without doubles.
func (b *binder) columns(all [][]item, list []named, prefix string, from int) ([]plan.Expr, []column.Field, bool) {
	taken := newNamer(nil)
	for _, n := range list {
		for _, s := range n.names {
			taken.taken[s] = true
		}
		if x, ok := n.x.(*name); ok && len(n.names) == 0 && from > 0 {
			taken.taken[x.text] = true
		}
	}
	exprs, out := []plan.Expr{}, []column.Field{}
	for i, items := range all {
		for _, it := range items {
			_, plain := list[i].x.(*name)
			plain = plain && from > 0
			switch {
			case it.said || plain && len(items) == 1:
				if indexOf(out, it.name) >= 0 {
					b.errorf(list[i].span(), "a column '%s' is already there", it.name)
					return nil, nil, false
				}
			case it.name == "" && from == 0:
				it.name = taken.free(prefix + strconv.Itoa(len(out)))
			case it.name == "":
				it.name = taken.numbered(prefix)
			default:
				it.name = taken.free(it.name)
			}
			exprs, out = append(exprs, it.x), append(out, column.Field{Name: it.name, Type: it.x.Type()})
		}
	}
	return exprs, out, true
}

func (b *binder) print(s *scope, o *opPrint) *relation {
	r := &row{scope: s, cols: nil, constant: true}
	all, ok := b.items(r, o.items, false)
	if !ok {
		return nil
	}
	// print names nothing after what it is made of, but for what makes several columns.
	for i, items := range all {
		if len(items) == 1 && len(o.items[i].names) == 0 {
			items[0].name = ""
		}
	}
	exprs, out, ok := b.columns(all, o.items, "print_", 0)
	if !ok {
		return nil
	}
	return &relation{node: project(oneRow(o.span), exprs, out, o.span, false), ordered: true}
}

func (b *binder) countOp(rel *relation, o *opCount) *relation {
	row := function.Lookup(function.KQL, "count")[0]
	n := &plan.Aggregate{Input: rel.node, Aggs: []plan.Agg{{Call: &plan.Call{Func: row, T: column.Long, At: o.span}}}}
	name := "Count"
	if o.as != "" {
		name = o.as
	}
	n.Out, n.At = []column.Field{{Name: name, Type: column.Long}}, o.span
	return &relation{node: n}
}

func (b *binder) distinct(s *scope, rel *relation, o *opDistinct) *relation {
	r := &row{scope: s, cols: rel.cols(), keys: map[string]bool{}}
	var by []named
	for _, n := range o.items {
		if _, all := n.x.(*star); all && len(n.names) == 0 {
			for _, c := range rel.cols() {
				by = append(by, named{x: &name{at: at{n.x.place()}, text: c.Name}})
			}
			continue
		}
		by = append(by, n)
	}
	keys, names, ok := b.keys(r, by)
	if !ok {
		return nil
	}
	n := &plan.Aggregate{Input: rel.node}
	for i, k := range keys {
		n.Keys = append(n.Keys, plan.Key{Expr: k, Out: i})
		n.Out = append(n.Out, column.Field{Name: names[i], Type: k.Type()})
	}
	n.At = o.span
	return &relation{node: n}
}
