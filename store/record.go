package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"casebook/engine"
	"casebook/store/event"
)

// Record keeps a run and folds its hits into alerts.
//
// Hits of one rule and entity whose windows overlap are one alert. An alert stays the same one, with the verdict that
// analysts gave it, when the rule is run again: a fold takes over the oldest alert of its rule and entity that overlaps it,
// first of all one that someone has worked on. Alerts of the ticks that were run that the rule no longer gives are dropped if
// nobody has touched them and marked stale otherwise; when it gives them again, they are the same ones again.
func (db *DB) Record(ctx context.Context, rule *engine.Rule, run Run, hits []engine.Hit) error {
	err := db.write(ctx, "record the run of "+rule.ID, func(tx *Tx) error {
		standing, err := tx.standing(rule.ID)
		if err != nil {
			return err
		}
		hits := hits
		if run.Only != nil {
			hits = slices.Clone(hits)
			if standing, err = tx.reached(&run, rule, standing, &hits); err != nil {
				return err
			}
		}
		gate, err := tx.gateOf(db, rule)
		if err != nil {
			return err
		}
		folds := foldHits(rule, hits)
		taken := map[int64]bool{}
		changed := 0
		for i := range folds {
			wrote, err := tx.keepFold(rule, gate, &folds[i], standing, taken)
			if err != nil {
				return err
			}
			changed += wrote
		}
		gone := 0
		for _, s := range standing {
			if taken[s.id] || s.stale {
				continue
			}
			gone++
			if err := tx.drop(s); err != nil {
				return err
			}
		}
		if changed+gone > 0 {
			if err := tx.score(rule.ID); err != nil {
				return err
			}
		}
		if err := tx.saveRun(rule, &run, len(hits)); err != nil {
			return err
		}
		found, err := foundDigest(ctx, tx, rule.ID)
		if err != nil {
			return err
		}
		return tx.journal("detect", "rule", 0, map[string]any{"rule": rule.ID, "found": hex.EncodeToString(found), "as_of": run.AsOf, "from": run.Span.From, "to": run.Span.To,
			"outcome": run.Outcome, "hits": run.Hits, "alerts": len(folds), "changed": changed, "gone": gone})
	})
	if err != nil {
		return fmt.Errorf("record the run of %s: %w", rule.ID, err)
	}
	return nil
}

