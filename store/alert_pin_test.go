package store

import (
	"context"
	"testing"

	"casebook/engine"
	"casebook/engine/column"
)

// rowsOf is a pin of one row that a step of an alert's guide gave.
func rowsOf(t *testing.T, alert int64, step, value string) Pin {
	t.Helper()
	b := column.NewBuilder(column.String, 1)
	b.Value(value)
	p, err := ResultPin(engine.ESQL, "from x", nil, 1, &engine.Result{
		Columns: []column.Field{{Name: "who", Type: column.String}},
		Batch:   &column.Batch{Len: 1, Columns: []*column.Vector{b.Vector()}},
		Events:  [][]int64{{1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Alert, p.Step = alert, step
	return p
}

// TestRowsComeIntoTheCase: rows that were pinned before there was a case come into each that their alert joins, once, and go with it
// when that is undone.
func TestRowsComeIntoTheCase(t *testing.T) {
	db, first, alerts := caseOfTwo(t)
	ctx := context.Background()
	bob := alerts[1].ID
	for range 2 {
		if in, err := db.PinRows(ctx, rowsOf(t, bob, "who", "bob")); err != nil || len(in) != 0 {
			t.Fatalf("in %v (%v)", in, err)
		}
	}
	if _, err := db.PinRows(ctx, rowsOf(t, bob, "when", "at noon")); err != nil {
		t.Fatal(err)
	}
	if waiting, err := db.WaitingPins(ctx, bob); err != nil || len(waiting) != 2 {
		t.Fatalf("%d wait (%v)", len(waiting), err)
	}
	wants := func(id int64, want string) {
		t.Helper()
		if got := picture(t, db, id); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	second, err := db.NewCase(ctx, "Who is bob?", bob)
	if err != nil {
		t.Fatal(err)
	}
	wants(second.ID, `Who is bob?|open  ""|""|1 alerts|Q1,Q2`)

	// Rows pinned in one case follow the alert into another.
	if in, err := db.PinRows(ctx, rowsOf(t, bob, "how", "by hand")); err != nil || len(in) != 1 || in[0].Name() != "Q3" {
		t.Fatalf("in %v (%v)", in, err)
	}
	if _, err := db.AddAlerts(ctx, first.ID, bob); err != nil {
		t.Fatal(err)
	}
	wants(first.ID, `Who is ann?|open  ""|""|2 alerts|Q1,Q2,Q3`)
	if _, err := db.Undo(ctx, 0); err != nil {
		t.Fatal(err)
	}
	wants(first.ID, `Who is ann?|open  ""|""|1 alerts|`)
	if _, err := db.Redo(ctx, 0); err != nil {
		t.Fatal(err)
	}
	wants(first.ID, `Who is ann?|open  ""|""|2 alerts|Q1,Q2,Q3`)

	// A case whose opening is undone keeps nothing: the rows wait for the next.
	for range 3 {
		if _, err := db.Undo(ctx, 0); err != nil {
			t.Fatal(err)
		}
	}
	wants(second.ID, "gone")
	third, err := db.NewCase(ctx, "Is bob a program?", bob)
	if err != nil {
		t.Fatal(err)
	}
	wants(third.ID, `Is bob a program?|open  ""|""|1 alerts|Q1,Q2`)
	for _, tamper := range []string{"", "update alert_pin set step = 'other'"} {
		if tamper != "" {
			if _, err := db.writer.ExecContext(ctx, tamper); err != nil {
				t.Fatal(err)
			}
		}
		if v, err := db.Verify(ctx, VerifyOptions{}); err != nil || v.Sound() != (tamper == "") {
			t.Errorf("after %q: %+v (%v)", tamper, v.Steps, err)
		}
	}
}
