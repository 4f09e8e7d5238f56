package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
)

// request is an event of the tests.
type request struct {
	time         int64
	user, model  string // empty for null
	size, tokens int64
}

var requestTable = &plan.Table{Name: "requests", Time: "@timestamp", Fields: []column.Field{
	{Name: "@timestamp", Type: column.Time}, {Name: "user.id", Type: column.String}, {Name: "model", Type: column.String},
	{Name: "size", Type: column.Long}, {Name: "tokens", Type: column.Long}, {Name: "nothing", Type: column.String},
}}

// requestSource puts events into batches of a size.
func requestSource(events []request, size int) *exec.Memory {
	m := exec.NewMemory()
	m.Takes = true
	var batches []*column.Batch
	for chunk := range slices.Chunk(events, size) {
		var b [6]*column.Builder
		for i, f := range requestTable.Fields {
			b[i] = column.NewBuilder(f.Type, len(chunk))
		}
		text := func(b *column.Builder, s string) {
			if s == "" {
				b.Null()
			} else {
				b.Str(s)
			}
		}
		for _, e := range chunk {
			b[0].Int(e.time)
			text(b[1], e.user)
			text(b[2], e.model)
			b[3].Int(e.size)
			b[4].Int(e.tokens)
			b[5].Null()
		}
		batch := &column.Batch{Len: len(chunk)}
		for _, one := range b {
			batch.Columns = append(batch.Columns, one.Vector())
		}
		batches = append(batches, batch)
	}
	m.Add(requestTable, batches...)
	return m
}

// someEvents are bursts of requests with silence between them, in order of time, ending at odd instants.
func someEvents(random *rand.Rand, n int) []request {
	var events []request
	at := column.FromTime(time.Date(2026, 3, 1, 11, 58, 0, 0, time.UTC))
	for range n {
		switch random.IntN(40) {
		case 0:
			at += int64(random.IntN(int(9 * column.Hour)))
		case 1:
			at += 10*column.Minute - at%(10*column.Minute) // exactly on a tick
		default:
			at += int64(random.IntN(int(column.Minute)))
		}
		events = append(events, request{
			time: at, user: []string{"ann", "bob", ""}[random.IntN(3)], model: []string{"m1", "m2"}[random.IntN(2)],
			size: int64(random.IntN(100)), tokens: int64(random.IntN(20)),
		})
	}
	return events
}

// wantHits runs a rule by its definition: every tick whose window holds an event, over that window.
func wantHits(events []request, every, lookback int64, rows func(tick int64, window []request) []string) []string {
	var hits []string
	if len(events) == 0 {
		return nil
	}
	for t := events[0].time / every * every; t <= events[len(events)-1].time+lookback; t += every {
		var window []request
		for _, e := range events {
			if t-lookback <= e.time && e.time < t {
				window = append(window, e)
			}
		}
		if len(window) == 0 {
			continue
		}
		for _, row := range rows(t, window) {
			hits = append(hits, column.ToTime(t).Format("02 15:04 ")+row)
		}
	}
	return hits
}

