package guides

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
)

// A rule of our own in Sentinel's format, with what the published samples do not use.
const sentinelRule = `id: 1
name: All keys
description: 'Words.'
severity: Informational
queryFrequency: 15m
queryPeriod: P1DT12H
triggerOperator: GreaterThan
triggerThreshold: 3
suppressionEnabled: true
suppressionDuration: PT5H
tactics: [Impact]
relevantTechniques: [T1499.001]
query: "OpenAIChatCompletions | take 1"
entityMappings:
  - entityType: IP
    fieldMappings:
      - {identifier: Address, columnName: Ip}
  - entityType: Account
    fieldMappings:
      - {identifier: Name, columnName: User}
eventGroupingSettings: {aggregationKind: AlertPerResult}
customDetails: {Model: ModelName}
alertDetailsOverride: {alertDisplayNameFormat: "Calls by {{User}}", alertSeverityColumnName: Sev}
incidentConfiguration:
  createIncident: false
tags: [{Schema: ASim}, plain]
frequency: 1
`

func TestSentinelKeys(t *testing.T) {
	list, err := Read("all.yaml", []byte(sentinelRule))
	if err != nil {
		t.Fatal(err)
	}
	d := list[0]
	want := &Detection{
		Rule: engine.Rule{ID: "1", Title: "All keys", Language: "kql", Query: "OpenAIChatCompletions | take 1", File: "all.yaml", Line: 13, Column: 9,
			Severity: "informational", Every: 15 * time.Minute, Lookback: 36 * time.Hour, Entity: []string{"User", "Ip"},
			Fields: map[string]string{"User": "user.id", "Ip": "source.ip"}, Tags: []string{"Schema: ASim", "plain"}, ATTACK: []string{"T1499.001"}, Text: sentinelRule,
			Rating: engine.Rating{SeverityColumn: "Sev"}, Trigger: engine.Trigger{Operator: "gt", Threshold: 3}, Suppress: engine.Suppression{Duration: 5 * time.Hour}},
		Kind: KindRule, Type: "Scheduled", Format: FormatSentinelRule, Source: "all.yaml", Description: "Words.", Tactics: []string{"Impact"},
		Guide:      Guide{[]Section{{Title: "Guide", Level: 1, Text: "Words."}}},
		Techniques: []Technique{{"ATT&CK", "T1499.001", "T1499.001"}},
		Entities:   []Entity{{"IP", map[string]string{"Address": "Ip"}}, {"Account", map[string]string{"Name": "User"}}},
		Details:    map[string]string{"Model": "ModelName"}, Headline: Headline{Title: "Calls by {{User}}"},
		NoIncident: true, Notices: []string{"a key that casebook does not know: frequency"},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
}

func TestSentinelKinds(t *testing.T) {
	for _, tt := range []struct{ text, state string }{
		{"id: a\nname: b\nseverity: High\nkind: NRT\nquery: T\n", ""},
		{"id: a\nname: b\nseverity: High\nkind: Fusion\nquery: T\n", "unsupported: rules of kind Fusion are not run yet"},
	} {
		list, err := Read("x.yaml", []byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if r := list[0].Rule; r.State != tt.state || tt.state == "" && (r.Every != time.Minute || r.Lookback != time.Minute) {
			t.Errorf("%q: %+v", tt.text, r)
		}
	}
}

// A hunting query looks back as far as its own words do, and one that asks for the range it is run over looks back from where that begins.
func TestHuntReach(t *testing.T) {
	const day = 24 * time.Hour
	for query, want := range map[string]time.Duration{
		"T | take 1":                         day,
		"T | where TimeGenerated > ago(90m)": day,
		"let lookback = 14d; T | where TimeGenerated > ago(lookback)":                                                        14 * day,
		"let start = startofday(now()) - 7d; T | where TimeGenerated > start":                                                7 * day,
		"let starttime = todatetime('{{StartTimeISO}}'); T":                                                                  day,
		"let starttime = todatetime('{{StartTimeISO}}'); let lookback = starttime - 14d; T":                                  15 * day,
		"let StartTime = todatetime('{{StartTimeISO}}'); let lookback = totimespan((endtime-StartTime)*7); T":                8 * day,
		"let starttime = todatetime('{{StartTimeISO}}'); let lookback = 12h; T | where TimeGenerated > starttime - lookback": 36 * time.Hour,
	} {
		if got := kqlReach(query); got != want {
			t.Errorf("%s\n got %v\nwant %v", query, got, want)
		}
	}
}
