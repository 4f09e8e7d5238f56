package tui

import (
	"fmt"
	"strings"
	"testing"

	"casebook/store"
	"casebook/store/event"
	"casebook/tui/safe"
)

func TestFilterFromAValueAndBack(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, "4")
	all := a.top().(*eventsScreen)
	press(a, "F")
	some := a.top().(*eventsScreen)
	if some == all || !strings.HasPrefix(some.text, "-model:") {
		t.Fatalf("filter is %q", some.text)
	}
	more, _ := all.sums()
	if less, _ := some.sums(); less == 0 || less >= more {
		t.Errorf("%d events of %d without the model", less, more)
	}
	press(a, "f")
	if got := a.top().(*eventsScreen); strings.HasPrefix(got.text, "-") && len(splitWords(got.text)) != 2 {
		t.Errorf("filter is %q", got.text)
	}
	press(a, "enter", "esc")
	if got := a.top().(*eventsScreen); !strings.Contains(got.text, "model:") {
		t.Errorf("the filter is lost on the way back: %q", got.text)
	}
	press(a, "[", "[", "[", "[")
	if got, ok := a.top().(*eventsScreen); !ok || got != all {
		t.Errorf("history does not lead to the list without filter:\n%s", text(a))
	}
}

func TestChipsTurnOffAndOn(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "4", "/", "'error:* model:*opus*", "enter")
	few, _ := a.top().(*eventsScreen).sums()
	press(a, "\\", " ")
	off, _ := a.top().(*eventsScreen).sums()
	press(a, "a")
	none, _ := a.top().(*eventsScreen).sums()
	press(a, "a", "esc")
	again, _ := a.top().(*eventsScreen).sums()
	if few == 0 || off < few || none <= few || again != few {
		t.Errorf("%d events with both words, %d with one off, %d with all off, %d with all on again", few, off, none, again)
	}
	press(a, "\\", "d", "d")
	if got := a.top().(*eventsScreen); got.text != "" {
		t.Errorf("after both were dropped the filter is %q", got.text)
	}
}

func TestGoToATime(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "4", "@", "'2026-06-08 09:02", "enter")
	e, ok := a.top().(*eventsScreen).current()
	if !ok || e.When().Format("15:04") != "09:02" {
		t.Errorf("the cursor is at %s:\n%s", e.When(), text(a))
	}
}

func TestFacetLeadsToItsEvents(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "4", "o")
	f := a.top().(*facetScreen)
	if len(f.rows) < 2 {
		t.Fatalf("%d values:\n%s", len(f.rows), text(a))
	}
	want := f.rows[1].Events
	press(a, "j", "enter")
	if got, _ := a.top().(*eventsScreen).sums(); got != want {
		t.Errorf("%d events, the list of values said %d", got, want)
	}
}

func TestOpenAnywhere(t *testing.T) {
	for open, want := range map[string]string{
		"alerts sev:high status:all":    "status:all",
		"events error:* last:24h":       "last:24h",
		"events usr:alice":              "did you mean user?",
		"alerts -sev:high":              "-sev:high",
		"evnts":                         "did you mean events?",
		"events prompt_tokens>=8k":      "prompt_tokens>=8k",
		"events user>5":                 "user is text",
		"events arn:aws:iam::1:user/u1": "arn:aws",
	} {
		a := desk(t, scene(attacker))
		a.Open = open
		if got := text(sized(a, 120, 24)); !strings.Contains(got, want) {
			t.Errorf("--open %q does not show %q:\n%s", open, want, got)
		}
	}
}

func TestPaletteCompletes(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 24)
	press(a, ":", "'ev", "tab")
	for _, want := range []string{"event", "events"} {
		if !strings.Contains(text(a), want) {
			t.Errorf("no %q offered:\n%s", want, text(a))
		}
	}
	press(a, "'s err", "tab")
	if got := a.prompt.input.String(); got != "events error:" {
		t.Errorf("completed to %q", got)
	}
	press(a, "'*", "enter")
	if s, ok := a.top().(*eventsScreen); !ok || s.text != "error:*" {
		t.Errorf("not there:\n%s", text(a))
	}
}

func TestEventSeesItsValuesItsAlertsAndItsNeighbours(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 100, 30)
	press(a, "enter", "tab", "enter")
	e := a.top().(*eventScreen)
	if len(e.alerts) != 1 || !strings.Contains(text(a), fmt.Sprintf("behind #%d", e.alerts[0].ID)) {
		t.Errorf("it is behind %d alerts:\n%s", len(e.alerts), text(a))
	}
	press(a, "shift+tab")
	if n, ok := e.near.at(e.lists[partNear].Cursor); !ok || n.ID != e.id {
		t.Errorf("its neighbours are shown around event %d, it is %d:\n%s", n.ID, e.id, text(a))
	}
	press(a, "tab", "j", "j", "j", "f")
	if s, ok := a.top().(*eventsScreen); !ok || !strings.HasPrefix(s.text, "user.id:") {
		t.Fatalf("f does not list the user's events:\n%s", text(a))
	} else if n, _ := s.sums(); n == 0 || n != e.seen[event.User].Events {
		t.Errorf("%d events of the user, the field said %d", n, e.seen[event.User].Events)
	}
	press(a, "esc")
	if a.top() != screen(e) {
		t.Errorf("esc does not come back:\n%s", text(a))
	}
}

