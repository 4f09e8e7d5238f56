package exec

import (
	"context"
	"fmt"
	"math"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Options say how a plan is run.
type Options struct {
	AsOf int64 // NOW(), in ticks
	// From and To bound every scan's time column, half open; both zero for no bounds.
	From, To int64
	Lineage  bool
	Limits   function.Limits // the zero value is DefaultLimits
	// Counts asks for the true number of rows of every stage, whatever the source was asked to leave out.
	Counts bool
	// Whole reads every column and pushes nothing down to the source: the plain reading of the plan, for tests.
	Whole bool
}

// Result is what a run gave.
type Result struct {
	Batch    *column.Batch
	Events   [][]int64 // a row's event ids, ascending, when lineage was asked for
	Stages   []Stage   // in the order in which data flows
	Warnings []function.Warning
	From     int64 // the earliest time that a scan was asked for; math.MinInt64 where one was asked for all there is
}

// Stage is a node that the user wrote and how many rows came out of it.
type Stage struct {
	Node plan.Node
	Rows int
}

// Run runs a plan over a source. A query that runs into a limit ends with a *function.LimitError.
func Run(ctx context.Context, root plan.Node, src Source, opt Options) (*Result, error) {
	env := &function.Env{Context: ctx, AsOf: opt.AsOf, Limits: opt.Limits}
	r := newRun(env, src, opt)
	defer r.close()
	if !opt.Whole {
		r.once = true
		var err error
		if stopped := Beside(ctx, func() { r.needs, err = needed(root, nil), r.push(root) }); stopped != nil {
			return nil, stopped
		}
		if err != nil {
			return nil, err
		}
	}
	return r.result(root)
}

// run is one run of one plan.
type run struct {
	*evaluator
	src    Source
	opt    Options
	pushed map[*plan.Scan]*pushdown
	shared map[*plan.Shared]*batch
	counts map[plan.Node]int
	needs  needs // nil when every column is wanted
	once   bool  // over one window: what was read of it for many is read once
	// given are the rows that an Apply hands to its body.
	given map[*plan.Given]*batch
	// fed are the rows of a replay's window.
	fed map[*feed]*batch
	// groupers are kept from tick to tick of a replay, by their nodes; nil when there is only one run.
	groupers map[*plan.Aggregate]*grouper
	// panes are those of a replay's stretch; nil where each row's events are asked for.
	panes map[*plan.Aggregate]*paned
	// scans are the scanners that were opened.
	scans []*scanned
}

// close closes the scanners that were not read to their end: below a limit, or where something failed.
func (r *run) close() {
	for _, s := range r.scans {
		s.close()
	}
}

func newRun(env *function.Env, src Source, opt Options) *run {
	if env.Limits == (function.Limits{}) {
		env.Limits = function.DefaultLimits
	}
	if opt.From == 0 && opt.To == 0 {
		opt.From, opt.To = math.MinInt64, math.MaxInt64
	}
	r := &run{
		evaluator: newEvaluator(env), src: src, opt: opt,
		pushed: map[*plan.Scan]*pushdown{}, shared: map[*plan.Shared]*batch{}, counts: map[plan.Node]int{},
		given: map[*plan.Given]*batch{},
	}
	r.evaluator.table = r.table
	return r
}

func (r *run) result(root plan.Node) (*Result, error) {
	res, err := r.rows(root)
	if err != nil {
		return nil, err
	}
	if r.opt.Counts {
		if err := r.recount(root); err != nil {
			return nil, err
		}
	}
	res.Warnings = r.env.Warnings()
	res.From = r.from(root)
	plan.Walk(root, func(n plan.Node) {
		if !plan.Hidden(n) {
			res.Stages = append(res.Stages, Stage{n, r.counts[n]})
		}
	})
	return res, nil
}

// rows are the rows of a plan alone, and where they come from if that is wanted.
func (r *run) rows(root plan.Node) (*Result, error) {
	all, err := r.table(root)
	if err != nil {
		return nil, err
	}
	res := &Result{Batch: &column.Batch{Len: all.Len, Columns: make([]*column.Vector, len(all.Columns))}}
	for i, f := range root.Schema() {
		if res.Batch.Columns[i], err = r.valued(all.Columns[i], f.Type); err != nil {
			return nil, err
		}
	}
	if r.opt.Lineage {
		res.Events = all.origins()
	}
	return res, nil
}

// from is the earliest time that the scans below a node ask for.
func (r *run) from(root plan.Node) int64 {
	from := int64(math.MaxInt64)
	plan.Walk(root, func(n plan.Node) {
		if s, ok := n.(*plan.Scan); ok {
			asked := r.opt.From
			if d := r.pushed[s]; d != nil {
				asked = max(asked, d.from)
			}
			from = min(from, asked)
		}
	})
	if from == math.MaxInt64 {
		return math.MinInt64
	}
	return from
}

// stream gives batches until nil. A batch may be empty.
type stream interface{ next() (*batch, error) }

// mostHeld is how many rows a table has that must be there whole. A table that stands in itself twice, and so on, has more than can be
// counted, and costs no memory where nobody reads its columns.
const mostHeld = 100_000_000

// table is all the rows of a node.
func (r *run) table(n plan.Node) (*batch, error) {
	parts, err := r.parts(n)
	if err != nil {
		return nil, err
	}
	rows := 0
	for _, p := range parts {
		if rows += p.Len; rows > mostHeld {
			return nil, &function.LimitError{What: "rows of one table", Limit: mostHeld}
		}
	}
	var all *batch
	if stopped := r.overMany(rows, func() { all, err = concat(r.env.Context, n.Schema(), parts) }); stopped != nil {
		return nil, stopped
	}
	return all, err
}

// parts is all the rows of a node as they come.
func (r *run) parts(n plan.Node) ([]*batch, error) {
	in, err := r.open(n)
	if err != nil {
		return nil, err
	}
	return drain(in)
}

func drain(in stream) ([]*batch, error) {
	var parts []*batch
	for {
		b, err := in.next()
		if err != nil {
			return nil, err
		}
		if b == nil {
			return parts, nil
		}
		if b.Len > 0 {
			parts = append(parts, b)
		}
	}
}

// open makes the stream of a node, counting its rows.
func (r *run) open(n plan.Node) (stream, error) {
	s, err := r.operator(n)
	if err != nil {
		return nil, err
	}
	return &counted{stream: s, run: r, node: n}, nil
}

func (r *run) operator(n plan.Node) (stream, error) {
	switch n := n.(type) {
	case *plan.Aggregate:
		return r.aggregate(n)
	case *plan.Apply:
		return r.apply(n)
	case *plan.Expand:
		return r.expand(n)
	case *plan.Extract:
		return r.extract(n)
	case *plan.Filter:
		return r.filter(n)
	case *feed:
		b := r.fed[n]
		if !r.opt.Lineage {
			b = &batch{Batch: column.Batch{Len: b.Len, Columns: b.Columns}}
		}
		return &listed{parts: []*batch{b}}, nil
	case *plan.Given:
		return &listed{parts: []*batch{r.given[n]}}, nil
	case *plan.Join:
		return r.join(n)
	case *plan.Limit:
		return r.limit(n)
	case *plan.MakeSeries:
		return r.makeSeries(n)
	case *plan.Project:
		return r.project(n)
	case *plan.Rows:
		b := &batch{Batch: *n.Batch}
		if !r.opt.Lineage {
			b.Events = nil
		}
		return &listed{parts: []*batch{b}}, nil
	case *plan.Scan:
		return r.scan(n)
	case *plan.Shared:
		return r.openShared(n)
	case *plan.Sort:
		return r.sort(n)
	case *plan.Steps:
		return r.steps(n)
	case *plan.Union:
		return r.union(n)
	case *plan.Windowed:
		return r.windowed(n)
	}
	return nil, fmt.Errorf("cannot run a stage of type %T", n)
}

// counted counts the rows of a node and stops when the query is cancelled.
type counted struct {
	stream
	run  *run
	node plan.Node
}

func (c *counted) next() (*batch, error) {
	if err := c.run.env.Context.Err(); err != nil {
		return nil, err
	}
	b, err := c.stream.next()
	if b != nil {
		c.run.counts[c.node] += b.Len
	}
	return b, err
}

// listed streams batches that are there already.
type listed struct{ parts []*batch }

func (l *listed) next() (*batch, error) {
	if len(l.parts) == 0 {
		return nil, nil
	}
	b := l.parts[0]
	l.parts = l.parts[1:]
	return b, nil
}

// once streams the one batch that a function makes, when it is asked for.
type once struct {
	make func() (*batch, error)
	done bool
}

func (o *once) next() (*batch, error) {
	if o.done {
		return nil, nil
	}
	o.done = true
	return o.make()
}

// mapped changes each batch of a stream.
type mapped struct {
	in stream
	f  func(*batch) (*batch, error)
}

func (m *mapped) next() (*batch, error) {
	b, err := m.in.next()
	if b == nil || err != nil {
		return nil, err
	}
	return m.f(b)
}

// each is a node that changes one batch at a time.
func (r *run) each(input plan.Node, f func(*batch) (*batch, error)) (stream, error) {
	in, err := r.open(input)
	if err != nil {
		return nil, err
	}
	return &mapped{in, f}, nil
}

// whole is a node that makes one batch of its whole input.
func (r *run) whole(input plan.Node, f func(*batch) (*batch, error)) (stream, error) {
	return &once{make: func() (*batch, error) {
		b, err := r.table(input)
		if err != nil {
			return nil, err
		}
		return f(b)
	}}, nil
}
