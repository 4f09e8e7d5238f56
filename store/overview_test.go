package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"casebook/engine"
	"casebook/engine/column"
)

func TestOverview(t *testing.T) {
	db := fresh(t)
	ctx := context.Background()
	list := record3(t, db, hit(10, "ann", 1), hit(30, "ann", 2), hit(50, "bob", 3), hit(70, "cat", 4))
	me := db.Actor().Name
	set := func(i int, s State) {
		t.Helper()
		if _, err := db.SetState(ctx, list[i].ID, s, list[i].Version); err != nil {
			t.Fatal(err)
		}
	}
	set(1, State{Status: Acknowledged, Owner: me})
	set(2, State{Status: Closed, Class: FalsePositive, Reason: "x", Owner: me})
	set(3, State{Status: Closed, Class: TruePositive, Reason: "x"})
	if _, err := db.NewCase(ctx, "who?", list[0].ID); err != nil {
		t.Fatal(err)
	}
	o, err := db.Overview(ctx, me, 0)
	if err != nil {
		t.Fatal(err)
	}
	if o.Open != 2 || o.Mine != 1 || o.Unassigned != 1 || o.ClosedToday != 2 || o.Oldest != list[0].Last || o.CasesOpen != 1 || o.CasesMine != 1 {
		t.Errorf("overview %+v", o)
	}
	if got := fmt.Sprint(o.BySeverity); got != "[{high 2 1}]" {
		t.Errorf("severities %s", got)
	}
	if r := o.Rules[0]; len(o.Rules) != 1 || r.Fired != 4 || r.Open != 2 || r.True != 1 || r.False != 1 {
		t.Errorf("rules %+v", o.Rules)
	}
	if share, known := o.Rules[0].FalseRate(); !known || share != 0.5 {
		t.Errorf("false rate %v %v", share, known)
	}
	if e := o.Entities; len(e) != 1 || e[0].Entity != "ann" || e[0].Open != 2 || e[0].Rules != 1 {
		t.Errorf("entities %+v", e)
	}
	all, err := db.EntityCounts(ctx, "user", 0)
	if err != nil || len(all) != 3 || all[1].Entity != "bob" || all[1].Alerts != 1 || all[1].Open != 0 {
		t.Errorf("entities of a field %+v %v", all, err)
	}
	if none, err := db.EntityCounts(ctx, "model", 0); err != nil || len(none) != 0 {
		t.Errorf("entities of another field %+v %v", none, err)
	}
	bins, err := db.AlertTimes(ctx, 0, 80*10*column.Minute, 4)
	if err != nil || fmt.Sprint(bins) != "[1 1 1 1]" {
		t.Errorf("bins %v %v", bins, err)
	}
}

func TestBrief(t *testing.T) {
	path := filepath.Join(t.TempDir(), "casebook.db")
	db := open(t, path)
	ctx := context.Background()
	other := open(t, path)
	other.actor.Name = "bob"
	a := record3(t, db, hit(10, "ann", 1))[0]
	// The same analyst, in another program, later.
	later := open(t, path)
	later.actor.PID++
	if b, err := later.Brief(ctx); err != nil || b.Since.IsZero() || b.Entries != 0 {
		t.Errorf("nothing happened, but: %+v %v", b, err)
	}
	if err := later.Visit(ctx); err != nil {
		t.Fatal(err)
	}
	load(t, other, write(t, filepath.Join(t.TempDir(), "calls.json"), lines(0, 7)))
	if a, _ = other.SetState(ctx, a.ID, State{Status: Acknowledged, Owner: db.actor.Name}, a.Version); a.ID == 0 {
		t.Fatal("not assigned")
	}
	if _, err := other.SetState(ctx, a.ID, State{Status: Closed, Class: Undetermined, Reason: "x", Owner: db.actor.Name}, a.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Note(ctx, a.ID, "look"); err != nil {
		t.Fatal(err)
	}
	pinned, err := other.SetAnswer(ctx, a.ID, Answer{Step: "who", Pinned: []int64{1}})
	if err != nil {
		t.Fatal(err)
	}
	if pinned.Value = "yes"; err == nil {
		_, err = other.SetAnswer(ctx, a.ID, pinned)
	}
	if err != nil {
		t.Fatal(err)
	}
	changed := *denied
	changed.Query = "from y"
	if err := other.Record(ctx, &changed, Run{AsOf: 1 << 40, Span: engine.Window{To: 1 << 40}, Outcome: engine.OutcomeHit}, []engine.Hit{hit(10, "ann", 1), hit(30, "eve", 2)}); err != nil {
		t.Fatal(err)
	}
	b, err := later.Brief(ctx)
	if err != nil || b.Loads != 1 || b.Events != 7 || b.Alerts != 1 || fmt.Sprint(b.RulesChanged) != "[denied]" || len(b.People) != 1 || b.People[0] != (Deeds{Name: "bob", Given: 1, Closed: 1, Notes: 1, Answers: 1}) {
		t.Errorf("brief %+v %v", b, err)
	}
	stranger := open(t, path)
	stranger.actor.Name = "zoe"
	if b, err := stranger.Brief(ctx); err != nil || !b.Since.IsZero() {
		t.Errorf("someone who was never here: %+v %v", b, err)
	}
}

func TestSourcesAndFiles(t *testing.T) {
	db := fresh(t)
	ctx := context.Background()
	load(t, db, write(t, filepath.Join(t.TempDir(), "calls.json"), lines(0, 60)+lines(3600, 3660)+"{}\n"))
	states, err := db.SourceStates(ctx, 10*column.Minute)
	if err != nil || len(states) != 1 || states[0].Events != 120 || states[0].Longest.To-states[0].Longest.From != 59*column.Minute {
		t.Errorf("sources %+v %v", states, err)
	}
	files, err := db.Files(ctx, 0, 10)
	if err != nil || len(files) != 1 || files[0].Accepted != 120 || files[0].Records != 121 || len(files[0].SHA256) != 32 || files[0].State != "complete" {
		t.Errorf("files %+v %v", files, err)
	}
	if rest, err := db.Files(ctx, files[0].ID, 10); err != nil || len(rest) != 0 {
		t.Errorf("behind the last: %+v %v", rest, err)
	}
	name, err := db.Name(ctx)
	if err != nil || len(name) != 64 {
		t.Errorf("name %q %v", name, err)
	}
}
