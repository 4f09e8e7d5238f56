package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
)

func spanOfDay() engine.Window {
	from := column.FromTime(day)
	return engine.Window{From: from, To: from + 24*column.Hour}
}

// TestLongTimeline: a timeline of more events than are held is walked from its beginning to its end and back, each event once.
func TestLongTimeline(t *testing.T) {
	const n = mostBand + 3*bandPage
	user := "arn:aws:iam::123456789012:user/busy"
	var calls []call
	for i := range n {
		// No two neighbours are alike, so that nothing folds.
		calls = append(calls, call{at: day.Add(time.Duration(i) * time.Second), user: user, model: fmt.Sprintf("anthropic.claude-%d", i%2), prompt: "x", reply: "y", tokens: 5})
	}
	a := sized(desk(t, calls), 80, 24)
	settle(a, a.push(newTimeline("user", user, spanOfDay())))
	s := a.top().(*timelineScreen)
	if s.total != n || !strings.Contains(text(a), fmt.Sprintf("%s events", countText(n))) {
		t.Fatalf("%d events, want %d\n%s", s.total, n, text(a))
	}
	press(a, "g")
	seen := map[int64]bool{}
	last := int64(-1)
	for range n {
		e := s.under()
		if e == nil || e.Time < last {
			t.Fatalf("after %d events the cursor is on %+v", len(seen), e)
		}
		last = e.Time
		seen[e.ID] = true
		if len(s.events) > mostBand {
			t.Fatalf("%d events are held, at most %d are to be", len(s.events), mostBand)
		}
		press(a, "j")
	}
	if len(seen) != n || !s.tail {
		t.Errorf("walked over %d events of %d", len(seen), n)
	}
	press(a, "g")
	if e := s.under(); e == nil || e.When() != day {
		t.Errorf("g leads to %+v, want the first event", e)
	}
	press(a, "G")
	if e := s.under(); e == nil || e.When() != day.Add((n-1)*time.Second) {
		t.Errorf("G leads to %+v, want the last event", e)
	}
	for range n {
		press(a, "k")
	}
	if e := s.under(); e == nil || e.When() != day {
		t.Errorf("walking up led to %+v, want the first event", e)
	}
}

// TestFoldedTimeline: like events fold into one row however many there are.
func TestFoldedTimeline(t *testing.T) {
	user := "arn:aws:iam::123456789012:user/busy"
	var calls []call
	for i := range 3 * bandPage {
		calls = append(calls, call{at: day.Add(time.Duration(i) * time.Second), user: user, model: "anthropic.claude", prompt: "x", reply: "y", tokens: 5})
	}
	a := sized(desk(t, calls), 80, 24)
	settle(a, a.push(newTimeline("user", user, spanOfDay())))
	if got := text(a); !strings.Contains(got, "similar") {
		t.Errorf("nothing folded:\n%s", got)
	}
	press(a, "g", "j", "j", "j", "j")
	if got := text(a); !strings.Contains(got, fmt.Sprintf("%s similar", countText(3*bandPage-2))) {
		t.Errorf("the fold does not count all that was read:\n%s", got)
	}
	press(a, "k", "o")
	if got := text(a); strings.Contains(got, "similar") || len(a.top().(*timelineScreen).rows) < 3*bandPage {
		t.Errorf("the fold did not open:\n%s", got)
	}
	press(a, "o")
	if got := text(a); !strings.Contains(got, "similar") {
		t.Errorf("the fold did not close:\n%s", got)
	}
}
