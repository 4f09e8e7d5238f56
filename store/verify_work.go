package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// worked are the rows that analysts' work on an alert or a case is in, by what the journal calls it. The columns are named, here and in
// found: one that a migration adds later must not change the digests that stand in the journal.
var worked = map[string][]string{
	"alert": {
		"select status, class, reason, owner, version, changed, changed_by from alert where id = ?",
		"select alert, step, value, text, rows, pinned, actor, at, version from answer where alert = ? order by step",
		"select id, alert, text, actor, at, withdrawn from note where alert = ? order by id",
		"select id, alert, case_file, kind, object, before, after, actor, at, undone from change where alert = ? order by id",
		"select id, alert, step, sha256, result, actor, at, withdrawn from alert_pin where alert = ? order by id",
	},
	"case": {
		"select id, title, status, class, reason, owner, story, version, story_version, withdrawn, created, created_by, changed, changed_by from case_file where id = ?",
		"select case_file, alert, actor, at from case_alert where case_file = ? order by alert",
		"select id, case_file, kind, number, alert, step, note, event, sha256, result, actor, at, withdrawn from case_pin where case_file = ? order by id",
		"select id, alert, case_file, kind, object, before, after, actor, at, undone from change where case_file = ? order by id",
	},
	shared: {"select id, alert, case_file, kind, object, before, after, actor, at, undone from change where alert = 0 and case_file = 0 and ? = 0 order by id"},
}

// workDigest hashes an analyst's work on an alert or a case.
func workDigest(ctx context.Context, q querier, object string, number int64) ([]byte, error) {
	h := sha256.New()
	for _, query := range worked[object] {
		if err := hashRows(ctx, q, h, query, number); err != nil {
			return nil, err
		}
		h.Write([]byte{0})
	}
	return h.Sum(nil), nil
}

// withWork adds the hash of an object's work to a payload.
func withWork(payload string, sum []byte) (string, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(payload), &fields); err != nil {
		return "", err
	}
	fields["work"] = json.RawMessage(`"` + hex.EncodeToString(sum) + `"`)
	text, err := json.Marshal(fields)
	return string(text), err
}

// found are the rows that a rule's alerts are in, but for what analysts put on them.
var found = []string{
	`select id, rule, title, severity, rank, risk, entity_field, entity, first_tick, last_tick, since, until, hits, over_cap, events, peak_tick, peak_index,
		margin, score, stale, digest from alert where rule = ? order by id`,
	"select hit.id, hit.alert, hit.tick, hit.place, hit.since, hit.until, hit.over_cap, hit.columns, hit.row, hit.count, hit.events from hit join alert on alert.id = hit.alert where alert.rule = ? order by hit.id",
	"select e.alert, e.events from alert_events e join alert on alert.id = e.alert where alert.rule = ? order by e.alert",
}

// foundDigest hashes what a rule has found.
func foundDigest(ctx context.Context, q querier, rule string) ([]byte, error) {
	h := sha256.New()
	for _, query := range found {
		if err := hashRows(ctx, q, h, query, rule); err != nil {
			return nil, err
		}
	}
	return h.Sum(nil), nil
}

// checkAlerts holds the alerts of every rule against the journal's entry of its last run.
func (v *verifier) checkAlerts(ctx context.Context) error {
	last := map[string]string{}
	if err := v.entries(ctx, "where action = 'detect' order by seq", func(e *Entry) error {
		var x struct{ Rule, Found string }
		err := unmarshalEntry(e, &x)
		last[x.Rule] = x.Found
		return err
	}); err != nil {
		return err
	}
	count := 0
	err := each(ctx, v.tx, "select rule, count(*) from alert group by rule order by rule", nil, func(scan func(...any) error) error {
		var rule string
		var n int
		if err := scan(&rule, &n); err != nil {
			return err
		}
		count += n
		if _, ok := last[rule]; !ok {
			return &finding{fmt.Sprintf("there are alerts of rule %q, and the journal does not tell of its run", rule)}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var strays int
	if err := v.tx.QueryRowContext(ctx, "select (select count(*) from hit where alert not in (select id from alert)) + (select count(*) from alert_events where alert not in (select id from alert))").Scan(&strays); err != nil {
		return err
	}
	if strays > 0 {
		return &finding{fmt.Sprintf("%d hits belong to no alert", strays)}
	}
	for rule, want := range last {
		sum, err := foundDigest(ctx, v.tx, rule)
		if err != nil {
			return err
		}
		if hex.EncodeToString(sum) != want {
			return &finding{fmt.Sprintf("the alerts of rule %q are not those that its last run has found", rule)}
		}
	}
	return v.say("all is as the rules' last runs have found it: %s, %s", many(count, "alert", "alerts"), many(len(last), "rule", "rules"))
}

// checkWork holds what analysts did against the journal: every alert and case that was worked on is as the last entry about it says,
// and nothing was worked on without one.
func (v *verifier) checkWork(ctx context.Context) error {
	count := 0
	for _, object := range []string{"alert", "case", shared} {
		last := map[int64]*Entry{}
		if err := v.entries(ctx, "where object = '"+object+"' order by seq", func(e *Entry) error {
			last[e.Number] = e
			return nil
		}); err != nil {
			return err
		}
		for number, e := range last {
			var w struct{ Work string }
			if err := unmarshalEntry(e, &w); err != nil {
				return err
			}
			sum, err := workDigest(ctx, v.tx, object, number)
			if err != nil {
				return err
			}
			if hex.EncodeToString(sum) != w.Work {
				return &finding{fmt.Sprintf("%s %d is not as journal entry %d has left it: its state, an answer, a note, a pin or the history of its changes was changed, taken away or put in", object, number, e.Seq)}
			}
			count++
		}
		for _, query := range unworked[object] {
			err := each(ctx, v.tx, query, nil, func(scan func(...any) error) error {
				var number int64
				if err := scan(&number); err != nil {
					return err
				}
				if last[number] == nil {
					return &finding{fmt.Sprintf("%s %d was worked on, and the journal does not tell of it", object, number)}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return v.say("alerts and cases that were worked on are as the journal's last entries about them say: %d", count)
}

// unworked list what the journal must tell of.
var unworked = map[string][]string{
	"alert": {
		"select id from alert where status <> 'new' or class <> '' or reason <> '' or owner <> '' or version <> 1 or changed_by <> ''",
		"select alert from answer", "select alert from note", "select alert from alert_pin", "select alert from change where alert <> 0",
	},
	"case": {"select id from case_file", "select case_file from case_alert", "select case_file from case_pin", "select case_file from change where case_file <> 0"},
	shared: {"select 0 from change where alert = 0 and case_file = 0"},
}
