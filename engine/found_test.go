package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/syntax"
)

// keyed are rules whose columns are found in data: the models of a window are its keys, and gpt-5 is not always among them.
var keyed = []struct {
	name     string
	mistaken bool // over some windows
	query    string
}{
	{"a key", true, `requests | extend b = bag_pack(model, size) | evaluate bag_unpack(b) | where isnotnull(['gpt-5']) | summarize n = count() by user = ['user.id'] | where n > 0`},
	{"all keys", false, `requests | extend b = bag_pack(model, size, 'two', tokens) | project b | evaluate bag_unpack(b, 'k_') | where k_two > 5 | take 3`},
	{"types", false, `requests | extend b = bag_pack('v', iff(model == 'gpt-5', todynamic('true'), todynamic(tostring(size)))) | evaluate bag_unpack(b) | where tostring(v) in ('7', 'True') | project v`},
	{"two at a time", false, `let K = requests | where size > 2 | extend b = bag_pack(model, ['user.id']) | evaluate bag_unpack(b);
		K | summarize n = count(), c = bag_pack(take_any(['user.id']), 1) | evaluate bag_unpack(c) | where n > 2`},
	{"by the clock", false, `requests | where ['@timestamp'] > ago(10m) | summarize n = count() by model, user = ['user.id'] | evaluate pivot(model, sum(n)) | where user != ''`},
	{"silence", false, `requests | extend b = bag_pack(model, size) | evaluate bag_unpack(b) | count | where Count < 3`},
}

// TestFoundColumns: the columns of every run of a rule are those of its own window, however many windows are replayed together and wherever
// that stopped. Over a window whose events leave the query a mistake it finds nothing, and says so.
func TestFoundColumns(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 14))
	events := someEvents(random, 200)
	for i := range events {
		if random.IntN(25) == 0 {
			events[i].model = "gpt-5"
		}
	}
	src := requestSource(events, 50)
	for _, tt := range keyed {
		t.Run(tt.name, func(t *testing.T) {
			rule := &engine.Rule{ID: "r", Language: engine.KQL, Query: tt.query, Every: 10 * time.Minute, Lookback: 20 * time.Minute}
			span := engine.Window{From: events[0].time, To: events[len(events)-1].time + 1}
			want, mistakes := eachWindow(t, rule, src, span, events)
			if len(want) == 0 || mistakes == 0 && tt.mistaken {
				t.Fatalf("%d hits and %d mistakes test little", len(want), mistakes)
			}
			for stop := range 3 {
				var got []string
				take := func(h engine.Hit) error { got = append(got, printedRow(h.Tick, h.Columns, h.Row)); return nil }
				opt := engine.ReplayOptions{Span: span, EveryRun: true}
				var reports []*engine.Report
				if stop > 0 {
					opt.Budget = 10 * time.Millisecond
					first, err := engine.Replay(context.Background(), rule, &slow{src, 5 * stop}, opt, take)
					if err != nil {
						t.Fatal(err)
					}
					reports, opt.Only, opt.Budget = append(reports, first), first.Left, 0
				}
				if stop == 0 || len(opt.Only) > 0 {
					rest, err := engine.Replay(context.Background(), rule, src, opt, take)
					if err != nil {
						t.Fatal(err)
					}
					reports = append(reports, rest)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("stopped at %d: %s", stop, cmp.Diff(want, got))
				}
				lacking := 0
				for _, r := range reports {
					for _, run := range r.Runs {
						if run.Err != "" {
							lacking++
						}
					}
				}
				if lacking != mistakes {
					t.Errorf("stopped at %d: %d runs lacked something, not %d", stop, lacking, mistakes)
				}
			}
		})
	}
}

