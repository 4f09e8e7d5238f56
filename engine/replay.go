package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/engine/replay"
	"casebook/engine/syntax"
)

// ReplayOptions say what of the past a rule is replayed over.
type ReplayOptions struct {
	// Span bounds the events that are looked at. Every tick whose window holds one of them runs.
	Span Window
	// AsOf is the last instant at which a tick may run, in ticks; 0 for no end.
	AsOf   int64
	Limits function.Limits // the zero value is function.DefaultLimits
	Budget time.Duration   // how long the replay may take; 0 for as long as it likes
	Memory int64           // how many bytes it may take beyond those in use at its start; 0 for as many as it likes
	// Only are the stretches of ticks (From, To] to run, ascending and apart; nil for all. A report over some ticks says clean
	// where they gave nothing: whether there was anything to look at is for Covered to say.
	Only []Window
	// MaxHits ends a replay that gives more, as partial; 0 for no end.
	MaxHits int
	// EveryRun puts runs without a row into the report too. (Those with rows, or that are not clean, always are.)
	EveryRun bool
}

// RuleRun is one run of a rule.
type RuleRun struct {
	Rule     string
	Tick     int64
	Window   Window
	Outcome  Outcome
	Rows     int
	Events   int // in the window, of the rule's tables
	Stages   []Stage
	Warnings []function.Warning
	Err      string
}

// Report is how a replay of a rule ended.
type Report struct {
	Rule    *Rule
	Outcome Outcome
	Reason  string // of every outcome but hit and clean, in words
	// Err is the mistake in a rule that could not be read, with its places (syntax.Errors).
	Err      error
	Runs     []RuleRun // with rows, or not clean
	Ticks    int       // runs in all
	Hits     int
	Events   int // in the span, of the rule's tables
	Span     Window
	Newest   int64 // tick of the newest hit
	Warnings []function.Warning
	Notices  []string
	// Ran are the stretches of ticks (From, To] that ran.
	Ran []Window
	// Left are those that the budget or the memory left no room for: all before them was answered.
	Left []Window
	// Crowded is that the replay ended because the program took more memory than the rule may.
	Crowded bool
	// Quiet is that the rule fires on windows without events: what it gives depends on where the loaded time ends.
	Quiet bool
	// Cover is how far the events of the span carry what the rule asks about; nil where that was not looked at.
	Cover *Cover
}

// Cover is how far events carry what a rule asks about.
type Cover struct {
	Events   int
	Carrying int      // events with every field that the rule needs, as far as columns tell
	Missing  []string // fields without which the rule gives nothing, and which no event carries
	Unsure   []string // fields that none of MostLooked events carries, where there are more events
}

// MostLooked is how many events are looked into for fields that nothing but their records tells of. It bounds the time that takes, but is no time:
// how a rule ends does not depend on how busy the machine is.
const MostLooked = 1_000_000

// Covered looks at the events of a span.
func (q *Query) Covered(ctx context.Context, src exec.Source, span Window) (*Cover, error) {
	return q.CoveredOf(ctx, src, span, MostLooked)
}

// CoveredOf is Covered that looks into so many records at the most; those fields that only records tell of count as carried otherwise.
func (q *Query) CoveredOf(ctx context.Context, src exec.Source, span Window, most int) (*Cover, error) {
	c, err := replay.Covered(ctx, src, q.Plan, span.From, span.To, most)
	if err != nil {
		return nil, err
	}
	return &Cover{c.Events, c.Carrying, c.Missing, c.Unsure}, nil
}

// Warnings say what was not looked at.
func (c *Cover) Warnings() []function.Warning {
	if len(c.Unsure) == 0 {
		return nil
	}
	return []function.Warning{{Text: fmt.Sprintf("%s was not looked for in an event, since none of %d others carries it", strings.Join(c.Unsure, ", "), MostLooked), Count: c.Events - MostLooked}}
}

