package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
)

var denied = &engine.Rule{ID: "denied", Title: "Denied", Language: engine.ESQL, Query: "from x", Severity: engine.High, Risk: 73, Entity: []string{"user.id"}}

var hitColumns = []column.Field{{Name: "user.id", Type: column.String}, {Name: "n", Type: column.Long}, {Name: "mean", Type: column.Double}}

// hit is a hit of an hour's window at a ten-minute tick.
func hit(tick int64, user string, events ...int64) engine.Hit {
	at := tick * 10 * column.Minute
	return engine.Hit{Rule: "denied", Tick: at, Window: engine.Window{From: at - column.Hour, To: at}, Columns: hitColumns, Row: []any{user, int64(len(events)), 1.5}, Events: events}
}

func record3(t *testing.T, db *DB, hits ...engine.Hit) []Alert {
	t.Helper()
	run := Run{AsOf: 1 << 40, Span: engine.Window{From: 0, To: 1 << 40}, Outcome: engine.OutcomeHit}
	if err := db.Record(context.Background(), denied, run, hits); err != nil {
		t.Fatal(err)
	}
	return alerts(t, db)
}

func alerts(t *testing.T, db *DB) []Alert {
	t.Helper()
	list, err := db.Alerts(context.Background(), AlertFilter{Order: ByTime, Ascending: true, Stale: true}, Cursor{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// An alert is as severe and as risky as the worst of its hits say, of those too that an earlier run left.
func TestRecordRates(t *testing.T) {
	db := fresh(t)
	rated := *denied
	rated.Every, rated.Lookback = 10*time.Minute, time.Hour
	rated.Rating = engine.Rating{Severities: []engine.SeverityOf{{Column: "n", Value: "3", Severity: engine.Critical}, {Column: "n", Value: "1", Severity: engine.Low}}, RiskColumns: []string{"n"}}
	record := func(only []engine.Window, hits ...engine.Hit) {
		run := Run{AsOf: 1 << 40, Span: engine.Window{From: 0, To: 1 << 40}, Outcome: engine.OutcomeHit, Only: only}
		if err := db.Record(context.Background(), &rated, run, hits); err != nil {
			t.Fatal(err)
		}
	}
	said := func() string {
		var text string
		for _, a := range alerts(t, db) {
			text += fmt.Sprintln(a.Entity, a.Severity, a.Risk, a.Hits)
		}
		return text
	}
	record(nil, hit(10, "ann", 1, 2), hit(11, "ann", 1, 2, 3), hit(11, "bob", 5))
	if got, want := said(), "ann critical 3 2\nbob low 1 1\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	record([]engine.Window{{From: 12*10*column.Minute - 1, To: 12 * 10 * column.Minute}}, hit(12, "ann", 2), hit(12, "bob", 5, 6))
	if got, want := said(), "ann critical 3 3\nbob high 2 2\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestRecordFolds(t *testing.T) {
	db := fresh(t)
	ctx := context.Background()
	// Six ticks see one burst; a later one of the same user, and another user's.
	hits := []engine.Hit{hit(10, "ann", 1, 2), hit(11, "ann", 1, 2, 3), hit(12, "ann", 2, 3), hit(20, "ann", 9), hit(11, "bob", 5)}
	list := record3(t, db, hits...)
	if len(list) != 3 {
		t.Fatalf("%d alerts, want 3: %+v", len(list), list)
	}
	var a Alert
	for _, x := range list {
		if x.Entity == "ann" && x.Hits == 3 {
			a = x
		}
	}
	if a.Events != 3 || a.First != 10*10*column.Minute || a.Last != 12*10*column.Minute || a.PeakTick != 11*10*column.Minute || a.Score != 76 || a.EntityField != "user.id" {
		t.Errorf("alert %+v", a)
	}
	back, err := db.hits(ctx, "where h.alert = ? order by h.tick, h.place", a.ID)
	if err != nil || len(back) != 3 || fmt.Sprint(back[1].Row) != fmt.Sprint(hits[1].Row) || fmt.Sprint(back[1].Events) != "[1 2 3]" || back[1].Columns[2].Type != column.Double {
		t.Errorf("hits %+v %v", back, err)
	}

	// Verdicts stay with their alert while the rule is run again and again, with more hits and then with none.
	if a, err = db.SetState(ctx, a.ID, State{Status: Closed, Class: FalsePositive, Reason: "a test", Owner: "me"}, a.Version); err != nil {
		t.Fatal(err)
	}
	if again := record3(t, db, hits...); len(again) != 3 {
		t.Errorf("%d alerts after the same run again", len(again))
	}
	record3(t, db, append(hits, hit(13, "ann", 3, 4))...)
	grown, err := db.Alert(ctx, a.ID)
	if err != nil || grown.Hits != 4 || grown.Events != 4 || grown.State != a.State {
		t.Errorf("grown %+v %v", grown, err)
	}
	left := record3(t, db)
	if len(left) != 1 || left[0].ID != a.ID || !left[0].Stale || left[0].Status != Closed {
		t.Errorf("after the rule gave nothing: %+v", left)
	}
	if n, err := walkJournal(ctx, db.readers, nil); err != nil || n.Seq < 5 {
		t.Errorf("journal: %d entries, %v", n, err)
	}

	// What the rule gave when it looked back further lies behind its last tick now, and goes too.
	record3(t, db, hit(300, "eve", 7))
	if left := record3(t, db, hit(10, "", 7)); len(left) != 2 || left[0].Entity+left[0].EntityField != "" {
		t.Errorf("after a shorter look-back: %+v", left)
	}
}

// A silence is one alert for as long as it lasts, also where the windows of its hits only touch; what happened in windows that touch is not.
func TestRecordFoldsSilence(t *testing.T) {
	window := func(hour int64, columns []column.Field, row []any, events ...int64) engine.Hit {
		return engine.Hit{Tick: hour * column.Hour, Window: engine.Window{From: (hour - 1) * column.Hour, To: hour * column.Hour}, Columns: columns, Row: row, Events: events}
	}
	counted := []column.Field{{Name: "n", Type: column.Long}}
	for _, tt := range []struct {
		name    string
		trigger engine.Trigger
		hits    []engine.Hit
		want    string
	}{
		{"no rows", engine.Trigger{Operator: "eq"}, []engine.Hit{window(5, nil, nil), window(6, nil, nil), window(7, nil, nil), window(9, nil, nil)}, ":5-7 :9-9"},
		{"none counted", engine.Trigger{}, []engine.Hit{window(5, counted, []any{int64(0)}), window(6, counted, []any{int64(0)})}, ":5-6"},
		{"some counted", engine.Trigger{}, []engine.Hit{window(5, counted, []any{int64(3)}, 1, 2, 3), window(6, counted, []any{int64(2)}, 4, 5)}, ":5-5 :6-6"},
		{"too few", engine.Trigger{Operator: "lt", Threshold: 2}, []engine.Hit{window(5, nil, nil), window(6, hitColumns, []any{"ann", int64(1), 1.5}, 1), window(7, nil, nil)}, ":5-7"},
		{"somebody", engine.Trigger{}, []engine.Hit{window(5, hitColumns, []any{"ann", int64(1), 1.5}, 1), window(6, hitColumns, []any{"ann", int64(1), 1.5}, 2)}, "ann:5-5 ann:6-6"},
	} {
		rule := *denied
		rule.Trigger, rule.Every, rule.Lookback = tt.trigger, time.Hour, time.Hour
		db := fresh(t)
		if err := db.Record(context.Background(), &rule, Run{Outcome: engine.OutcomeHit}, tt.hits); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range alerts(t, db) {
			got = append(got, fmt.Sprintf("%s:%d-%d", a.Entity, a.First/column.Hour, a.Last/column.Hour))
		}
		if text := strings.Join(got, " "); text != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, text, tt.want)
		}
	}
}

func TestStateUndoRedo(t *testing.T) {
	db := fresh(t)
	ctx := context.Background()
	a := record3(t, db, hit(10, "ann", 1))[0]
	if _, err := db.SetState(ctx, a.ID, State{Status: Closed}, a.Version); err == nil {
		t.Error("closed without a class")
	}
	b, err := db.SetState(ctx, a.ID, State{Status: Acknowledged}, a.Version)
	if err != nil || b.Version != a.Version+1 {
		t.Fatalf("%+v %v", b, err)
	}
	if _, err := db.SetState(ctx, a.ID, State{Status: New}, a.Version); !errors.Is(err, ErrChanged) {
		t.Errorf("a stale version was taken: %v", err)
	}
	answer, err := db.SetAnswer(ctx, a.ID, Answer{Step: "who", Value: "yes", Text: "ann", Pinned: []int64{1}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.SetAnswer(ctx, a.ID, Answer{Step: "who", Value: "no"}); !errors.Is(err, ErrChanged) {
		t.Errorf("an answer was overwritten unseen: %v", err)
	}
	answer.Value = "no"
	if _, err := db.SetAnswer(ctx, a.ID, answer); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Note(ctx, a.ID, "look here"); err != nil {
		t.Fatal(err)
	}
	state := func() string {
		now, _ := db.Alert(ctx, a.ID)
		answers, _ := db.Answers(ctx, a.ID)
		notes, _ := db.Notes(ctx, a.ID)
		return fmt.Sprint(now.Status, " ", answers["who"].Value, " ", len(notes))
	}
	for i, want := range []string{"acknowledged no 1", "acknowledged no 0", "acknowledged yes 0", "acknowledged  0", "new  0"} {
		if i > 0 {
			if _, err := db.Undo(ctx, 0); err != nil {
				t.Fatal(err)
			}
		}
		if got := state(); got != want {
			t.Errorf("after %d undone: %q, want %q", i, got, want)
		}
	}
	if _, err := db.Undo(ctx, 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("undid nothing: %v", err)
	}
	for _, want := range []string{"acknowledged  0", "acknowledged yes 0", "acknowledged no 0", "acknowledged no 1"} {
		if _, err := db.Redo(ctx, 0); err != nil {
			t.Fatal(err)
		}
		if got := state(); got != want {
			t.Errorf("redone to %q, want %q", got, want)
		}
	}
	if _, err := walkJournal(ctx, db.readers, nil); err != nil {
		t.Error(err)
	}
}

func TestPagesOfAlerts(t *testing.T) {
	db := fresh(t)
	var hits []engine.Hit
	for i := range 57 {
		hits = append(hits, hit(int64(10+i%7), fmt.Sprintf("user%d", i), int64(i)))
	}
	record3(t, db, hits...)
	for _, order := range []Order{ByScore, ByTime, ByEntity, BySeverity, ByEvents, ByStatus, ByOwner, ByRule} {
		seen := map[int64]bool{}
		var after Cursor
		for {
			page, err := db.Alerts(context.Background(), AlertFilter{Order: order}, after, 10)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for i := range page {
				seen[page[i].ID] = true
			}
			after = page[len(page)-1].After(order)
		}
		if len(seen) != 57 {
			t.Errorf("by %s: pages gave %d alerts, want 57", order, len(seen))
		}
	}
}

// TestPagesAreReadInOrder asks SQLite how it reads the queue: along an index, and never by sorting what it found.
func TestPagesAreReadInOrder(t *testing.T) {
	db := fresh(t)
	open := AlertFilter{Statuses: []Status{New, Acknowledged}}
	mine := AlertFilter{Statuses: []Status{New}, Owner: "ann"}
	free := AlertFilter{Unassigned: true, MinEvents: 3}
	for _, order := range []Order{ByScore, ByTime, ByEntity, BySeverity, ByEvents, ByStatus, ByOwner, ByRule} {
		for i, filter := range []AlertFilter{{}, open, mine, free, {Either: [][]AlertFilter{{open, mine}}}} {
			for _, after := range []Cursor{{}, {Value: 1, ID: 1}} {
				filter.Order = order
				query, args := filter.page(after, 10)
				var plan []string
				err := each(context.Background(), db.readers, "explain query plan "+query, args, func(scan func(...any) error) error {
					var id, parent, unused int
					var step string
					err := scan(&id, &parent, &unused, &step)
					plan = append(plan, step)
					return err
				})
				if err != nil || len(plan) != 1 || !strings.Contains(plan[0], "USING INDEX") {
					t.Errorf("by %s, filter %d: %q, %v", order, i, plan, err)
				}
			}
		}
	}
}

func TestManyWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "casebook.db")
	first := open(t, path)
	a := record3(t, first, hit(10, "ann", 1))[0]
	before, err := first.Version(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	const writers, each = 8, 25
	var wg sync.WaitGroup
	for w := range writers {
		db := open(t, path)
		wg.Go(func() {
			for i := range each {
				if _, err := db.Note(context.Background(), a.ID, fmt.Sprintf("%d/%d", w, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	notes, err := first.Notes(context.Background(), a.ID)
	if err != nil || len(notes) != writers*each {
		t.Errorf("%d notes (%v), want %d", len(notes), err, writers*each)
	}
	if _, err := walkJournal(context.Background(), first.readers, nil); err != nil {
		t.Error(err)
	}
	if after, err := first.Version(context.Background()); err != nil || after == before {
		t.Errorf("the version did not change: %d (%v)", after, err)
	}
}

func TestJournalTamper(t *testing.T) {
	ctx := context.Background()
	for _, tt := range []struct{ name, sql string }{
		{"edit", "update journal set payload = '{}' where seq = 3"},
		{"delete", "delete from journal where seq = 3"},
		{"reorder", "update journal set seq = -1 where seq = 2; update journal set seq = 2 where seq = 3; update journal set seq = 3 where seq = -1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := fresh(t)
			a := record3(t, db, hit(10, "ann", 1))[0]
			for range 4 {
				if _, err := db.Note(ctx, a.ID, "x"); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := db.writer.Exec(tt.sql); err == nil {
				t.Error("the journal's guard let it through")
			}
			if _, err := db.writer.Exec("drop trigger journal_keeps; drop trigger journal_stays; " + tt.sql); err != nil {
				t.Fatal(err)
			}
			var broken *Broken
			if _, err := walkJournal(ctx, db.readers, nil); !errors.As(err, &broken) || broken.Seq > 3 {
				t.Errorf("verified: %v", err)
			}
		})
	}
	t.Run("tail", func(t *testing.T) {
		db := fresh(t)
		a := record3(t, db, hit(10, "ann", 1))[0]
		if _, err := db.Note(ctx, a.ID, "x"); err != nil {
			t.Fatal(err)
		}
		seq, hash, err := db.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		head := Head{seq, hash}
		if _, err := walkJournal(ctx, db.readers, &head); err != nil {
			t.Error(err)
		}
		if _, err := db.writer.Exec("drop trigger journal_stays; delete from journal where seq = (select max(seq) from journal)"); err != nil {
			t.Fatal(err)
		}
		if _, err := walkJournal(ctx, db.readers, nil); err != nil {
			t.Errorf("a cut tail cannot be seen without a head, but: %v", err)
		}
		var broken *Broken
		if _, err := walkJournal(ctx, db.readers, &head); !errors.As(err, &broken) {
			t.Errorf("a cut tail was not seen with its head: %v", err)
		}
	})
}

// TestEventsOf pages through the events behind an alert, in order of time though they were loaded in another.
func TestEventsOf(t *testing.T) {
	db := fresh(t)
	ctx := context.Background()
	dir := t.TempDir()
	load(t, db, write(t, filepath.Join(dir, "late.json"), lines(500, 600)))
	load(t, db, write(t, filepath.Join(dir, "early.json"), lines(100, 200)))
	var ids []int64
	for id := int64(1); id <= 200; id++ {
		ids = append(ids, id)
	}
	a := record3(t, db, hit(10, "ann", ids...))[0]
	var rows []EventRow
	for {
		page, err := db.EventsOf(ctx, a.ID, len(rows), 30)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		rows = append(rows, page...)
	}
	if len(rows) != 200 || rows[0].ID != 101 {
		t.Fatalf("%d events, the first is %d", len(rows), rows[0].ID)
	}
	for i := 1; i < len(rows); i++ {
		if rows[i].Time < rows[i-1].Time {
			t.Fatalf("event %d is before the one in front of it", i)
		}
	}
	bins, err := db.Histogram(ctx, EventFilter{}, rows[0].Tick()/column.Minute*column.Minute, rows[199].Tick()+column.Minute, 5)
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, b := range bins {
		total += b.Events
	}
	if total != 200 {
		t.Errorf("the histogram counts %d events, want 200", total)
	}
}
