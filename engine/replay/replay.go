// Package replay runs a plan on a schedule over past events, as the SIEM would have.
//
// A job has an interval and a look-back. Its ticks are the multiples of the interval since the epoch; the window of a
// tick t is [t - look-back, t), and NOW() is t. Every tick whose window holds at least one event of the plan's tables
// runs, and no other.
//
// The plan is cut in two. The part above each scan that does not ask for the time (filters, projections) gives the same
// rows in every window, so it runs once over a stretch of events in time order. The rest runs at each tick over a slice
// of those rows. Which events made a row is only asked for where there is a row.
package replay

import (
	"context"
	"errors"
	"slices"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Job is a plan with its schedule. Every and Lookback are in ticks of 100 ns and positive.
type Job struct {
	Plan            plan.Node
	Every, Lookback int64
	// From and To bound the ticks that run: From < t <= To.
	From, To int64
	Limits   function.Limits
	Exec     Exec
}

// Exec runs a plan over the events of [from, to). Where rows come straight from events, the batch names them; with
// lineage, events are, a row each, the ids of the events that made it.
type Exec func(env *function.Env, n plan.Node, src exec.Source, from, to int64, lineage bool) (b *column.Batch, events [][]int64, err error)

// Tick is one run of a job.
type Tick struct {
	At       int64
	From, To int64
	// Rows is what the run gave, and Events, a row each, the ids of the events that made them, ascending.
	Rows   *column.Batch
	Events [][]int64
	// Err is a limit that cut the run short; what came before it is in Rows.
	Err *function.LimitError
}

// Summary is what a whole replay saw.
type Summary struct {
	Ticks    int // that ran
	Warnings []function.Warning
	// Missing are the columns of a scan that no event of its table carries, as table.column; it is looked for only when
	// no tick gave a row.
	Missing []string
	// Empty says that no event of the plan's tables lies in the span.
	Empty bool
}

// stretch is how much of the past is read at once, at the least; eight look-backs, when they are longer. It bounds the
// memory of a replay by time, not by the store.
const stretch = column.Day

// Run replays a job, calling yield for every tick that gave rows or ran into a limit, in order.
func Run(ctx context.Context, src exec.Source, job Job, yield func(Tick) error) (Summary, error) {
	var sum Summary
	env := &function.Env{Context: ctx, Limits: job.Limits}
	presence, err := presenceOf(ctx, src, job)
	if err != nil {
		return sum, err
	}
	ticks := presence.ticks(job)
	sum.Empty = len(ticks) == 0
	hits := 0
	span := max(stretch, 8*job.Lookback)
	for len(ticks) > 0 {
		n := 1
		for n < len(ticks) && ticks[n]-ticks[0] < span {
			n++
		}
		part, err := newPart(env, src, job, ticks[0]-job.Lookback, ticks[n-1])
		if err != nil {
			return sum, err
		}
		for _, at := range ticks[:n] {
			if err := ctx.Err(); err != nil {
				return sum, err
			}
			tick, err := part.run(at)
			if err != nil {
				return sum, err
			}
			sum.Ticks++
			if tick.Err != nil || tick.Rows.Len > 0 {
				hits += tick.Rows.Len
				if err := yield(tick); err != nil {
					return sum, err
				}
			}
		}
		ticks = ticks[n:]
	}
	sum.Warnings = env.Warnings()
	if hits == 0 && !sum.Empty {
		sum.Missing, err = missing(ctx, src, job)
	}
	return sum, err
}

// part is a stretch of the replay: the static rows of every scan, and the rest of the plan over them.
type part struct {
	env   *function.Env
	src   exec.Source
	job   Job
	rest  plan.Node
	feeds []*feed
	// timeless plans give the same answer for the same slices, whatever the tick.
	timeless bool
	last     Tick
}

func newPart(env *function.Env, src exec.Source, job Job, from, to int64) (*part, error) {
	rest, feeds := split(job.Plan)
	for _, f := range feeds {
		if err := f.fill(job.Exec, env, src, from, to); err != nil {
			return nil, err
		}
	}
	return &part{env: env, src: src, job: job, rest: rest, feeds: feeds, timeless: !asksTime(rest)}, nil
}

// run is one tick.
func (p *part) run(at int64) (Tick, error) {
	from := at - p.job.Lookback
	same := p.last.Rows != nil && p.timeless
	for _, f := range p.feeds {
		if f.move(from, at) {
			same = false
		}
	}
	tick := Tick{At: at, From: from, To: at}
	if same {
		tick.Rows, tick.Events, tick.Err = p.last.Rows, p.last.Events, p.last.Err
		return tick, nil
	}
	p.env.AsOf = at
	var err error
	tick.Rows, _, err = p.job.Exec(p.env, p.rest, p.src, from, at, false)
	if err == nil && tick.Rows.Len > 0 {
		tick.Rows, tick.Events, err = p.job.Exec(p.env, p.rest, p.src, from, at, true)
	}
	if err != nil && !errors.As(err, &tick.Err) {
		return tick, err
	}
	if tick.Rows == nil {
		tick.Rows = &column.Batch{}
	}
	p.last = tick
	return tick, nil
}

// missing are the columns that a plan needs and no event of the span carries. It reads only until each was seen once.
func missing(ctx context.Context, src exec.Source, job Job) ([]string, error) {
	var names []string
	for _, s := range scans(job.Plan) {
		unseen := slices.Clone(s.Columns)
		scanner, err := src.Scan(ctx, exec.Request{Table: s.Table, Columns: s.Columns, From: job.From - job.Lookback, To: job.To})
		if err != nil {
			return nil, err
		}
		err = each(scanner, func(b *column.Batch) bool {
			unseen = slices.DeleteFunc(unseen, func(name string) bool {
				return carried(b.Columns[slices.Index(s.Columns, name)])
			})
			return len(unseen) > 0
		})
		if err != nil {
			return nil, err
		}
		for _, name := range unseen {
			if name = s.Table + "." + name; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names, nil
}

// carried tells whether any row has a value.
func carried(v *column.Vector) bool {
	for i := range v.Len {
		if !v.IsNull(i) {
			return true
		}
	}
	return false
}
