package guides

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/syntax"
)

// published cuts a detection's query out of the page it was published on.
func published(t *testing.T, file, before, after string) string {
	t.Helper()
	data, err := os.ReadFile(shared(t, "seeds/"+file))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(strings.ReplaceAll(string(data), "\r\n", "\n"), before)
	if !ok {
		t.Fatalf("%s has no %q", file, before)
	}
	query, _, _ := strings.Cut(rest, after)
	return query
}

// Our queries are not the published ones, but on any events they say the same: same columns, same rows, same order.
func TestLibrarySaysAsPublished(t *testing.T) {
	for _, tt := range []struct {
		id, file, before, after string
		span                    time.Duration // that the events are spread over
		events                  int
		fires                   int // runs of 200 that give rows, at the least: else the comparison is of nothing
	}{
		{"azure-openai-denial-of-service", "000_dc8a9648482ef5a6.txt", "Rule query\n\nedit\n", "Was this helpful?", 10 * time.Minute, 300, 50},
		{"azure-openai-insecure-output", "001_41d72cbcd309e850.txt", "Rule query\n\nedit\n", "Was this helpful?", time.Hour, 100, 50},
		{"bedrock-denied-models", "002_b70344722846fed5.txt", "Rule query\n\nedit\n", "Was this helpful?", time.Hour, 60, 50},
		{"bedrock-resource-exhaustion", "003_482592a5ecd37672.txt", "```sql\n", "```", 24 * time.Hour, 12, 50},
		{"openai-red-team-pacing", "004_bd12bdce8f4abf94.txt", "query: |\n", "\nentityMappings:", 8 * time.Second, 150, 30},
	} {
		t.Run(tt.id, func(t *testing.T) {
			d := find(t, tt.id)
			theirs := published(t, tt.file, tt.before, tt.after)
			fired := 0
			for seed := range 200 {
				r := rand.New(rand.NewPCG(uint64(seed), 1))
				now := column.FromTime(time.Date(2026, 6, 8, 12, 0, 0, 0, time.UTC))
				span, lookback := int64(tt.span)/100*(8+r.Int64N(12))/10, int64(d.Rule.Lookback)/100
				end, window := now, &engine.Window{From: now - lookback, To: now}
				if seed%3 == 0 { // across the start of the window, which some queries set themselves
					end = now - lookback + span*3/4
				}
				if seed%6 == 0 {
					window = nil
				}
				events := world(r, end, span, now-lookback, tt.events-r.IntN(tt.events/4))
				want := answer(t, events, d.Rule.Language, syntax.NewFile("published", theirs), nil, now, window)
				got := answer(t, events, d.Rule.Language, ruleFile(d), nil, now, window)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("events of seed %d\n%s", seed, diff)
				}
				if len(got) > 1 {
					fired++
				}
			}
			if fired < tt.fires {
				t.Errorf("only %d of 200 runs gave rows", fired)
			}
		})
	}
}

func ruleFile(d *Detection) *syntax.File {
	return &syntax.File{Name: d.Rule.File, Text: d.Rule.Query, Line: d.Rule.Line, Column: d.Rule.Column, Indent: d.Rule.Indent, Added: d.Rule.Added}
}

// answer is a query's columns, and then its rows, a line each.
func answer(t *testing.T, events exec.Source, language engine.Language, file *syntax.File, params engine.Params, now int64, window *engine.Window) []string {
	t.Helper()
	query, err := engine.Parse(context.Background(), language, file, events, params)
	if err != nil {
		for _, e := range syntax.Errors(err) {
			t.Log("\n" + e.Caret())
		}
		t.Fatalf("%s: %v", file.Name, err)
	}
	result, err := engine.Run(context.Background(), query, events, engine.Options{AsOf: now, Window: window, Lineage: true})
	if err != nil {
		t.Fatalf("%s: %v", file.Name, err)
	}
	var head []string
	for _, c := range result.Columns {
		head = append(head, fmt.Sprintf("%s %s", c.Name, c.Type))
	}
	lines := []string{strings.Join(head, ", ")}
	for i := range result.Batch.Len {
		var row []string
		for _, c := range result.Batch.Columns {
			row = append(row, fmt.Sprintf("%v", c.Value(i)))
		}
		if result.Events != nil {
			row = append(row, fmt.Sprint("of ", result.Events[i]))
		}
		lines = append(lines, strings.Join(row, ", "))
	}
	return lines
}

