package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"casebook/engine"
	"casebook/engine/exec"
	"casebook/engine/function"
	"casebook/engine/plan"
	"casebook/store"
	"casebook/tui"
)

// A rule is stale when it has never run, when its text has changed, when it did not come to its end, or when its tables have
// events that it has not seen. Events alone make only those of its ticks stale whose windows they lie in.

// howRun is what was done about a rule.
type howRun int

const (
	runNew howRun = iota
	runStale
	runUnchanged
	runNot // it cannot: its outcome says why
)

// ended is a rule and how it stands.
type ended struct {
	rule     *shelved
	how      howRun
	run      store.Run
	again    int // ticks that ran this time
	part     bool
	went     bool // on where the last run had to stop
	warnings []function.Warning
}

// said is what was done, in words.
func (e *ended) said() string {
	switch {
	case e.how == runUnchanged:
		return "unchanged"
	case e.how == runNot:
		return "not run"
	case e.went:
		return "went on, " + plural(e.again, "run")
	case e.part:
		return plural(e.again, "run") + " again"
	case e.how == runStale:
		return "all runs again"
	}
	return "first"
}

// found is what a detection run gave.
type found struct {
	ended   []*ended
	refused int
	until   int64 // what was asked for as the last instant; 0 for none
}

// detecting is a detection run at work.
type detecting struct {
	db     *store.DB
	events exec.Source // the store's, of which rules after one another may share what they read
	opt    detectOptions
	span   engine.Window
	until  int64
	seen   int64
	last   map[string]store.Run
}

// mostHits is how many hits of one rule are kept: past it the rule says nothing that anyone could look at.
const mostHits = 100_000

// ruleMemory is how much memory a rule may take: many times what the windows of any published rule hold, and less than a
// jump host has.
const ruleMemory = 512 << 20

// replay brings every rule up to date with what is loaded and records what it gave. A rule that cannot run says so and keeps
// no other from running.
func (a *app) replay(ctx context.Context, db *store.DB, rules []*shelved, o detectOptions) (*found, error) {
	d := &detecting{db: db, events: db, opt: o}
	from, to, ok, err := db.Span(ctx)
	if err != nil {
		return nil, storeError(err)
	}
	if !ok {
		return nil, &exit{code: exitNothing, err: fmt.Errorf("no events are loaded: load some with \"casebook load PATH\"")}
	}
	d.span = engine.Window{From: from, To: to}
	// Without an end, rules run as long as a window holds a loaded event, as they would have in the SIEM.
	if o.asOf != "" {
		if d.until, err = a.parseTime("--as-of", o.asOf); err != nil {
			return nil, err
		}
	}
	// Before anything is read: what comes while rules run is new next time.
	if d.seen, err = db.NewestID(ctx); err != nil {
		return nil, storeError(err)
	}
	if d.last, err = lastRuns(ctx, db); err != nil {
		return nil, err
	}
	if err := exec.Foresee(ctx, db, plansOf(rules)...); err != nil {
		return nil, err
	}
	f := &found{until: d.until}
	p := newProgress(a.streams, "detecting", int64(len(rules)), "rules")
	defer p.end()
	if err := d.every(ctx, rules, func(e *ended) {
		f.ended = append(f.ended, e)
		p.add(1)
	}); err != nil {
		return nil, err
	}
	if d.last, err = lastRuns(ctx, db); err != nil {
		return nil, err
	}
	for _, e := range f.ended {
		e.run = d.last[e.rule.Rule.ID]
	}
	return f, nil
}

// plansOf are the plans of the rules that can be read.
func plansOf(rules []*shelved) []plan.Node {
	var plans []plan.Node
	for _, r := range rules {
		if r.query != nil {
			plans = append(plans, r.query.Plan)
		}
	}
	return plans
}

// runDetail is what a run's row in the store says beyond its counts.
type runDetail struct {
	Warnings []function.Warning `json:"warnings,omitempty"`
	Notices  []string           `json:"notices,omitempty"`
	// Ran are the stretches of ticks (From, To] that have run, now or before.
	Ran   []engine.Window `json:"ran,omitempty"`
	Quiet bool            `json:"quiet,omitempty"`
	Again int             `json:"again,omitempty"` // ticks that ran this time, where that was not all of them
	Left  []engine.Window `json:"left,omitempty"`  // ticks that are still to be run: there was no time or room for them
}

