package replay

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
)

// A plan may depend on what its windows hold: columns that are found in data (KQL's bag_unpack) are those of each run's own window. Such a
// plan is open. What it asks of its windows is replayed first, over some ticks; those in a row that answer alike have one plan, which is
// replayed over them, or asks further. So events are read once for what is asked and once for each plan, and not for each tick.

// Opening gives the plan of windows that answered so, or what it asks of them next. Its error is a *Mistake where the answers leave no plan.
type Opening func(ctx context.Context, answers []*column.Batch) (root, asks plan.Node, err error)

// Mistake is what is wrong with a query over the events of a window.
type Mistake struct{ Err error }

func (m *Mistake) Error() string { return m.Err.Error() }
func (m *Mistake) Unwrap() error { return m.Err }

const (
	// mostAsked is how many ticks are asked before those are answered, unless they have many events before: a replay that is stopped is to
	// have asked for little that it did not come to.
	mostAsked = 512
	// mostPlans bounds the plans that are kept: windows may answer differently each.
	mostPlans = 256
)

// plans are those of an open plan, by the answers.
type plans map[string]opened

type opened struct {
	root, asks plan.Node
	err        error
}

func (p plans) of(ctx context.Context, job *Job) opened {
	if known, ok := p[job.answered]; ok {
		return known
	}
	var o opened
	o.root, o.asks, o.err = job.Open(ctx, job.answers)
	if mistake := (*Mistake)(nil); len(p) < mostPlans && (o.err == nil || errors.As(o.err, &mistake)) {
		p[job.answered] = o
	}
	return o
}

// with is the job over windows that gave one answer more.
func (job Job) with(answer *column.Batch) Job {
	job.answers = append(slices.Clone(job.answers), answer)
	job.answered += printed(answer)
	return job
}

func printed(answer *column.Batch) string {
	var cells []any
	for _, v := range answer.Columns {
		for i := range answer.Len {
			cells = append(cells, v.Value(i))
		}
	}
	return fmt.Sprintf("%d %#v\n", answer.Len, text(cells))
}

// text prints objects by what is in them.
func text(v any) any {
	switch v := v.(type) {
	case *column.Object:
		list := make([]any, len(v.Keys))
		for i, k := range v.Keys {
			list[i] = []any{k, text(v.Values[i])}
		}
		return list
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = text(v[i])
		}
		return list
	}
	return v
}

// open runs a job whose plan is open.
func open(ctx context.Context, src exec.Source, job Job, yield func(Tick) error) (Summary, error) {
	a := &asking{ctx: ctx, src: src, job: job, plans: plans{}, yield: yield}
	quiet, err := a.silence(job)
	if err != nil {
		return Summary{Left: job.Stretches()}, err
	}
	sum, err := a.run(job, quiet)
	sum.Quiet = quiet
	return sum, err
}

// asking is a replay of an open plan.
type asking struct {
	ctx   context.Context
	src   exec.Source
	job   Job
	plans plans
	yield func(Tick) error
}

// silence tells whether the plan of a window without events fires on it.
func (a *asking) silence(job Job) (bool, error) {
	at := max(job.From, 1)
	for {
		o := a.plans.of(a.ctx, &job)
		if mistake := (*Mistake)(nil); errors.As(o.err, &mistake) {
			return false, nil
		}
		if o.err != nil {
			return false, o.err
		}
		if o.asks == nil {
			job.Plan, job.Open, job.Only = o.root, nil, []Stretch{}
			sum, err := Run(a.ctx, a.src, job, a.yield)
			return sum.Quiet, err
		}
		answer, err := exec.Run(a.ctx, o.asks, a.src, exec.Options{AsOf: at, From: at, To: at, Limits: job.Limits})
		if err != nil {
			return false, err
		}
		job = job.with(answer.Batch)
	}
}

// run replays a job as far as its answers tell its plan, or asks its windows.
func (a *asking) run(job Job, quiet bool) (Summary, error) {
	o := a.plans.of(a.ctx, &job)
	if mistake := (*Mistake)(nil); errors.As(o.err, &mistake) {
		return a.unread(job, mistake)
	}
	if o.err != nil {
		return Summary{Left: job.Stretches()}, o.err
	}
	if o.asks == nil {
		job.Plan, job.Open = o.root, nil
		return Run(a.ctx, a.src, job, func(t Tick) error {
			t.Plan = o.root
			return a.yield(t)
		})
	}
	g := &alike{asking: a, job: job, quiet: quiet}
	job.Plan, job.Open, job.plain = o.asks, nil, true
	job.Fires = func(int) bool { return quiet }
	sum, err := Run(a.ctx, a.src, job, g.take)
	if err == nil {
		err = g.answer()
	}
	g.sum.Events = sum.Events
	if err != nil {
		g.sum.Left = append(append(g.sum.Left, g.ticks...), sum.Left...)
	}
	return g.sum, err
}

// unread tells of every tick of a job that its windows leave it no plan.
func (a *asking) unread(job Job, m *Mistake) (sum Summary, err error) {
	for i, s := range job.Stretches() {
		for at := s.From + job.Every; at <= s.To; at += job.Every {
			if err := a.yield(Tick{At: at, From: at - job.Lookback, To: at, Err: m}); err != nil {
				sum.Left = append([]Stretch{{at - job.Every, s.To}}, job.Stretches()[i+1:]...)
				return sum, err
			}
			sum.ran(at, job.Every)
		}
	}
	return sum, nil
}

// alike are ticks in a row whose windows answer alike.
type alike struct {
	*asking
	job     Job
	quiet   bool
	said    *column.Batch
	printed string
	ticks   []Stretch
	n       int
	events  int64 // about so many in their windows together
	sum     Summary
}

// take takes a tick that was asked. One that ran into a limit has no answer.
func (g *alike) take(t Tick) error {
	if t.Err != nil {
		if err := g.answer(); err != nil {
			return err
		}
		g.sum.ran(t.At, g.job.Every)
		return g.yield(t)
	}
	said := printed(t.Result.Batch)
	if g.n > 0 && (g.n == mostAsked || g.events > manyEvents || said != g.printed) {
		if err := g.answer(); err != nil {
			return err
		}
	}
	g.said, g.printed = t.Result.Batch, said
	if last := len(g.ticks) - 1; last >= 0 && g.ticks[last].To == t.At-g.job.Every {
		g.ticks[last].To = t.At
	} else {
		g.ticks = append(g.ticks, Stretch{t.At - g.job.Every, t.At})
	}
	g.n++
	g.events += int64(float64(t.Events) * min(1, float64(g.job.Every)/float64(g.job.Lookback)))
	return nil
}

// answer replays the ticks that were asked and are not answered yet.
func (g *alike) answer() error {
	if g.n == 0 {
		return nil
	}
	job := g.job.with(g.said)
	job.Only = g.ticks
	g.ticks, g.n, g.events = nil, 0, 0
	sum, err := g.run(job, g.quiet)
	g.sum.Ticks += sum.Ticks
	for _, s := range sum.Ran {
		g.sum.joins(s)
	}
	g.sum.Left = append(g.sum.Left, sum.Left...)
	g.sum.warns(sum.Warnings)
	return err
}
