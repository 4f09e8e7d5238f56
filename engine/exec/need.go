package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// needs says, for each node, which of its columns anything above it reads. What nobody reads is neither asked of a source
// nor computed: an empty vector holds its place, so that no expression has to be rewritten.
type needs map[plan.Node][]bool

// needed looks through a whole plan; of the root every column is needed, and for conditions that are known to be met none.
func needed(root plan.Node, met map[plan.Expr]bool) needs {
	ns := needing{needs{}, met}
	ns.all(root)
	return ns.needs
}

// needing finds out what is needed.
type needing struct {
	needs
	met map[plan.Expr]bool
}

// of tells whether column i of a node is needed. Of a node that is not known every column is.
func (ns needs) of(n plan.Node, i int) bool {
	list, ok := ns[n]
	return !ok || list[i]
}

func (ns needing) all(n plan.Node) {
	list := make([]bool, len(n.Schema()))
	for i := range list {
		list[i] = true
	}
	ns.add(n, list)
}

// add needs columns of a node, and so columns of its inputs.
func (ns needing) add(n plan.Node, more []bool) {
	list, known := ns.needs[n]
	if !known {
		ns.needs[n] = more // which nobody else holds
		ns.descend(n, more)
		return
	}
	changed := false
	for i, need := range more {
		if need && !list[i] {
			list[i], changed = true, true
		}
	}
	if changed {
		ns.descend(n, list)
	}
}

func (ns needing) descend(n plan.Node, out []bool) {
	switch n := n.(type) {
	case *plan.Filter:
		ns.through(n.Input, out, nil, slices.DeleteFunc(plan.Conjuncts(n.Cond), func(cond plan.Expr) bool { return ns.met[cond] })...)
	case *plan.Project:
		ns.chosen(n.Input, n.Exprs, out)
		return
	case *plan.Windowed:
		ns.chosen(n.Input, n.Exprs, out)
		return
	case *plan.Sort, *plan.Limit:
		ns.through(plan.Inputs(n)[0], out, nil, plan.Exprs(n)...)
	case *plan.Shared:
		ns.add(n.Input, slices.Clone(out))
	case *plan.Aggregate:
		var kept []bool
		taken := map[int]bool{}
		if n.Inline {
			kept = out
			for _, g := range n.Aggs {
				taken[g.Out] = true
			}
			for _, k := range n.Keys {
				taken[k.Out] = true
			}
		}
		ns.through(n.Input, kept, taken, plan.Exprs(n)...)
	case *plan.Expand:
		taken := map[int]bool{n.Index: true}
		for _, c := range n.Columns {
			taken[c.Out] = true
		}
		ns.through(n.Input, out, taken, plan.Exprs(n)...)
	case *plan.Extract:
		taken := map[int]bool{}
		for _, c := range n.Outs {
			taken[c] = true
		}
		ns.through(n.Input, out, taken, n.Text)
	case *plan.MakeSeries:
		ns.through(n.Input, nil, nil, plan.Exprs(n)...)
	case *plan.Union:
		for i, in := range n.Inputs {
			more := make([]bool, len(in.Schema()))
			for c, from := range n.Sources[i] {
				if from >= 0 && out[c] {
					more[from] = true
				}
			}
			ns.add(in, more)
		}
	case *plan.Join:
		ns.join(n, out)
	case *plan.Apply:
		ns.all(n.Input)
		ns.all(n.Body)
	default:
		for _, in := range plan.Inputs(n) {
			ns.all(in)
		}
	}
	for _, x := range plan.Exprs(n) {
		plan.EachScalar(x, func(s *plan.Scalar) { ns.all(s.Input) })
	}
}

// chosen needs of an input what those expressions read of which somebody needs what comes out, and the tables in all of them.
func (ns needing) chosen(in plan.Node, exprs []plan.Expr, out []bool) {
	more := make([]bool, len(in.Schema()))
	for i, x := range exprs {
		switch c, ok := x.(*plan.Col); {
		case ok:
			more[c.Index] = more[c.Index] || out[i]
			continue
		case out[i]:
			plan.EachCol(x, func(c *plan.Col) { more[c.Index] = true })
		}
		plan.EachScalar(x, func(s *plan.Scalar) { ns.all(s.Input) })
	}
	ns.add(in, more)
}

// through needs of an input the columns that stay at their places, but for those taken, and what expressions read.
func (ns needing) through(in plan.Node, out []bool, taken map[int]bool, exprs ...plan.Expr) {
	more := make([]bool, len(in.Schema()))
	for i := range more {
		more[i] = i < len(out) && out[i] && !taken[i]
	}
	for _, x := range exprs {
		plan.EachCol(x, func(c *plan.Col) { more[c.Index] = true })
	}
	ns.add(in, more)
}

func (ns needing) join(n *plan.Join, out []bool) {
	left, right := out, []bool(nil)
	switch n.Kind {
	case plan.LeftSemi, plan.LeftAnti:
	case plan.RightSemi, plan.RightAnti:
		left, right = nil, out
	case plan.LeftMark:
		left = out[:len(out)-1]
	default:
		width := len(n.Left.Schema())
		out = slices.Clone(out)
		plan.EachCol(n.Cond, func(c *plan.Col) { out[c.Index] = true })
		left, right = out[:width], out[width:]
	}
	ns.through(n.Left, left, nil, n.LeftKeys...)
	ns.through(n.Right, right, nil, n.RightKeys...)
}

// unneeded holds the place of a column that nobody reads.
func unneeded(n int) *column.Vector { return &column.Vector{Len: n} }
