package tui

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"casebook/store"
)

// again is a workbench over the same store, after the first was left.
func again(t *testing.T, a *App, change ...func(*Options)) *App {
	t.Helper()
	a.leave(a.ctx, os.Stderr)
	o := a.Options
	for _, f := range change {
		f(&o)
	}
	b := New(a.ctx, o)
	b.width, b.height = a.width, a.height
	b.layout()
	settle(b, b.start())
	return b
}

// places are ways to places, each of one root, and a word that its frame has.
var places = []struct {
	name string
	keys []string
	word string
}{
	{"the overview's last line", []string{"1", "G"}, "overview"},
	{"a queue with a filter, an order, marks and a cursor", []string{"2", "/", "ctrl+u", "'status:all sev:low", "enter", "s", "S", " ", " ", "j"}, "2 marked"},
	{"only the marked alerts", []string{"2", " ", " ", "M", "j"}, "only these"},
	{"an alert's evidence", []string{"2", "j", "enter", "tab", "j"}, "alerts > #"},
	{"a line of why an alert fired", []string{"2", "enter", "j", "j"}, "alerts > #"},
	{"a step of a guide", []string{"2", "i", "j", "j", "j"}, "guide"},
	{"the rows of a step", []string{"2", "i", "enter", "j"}, "guide"},
	{"a timeline out of an alert", []string{"2", "enter", "t", "j", "j", "o"}, "TIME"},
	{"the rhythm of a timeline", []string{"2", "t", "tab"}, "RHYTHM"},
	{"users by another order", []string{"3", "s", "s", "j", "j"}, "users"},
	{"models", []string{"3", "tab", "tab", "tab", "j"}, "models"},
	{"a profile", []string{"3", "j", "enter", "j", "j", "j"}, "users > "},
	{"events by a filter", []string{"4", "/", "'error:*", "enter", "k", "k", "k", "tab"}, "error:*"},
	{"the values of a field", []string{"4", "o", "s", "j"}, "values of"},
	{"an event's raw record", []string{"4", "k", "k", "enter", "tab", "tab", "tab", "j", "j"}, "event"},
	{"an event's fields", []string{"4", "k", "enter", "/", "'model", "enter", "j"}, "event"},
	{"two events", []string{"4", "d", "k", "d", "tab", "j", "j"}, "events "},
	{"events behind a row", []string{"2", "i", "enter", "enter", "j"}, "events"},
	{"a text in the console", []string{"5", "'from logs-aws_bedrock.invocation-*"}, "from logs-aws_bedrock.invocation-*"},
	{"the query of a step", []string{"2", "i", "e", "esc", "i"}, "?"},
	{"a rule's needs", []string{"6", "j", "enter", "tab", "tab", "tab", "j"}, "rules > "},
	{"rules by a text", []string{"6", "/", "'bedrock", "enter", "j"}, "bedrock"},
	{"a case's questions", []string{"7", "j", "enter", "tab", "tab", "tab", "j", "j"}, "C-0001"},
}

