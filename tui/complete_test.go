package tui

import (
	"strings"
	"testing"
)

// TestPaletteCompletesFromTheStore: names of entities, cases, rules and kept filters come by tab, whatever part of them is typed.
func TestPaletteCompletesFromTheStore(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 160, 30)
	for _, title := range []string{"Who was it?", "Where is the key?"} {
		if _, err := a.Store.NewCase(a.ctx, title); err != nil {
			t.Fatal(err)
		}
	}
	press(a, ":", "'save night watch", "enter")
	for _, tt := range []struct{ typed, want string }{
		{"user lambda", "user " + attacker},
		{"user arn:aws:iam", "user arn:aws:iam::123456789012:user/u"},
		{"user nobody-of-that-name", "user nobody-of-that-name"},
		{"model opus", "model anthropic.claude-3-opus"},
		{"account 12", "account 123456789012"},
		{"case key", "case C-0002"},
		{"case c-00", "case c-00"},
		{"rule asking for models", "rule bedrock-denied-models"},
		{"view watch", "view night watch"},
		{"forget night", "forget night watch"},
		{"alerts status:all user:lambda", "alerts status:all user:" + attacker},
		{"events error:* -model:opus", "events error:* -model:anthropic.claude-3-opus"},
		{"events user:u3", "events user:arn:aws:iam::123456789012:user/u3"},
	} {
		press(a, ":", "'"+tt.typed, "tab")
		if got := a.prompt.input.String(); got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.typed, got, tt.want)
		}
		press(a, "esc")
	}
	press(a, ":", "'user arn:aws:iam", "tab")
	if got := text(a); !strings.Contains(got, "user/u1") || !strings.Contains(got, "user/u2") {
		t.Errorf("the names are not offered:\n%s", got)
	}
	press(a, "esc", "4", "/", "'user:u3", "tab", "enter")
	if s, ok := a.top().(*eventsScreen); !ok || s.text != "user:arn:aws:iam::123456789012:user/u3" {
		t.Errorf("a filter is not completed:\n%s", text(a))
	}
}

// TestLateNamesChangeNoOtherLine: what the store finds for a line that has changed since is not put into it.
func TestLateNamesChangeNoOtherLine(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, ":", "'user lambda")
	_, cmd := a.Update(keyOf("tab"))
	press(a, "'-y")
	settle(a, cmd)
	if got := a.prompt.input.String(); got != "user lambda-y" {
		t.Errorf("the line is %q", got)
	}
	_, cmd = a.Update(keyOf("tab"))
	press(a, "esc", ":", "'model ")
	settle(a, cmd)
	if got := a.prompt.input.String(); got != "model " {
		t.Errorf("another line is %q", got)
	}
}
