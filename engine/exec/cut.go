package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// A plan that is run over many windows is cut in two. What stands above a scan and handles each event by itself, without
// asking for the time (filters, projections, expansions, patterns), gives the same rows in every window: it runs once, over
// a stretch of events in time order. The rest runs over the slice of those rows that lies in the window.
//
// A condition such as "@timestamp > NOW() - 1 day" asks for the time, but only bounds the slice; so it too is taken out of
// the rest.

// feed is a leaf of the rest: the static chain above one scan, and its rows.
type feed struct {
	plan.Base
	scan   *plan.Scan
	chain  []link
	bounds []*bound // all of the chain's

	pile    pile
	rows    *batch
	times   []int64
	stretch // that the rows are all of

	print string      // what the rows are made of; "" where that is not told
	kept  *sharedFeed // the rows, where they are shared
}

// link is a node of a static chain.
type link struct {
	node   plan.Node
	static []plan.Expr // of a filter: the conditions that are applied once
	source []plan.Expr // of a filter: those of which the source promises that every row meets them
	bounds int         // how many of the feed's bounds hold after it
	last   bool        // no link behind it changes the number of rows: those of the feed come out of it
	times  []int64     // of the rows that come out of it, where those are others than the feed's
}

// bound is a condition that compares the time column with an instant that depends on the tick.
type bound struct {
	op    Op
	value plan.Expr
}

// cutter cuts one plan.
type cutter struct {
	feeds    []*feed
	original map[plan.Node]plan.Node
	done     map[plan.Node]plan.Node
	none     map[plan.Node]bool // what no feed can stand for, and so for nothing above it
}

func (c *cutter) cut(n plan.Node) plan.Node {
	if known, ok := c.done[n]; ok {
		return known
	}
	made := c.make(n)
	c.done[n], c.original[made] = made, n
	return made
}

func (c *cutter) make(n plan.Node) plan.Node {
	if f := c.feed(n); f != nil {
		c.feeds = append(c.feeds, f)
		return f
	}
	inputs := plan.Inputs(n)
	if len(inputs) == 0 {
		return n
	}
	cut := make([]plan.Node, len(inputs))
	for i, in := range inputs {
		cut[i] = c.cut(in)
	}
	return plan.WithInputs(n, cut)
}

// feed is the feed that can stand for a node, or nil.
func (c *cutter) feed(n plan.Node) *feed {
	if c.none[n] {
		return nil
	}
	f := c.newFeed(n)
	c.none[n] = f == nil
	return f
}

func (c *cutter) newFeed(n plan.Node) *feed {
	switch n := n.(type) {
	case *plan.Scan:
		if n.Time == "" {
			return nil
		}
		return &feed{Base: plan.Base{Out: n.Out, At: n.At}, scan: n}
	case *plan.Project:
		if slices.ContainsFunc(n.Exprs, asksMore) {
			return nil
		}
		return c.feed(n.Input).and(n)
	case *plan.Expand:
		if slices.ContainsFunc(plan.Exprs(n), asksMore) {
			return nil
		}
		return c.feed(n.Input).and(n)
	case *plan.Extract:
		if asksMore(n.Text) {
			return nil
		}
		return c.feed(n.Input).and(n)
	case *plan.Filter:
		return c.feed(n.Input).filtered(n)
	}
	return nil
}

// asksMore tells whether an expression needs more than the row it is computed for.
func asksMore(x plan.Expr) bool {
	more := plan.UsesNow(x)
	plan.EachScalar(x, func(*plan.Scalar) { more = true })
	return more
}

// and is the feed with one more link, which may be a nil feed's none.
func (f *feed) and(n plan.Node) *feed {
	if f == nil {
		return nil
	}
	_, project := n.(*plan.Project)
	f.link(link{node: n, bounds: len(f.bounds), last: !project})
	f.Base = plan.Base{Out: n.Schema(), At: n.Span()}
	return f
}

func (f *feed) filtered(n *plan.Filter) *feed {
	if f == nil {
		return nil
	}
	l := link{node: n, last: true}
	for _, cond := range plan.Conjuncts(n.Cond) {
		if !asksMore(cond) {
			l.static = append(l.static, cond)
			continue
		}
		b := f.bound(cond)
		if b == nil {
			return nil
		}
		f.bounds = append(f.bounds, b)
	}
	l.bounds = len(f.bounds)
	f.link(l)
	f.Base = plan.Base{Out: n.Schema(), At: n.Span()}
	return f
}

// link puts a link behind the others.
func (f *feed) link(l link) {
	if l.last {
		for k := range f.chain {
			f.chain[k].last = false
		}
	}
	f.chain = append(f.chain, l)
}

// leave leaves to the source those conditions on the scan's own columns of which it promises that every row meets them.
func (f *feed) leave(p *pusher) {
	src, ok := p.src.(Exact)
	for k := 0; ok && k < len(f.chain); k++ {
		l := &f.chain[k]
		if _, filter := l.node.(*plan.Filter); !filter {
			return
		}
		l.static = slices.DeleteFunc(l.static, func(cond plan.Expr) bool {
			one, err := p.predicate(f.scan, cond)
			if err != nil || one == nil || !src.Exact(f.scan.Table, *one) {
				return false // what is wrong with it comes up when it is read to be asked
			}
			l.source = append(l.source, cond)
			return true
		})
	}
}

// bound reads a condition as one on the scan's time column; nil when it is none.
func (f *feed) bound(cond plan.Expr) *bound {
	_, instant, op, ok := compared(cond, f.isTime)
	if !ok || !plan.Constant(instant) || instant.Type() != column.Time {
		return nil
	}
	return &bound{op, instant}
}

// isTime tells whether an expression over the feed's rows is the scan's time column, untouched.
func (f *feed) isTime(x plan.Expr) bool {
	c, ok := x.(*plan.Col)
	for k := len(f.chain) - 1; ok && k >= 0; k-- {
		switch n := f.chain[k].node.(type) {
		case *plan.Project:
			c, ok = n.Exprs[c.Index].(*plan.Col)
		case *plan.Expand:
			ok = c.Index != n.Index && !slices.ContainsFunc(n.Columns, func(e plan.ExpandColumn) bool { return e.Out == c.Index })
		case *plan.Extract:
			ok = !slices.Contains(n.Outs, c.Index)
		}
	}
	return ok && f.scan.Columns[c.Index] == f.scan.Time
}
