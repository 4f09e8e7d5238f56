package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/guides"
	"casebook/store"
)

// busy is a workbench on which every user has an alert.
func busy(t *testing.T) *App {
	t.Helper()
	a := desk(t, scene(attacker))
	ctx := context.Background()
	rule := engine.Rule{ID: "everyone", Title: "Everyone", Severity: engine.Low, Entity: []string{"user.id"}}
	var hits []engine.Hit
	for i := range 9 {
		hits = append(hits, engine.Hit{Rule: rule.ID, Tick: a.AsOf, Index: i, Window: engine.Window{From: a.AsOf - column.Hour, To: a.AsOf},
			Columns: []column.Field{{Name: "user.id", Type: column.String}}, Row: []any{fmt.Sprintf("user-%d", i)}, Events: []int64{1}})
	}
	if err := a.Store.Record(ctx, &rule, store.Run{Rule: rule.ID, AsOf: a.AsOf, Span: engine.Window{From: a.AsOf - column.Hour, To: a.AsOf}, Outcome: engine.OutcomeHit, Hits: len(hits)}, hits); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestOverviewUsesItsRoom: as many entities as there are lines for, and no figures at the far edge of a wide screen.
func TestOverviewUsesItsRoom(t *testing.T) {
	for _, tt := range []struct{ width, height int }{{80, 24}, {140, 40}, {200, 50}} {
		a := sized(busy(t), tt.width, tt.height)
		press(a, "1")
		got := text(a)
		shown := strings.Count(got, "\n  user-") + strings.Count(got, "user/") + strings.Count(got, "batch/lambda-x") + strings.Count(got, "\n  123456789012")
		lines := strings.Split(got, "\n")
		blank := 0 // at the end of the page
		for _, l := range lines[1 : len(lines)-3] {
			if blank++; strings.TrimSpace(l) != "" {
				blank = 0
			}
			if n := len(strings.TrimRight(l, " -")); n > widestOverview+2 {
				t.Errorf("%dx%d: a line of %d: %s", tt.width, tt.height, n, l)
			}
		}
		if shown < mostEntities && blank > 0 || shown < 6 {
			t.Errorf("%dx%d: %d entities and %d blank lines:\n%s", tt.width, tt.height, shown, blank, got)
		}
	}
}

// TestStaleRulesAreThoseThatShouldRun: a rule that is off, or that cannot run yet, is not told of as one that never ran.
func TestStaleRulesAreThoseThatShouldRun(t *testing.T) {
	a := desk(t, scene(attacker))
	ctx := context.Background()
	for i, id := range []string{"first", "second", "off", "sigma"} {
		d := *a.Detections[0]
		d.Rule.ID = id
		d.Disabled = i == 2
		if i == 3 {
			d.Rule.State = "unsupported: rules of type sigma are not run yet"
		}
		a.Detections = append(a.Detections, &d)
	}
	o, err := a.overview(ctx, a.AsOf)
	if err != nil || len(o.stale) != 1 || o.stale[0] != "2 rules never ran: first, second" {
		t.Errorf("%q (%v)", o.stale, err)
	}
	if err := a.Store.SwitchRule(ctx, "second", false); err != nil {
		t.Fatal(err)
	}
	if o, err = a.overview(ctx, a.AsOf); err != nil || len(o.stale) != 1 || o.stale[0] != "first: never ran" {
		t.Errorf("%q (%v)", o.stale, err)
	}
}

// TestOverviewOfRequests has a rule whose entity is another for every event, which nothing is summed up by.
func TestOverviewOfRequests(t *testing.T) {
	a := desk(t, scene(attacker))
	rules, err := guides.Read("large.md", []byte("---\nid: large-request\ntitle: A request is large\nseverity: low\nrisk: 21\nevery: 24h\nlookback: 24h\nentity: gen_ai.request.id\n---\nWhy.\n\n"+
		"```esql\nFROM logs-aws_bedrock.invocation-*\n| STATS tokens = MAX(gen_ai.usage.prompt_tokens) BY gen_ai.request.id\n| WHERE tokens > 70000\n```\n"))
	if err != nil {
		t.Fatal(err)
	}
	detect(t, a.Store, rules)
	fresh := sized(New(a.ctx, a.Options), 80, 24)
	press(fresh, "1")
	if got := text(fresh); !strings.Contains(got, "A request is large") || !strings.Contains(got, "-000") {
		t.Errorf("overview:\n%s", got)
	}
	press(fresh, "'2", "G", "t")
	if got := text(fresh); strings.Contains(got, "no field") {
		t.Errorf("timeline of a request:\n%s", got)
	}
	at := day.Add(3*time.Hour + 3*time.Minute)
	fresh.push(newEntity("gen_ai.request.id", fmt.Sprintf("00000000-0000-4000-8000-%012d", at.UnixNano()/1e6%1e12)))
	settle(fresh, fresh.refresh())
	if got := text(fresh); !strings.Contains(got, "1 event ") {
		t.Errorf("page of a request:\n%s", got)
	}
}
