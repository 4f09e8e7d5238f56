package store

import (
	"context"

	"casebook/engine"
)

// keepTicks takes over the scheduled runs of a replay that had rows or were not clean, in the place of what is known of the same ticks.
func (tx *Tx) keepTicks(run *Run) error {
	for _, w := range run.ran() {
		if _, err := tx.exec("delete from rule_tick where rule = ? and tick > ? and tick <= ?", run.Rule, w.From, w.To); err != nil {
			return err
		}
	}
	for i := range run.Fired {
		f := &run.Fired[i]
		if f.Outcome == engine.OutcomeClean && f.Rows == 0 {
			continue
		}
		if _, err := tx.exec("insert or replace into rule_tick (rule, tick, since, until, outcome, rows, events, reason) values (?,?,?,?,?,?,?,?)",
			run.Rule, f.Tick, f.Window.From, f.Window.To, f.Outcome, f.Rows, f.Events, f.Err); err != nil {
			return err
		}
	}
	return nil
}

// RuleTicks lists up to limit scheduled runs of a rule that had rows or were not clean, behind a tick, in order of time. A clean one
// has rows that do not set the rule off.
func (db *DB) RuleTicks(ctx context.Context, rule string, after int64, limit int) ([]engine.RuleRun, error) {
	var runs []engine.RuleRun
	err := each(ctx, db.readers, "select rule, tick, since, until, outcome, rows, events, reason from rule_tick where rule = ? and tick > ? order by tick limit ?",
		[]any{rule, after, limit}, func(scan func(...any) error) error {
			var r engine.RuleRun
			err := scan(&r.Rule, &r.Tick, &r.Window.From, &r.Window.To, &r.Outcome, &r.Rows, &r.Events, &r.Err)
			runs = append(runs, r)
			return err
		})
	return runs, db.trouble("read the runs of a rule", err)
}

// HitsOfRule gives every hit that stands of a rule, in the order of ticks and rows.
func (db *DB) HitsOfRule(ctx context.Context, rule string, yield func(engine.Hit) error) error {
	return db.trouble("read hits", eachHit(ctx, db.readers, "where a.rule = ? and a.stale = 0 order by h.tick, h.place", []any{rule}, yield))
}
