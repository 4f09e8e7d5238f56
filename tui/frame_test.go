package tui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func golden(t *testing.T, name, got string) {
	t.Helper()
	// The folder of a test is another one each time.
	got = regexp.MustCompile(`\S*/calls\.json`).ReplaceAllString(got, "calls.json")
	got = regexp.MustCompile(`\d+ ms +P:`).ReplaceAllString(got, "0 ms  P:")
	path := filepath.Join("testdata", "frame", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./tui -update writes it anew)\n got\n%s\nwant\n%s", name, got, want)
	}
}

// walks are the ways from the queue to each screen.
var walks = []struct {
	name string
	keys []string
}{
	{"alerts", nil},
	{"alert-why", []string{"enter"}},
	{"alert-evidence", []string{"enter", "tab"}},
	{"alert-charts", []string{"enter", "tab", "tab"}},
	{"alert-related", []string{"enter", "tab", "tab", "tab"}},
	{"alert-log", []string{"enter", "tab", "tab", "tab", "tab"}},
	{"alert-raw", []string{"enter", "tab", "tab", "tab", "tab", "tab"}},
	{"alert-rule", []string{"enter", "tab", "tab", "tab", "tab", "tab", "tab"}},
	{"overview", []string{"1"}},
	{"users", []string{"3"}},
	{"models", []string{"3", "tab", "tab", "tab"}},
	{"user", []string{"3", "enter"}},
	{"cases-none", []string{"7"}},
	{"timeline", []string{"t"}},
	{"timeline-open", []string{"t", "O"}},
	{"timeline-near", []string{"t", "z"}},
	{"rhythm", []string{"t", "tab"}},
	{"event-fields", []string{"enter", "tab", "enter"}},
	{"event-prompt", []string{"enter", "tab", "enter", "tab"}},
	{"event-raw", []string{"enter", "tab", "enter", "tab", "tab", "tab"}},
	{"event-near", []string{"enter", "tab", "enter", "shift+tab"}},
	{"guide", []string{"i"}},
	{"guide-rows", []string{"i", "enter"}},
	{"guide-events", []string{"i", "enter", "enter"}},
	{"guide-manual", []string{"i", "G"}},
	{"help", []string{"?"}},
	{"close", []string{"c"}},
	{"filter", []string{"/"}},
	{"chips", []string{"\\", "j"}},
	{"events", []string{"4"}},
	{"events-filter", []string{"4", "/", "'error:* model:*opus*", "enter"}},
	{"events-values", []string{"4", "o"}},
	{"events-values-chips", []string{"4", "/", "'error:*", "enter", "o", "\\"}},
	{"events-compared", []string{"enter", "tab", "d", "esc", "t", "G", "d"}},
	{"events-compared-all", []string{"enter", "tab", "d", "j", "d", "tab", "G"}},
	{"query-empty", []string{"5"}},
	{"query-offers", []string{"5", "'fr", "tab", "'l", "tab", "tab"}},
	{"query-fields", []string{"5", "'from logs-aws_bedrock.invocation-* | stats n = count() by gen_ai.re", "tab"}},
	{"query-mistake", []string{"5", "'from logs-aws_bedrock.invocation-*", "enter", "'| where gen_ai.request.model.idd == 1 | nonsense", "ctrl+r"}},
	{"query-rows", consoleRun},
	{"query-plan", append(consoleRun[:len(consoleRun):len(consoleRun)], "P")},
	{"query-history", append(consoleRun[:len(consoleRun):len(consoleRun)], "ctrl+o")},
	{"query-events", append(consoleRun[:len(consoleRun):len(consoleRun)], "enter")},
	{"query-kql", []string{"5", "ctrl+t", "'OpenAIChatCompletions | summarize count() by ModelName", "ctrl+r"}},
	{"rules", []string{"6"}},
	{"rule-about", []string{"6", "enter"}},
	{"rule-fired", []string{"6", "j", "j", "enter", "tab", "tab"}},
	{"rule-needs", []string{"6", "j", "j", "enter", "tab", "tab", "tab"}},
	{"rule-guide", []string{"6", "j", "j", "enter", "tab", "tab", "tab", "tab"}},
	{"rule-text", []string{"6", "j", "j", "enter", "shift+tab"}},
	{"rule-knob", []string{"6", "j", "j", "enter", "b"}},
	{"exception", []string{"x"}},
	{"events-none", []string{"4", "/", "'user:nobody", "enter"}},
}

// consoleRun types a query over two lines and runs it.
var consoleRun = []string{"5", "'from logs-aws_bedrock.invocation-* | where gen_ai.response.error_code is not null", "enter",
	"'| stats n = count(), tokens = sum(gen_ai.usage.prompt_tokens) by user.id, gen_ai.request.model.id | sort n desc", "ctrl+r"}

func TestFrames(t *testing.T) {
	for _, size := range []struct {
		name          string
		width, height int
	}{{"80x24", 80, 24}, {"140x40", 140, 40}} {
		a := desk(t, scene(attacker))
		for _, w := range walks {
			t.Run(w.name+"-"+size.name, func(t *testing.T) {
				fresh := sized(New(a.ctx, a.Options), size.width, size.height)
				press(fresh, w.keys...)
				got := text(fresh)
				if n := strings.Count(got, "\n"); n != size.height {
					t.Errorf("%d lines, want %d", n, size.height)
				}
				golden(t, w.name+"-"+size.name, got)
			})
		}
	}
}

// TestLongNoticeIsReadWhole: what went wrong is not cut at the screen's edge.
func TestLongNoticeIsReadWhole(t *testing.T) {
	a := sized(desk(t, scene(attacker)), 80, 24)
	a.warn("not closed: the story of C-0001 names E7, which is no evidence of the case: pin it, or take it out of the story and then close it")
	a.layout()
	checkFrame(t, a)
	got := strings.Join(strings.Fields(text(a)), " ")
	for _, want := range []string{"pin it, or take it out of the story and then close it", "? help"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q:\n%s", want, text(a))
		}
	}
}
