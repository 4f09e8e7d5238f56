package tui

import (
	"strings"
	"testing"
)

// TestHelpFitsAt80: what a key does is not cut off on the smallest screen that has everything.
func TestHelpFitsAt80(t *testing.T) {
	for _, b := range bindings {
		if room := 80 - 3 - helpKeys - 1; b.help.Width() > room {
			t.Errorf("%v: %d cells of help, want %d: %s", b.keys, b.help.Width(), room, b.help)
		}
		if keys := strings.Join(b.keys, " "); len(keys) > helpKeys {
			t.Errorf("the keys %s take %d cells, want %d", keys, len(keys), helpKeys)
		}
	}
}

// TestHelpIsSearched in any case of letters, and says when nothing is found.
func TestHelpIsSearched(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "?", "/", "'osc", "enter")
	if got := text(a); !strings.Contains(got, "by OSC 52") {
		t.Errorf("not found:\n%s", got)
	}
	press(a, "/", "ctrl+u", "'teleport", "enter")
	if got := text(a); !strings.Contains(got, `no key here has to do with "teleport"`) {
		t.Errorf("nothing is said:\n%s", got)
	}
}

// TestUnknownKeySaysSo: a key that does nothing on a screen says where to find those that do.
func TestUnknownKeySaysSo(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "7", "W")
	if got := text(a); !strings.Contains(got, "W does nothing here; ? lists what does") {
		t.Errorf("silence:\n%s", got)
	}
	press(a, "j")
	if got := text(a); strings.Contains(got, "does nothing") {
		t.Errorf("it stays:\n%s", got)
	}
}