// Replay runs a rule's schedule over past events and gives each hit to yield, in the order of ticks and rows. A rule that
// cannot run is no error: the report says why.
func Replay(ctx context.Context, rule *Rule, src exec.Source, opt ReplayOptions, yield func(Hit) error) (*Report, error) {
	report := &Report{Rule: rule, Span: opt.Span}
	if rule.State != "" {
		report.end(OutcomeUnsupported, strings.TrimPrefix(rule.State, "unsupported: "))
		return report, nil
	}
	limited, cancel := withBudget(ctx, opt.Budget)
	defer cancel()
	q, err := rule.Parse(limited, src)
	if err != nil {
		return report, report.unread(ctx, overBudget(limited, err, opt.Budget, opt.Memory), &opt)
	}
	report.Notices = q.Notices
	if rule.Every <= 0 {
		report.end(OutcomeUnsupported, "the rule has no schedule: give it an interval (every)")
		return report, nil
	}
	r := &replaying{query: q, rule: rule, opt: opt, report: report, yield: yield}
	err = r.run(ctx, limited, src)
	var fault *exec.Fault
	if errors.As(err, &fault) { // the rule's alone
		report.end(OutcomeFailed, err.Error())
		return report, nil
	}
	return report, err
}

// job is the schedule of a rule over the past.
func (o *ReplayOptions) job(rule *Rule) replay.Job {
	lookback := rule.Lookback
	if lookback <= 0 {
		lookback = rule.Every
	}
	job := replay.Job{
		Every: ticks(rule.Every), Lookback: ticks(lookback), From: o.Span.From, To: o.Span.To, Until: o.AsOf,
		Limits: o.Limits, Fires: rule.Trigger.fires, All: o.EveryRun,
	}
	for _, w := range o.Only {
		job.Only = append(job.Only, replay.Stretch{From: w.From, To: w.To})
	}
	return job
}

// Parse reads a rule's query, with places in the file that the rule is from.
func (r *Rule) Parse(ctx context.Context, catalog plan.Catalog) (*Query, error) {
	name := r.File
	if name == "" {
		name = r.ID
	}
	file := &syntax.File{Name: name, Text: r.Query, Line: r.Line, Column: r.Column, Indent: r.Indent, Added: r.Added}
	for i := range r.Functions {
		r.Functions[i].behind(file)
	}
	return Parse(ctx, r.Language, file, catalog, nil)
}

// replaying is a replay at work.
type replaying struct {
	query  *Query
	rule   *Rule
	opt    ReplayOptions
	report *Report
	yield  func(Hit) error
	failed error // what yield gave back
	// mistakes are what is wrong with the query in windows whose events lack something it asks for.
	mistakes mistakes
}

// run replays within the limits of one context; what is to be told of the past beyond that, within the other.
func (r *replaying) run(ctx, limited context.Context, src exec.Source) (err error) {
	defer faultless(&err)
	job := r.opt.job(r.rule)
	job.Plan = r.query.Plan
	if r.query.Found {
		job.Open = func(ctx context.Context, answers []*column.Batch) (root, asks plan.Node, err error) {
			return r.query.after(ctx, src, answers)
		}
	}
	limited, done := withMemory(limited, r.opt.Memory)
	defer done()
	sum, err := replay.Run(limited, src, job, r.tick)
	report := r.report
	report.Ticks, report.Events, report.Warnings, report.Quiet = sum.Ticks, sum.Events, sum.Warnings, sum.Quiet
	for _, s := range sum.Ran {
		report.Ran = append(report.Ran, Window{s.From, s.To})
	}
	report.Warnings = append(report.Warnings, r.mistakes.warnings()...)
	err = overBudget(limited, err, r.opt.Budget, r.opt.Memory)
	switch {
	case r.failed != nil:
		return r.failed
	case Partial(err):
		report.Crowded = errors.Is(err, errMemory)
		var limit *function.LimitError
		for _, s := range sum.Left {
			if !errors.As(err, &limit) { // which it would run into again
				report.Left = append(report.Left, Window{s.From, s.To})
			}
		}
		report.end(OutcomePartial, err.Error())
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		report.end(OutcomeFailed, err.Error())
	case report.Outcome == OutcomePartial:
	case report.Hits > 0:
		report.Outcome = OutcomeHit
	case r.opt.Only != nil:
		report.Outcome = OutcomeClean
	case sum.Ticks == 0:
		report.end(OutcomeNoData, r.query.Silence())
	case sum.Ticks == r.mistakes.runs:
		report.end(r.mistakes.outcome(), r.mistakes.words[0]+" in any window")
	default:
		report.Outcome = OutcomeClean
		if report.Cover, err = r.query.Covered(ctx, src, r.opt.Span); err != nil {
			return err
		}
		report.Warnings = append(report.Warnings, report.Cover.Warnings()...)
		if missing := report.Cover.Missing; len(missing) > 0 {
			report.end(OutcomeNoData, "no event carries "+strings.Join(missing, ", "))
		}
	}
	return nil
}