// Every live step of the library is understood and runs on what an alert of its rule gives.
func TestLibraryStepsRun(t *testing.T) {
	now := column.FromTime(time.Date(2026, 6, 8, 12, 0, 0, 0, time.UTC))
	window := engine.Window{From: now - column.Hour, To: now}
	for _, d := range load(t) {
		facts := Facts{}
		facts.Alert(window, now)
		facts.Set("alert_id", int64(1))
		facts.Row(&d.Rule, []column.Field{{Name: "target_time_window", Type: column.Time}, {Name: "count", Type: column.Long}, {Name: "avg_request_size", Type: column.Double}},
			[]any{now - 10*column.Minute, int64(12), 6000.0})
		user := []any{"a"}
		if d.Rule.ID == "bedrock-resource-exhaustion" {
			user = append(user, "c") // behind an alert on an account are several
		}
		facts.Set("user.id", user...)
		facts.Set("azure.resource.name", "a")
		facts.Set("gen_ai.request.model.id", "b")
		facts.Set("cloud.account.id", "b")
		for _, s := range d.Guide.Steps() {
			if !s.Live() {
				continue
			}
			t.Run(d.Rule.ID+"/"+s.Key, func(t *testing.T) {
				params, missing := Bind(s, facts)
				if missing != nil {
					t.Fatalf("nothing for %v", missing)
				}
				events := world(rand.New(rand.NewPCG(1, 2)), now, 2*column.Hour, window.From, 500)
				if lines := answer(t, events, s.Language, s.File, params, now, nil); len(lines) < 2 {
					t.Errorf("no rows over %d events: the step asks for what no event has", 500)
				}
			})
		}
	}
}

// What is written for an investigation and for exceptions is ES|QL, and means what it says.
func TestWrittenQueriesRun(t *testing.T) {
	now := column.FromTime(time.Date(2026, 6, 8, 12, 0, 0, 0, time.UTC))
	events := world(rand.New(rand.NewPCG(3, 4)), now, column.Hour, now, 400)

	d := &Detection{Rule: engine.Rule{Query: bedrockTable.Name}}
	m := &macros{d: d, from: bedrockTable.Name}
	made := m.investigate(investigation{Label: "x", RelativeFrom: "now-1h", RelativeTo: "now", Providers: [][]provider{
		{{Field: "user.id", QueryType: "phrase", Value: "{{user.id}}"}, {Field: "cloud.region", Excluded: true, QueryType: "phrase", Value: "a"}},
		{{Field: "gen_ai.usage.prompt_tokens", QueryType: "range", Value: map[string]any{"gte": 20000.0}}},
	}})
	var step Step
	made.ask(d, &step)
	params, missing := Bind(step, map[string][]any{"user.id": {"a"}, "alert_time": {column.Ticks(now)}})
	if missing != nil || d.Notices != nil {
		t.Fatal(missing, d.Notices)
	}
	got := answer(t, events, engine.ESQL, step.File, params, now, nil)
	want := answer(t, events, engine.ESQL, syntax.NewFile("want", `from logs-aws_bedrock.invocation-*
		| where @timestamp >= now() - 1 hour and @timestamp <= now()
		| where mv_contains(user.id, "a") and user.id is not null and (cloud.region is null or not mv_contains(cloud.region, "a"))
			or gen_ai.usage.prompt_tokens == 20000
		| sort @timestamp desc`), nil, now, nil)
	if diff := cmp.Diff(want, got); diff != "" || len(got) < 10 {
		t.Errorf("%d rows\n%s", len(got)-1, diff)
	}

	all := find(t, "bedrock-denied-models")
	some := find(t, "bedrock-denied-models")
	some.except([]Exception{
		{Entries: []ExceptionEntry{{Field: "user.id", Operator: "match", Values: []string{"a"}}, {Field: "cloud.account.id", Operator: "exists"}}},
		{Entries: []ExceptionEntry{{Field: "gen_ai.request.model.id", Operator: "wildcard", Values: []string{"?"}}, {Field: "user.id", Operator: "match_any", Values: []string{"b", "c"}, Excluded: true}}},
	})
	before := answer(t, events, engine.ESQL, ruleFile(all), nil, now, nil)
	after := answer(t, events, engine.ESQL, ruleFile(some), nil, now, nil)
	if len(after) < 2 || len(after) >= len(before) {
		t.Errorf("%d rows became %d", len(before)-1, len(after)-1)
	}
	for _, line := range after[1:] {
		if cells := strings.Split(line, ", "); cells[1] != "b" {
			t.Errorf("not excepted: %s", line)
		}
	}
}
