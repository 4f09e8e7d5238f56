package store

import (
	"context"
	"errors"
	"testing"

	"casebook/engine"
)

func TestRuleFiles(t *testing.T) {
	db, ctx := fresh(t), context.Background()
	first, err := db.AddRuleFile(ctx, "rules/a.toml", []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.AddRuleFile(ctx, "rules/\xff.toml", nil); err != nil {
		t.Fatal(err)
	}
	same, err := db.AddRuleFile(ctx, "rules/a.toml", []byte("one"))
	if err != nil || same.ID != first.ID || same.Added != first.Added {
		t.Errorf("the same again: %+v %v", same, err)
	}
	other, err := db.AddRuleFile(ctx, "rules/a.toml", []byte("two"))
	if err != nil || other.ID != first.ID {
		t.Errorf("other text: %+v %v", other, err)
	}
	files, err := db.RuleFiles(ctx)
	if err != nil || len(files) != 2 || string(files[0].Text) != "two" || files[0].SHA256 != other.SHA256 || files[1].Path != "rules/\xff.toml" {
		t.Errorf("files %+v %v", files, err)
	}
	if err := db.RemoveRuleFile(ctx, first.ID); err != nil {
		t.Error(err)
	}
	if err := db.RemoveRuleFile(ctx, first.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	for _, on := range []bool{false, true} {
		if err := db.SwitchRule(ctx, "a", on); err != nil {
			t.Fatal(err)
		}
		if s, err := db.RuleSwitches(ctx); err != nil || len(s) != 1 || s["a"].On != on {
			t.Errorf("switches %+v %v", s, err)
		}
	}
	if n, err := walkJournal(ctx, db.readers, nil); err != nil || n.Seq != 13 { // each change has an entry of what it made, and one that seals it
		t.Errorf("journal: %d entries, %v", n, err)
	}
}

func TestLookups(t *testing.T) {
	db, ctx := fresh(t), context.Background()
	for _, text := range []string{"a\n1\n", "a\n2\n"} {
		if _, err := db.AddLookup(ctx, Lookup{Name: "vip", Path: "vip.csv", Key: "a", Text: []byte(text)}); err != nil {
			t.Fatal(err)
		}
	}
	list, err := db.Lookups(ctx)
	if err != nil || len(list) != 1 || string(list[0].Text) != "a\n2\n" || list[0].Key != "a" {
		t.Errorf("lookups %+v %v", list, err)
	}
	if err := db.RemoveLookup(ctx, "vip"); err != nil {
		t.Error(err)
	}
	if err := db.RemoveLookup(ctx, "vip"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestAlertKeepsItsRule(t *testing.T) {
	db, ctx := fresh(t), context.Background()
	rule := *denied
	rule.File, rule.Text = "denied.md", "the first text"
	record := func(hits ...engine.Hit) Alert {
		t.Helper()
		run := Run{AsOf: 1 << 40, Span: engine.Window{From: 0, To: 1 << 40}, Outcome: engine.OutcomeHit}
		if err := db.Record(ctx, &rule, run, hits); err != nil {
			t.Fatal(err)
		}
		return alerts(t, db)[0]
	}
	a := record(hit(10, "ann", 1))
	rule.Text = "the second text"
	record(hit(10, "ann", 1))
	if text, err := db.TextBehind(ctx, a.ID); err != nil || string(text.Text) != "the first text" || text.Path != "denied.md" {
		t.Errorf("after a run that found the same: %+v %v", text, err)
	}
	record(hit(10, "ann", 1), hit(11, "ann", 2))
	if text, err := db.TextBehind(ctx, a.ID); err != nil || string(text.Text) != "the second text" {
		t.Errorf("after a run that found more: %+v %v", text, err)
	}
}
