package exec

import (
	"errors"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// A rule that compares with what was usual groups its events by the hour or the day over weeks, and asks every hour: nearly all of its
// groups are those of the window before. Where a key of an aggregation never falls from row to row of a feed, as the bin of the events' time
// does, the rows with the same value of it stand together: a pane. The groups of a pane that lies in a window as a whole are the same in
// every such window, so they are made once for a stretch, and a window makes those of the panes at its two ends.
//
// Making them costs about what a window of the whole stretch does. It is done once windows have cost as much.

// paned is an Aggregate over a feed.
type paned struct {
	feed   *feed
	lo, hi int    // the rows of the window
	spent  int    // how many rows windows of this stretch have aggregated
	tried  bool   // to make panes of this stretch
	starts []int  // the first row of each pane, and the end of the rows; nil where there are no panes
	groups []int  // the first group of each pane, and the end of the groups
	made   *batch // the groups of all panes
}

// panes are the aggregations of a plan that may have panes.
func panes(root plan.Node) map[*plan.Aggregate]*paned {
	found := map[*plan.Aggregate]*paned{}
	plan.Walk(root, func(n plan.Node) {
		a, ok := n.(*plan.Aggregate)
		if !ok || a.Inline || a.Explode || slices.ContainsFunc(plan.Exprs(a), asksMore) {
			return
		}
		f, ok := a.Input.(*feed)
		if ok && slices.ContainsFunc(a.Keys, func(k plan.Key) bool { return k.Expr.Type().Kind() == column.IntKind }) {
			found[a] = &paned{feed: f}
		}
	})
	return found
}

// forget makes room for another stretch.
func (p *paned) forget() { *p = paned{feed: p.feed} }

// window is the groups of a window, of which those of whole panes are there already; nil where there are no panes.
func (p *paned) window(r *run, n *plan.Aggregate) (stream, error) {
	if !p.tried && p.spent > p.feed.rows.Len {
		p.tried = true
		if err := p.make(r, n); err != nil {
			return nil, err
		}
	}
	first, _ := slices.BinarySearch(p.starts, p.lo)
	last, found := slices.BinarySearch(p.starts, p.hi)
	if !found {
		last--
	}
	if first >= last {
		p.spent += p.hi - p.lo
		return nil, nil
	}
	before, err := r.groupsOf(n, p.feed.rows.slice(p.lo, p.starts[first]))
	if err != nil {
		return nil, err
	}
	behind, err := r.groupsOf(n, p.feed.rows.slice(p.starts[last], p.hi))
	if err != nil {
		return nil, err
	}
	return &listed{parts: []*batch{before, p.made.slice(p.groups[first], p.groups[last]), behind}}, nil
}

// groupsOf is the groups of some rows of a feed, which nobody asks the events of.
func (r *run) groupsOf(n *plan.Aggregate, rows *batch) (*batch, error) {
	a := r.newAggregation(n)
	if rows.Len > 0 {
		if err := a.add(&batch{Batch: column.Batch{Len: rows.Len, Columns: rows.Columns}}); err != nil {
			return nil, err
		}
	}
	return a.result()
}

// make finds the panes of a stretch and makes their groups. Where that comes to a limit or warns there are none: it is for each window to say
// what is to be said of it.
func (p *paned) make(r *run, n *plan.Aggregate) error {
	env := &function.Env{Context: r.env.Context, AsOf: r.env.AsOf, Limits: r.env.Limits}
	apart := newRun(env, r.src, Options{Limits: r.env.Limits})
	apart.constants, apart.groupers = r.constants, r.groupers
	err := p.makeApart(apart, n)
	var limit *function.LimitError
	if errors.As(err, &limit) || len(env.Warnings()) > 0 {
		p.starts, err = nil, nil
	}
	return err
}

func (p *paned) makeApart(r *run, n *plan.Aggregate) error {
	rows := &batch{Batch: column.Batch{Len: p.feed.rows.Len, Columns: p.feed.rows.Columns}}
	by := make([]plan.Expr, len(n.Keys))
	for i, k := range n.Keys {
		by[i] = k.Expr
	}
	keys, err := r.evalAll(by, rows)
	if err != nil {
		return err
	}
	starts := changes(keys, rows.Len)
	if starts == nil {
		return nil
	}
	a := r.newAggregation(n)
	rows, ids, _, err := a.groups(rows)
	if err != nil {
		return err
	}
	p.groups = p.groups[:0]
	for _, row := range starts[:len(starts)-1] { // where no group from before goes on
		p.groups = append(p.groups, int(ids[row]))
	}
	p.groups = append(p.groups, a.count())
	if err := a.feedAll(rows, ids); err != nil {
		return err
	}
	p.made, err = a.result()
	p.starts = starts
	return err
}

// paneRows is how many rows a pane has at the least, on the average, for panes to save anything.
const paneRows = 4

// changes are the rows at which a key changes that never falls, the first one, and where the rows end; nil where no key is such a one.
func changes(keys []*column.Vector, n int) []int {
	for _, v := range keys {
		if v.Type.Kind() != column.IntKind || v.Nulls != nil || v.Offsets != nil || len(v.Ints) < n || !slices.IsSorted(v.Ints[:n]) {
			continue
		}
		starts := []int{0}
		for i := 1; i < n && len(starts)*paneRows <= n; i++ {
			if v.Ints[i] != v.Ints[i-1] {
				starts = append(starts, i)
			}
		}
		if len(starts)*paneRows <= n {
			return append(starts, n)
		}
	}
	return nil
}
