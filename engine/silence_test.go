package engine_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
)

// A rule that fires on silence runs on windows without events too, as long as they lie within the time that was loaded.
func TestSilenceFires(t *testing.T) {
	noon := column.FromTime(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	events := []request{{time: noon + column.Minute, user: "ann", size: 1}, {time: noon + 151*column.Minute, user: "ann", size: 1}}
	for _, tt := range []struct {
		name, query string
		trigger     engine.Trigger
		columns     int
		hits        int
	}{
		{"no row is the trigger", `from requests`, engine.Trigger{Operator: "lt", Threshold: 1}, 0, 12},
		{"none is counted", `from requests | stats n = count() | where n == 0`, engine.Trigger{}, 1, 12},
		{"some are counted", `from requests | stats n = count() | where n > 0`, engine.Trigger{}, 1, 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: tt.query, Trigger: tt.trigger, Every: 10 * time.Minute, Lookback: 30 * time.Minute}
			var ticks []int64
			report, err := engine.Replay(context.Background(), rule, requestSource(events, 1), engine.ReplayOptions{Span: engine.Window{From: noon, To: noon + 3*column.Hour}},
				func(h engine.Hit) error {
					if len(h.Columns) != tt.columns || len(h.Row) != tt.columns {
						t.Errorf("columns %v, row %v", h.Columns, h.Row)
					}
					ticks = append(ticks, (h.Tick-noon)/column.Minute)
					return nil
				})
			if err != nil || len(ticks) != tt.hits || report.Quiet != (tt.hits == 12) {
				t.Fatalf("hits at %v, quiet %t, %v", ticks, report.Quiet, err)
			}
			if tt.hits == 12 && (ticks[0] != 40 || ticks[11] != 150) {
				t.Errorf("hits at %v", ticks)
			}
		})
	}
}

