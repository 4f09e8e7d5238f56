package tui

import (
	"context"
	"strings"
	"testing"

	"casebook/guides"
	"casebook/store"
)

func TestRulesAreSwitchedAndRun(t *testing.T) {
	a := desk(t, scene(attacker))
	ran := ""
	a.Detect = func(_ context.Context, rule string) (string, error) { ran = rule; return rule + ": clean", nil }
	sized(a, 100, 30)
	press(a, "6", " ")
	s := a.top().(*rulesScreen)
	r, _ := s.current()
	if r.On || r.State != "off" {
		t.Errorf("%s is %s after it was turned off", r.Rule.Rule.ID, r.State)
	}
	switches, err := a.Store.RuleSwitches(context.Background())
	if err != nil || len(switches) != 1 {
		t.Errorf("the store keeps %v (%v)", switches, err)
	}
	press(a, " ", "j", "r")
	if r, _ = s.current(); ran != r.Rule.Rule.ID || !strings.Contains(text(a), ran+": clean") {
		t.Errorf("ran %q:\n%s", ran, text(a))
	}
	press(a, "/", "'kql", "enter")
	if len(s.shown()) != 1 {
		t.Errorf("%d rules in KQL", len(s.shown()))
	}
	press(a, "a")
	if q, ok := a.top().(*alertsScreen); !ok || !strings.Contains(q.text, "rule:") {
		t.Errorf("not at the rule's alerts:\n%s", text(a))
	}
}

func TestQueryIsSavedAsARule(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	a.Shelf = shelfOf(a)
	press(a, consoleRun...)
	press(a, "S", "'Denied: a \"first\" try", "enter", "4", "enter")
	files, err := a.Store.RuleFiles(context.Background())
	if err != nil || len(files) != 1 || files[0].Path != "denied-a-first-try.md" {
		t.Fatalf("kept %d files (%v):\n%s", len(files), err, text(a))
	}
	d := a.byID["denied-a-first-try"]
	if d == nil || d.Rule.Severity != "high" || d.Rule.Title != `Denied: a "first" try` || d.Rule.Entity[0] != "user.id" || d.Rule.Query == "" {
		t.Errorf("the rule is %+v", d)
	}
	press(a, "6", "/", "'a-first-try", "enter")
	if s, ok := a.top().(*rulesScreen); !ok || len(s.shown()) != 1 {
		t.Errorf("it is not among the rules:\n%s", text(a))
	}
}

func TestConsoleRowsLeadToTheirEvents(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, consoleRun...)
	press(a, "j", "enter")
	s, ok := a.top().(*eventsScreen)
	if !ok {
		t.Fatalf("not at events:\n%s", text(a))
	}
	if n, failed := s.sums(); n != 5 || failed != 5 {
		t.Errorf("%d events of which %d failed, want the 5 denials of the second row", n, failed)
	}
	press(a, "/", "'prompt_tokens>100", "enter")
	if n, _ := a.top().(*eventsScreen).sums(); n != 0 {
		t.Errorf("%d events behind the row are larger than they can be", n)
	}
	press(a, "esc", "esc")
	if q, ok := a.top().(*queryScreen); !ok || q.list.Cursor != 1 || q.answer == nil {
		t.Errorf("the console was not left as it was:\n%s", text(a))
	}
}

func TestConsoleTellsOfMistakesAndStops(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, "5", "'from nowhere", "ctrl+r")
	for _, want := range []string{"nowhere", "^^^^^^^", "not run"} {
		if !strings.Contains(text(a), want) {
			t.Errorf("no %q:\n%s", want, text(a))
		}
	}
	s := a.top().(*queryScreen)
	_, cmd := a.Update(keyOf("ctrl+r"))
	if !s.running.busy {
		t.Fatal("nothing runs")
	}
	press(a, "esc")
	if s.running.busy {
		t.Error("esc did not stop it")
	}
	settle(a, cmd)
	if s.answer != nil || s.running.err != nil && strings.Contains(s.running.err.Error(), "canceled") {
		t.Errorf("what was stopped came back: %v %v", s.answer, s.running.err)
	}
}

func TestStateResumes(t *testing.T) {
	a := desk(t, scene(attacker))
	a.StateDir = t.TempDir()
	sized(a, 100, 30)
	press(a, "/", "ctrl+u", "'status:all sev:low", "enter", "s", "j")
	want := current(t, a)
	press(a, "4", "/", "'error:*", "enter", "5", "'from logs-aws_bedrock.invocation-* | limit 3", "ctrl+r", "2")
	settle(a, a.keepState())
	b := sized(New(a.ctx, a.Options), 100, 30)
	s, ok := b.top().(*alertsScreen)
	if !ok || s.text != "status:all sev:low" || s.order() != "last_tick" || current(t, b).ID != want.ID {
		t.Errorf("the queue was not left like this:\n%s\nwant #%d", text(b), want.ID)
	}
	press(b, "4")
	if e := b.top().(*eventsScreen); e.text != "error:*" {
		t.Errorf("the filter of events is %q", e.text)
	}
	press(b, "5", "ctrl+o")
	if !strings.Contains(text(b), "limit 3") {
		t.Errorf("the console's history is lost:\n%s", text(b))
	}
}

// shelfOf is the rules that a workbench began with, and those of the files in its store.
func shelfOf(a *App) func(context.Context) ([]Rule, error) {
	library := a.Detections
	return func(ctx context.Context) ([]Rule, error) {
		var rules []Rule
		for _, d := range library {
			rules = append(rules, Rule{Detection: d, On: true, State: "ready"})
		}
		files, err := a.Store.RuleFiles(ctx)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			added, err := guides.Read(f.Path, f.Text)
			if err != nil {
				return nil, err
			}
			rules = append(rules, Rule{Detection: added[0], On: true, State: "ready", File: f.Path})
		}
		return rules, nil
	}
}

// TestRulesOfOthersAreNoticed: a rule that another process adds is there, with its guide, without a restart; so is one that goes.
func TestRulesOfOthersAreNoticed(t *testing.T) {
	a := desk(t, scene(attacker))
	a.Shelf = shelfOf(a)
	sized(a, 100, 30)
	press(a, "6")
	settle(a, a.look()) // as it was found
	other, err := store.Open(a.Store.Path(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	ctx := context.Background()
	f, err := other.AddRuleFile(ctx, "theirs.md", []byte("---\nid: theirs\ntitle: A rule of theirs\nseverity: low\nevery: 1h\nlookback: 1h\nentity: user.id\n---\nWhy.\n\n```esql\nfrom logs-aws_bedrock.invocation-* | limit 1\n```\n"))
	if err != nil {
		t.Fatal(err)
	}
	settle(a, a.look())
	a.layout()
	if got := text(a); a.byID["theirs"] == nil || !strings.Contains(got, "6 rules") || !strings.Contains(got, "A rule of theirs") {
		t.Errorf("it is not noticed:\n%s", got)
	}
	if err := other.RemoveRuleFile(ctx, f.ID); err != nil {
		t.Fatal(err)
	}
	settle(a, a.look())
	a.layout()
	if got := text(a); a.byID["theirs"] != nil || !strings.Contains(got, "5 rules") {
		t.Errorf("it is still there:\n%s", got)
	}
}
