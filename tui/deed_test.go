package tui

import (
	"context"
	"strings"
	"sync"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
)

// typeAhead sends keys as someone who does not wait for the store: what they ask for is run at once, the last first, and lands later.
func typeAhead(a *App, keys ...string) {
	var all []tea.Cmd
	for _, k := range keys {
		_, cmd := a.Update(keyOf(k))
		all = append(all, cmd)
	}
	landed := make([]tea.Msg, len(all))
	var wait sync.WaitGroup
	for i := len(all) - 1; i >= 0; i-- {
		if all[i] != nil {
			wait.Add(1)
			go func() {
				defer wait.Done()
				landed[i] = all[i]()
			}()
		}
	}
	wait.Wait()
	for _, msg := range landed {
		if msg != nil {
			settle(a, func() tea.Msg { return msg })
		}
	}
}

// TestTypingAhead: keys that come within one write do what they would do one by one.
func TestTypingAhead(t *testing.T) {
	ctx := context.Background()
	a := sized(desk(t, scene(attacker)), 80, 24)
	alert := current(t, a)
	press(a, "i")
	guide := a.top().(*guideScreen)
	step := guide.current().Key
	guide.run(guide.current()) // it has rows to pin
	typeAhead(a, "y", "enter", "k", "p", "n", "enter", "k", "u", "enter", "k", "y", "enter")
	if got := text(a); strings.Contains(got, "meanwhile") {
		t.Errorf("a conflict with oneself:\n%s", got)
	}
	answers, err := a.Store.Answers(ctx, alert.ID)
	if err != nil || answers[step].Value != "yes" || len(answers[step].Pinned) == 0 {
		t.Errorf("the step's answer is %+v (%v), want the last one, with what was pinned", answers[step], err)
	}
	press(a, "esc")

	// In the queue, keys are about one alert after the other.
	press(a, "g")
	first, second := a.top().(*alertsScreen).rows.rows[0], a.top().(*alertsScreen).rows.rows[1]
	typeAhead(a, "a", "a")
	for _, want := range []store.Alert{first, second} {
		if got, err := a.Store.Alert(ctx, want.ID); err != nil || got.Status != store.Acknowledged {
			t.Errorf("#%d is %s (%v)", want.ID, got.Status, err)
		}
	}
	typeAhead(a, "U", "U")
	for _, want := range []store.Alert{first, second} {
		if got, err := a.Store.Alert(ctx, want.ID); err != nil || got.Status != store.New {
			t.Errorf("after undo #%d is %s (%v)", want.ID, got.Status, err)
		}
	}
}

// TestTypingAheadOfAColleague: what someone else did is told, however fast one types.
func TestTypingAheadOfAColleague(t *testing.T) {
	ctx := context.Background()
	a := sized(desk(t, scene(attacker)), 80, 24)
	alert := current(t, a)
	press(a, "i")
	step := a.top().(*guideScreen).current().Key
	if _, err := a.Store.SetAnswer(ctx, alert.ID, store.Answer{Step: step, Value: "unclear", Text: "theirs"}); err != nil {
		t.Fatal(err)
	}
	typeAhead(a, "y", "enter", "k", "n", "enter")
	if got := text(a); !strings.Contains(got, "meanwhile") {
		t.Errorf("no word of the other answer:\n%s", got)
	}
	if answers, err := a.Store.Answers(ctx, alert.ID); err != nil || answers[step].Text != "theirs" {
		t.Errorf("the answer is %+v (%v)", answers[step], err)
	}
}

// TestBulkIsUndoneWhole: one key takes back what one key did.
func TestBulkIsUndoneWhole(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	count := func() int {
		n, err := a.Store.CountAlerts(context.Background(), store.AlertFilter{Statuses: []store.Status{store.Acknowledged}})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	press(a, " ", " ", "a")
	if n := count(); n != 2 {
		t.Fatalf("%d are acknowledged", n)
	}
	press(a, "U")
	if got := text(a); count() != 0 || !strings.Contains(got, "undone: status of #") || !strings.Contains(got, "and 1 change of the same act") {
		t.Errorf("%d are acknowledged after undo:\n%s", count(), got)
	}
	press(a, "ctrl+r")
	if n := count(); n != 2 {
		t.Errorf("%d are acknowledged after redo", n)
	}
}

// TestUndoingSaysWhat was undone in words, and when nothing is left.
func TestUndoingSaysWhat(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	for _, step := range []struct{ key, want string }{{"U", "nothing of yours is left to undo"}, {"m", ""}, {"enter", "opened C-0001   7 lists the cases   U undoes"},
		{"U", "undone: opening of C-0001"}, {"ctrl+r", "done again: opening of C-0001"}, {"ctrl+r", "nothing of yours is left to redo"}} {
		press(a, step.key)
		if got := text(a); !strings.Contains(got, step.want) || strings.Contains(got, "not found") {
			t.Errorf("%s: no %q:\n%s", step.key, step.want, got)
		}
	}
}
