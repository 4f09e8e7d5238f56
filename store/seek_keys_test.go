package store

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"casebook/engine"
	"casebook/engine/exec"
)

// oddParameters are bodies whose keys are spelled in every way, or stand elsewhere than where a column looks for them.
var oddParameters = []string{
	`{"top_k":5}`, `{"top\u005fk":7}`, `{"top_k":null,"temperature":0.5}`, `{"p":"top_k"}`, `{"top_k":"8"}`, `{"top_k":1,"top_k":9}`, `{"messages":[{"top_k":9}]}`, `{}`, `null`,
	`{"top_k":[4,5],"temperature":0.25}`, `{"top_k":{"top_k":6}}`, `{ "a" : {"temperature":1} , "temperature" : 0.7 , "top_k" : 12 }`, `{"temperature":1e-1}`, `"top_k"`, `[{"top_k":5}]`,
}

// A record is read for a column whose key stands in it, in whatever spelling, and what a query gives and warns of is the same as if all were read.
func TestSeekKeys(t *testing.T) {
	db := fresh(t)
	var b strings.Builder
	for i, body := range oddParameters {
		fmt.Fprintf(&b, `{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-03-02T00:00:%02dZ","accountId":"1","identity":{"arn":"arn:aws:iam::1:user/u"},"region":"eu-west-1","requestId":"r%d","operation":"Converse","modelId":"m","input":{"inputContentType":"application/json","inputBodyJson":%s},"output":{"outputBodyJson":{"metrics":{"latency":1}}}}`+"\n", i, i, body)
	}
	load(t, db, write(t, filepath.Join(t.TempDir(), "a.json"), b.String()))
	var conditions []string
	for _, c := range []string{"> 4", "is not null", "is null", "+ 1 > 6 and gen_ai.request.temperature < 0.9", "> 4 or gen_ai.request.temperature > 0.1", `> 100 or gen_ai.prompt like "*messages*"`} {
		conditions = append(conditions, "gen_ai.request.top_k "+c, "not (gen_ai.request.top_k "+c+")", "abs(gen_ai.request.top_k) "+c)
	}
	conditions = append(conditions, "coalesce(gen_ai.request.top_k, 9) > 4", "case(gen_ai.request.top_k > 4, true, true)", `case(gen_ai.request.top_k > 4, "x", null) is not null`,
		"gen_ai.request.top_k in (5, 12)", "(gen_ai.request.top_k > 4) is null", `aws_bedrock.invocation.input.input_content_type == "application/json"`)
	found := 0
	for _, c := range conditions {
		rule := engine.Rule{ID: "r", Language: engine.ESQL, Query: "from logs-aws_bedrock.invocation-* | where " + c + " | keep gen_ai.request.id, gen_ai.request.top_k"}
		found += bothWays(t, db, &rule)
	}
	if found < 5*len(conditions) {
		t.Errorf("%d rows of %d queries", found, len(conditions))
	}
	// The key of a nested column stands in all records, but not below its own.
	carried := map[string]bool{}
	columns := []string{"aws_bedrock.invocation.performance_config.latency", "gen_ai.request.top_k", "gen_ai.request.top_p"}
	if err := exec.Carried(context.Background(), db, "logs-aws_bedrock.invocation-*", columns, carried, 0, 1<<62, 1<<20); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(carried, map[string]bool{"gen_ai.request.top_k": true}) {
		t.Errorf("carried are %v", carried)
	}
}

// bothWays runs a rule's query with all that it reads and with what is looked for first, which must give the same, and says how many rows.
func bothWays(t *testing.T, db *DB, rule *engine.Rule) int {
	t.Helper()
	q, err := rule.Parse(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	var results [2]*exec.Result
	for i, opt := range []exec.Options{{Whole: true}, {Counts: true}} {
		if results[i], err = exec.Run(context.Background(), q.Plan, db, opt); err != nil {
			t.Fatal(err)
		}
	}
	if want, got := valuesOf(results[0]), valuesOf(results[1]); !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", rule.Query, got, want)
	}
	if !reflect.DeepEqual(results[0].Warnings, results[1].Warnings) {
		t.Errorf("%s:\nwarns %v, plainly %v", rule.Query, results[1].Warnings, results[0].Warnings)
	}
	return results[1].Batch.Len
}

