package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
)

func windowSize(width, height int) tea.Msg { return tea.WindowSizeMsg{Width: width, Height: height} }

func current(t *testing.T, a *App) store.Alert {
	t.Helper()
	alert, ok := a.top().(*alertsScreen).current()
	if !ok {
		t.Fatalf("no alert under the cursor:\n%s", text(a))
	}
	return alert
}

func TestCloseNeedsClassAndReason(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	first := current(t, a)
	press(a, "c", "1", "enter")
	if !strings.Contains(text(a), "a reason is needed") || a.prompt == nil {
		t.Errorf("closed without a reason, or the question is gone:\n%s", text(a))
	}
	press(a, "'stolen key", "enter")
	got, err := a.Store.Alert(context.Background(), first.ID)
	if err != nil || got.Status != store.Closed || got.Class != store.TruePositive || got.Reason != "stolen key" {
		t.Fatalf("alert is %+v (%v)", got.State, err)
	}
	if next := current(t, a); next.ID == first.ID {
		t.Error("the cursor stayed on the closed alert")
	}
	press(a, "u")
	if got, _ = a.Store.Alert(context.Background(), first.ID); got.Status != store.New {
		t.Errorf("after undo it is %s", got.Status)
	}
	press(a, "ctrl+r")
	if got, _ = a.Store.Alert(context.Background(), first.ID); got.Status != store.Closed {
		t.Errorf("after redo it is %s", got.Status)
	}
}

func TestMarkedAlertsAreAcknowledgedTogether(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, " ", " ", "a")
	n, err := a.Store.CountAlerts(context.Background(), store.AlertFilter{Statuses: []store.Status{store.Acknowledged}, Owner: a.Analyst})
	if err != nil || n != 2 {
		t.Errorf("%d alerts are acknowledged (%v), want the 2 that were marked\n%s", n, err, text(a))
	}
}

func TestGuideAnswersLast(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	id := current(t, a).ID
	press(a, "i", "y", "enter", "n", "enter", "w", "'it is a script", "enter")
	reopened := sized(New(a.ctx, a.Options), 80, 24)
	settle(reopened, reopened.command(fmt.Sprintf("guide %d", id)))
	answers, err := a.Store.Answers(context.Background(), id)
	if err != nil || len(answers) != 3 {
		t.Fatalf("%d answers (%v)\n%s", len(answers), err, text(a))
	}
	for _, want := range []string{"3/", "YES", "NO", " it is a script"} {
		if !strings.Contains(text(reopened), want) {
			t.Errorf("reopened guide has no %q:\n%s", want, text(reopened))
		}
	}
}

func TestHistoryRestoresFilterCursorAndMarks(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, " ", "/", "ctrl+u", "'status:all sev:high", "enter", "j")
	before := text(a)
	press(a, "enter", "tab", "2", "i")
	press(a, "[", "[")
	for range 10 {
		if text(a) == before {
			break
		}
		press(a, "[")
	}
	if got := text(a); got != before {
		t.Errorf("history did not lead back\n got\n%s\nwant\n%s", got, before)
	}
	press(a, "[")
	if !strings.Contains(text(a), "status:open") {
		t.Errorf("the filter before is lost:\n%s", text(a))
	}
}

func TestColleagueIsSeen(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	settle(a, a.look())
	alert := current(t, a)
	colleague, err := store.Open(a.Store.Path(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer colleague.Close()
	if _, err := colleague.SetState(context.Background(), alert.ID, store.State{Status: store.Acknowledged, Owner: "bob"}, alert.Version); err != nil {
		t.Fatal(err)
	}
	settle(a, a.look())
	if !strings.Contains(text(a), "ack bob") {
		t.Errorf("bob is not seen:\n%s", text(a))
	}
}

func TestStaleVersionIsNotOverwritten(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 24)
	alert := current(t, a)
	colleague, err := store.Open(a.Store.Path(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer colleague.Close()
	if _, err := colleague.SetState(context.Background(), alert.ID, store.State{Status: store.Acknowledged, Owner: "bob"}, alert.Version); err != nil {
		t.Fatal(err)
	}
	press(a, "a")
	if got, _ := a.Store.Alert(context.Background(), alert.ID); got.Owner != "bob" {
		t.Errorf("owner is %q, bob's was overwritten", got.Owner)
	}
	if !a.notice.bad {
		t.Errorf("the analyst was not told:\n%s", text(a))
	}
}

func TestStaleAnswersAreDropped(t *testing.T) {
	a := desk(t, scene(attacker))
	var s slot
	got := ""
	slow := ask(a, &s, func(context.Context) (string, error) { return "slow", nil }, func(v string) tea.Cmd { got = v; return nil })
	fast := ask(a, &s, func(context.Context) (string, error) { return "fast", nil }, func(v string) tea.Cmd { got = v; return nil })
	settle(a, fast)
	settle(a, slow)
	if got != "fast" {
		t.Errorf("landed %q, want the answer to the newer question", got)
	}
}

// TestKeysAreUnambiguous: on no screen does a key stand for two things, and help says something of each.
func TestKeysAreUnambiguous(t *testing.T) {
	for where := scope(1); where <= onChips; where <<= 1 {
		seen := map[string]action{}
		for _, b := range bindings {
			if b.where&where == 0 {
				continue
			}
			if b.help.Width() == 0 {
				t.Errorf("%v has no help", b.keys)
			}
			for _, k := range b.keys {
				if other, twice := seen[k]; twice && other != b.do {
					t.Errorf("%q stands for two things on screen %b", k, where)
				}
				seen[k] = b.do
			}
		}
	}
}

func TestQuitFromAnywhere(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 30, 8)
	if !strings.Contains(text(a), "q quits") {
		t.Errorf("a small terminal is not told how to leave:\n%s", text(a))
	}
	_, cmd := a.Update(keyOf("q"))
	if cmd == nil {
		t.Fatal("q does nothing")
	}
	if _, ok := cmd().(tea.QuitMsg); !ok {
		t.Error("q does not quit")
	}
}

func TestEscWithAKeyCloseBehind(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "enter")
	settleKey(a, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{'j'}, Alt: true})
	if q, ok := a.top().(*alertsScreen); !ok || q.list.Cursor != 1 {
		t.Errorf("esc j is not back and down:\n%s", text(a))
	}
}

