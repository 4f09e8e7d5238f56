package main

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/cmd/casebook/scenario"
	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
)

// The library's rules and steps ask for nothing that the store does not have: in an open table a misspelt field would be
// null in every event, and the rule silent.
func TestLibraryAsksForKnownFields(t *testing.T) {
	all, err := guides.Library()
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(filepath.Join(t.TempDir(), "casebook.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	check := func(name string, language engine.Language, file *syntax.File, params engine.Params) {
		q, err := engine.Parse(context.Background(), language, file, db, params)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		for _, n := range q.Notices {
			t.Errorf("%s: %s", name, n)
		}
	}
	for _, d := range all {
		r := &d.Rule
		check(r.ID, r.Language, &syntax.File{Name: r.File, Text: r.Query, Line: r.Line, Column: r.Column, Indent: r.Indent}, nil)
		facts := guides.Facts{}
		facts.Alert(engine.Window{From: 0, To: column.Hour}, column.Hour)
		facts.Set("alert_id", int64(1))
		facts.Set("target_time_window", column.Ticks(0))
		facts.Set("count", 10)
		facts.Set("avg_request_size", 5000.0)
		for _, s := range d.Guide.Steps() {
			if !s.Live() {
				continue
			}
			params, missing := guides.Bind(s, facts)
			for _, name := range missing {
				params, _ = guides.Bind(s, merge(facts, name))
			}
			check(r.ID+" "+s.Key, s.Language, s.File, params)
		}
	}
}

func merge(f guides.Facts, name string) guides.Facts {
	f.Set(name, "x")
	return f
}

// From raw logs to a guide: the library fires on what was planted and on nothing else, and every live step of a guide runs
// on what the alert and the events behind it give.
func TestLibraryOnTheScenario(t *testing.T) {
	ctx := context.Background()
	logs := filepath.Join(t.TempDir(), "logs")
	sum, err := scenario.Write(ctx, scenario.Options{Dir: logs, Events: demoEvents, Days: demoDays, Seed: demoSeed})
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(filepath.Join(t.TempDir(), "casebook.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Load(ctx, []string{logs}, store.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	from, to, _, err := db.Span(ctx)
	if err != nil {
		t.Fatal(err)
	}
	attacked, fired := map[string]bool{}, map[string]bool{}
	for _, i := range sum.Incidents {
		if i.Attack {
			attacked[i.Rule+" "+i.Entity] = true
		}
	}
	all, err := guides.Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		var last engine.Hit
		report, err := engine.Replay(ctx, &d.Rule, db, engine.ReplayOptions{Span: engine.Window{From: from, To: to + 1}}, func(h engine.Hit) error {
			for i, c := range h.Columns {
				if c.Name == d.Rule.Entity[0] {
					fired[fmt.Sprint(d.Rule.ID, " ", h.Row[i])] = true
				}
			}
			last = h
			return nil
		})
		if err != nil || report.Outcome != engine.OutcomeHit {
			t.Fatalf("%s: %v, %+v", d.Rule.ID, err, report)
		}
		answerSteps(ctx, t, db, d, last)
	}
	if diff := cmp.Diff(attacked, fired); diff != "" {
		t.Errorf("attacked and fired\n%s", diff)
	}
}

// answerSteps runs the live steps of a guide on a hit.
func answerSteps(ctx context.Context, t *testing.T, db *store.DB, d *guides.Detection, hit engine.Hit) {
	t.Helper()
	facts := guides.Facts{}
	facts.Alert(hit.Window, hit.Tick)
	facts.Set("alert_id", int64(1))
	facts.Row(&d.Rule, hit.Columns, hit.Row)
	for _, id := range hit.Events {
		fields, err := db.Fields(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fields {
			if f.Name == "user.id" || f.Name == "cloud.account.id" {
				facts[guides.Name(f.Name)] = append(facts[guides.Name(f.Name)], f.Value)
			}
		}
	}
	for _, s := range d.Guide.Steps() {
		if !s.Live() {
			continue
		}
		params, missing := guides.Bind(s, facts)
		if missing != nil {
			t.Errorf("%s %s: the alert gives nothing for %v", d.Rule.ID, s.Key, missing)
			continue
		}
		q, err := engine.Parse(context.Background(), s.Language, s.File, db, params)
		if err != nil {
			t.Errorf("%s %s: %v", d.Rule.ID, s.Key, err)
			continue
		}
		result, err := engine.Run(ctx, q, db, engine.Options{AsOf: hit.Tick})
		if err != nil {
			t.Errorf("%s %s: %v", d.Rule.ID, s.Key, err)
			continue
		}
		// Alerts are not recorded here, and the scenario has no Audit records of the week before.
		if result.Batch.Len == 0 && s.Key != "other-alerts" && s.Key != "key-operations" {
			t.Errorf("%s %s: no rows", d.Rule.ID, s.Key)
		}
		for _, w := range result.Warnings {
			t.Errorf("%s %s: %s", d.Rule.ID, s.Key, w.Text)
		}
	}
}