// oddAgents are records of both of OpenAI's kinds and of Sentinel's, with keys that are spelled in every way, or stand elsewhere.
var oddAgents = []string{
	`"EventVendor":"OpenAI","SrcAgentName":"scout"`, `"EventVendor":"OpenAI","SrcAgent\u004eame":"scout"`, `"EventVendor":"OpenAI","SrcAgentName":null`, `"EventVendor":"OpenAI","ModelName":"SrcAgentName"`,
	`"EventVendor":"OpenAI","AdditionalFields":{"SrcAgentName":"scout"}`, `"EventVendor":"OpenAI","SrcAgentName":5`, `"EventVendor":"OpenAI","SrcAgentName":"a","SrcAgentName":"scout"`, `"EventVendor":"OpenAI"`,
	`"ObjectType":"chat.completion","SrcAgentName":"scout"`, `"ObjectType":"chat.completion","Temperature":0.5`, `"ObjectType":"chat.completion","":"scout"`, `"EventVendor":"OpenAI","EventRequestTemperature":0.25`,
}

// The same of OpenAI's events, whose records have other keys in each of their kinds.
func TestSeekAgentKeys(t *testing.T) {
	db := fresh(t)
	var b strings.Builder
	for i, fields := range oddAgents {
		fmt.Fprintf(&b, `{"TimeGenerated":"2026-03-02T00:00:%02dZ","EventProduct":"OpenAI API Platform","EventType":"ChatCompletion","EventSchema":"AgentEvent","EventUid":"e%d","Type":"ASimAgentEventLogs",%s}`+"\n", i, i, fields)
	}
	load(t, db, write(t, filepath.Join(t.TempDir(), "a.json"), b.String()))
	found := 0
	for _, c := range []string{`SrcAgentName == "scout"`, "isnotempty(SrcAgentName)", "isnotnull(SrcAgentName)", "isempty(SrcAgentName)", `not(SrcAgentName == "scout")`, `SrcAgentName has "scout" or EventRequestTemperature > 0.1`,
		"EventRequestTemperature > 0.3", "isnull(EventRequestTemperature)", `strlen(SrcAgentName) > 3 and EventSchemaVersion != "x"`} {
		rule := engine.Rule{ID: "r", Language: engine.KQL, Query: "ASimAgentEventLogs | where " + c + " | project EventUid, SrcAgentName, EventRequestTemperature"}
		found += bothWays(t, db, &rule)
	}
	if found < 20 {
		t.Errorf("%d rows", found)
	}
	if keys := db.Keys("ASimAgentEventLogs", "SrcAgentName"); !reflect.DeepEqual(keys, []string{"SrcAgentName"}) {
		t.Errorf("an agent's name is looked for as %v", keys)
	}
	for _, name := range []string{"EventRequestTemperature", "TenantId", "EventSchema", "Type", "EventOriginalResultDetails", "ModelName"} {
		if keys := db.Keys("ASimAgentEventLogs", name); keys != nil {
			t.Errorf("%s, which stands under several keys or is no record's alone, is looked for as %v", name, keys)
		}
	}
}

// What most records hold is not looked for: they would be read twice.
func TestSeekCommon(t *testing.T) {
	k := &seeking{}
	k.counted("rare", 2*fewLooked, fewLooked)
	k.counted("young", fewLooked-1, fewLooked-1)
	k.counted("common", fewLooked, fewLooked/2)
	k.counted("common", fewLooked, fewLooked)
	for what, common := range map[string]bool{"rare": false, "young": false, "common": true, "unknown": false} {
		if k.isCommon(what) != common {
			t.Errorf("%s: %v", what, !common)
		}
	}
}
