package tui

import (
	"strings"
	"testing"

	"casebook/engine/syntax"
)

func TestKeysOfOnesOwn(t *testing.T) {
	keys, err := ReadKeys("keys.toml", `
[keys.guide]
pin = "P"   # here only
[keys]
acknowledge = ["W", "ctrl+k"]
undo = "ctrl+y"
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		key   string
		where scope
		want  action
	}{
		{"W", onAlerts, acknowledge}, {"ctrl+k", onGuide, acknowledge}, {"a", onAlerts, none}, {"P", onGuide, pin}, {"p", onGuide, none}, {"p", onEvent, pin}, {"P", onEvent, none},
		{"ctrl+y", onGuide, undo}, {"U", onAlert, none}, {"enter", onAlerts, drill}, {"esc", onGuide, back}, {"a", onRules, showAlerts}, {"a", onChips, allOff},
	} {
		if got := keys.meaning(tt.key, tt.where); got != tt.want {
			t.Errorf("%q on %s is %q, want %q", tt.key, screensOf(tt.where), actionNames[got], actionNames[tt.want])
		}
	}
	a := sized(desk(t, scene(attacker)), 80, 24)
	a.Keys = keys
	if foot := a.Keys.footer(onAlerts, 80, nothingIdle); !strings.Contains(foot.String(), "W ack") {
		t.Errorf("the footer is %q", foot.String())
	}
	press(a, "W")
	if got := text(a); !strings.Contains(got, "acknowledged   ctrl+y undoes") {
		t.Errorf("after W:\n%s", got)
	}
	press(a, "?", "/", "'acknowl", "enter")
	if got := text(a); !strings.Contains(got, "W ctrl+k") {
		t.Errorf("the help:\n%s", got)
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"unknown action", "[keys]\nacknowlege = \"w\"", `keys.toml:2:1: there is no action "acknowlege" (did you mean acknowledge?)`},
		{"unknown screen", "[keys.guid]\nclose = \"w\"", `keys.toml:1:2: there is no screen "guid" (did you mean guide?)`},
		{"not there", "[keys.rules]\ntimeline = \"w\"", `keys.toml:2:1: timeline is nothing that can be done on the rules screen`},
		{"twice, one as it comes", "[keys]\nassign = \"c\"", `keys.toml:2:1: "c" is bound twice on the alert screen: to assign here, and to close as it comes`},
		{"twice, both given", "[keys]\nassign = \"K\"\nnote = \"K\"", `"K" is bound twice on the alert screen: to note here, and to assign in line 2`},
		{"a prefix of tmux", "[keys]\nundo = \"ctrl+b\"", `"ctrl+b" cannot be a key for undo: tmux has it as its prefix`},
		{"job control", "[keys]\nundo = \"ctrl+z\"", `it puts casebook into the background`},
		{"flow control", "[keys]\nundo = [\"w\", \"ctrl+s\"]", `"ctrl+s" cannot be a key for undo: it stops the terminal`},
		{"Alt", "[keys]\nundo = \"alt+u\"", `"alt+u" cannot be a key`},
		{"a function key", "[keys]\nundo = \"f5\"", `terminals do not agree on function keys`},
		{"Enter", "[keys]\nundo = \"enter\"", `"enter" cannot be a key for undo: it means the same everywhere`},
		{"a figure", "[keys]\nundo = \"3\"", `figures are the screens`},
		{"a word", "[keys]\nundo = \"under\"", `a key is one character`},
		{"none", "[keys]\nundo = []", `want at least one key for undo`},
		{"a number", "[keys]\nundo = 7", `want a key such as`},
		{"no section", "undo = \"w\"", `want a section [keys]`},
		{"no TOML", "[keys]\nundo = ", `keys.toml:2:`},
		{"an escape", "[keys]\nundo = \"\\u001b\"", `a key is one character`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadKeys("keys.toml", tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
			if len(syntax.Errors(err)) == 0 {
				t.Error("the error has no place")
			}
		})
	}
}

// Every action has a name of its own, so that a file can give it keys.
func TestActionsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range bindings {
		if name := actionNames[b.do]; name == "" {
			t.Errorf("%v has no name for files of keys", b.keys)
		}
	}
	for _, name := range actionNames {
		if seen[name] {
			t.Errorf("two actions are called %s", name)
		}
		seen[name] = true
	}
}
