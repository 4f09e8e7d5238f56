package guides

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A rule of our own in Elastic's format, with every kind of button.
const buttons = `
[rule]
author = ["someone"]
description = "Words."
from = "now-60m"
language = "esql"
name = "Buttons"
rule_id = "00000000-0000-0000-0000-000000000001"
risk_score = 21
severity = "low"
type = "esql"
surprise = 1
query = '''
// first a remark
from logs-a-*, logs-b-* metadata _id
| where x == 1
'''
note = """## Triage

Read this first.

- Ask the host.
  - $osquery_0
- Ask about the user
  over two lines.
- !{investigate{"label":"Same user","description":"Here and there","providers":[[{"field":"user.id","excluded":false,"queryType":"phrase","value":"{{user.id}}","valueType":"string"},{"field":"event.action","excluded":true,"queryType":"phrase","value":"a\\"b\\\\c","valueType":"string"}],[{"field":"a-b.1c","queryType":"range","value":{"lt":9,"gte":2}}]],"relativeFrom":"now-48h/h","relativeTo":"now"}}

$investigate_0

Text with !{osquery{"label":"Hosts","query":"SELECT 1"}} inside, and $investigate_7.

#### Response

1. One thing.
2. Another thing.
   With more.

   And a second paragraph.
- One thing.
"""

[[transform.osquery]]
label = "Osquery - who"
query = "SELECT * FROM users"

[[transform.investigate]]
label = "Denied calls"
providers = [
  [{ excluded = false, field = "gen_ai.response.error_code", queryType = "phrase", value = "AccessDenied", valueType = "string" }],
]
relativeFrom = "now-7d"
relativeTo = "now+5m"
`

func TestButtons(t *testing.T) {
	list, err := Read("buttons.toml", []byte(buttons))
	if err != nil {
		t.Fatal(err)
	}
	d := list[0]
	type step struct {
		Key, Text, Detail, Elsewhere, Query string
		Level                               int
	}
	var got []step
	for _, s := range d.Guide.Steps() {
		got = append(got, step{s.Key, s.Text, s.Detail, s.Elsewhere, s.Query, s.Level})
	}
	want := []step{
		{Key: "ask-the-host", Text: "Ask the host."},
		{Key: "osquery-who", Text: "Osquery - who", Elsewhere: "SELECT * FROM users", Level: 1},
		{Key: "ask-about-the-user-over-two-lines", Text: "Ask about the user over two lines."},
		{Key: "same-user", Text: "Same user", Detail: "Here and there", Query: `FROM logs-a-*, logs-b-*
| WHERE @timestamp >= DATE_TRUNC(1 hour, ?alert_time - 48 hours) AND @timestamp <= ?alert_time
| WHERE MV_INTERSECTS(TO_STRING(user.id), TO_STRING(?user_id)) AND (event.action IS NULL OR NOT MV_INTERSECTS(TO_STRING(event.action), "a\"b\\c"))
    OR (` + "`a-b`.`1c` < 9 AND `a-b`.`1c` >= 2" + `)
| SORT @timestamp DESC`},
		{Key: "denied-calls", Text: "Denied calls", Level: 1, Query: `FROM logs-a-*, logs-b-*
| WHERE @timestamp >= ?alert_time - 7 days AND @timestamp <= ?alert_time + 5 minutes
| WHERE MV_INTERSECTS(TO_STRING(gen_ai.response.error_code), "AccessDenied")
| SORT @timestamp DESC`},
		{Key: "hosts", Text: "Hosts", Elsewhere: "SELECT 1"},
		{Key: "one-thing", Text: "One thing."},
		{Key: "another-thing-with-more", Text: "Another thing. With more.", Detail: "And a second paragraph."},
		{Key: "one-thing-2", Text: "One thing."},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		`the guide names $investigate_7, which its file does not have`,
		`a key that casebook does not know: rule.surprise`,
	}, d.Notices); diff != "" {
		t.Error(diff)
	}
	if text := d.Guide.Sections[0].Text; !strings.Contains(text, "Read this first.") || !strings.Contains(text, "Text with  inside") {
		t.Errorf("section's text %q", text)
	}
	if r := d.Rule; r.Line != 14 || r.Column != 1 || !strings.HasPrefix(r.Query, "// first") {
		t.Errorf("query at %d:%d", r.Line, r.Column)
	}
}

func TestInvestigate(t *testing.T) {
	for _, tt := range []struct {
		name  string
		p     provider
		want  string
		fault string
	}{
		{"alert's value", provider{Field: "user.id", QueryType: "phrase", Value: "{{ user.id }}"}, `MV_INTERSECTS(TO_STRING(user.id), TO_STRING(?user_id))`, ""},
		{"quotes cannot end the text", provider{Field: "a", QueryType: "phrase", Value: `x" or true or y == "\`}, `MV_INTERSECTS(TO_STRING(a), "x\" or true or y == \"\\")`, ""},
		{"a field cannot end its name", provider{Field: "a` or true | drop `b.c-d", QueryType: "exists"}, "`a`` or true | drop ``b`.`c-d` IS NOT NULL", ""},
		{"excluded", provider{Field: "a", Excluded: true, QueryType: "phrase", Value: true}, `(a IS NULL OR NOT MV_INTERSECTS(TO_STRING(a), "true"))`, ""},
		{"range as text", provider{Field: "n", QueryType: "range", Value: `{"gt":1.5,"lte":"{{count}}"}`}, `(n <= ?count AND n > 1.5)`, ""},
		{"range of nothing", provider{Field: "n", QueryType: "range", Value: "{}"}, "", `want bounds such as {"gte": 1} as the range of n`},
		{"part of a text", provider{Field: "n", QueryType: "phrase", Value: "x{{a}}"}, "", `want {{field}} alone as the value of n, found "x{{a}}"`},
		{"other query", provider{Field: "n", QueryType: "prefix", Value: "x"}, "", `want a phrase, range or exists on n, found "prefix"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.p.condition()
			if got != tt.want || err == nil != (tt.fault == "") || err != nil && err.Error() != tt.fault {
				t.Errorf("got %s, %v\nwant %s, %s", got, err, tt.want, tt.fault)
			}
		})
	}
}