// TestEveryPlaceResumes goes to places, leaves and comes back: each is as it was left, and so is what it was opened from, also when it was
// not looked at in between.
func TestEveryPlaceResumes(t *testing.T) {
	first := desk(t, scene(attacker))
	alerts, err := first.Store.Alerts(first.ctx, store.AlertFilter{}, store.Cursor{}, 2)
	if err != nil || len(alerts) < 2 {
		t.Fatal(alerts, err)
	}
	for _, title := range []string{"Who was it?", "And why?"} {
		if _, err := first.Store.NewCase(first.ctx, title, alerts[0].ID, alerts[1].ID); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range places {
		t.Run(at.name, func(t *testing.T) {
			o := first.Options
			o.StateDir = t.TempDir()
			a := sized(New(first.ctx, o), 100, 30)
			press(a, at.keys...)
			if got := text(a); !strings.Contains(got, at.word) {
				t.Fatalf("no %q here:\n%s", at.word, got)
			}
			a.notice = notice{}
			b := again(t, a)
			settle(b, b.toRoot((a.at+1)%rootCount))
			b = again(t, b) // the place is in a root that was not looked at
			settle(b, b.toRoot(a.at))
			for {
				if got, want := text(b), text(a); got != want {
					t.Fatalf("it was left as\n%s\nand is\n%s", want, got)
				}
				if len(a.stack()) == 1 {
					break
				}
				press(a, "backspace")
				press(b, "backspace")
			}
		})
	}
}

// TestNoStateStopsAStart: a file that is broken, of another version or of someone else's making takes nothing away but what it held.
func TestNoStateStopsAStart(t *testing.T) {
	a := desk(t, scene(attacker))
	a.StateDir = t.TempDir()
	sized(a, 80, 24)
	press(a, "2", "enter", "t")
	a = again(t, a)
	path, err := a.statePath()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var left remembered
	if err := json.Unmarshal(whole, &left); err != nil {
		t.Fatal(err)
	}
	stack := left.Stacks["alerts"]
	if len(stack) != 3 {
		t.Fatalf("the stack is %d screens: %s", len(stack), whole)
	}
	changed := func(change func([]leftScreen) []leftScreen) string {
		other := left
		other.Stacks = map[string][]leftScreen{"alerts": change(slices.Clone(stack))}
		data, err := json.Marshal(other)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for _, tt := range []struct {
		name, file, want string
	}{
		{"nothing", "", "casebook > overview"},
		{"half of it", string(whole[:len(whole)/2]), "casebook > overview"},
		{"another kind of JSON", `[1,2]`, "casebook > overview"},
		{"the version before", `{"Store":"x","Root":"alerts","Filter":"status:open","Order":"","Rising":false,"Alert":1,"Events":"","Columns":"time","Typed":{"query esql":["from x"]}}`, "casebook > overview"},
		{"another store at that path", strings.Replace(string(whole), left.Name, strings.Repeat("0", len(left.Name)), 1), "casebook > overview"},
		{"a screen of a later version", changed(func(s []leftScreen) []leftScreen { s[2].Kind = "hologram"; return s }), "casebook > alerts > #"},
		{"a screen with other fields", changed(func(s []leftScreen) []leftScreen { s[1].Left = json.RawMessage(`{"ID":"seven"}`); return s }), "casebook > alerts "},
		{"an alert that is gone", changed(func(s []leftScreen) []leftScreen { s[1].Left = json.RawMessage(`{"ID":987}`); return s }), "alert #987 is no longer there"},
		{"places out of bounds", changed(func(s []leftScreen) []leftScreen {
			s[1].Left = json.RawMessage(strings.Replace(string(s[1].Left), `"Part":0`, `"Part":-3,"Lists":[{"Row":-9},{"Row":999999999,"Line":-5}]`, 1))
			return s[:2]
		}), "casebook > alerts > #"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(tt.file), 0o600); err != nil {
				t.Fatal(err)
			}
			b := New(a.ctx, a.Options)
			b.width, b.height = 80, 24
			b.layout()
			settle(b, b.start())
			if got := text(b); !strings.Contains(got, tt.want) {
				t.Errorf("no %q:\n%s", tt.want, got)
			}
			press(b, "tab", "G", "2", "j")
		})
	}
}

// TestEveryAnalystResumesTheirOwn: two who share a store and a home come back each to where they were.
func TestEveryAnalystResumesTheirOwn(t *testing.T) {
	a := desk(t, scene(attacker))
	a.StateDir = t.TempDir()
	sized(a, 80, 24)
	press(a, "2", "enter")
	b := again(t, a, func(o *Options) { o.Analyst = "bob" })
	if got := text(b); !strings.Contains(got, "casebook > overview") {
		t.Errorf("bob begins where another left:\n%s", got)
	}
	press(b, "6")
	b = again(t, b)
	if got := text(b); !strings.Contains(got, "casebook > rules") {
		t.Errorf("bob does not come back:\n%s", got)
	}
	c := again(t, b, func(o *Options) { o.Analyst = a.Analyst })
	if got := text(c); !strings.Contains(got, "casebook > alerts > #") {
		t.Errorf("the first does not come back:\n%s", got)
	}
}
