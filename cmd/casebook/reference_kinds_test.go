package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/cmd/casebook/scenario"
)

// Three rules as others publish them, and what their SIEM would make of each hit, once more in plain Go: a threshold of
// Elastic's with suppression and a cap, a scheduled rule of Sentinel's with an alert a row and incidents, and a hunt.

const elasticThreshold = `[rule]
rule_id = "busy-users"
name = "One user calls several models often"
type = "esql"
language = "esql"
severity = "low"
risk_score = 21
interval = "20m"
from = "now-60m"
max_signals = 3
query = """
from logs-aws_bedrock.invocation-*
| stats calls = count(*), models = count_distinct(gen_ai.request.model.id) by user.id
| where calls >= 6 and models >= 2
| sort user.id
"""
[rule.alert_suppression]
group_by = ["user.id"]
duration = {value = 2, unit = "h"}
missing_fields_strategy = "suppress"
`

const sentinelRows = `id: busy-callers
name: Busy callers
severity: Low
kind: Scheduled
queryFrequency: PT30M
queryPeriod: PT2H
triggerOperator: gt
triggerThreshold: 1
query: |
  OpenAIChatCompletions
  | extend ActorUser = tostring(AdditionalFields.input_user)
  | where isnotempty(ActorUser)
  | summarize Calls = count() by ActorUser
  | where Calls >= 7
  | sort by ActorUser asc
entityMappings:
  - entityType: Account
    fieldMappings:
      - {identifier: Name, columnName: ActorUser}
eventGroupingSettings: {aggregationKind: AlertPerResult}
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    lookbackDuration: PT5H
    matchingMethod: Selected
    groupByEntities: [Account]
`

const elasticHunt = `[hunt]
author = "someone"
description = "Resources that answer much."
uuid = "busy-resources"
name = "Busy resources"
language = ["ES|QL"]
license = "none"
query = ['''
from logs-azure_openai.logs-*
| where @timestamp > now() - 2 days and azure.open_ai.operation_name == "ChatCompletions_Create"
| stats n = count(*) by azure.resource.name
| where n >= 20
| sort azure.resource.name
''']
notes = ["Who asked?"]
`

// refFate is a hit and what becomes of it.
type refFate struct {
	refHit
	fate            string
	alert, incident int
}

func (f refFate) key() string {
	return fmt.Sprintf("%s %s %d %d", f.refHit.key(), f.fate, f.alert, f.incident)
}

