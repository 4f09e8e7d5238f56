package exec

import (
	"math"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Most rules count: they ask for groups of at least so many events. Where that is so, a window in which no group of a feed's
// rows is as large cannot give a row, and the rest of the plan need not run over it. How large the groups are is known
// from window to window by counting the rows that come in and those that go out.
//
// A gate is such a condition, and it is a necessary one only: a window that passes all gates may still give nothing. Where the rest of the
// plan may warn of something there are no gates: warnings are counted, and those of windows that give nothing count as well.

// gate wants a group, by some keys, of at least so many rows of a feed.
type gate struct {
	feed  *feed
	keys  []plan.Expr // over the feed's rows; fewer keys make larger groups, so some may be missing
	least int64

	groups *grouper // of the last stretch, for its room
	ids    []int32  // the group of each of the feed's rows
	counts []int64  // of the rows of each group in [lo, hi)
	lo, hi int
	enough int // how many groups are large enough
}

// gates are the conditions under which a node can give a row at all.
func gates(n plan.Node) []*gate {
	switch n := n.(type) {
	case *feed:
		return []*gate{{feed: n, least: 1}}
	case *plan.Filter:
		all := gates(n.Input)
		for _, cond := range plan.Conjuncts(n.Cond) {
			if g := counting(cond, n.Input); g != nil {
				all = append(all, g)
			}
		}
		return all
	case *plan.Aggregate:
		if len(n.Keys) == 0 && !n.Inline {
			return nil // it gives a row over nothing
		}
		return gates(n.Input)
	case *plan.Join:
		switch n.Kind {
		case plan.Inner, plan.InnerUnique, plan.LeftSemi, plan.RightSemi:
			return append(gates(n.Left), gates(n.Right)...)
		case plan.LeftOuter, plan.LeftAnti, plan.LeftMark, plan.LeftGather:
			return gates(n.Left)
		case plan.RightOuter, plan.RightAnti:
			return gates(n.Right)
		}
	case *plan.Expand, *plan.Extract, *plan.Limit, *plan.Project, *plan.Shared, *plan.Sort, *plan.Steps, *plan.Windowed:
		return gates(plan.Inputs(n)[0])
	}
	return nil
}

// counting reads a condition as one that wants a number of rows in a group of an aggregation below; nil when it is none.
func counting(cond plan.Expr, n plan.Node) *gate {
	x, bound, op, ok := compared(cond, isColumn)
	lit, isLit := bound.(*plan.Lit)
	if !ok || !isLit {
		return nil
	}
	least, ok := lowest(op, lit.Value)
	if !ok || least < 1 {
		return nil
	}
	agg := counter(x.(*plan.Col), n)
	if agg == nil {
		return nil
	}
	keys := make([]plan.Expr, len(agg.Keys))
	for i, k := range agg.Keys {
		keys[i] = k.Expr
	}
	return below(agg.Input, keys, least)
}

// lowest is the least whole number that a comparison with a constant lets through.
func lowest(op Op, v *column.Vector) (int64, bool) {
	if from, to := v.Range(0); to != from+1 {
		return 0, false
	}
	var x float64
	switch v.Type {
	case column.Int, column.Long:
		x = float64(v.Ints[0])
	case column.Double:
		x = v.Floats[0]
	default:
		return 0, false
	}
	if math.Abs(x) > 1<<50 {
		return 0, false
	}
	switch op {
	case Equal, GreaterEqual:
		return int64(math.Ceil(x)), true
	case Greater:
		return int64(math.Floor(x)) + 1, true
	}
	return 0, false
}

// counter is the aggregation whose number of rows a column is.
func counter(c *plan.Col, n plan.Node) *plan.Aggregate {
	for {
		switch at := n.(type) {
		case *plan.Filter, *plan.Sort, *plan.Limit:
			n = plan.Inputs(at)[0]
		case *plan.Project:
			below, ok := at.Exprs[c.Index].(*plan.Col)
			if !ok {
				return nil
			}
			c, n = below, at.Input
		case *plan.Aggregate:
			for _, g := range at.Aggs {
				if g.Out == c.Index && len(g.Call.Args) == 0 && strings.EqualFold(g.Call.Func.Name, "count") && !at.Inline {
					return at
				}
			}
			return nil
		default:
			return nil
		}
	}
}

// below follows the keys of a group down to the feed that its rows come from; nil where rows are made on the way.
func below(n plan.Node, keys []plan.Expr, least int64) *gate {
	for {
		switch at := n.(type) {
		case *feed:
			return &gate{feed: at, keys: plain(keys), least: least}
		case *plan.Filter, *plan.Sort, *plan.Limit, *plan.Shared:
			n = plan.Inputs(at)[0]
		case *plan.Project:
			keys, n = moved(keys, at.Exprs), at.Input
		case *plan.Windowed:
			keys, n = moved(keys, at.Exprs), at.Input
		case *plan.Extract:
			made := map[int]bool{}
			for _, out := range at.Outs {
				made[out] = true
			}
			keys, n = through(keys, unless(made)), at.Input
		default:
			return nil
		}
	}
}

// moved rewrites keys to the input of a projection. A key that is computed there is left out.
func moved(keys, exprs []plan.Expr) []plan.Expr {
	return through(keys, func(c *plan.Col) *plan.Col {
		below, _ := exprs[c.Index].(*plan.Col)
		return below
	})
}

// plain keeps the keys that need nothing but their row.
func plain(keys []plan.Expr) []plan.Expr {
	var kept []plan.Expr
	for _, k := range keys {
		windowed := false
		eachCall(k, func(c *plan.Call) { windowed = windowed || c.Func.Kind != function.Scalar })
		if !windowed && !asksMore(k) {
			kept = append(kept, k)
		}
	}
	return kept
}

func eachCall(x plan.Expr, f func(*plan.Call)) {
	if c, ok := x.(*plan.Call); ok {
		f(c)
		for _, a := range c.Args {
			eachCall(a, f)
		}
	}
}

// fill numbers the groups of the feed's rows anew.
func (g *gate) fill(r *run) error {
	rows := g.feed.rows
	g.lo, g.hi, g.enough, g.ids, g.counts = 0, 0, 0, nil, g.counts[:0]
	if g.least <= 1 || rows.Len == 0 {
		return nil
	}
	var print strings.Builder
	for _, x := range g.keys {
		printExpr(&print, x)
		print.WriteString("\n")
	}
	if k := g.feed.kept; k != nil && k.groups[print.String()] != nil {
		known := k.groups[print.String()]
		g.ids = known.ids
		g.count(known.n)
		return nil
	}
	var keys []*column.Vector
	var ts []column.Type
	for _, x := range g.keys {
		v, err := r.eval(x, rows)
		if err != nil {
			return err
		}
		if v.Offsets == nil { // a row can be in the groups of several values
			keys, ts = append(keys, v), append(ts, x.Type())
		}
	}
	if len(keys) == 0 {
		return nil
	}
	groups := g.groups
	if groups == nil || len(groups.keys) != len(ts) {
		groups = newGrouper(ts, 0)
	}
	groups.renew()
	ids, err := groups.assign(keys, rows.Len)
	if err != nil {
		return err
	}
	if g.ids, g.groups = ids, groups; g.feed.kept != nil {
		g.feed.kept.groups[print.String()], g.groups = &numbered{ids, groups.n}, nil
	}
	g.count(groups.n)
	return nil
}

// count begins to count so many groups.
func (g *gate) count(groups int) {
	g.counts = slices.Grow(g.counts[:0], groups)[:groups]
	clear(g.counts)
}

// passes tells whether rows [lo, hi) of the feed have a group that is large enough.
func (g *gate) passes(lo, hi int) bool {
	if g.ids == nil {
		g.lo, g.hi = lo, hi
		return int64(hi-lo) >= g.least
	}
	if lo < g.lo || hi < g.hi || lo >= g.hi {
		g.move(g.lo, g.hi, -1)
		g.lo, g.hi = lo, lo
	}
	g.move(g.hi, hi, 1)
	g.move(g.lo, lo, -1)
	g.lo, g.hi = lo, hi
	return g.enough > 0
}

// move counts rows in, or out.
func (g *gate) move(from, to int, by int64) {
	edge := g.least
	if by < 0 {
		edge--
	}
	for _, id := range g.ids[from:to] {
		if g.counts[id] += by; g.counts[id] == edge {
			g.enough += int(by)
		}
	}
}
