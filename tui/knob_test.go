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