func detailOf(r store.Run) runDetail {
	var d runDetail
	if len(r.Detail) > 0 && json.Unmarshal(r.Detail, &d) != nil {
		return runDetail{} // written by another version; nothing depends on it but words
	}
	return d
}

// rule runs one rule as far as it is not up to date.
func (d *detecting) rule(ctx context.Context, r *shelved) outcome {
	e := &ended{rule: r, how: runNew}
	last, was := d.last[r.Rule.ID]
	if was {
		e.how = runStale
	}
	more := [][]byte{[]byte(d.opt.asOf), []byte(d.db.Actor().Build)}
	if r.query != nil {
		for _, table := range r.query.Tables() {
			more = append(more, d.db.TableSum(table))
		}
	}
	print, err := r.Rule.Print(more...)
	if err != nil {
		return outcome{err: err}
	}
	state, reason := r.state()
	if !r.stands() {
		e.how = runNot
		if was && string(last.Outcome) == state && last.Reason == reason {
			return outcome{ended: e}
		}
		run := store.Run{AsOf: d.end(r), Span: d.span, Outcome: engine.Outcome(state), Reason: reason, Query: r.Rule.Query,
			Events: -1, Carrying: -1, Print: print, Seen: d.seen, Only: []engine.Window{}}
		return outcome{ended: e, record: d.recording(r, run, nil)}
	}
	var only []engine.Window
	if left := detailOf(last).Left; was && !d.opt.again && bytes.Equal(last.Print, print) && (ranToItsEnd(last) || len(left) > 0) {
		if only, err = d.stale(ctx, r, last); err != nil {
			return outcome{err: storeError(err)}
		}
		if only != nil && len(left) > 0 {
			e.went = true
			only = joined(only, left)
		}
		if only != nil && len(only) == 0 {
			e.how = runUnchanged
			e.warnings = detailOf(last).Warnings
			return outcome{ended: e}
		}
	}
	return d.run(ctx, e, only, last, print)
}

// recording keeps a run and its hits.
func (d *detecting) recording(r *shelved, run store.Run, hits []engine.Hit) func(context.Context) error {
	return func(ctx context.Context) error { return storeError(d.db.Record(ctx, &r.Rule, run, hits)) }
}

func ranToItsEnd(r store.Run) bool {
	switch r.Outcome {
	case engine.OutcomePartial, engine.OutcomeFailed, engine.OutcomeUnsupported, engine.OutcomeRefused:
		return false
	}
	return true
}

// run replays a rule, over some of its ticks or (nil) all.
func (d *detecting) run(ctx context.Context, e *ended, only []engine.Window, last store.Run, print []byte) outcome {
	rule := &e.rule.Rule
	var hits []engine.Hit
	report, err := engine.Replay(ctx, rule, d.events, engine.ReplayOptions{AsOf: d.until, Span: d.span, Only: only, Budget: d.opt.budget, Memory: ruleMemory, MaxHits: mostHits},
		func(h engine.Hit) error { hits = append(hits, h); return nil })
	if err != nil {
		return outcome{err: fmt.Errorf("replay %s: %w", rule.ID, err)}
	}
	run := store.Run{Rule: rule.ID, AsOf: d.end(e.rule), Span: d.span, Outcome: report.Outcome, Reason: report.Reason, Ticks: report.Ticks,
		Newest: report.Newest, Query: rule.Query, Events: -1, Carrying: -1, Print: print, Seen: d.seen, Only: only, Fired: report.Runs}
	detail := runDetail{Warnings: report.Warnings, Notices: report.Notices, Ran: report.Ran, Quiet: report.Quiet, Left: report.Left}
	e.again, e.part, e.warnings = report.Ticks, only != nil, report.Warnings
	stopped := report.Outcome == engine.OutcomePartial || report.Outcome == engine.OutcomeFailed
	switch {
	case stopped:
		run.Reason = d.whyStopped(only, report)
		run.Only, detail.Left = answered(d.toRun(only), report)
	case only == nil && d.until != 0:
		run.Only = d.toRun(nil)
	}
	if only != nil {
		before := detailOf(last)
		detail.Ran = joined(before.Ran, report.Ran)
		run.Ticks = ticksIn(detail.Ran, rule)
		if !stopped {
			detail.Again = report.Ticks
		}
		switch {
		case stopped || e.went:
			detail.Warnings = added(before.Warnings, detail.Warnings)
		case len(detail.Warnings) == 0:
			detail.Warnings = before.Warnings
		}
	}
	if err := d.cover(ctx, e.rule, report, &run, &detail); err != nil {
		return outcome{err: err}
	}
	if run.Detail, err = json.Marshal(detail); err != nil {
		return outcome{err: err}
	}
	return outcome{ended: e, record: d.recording(e.rule, run, hits), crowded: report.Crowded}
}

