package guides

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const filtered = `[metadata]
maturity = "deprecated"
[rule]
rule_id = "00000000-0000-0000-0000-00000000000f"
name = "Filtered"
type = "esql"
language = "esql"
severity = "low"
query = """
from logs-a-* metadata _id // all
| where x == 1
"""
`

// Filters in Kibana's form become conditions right after FROM.
func TestFilters(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       string // the condition
		fault      string
	}{
		{"phrase", `[[rule.filters]]
[rule.filters."$state"]
store = "appState"
[rule.filters.meta]
negate = true
disabled = false
key = "user.name"
type = "phrase"
[rule.filters.query.match_phrase]
"user.name" = "svc \"x\""
`, `NOT KQL("user.name: \"svc \\\"x\\\"\"")`, ""},
		{"phrases", `[[rule.filters]]
[rule.filters.meta]
negate = false
type = "phrases"
[rule.filters.query.bool]
minimum_should_match = 1
[[rule.filters.query.bool.should]]
match_phrase = {"source.ip" = "10.0.0.0/8"}
[[rule.filters.query.bool.should]]
match_phrase = {"source.port" = 443}
`, `(KQL("source.ip: \"10.0.0.0/8\"") OR KQL("source.port: 443"))`, ""},
		{"exists, switched off, and one of a list", `[[rule.filters]]
[rule.filters.meta]
disabled = true
[rule.filters.query.exists]
field = "gone"
[[rule.filters]]
[rule.filters.query.exists]
field = "user.id"
[[rule.filters]]
[rule.filters.query.terms]
"cloud.region" = ["a", "b"]
`, `(user.id IS NOT NULL) AND KQL("cloud.region: (\"a\" or \"b\")")`, ""},
		{"range", `[[rule.filters]]
[rule.filters.query.range."http.response.status_code"]
gte = 400
lt = 500
[[rule.filters]]
[rule.filters.query.range."event.start"]
gt = "now-1d/d"
`, `COALESCE(MV_IN_RANGE(MV_DIFFERENCE(TO_DOUBLE(http.response.status_code), 500.0), 400.0, 500.0), false) AND COALESCE(MV_MAX(event.start) > DATE_TRUNC(1 day, NOW() - 1 days) + 1 day - 1 millisecond, false)`, ""},
		{"wildcard", `[[rule.filters]]
[rule.filters.meta]
negate = true
[rule.filters.query.wildcard."process.executable"]
case_insensitive = true
value = "C:\\\\Program*"
`, `NOT COALESCE(MV_LIKE(TO_LOWER(TO_STRING(process.executable)), "c:\\\\program*"), false)`, ""},
		{"bool", `[[rule.filters]]
[rule.filters.query.bool]
must = [{match_all = {}}]
filter = {term = {"a.b" = {value = true}}}
must_not = [{prefix = {c = "x*"}}]
should = [{match_none = {}}]
`, `(true AND KQL("a.b: true") AND NOT COALESCE(MV_LIKE(TO_STRING(c), "x\\**"), false))`, ""},
		{"combined", `[[rule.filters]]
[rule.filters.meta]
type = "combined"
relation = "OR"
[[rule.filters.meta.params]]
query = {match_phrase = {a = "x"}}
[[rule.filters.meta.params]]
meta = {negate = true}
query = {exists = {field = "b"}}
`, `(KQL("a: \"x\"") OR NOT (b IS NOT NULL))`, ""},
		{"as older versions write it", `[[rule.filters]]
[rule.filters.meta]
negate = false
[rule.filters.exists]
field = "a"
`, `(a IS NOT NULL)`, ""},
		{"a script", `[[rule.filters]]
[rule.filters.query.script]
script = "doc"
`, "", "15:11: filter 1 cannot be applied: a filter by script is not supported"},
		{"two of three", `[[rule.filters]]
[rule.filters.query.bool]
minimum_should_match = 2
should = [{exists = {field = "a"}}, {exists = {field = "b"}}]
`, "", "16:31: filter 1 cannot be applied: a minimum_should_match of 2 is not supported"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			list, err := Read("rule.toml", []byte(filtered+tt.text))
			if tt.fault != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fault) {
					t.Errorf("want %s, got %v", tt.fault, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			d := list[0]
			if diff := cmp.Diff("from logs-a-* metadata _id | WHERE "+tt.want+" // all\n| where x == 1\n", d.Rule.Query); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"its publisher calls it deprecated"}, d.Notices); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A window of no fixed length, or one that does not end now, is a condition too.
func TestElasticWindows(t *testing.T) {
	for _, tt := range []struct{ keys, lookback, condition string }{
		{`from = "now-9m"`, "9m0s", ""},
		{`from = "now-24H"` + "\n" + `to = "now"`, "24h0m0s", ""},
		{`from = "now-1d/d"`, "48h0m0s", "@timestamp >= DATE_TRUNC(1 day, NOW() - 1 days)"},
		{`from = "now-1M"`, "744h0m0s", "@timestamp >= NOW() - 1 months"},
		{`from = "now-30m"` + "\n" + `to = "now-5m"`, "30m0s", "@timestamp <= NOW() - 5 minutes"},
		{`from = "now-2d"` + "\n" + `to = "now/d"`, "48h0m0s", "@timestamp <= DATE_TRUNC(1 day, NOW())"},
	} {
		list, err := Read("rule.toml", []byte(strings.Replace(filtered, "severity", tt.keys+"\nseverity", 1)))
		if err != nil {
			t.Errorf("%s: %v", tt.keys, err)
			continue
		}
		d := list[0]
		if got := strings.Join(d.Filters, " AND "); d.Rule.Lookback.String() != tt.lookback || got != tt.condition || (got != "") != strings.Contains(d.Rule.Query, "| WHERE "+got+" // all") {
			t.Errorf("%s: %s, %q", tt.keys, d.Rule.Lookback, d.Rule.Query)
		}
	}
	for _, keys := range []string{`from = "now"`, `from = "now+1h"`, `from = "yesterday"`, `to = "tomorrow"`} {
		if _, err := Read("rule.toml", []byte(strings.Replace(filtered, "severity", keys+"\nseverity", 1))); err == nil {
			t.Errorf("%s was taken", keys)
		}
	}
	zoned := strings.Replace(filtered, "\nfrom logs-", "\nset time_zone = \"Asia/Kolkata\"; from logs-", 1)
	for keys, taken := range map[string]bool{`to = "now-1m"`: true, `to = "now/d"`: false} {
		list, err := Read("rule.toml", []byte(strings.Replace(zoned, "severity", keys+"\nseverity", 1)))
		if taken && (err != nil || !strings.Contains(list[0].Rule.Query, "| WHERE @timestamp <= ")) || !taken && (err == nil || !strings.Contains(err.Error(), "without a time_zone of its own")) {
			t.Errorf("%s of a query with a zone: %v, %v", keys, list, err)
		}
	}
}

// What a rule asks of its SIEM and is not done is named.
func TestUnapplied(t *testing.T) {
	text := strings.Replace(filtered, "severity", `to = "now+1h"
timestamp_override = "event.ingested"
exceptions_list = [{id = "a", list_id = "b"}]
response_actions = [{action_type_id = ".endpoint"}]
actions = []
severity`, 1)
	list, err := Read("rule.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"to: windows end when the rule runs, and not now+1h",
		"exceptions_list: Kibana keeps the lists that it names; exceptions in files are added with casebook rules add",
		"timestamp_override: windows go by @timestamp and not by event.ingested",
		"response_actions: nothing is done about an alert but to keep it",
	}, list[0].Unapplied); diff != "" {
		t.Error(diff)
	}
}
