// Package replay runs a plan on a schedule over past events, as the SIEM would have.
//
// A job has an interval and a look-back. Its ticks are the multiples of the interval since the epoch; the window of a
// tick t is [t - look-back, t), and NOW() is t. Every tick whose window holds at least one event of the plan's tables
// runs, and no other, unless silence itself fires.
//
// Events are read forward, each once, a stretch of time after the other. A stretch is the first window that is not answered yet and about as many
// events behind it, but some ten thousands at least. So what is in memory depends on how many events a window holds, and not on how
// many the store does. exec.Slices says what is computed once for a stretch and what at each tick. Which events made a row, and how many
// rows each stage gave, is only asked for where there is a row.
package replay

import (
	"context"
	"errors"
	"math"
	"slices"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Job is a plan with its schedule. Every and Lookback are in ticks of 100 ns and positive.
type Job struct {
	Plan plan.Node
	// Open gives the plan where it depends on what a window holds; nil for Plan.
	Open            Opening
	Every, Lookback int64
	// From and To bound the events that are looked at, half open.
	From, To int64
	// Until is the last instant at which a tick may run; 0 for no end.
	Until  int64
	Limits function.Limits
	// Only are the stretches of ticks to run, ascending and apart; nil for all.
	Only []Stretch
	// Fires tells whether a run of so many rows is one to report; nil for any rows at all. All reports every run.
	Fires func(rows int) bool
	All   bool

	answers  []*column.Batch // of all its windows, to what an open plan asked
	answered string          // they, printed
	plain    bool            // every run is yielded, with its rows alone
}

// Stretch is the ticks of (From, To].
type Stretch struct{ From, To int64 }

// Tick is one run of a job.
type Tick struct {
	At       int64
	From, To int64
	Events   int // in the window
	// Result has lineage and stage counts. It is nil of a run that has rows and yet is not one to report.
	Result *exec.Result
	Rows   int
	Plan   plan.Node // that gave them, where it is the window's own
	// Err is what ended the run early, a limit, or a *Mistake.
	Err error
}

// Summary is what a whole replay saw.
type Summary struct {
	Ticks    int // that ran
	Events   int // in the span
	Warnings []function.Warning
	// Ran are the stretches of ticks that ran, each from an interval before its first tick to its last.
	Ran []Stretch
	// Left are the stretches of ticks that an error kept from running; what went before was answered.
	Left []Stretch
	// Quiet is that the plan fires on a window without events, so that such windows ran too.
	Quiet bool
}

// What a stretch costs beyond its rows, and its first window, which lies in the stretch before too, is to be paid for many windows together: behind
// its first window a stretch has so many events, or as many as there are in it if those are more. How long that takes is not known
// before, and looked at for some time at once.
const (
	firstStretch = column.Day
	manyEvents   = 64 << 10
)

// Run replays a job, calling yield for every tick that has rows, is to be reported or ran into a limit, in order.
func Run(ctx context.Context, src exec.Source, job Job, yield func(Tick) error) (Summary, error) {
	if job.Open != nil {
		return open(ctx, src, job, yield)
	}
	r, err := start(ctx, src, job, yield)
	if err == nil {
		err = r.run()
	}
	r.sum.Warnings = r.env.Warnings()
	return r.sum, err
}

func start(ctx context.Context, src exec.Source, job Job, yield func(Tick) error) (*replay, error) {
	r := &replay{ctx: ctx, job: job, yield: yield, env: &function.Env{Context: ctx, Limits: job.Limits}}
	if r.env.Limits == (function.Limits{}) {
		r.env.Limits = function.DefaultLimits
	}
	if r.job.Fires == nil {
		r.job.Fires = func(rows int) bool { return rows > 0 }
	}
	var err error
	if r.slices, err = exec.NewSlices(ctx, job.Plan, src, r.env.Limits); err != nil {
		r.sum.Left = job.Stretches()
		return r, err
	}
	r.slices.Grain = common(job.Every, job.Lookback)
	return r, nil
}

type replay struct {
	ctx    context.Context
	env    *function.Env
	job    Job
	slices *exec.Slices
	yield  func(Tick) error
	sum    Summary
	next   int64 // the first tick that is not answered
}

// Stretches are those of the ticks to run.
func (job *Job) Stretches() []Stretch {
	if job.From >= job.To {
		return nil
	}
	first, end := after(job.From, job.Every), after(job.To-1, job.Every)
	if job.Lookback > job.Every {
		end = floor(job.To-1+job.Lookback, job.Every) * job.Every
	}
	if job.Until != 0 {
		end = min(end, floor(job.Until, job.Every)*job.Every)
	}
	only := job.Only
	if only == nil {
		only = []Stretch{{first - job.Every, end}}
	}
	var list []Stretch
	for _, o := range only {
		if from, to := max(first, after(o.From, job.Every)), min(end, floor(o.To, job.Every)*job.Every); from <= to {
			list = append(list, Stretch{from - job.Every, to})
		}
	}
	return list
}

func (r *replay) run() error {
	if r.job.From >= r.job.To {
		return nil
	}
	err := r.listen()
	for _, s := range r.job.Stretches() {
		if r.next = s.From + r.job.Every; err == nil {
			err = r.ticks(r.next, s.To)
		}
		if err != nil && r.next <= s.To {
			r.sum.Left = append(r.sum.Left, Stretch{r.next - r.job.Every, s.To})
		}
	}
	return err
}

// listen finds out whether silence itself fires: a rule for fewer than five requests, or for a count that is nought.
func (r *replay) listen() error {
	env := &function.Env{Context: r.ctx, Limits: r.env.Limits}
	at := r.job.From
	if at == 0 {
		at = 1 // a window from 0 to 0 stands for all there is
	}
	if err := r.slices.Fill(env, at, at); err != nil {
		return err
	}
	res, err := r.slices.Run(env, at, at, at, false)
	if err != nil {
		if isLimit(err) {
			return nil // so will every run be
		}
		return err
	}
	r.sum.Quiet = r.job.Fires(res.Batch.Len)
	return nil
}

// ticks runs the ticks of [tick, end].
func (r *replay) ticks(tick, end int64) error {
	job := r.job
	length := max(firstStretch, job.Every)
	for tick <= end {
		last := min(floor(tick+length, job.Every)*job.Every, end)
		from := max(tick-job.Lookback, job.From)
		if err := r.slices.Look(r.env, from, min(last, job.To)); err != nil {
			return err
		}
		// The events of the stretch that are behind the window of its first tick, and how many there may be.
		events := func(last int64) int { return r.slices.Events(max(from, tick), min(last, job.To)) }
		most := max(manyEvents, r.slices.Events(from, min(tick, job.To)))
		for n := events(last); n > most && last > tick; n = events(last) {
			last = tick + floor(last-tick, 2*job.Every)*job.Every
			length = max(last-tick, job.Every)
		}
		to := min(last, job.To)
		if err := r.slices.Fill(r.env, from, to); err != nil {
			return err
		}
		r.sum.Events += r.slices.Events(max(from, tick-job.Every), to)
		if err := r.stretch(tick, last); err != nil {
			return err
		}
		if events(last) < most/2 && length < math.MaxInt64/4 {
			length *= 2
		}
		tick = last + job.Every
		r.next = tick
	}
	return nil
}

// stretch runs the ticks of [tick, last].
func (r *replay) stretch(tick, last int64) error {
	for tick <= last {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		from, to := max(tick-r.job.Lookback, r.job.From), min(tick, r.job.To)
		next, ok := r.slices.Next(from)
		switch silent := !ok || next >= to; {
		case silent && r.sum.Quiet && tick-r.job.Lookback >= r.job.From && tick <= r.job.To:
			// The whole window lies in the time that was loaded, and nothing in it.
		case silent && r.sum.Quiet:
			tick += r.job.Every
			continue
		case !ok:
			return nil
		case silent:
			tick = after(next, r.job.Every)
			continue
		}
		r.next = tick
		if err := r.tick(tick, from, to); err != nil {
			return err
		}
		tick += r.job.Every
		r.next = tick
	}
	return nil
}

func (r *replay) tick(at, from, to int64) error {
	t := Tick{At: at, From: at - r.job.Lookback, To: at}
	res, err := r.slices.Run(r.env, at, from, to, false)
	if err == nil && r.job.plain {
		t.Result, t.Rows, t.Events = res, res.Batch.Len, r.slices.Events(from, to)
		r.sum.ran(at, r.job.Every)
		return r.yield(t)
	}
	if err == nil && !r.job.All && !r.job.Fires(res.Batch.Len) {
		r.sum.ran(at, r.job.Every)
		if t.Rows = res.Batch.Len; t.Rows == 0 {
			return nil
		}
		t.Events = r.slices.Events(from, to)
		return r.yield(t)
	}
	if err == nil {
		// Warnings of this one run are this run's own.
		env := &function.Env{Context: r.ctx, Limits: r.env.Limits}
		if t.Result, err = r.slices.Run(env, at, from, to, true); err == nil {
			t.Rows = t.Result.Batch.Len
		}
	}
	if err != nil && !isLimit(err) {
		return err
	}
	t.Err, t.Events = err, r.slices.Events(from, to)
	r.sum.ran(at, r.job.Every)
	return r.yield(t)
}

// ran notes that a tick was answered.
func (s *Summary) ran(at, every int64) {
	s.Ticks++
	s.joins(Stretch{at - every, at})
}

// joins adds a stretch of ticks that ran.
func (s *Summary) joins(ran Stretch) {
	if n := len(s.Ran) - 1; n >= 0 && s.Ran[n].To == ran.From {
		s.Ran[n].To = ran.To
	} else {
		s.Ran = append(s.Ran, ran)
	}
}

// warns adds warnings to those of the same words.
func (s *Summary) warns(list []function.Warning) {
	for _, w := range list {
		if i := slices.IndexFunc(s.Warnings, func(have function.Warning) bool { return have.Text == w.Text }); i >= 0 {
			s.Warnings[i].Count += w.Count
		} else {
			s.Warnings = append(s.Warnings, w)
		}
	}
}

func isLimit(err error) bool {
	var limit *function.LimitError
	return errors.As(err, &limit)
}

// after is the first multiple of every that is greater than t.
func after(t, every int64) int64 { return (floor(t, every) + 1) * every }

// floor is a / b rounded towards minus infinity.
func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// common is the greatest number that divides both.
func common(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
