package tui

import (
	"strings"
	"testing"
)

// TestValuesTakeTheSameKeysEverywhere goes to a value on each kind of screen and chooses events by it, leaves it out, sees it in time and
// counts what else its field holds.
func TestValuesTakeTheSameKeysEverywhere(t *testing.T) {
	a := caseDesk(t, 80, 24)
	for _, tt := range []struct {
		name string
		keys []string
		word string // what f puts into the filter
	}{
		{"the row that fired", []string{"2", "enter"}, "user.id:"},
		{"an event behind an alert", []string{"2", "enter", "tab"}, "user:"},
		{"a user of the list", []string{"3"}, "user:"},
		{"a profile's entity", []string{"3", "enter"}, "user:"},
		{"a case's entity", []string{"7", "enter", "tab", "tab", "tab", "tab"}, "user"},
		{"a case's alert", []string{"7", "enter", "tab"}, "user.id:"},
	} {
		for key, want := range map[string]string{"f": " " + tt.word, "F": " -" + tt.word, "=": "-- peak", "o": "values of user"} {
			fresh := sized(New(a.ctx, a.Options), 80, 24)
			press(fresh, tt.keys...)
			press(fresh, key)
			if got := text(fresh); !strings.Contains(got, want) {
				t.Errorf("%s on %s: no %q in\n%s", key, tt.name, want, got)
			}
			checkFrame(t, fresh)
		}
	}
}

// TestRowsOfAStepTakeKeysOfValues: what stands in a guide's rows is chosen by as elsewhere; which of a row's values is meant is asked.
func TestRowsOfAStepTakeKeysOfValues(t *testing.T) {
	a := caseDesk(t, 140, 40)
	for key, want := range map[string]string{"f": " gen_ai.request.model.id:", "F": " -gen_ai.request.model.id:", "=": "-- peak", "o": "values of gen_ai.request.model.id"} {
		fresh := sized(New(a.ctx, a.Options), 140, 40)
		press(fresh, "2", "i", "enter", key)
		if fresh.choice == nil {
			t.Fatalf("%s does not ask which value:\n%s", key, text(fresh))
		}
		checkFrame(t, fresh)
		for _, o := range fresh.choice.options {
			if strings.Contains(o.text.String(), "model.id") {
				press(fresh, o.key)
				break
			}
		}
		if got := text(fresh); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s", key, want, got)
		}
	}
}

// TestTimelineIsListed: f on a timeline is its events as a list, over its time.
func TestTimelineIsListed(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "t", "f")
	if got := text(a); !strings.Contains(got, "from:") || !strings.Contains(got, "> events") || !strings.Contains(got, "20 events") {
		t.Errorf("the list is\n%s", got)
	}
	press(a, "esc")
	if got := text(a); !strings.Contains(got, "-- peak") {
		t.Errorf("esc does not lead back:\n%s", got)
	}
}

// TestValuesOfAFieldAreFiltered: the counted values have the chips of every list, and the cursor stays on its value.
func TestValuesOfAFieldAreFiltered(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "4", "/", "'error:*", "enter", "o", "j")
	before := text(a)
	if !strings.Contains(before, "error:*") || strings.Contains(before, "57") {
		t.Fatalf("the values are of other events:\n%s", before)
	}
	value := a.top().(*facetScreen).rows[a.top().(*facetScreen).list.Cursor].Value
	press(a, "\\", " ")
	s := a.top().(*facetScreen)
	if got := text(a); !strings.Contains(got, "(off error:*)") || len(s.rows) < 2 {
		t.Errorf("the word is not off:\n%s", got)
	}
	if at := s.rows[s.list.Cursor].Value; at != value {
		t.Errorf("the cursor went from %s to %s", value, at)
	}
	press(a, "esc", "[")
	if got := text(a); !strings.Contains(got, " error:*") {
		t.Errorf("history does not lead back to the filter:\n%s", got)
	}
	press(a, "/", "' user:u1", "enter")
	if got := text(a); !strings.Contains(got, "user:u1") {
		t.Errorf("nothing was filtered:\n%s", got)
	}
}

