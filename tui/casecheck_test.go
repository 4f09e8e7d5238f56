package tui

import (
	"context"
	"strings"
	"testing"

	"casebook/store"
)

// TestAlertInACaseSaysSo: putting an alert into a case again does not open a second one unseen.
func TestAlertInACaseSaysSo(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "m", "enter", "m")
	if got := text(a); !strings.Contains(got, "look at C-0001, which it is in already (open)") {
		t.Errorf("nobody is told:\n%s", got)
	}
	press(a, "1")
	if s, ok := a.top().(*caseScreen); !ok || s.id != 1 {
		t.Errorf("the case is not open:\n%s", text(a))
	}
	press(a, "w", "'x", "esc", "c", "3", "'a test", "enter", "n", "esc", "2", "m")
	if got := text(a); !strings.Contains(got, "which it is in already (closed)") {
		t.Errorf("a closed case is not told of:\n%s", got)
	}
	press(a, "n", "'once more", "enter")
	if list, err := a.Store.Cases(context.Background(), store.CaseFilter{}, 0, 10); err != nil || len(list) != 2 {
		t.Errorf("cases %v (%v)", list, err)
	}
}

// TestClosedCaseIsRead: a colleague sees who gave the verdict and who answered what, and enter does not begin to write.
func TestClosedCaseIsRead(t *testing.T) {
	a := caseDesk(t, 80, 24)
	press(a, "w", "'x", "esc", "c", "1", "'stolen key", "enter", "y")
	if got := scrubbed(a, text(a)); !strings.Contains(got, "true-positive: stolen key (me wall clock") {
		t.Errorf("whose verdict is it?\n%s", got)
	}
	press(a, "enter")
	if got := text(a); strings.Contains(got, "WRITING") || !strings.Contains(got, "C-0001 is closed: O opens it again, w writes") {
		t.Errorf("enter writes in a closed case:\n%s", got)
	}
	press(a, "shift+tab")
	for _, want := range []string{"#1 who: YES", "#1 closed  true-positive", "#1 who: 20 events pinned"} {
		if got := text(a); !strings.Contains(got, want) {
			t.Errorf("no %q in what was done:\n%s", want, got)
		}
	}
	press(a, "O", "U", "shift+tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab")
	if got := scrubbed(a, text(a)); !strings.Contains(got, "true-positive: stolen key (me wall clock") {
		t.Errorf("undoing gives the verdict back without a name:\n%s", got)
	}
}

// TestTabInSight: the part that is shown is in sight on any width, and so is its name.
func TestTabInSight(t *testing.T) {
	a := caseDesk(t, 40, 16)
	for _, name := range []string{"[Story]", "[Alerts(1)]", "[Evidence(2)]", "[Questions 2/", "[Entities(3)]", "[Audit(6)]"} {
		if got := text(a); !strings.Contains(got, name) {
			t.Errorf("no %q:\n%s", name, got)
		}
		press(a, "tab")
	}
}

// TestTimesAreCutToClocks: where there is no room a time loses its day before its clock.
func TestTimesAreCutToClocks(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 40, 14)
	press(a, "t")
	if got := text(a); !strings.Contains(got, ">! 02:14:00") || !strings.Contains(got, "TIME (UTC)") {
		t.Errorf("no clock:\n%s", got)
	}
}

// TestBriefSaysWho: what changed is told by who did it.
func TestBriefSaysWho(t *testing.T) {
	b := store.Brief{Since: day, Alerts: 1, People: []store.Deeds{{Name: "bob", Closed: 2, Verdicts: 1, Answers: 3}, {Name: "eve", Notes: 1}}}
	if got := strings.Join(BriefText(Clock{}, &b), "|"); !strings.HasSuffix(got, "   1 new or grown alert|bob: 2 alerts closed, 3 answers, 1 case closed|eve: 1 note") {
		t.Errorf("brief %q", got)
	}
}

// TestCasesOfOneRuleStayApart: what a case that the program named is about is seen in the list of cases and over the case.
func TestCasesOfOneRuleStayApart(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "m", "enter", "7")
	if got := text(a); !strings.Contains(got, "lambda-x ") || strings.Contains(got, "arn:") {
		t.Errorf("whose case is it?\n%s", got)
	}
	press(a, "enter")
	if got := strings.Split(text(a), "\n")[1]; !strings.HasSuffix(strings.TrimRight(got, " "), "lambda-x") {
		t.Errorf("whose case is it? %s", got)
	}
}

// TestEventIsPinnedWhereItWasFound: an event that was come to from a step of an alert in a case is pinned to that case without a question,
// and says which step led to it.
func TestEventIsPinnedWhereItWasFound(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "m", "enter", "7", "m", "'another", "enter", "2", "2", "i", "y", "'a lambda", "enter", "k", "enter", "enter", "enter", "p")
	if got := text(a); a.choice != nil || !strings.Contains(got, "pinned as E1 to C-0001") {
		t.Fatalf("not pinned, or asked where to:\n%s", got)
	}
	pins, err := a.Store.CasePins(context.Background(), 1)
	if err != nil || len(pins) != 1 || pins[0].Step != "who" || pins[0].Alert == 0 {
		t.Errorf("pins %+v (%v)", pins, err)
	}
	press(a, "7", "7", "j", "enter", "tab", "tab")
	if got := text(a); !strings.Contains(got, "YES: a lambda") {
		t.Errorf("the answer that it belongs to is not its note:\n%s", got)
	}
	press(a, "4", "4", "p")
	if a.choice == nil {
		t.Errorf("an event that was come to from nowhere is pinned unasked:\n%s", text(a))
	}
}

// TestTimeLeadsToWhatWasAround: the first line of an event is its time, and enter there shows what happened around it.
func TestTimeLeadsToWhatWasAround(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "4", "enter", "enter")
	if got := text(a); !strings.Contains(got, "[Neighbours]") {
		t.Errorf("nothing around it:\n%s", got)
	}
}
