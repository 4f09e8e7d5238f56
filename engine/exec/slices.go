package exec

import (
	"context"
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Slices is a plan that is run over many windows of one stretch of time.
type Slices struct {
	root, rest plan.Node
	feeds      []*feed
	original   map[plan.Node]plan.Node
	needs      needs
	timeless   bool
	constants  map[*plan.Lit]*column.Vector
	fews       map[*plan.Call]*fewMade // of the static chains
	groupers   map[*plan.Aggregate]*grouper
	panes      map[*plan.Aggregate]*paned

	src    Source
	shared *Shared // the source, if it is one
	limits function.Limits
	from   int64
	to     int64
	tables map[string]*Moments // of each scanned table, in the time that was looked at
	seen   stretch             // which is this
	// Grain is what windows begin and end at multiples of, unless at the ends of a stretch; 0 where they may begin anywhere.
	Grain int64

	gates  []*gate
	silent bool    // what runs over windows of this stretch warns of nothing, so that nobody misses those that do not run
	sieve  *sieve  // behind one of them; nil for none
	none   *Result // of a window that does not pass them
	last   *Result
	ranges []int // of the last run: where each feed's slice was
	room   []int
}

// NewSlices cuts a plan for a source; its constants may take long to compute.
func NewSlices(ctx context.Context, root plan.Node, src Source, limits function.Limits) (*Slices, error) {
	var s *Slices
	if err := Beside(ctx, func() { s = slicesOf(ctx, root, src, limits) }); err != nil {
		return nil, err // what runs on may still write to it
	}
	return s, nil
}

func slicesOf(ctx context.Context, root plan.Node, src Source, limits function.Limits) *Slices {
	if limits == (function.Limits{}) {
		limits = function.DefaultLimits
	}
	c := &cutter{original: map[plan.Node]plan.Node{}, done: map[plan.Node]plan.Node{}, none: map[plan.Node]bool{}}
	s := &Slices{root: root, src: src, limits: limits, original: c.original, constants: map[*plan.Lit]*column.Vector{}, fews: map[*plan.Call]*fewMade{}}
	s.rest = c.cut(root)
	s.feeds = c.feeds
	s.gates = gates(s.rest)
	s.sieve = sieved(s.rest, s.gates)
	s.panes = panes(s.rest)
	s.none = &Result{Batch: &column.Batch{}}
	for _, f := range root.Schema() {
		s.none.Batch.Columns = append(s.none.Batch.Columns, column.NullVector(f.Type, 0))
	}
	r := newRun(&function.Env{Context: ctx, Limits: limits}, src, Options{Limits: limits})
	met := map[plan.Expr]bool{}
	for _, f := range s.feeds {
		f.leave(&pusher{run: r})
		for _, l := range f.chain {
			for _, cond := range l.source {
				met[cond] = true
			}
		}
	}
	s.needs = needed(root, met)
	for copied, n := range c.original {
		s.needs[copied] = s.needs[n]
	}
	s.shared, _ = src.(*Shared)
	for _, f := range s.feeds {
		f.print = f.printed(s.needs)
	}
	s.timeless = true
	plan.Walk(s.rest, func(n plan.Node) {
		if _, scans := n.(*plan.Scan); scans {
			s.timeless = false
		}
		for _, x := range plan.Exprs(n) {
			s.timeless = s.timeless && !plan.UsesNow(x)
		}
	})
	return s
}

// Scans are the scans of the plan.
func Scans(root plan.Node) []*plan.Scan {
	var scans []*plan.Scan
	plan.Walk(root, func(n plan.Node) {
		if s, ok := n.(*plan.Scan); ok {
			scans = append(scans, s)
		}
	})
	return scans
}

// Look finds out when there are events in [from, to), which is what Events and Next tell from then on.
func (s *Slices) Look(env *function.Env, from, to int64) error {
	s.tables, s.seen = map[string]*Moments{}, stretch{from, to}
	for _, scan := range Scans(s.root) {
		if _, ok := s.tables[scan.Table]; ok || scan.Time == "" {
			continue
		}
		m, err := momentsOf(env.Context, s.src, scan, s.Grain, from, to)
		if err != nil {
			return err
		}
		s.tables[scan.Table] = m
	}
	return nil
}

// Fill reads the events of [from, to): the stretch that windows are then slices of. Those that the stretch before has too are not read again.
func (s *Slices) Fill(env *function.Env, from, to int64) error {
	if s.seen.from > from || s.seen.to < to || s.tables == nil {
		if err := s.Look(env, from, to); err != nil {
			return err
		}
	}
	s.from, s.to, s.last = from, to, nil
	s.groupers = map[*plan.Aggregate]*grouper{} // texts of another stretch are other texts
	for _, p := range s.panes {
		p.forget()
	}
	for _, f := range s.feeds {
		if k := s.shared.find(f, from, to); k != nil {
			f.use(k, from, to)
			continue
		}
		warned := len(env.Warnings())
		if err := s.fill(env, f); err != nil {
			return err
		}
		if warned == 0 && len(env.Warnings()) == 0 { // each rule is to be warned
			s.shared.keep(f, from, to)
		}
	}
	r := newRun(env, s.src, Options{Limits: s.limits})
	r.constants = s.constants
	var err error
	if s.silent, err = r.silent(s.rest); err != nil || !s.silent {
		return err
	}
	for _, g := range s.gates {
		fill := g.fill
		if s.sieve != nil && s.sieve.gate == g {
			fill = s.sieve.fill
		}
		if err := fill(r); err != nil {
			return err
		}
	}
	return nil
}

// Held is how many rows there are in memory, those that others share among them.
func (s *Slices) Held() int {
	n := 0
	for _, f := range s.feeds {
		n += len(f.times)
	}
	return n
}

// Events is how many events of the plan's tables lie in [from, to).
func (s *Slices) Events(from, to int64) int {
	n := 0
	for _, m := range s.tables {
		n += m.Count(from, to)
	}
	return n
}

// Next is the moment of the first events at or after an instant; ok is false when the stretch has none.
func (s *Slices) Next(from int64) (t int64, ok bool) {
	for _, m := range s.tables {
		if next, has := m.Next(from); has && (!ok || next < t) {
			t, ok = next, true
		}
	}
	return t, ok
}

// fill runs the static chain of a feed, keeping each row's time beside it. The source's batches may be overwritten as soon as the next is
// asked for: what is kept of them is copied, into room that is kept from stretch to stretch.
func (s *Slices) fill(env *function.Env, f *feed) error {
	r := newRun(env, s.src, Options{From: f.begin(s.from, s.to), To: s.to, Lineage: true, Limits: s.limits})
	defer r.close()
	r.needs, r.constants, r.fews = s.needs, s.constants, s.fews
	p := &pusher{run: r, seen: map[plan.Node]bool{}}
	if err := p.descend(f.static(), nil); err != nil {
		return err
	}
	in, err := r.scan(f.scan)
	if err != nil {
		return err
	}
	timed := in.(*scanned).timed()
	timed.req.Fleeting = true
	for {
		if err := env.Context.Err(); err != nil {
			return err
		}
		b, err := timed.next()
		if err != nil {
			return err
		}
		if b == nil {
			f.end(s.from, s.to)
			return nil
		}
		for k := range f.chain {
			if b, err = f.chain[k].apply(r, b); err != nil {
				return err
			}
		}
		f.pile.add(b)
	}
}

// static is the chain as the source should see it, without what depends on the tick.
func (f *feed) static() plan.Node {
	var n plan.Node = f.scan
	for _, l := range f.chain {
		if _, ok := l.node.(*plan.Filter); !ok {
			n = plan.WithInputs(l.node, []plan.Node{n})
			continue
		}
		for _, cond := range slices.Concat(l.source, l.static) {
			n = &plan.Filter{Base: plan.Base{Out: n.Schema()}, Input: n, Cond: cond}
		}
	}
	return n
}

// apply runs one link over a batch.
func (l *link) apply(r *run, b *batch) (*batch, error) {
	var err error
	switch n := l.node.(type) {
	case *plan.Project:
		return r.projected(n, n.Exprs, b)
	case *plan.Filter:
		if b, err = r.kept(n, l.static, b); err != nil {
			return nil, err
		}
	case *plan.Expand:
		values, err := r.expandable(n, b)
		if err != nil {
			return nil, err
		}
		if b, err = r.expanded(n, b, values); err != nil {
			return nil, err
		}
	case *plan.Extract:
		if b, err = r.extracted(n, b); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("cannot run a stage of type %T once for all windows", n)
	}
	if !l.last {
		l.times = append(column.Room(l.times, len(b.times)), b.times...)
	}
	return b, nil
}

// count is how many rows of [from, to) come out of a link of a feed.
func (f *feed) count(l *link, from, to int64) int {
	times := l.times
	if l.last {
		times = f.times
	}
	lo, hi := between(times, from, to)
	return hi - lo
}

// timed makes a scan give each row's time beside the columns.
func (s *scanned) timed() *scanned {
	s.time = slices.Index(s.req.Columns, s.node.Time)
	if s.time < 0 {
		s.time = len(s.req.Columns)
		s.req.Columns = append(s.req.Columns, s.node.Time)
	}
	s.wantTimes = true
	return s
}

// Run runs the plan as of an instant over the window [from, to) of the stretch. The result may be shared with other windows
// of the same rows; it is complete, with lineage and stage counts, only when full is set.
func (s *Slices) Run(env *function.Env, asOf, from, to int64, full bool) (*Result, error) {
	env.AsOf = asOf
	ranges, err := s.within(env, from, to)
	if err != nil {
		return nil, err
	}
	switch {
	case full || !s.silent:
	case !s.open(ranges):
		return s.none, nil
	case s.last != nil && s.timeless && slices.Equal(ranges, s.ranges):
		return s.last, nil
	}
	r := newRun(env, s.src, Options{From: from, To: to, AsOf: asOf, Lineage: full, Limits: s.limits})
	defer r.close()
	r.needs, r.constants, r.groupers = s.needs, s.constants, s.groupers
	r.fed = map[*feed]*batch{}
	sieves := s.sieve != nil && s.silent && !full
	for i, f := range s.feeds {
		if sieves && f == s.sieve.feed {
			r.fed[f] = s.sieve.rows()
		} else {
			r.fed[f] = f.rows.slice(ranges[2*i], ranges[2*i+1])
		}
	}
	if !full {
		r.panes = s.paned(ranges, sieves)
	}
	if full {
		res, err := r.result(s.rest)
		if err != nil {
			return nil, err
		}
		res.Stages, err = s.stages(r, from, to)
		return res, err
	}
	res, err := r.rows(s.rest)
	if err != nil {
		return nil, err
	}
	if sieves {
		s.sieve.judged(r)
	}
	s.last, s.ranges = res, append(s.ranges[:0], ranges...)
	return res, nil
}

// paned are the panes of the feeds that windows are slices of, and not of what a sieve leaves.
func (s *Slices) paned(ranges []int, sieves bool) map[*plan.Aggregate]*paned {
	for _, p := range s.panes {
		if sieves && p.feed == s.sieve.feed {
			return nil
		}
		i := slices.Index(s.feeds, p.feed)
		p.lo, p.hi = ranges[2*i], ranges[2*i+1]
	}
	return s.panes
}

// within is where each feed's rows of a window begin and end.
func (s *Slices) within(env *function.Env, from, to int64) ([]int, error) {
	ranges := s.room[:0]
	for _, f := range s.feeds {
		a, b := from, to
		if len(f.bounds) > 0 {
			r := newRun(env, s.src, Options{Limits: s.limits})
			r.constants = s.constants
			var err error
			if a, b, err = f.window(r, from, to, len(f.bounds)); err != nil {
				return nil, err
			}
		}
		lo, hi := between(f.times, a, b)
		ranges = append(ranges, lo, hi)
	}
	s.room = ranges
	return ranges, nil
}

// open tells whether slices of the feeds pass every gate.
func (s *Slices) open(ranges []int) bool {
	for _, g := range s.gates {
		i := slices.Index(s.feeds, g.feed)
		passes := g.passes
		if s.sieve != nil && s.sieve.gate == g {
			passes = s.sieve.passes
		}
		if !passes(ranges[2*i], ranges[2*i+1]) {
			return false
		}
	}
	return true
}

// window is the part of [from, to) that the first n bounds of a feed leave.
func (f *feed) window(r *run, from, to int64, n int) (int64, int64, error) {
	d := &pushdown{from: from, to: to}
	for _, b := range f.bounds[:n] {
		v, err := r.fold(b.value)
		if err != nil {
			return 0, 0, err
		}
		if v.IsNull(0) {
			return from, from, nil // nothing compares with null
		}
		d.bound(b.op, v.Ints[0])
	}
	return d.from, max(d.from, d.to), nil
}

// stages puts the counts of the static chains, which are those of slices, with the counts of the rest.
func (s *Slices) stages(r *run, from, to int64) ([]Stage, error) {
	counts := map[plan.Node]int{}
	for copied, n := range s.original {
		counts[n] = r.counts[copied]
	}
	for _, f := range s.feeds {
		rows := s.tables[f.scan.Table].Count(from, to)
		counts[f.scan] = rows
		for _, l := range f.chain {
			if _, ok := l.node.(*plan.Project); !ok {
				a, b, err := f.window(r, from, to, l.bounds)
				if err != nil {
					return nil, err
				}
				rows = f.count(&l, a, b)
			}
			counts[l.node] = rows
		}
	}
	var stages []Stage
	plan.Walk(s.root, func(n plan.Node) {
		if !plan.Hidden(n) {
			stages = append(stages, Stage{n, counts[n]})
		}
	})
	return stages, nil
}
