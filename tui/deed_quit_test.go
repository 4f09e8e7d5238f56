package tui

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"casebook/store"
)

// TestWhatWasDoneBeforeQuittingIsKept: q close behind a key that changes something does not lose the change, whichever command bubbletea ran.
func TestWhatWasDoneBeforeQuittingIsKept(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	first := current(t, a)
	a.Update(keyOf("a")) // and its command never runs
	var said strings.Builder
	a.leave(context.Background(), &said)
	if got, err := a.Store.Alert(a.ctx, first.ID); err != nil || got.Status != store.Acknowledged || said.Len() > 0 {
		t.Errorf("%s (%v), said %q", got.Status, err, &said)
	}
}

// TestAStoreThatIsGoneIsTold: at the next look, at the key that would change it, and, where nobody saw that any more, behind the workbench.
func TestAStoreThatIsGoneIsTold(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	if err := os.Remove(a.Store.Path()); err != nil {
		t.Fatal(err)
	}
	gone := func(when string) {
		t.Helper()
		if got := strings.Join(strings.Fields(text(a)), " "); !strings.Contains(got, "it was deleted, moved or replaced") {
			t.Errorf("%s:\n%s", when, text(a))
		}
	}
	settle(a, a.look())
	gone("at the next look")
	press(a, "j")
	settle(a, a.look())
	if strings.Contains(text(a), "deleted") {
		t.Errorf("it is said again and again:\n%s", text(a))
	}
	press(a, "a")
	gone("at a key that changes something")
	a.Update(keyOf("a"))
	var said strings.Builder
	a.leave(context.Background(), &said)
	if !strings.Contains(said.String(), "not saved: store ") {
		t.Errorf("behind the workbench: %q", &said)
	}
}

// TestAChangeThatWaitsIsTold: while another process writes, nobody takes a verdict for kept.
func TestAChangeThatWaitsIsTold(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	_, cmd := a.Update(keyOf("a"))
	a.deeds.untold[0].at = time.Now().Add(time.Hour) // of this moment, however slow the machine
	a.sayWaiting()
	if strings.Contains(text(a), "not saved yet") {
		t.Error("a change of this moment is said to wait")
	}
	a.deeds.untold[0].at = time.Now().Add(-2 * slow)
	a.sayWaiting()
	if !strings.Contains(text(a), "not saved yet") {
		t.Errorf("nobody is told:\n%s", text(a))
	}
	settle(a, cmd)
	a.sayWaiting()
	if got := text(a); strings.Contains(got, "not saved yet") || !strings.Contains(got, "acknowledged") {
		t.Errorf("once it is kept:\n%s", got)
	}
}