// cover counts what the rule had to look at, and calls a run that could not have found anything by its name. Of a rule that was
// not answered to its end nothing is counted.
func (d *detecting) cover(ctx context.Context, r *shelved, report *engine.Report, run *store.Run, detail *runDetail) error {
	cover := report.Cover
	if cover == nil {
		if run.Outcome == engine.OutcomePartial || run.Outcome == engine.OutcomeFailed {
			return nil
		}
		most := 0
		if run.Outcome == engine.OutcomeClean {
			most = engine.MostLooked
		}
		var err error
		if cover, err = r.query.CoveredOf(ctx, d.events, d.span, most); err != nil {
			return fmt.Errorf("look at the events of %s: %w", r.Rule.ID, err)
		}
		for _, w := range cover.Warnings() {
			same := func(o function.Warning) bool { return o.Text == w.Text }
			if most > 0 && !slices.ContainsFunc(detail.Warnings, same) {
				detail.Warnings = append(detail.Warnings, w)
			}
		}
	}
	run.Events, run.Carrying = cover.Events, cover.Carrying
	if run.Outcome == engine.OutcomeClean {
		switch {
		case cover.Events == 0:
			run.Outcome, run.Reason = engine.OutcomeNoData, r.query.Silence()
		case len(cover.Missing) > 0:
			run.Outcome, run.Reason = engine.OutcomeNoData, "no event carries "+strings.Join(cover.Missing, ", ")
		}
	}
	return nil
}

// end is the last instant that a run speaks of.
func (d *detecting) end(r *shelved) int64 {
	if d.until != 0 {
		return d.until
	}
	return d.span.To + int64(r.Rule.Lookback+r.Rule.Every)/100
}

// whyStopped says why a rule could not run to its end, how far it came, and what to do.
func (d *detecting) whyStopped(only []engine.Window, report *engine.Report) string {
	why := strings.TrimSuffix(report.Reason, "; narrow the query or give it more time")
	switch {
	case len(report.Left) == 0:
		return why
	case report.Ticks == 0 && (len(only) == 0 || report.Left[0].From <= only[0].From): // not even the first events were read
		return why + " and had no window answered; with as little the next detect comes no further, --budget gives it more time"
	}
	return why + " and " + d.reached(report.Left[0].From) + "; the next detect goes on from there, --budget gives it more time"
}

// reached says how far a rule came that could not run to its end.
func (d *detecting) reached(tick int64) string {
	part := float64(tick-d.span.From) / float64(max(d.span.To-d.span.From, 1))
	return fmt.Sprintf("came to %s, %.0f %% of the way", tui.Clock{}.FullTick(max(tick, d.span.From), tui.Minutes), 100*min(max(part, 0), 1))
}

// added are warnings of runs before and of those that went on from them.
func added(before, more []function.Warning) []function.Warning {
	all := slices.Clone(before)
	for _, w := range more {
		if at := slices.IndexFunc(all, func(o function.Warning) bool { return o.Text == w.Text }); at >= 0 {
			all[at].Count += w.Count
		} else {
			all = append(all, w)
		}
	}
	return all
}
