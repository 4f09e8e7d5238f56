package tui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// burst sends keys as a slow link does: all of them before anything has landed, and what they are about lands soon, however slow the machine.
func burst(a *App, keys ...string) {
	var cmds []tea.Cmd
	send := func(msg tea.KeyMsg) {
		_, cmd := a.Update(msg)
		cmds = append(cmds, cmd)
		if len(a.ahead.keys) > 0 {
			a.ahead.since = time.Now().Add(time.Hour)
		}
	}
	for _, k := range keys {
		text, typed := strings.CutPrefix(k, "'")
		if !typed {
			send(keyOf(k))
			continue
		}
		for _, r := range text {
			send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
		}
	}
	settle(a, tea.Batch(cmds...))
}

// TestKeysTypedAheadAreAboutWhatTheyOpen: they come before the rows, and are not lost and not taken for something else.
func TestKeysTypedAheadAreAboutWhatTheyOpen(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	workCase(a)
	press(a, "m", "n", "'Second", "enter", "1")
	burst(a, "7", "G", "enter", "w", "'She asked.", "esc")
	if got := text(a); !strings.Contains(got, "cases > C-0001") || !strings.Contains(got, "    She asked.") {
		t.Errorf("7 G enter w in one go:\n%s", got)
	}
	burst(a, "c", "1", "'stolen key", "enter")
	if got := text(a); !strings.Contains(got, "C-0001 is closed. Its open alerts") {
		t.Errorf("c 1 in one go:\n%s", got)
	}
	press(a, "y")
	burst(a, "2", "2", "enter", "i", "y", "'she did", "enter")
	if got := text(a); !strings.Contains(got, "guide") || !strings.Contains(got, "YES: she did") {
		t.Errorf("enter i y in one go:\n%s", got)
	}
	press(a, "2", "2")
	burst(a, "m", "n", "'Third", "enter")
	if c, err := a.Store.Case(a.ctx, 3); err != nil || c.Title != "Third" {
		t.Errorf("m n in one go: %+v (%v)\n%s", c, err, text(a))
	}
}

// TestKeysDoNotWaitForLong: after a second they are dropped, and that is said; esc drops them at once.
func TestKeysDoNotWaitForLong(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	workCase(a)
	_, reading := a.Update(keyOf("7"))
	a.Update(keyOf("c"))
	a.ahead.since = time.Now().Add(-2 * longestAhead)
	settle(a, reading)
	if got := text(a); !strings.Contains(got, "1 key typed while this was read: not taken") || a.choice != nil {
		t.Errorf("a key of long ago:\n%s", got)
	}
	press(a, "2", "2")
	_, reading = a.Update(keyOf("enter"))
	a.Update(keyOf("a"))
	a.ahead.since = time.Now().Add(-2 * oneGo)
	_, back := a.Update(keyOf("esc"))
	settle(a, tea.Batch(reading, back))
	if got := text(a); strings.Contains(got, "acknowledged") || !strings.Contains(got, "casebook > alerts  ") {
		t.Errorf("esc leaves, and takes what waited along:\n%s", got)
	}
}