// reached are the alerts that ticks run again can change: those whose windows touch theirs. Their hits of other ticks join the
// new ones, so that both are folded as if all had been run at once.
func (tx *Tx) reached(run *Run, rule *engine.Rule, standing []standing, hits *[]engine.Hit) ([]standing, error) {
	back := int64(max(rule.Lookback, rule.Every)) / 100
	kept := standing[:0]
	for _, s := range standing {
		touches := slices.ContainsFunc(run.Only, func(w engine.Window) bool { return s.since <= w.To && s.until >= w.From-back })
		if !touches {
			continue
		}
		kept = append(kept, s)
		if s.stale {
			continue
		}
		err := eachHit(tx.ctx, tx, "where h.alert = ? order by h.tick, h.place", []any{s.id}, func(h engine.Hit) error {
			if !run.has(h.Tick) {
				*hits = append(*hits, h)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// standing is an alert of the rule that is there already.
type standing struct {
	id           int64
	field        string
	entity       string
	since, until int64
	first, last  int64
	touched      bool
	stale        bool
	digest       []byte
}

func (tx *Tx) standing(rule string) ([]standing, error) {
	var list []standing
	err := each(tx.ctx, tx, `select id, entity_field, entity, since, until, first_tick, last_tick, stale, digest,
		version > 1 or exists (select 1 from change c where c.alert = a.id) or exists (select 1 from case_alert m where m.alert = a.id) from alert a where rule = ? order by id`, []any{rule}, func(scan func(...any) error) error {
		var s standing
		err := scan(&s.id, &s.field, &s.entity, &s.since, &s.until, &s.first, &s.last, &s.stale, &s.digest, &s.touched)
		list = append(list, s)
		return err
	})
	slices.SortStableFunc(list, func(a, b standing) int {
		switch {
		case a.touched == b.touched:
			return 0
		case a.touched:
			return -1
		}
		return 1
	})
	return list, err
}

// keepFold writes a fold to the alert it belongs to; it tells whether anything had to be written.
func (tx *Tx) keepFold(rule *engine.Rule, gate engine.Gate, f *fold, list []standing, taken map[int64]bool) (int, error) {
	f.hits = slices.CompactFunc(f.hits, func(a, b *engine.Hit) bool { return a.Tick == b.Tick && a.Index == b.Index })
	var events []int64
	for _, h := range f.hits {
		events = append(events, h.Events...)
	}
	slices.Sort(events)
	events = slices.Compact(events)
	peak, overCap := f.hits[0], 0
	for _, h := range f.hits {
		if len(h.Events) > len(peak.Events) {
			peak = h
		}
		if h.OverCap {
			overCap++
		}
	}
	severity, risk := f.rate(rule)
	digest, err := f.digest(rule, severity, risk)
	if err != nil {
		return 0, err
	}
	id := int64(0)
	for _, s := range list {
		if !taken[s.id] && s.field == f.field && s.entity == f.entity && s.since < f.until && f.since < s.until {
			id = s.id
			taken[id] = true
			if bytes.Equal(s.digest, digest) && !s.stale {
				return 0, nil
			}
			break
		}
	}
	text, err := tx.keepText(rule.File, rule.Text)
	if err != nil {
		return 0, err
	}
	first, last := f.hits[0].Tick, f.hits[len(f.hits)-1].Tick
	args := []any{rule.ID, rule.Title, severity, severityRank(severity), risk, f.field, f.entity, first, last, f.since, f.until,
		len(f.hits), overCap, len(events), peak.Tick, peak.Index, gate.Ratio(peak), risk, digest, text, tx.actor.Build}
	if id == 0 {
		was, changed, err := tx.gone(rule.ID, f)
		if err != nil {
			return 0, err
		}
		r, err := tx.exec(`insert into alert (rule, title, severity, rank, risk, entity_field, entity, first_tick, last_tick, since, until,
			hits, over_cap, events, peak_tick, peak_index, margin, score, digest, text, build, changed, id) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, append(args, changed, was)...)
		if err != nil {
			return 0, err
		}
		if id, err = r.LastInsertId(); err != nil {
			return 0, err
		}
		taken[id] = true
	} else if _, err := tx.exec(`update alert set rule=?, title=?, severity=?, rank=?, risk=?, entity_field=?, entity=?, first_tick=?, last_tick=?, since=?, until=?,
		hits=?, over_cap=?, events=?, peak_tick=?, peak_index=?, margin=?, score=?, digest=?, text=?, build=?, stale=0 where id = ?`, append(args, id)...); err != nil {
		return 0, err
	}
	return 1, tx.keepHits(id, f, events)
}

func (tx *Tx) keepHits(alert int64, f *fold, events []int64) error {
	if _, err := tx.exec("delete from hit where alert = ?", alert); err != nil {
		return err
	}
	for _, h := range f.hits {
		columns, err := encodeColumns(h.Columns)
		if err != nil {
			return err
		}
		row, err := encodeRow(h.Row)
		if err != nil {
			return err
		}
		if _, err := tx.exec("insert into hit (alert, tick, place, since, until, over_cap, columns, row, count, events) values (?,?,?,?,?,?,?,?,?,?)",
			alert, h.Tick, h.Index, h.Window.From, h.Window.To, h.OverCap, columns, row, len(h.Events), packIDs(h.Events)); err != nil {
			return err
		}
	}
	sorted, err := tx.byTime(events)
	if err != nil {
		return err
	}
	_, err = tx.exec("insert or replace into alert_events (alert, events) values (?, ?)", alert, packIDs(sorted))
	return err
}

// byTime sorts event ids by (time, id), so that pages of an alert's events come in time order.
func (tx *Tx) byTime(ids []int64) ([]int64, error) {
	spots, err := tx.db.spots(tx.ctx, ids)
	if err != nil {
		return nil, err
	}
	times := make(map[int64]int64, len(ids))
	for i, s := range spots {
		if s.segment == nil || !s.dated() {
			continue
		}
		p, err := tx.db.pack(tx.ctx, s.segment, event.Time.String())
		if err != nil {
			return nil, err
		}
		times[ids[i]], _ = p.number(s.place)
	}
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, func(a, b int64) int { return cmp.Or(cmp.Compare(times[a], times[b]), cmp.Compare(a, b)) })
	return sorted, nil
}
