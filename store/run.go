package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"

	"casebook/engine"
)

// Run is one detection run: a rule replayed over a span, and how it ended.
type Run struct {
	Rule    string
	AsOf    int64 // ticks
	Span    engine.Window
	Outcome engine.Outcome
	Reason  string
	Ticks   int
	Hits    int
	Newest  int64           // tick of the newest hit, 0 for none
	Detail  json.RawMessage // what the engine says beyond that: stages, warnings, coverage
	Ran     time.Time
	Actor   string
	Query   string // the rule's text as it was run
	// Events and Carrying are the run's coverage: events of the rule's tables in the span, and how many of them carry every
	// field that the rule needs; -1 where that was not counted.
	Events, Carrying int
	// Print is a digest of all that decides what the rule gives: a run with another one says nothing of the rule as it is now.
	Print []byte
	Seen  int64 // the newest event that the run knew of
	// Only are the stretches of ticks (From, To] that the run speaks of; nil for all there are: one that the rule had on another schedule
	// may lie behind all of its own. What is known of other ticks stays.
	Only []engine.Window
	// Fired are the scheduled runs that had rows or were not clean, of those that were run.
	Fired []engine.RuleRun
}

// ran are the stretches of ticks that a run speaks of.
func (r *Run) ran() []engine.Window {
	if r.Only != nil {
		return r.Only
	}
	return engine.Always()
}

// has tells whether a tick is one of those that were run.
func (r *Run) has(tick int64) bool {
	return slices.ContainsFunc(r.ran(), func(w engine.Window) bool { return w.From < tick && tick <= w.To })
}

func (tx *Tx) saveRun(rule *engine.Rule, run *Run, hits int) error {
	run.Rule = rule.ID
	if err := tx.keepTicks(run); err != nil {
		return err
	}
	run.Hits = max(run.Hits, hits)
	if run.Only != nil {
		// What was run again says nothing of the rest: a rule has hit when any of its ticks has.
		if err := tx.row("select coalesce(sum(hits), 0), coalesce(max(last_tick), 0) from alert where rule = ? and not stale", rule.ID).Scan(&run.Hits, &run.Newest); err != nil {
			return err
		}
		if run.Hits > 0 && (run.Outcome == engine.OutcomeClean || run.Outcome == engine.OutcomeNoData) {
			run.Outcome, run.Reason = engine.OutcomeHit, ""
		}
	}
	detail := run.Detail
	if detail == nil {
		detail = json.RawMessage("null")
	}
	sum := sha256.Sum256([]byte(rule.Query))
	text, err := tx.keepText(rule.File, rule.Text)
	if err != nil {
		return err
	}
	_, err = tx.exec(`insert into rule_run (rule, sha256, query, ran, actor, as_of, since, until, outcome, reason, ticks, hits, newest, detail,
		events, carrying, print, seen, text) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, rule.ID, sum[:], rule.Query, tx.now.UnixNano(), tx.actor.Name,
		run.AsOf, run.Span.From, run.Span.To, run.Outcome, run.Reason, run.Ticks, run.Hits, run.Newest, string(detail),
		run.Events, run.Carrying, run.Print, run.Seen, text)
	return err
}

// Runs lists the runs of a rule ("" for the newest run of every rule), newest first.
func (db *DB) Runs(ctx context.Context, rule string, limit int) ([]Run, error) {
	condition, args := "where rule = ? order by id desc limit ?", []any{rule, limit}
	if rule == "" {
		condition, args = "where id in (select max(id) from rule_run group by rule) order by rule limit ?", []any{limit}
	}
	var runs []Run
	err := each(ctx, db.readers, "select rule, query, ran, actor, as_of, since, until, outcome, reason, ticks, hits, newest, detail, events, carrying, print, seen from rule_run "+condition, args, func(scan func(...any) error) error {
		var r Run
		var ran int64
		var detail string
		err := scan(&r.Rule, &r.Query, &ran, &r.Actor, &r.AsOf, &r.Span.From, &r.Span.To, &r.Outcome, &r.Reason, &r.Ticks, &r.Hits, &r.Newest, &detail,
			&r.Events, &r.Carrying, &r.Print, &r.Seen)
		r.Ran, r.Detail = time.Unix(0, ran).UTC(), json.RawMessage(detail)
		runs = append(runs, r)
		return err
	})
	return runs, db.trouble("read runs", err)
}
