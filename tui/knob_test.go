package tui

import (
	"strings"
	"testing"
)

// Other thresholds are held against the verdicts there are, and their queries go to the console.
func TestKnobAgainstVerdicts(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, "/", "ctrl+u", "'status:all rule:bedrock-denied-models", "enter", "G", "c", "1", "'it was them", "enter")
	press(a, "6", "/", "'denied", "enter", "b")
	shown := text(a)
	for _, want := range []string{
		"> 1               13        2      2    1    0",
		"> 3               12        2      2    1    0 as it is",
		"> 9                6        1      1    0    0 would lose 1 TRUE",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("no %q in\n%s", want, shown)
		}
	}
	press(a, "G", "enter")
	if got := text(a); !strings.Contains(got, "total_denials > 9") || strings.Contains(got, "total_denials > 3") {
		t.Errorf("the console has another query:\n%s", got)
	}
}

// A rule with two thresholds has two knobs, turned one at a time.
func TestKnobOfEachThreshold(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, "6", "/", "'denial-of-service", "enter", "b")
	if got := text(a); !strings.Contains(got, "1 of 2") {
		t.Fatalf("the first threshold:\n%s", got)
	}
	press(a, "tab")
	got := text(a)
	for _, want := range []string{"count >= 10  2 of 2", "If count was held against another number", ">  >= 3", "   >= 30"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	press(a, "G", "enter")
	if got := text(a); !strings.Contains(got, "avg_request_size >= 5000 AND count >= 30") {
		t.Errorf("the console:\n%s", got)
	}
}
