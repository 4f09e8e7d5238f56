package tui

import (
	"strings"
	"testing"
)

// TestWhatIdentifiesStaysInNarrowLists: below the width that screens are made for, figures and states go before the names that tell rows
// apart are cut.
func TestWhatIdentifiesStaysInNarrowLists(t *testing.T) {
	wanted := map[string][]string{
		"alerts":        {"123456789012 ", "user/u1 ", "dev.costa"},
		"overview":      {"dev.costa@example.com", "user/u1 "},
		"users":         {"dev.costa@", "user/u1 "},
		"timeline":      {"3-opus ", "3-haiku "},
		"user":          {"claude-3-haiku", "claude-3-opus"},
		"cases":         {"Who is lambda-x?"},
		"event-fields":  {"event.outcome ", "..account.id "},
		"rule-versions": {"+1 -1"},
	}
	for _, width := range []int{59, 50, 45} {
		eachWalk(t, scene("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Data_28d3e018/dev.costa@example.com"), func(w way, fresh *App) {
			names := wanted[w.name]
			if names == nil {
				return
			}
			press(sized(fresh, width, 20), w.keys...)
			got := legible(fresh)
			for _, name := range names {
				if !strings.Contains(got, name) && !strings.Contains(got, strings.Replace(name, "..", "cloud.", 1)) {
					t.Errorf("%s in %d: no %q in\n%s", w.name, width, name, got)
				}
			}
			checkFrame(t, fresh)
		})
	}
}
