package tui

import (
	"context"
	"strings"
	"testing"

	"casebook/guides"
)

// From a false positive to a rule that leaves it out: what it would hide is said before, and undo takes it away.
func TestExceptionFromAVerdict(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 120, 30)
	press(a, "/", "ctrl+u", "'status:all", "enter")
	press(a, "x")
	if got := text(a); !strings.Contains(got, "does not count events with") || !strings.Contains(got, "6 of 12 hits left, hides 1 alert") || strings.Contains(got, "TRUE") {
		t.Fatalf("no exceptions offered with what they hide:\n%s", got)
	}
	press(a, "esc", "c", "1", "'it was them", "enter", "g", "x")
	if got := text(a); !strings.Contains(got, "of which 1 were called TRUE") {
		t.Errorf("that a true positive would be hidden is not said:\n%s", got)
	}
	files := func() []guides.File {
		t.Helper()
		kept, err := a.Store.RuleFiles(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var all []guides.File
		for _, f := range kept {
			all = append(all, guides.File{Path: f.Path, Data: f.Text})
		}
		return all
	}
	press(a, "2", "ctrl+u", "enter")
	if len(files()) != 0 || !strings.Contains(text(a), "a reason is needed") {
		t.Errorf("an exception without a reason:\n%s", text(a))
	}
	press(a, "'a test of ours", "enter", "enter")
	made := files()
	if len(made) != 1 || !strings.Contains(string(made[0].Data), "a test of ours") || !strings.Contains(string(made[0].Data), "expire_time") {
		t.Fatalf("made %v:\n%s", made, text(a))
	}
	library, err := guides.Library()
	if err != nil {
		t.Fatal(err)
	}
	if s := guides.ReadFiles(made, library...); len(s.Refused) > 0 {
		t.Errorf("refused: %v", s.Refused)
	}
	detect(t, a.Store, library)
	settle(a, a.refresh())
	press(a, "1", "2", "/", "ctrl+u", "'status:open rule:bedrock-denied-models", "enter")
	if got := text(a); strings.Contains(got, "lambda-x") || !strings.Contains(got, "user/u1") {
		t.Errorf("the rule still tells of what was excepted, or of nothing:\n%s", got)
	}
	press(a, "U")
	if len(files()) != 0 {
		t.Errorf("undo left %v\n%s", files(), text(a))
	}
}

// An alert that is open while its rule gets an exception explains itself by the rule as it is then.
func TestExceptionOfAnOpenAlert(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 120, 40)
	press(a, "/", "ctrl+u", "'rule:bedrock-denied-models", "enter", "enter")
	before := text(a)
	if strings.Contains(before, "the rule has an exception") || !strings.Contains(before, "NEAR MISS") {
		t.Fatalf("the alert:\n%s", before)
	}
	library, err := guides.Library()
	if err != nil {
		t.Fatal(err)
	}
	var rules []Rule
	for _, d := range library {
		if d.Rule.ID == "bedrock-denied-models" {
			if d, err = d.Except(guides.Exception{Name: "ours", Entries: []guides.ExceptionEntry{{Field: "user.id", Operator: "match", Values: []string{attacker}}}}); err != nil {
				t.Fatal(err)
			}
		}
		rules = append(rules, Rule{Detection: d, On: true})
	}
	a.Shelf = func(context.Context) ([]Rule, error) { return rules, nil }
	settle(a, a.readRules())
	if got := text(a); !strings.Contains(got, "the rule has an exception now, which counts above: ours") || !strings.Contains(got, "WHERE NOT") {
		t.Errorf("the alert still explains itself by the rule without the exception:\n%s", got)
	}
}
