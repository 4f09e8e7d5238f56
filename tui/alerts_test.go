package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"casebook/store"
)

func TestRangeOfMarksIsClosedTogether(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, "v", "j", "v", "c", "3", "'known noise", "enter")
	n, err := a.Store.CountAlerts(context.Background(), store.AlertFilter{Statuses: []store.Status{store.Closed}})
	if err != nil || n != 2 {
		t.Errorf("%d alerts are closed (%v), want the 2 of the range\n%s", n, err, text(a))
	}
	if len(a.top().(*alertsScreen).marks) != 0 {
		t.Error("the marks stayed")
	}
}

func TestVerdictGoesToTheNextAlert(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, "/", "ctrl+u", "'status:all", "enter")
	first := current(t, a)
	press(a, "j")
	second := current(t, a)
	press(a, "k", "c", "3", "'noise", "enter")
	if got := current(t, a); got.ID != second.ID {
		t.Errorf("after #%d was closed the cursor is on #%d, want #%d", first.ID, got.ID, second.ID)
	}
	press(a, "/", "ctrl+u", "'status:open", "enter", "g", "c", "3", "'noise", "enter")
	if got := current(t, a); got.ID == second.ID || got.ID == first.ID {
		t.Errorf("the cursor is on #%d, which is closed", got.ID)
	}
}

func TestScoreIsExplained(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 120, 30)
	press(a, "=")
	got := current(t, a)
	score, err := a.Store.ScoreOf(context.Background(), &got)
	if err != nil || score.Sum() != got.Score || score.Margin == 0 {
		t.Errorf("score is %+v, the alert says %d (%v)", score, got.Score, err)
	}
	if !strings.Contains(text(a), score.String()) {
		t.Errorf("it is not told:\n%s", text(a))
	}
}

func TestViewsAreKeptAndShown(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 120, 30)
	press(a, "/", "ctrl+u", "'status:all sev:high", "enter", "s", "S", ":", "'save triage", "enter")
	if !strings.Contains(text(a), "[triage]") {
		t.Errorf("the view's name is not shown:\n%s", text(a))
	}
	b := sized(New(a.ctx, a.Options), 120, 30)
	press(b, "4", "V", "1")
	s, ok := b.top().(*alertsScreen)
	if !ok || s.text != "status:all sev:high" || s.order() != store.ByTime || !s.filter.Ascending {
		t.Errorf("the view is not shown:\n%s", text(b))
	}
	press(b, ":", "'forget tri", "tab", "enter")
	if views, err := b.Store.Views(context.Background()); err != nil || len(views) != 0 {
		t.Errorf("%d views are kept (%v)", len(views), err)
	}
}

// TestPreviewNamesTheCase: in the queue an alert says which case it is in, and its log does not deny it.
func TestPreviewNamesTheCase(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "m", "'Who is lambda-x?", "enter")
	if got := text(a); !strings.Contains(got, "new   in C-0001 Who is lambda-x?") {
		t.Errorf("the queue does not name the case:\n%s", got)
	}
	press(a, "enter", "tab", "tab", "tab", "tab")
	if got := text(a); strings.Contains(got, "nobody has done anything") {
		t.Errorf("somebody has:\n%s", got)
	}
}

func TestAnAccountsAlertAndItsUsersAreRelated(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 140, 40)
	if got := text(a); !strings.Contains(got, "1 related alert within 48h: of the same account") || !strings.Contains(got, "#3 same account") {
		t.Errorf("beside the user's alert:\n%s", got)
	}
	press(a, "j", "j")
	if got := text(a); !strings.Contains(got, "of the same user") || !strings.Contains(got, "#1 same user") {
		t.Errorf("beside the account's alert:\n%s", got)
	}
}

// TestAlertSaysItsPlace: an alert opened from the queue says where in it it is, also after } and where the list was read from its end.
func TestAlertSaysItsPlace(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	n := len(a.top().(*alertsScreen).rows.rows)
	for _, tt := range []struct {
		keys []string
		at   int
	}{{[]string{"enter"}, 1}, {[]string{"}"}, 2}, {[]string{"esc", "G", "enter"}, n}} {
		press(a, tt.keys...)
		if want := fmt.Sprintf("%d/%d", tt.at, n); !strings.Contains(strings.SplitN(text(a), "\n", 2)[0], want) {
			t.Errorf("after %v no %q in\n%s", tt.keys, want, text(a))
		}
	}
	queue := a.stack()[0].(*alertsScreen)
	queue.rows.head, queue.matching = false, n+1000
	if want := fmt.Sprintf("%s/%s", countText(n+1000), countText(n+1000)); !strings.Contains(text(a), want) {
		t.Errorf("no %q in\n%s", want, text(a))
	}
	press(a, "esc", "t") // from elsewhere it has no place
	settle(a, a.push(newAlert(1, nil)))
	if strings.Contains(text(a), "/"+countText(n)+"\n") {
		t.Errorf("a place out of the queue:\n%s", text(a))
	}
}

// TestMarkedAlertsKeepTheCursor: when only marked alerts are shown the cursor is on one of them, and its preview is there.
func TestMarkedAlertsKeepTheCursor(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, " ", "j", " ") // the first and the last
	last := current(t, a)
	press(a, "M")
	if got := current(t, a); got.ID != last.ID || !strings.Contains(text(a), fmt.Sprintf("#%d %s", last.ID, last.Title[:20])) {
		t.Errorf("the cursor is on #%d, want #%d with its preview:\n%s", got.ID, last.ID, text(a))
	}
	press(a, "g", " ", "M", "k")
	if got := current(t, a); got.ID == 0 {
		t.Errorf("no alert under the cursor:\n%s", text(a))
	}
}