// Ticks run by parts are those of the whole.
func TestReplayOnly(t *testing.T) {
	noon := column.FromTime(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	var events []request
	for i := range 300 {
		events = append(events, request{time: noon + int64(i*i%7200)*column.Second, user: string(rune('a' + i%3)), size: int64(i)})
	}
	rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: `from requests | stats n = count() by user.id | where n > 10`, Every: 5 * time.Minute, Lookback: 20 * time.Minute}
	run := func(only []engine.Window) (ticks []int64, report *engine.Report) {
		report, err := engine.Replay(context.Background(), rule, requestSource(events, 7),
			engine.ReplayOptions{Span: engine.Window{From: noon, To: noon + 2*column.Hour}, Only: only},
			func(h engine.Hit) error { ticks = append(ticks, h.Tick); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return ticks, report
	}
	all, whole := run(nil)
	only := []engine.Window{{From: noon + 20*column.Minute, To: noon + 30*column.Minute}, {From: noon + column.Hour, To: noon + 71*column.Minute}}
	var want []int64
	for _, tick := range all {
		for _, w := range only {
			if w.From < tick && tick <= w.To {
				want = append(want, tick)
			}
		}
	}
	got, part := run(only)
	if len(want) < 4 || len(all) == len(want) || len(got) != len(want) {
		t.Fatalf("%d hits in all, %d wanted, %d found", len(all), len(want), len(got))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("hit %d at %d, want %d", i, got[i], want[i])
		}
	}
	if part.Ticks != 4 || len(part.Ran) != 2 || part.Ran[0] != only[0] || part.Ran[1].To != noon+70*column.Minute {
		t.Errorf("%d ticks, ran %v of %v", part.Ticks, part.Ran, only)
	}
	if len(whole.Ran) != 1 || int64(whole.Ticks) != (whole.Ran[0].To-whole.Ran[0].From)/(5*column.Minute) {
		t.Errorf("%d ticks, ran %v", whole.Ticks, whole.Ran)
	}
}

// opened is a source whose tables have events that carry more fields than are known.
type opened struct{ *exec.Memory }

func (o opened) Table(name string) (*plan.Table, bool) {
	t, ok := o.Memory.Table(name)
	if !ok {
		return nil, false
	}
	open := *t
	open.Open = true
	return &open, true
}

// Coverage counts the events that carry what a rule needs.
func TestCovered(t *testing.T) {
	noon := column.FromTime(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	events := []request{{time: noon, user: "ann", size: 1}, {time: noon + 1, size: 1}, {time: noon + 2, user: "bob"}, {time: noon + column.Day, user: "eve"}}
	for _, tt := range []struct {
		query    string
		carrying int
		missing  int
	}{
		{`from requests | where user.id == "ann"`, 2, 0},
		{`from requests | where user.id == "ann" and nothing == "x"`, 0, 1},
		{`from requests | where user.id is null`, 3, 0},
		{`from requests | where user.id is not null`, 2, 0},
		{`from requests | where nothing is not null`, 0, 1},
		{`from requests | where nowhere is not null`, 0, 1},
		{`from requests | where not (nowhere is null or neither is null)`, 3, 0},
		{`from requests | where to_lower(nowhere) like "x*" or starts_with(neither, "y")`, 0, 2},
		{`from requests | eval a = concat(nowhere, "x") | where user.id == "ann" and length(a) > 3`, 0, 1},
		{`from requests | keep user.id, nowhere | rename nowhere as b | where b in ("x", "y")`, 0, 1},
		{`from requests | stats n = max(nowhere) by user.id | where n > 3`, 0, 1},
		{`from requests | stats n = count(*), v = values(nowhere) by user.id | where n > 3`, 3, 0},
		{`from requests | where coalesce(nowhere, user.id) == "ann"`, 2, 0}, // one has neither,
		{`from requests | where kql("nowhere: x")`, 0, 1},
		{`from requests | where kql("not nowhere: x") and size > 99`, 3, 0},
		{`from requests`, 3, 0},
	} {
		rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: tt.query}
		src := opened{requestSource(events, 2)}
		q, err := rule.Parse(context.Background(), src)
		if err != nil {
			t.Fatal(err)
		}
		c, err := q.Covered(context.Background(), src, engine.Window{From: noon, To: noon + column.Hour})
		if err != nil || c.Events != 3 || c.Carrying != tt.carrying || len(c.Missing) != tt.missing {
			t.Errorf("%s: %+v %v", tt.query, c, err)
		}
	}
}

// recorded is a source whose records alone tell of the column nothing. It notes how long it may look for it.
type recorded struct {
	*exec.Memory
	looked *int  // events
	hasty  *bool // there was an end to the time
}

func (recorded) Deep(_, name string) bool { return name == "nothing" }

func (r recorded) Scan(ctx context.Context, q exec.Request) (exec.Scanner, error) {
	s, err := r.Memory.Scan(ctx, q)
	if len(q.Columns) != 1 || q.Columns[0] != "nothing" || q.Fleeting {
		return s, err
	}
	if _, ends := ctx.Deadline(); ends {
		*r.hasty = true
	}
	return lookedScan{s, r.looked}, err
}

type lookedScan struct {
	exec.Scanner
	looked *int
}

func (s lookedScan) Next() (*column.Batch, error) {
	b, err := s.Scanner.Next()
	if b != nil {
		*s.looked += b.Len
	}
	return b, err
}

// Whether any record carries a field is found out by looking into so many of them, however long that takes: a busy machine makes no rule clean
// that had nothing to look at.
func TestCoverDependsOnNoClock(t *testing.T) {
	events := someEvents(rand.New(rand.NewPCG(1, 1)), 400)
	looked, hasty := 0, false
	source := requestSource(events, 2)
	source.Takes = false
	src := recorded{source, &looked, &hasty}
	rule := &engine.Rule{ID: "r", Language: engine.ESQL, Query: `from requests | where nothing is not null`, Every: time.Hour, Lookback: time.Hour}
	span := engine.Window{From: events[0].time, To: events[len(events)-1].time + 1}
	report, err := engine.Replay(context.Background(), rule, src, engine.ReplayOptions{Span: span, Budget: time.Hour}, func(engine.Hit) error { return nil })
	if err != nil || report.Outcome != engine.OutcomeNoData || looked < len(events) || hasty {
		t.Errorf("%s (%s) after a look at %d events, with an end to its time: %t, %v", report.Outcome, report.Reason, looked, hasty, err)
	}
	q, err := rule.Parse(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	looked = 0
	c, err := q.CoveredOf(context.Background(), src, span, 100)
	if err != nil || len(c.Missing) > 0 || len(c.Unsure) != 1 || c.Events != len(events) || looked > 100+2*16 || looked < 16 {
		t.Errorf("%+v after %d of %d events, %v", c, looked, len(events), err)
	}
}