func (r *replaying) tick(t replay.Tick) error {
	run := RuleRun{Rule: r.rule.ID, Tick: t.At, Window: Window{t.From, t.To}, Events: t.Events}
	if mistake := (*replay.Mistake)(nil); errors.As(t.Err, &mistake) {
		r.mistaken(&run, mistake.Err)
		return nil
	}
	if t.Err != nil {
		run.Outcome, run.Err = OutcomePartial, t.Err.Error()
		r.report.Runs = append(r.report.Runs, run)
		r.report.end(OutcomePartial, t.Err.Error())
		return nil
	}
	run.Outcome, run.Rows = OutcomeClean, t.Rows
	if t.Result == nil { // so many rows do not set it off
		r.report.Runs = append(r.report.Runs, run)
		return nil
	}
	run.Stages, run.Warnings = r.query.stages(t.Result.Stages), t.Result.Warnings
	fires := r.rule.Trigger.fires(run.Rows)
	if fires {
		run.Outcome = OutcomeHit
	}
	r.report.Runs = append(r.report.Runs, run)
	if !fires {
		return nil
	}
	r.report.Newest = t.At
	return r.hits(t)
}

// hits gives each row as a hit. A trigger that fires on no rows at all makes one hit without columns or row.
func (r *replaying) hits(t replay.Tick) error {
	columns := cmp.Or(t.Plan, r.query.Plan).Schema()
	for i := range max(t.Result.Batch.Len, 1) {
		if r.opt.MaxHits > 0 && r.report.Hits >= r.opt.MaxHits {
			return &function.LimitError{What: "hits", Limit: r.opt.MaxHits}
		}
		h := Hit{
			Rule: r.rule.ID, Tick: t.At, Window: Window{t.From, t.To}, Index: i,
			OverCap: r.rule.MaxAlerts > 0 && i >= r.rule.MaxAlerts,
		}
		if t.Result.Batch.Len > 0 {
			h.Columns = columns
			for _, v := range t.Result.Batch.Columns {
				h.Row = append(h.Row, v.Value(i))
			}
			if t.Result.Events != nil {
				h.Events = slices.Clone(known(t.Result.Events[i])) // which are in room that the next stretch is written to
			}
		}
		r.report.Hits++
		if r.failed = r.yield(h); r.failed != nil {
			return r.failed
		}
	}
	return nil
}

func (r *Report) end(o Outcome, reason string) { r.Outcome, r.Reason = o, reason }

// fires tells whether a number of result rows sets the rule off.
func (t Trigger) fires(rows int) bool {
	switch t.Operator {
	case "lt":
		return rows < t.Threshold
	case "eq":
		return rows == t.Threshold
	case "ne":
		return rows != t.Threshold
	case "gt":
		return rows > t.Threshold
	}
	return rows > 0
}

func ticks(d time.Duration) int64 { return int64(d) / 100 }

// Silence is why a query had nothing to look at.
func (q *Query) Silence() string {
	tables := q.EventTables()
	if len(tables) == 0 && len(q.Absent) > 0 {
		return syntax.Lacking{Tables: q.Absent}.String()
	}
	return "no event of " + strings.Join(tables, ", ")
}
