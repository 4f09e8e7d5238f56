package store

import (
	"context"
	"testing"

	"casebook/engine"
)

// TestRuleVersions: what a rule's file said before stays, whether it ran or not, and so does what a rule without a file ran with.
func TestRuleVersions(t *testing.T) {
	db, ctx := fresh(t), context.Background()
	ran := func(text string) {
		t.Helper()
		rule := &engine.Rule{ID: "r", Title: "r", Query: "from x", File: "a.md", Text: text}
		if err := db.Record(ctx, rule, Run{Rule: "r", Outcome: engine.OutcomeClean, AsOf: 10}, nil); err != nil {
			t.Fatal(err)
		}
	}
	add := func(path, text string) RuleFile {
		t.Helper()
		f, err := db.AddRuleFile(ctx, path, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	ran("zero") // as a library's, without a file
	add("a\xff.md", "one")
	add("a\xff.md", "one") // no change
	add("b.md", "another rule's")
	ran("one")
	add("a\xff.md", "two") // never ran
	f := add("a\xff.md", "three")
	add("a\xff.md", "one") // as it was before
	versions, err := db.RuleVersions(ctx, "r", "a\xff.md")
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for _, v := range versions {
		got += v.Text
		if v.Added != (v.Text != "zero") || v.Actor != db.Actor().Name || v.Since.IsZero() {
			t.Errorf("%+v", v)
		}
		got += " "
	}
	if want := "one three two one zero "; got != want {
		t.Errorf("versions are %q, want %q", got, want)
	}
	if err := db.RemoveRuleFile(ctx, f.ID); err != nil {
		t.Fatal(err)
	}
	if versions, err := db.RuleVersions(ctx, "r", "a\xff.md"); err != nil || len(versions) != 5 {
		t.Errorf("without its file: %d versions, %v", len(versions), err)
	}
	if versions, err := db.RuleVersions(ctx, "r", ""); err != nil || len(versions) != 2 {
		t.Errorf("of those that ran: %+v, %v", versions, err)
	}
}