func replayed(t *testing.T, rule *engine.Rule, src exec.Source, events []request) ([]string, *engine.Report) {
	t.Helper()
	var kept []engine.Hit // to the end: a hit is its receiver's own
	span := engine.Window{From: events[0].time, To: events[len(events)-1].time + 1}
	report, err := engine.Replay(context.Background(), rule, src, engine.ReplayOptions{Span: span}, func(h engine.Hit) error {
		kept = append(kept, h)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var hits []string
	for _, h := range kept {
		hits = append(hits, fmt.Sprintf("%s%v %v", column.ToTime(h.Tick).Format("02 15:04 "), h.Row, h.Events))
	}
	return hits, report
}

// counted are groups of events with at least some many, by key, as the rules below show them.
func counted(window []request, key func(request) (string, bool), least int, ids map[request]int64) []string {
	groups := map[string][]int64{}
	for _, e := range window {
		if k, ok := key(e); ok {
			groups[k] = append(groups[k], ids[e])
		}
	}
	var rows []string
	for k, list := range groups {
		if len(list) >= least {
			rows = append(rows, fmt.Sprintf("[%d %s] %v", len(list), k, list))
		}
	}
	sort.Strings(rows)
	return rows
}

func TestReplay(t *testing.T) {
	user := func(e request) (string, bool) {
		if e.user == "" {
			return "<nil>", true
		}
		return e.user, true
	}
	for _, tt := range []struct {
		name, query     string
		every, lookback time.Duration
		rows            func(ids map[request]int64) func(tick int64, window []request) []string
	}{
		{"a window longer than the interval", `from requests | where size > 50 | keep user.id | stats n = count() by user.id | where n >= 3 | sort user.id nulls first`,
			10 * time.Minute, time.Hour,
			func(ids map[request]int64) func(int64, []request) []string {
				return func(_ int64, w []request) []string {
					return counted(w, func(e request) (string, bool) { k, _ := user(e); return k, e.size > 50 }, 3, ids)
				}
			}},
		{"a window of its own inside the rule's", `from requests | eval x = size | where @timestamp > now() - 25 minutes and x < 90 | stats n = count() by model | sort model | where n > 1`,
			10 * time.Minute, time.Hour,
			func(ids map[request]int64) func(int64, []request) []string {
				return func(tick int64, w []request) []string {
					return counted(w, func(e request) (string, bool) {
						return e.model, e.time > tick-25*column.Minute && e.size < 90
					}, 2, ids)
				}
			}},
		{"a window shorter than the interval", `from requests | stats n = count() by user.id | sort user.id nulls first`, time.Hour, 7 * time.Minute,
			func(ids map[request]int64) func(int64, []request) []string {
				return func(_ int64, w []request) []string { return counted(w, user, 1, ids) }
			}},
		{"events", `from requests | where size > 80 | eval x = mv_append(size, tokens) | keep size, user.id, x`, time.Hour, 2*time.Hour + 7*time.Minute,
			func(ids map[request]int64) func(int64, []request) []string {
				return func(_ int64, w []request) (rows []string) {
					for _, e := range w {
						if u, _ := user(e); e.size > 80 {
							rows = append(rows, fmt.Sprintf("[%d %s [%d %d]] [%d]", e.size, u, e.size, e.tokens, ids[e]))
						}
					}
					return rows
				}
			}},
		{"time asked for after the groups", `from requests | stats n = count(), newest = max(@timestamp) by model | where newest > now() - 3 minutes | keep n, model | sort model`,
			10 * time.Minute, 30 * time.Minute,
			func(ids map[request]int64) func(int64, []request) []string {
				return func(tick int64, w []request) []string {
					last := map[string]int64{}
					for _, e := range w {
						last[e.model] = e.time
					}
					return counted(w, func(e request) (string, bool) { return e.model, last[e.model] > tick-3*column.Minute }, 1, ids)
				}
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(4, uint64(len(tt.query))))
			for range 20 {
				events := someEvents(random, 1+random.IntN(400))
				ids := map[request]int64{}
				for i, e := range events {
					if _, twice := ids[e]; twice {
						events[i].tokens += 1000 // so that events are told apart
						e = events[i]
					}
					ids[e] = int64(i + 1)
				}
				rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: tt.query, Every: tt.every, Lookback: tt.lookback}
				got, report := replayed(t, rule, requestSource(events, 1+random.IntN(100)), events)
				if report.Err != nil {
					t.Fatal(report.Err)
				}
				want := wantHits(events, int64(tt.every)/100, int64(tt.lookback)/100, tt.rows(ids))
				sort.Strings(got) // groups of one tick, by the same order as the reference's
				sort.Strings(want)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("(-want +got):\n%s", diff)
				}
				if (report.Outcome == engine.OutcomeHit) != (len(want) > 0) {
					t.Errorf("%d hits, and the outcome is %s", len(want), report.Outcome)
				}
			}
		})
	}
}

