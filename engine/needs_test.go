package engine_test

import (
	"context"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
)

// A rule that gave nothing needs the fields without which no condition of it can be true, whatever its language makes of a field
// without a value: KQL's strings are "" there, and != is true of them.
func TestRuleNeedsFields(t *testing.T) {
	noon := column.FromTime(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	events := []request{{time: noon, user: "ann", size: 10}, {time: noon + column.Second, user: "bob", size: 20}}
	for _, tt := range []struct {
		name     string
		language engine.Language
		query    string
		reason   string // "" for clean
	}{
		{"equality", engine.KQL, `requests | where nothing == "x"`, "no event carries nothing"},
		{"terms", engine.KQL, `requests | where nothing has_any ("x", "y")`, "no event carries nothing"},
		{"not empty", engine.KQL, `requests | where isnotempty(nothing)`, "no event carries nothing"},
		{"what is computed of it", engine.KQL, `requests | extend a = tolower(nothing) | where a startswith "x"`, "no event carries nothing"},
		{"what it holds", engine.KQL, `requests | extend a = tostring(parse_json(nothing).b) | where a =~ "x"`, "no event carries nothing"},
		{"what it is grouped by", engine.KQL, `requests | summarize count() by nothing | where nothing in ("x")`, "no event carries nothing"},
		{"what is counted", engine.KQL, `requests | summarize n = countif(nothing == "x") by ['user.id'] | where n > 1`, "no event carries nothing"},
		{"either of two", engine.KQL, `requests | where nothing == "x" or size > 99`, ""},
		{"inequality", engine.KQL, `requests | where nothing != "x" and size > 99`, ""},
		{"no match", engine.KQL, `requests | where nothing !has "x" | where size > 99`, ""},
		{"empty on purpose", engine.KQL, `requests | where isempty(nothing) and size > 99`, ""},
		{"a choice", engine.KQL, `requests | extend who = iff(isempty(nothing), ['user.id'], nothing) | where who == "x"`, ""},
		{"emptiness is counted", engine.KQL, `requests | summarize n = countif(isempty(nothing)) by ['user.id'] | where n > 9`, ""},
		{"a filtered aggregate", engine.ESQL, `from requests | stats n = count(*) where nothing == "x" by user.id | where n > 1`, "no event carries nothing"},
		{"a choice between fields", engine.ESQL, `from requests | eval who = coalesce(nothing, user.id) | where who == "x"`, ""},
		{"a word for none", engine.ESQL, `from requests | eval who = coalesce(nothing, "none") | where who == "x"`, "no event carries nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rule := &engine.Rule{ID: "r", Language: tt.language, Query: tt.query, Every: time.Hour, Lookback: time.Hour}
			report, err := engine.Replay(context.Background(), rule, requestSource(events, 1), engine.ReplayOptions{Span: engine.Window{From: noon, To: noon + column.Hour}},
				func(h engine.Hit) error { t.Errorf("hit %v", h.Row); return nil })
			if err != nil || report.Err != nil {
				t.Fatal(err, report.Err)
			}
			want := engine.OutcomeClean
			if tt.reason != "" {
				want = engine.OutcomeNoData
			}
			if report.Outcome != want || report.Reason != tt.reason {
				t.Errorf("ended %s (%s), want %s (%s)", report.Outcome, report.Reason, want, tt.reason)
			}
		})
	}
}
