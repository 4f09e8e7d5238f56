package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"casebook/engine"
	"casebook/engine/column"
)

// caseOfTwo is a store with five events and two alerts, and a case about the first.
func caseOfTwo(t *testing.T) (*DB, Case, []Alert) {
	t.Helper()
	db := fresh(t)
	load(t, db, write(t, filepath.Join(t.TempDir(), "calls.json"), lines(0, 5)))
	list := record3(t, db, hit(10, "ann", 1, 2), hit(30, "bob", 3))
	c, err := db.NewCase(context.Background(), "Who is ann?", list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return db, c, list
}

// picture is a case in a line.
func picture(t *testing.T, db *DB, id int64) string {
	t.Helper()
	ctx := context.Background()
	c, err := db.Case(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return "gone"
	}
	if err != nil {
		t.Fatal(err)
	}
	pins, err := db.CasePins(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range pins {
		names = append(names, strings.TrimSpace(p.Name()+" "+p.Note))
	}
	return fmt.Sprintf("%s|%s %s %q|%q|%d alerts|%s", c.Title, c.Status, c.Class, c.Reason, c.Story, c.Alerts, strings.Join(names, ","))
}

func TestCaseUndoRedo(t *testing.T) {
	db, c, alerts := caseOfTwo(t)
	ctx := context.Background()
	var pin Pin
	steps := []struct {
		name string
		do   func() error
		want string
	}{
		{"add", func() error { _, err := db.AddAlerts(ctx, c.ID, alerts[0].ID, alerts[1].ID); return err }, `Who is ann?|open  ""|""|2 alerts|`},
		{"story", func() error { _, err := db.SetStory(ctx, c.ID, "She asked.", c.StoryVersion); return err }, `Who is ann?|open  ""|"She asked."|2 alerts|`},
		{"pin", func() (err error) { pin, err = db.Pin(ctx, c.ID, EventPin(2)); return err }, `Who is ann?|open  ""|"She asked."|2 alerts|E1`},
		{"note", func() error { return db.NotePin(ctx, pin.ID, "the first") }, `Who is ann?|open  ""|"She asked."|2 alerts|E1 the first`},
		{"verdict", func() error { _, err := db.SetVerdict(ctx, c.ID, TruePositive, "stolen", c.Version); return err }, `Who is ann?|closed true-positive "stolen"|"She asked."|2 alerts|E1 the first`},
		{"remove", func() error { return db.RemoveAlert(ctx, c.ID, alerts[0].ID) }, `Who is ann?|closed true-positive "stolen"|"She asked."|1 alerts|E1 the first`},
		{"unpin", func() error { return db.Unpin(ctx, pin.ID) }, `Who is ann?|closed true-positive "stolen"|"She asked."|1 alerts|`},
	}
	pictures := []string{picture(t, db, c.ID)}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if got := picture(t, db, c.ID); got != s.want {
			t.Errorf("after %s\n got %s\nwant %s", s.name, got, s.want)
		}
		pictures = append(pictures, s.want)
	}
	pictures = append([]string{"gone"}, pictures...)
	for i := len(pictures) - 2; i >= 0; i-- {
		done, err := db.Undo(ctx, 0)
		if err != nil || done.Subject() != c.Name() {
			t.Fatalf("undo to %q: %v (%s)", pictures[i], err, done.Subject())
		}
		if got := picture(t, db, c.ID); got != pictures[i] {
			t.Errorf("undone\n got %s\nwant %s", got, pictures[i])
		}
	}
	for _, want := range pictures[1:] {
		if _, err := db.Redo(ctx, 0); err != nil {
			t.Fatalf("redo to %q: %v", want, err)
		}
		if got := picture(t, db, c.ID); got != want {
			t.Errorf("done again\n got %s\nwant %s", got, want)
		}
	}
	if _, err := walkJournal(ctx, db.readers, nil); err != nil {
		t.Error(err)
	}
	if entries, err := db.CaseJournal(ctx, c.ID); err != nil || len(entries) != 1+len(steps)+2*(len(pictures)-1) {
		t.Errorf("%d entries in the journal of the case (%v)", len(entries), err)
	}
}

func TestCaseConflicts(t *testing.T) {
	db, c, _ := caseOfTwo(t)
	ctx := context.Background()
	if _, err := db.SetVerdict(ctx, c.ID, "", "because", c.Version); err == nil {
		t.Error("closed without a class")
	}
	if _, err := db.SetVerdict(ctx, c.ID, TruePositive, " ", c.Version); err == nil {
		t.Error("closed without a reason")
	}
	if _, err := db.AssignCase(ctx, c.ID, "bob", c.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := db.SetVerdict(ctx, c.ID, TruePositive, "stolen", c.Version); !errors.Is(err, ErrChanged) {
		t.Errorf("a stale version was taken: %v", err)
	}
	// Whoever writes the story is not in the way of whoever assigns the case.
	if _, err := db.SetStory(ctx, c.ID, "one", c.StoryVersion); err != nil {
		t.Errorf("the story: %v", err)
	}
	if _, err := db.SetStory(ctx, c.ID, "two", c.StoryVersion); !errors.Is(err, ErrChanged) {
		t.Errorf("a story was overwritten unseen: %v", err)
	}
	if _, err := db.NewCase(ctx, "  "); err == nil {
		t.Error("a case without a question")
	}
	if _, err := db.AddAlerts(ctx, c.ID, 999); !errors.Is(err, ErrNotFound) {
		t.Errorf("an alert that is not there was added: %v", err)
	}
	if _, err := db.Case(ctx, 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("found case 99: %v", err)
	}
}

func TestUncited(t *testing.T) {
	pins := []Pin{{Kind: PinEvent, Number: 1}, {Kind: PinQuery, Number: 2}}
	for _, tt := range []struct{ story, want string }{
		{"", ""}, {"It began [E1], [Q2] and [E1, Q2].", ""}, {"E9 and [x] and [Event E] and [E]", ""},
		{"It ended [E2].", "E2"}, {"[E1, E3; Q1 Q2] again [E3]", "E3 Q1"}, {"[[E4]]", "E4"},
	} {
		if got := strings.Join(Uncited(tt.story, pins), " "); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.story, got, tt.want)
		}
	}
}