// TestNewIsMarkedAt80: who was first seen within a day is marked where the list is narrow, too.
func TestNewIsMarkedAt80(t *testing.T) {
	calls := scene(attacker)
	for i := range calls {
		if calls[i].user != attacker {
			calls[i].at = calls[i].at.AddDate(0, 0, -400)
		}
	}
	a := sized(desk(t, calls), 80, 24)
	press(a, "3")
	for _, line := range strings.Split(text(a), "\n") {
		switch {
		case strings.Contains(line, "lambda-x") && !strings.Contains(line, "NEW "), strings.Contains(line, "user/u1") && !strings.Contains(line, "2025-05 "):
			t.Errorf("line %q of\n%s", line, text(a))
		}
	}
}

// TestEventSaysWhatItIsEvidenceOf: an event that is pinned says as what, and no longer once it is taken out.
func TestEventSaysWhatItIsEvidenceOf(t *testing.T) {
	a := caseDesk(t, 80, 24)
	press(a, "tab", "tab", "enter")
	if got := text(a); !strings.Contains(got, "behind #") || !strings.Contains(got, "pinned as C-0001 E1") {
		t.Errorf("it does not say:\n%s", got)
	}
	press(a, "U", "U", "U", "U")
	if got := text(a); strings.Contains(got, "pinned as") {
		t.Errorf("it still says:\n%s", got)
	}
}

// TestCompareEvents holds one event and compares it with another.
func TestCompareEvents(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "enter", "tab", "d")
	if got := text(a); !strings.Contains(got, "is held") {
		t.Fatalf("nothing is held:\n%s", got)
	}
	press(a, "d")
	if got := text(a); !strings.Contains(got, "not held") {
		t.Fatalf("it cannot be let go:\n%s", got)
	}
	press(a, "d", "esc", "t", "G", "d")
	got := text(a)
	for _, want := range []string{"A  event ", "B  event ", " later", "gen_ai.request.model.id", "claude-3-haiku", "AccessDeniedException"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "cloud.account.id") {
		t.Errorf("what is the same is shown:\n%s", got)
	}
	checkFrame(t, a)
	press(a, "tab")
	if got := text(a); !strings.Contains(got, "cloud.account.id") {
		t.Errorf("tab does not show all:\n%s", got)
	}
	press(a, "enter")
	if got := text(a); !strings.Contains(got, "[Fields]") {
		t.Errorf("enter does not open the second event:\n%s", got)
	}
}

// TestComparedSecretsStayMasked: two events that differ in a secret differ, and neither secret is shown; prompts stay veiled.
func TestComparedSecretsStayMasked(t *testing.T) {
	calls := scene(attacker)
	calls[60].prompt, calls[61].prompt = "my key is "+leakedKey, "my key is "+leakedKey+"0"
	a := sized(desk(t, calls), 140, 40)
	compareThem := func() string {
		press(a, "2", "2", "enter", "tab", "g", "d", "j", "d")
		return text(a)
	}
	if got := compareThem(); strings.Contains(got, leakedKey) || !strings.Contains(got, "gen_ai.prompt") {
		t.Errorf("shown:\n%s", got)
	}
	press(a, ":", "'veil on", "enter")
	if got := compareThem(); strings.Contains(got, "my key") || !strings.Contains(got, "veiled") {
		t.Errorf("behind the veil:\n%s", got)
	}
}

// TestEveryChipIsInSight: a long value does not push the filter's other words off the screen.
func TestEveryChipIsInSight(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "t", "f")
	line := strings.Split(text(a), "\n")[1]
	for _, want := range []string{"user.id:", "lambda-x", "from:2026-06-07T01:20", "to:2026-06-09T"} {
		if !strings.Contains(line, want) {
			t.Errorf("no %q in %q", want, line)
		}
	}
	if len(line) > 80 {
		t.Errorf("%d cells: %q", len(line), line)
	}
}