// enough gives a run's rows: those whose number is large enough, in the order of their names.
func enough[K any](counts map[string]K, is func(K) bool) []string {
	var names []string
	for name, n := range counts {
		if is(n) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// busyUsers are Elastic's: a row an alert, three a run, like rows folded into the first for two hours.
func (ref *reference) busyUsers() (list []refFate) {
	type group struct {
		calls  float64
		models map[string]bool
	}
	type window struct {
		until time.Time
		alert int
	}
	windows := map[string]window{}
	alerts := 0
	ref.bedrockTicks(20*time.Minute, time.Hour, func(t time.Time, events []refBedrock) {
		groups := map[string]*group{}
		for _, e := range events {
			g := groups[e.user]
			if g == nil {
				g = &group{models: map[string]bool{}}
				groups[e.user] = g
			}
			g.calls++
			g.models[e.model] = true
		}
		for i, user := range enough(groups, func(g *group) bool { return g.calls >= 6 && len(g.models) >= 2 }) {
			f := refFate{refHit: refHit{"busy-users", t, map[string]any{"user.id": user, "calls": groups[user].calls, "models": float64(len(groups[user].models))}}}
			w := windows[user]
			switch {
			case i >= 3:
				f.fate = "over-cap"
			case t.Before(w.until):
				f.fate, f.alert = "suppressed", w.alert
			default:
				alerts++
				f.fate, f.alert = "alert", alerts
				windows[user] = window{t.Add(2 * time.Hour), alerts}
			}
			list = append(list, f)
		}
	})
	return list
}

// busyCallers are Sentinel's: runs of two rows at least, a row an alert, and the alerts of five hours from the first of an
// account one incident.
func (ref *reference) busyCallers() (list []refFate) {
	type incident struct {
		number int
		until  time.Time
	}
	open := map[string]incident{}
	alerts, incidents := 0, 0
	n := len(ref.openAI)
	ticks(ref.openAI[0].at, ref.openAI[n-1].at, 30*time.Minute, 2*time.Hour, func(t, start time.Time) {
		calls := map[string]float64{}
		for _, e := range between(ref.openAI, openAIAt, start, t) {
			if e.user != "" {
				calls[e.user]++
			}
		}
		users := enough(calls, func(n float64) bool { return n >= 7 })
		if len(users) < 2 {
			list = append(list, idle("busy-callers", t, users, "no-trigger")...)
			return
		}
		for _, user := range users {
			alerts++
			in, ok := open[user]
			if !ok || t.After(in.until) {
				incidents++
				in = incident{incidents, t.Add(5 * time.Hour)}
				open[user] = in
			}
			list = append(list, refFate{refHit{"busy-callers", t, map[string]any{"ActorUser": user, "Calls": calls[user]}}, "alert", alerts, in.number})
		}
	})
	return list
}

// idle is a run whose rows do not set its rule off.
func idle(rule string, t time.Time, rows []string, fate string) []refFate {
	if len(rows) == 0 {
		return nil
	}
	return []refFate{{refHit: refHit{rule, t, nil}, fate: fate}}
}

// busyResources are a hunt's: each UTC midnight over the two days before it.
func (ref *reference) busyResources() (list []refFate) {
	alerts := 0
	const days = 48 * time.Hour
	ticks(ref.azure[0].at, ref.azure[len(ref.azure)-1].at, 24*time.Hour, days, func(t, start time.Time) {
		chats := map[string]float64{}
		for _, e := range between(ref.azure, azureAt, start, t) {
			if e.at.After(start) && e.operation == "ChatCompletions_Create" {
				chats[e.resource]++
			}
		}
		for _, resource := range enough(chats, func(n float64) bool { return n >= 20 }) {
			alerts++
			list = append(list, refFate{refHit{"busy-resources", t, map[string]any{"azure.resource.name": resource, "n": chats[resource]}}, "alert", alerts, 0})
		}
	})
	return list
}

func TestPublishedKindsAreTheReference(t *testing.T) {
	dir := t.TempDir()
	logs, rules, db := filepath.Join(dir, "logs"), filepath.Join(dir, "rules"), filepath.Join(dir, "casebook.db")
	if _, err := scenario.Write(context.Background(), scenario.Options{Dir: logs, Events: 20000, Days: 31, Seed: 12, Campaigns: 6}); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(rules, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"threshold.toml": elasticThreshold, "rows.yaml": sentinelRows, "hunt.toml": elasticHunt, "events.toml": elasticEvents, "except.toml": elasticExcept,
		"resting.yaml": sentinelResting, "minutely.yaml": sentinelMinutely, "silent.yaml": sentinelSilent, "many.yaml": sentinelMany,
	} {
		if err := os.WriteFile(filepath.Join(rules, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	do(t, "--store", db, "load", logs)
	do(t, "--store", db, "rules", "add", rules)
	ref := readReference(t, logs)
	for _, tt := range []struct {
		rule string
		want []refFate
		kind []string // fates that must occur for the comparison to mean something
	}{
		{"busy-users", ref.busyUsers(), []string{"alert", "suppressed", "over-cap"}},
		{"busy-callers", ref.busyCallers(), []string{"alert", "no-trigger"}},
		{"busy-resources", ref.busyResources(), []string{"alert"}},
		{"developers", ref.developers(), []string{"alert", "suppressed", "repeated", "over-cap"}},
		{"resting", ref.resting(), []string{"alert", "suppressed", "no-trigger"}},
		{"minutely", ref.minutely(), []string{"alert"}},
		{"silent", ref.silent(), []string{"alert", "no-trigger"}},
		{"many", ref.many(), []string{"alert"}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			var got, want []string
			for line := range strings.Lines(do(t, "--store", db, "detect", "--rule", tt.rule, "--every-run", "--json")) {
				var h struct {
					Rule            string
					Tick            time.Time
					Row             map[string]any
					Fate            string
					Alert, Incident int
				}
				if err := json.Unmarshal([]byte(line), &h); err != nil {
					t.Fatalf("%v: %s", err, line)
				}
				got = append(got, refFate{refHit{h.Rule, h.Tick, h.Row}, h.Fate, h.Alert, h.Incident}.key())
			}
			seen := map[string]int{}
			last := 0
			for _, f := range tt.want {
				want = append(want, f.key())
				seen[f.fate]++
				last = max(last, f.incident)
			}
			for _, kind := range tt.kind {
				if seen[kind] < 5 {
					t.Errorf("the reference has %d hits that end as %s: too few to compare", seen[kind], kind)
				}
			}
			grouped := tt.rule == "busy-callers" || tt.rule == "resting" || tt.rule == "minutely"
			if alerts := seen["alert"]; grouped && (last < 5 || last >= alerts) {
				t.Errorf("%d alerts in %d incidents say nothing of grouping", alerts, last)
			}
			slices.Sort(got)
			slices.Sort(want)
			compareHits(t, got, want)
		})
	}
}
