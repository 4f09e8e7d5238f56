package tui

import (
	"context"
	"path/filepath"
	"testing"

	"casebook/store"
	"casebook/tui/widget"
)

// way is how an analyst comes to a screen, from a store with what a stand says.
type way struct {
	name, from string
	keys       []string
}

// walks are the ways from the queue to each screen and each question on it, by where they begin.
var walks = []way{
	{"alerts", "", nil},
	{"alert-why", "", []string{"enter"}},
	{"alert-evidence", "", []string{"enter", "tab"}},
	{"alert-charts", "", []string{"enter", "tab", "tab"}},
	{"alert-related", "", []string{"enter", "tab", "tab", "tab"}},
	{"alert-log", "", []string{"enter", "tab", "tab", "tab", "tab"}},
	{"alert-raw", "", []string{"enter", "tab", "tab", "tab", "tab", "tab"}},
	{"alert-rule", "", []string{"enter", "tab", "tab", "tab", "tab", "tab", "tab"}},
	{"overview", "", []string{"1"}},
	{"users", "", []string{"3"}},
	{"models", "", []string{"3", "tab", "tab", "tab"}},
	{"user", "", []string{"3", "enter"}},
	{"cases-none", "", []string{"7"}},
	{"timeline", "", []string{"t"}},
	{"timeline-open", "", []string{"t", "O"}},
	{"timeline-near", "", []string{"t", "z"}},
	{"rhythm", "", []string{"t", "tab"}},
	{"event-fields", "", []string{"enter", "tab", "enter"}},
	{"event-prompt", "", []string{"enter", "tab", "enter", "tab"}},
	{"event-raw", "", []string{"enter", "tab", "enter", "tab", "tab", "tab"}},
	{"event-near", "", []string{"enter", "tab", "enter", "shift+tab"}},
	{"guide", "", []string{"i"}},
	{"guide-rows", "", []string{"i", "enter"}},
	{"guide-events", "", []string{"i", "enter", "enter"}},
	{"guide-manual", "", []string{"i", "G"}},
	{"help", "", []string{"?"}},
	{"close", "", []string{"c"}},
	{"filter", "", []string{"/"}},
	{"chips", "", []string{"\\", "j"}},
	{"events", "", []string{"4"}},
	{"events-filter", "", []string{"4", "/", "'error:* model:*opus*", "enter"}},
	{"events-values", "", []string{"4", "o"}},
	{"events-values-chips", "", []string{"4", "/", "'error:*", "enter", "o", "\\"}},
	{"events-compared", "", []string{"enter", "tab", "d", "esc", "t", "G", "d"}},
	{"events-compared-all", "", []string{"enter", "tab", "d", "j", "d", "tab", "G"}},
	{"query-empty", "", []string{"5"}},
	{"query-offers", "", []string{"5", "'fr", "tab", "'l", "tab", "tab"}},
	{"query-fields", "", []string{"5", "'from logs-aws_bedrock.invocation-* | stats n = count() by gen_ai.re", "tab"}},
	{"query-mistake", "", []string{"5", "'from logs-aws_bedrock.invocation-*", "enter", "'| where gen_ai.request.model.idd == 1 | nonsense", "ctrl+r"}},
	{"query-rows", "", consoleRun},
	{"query-plan", "", append(consoleRun[:len(consoleRun):len(consoleRun)], "P")},
	{"query-history", "", append(consoleRun[:len(consoleRun):len(consoleRun)], "ctrl+o")},
	{"query-events", "", append(consoleRun[:len(consoleRun):len(consoleRun)], "enter")},
	{"query-kql", "", []string{"5", "ctrl+t", "'OpenAIChatCompletions | summarize count() by ModelName", "ctrl+r"}},
	{"rules", "", []string{"6"}},
	{"rule-about", "", []string{"6", "enter"}},
	{"rule-fired", "", []string{"6", "j", "j", "enter", "tab", "tab"}},
	{"rule-needs", "", []string{"6", "j", "j", "enter", "tab", "tab", "tab"}},
	{"rule-guide", "", []string{"6", "j", "j", "enter", "tab", "tab", "tab", "tab"}},
	{"rule-text", "", []string{"6", "j", "j", "enter", "shift+tab"}},
	{"rule-knob", "", []string{"6", "j", "j", "enter", "b"}},
	{"exception", "", []string{"x"}},
	{"events-none", "", []string{"4", "/", "'user:nobody", "enter"}},
	{"alerts-score", "", []string{"="}},
	{"alerts-marked", "", []string{" ", "j", " ", "M"}},
	{"alerts-assign", "", []string{"A"}},
	{"alerts-note", "", []string{"n"}},
	{"alerts-case", "", []string{"m"}},
	{"alerts-views", "", []string{"V"}},
	{"alerts-none", "", []string{"/", "ctrl+u", "'user.id:nobody", "enter"}},
	{"palette", "", []string{":", "'al", "tab"}},
	{"palette-unknown", "", []string{":", "'alrts", "enter"}},
	{"quitting", "", []string{"ctrl+c"}},
	{"guide-yes", "", []string{"i", "y"}},
	{"guide-cannot", "", []string{"i", "x"}},
	{"guide-value", "", []string{"i", "enter", "f"}},
	{"event-response", "", []string{"4", "enter", "tab", "tab"}},
	{"event-found", "", []string{"4", "enter", "/", "'model", "enter"}},
	{"event-write", "", []string{"4", "enter", "w"}},
	{"event-copied-raw", "", []string{"4", "enter", "Y"}},
	{"event-veiled", "veiled", []string{"enter", "tab", "enter", "tab"}},
	{"event-veiled-raw", "veiled", []string{"enter", "tab", "enter", "tab", "tab", "tab"}},
	{"event-reveal", "veiled", []string{"enter", "tab", "enter", "tab", "R"}},
	{"events-columns", "", []string{"4", "c"}},
	{"events-time", "", []string{"4", "@"}},
	{"events-zoomed", "", []string{"4", "z"}},
	{"events-filter-words", "", []string{"4", "/", "'mo", "tab"}},
	{"query-window", "", []string{"5", "esc", "W"}},
	{"query-save", "", append(consoleRun[:len(consoleRun):len(consoleRun)], "S")},
	{"rule-runs", "", []string{"6", "enter", "tab"}},
	{"rule-except-none", "", []string{"6", "enter", "tab", "tab", "tab", "tab", "tab"}},
	{"rules-found", "", []string{"6", "/", "'azure", "enter"}},
	{"rule-except", "rules", []string{":", "'rule ours", "enter", "tab", "tab", "tab", "tab", "tab"}},
	{"rule-except-gone", "rules", []string{":", "'rule ours", "enter", "tab", "tab", "tab", "tab", "tab", "-"}},
	{"rule-except-new", "rules", []string{":", "'rule ours", "enter", "x", "'gen_ai.re", "tab"}},
	{"rule-except-tried", "rules", []string{":", "'rule bedrock-denied-models", "enter", "x", "'user.id:*lambda-x", "enter"}},
	{"rule-versions", "rules", []string{":", "'rule ours", "enter", "shift+tab", "shift+tab"}},
	{"version", "rules", []string{":", "'rule ours", "enter", "shift+tab", "shift+tab", "enter"}},
	{"version-first", "rules", []string{":", "'rule ours", "enter", "shift+tab", "shift+tab", "enter", "}", "}"}},
	{"resources", "vendors", []string{"3", "tab"}},
	{"accounts", "vendors", []string{"3", "tab", "tab"}},
	{"applications", "vendors", []string{"3", "tab", "tab", "tab", "tab"}},
	{"addresses", "vendors", []string{"3", "tab", "tab", "tab", "tab", "tab"}},
	{"resource", "vendors", []string{"3", "tab", "enter"}},
	{"account", "vendors", []string{"3", "tab", "tab", "enter"}},
	{"model", "vendors", []string{"3", "tab", "tab", "tab", "enter"}},
	{"application", "vendors", []string{"3", "tab", "tab", "tab", "tab", "enter"}},
	{"address", "vendors", []string{"3", "tab", "tab", "tab", "tab", "tab", "enter"}},
	{"resource-timeline", "vendors", []string{"3", "tab", "t"}},
	{"account-timeline", "vendors", []string{"3", "tab", "tab", "t"}},
	{"model-timeline", "vendors", []string{"3", "tab", "tab", "tab", "t"}},
	{"application-timeline", "vendors", []string{"3", "tab", "tab", "tab", "tab", "t"}},
	{"users-found", "vendors", []string{"3", "/", "'u1", "enter"}},
	{"overview-vendors", "vendors", []string{"1"}},
	{"cases", "case", []string{"7"}},
	{"case-story", "case", []string{"7", "enter"}},
	{"case-alerts", "case", []string{"7", "enter", "tab"}},
	{"case-evidence", "case", []string{"7", "enter", "tab", "tab"}},
	{"case-questions", "case", []string{"7", "enter", "tab", "tab", "tab"}},
	{"case-entities", "case", []string{"7", "enter", "tab", "tab", "tab", "tab"}},
	{"case-audit", "case", []string{"7", "enter", "shift+tab"}},
	{"case-verified", "case", []string{"7", "enter", "V"}},
	{"case-verdict", "case", []string{"7", "enter", "c"}},
	{"case-export", "case", []string{"7", "enter", "x"}},
	{"case-hand-over", "case", []string{"7", "enter", "A"}},
	{"case-note", "case", []string{"7", "enter", "tab", "tab", "n"}},
	{"case-new", "case", []string{"7", "m"}},
	{"case-writing", "writing", []string{"7", "enter", "w", "'# What", "enter", "'She asked [E1]."}},
	{"case-saved", "saved", []string{"7", "enter", "w", "'# What", "enter", "'She asked [E1].", "esc", "V"}},
	{"alert-in-a-case", "case", []string{"enter"}},
	{"overview-case", "case", []string{"1"}},
	{"empty-overview", "empty", []string{"1"}},
	{"empty-alerts", "empty", nil},
	{"empty-events", "empty", []string{"4"}},
	{"empty-query", "empty", []string{"5"}},
}