// TestNoCaseIsClosedOverEvidenceThatIsNotThere: neither before it was pinned nor after it was taken out.
func TestNoCaseIsClosedOverEvidenceThatIsNotThere(t *testing.T) {
	db, c, _ := caseOfTwo(t)
	ctx := context.Background()
	if _, err := db.SetStory(ctx, c.ID, "She asked [E1].", c.StoryVersion); err != nil {
		t.Fatal(err)
	}
	closes := func(want string) {
		t.Helper()
		_, err := db.SetVerdict(ctx, c.ID, TruePositive, "stolen", c.Version)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("closed with %v, want %q", err, want)
		}
		if check := db.CheckStory(ctx, c.ID); (check != nil) != (want != "") {
			t.Errorf("the check before says %v", check)
		}
	}
	closes("names E1, which is no evidence")
	p, err := db.Pin(ctx, c.ID, EventPin(2))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Unpin(ctx, p.ID); err != nil {
		t.Fatal(err)
	}
	closes("names E1")
	if _, err := db.Undo(ctx, 0); err != nil {
		t.Fatal(err)
	}
	closes("")
}

// TestCaseKeepsItsAlerts: a rule that no longer gives an alert does not take it out of a case.
func TestCaseKeepsItsAlerts(t *testing.T) {
	db, c, _ := caseOfTwo(t)
	record3(t, db)
	list, err := db.CaseAlerts(context.Background(), c.ID)
	if err != nil || len(list) != 1 || !list[0].Stale {
		t.Errorf("the case has %+v (%v)", list, err)
	}
}

func TestPinnedResult(t *testing.T) {
	db, c, alerts := caseOfTwo(t)
	ctx := context.Background()
	text := func(many ...any) *column.Vector {
		b := column.NewBuilder(column.String, 1)
		b.Multi(many)
		return b.Vector()
	}
	rows := column.NewBuilder(column.Double, 2)
	rows.Float(1.5)
	rows.Null()
	r := &engine.Result{Columns: []column.Field{{Name: "mean", Type: column.Double}}, Batch: &column.Batch{Len: 2, Columns: []*column.Vector{rows.Vector()}}, Events: [][]int64{{1, 2}, {2}}}
	p, err := ResultPin(engine.ESQL, "from x | where a == ?a", engine.Params{"a": text("x", "y"), "b": text("z")}, 77, r)
	if err != nil {
		t.Fatal(err)
	}
	p.Alert, p.Step = alerts[0].ID, "who"
	if p, err = db.Pin(ctx, c.ID, p); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pin(ctx, c.ID, EventPin(1)); err != nil {
		t.Fatal(err)
	}
	again, err := db.Pin(ctx, c.ID, EventPin(1))
	if err != nil || again.Name() != "E1" {
		t.Errorf("pinned an event twice as %s (%v)", again.Name(), err)
	}
	pins, err := db.CasePins(ctx, c.ID)
	if err != nil || len(pins) != 2 {
		t.Fatalf("%d pins (%v), want 2", len(pins), err)
	}
	got := pins[0]
	if got.Name() != "Q1" || got.Step != "who" || got.Result.Count != 2 || got.Result.Events != 2 || got.Result.AsOf != 77 ||
		fmt.Sprint(got.Result.Rows) != "[[1.5] [<nil>]]" || fmt.Sprint(got.Result.Params["a"].Value(0)) != "[x y]" || got.Result.Params["b"].Value(0) != "z" {
		t.Errorf("pin came back as %+v %+v", got, got.Result)
	}
	raw, err := db.Raw(ctx, 1)
	if err != nil || string(pins[1].SHA256) != string(raw.SHA256) {
		t.Errorf("pinned hash %x, the event's is %x (%v)", pins[1].SHA256, raw.SHA256, err)
	}
}

func TestPagesOfCases(t *testing.T) {
	db := fresh(t)
	ctx := context.Background()
	for i := range 7 {
		if _, err := db.NewCase(ctx, fmt.Sprintf("question %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	var seen []string
	after := int64(0)
	for {
		page, err := db.Cases(ctx, CaseFilter{Status: CaseOpen}, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, c := range page {
			seen = append(seen, c.Name())
		}
		after = page[len(page)-1].ID
	}
	if got := strings.Join(seen, " "); got != "C-0007 C-0006 C-0005 C-0004 C-0003 C-0002 C-0001" {
		t.Errorf("pages gave %s", got)
	}
	if list, err := db.Cases(ctx, CaseFilter{Text: "TION 3"}, 0, 10); err != nil || len(list) != 1 {
		t.Errorf("found %d cases (%v), want 1", len(list), err)
	}
}
