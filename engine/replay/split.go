package replay

import (
	"slices"
	"sort"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// feed is the static part of a plan above one scan, and its rows in time order. The rest of the plan has a Rows node in
// its place, which holds the slice of the tick.
type feed struct {
	static plan.Node // gives the rest's columns, and then the time of each row
	out    *plan.Rows

	rows   *column.Batch
	times  []int64
	lo, hi int
	moved  bool // at least once
}

// fill reads the rows of a stretch.
func (f *feed) fill(run Exec, env *function.Env, src exec.Source, from, to int64) error {
	b, _, err := run(env, f.static, src, from, to, false)
	if err != nil {
		return err
	}
	last := len(b.Columns) - 1
	f.times = b.Columns[last].Ints
	f.rows = &column.Batch{Len: b.Len, Columns: b.Columns[:last], Events: b.Events}
	return nil
}

// move slides the window to [from, to) and tells whether other rows are in it now.
func (f *feed) move(from, to int64) bool {
	lo := sort.Search(len(f.times), func(i int) bool { return f.times[i] >= from })
	hi := lo + sort.Search(len(f.times)-lo, func(i int) bool { return f.times[lo+i] >= to })
	if f.moved && lo == f.lo && hi == f.hi {
		return false
	}
	f.lo, f.hi, f.moved = lo, hi, true
	f.out.Batch = f.rows.Slice(lo, hi)
	return true
}

// split cuts a plan above its static parts: those over one scan that neither ask for the time nor look at more than one
// row. The given plan stays as it is.
func split(root plan.Node) (plan.Node, []*feed) {
	s := splitter{shared: map[*plan.Shared]*plan.Shared{}}
	return s.cut(root), s.feeds
}

type splitter struct {
	feeds  []*feed
	shared map[*plan.Shared]*plan.Shared
}

func (s *splitter) cut(n plan.Node) plan.Node {
	if static, dynamic := chain(n); static != nil {
		f := &feed{static: withTime(static), out: &plan.Rows{Base: plan.Base{Out: static.Schema(), At: static.Span()}}}
		s.feeds = append(s.feeds, f)
		if dynamic == nil {
			return f.out
		}
		return &plan.Filter{Base: plan.Base{Out: n.Schema(), At: n.Span()}, Input: f.out, Cond: dynamic}
	}
	if shared, ok := n.(*plan.Shared); ok {
		if s.shared[shared] == nil {
			s.shared[shared] = plan.WithInputs(n, []plan.Node{s.cut(shared.Input)}).(*plan.Shared)
		}
		return s.shared[shared]
	}
	inputs := plan.Inputs(n)
	if len(inputs) == 0 {
		return n
	}
	cut := make([]plan.Node, len(inputs))
	for i, in := range inputs {
		cut[i] = s.cut(in)
	}
	return plan.WithInputs(n, cut)
}

// chain is the node as a static chain over a scan; where it is a filter of which only some conditions are static, the
// others are given apart.
func chain(n plan.Node) (static plan.Node, dynamic plan.Expr) {
	switch n := n.(type) {
	case *plan.Scan:
		if n.Time == "" {
			return nil, nil
		}
		return n, nil
	case *plan.Project:
		if slices.ContainsFunc(n.Exprs, exprAsksTime) {
			return nil, nil
		}
		in, rest := chain(n.Input)
		if in == nil || rest != nil {
			return nil, nil
		}
		return &plan.Project{Base: n.Base, Input: in, Exprs: n.Exprs}, nil
	case *plan.Filter:
		in, rest := chain(n.Input)
		if in == nil || rest != nil {
			return nil, nil
		}
		var still, asking []plan.Expr
		for _, c := range plan.Conjuncts(n.Cond) {
			if exprAsksTime(c) {
				asking = append(asking, c)
			} else {
				still = append(still, c)
			}
		}
		for _, c := range still {
			in = &plan.Filter{Base: n.Base, Input: in, Cond: c}
		}
		return in, plan.Conjunction(n.Cond, asking)
	}
	return nil, nil
}

// withTime is a static chain that also gives, as its last column, the time of each row's event.
func withTime(n plan.Node) plan.Node {
	base := func(b plan.Base) plan.Base {
		b.Out = append(slices.Clone(b.Out), column.Field{Name: "", Type: column.Time})
		return b
	}
	switch n := n.(type) {
	case *plan.Scan:
		c := *n
		c.Base, c.Columns = base(n.Base), append(slices.Clone(n.Columns), n.Time)
		return &c
	case *plan.Filter:
		return &plan.Filter{Base: base(n.Base), Input: withTime(n.Input), Cond: n.Cond}
	case *plan.Project:
		in := withTime(n.Input)
		time := &plan.Col{Index: len(in.Schema()) - 1, T: column.Time, At: n.At}
		return &plan.Project{Base: base(n.Base), Input: in, Exprs: append(slices.Clone(n.Exprs), plan.Expr(time))}
	}
	return n
}

// scans are the scans of a plan.
func scans(n plan.Node) []*plan.Scan {
	if s, ok := n.(*plan.Scan); ok {
		return []*plan.Scan{s}
	}
	var all []*plan.Scan
	for _, in := range plan.Inputs(n) {
		all = append(all, scans(in)...)
	}
	return all
}

// asksTime tells whether an answer depends on the as-of instant, other than by the rows it is given.
func asksTime(n plan.Node) bool {
	return slices.ContainsFunc(plan.Exprs(n), exprAsksTime) || slices.ContainsFunc(plan.Inputs(n), asksTime)
}

func exprAsksTime(e plan.Expr) bool {
	switch e := e.(type) {
	case *plan.Now:
		return true
	case *plan.Call:
		return slices.ContainsFunc(e.Args, exprAsksTime)
	}
	return false
}
