package tui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// leakedKey is what someone pastes into every prompt of a leaky scene.
const leakedKey = "sk-proj-abcdefghij0123456789"

func leaky(t *testing.T) *App {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	calls := scene(attacker)
	for i := range calls {
		calls[i].prompt = "deploy it with " + leakedKey + ", and greet the raven"
	}
	return sized(desk(t, calls), 120, 40)
}

func revealed(t *testing.T, a *App) (reasons []string) {
	t.Helper()
	entries, err := a.Store.JournalSince(context.Background(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Action == "reveal" {
			reasons = append(reasons, e.Payload)
		}
	}
	return reasons
}

// Secrets are masked on every part of an event, in what is copied and written, and are shown only with a reason.
func TestSecretsAreMasked(t *testing.T) {
	a := leaky(t)
	settle(a, a.push(newEvent(1, nil)))
	for range eventParts {
		if got := text(a); strings.Contains(got, leakedKey) {
			t.Errorf("the key is shown:\n%s", got)
		}
		press(a, "tab")
	}
	press(a, "tab") // the prompt
	if got := text(a); !strings.Contains(got, "[masked API key ..6789]") || !strings.Contains(got, "raven") {
		t.Errorf("the prompt:\n%s", got)
	}
	path := filepath.Join(t.TempDir(), "prompt.txt")
	press(a, "w", "ctrl+u", "'"+path, "enter")
	if data, err := os.ReadFile(path); err != nil || !strings.Contains(string(data), "raven") || strings.Contains(string(data), leakedKey) {
		t.Errorf("written: %q, %v", data, err)
	}
	press(a, "R", "enter")
	if got := text(a); strings.Contains(got, leakedKey) || !strings.Contains(got, "a reason is needed") || len(revealed(t, a)) > 0 {
		t.Errorf("revealed without a reason:\n%s", got)
	}
	press(a, "'whose key is it", "enter")
	if got := text(a); !strings.Contains(got, leakedKey) {
		t.Errorf("not revealed:\n%s", got)
	}
	if got := revealed(t, a); len(got) != 1 || !strings.Contains(got[0], "whose key is it") || !strings.Contains(got[0], "gen_ai.prompt") {
		t.Errorf("the journal has %q", got)
	}
}

// The veil hides prompts wherever they can be read, from an open event on, while filters and queries still see them.
func TestVeilOnScreens(t *testing.T) {
	a := leaky(t)
	settle(a, a.push(newEvent(1, nil)))
	press(a, ":", "'veil on", "enter")
	for range eventParts {
		if got := text(a); strings.Contains(got, "raven") {
			t.Errorf("the prompt is shown:\n%s", got)
		}
		press(a, "tab")
	}
	press(a, "tab")
	if got := text(a); !strings.Contains(got, "[veiled, ") {
		t.Errorf("the prompt:\n%s", got)
	}
	press(a, ":", "'query esql from logs-aws_bedrock.invocation-* | where gen_ai.prompt like \"*raven*\" | eval said = substring(gen_ai.prompt, 1, 200), n = length(gen_ai.prompt) | keep said, n | limit 2", "enter", "ctrl+r")
	got := text(a)
	if strings.Contains(got, "the raven") || !strings.Contains(got, "[veiled, ") || !strings.Contains(got, "2 values masked or veiled") {
		t.Errorf("the console:\n%s", got)
	}
	press(a, "R", "'is it the same text", "enter")
	if got := text(a); !strings.Contains(got, `{"messages"`) || strings.Contains(got, "veiled") {
		t.Errorf("the console, revealed:\n%s", got)
	}
	press(a, ":", "'veil off", "enter", "esc")
	settle(a, a.push(newEvent(2, nil)))
	press(a, "tab")
	if got := text(a); !strings.Contains(got, "raven") || strings.Contains(got, leakedKey) {
		t.Errorf("the prompt without the veil:\n%s", got)
	}
}
