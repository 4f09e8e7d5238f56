package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestTimelinesMarkAlertsOfOthers: on the timeline of an account or a model the events behind its users' alerts are marked, and where these
// fired; an alert whose events are none of the entity's is not, though its user is among them.
func TestTimelinesMarkAlertsOfOthers(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 140, 40)
	for _, tt := range []struct {
		field, entity, heading string
		marked                 int
	}{
		{"account", "123456789012", "1 alert, 2 of others  85 events", 22 + 3},
		{"model", "anthropic.claude-3-opus", "2 alerts of others  22 events", 22},
		{"model", "anthropic.claude-3-haiku", "1 alert of others  63 events", 3},
		{"user", attacker, "1 alert, 1 of others  20 events", 17 + 3},
	} {
		fresh := sized(New(a.ctx, a.Options), 140, 40)
		settle(fresh, fresh.push(newTimeline(tt.field, tt.entity, spanOfDay())))
		s := fresh.top().(*timelineScreen)
		press(fresh, "O", "g")
		if got := strings.SplitN(text(fresh), "\n", 2)[0]; !strings.Contains(got, tt.heading) {
			t.Errorf("%s %s: no %q in %q", tt.field, tt.entity, tt.heading, got)
		}
		n := 0
		for _, id := range s.member {
			if id != 0 {
				n++
			}
		}
		if n != tt.marked {
			t.Errorf("%s %s: %d events are marked, want %d", tt.field, tt.entity, n, tt.marked)
		}
		for _, m := range s.alerts {
			row := fmt.Sprintf("^^^^ #%d %s", m.ID, severityWord(m.Severity))
			if m.other {
				row += " of "
			}
			press(fresh, "}")
			if got := text(fresh); !strings.Contains(got, row) {
				t.Errorf("%s %s: } does not lead to %q:\n%s", tt.field, tt.entity, row, got)
			}
		}
		checkFrame(t, fresh)
	}
}

// TestOwnAlertsComeBeforeThoseOfOthers: an event behind both has the number of the entity's own.
func TestOwnAlertsComeBeforeThoseOfOthers(t *testing.T) {
	s := newTimeline("user", "ann", spanOfDay())
	own, other := marked{behind: []int64{1, 2}}, marked{behind: []int64{2, 3}, other: true}
	own.ID, own.First, other.ID, other.First = 7, 1, 8, int64(time.Hour)
	s.setAlerts(true, []marked{other})
	s.setAlerts(false, []marked{own})
	s.setAlerts(true, []marked{other})
	if len(s.alerts) != 2 {
		t.Fatalf("%d alerts", len(s.alerts))
	}
	for event, want := range map[int64]int64{1: 7, 2: 7, 3: 8, 4: 0} {
		if got := s.alertOf(event); got != want {
			t.Errorf("event %d is marked with #%d, want #%d", event, got, want)
		}
	}
}