// TestListsSayTheYear: a record of another year does not look like one of this year, and on a wide screen every time is whole.
func TestListsSayTheYear(t *testing.T) {
	calls := append(scene(attacker), call{at: day.AddDate(-1, 0, 0), user: attacker, model: "anthropic.claude", prompt: "x", reply: "y", tokens: 5})
	for _, tt := range []struct {
		width     int
		old, this string
	}{{80, "2025-06-08 00:00:00 ", " 06-08 02:14:00.000 "}, {140, "2025-06-08 00:00:00.000 ", "2026-06-08 02:14:00.000 "}} {
		a := sized(desk(t, calls), tt.width, 24)
		press(a, "4", "g")
		if got := text(a); !strings.Contains(got, tt.old) || !strings.Contains(got, tt.this) {
			t.Errorf("no %q or no %q in the list of %d columns:\n%s", tt.old, tt.this, tt.width, got)
		}
		settle(a, a.push(newTimeline("user", attacker, spanOfDay())))
		if got := text(a); !strings.Contains(got, tt.this) {
			t.Errorf("no %q in the timeline:\n%s", tt.this, got)
		}
		press(a, "2", "enter", "tab")
		if got := text(a); !strings.Contains(got, "[Evidence") || !strings.Contains(got, tt.this) {
			t.Errorf("no %q in the evidence:\n%s", tt.this, got)
		}
	}
}

// TestCursorLeavesTheAxisReadable: the mark of the cursor stands beside the dates, never in them.
func TestCursorLeavesTheAxisReadable(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	for _, key := range []string{"g", "G"} {
		press(a, "4", key)
		got := text(a)
		if !strings.Contains(got, "2026-06-08 02:14Z") || !strings.Contains(got, "2026-06-08 14:54Z") || !strings.Contains(got, "^") {
			t.Errorf("after %s:\n%s", key, got)
		}
	}
}

func TestShortEntity(t *testing.T) {
	for in, want := range map[string]string{
		"arn:aws:sts::1:assumed-role/Admin/ann@example.com": "Admin/ann@example.com", "arn:aws:iam::1:user/ann": "user/ann", "ann": "ann", "arn:aws:x": "arn:aws:x",
	} {
		if got := shortEntity(in); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestTheConsoleUsesTheRoomThereIs(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	press(a, "5", "'from logs-aws_bedrock.invocation-* | stats n = count() by user.id | sort n desc", "ctrl+r")
	if got := text(a); !strings.Contains(got, "arn:aws:sts::123456789012:assumed-role/batch/lambda-x ") || !strings.Contains(got, "####") {
		t.Errorf("a name is cut beside empty cells, or there is no bar:\n%s", got)
	}
	press(a, "up", "ctrl+u", "'from logs-aws_bedrock.invocation-* | stats n = count() by user.id | eval m = 1 - n", "ctrl+r")
	checkFrame(t, a)
}

// TestATimelineMarksWhatAnAlertCounted: an event in an alert's window that its rule did not choose is not the alert's.
func TestATimelineMarksWhatAnAlertCounted(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 140, 40)
	press(a, "t", "O")
	denied, marked := 0, 0
	for line := range strings.Lines(text(a)) {
		if strings.Contains(line, " DENY ") {
			denied++
		}
		if strings.Contains(line, " #1") && strings.Contains(line, " bed ") {
			marked++
			if !strings.Contains(line, " DENY ") {
				t.Errorf("the alert of denials is said to have counted: %s", line)
			}
		}
	}
	if denied != 17 || marked != denied {
		t.Errorf("%d of %d denials are marked:\n%s", marked, denied, text(a))
	}
}

// TestEventsBeginAtNow: where someone set the workbench's now, a list of events begins there and not at the newest.
func TestEventsBeginAtNow(t *testing.T) {
	a := desk(t, scene(attacker))
	rows, err := a.Store.Events(a.ctx, store.EventFilter{}, store.Place{}, 9, false)
	if err != nil || len(rows) < 9 {
		t.Fatalf("%d rows (%v)", len(rows), err)
	}
	o := a.Options
	o.AsOf, o.AsOfSet = rows[8].Tick(), true
	o.Open = "events"
	early := sized(New(a.ctx, o), 80, 24)
	settle(early, early.start())
	if got, ok := early.top().(*eventsScreen).current(); !ok || got.Time != rows[8].Time {
		t.Errorf("the cursor is on %v, want %v:\n%s", got.Time, rows[8].Time, text(early))
	}
	last := sized(New(a.ctx, a.Options), 80, 24)
	press(last, "4")
	if got, _ := last.top().(*eventsScreen).current(); got.Time == rows[8].Time {
		t.Error("it begins there without being told to")
	}
}

// TestFieldsKeepTheirEnds: of names of fields that are too long what they end with stays, so that no two in a list read the same.
func TestFieldsKeepTheirEnds(t *testing.T) {
	for in, want := range map[string]string{
		"azure.open_ai.properties.model_name":            "..properties.model_name",
		"azure.open_ai.properties.model_deployment_name": "..model_deployment_name",
		"user.id":                              "user.id",
		"averyveryverylongnamewithoutanydots.": "..ylongnamewithoutanydots.",
		"azure.open_ai.字字字字字字字字字字字字字字":                   "..字字字字字字字字字字字字",
		"gen_ai.request.\x1b[2J\u202e.gen_ai.request.id": "..gen_ai.request.id",
	} {
		if got := clipField(safe.Escape(in), 26); got.String() != want || got.Width() > 26 {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

// TestNoTextIsSaidWhole: why an event has no prompt is not cut at the edge.
func TestNoTextIsSaidWhole(t *testing.T) {
	a := sized(desk(t, []call{{at: day, user: attacker, model: "m", bare: true}}), 80, 24)
	press(a, "4", "enter", "tab")
	if got := strings.Join(strings.Fields(text(a)), " "); !strings.Contains(got, "or it lies in an object of its own") {
		t.Errorf("the reason is cut:\n%s", text(a))
	}
}