// TestKeysThatArriveTogether: keys that a slow link delivers as one are as good as keys one by one, and what is pasted is no key.
func TestKeysThatArriveTogether(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	together := func(text string, paste bool) {
		settleKey(a, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: paste})
	}
	press(a, "2")
	before := text(a)
	together("jj", false)
	if text(a) == before {
		t.Errorf("jj in one did not move the cursor:\n%s", text(a))
	}
	together("kk", false)
	if text(a) != before {
		t.Errorf("kk in one did not move it back:\n%s", text(a))
	}
	together("jjca", true)
	if !strings.Contains(text(a), "pasted text goes where text is typed") || a.choice != nil {
		t.Errorf("pasted text was taken for keys:\n%s", text(a))
	}
	together(":events", false)
	if a.prompt == nil || a.prompt.input.String() != "events" {
		t.Errorf("a command typed in one is not in the line:\n%s", text(a))
	}
	together(" user:x", true)
	if a.prompt == nil || a.prompt.input.String() != "events user:x" {
		t.Errorf("what was pasted is not in the line:\n%s", text(a))
	}
}

func TestTheQueueComesBackWhenWhatWasMarkedIsDealtWith(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "M")
	if got := text(a); !strings.Contains(got, "no alert is marked") || !strings.Contains(got, "3 alerts") {
		t.Errorf("M without a mark:\n%s", got)
	}
	press(a, " ", " ", "M")
	if got := text(a); !strings.Contains(got, "2 marked, only these") {
		t.Fatalf("M with two marks:\n%s", got)
	}
	press(a, "a")
	if got := text(a); !strings.Contains(got, "3 alerts") || strings.Contains(got, "only these") || strings.Count(got, " ack ") < 2 {
		t.Errorf("after both were acknowledged:\n%s", got)
	}
}

func TestOffersSayOnlyWhatDiffersAndHowManyThereAre(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "/", "ctrl+u", "'sev:high rule:", "tab")
	if got := text(a); strings.Contains(got, "sev:high rule:azure") || !strings.Contains(got, " rule:azure-openai-denial-of-service") || !strings.Contains(got, " +") {
		t.Errorf("offers for a rule:\n%s", got)
	}
}

func TestThePaletteOpensEveryNoun(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	for words, want := range map[string]string{
		"models": "casebook > models", "addresses": "casebook > addresses", "models sort:events": "by events", "rule bedrock-denied-models": "> bedrock-denied-models",
		"rule bedrock-denied-model": `no rule "bedrock-denied-model"; there is bedrock-denied-models`, "view nothing": "none is kept yet",
	} {
		settle(a, a.command(words))
		if got := text(a); !strings.Contains(got, want) {
			t.Errorf(":%s, wanted %q:\n%s", words, want, got)
		}
	}
	if got := a.completeCommand("rule openai-"); len(got) != 1 || got[0] != "rule openai-red-team-pacing" {
		t.Errorf("offers for a rule: %q", got)
	}
}

func TestANameThatIsTypedReplacesTheOneProposed(t *testing.T) {
	for keys, want := range map[string]string{"": "ann", "'bob": "bob", "backspace": "an", "ctrl+u": ""} {
		a := desk(t, scene(attacker))
		a.Analyst = "ann"
		sized(a, 80, 24)
		id := current(t, a).ID
		press(a, "A")
		if keys != "" {
			press(a, keys)
		}
		press(a, "enter")
		if got, err := a.Store.Alert(a.ctx, id); err != nil || got.Owner != want {
			t.Errorf("after %s it is %q's (%v), want %q", keys, got.Owner, err, want)
		}
	}
}
