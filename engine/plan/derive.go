package plan

import (
	"slices"

	"casebook/engine/column"
)

// Derived tells, of each column that a plan gives, whether texts of some columns of its tables can be seen in it: as they are, cut,
// joined, collected or inside of a larger value. What is only computed of a text (its length, whether it holds a word) does not count.
func Derived(root Node, of func(column.Field) bool) []bool {
	d := deriving{of: of, known: map[Node][]bool{}}
	return d.node(root)
}

type deriving struct {
	of    func(column.Field) bool
	known map[Node][]bool
}

func (d *deriving) node(n Node) []bool {
	if list, ok := d.known[n]; ok {
		return list
	}
	list := make([]bool, len(n.Schema()))
	d.known[n] = list
	var inputs [][]bool
	for _, in := range Inputs(n) {
		inputs = append(inputs, d.node(in))
	}
	d.fill(n, list, inputs)
	for i, f := range n.Schema() {
		list[i] = list[i] && legible(f.Type)
	}
	return list
}

// legible tells whether a value of a type can hold a text.
func legible(t column.Type) bool { return t.Kind() == column.StringKind || t.Kind() == column.AnyKind }

func (d *deriving) fill(n Node, out []bool, in [][]bool) {
	switch n := n.(type) {
	case *Scan:
		for i, f := range n.Out {
			f.Name = n.Columns[i]
			out[i] = d.of(f)
		}
	case *Project:
		d.exprs(out, n.Exprs, in[0])
	case *Windowed:
		d.exprs(out, n.Exprs, in[0])
	case *Filter, *Sort, *Limit, *Shared:
		copy(out, in[0])
	case *Aggregate:
		if n.Inline {
			copy(out, in[0])
		}
		d.groups(out, n.Keys, n.Aggs, in[0])
	case *MakeSeries:
		d.groups(out, n.Keys, n.Aggs, in[0])
	case *Expand:
		copy(out, in[0])
		for _, c := range n.Columns {
			out[c.Out] = d.expr(c.Expr, in[0])
		}
	case *Extract:
		copy(out, in[0])
		for _, at := range n.Outs {
			out[at] = d.expr(n.Text, in[0])
		}
	case *Union:
		for i := range n.Inputs {
			for c, from := range n.Sources[i] {
				out[c] = out[c] || from >= 0 && in[i][from]
			}
		}
	case *Join:
		switch {
		case n.Kind == RightSemi || n.Kind == RightAnti:
			copy(out, in[1])
		case n.Kind == LeftMark:
			copy(out, in[0])
		default:
			copy(out[copy(out, in[0]):], in[1])
		}
	case *Rows:
	default:
		// Apply and Steps: whatever goes in can come out anywhere.
		if a, ok := n.(*Apply); ok {
			d.known[a.Given] = in[0]
			in = append(in, d.node(a.Body))
		}
		some := slices.ContainsFunc(in, func(list []bool) bool { return slices.Contains(list, true) })
		for i := range out {
			out[i] = some
		}
	}
}

func (d *deriving) exprs(out []bool, exprs []Expr, in []bool) {
	for i, x := range exprs {
		out[i] = d.expr(x, in)
	}
}

func (d *deriving) groups(out []bool, keys []Key, aggs []Agg, in []bool) {
	for _, k := range keys {
		if k.Out >= 0 {
			out[k.Out] = d.expr(k.Expr, in)
		}
	}
	for _, a := range aggs {
		out[a.Out] = d.expr(a.Call, in)
	}
}

func (d *deriving) expr(x Expr, in []bool) bool {
	if x == nil || !legible(x.Type()) {
		return false
	}
	switch x := x.(type) {
	case *Col:
		return in[x.Index]
	case *Call:
		return slices.ContainsFunc(x.Args, func(a Expr) bool { return d.expr(a, in) })
	case *Scalar:
		list := d.node(x.Input)
		return len(list) > 0 && list[0]
	}
	return false
}