// eachWindow runs a rule over each of its windows by itself: those with events and, where a window without any fires, those too.
func eachWindow(t *testing.T, rule *engine.Rule, src exec.Source, span engine.Window, events []request) (hits []string, mistakes int) {
	q, err := rule.Parse(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	every, lookback := int64(rule.Every/100), int64(rule.Lookback/100)
	for tick := span.From / every * every; tick <= span.To+lookback; tick += every {
		w := engine.Window{From: tick - lookback, To: tick}
		silent := !slices.ContainsFunc(events, func(e request) bool { return w.From <= e.time && e.time < w.To })
		if silent && (w.From < span.From || w.To > span.To) {
			continue
		}
		got, err := engine.Run(context.Background(), q, src, engine.Options{AsOf: tick, Window: &w})
		switch {
		case err != nil && len(syntax.Errors(err)) == 0:
			t.Fatal(err)
		case err != nil && !silent:
			mistakes++
		case err == nil:
			for i := range got.Batch.Len {
				var row []any
				for _, v := range got.Batch.Columns {
					row = append(row, v.Value(i))
				}
				hits = append(hits, printedRow(tick, got.Columns, row))
			}
		}
	}
	return hits, mistakes
}

func printedRow(tick int64, columns []column.Field, row []any) string {
	text := fmt.Sprint(column.ToTime(tick).Format("02 15:04"))
	for i, f := range columns {
		text += fmt.Sprintf(" %s:%d=%v", f.Name, f.Type, row[i])
	}
	return text
}

// TestFoundNowhere: a rule that asks for a key which no event at all has had nothing to look at.
func TestFoundNowhere(t *testing.T) {
	events := someEvents(rand.New(rand.NewPCG(3, 14)), 50)
	for _, tt := range []struct{ query, outcome, reason string }{
		{`requests | evaluate bag_unpack(bag_pack(model, 1)) | where zz == 1`, "refused", "1:32: the plugin 'bag_unpack' wants a column here"},
		{`requests | extend b = bag_pack(model, 1) | evaluate bag_unpack(b) | where Colour == 1 | summarize count() by Shade`, "no-data", "no event has a column Colour, Shade in any window"},
		{`requests | join (requests | extend b = bag_pack(model, 1) | evaluate bag_unpack(b)) on Shade`, "refused", "1:88: the left side of the join has no column 'Shade'"},
		{`requests | project Shade = model | join (requests | extend b = bag_pack(model, 1) | evaluate bag_unpack(b)) on Shade`, "no-data", "no event has a column Shade in any window"},
		{`union (print Shade = 1), (requests | extend b = bag_pack(model, 1) | evaluate bag_unpack(b)) | where Shade == Colour`, "no-data", "no event has a column Colour in any window"},
		{`requests | extend b = bag_pack('shade', size) | evaluate bag_unpack(b) | where shde == 1`, "no-data", "no event has a column shde in any window"},
		{`requests | extend b = bag_pack('size', 1) | evaluate bag_unpack(b)`, "refused", "1:54: bag_unpack would make a second column 'size'"},
		{`requests | mv-apply x = todynamic('[{"a":1}]') on (evaluate bag_unpack(x))`, "refused", "1:61: the columns of the plugin 'bag_unpack' depend on the data"},
	} {
		rule := &engine.Rule{ID: "r", Language: engine.KQL, Query: tt.query, Every: 10 * time.Minute, Lookback: 20 * time.Minute}
		_, report := replayed(t, rule, requestSource(events, 50), events)
		if string(report.Outcome) != tt.outcome || report.Reason != tt.reason {
			t.Errorf("%s\nended as %s: %s", tt.query, report.Outcome, report.Reason)
		}
	}
}

// TestFoundLate: what a query gives does not depend on which events were looked at when it was read.
func TestFoundLate(t *testing.T) {
	noon := column.FromTime(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	events := make([]request, 6000)
	for i := range events {
		events[i] = request{time: noon + int64(i), user: "ann", model: "m1", size: 1}
	}
	events[5999].model, events[5999].size = "late", 7
	src := requestSource(events, 1000)
	for _, tt := range []struct{ query, want string }{
		{`requests | extend b = bag_pack(model, size) | evaluate bag_unpack(b) | where late > 5 | project late`, "late:3=7"},
		{`requests | extend b = bag_pack(model, ['user.id']) | evaluate bag_unpack(b, 'k_') | where k_late == 'ann' | summarize n = count() by k_late`, "k_late:7=ann n:3=1"},
		{`requests | extend b = bag_pack(model, size) | evaluate bag_unpack(b) | where lat > 5`, "q:1:78: unknown column or name 'lat' (did you mean 'late'?)"},
	} {
		text := ""
		q, err := engine.Parse(context.Background(), engine.KQL, syntax.NewFile("q", tt.query), src, nil)
		if err == nil {
			var got *engine.Result
			if got, err = engine.Run(context.Background(), q, src, engine.Options{}); err == nil {
				for i, f := range got.Columns {
					text += fmt.Sprintf(" %s:%d=%v", f.Name, f.Type, got.Batch.Columns[i].Value(0))
				}
			}
		}
		if err != nil {
			text = " " + err.Error()
		}
		if text != " "+tt.want {
			t.Errorf("%s\n got%s\nwant %s", tt.query, text, tt.want)
		}
	}
}