func TestReplayOutcomes(t *testing.T) {
	start := column.FromTime(time.Date(2026, 3, 1, 12, 1, 0, 0, time.UTC))
	var events []request
	for i := range 6 {
		events = append(events, request{time: start + int64(i)*column.Second, user: "ann", size: 10})
	}
	for _, tt := range []struct {
		name, query string
		change      func(*engine.Rule)
		outcome     engine.Outcome
		reason      string
		hits, over  int
	}{
		{"hit", `from requests | stats n = count() by user.id`, nil, engine.OutcomeHit, "", 6, 0},
		{"capped", `from requests | keep size`, func(r *engine.Rule) { r.MaxAlerts, r.Lookback = 4, 10*time.Minute }, engine.OutcomeHit, "", 6, 2},
		{"clean", `from requests | where size > 99`, nil, engine.OutcomeClean, "", 0, 0},
		{"below its trigger", `from requests | keep size`, func(r *engine.Rule) { r.Trigger = engine.Trigger{Operator: "gt", Threshold: 6} }, engine.OutcomeClean, "", 0, 0},
		{"on no rows", `from requests | where size > 99`, func(r *engine.Rule) { r.Trigger = engine.Trigger{Operator: "lt", Threshold: 1} }, engine.OutcomeHit, "", 6, 0},
		{"a field in no event", `from requests | where nothing == "x"`, nil, engine.OutcomeNoData, "no event carries nothing", 0, 0},
		{"one of two fields in no event", `from requests | where nothing == "x" or size > 99`, nil, engine.OutcomeClean, "", 0, 0},
		{"missing on purpose", `from requests | where nothing is null and size > 99`, nil, engine.OutcomeClean, "", 0, 0},
		{"a mistake", `from requests | were size > 1`, nil, engine.OutcomeRefused, "7:17: unknown command", 0, 0},
		{"no such table", `from logs-okta.system-* | stats n = count(*) by user.id`, nil, engine.OutcomeNoData, "no table logs-okta.system-* here", 0, 0},
		{"no such table, and a mistake", `from logs-okta.system-* | eval x = nosuch(y)`, nil, engine.OutcomeRefused, "7:36: unknown function NOSUCH; and no table logs-okta.system-* here", 0, 0},
		{"stopped", `from requests`, func(r *engine.Rule) { r.State = "unsupported: eql" }, engine.OutcomeUnsupported, "eql", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rule := &engine.Rule{ID: "r", File: "rule.md", Line: 7, Language: engine.ESQL, Query: tt.query, Every: 10 * time.Minute, Lookback: time.Hour}
			if tt.change != nil {
				tt.change(rule)
			}
			hits, over := 0, 0
			report, err := engine.Replay(context.Background(), rule, requestSource(events, 3), engine.ReplayOptions{Span: engine.Window{From: start, To: start + column.Minute}},
				func(h engine.Hit) error {
					hits++
					if h.OverCap {
						over++
					}
					return nil
				})
			if err != nil {
				t.Fatal(err)
			}
			if report.Outcome != tt.outcome || !strings.Contains(report.Reason, tt.reason) || tt.reason == "" && report.Reason != "" {
				t.Errorf("ended %s (%s), want %s (%s)", report.Outcome, report.Reason, tt.outcome, tt.reason)
			}
			if hits != tt.hits || over != tt.over || report.Hits != hits {
				t.Errorf("%d hits, %d over the cap, reported %d; want %d and %d", hits, over, report.Hits, tt.hits, tt.over)
			}
		})
	}
	t.Run("no event at all", func(t *testing.T) {
		rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: `from requests`, Every: time.Hour, Lookback: time.Hour}
		report, err := engine.Replay(context.Background(), rule, requestSource(nil, 1), engine.ReplayOptions{Span: engine.Window{From: start, To: start + column.Day}}, nil)
		if err != nil || report.Outcome != engine.OutcomeNoData {
			t.Errorf("ended %s, %v", report.Outcome, err)
		}
	})
	t.Run("stages", func(t *testing.T) {
		rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: "from requests\n| eval big = size\n| where size > 9 and @timestamp >= now() - 9 minutes\n| stats n = count() by user.id\n| limit 5", Every: 10 * time.Minute, Lookback: time.Hour}
		report, err := engine.Replay(context.Background(), rule, requestSource(events, 2), engine.ReplayOptions{Span: engine.Window{From: start, To: start + column.Day}}, func(engine.Hit) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		want := []engine.Stage{{"from requests", 6}, {"eval big = size", 6}, {"where size > 9 and @timestamp >= now() - 9 minutes", 6}, {"stats n = count() by user.id", 1}, {"limit 5", 1}}
		if len(report.Runs) != 1 {
			t.Fatalf("%d runs with hits, want 1", len(report.Runs))
		}
		if diff := cmp.Diff(want, report.Runs[0].Stages); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