// consoleRun types a query over two lines and runs it.
var consoleRun = []string{"5", "'from logs-aws_bedrock.invocation-* | where gen_ai.response.error_code is not null", "enter",
	"'| stats n = count(), tokens = sum(gen_ai.usage.prompt_tokens) by user.id, gen_ai.request.model.id | sort n desc", "ctrl+r"}

// stands are what a store holds besides the scene when a walk begins.
var stands = map[string]func(t testing.TB, a *App){
	"":        func(testing.TB, *App) {},
	"case":    openCaseOn,
	"writing": openCaseOn,
	"saved":   openCaseOn,
	"veiled": func(t testing.TB, a *App) {
		if err := a.Store.SetVeil(a.ctx, true); err != nil {
			t.Fatal(err)
		}
	},
	"rules":   func(t testing.TB, a *App) { addRules(t, a) },
	"vendors": loadVendors,
}

// openCaseOn opens a case about the queue's first alert.
func openCaseOn(_ testing.TB, a *App) { workCase(sized(New(a.ctx, a.Options), 80, 24)) }

// loadVendors loads records of every vendor, so that there are resources, applications and addresses.
func loadVendors(t testing.TB, a *App) {
	var paths []string
	for _, of := range []string{"azure/categories", "openai/rows", "cloudtrail/calls"} {
		paths = append(paths, filepath.Join("..", "store", "event", "testdata", filepath.FromSlash(of)+".jsonl"))
	}
	if _, err := a.Store.Load(a.ctx, paths, store.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
}

// standing is a workbench over a scene, from where walks begin.
func standing(t testing.TB, from string, calls []call) *App {
	t.Helper()
	if from == "empty" {
		db, err := store.Open(filepath.Join(t.TempDir(), "casebook.db"), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return New(context.Background(), Options{Store: db, AsOf: -1, Charset: widget.ASCII, Color: Mono, Analyst: db.Actor().Name})
	}
	a := desk(t, calls)
	stands[from](t, a)
	return a
}

// eachWalk takes every walk over a scene, with a workbench that has not begun.
func eachWalk(t testing.TB, calls []call, look func(w way, fresh *App)) {
	t.Helper()
	desks := map[string]*App{}
	for _, w := range walks {
		if desks[w.from] == nil {
			desks[w.from] = standing(t, w.from, calls)
		}
		look(w, New(desks[w.from].ctx, desks[w.from].Options))
	}
}
