package guides

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/syntax"
)

const exportedRules = `{"id":"1c1","updated_at":"2026-03-01T00:00:00.000Z","updated_by":"elastic","created_at":"2026-03-01T00:00:00.000Z","created_by":"elastic","name":"Denied models","tags":["LLM"],"interval":"10m","enabled":true,"revision":2,"description":"A user asks for what it may not have.","risk_score":73,"severity":"high","license":"","output_index":"","meta":{"from":"50m","kibana_siem_app_url":"https://kibana/app"},"author":["me"],"false_positives":[],"from":"now-60m","rule_id":"denied-models","max_signals":50,"risk_score_mapping":[],"severity_mapping":[],"threat":[{"framework":"MITRE ATT&CK","tactic":{"id":"TA0040","name":"Impact","reference":"https://attack.mitre.org/tactics/TA0040/"},"technique":[{"id":"T1499","name":"Endpoint Denial of Service","reference":"https://attack.mitre.org/techniques/T1499/","subtechnique":[]}]}],"to":"now","references":[],"version":4,"exceptions_list":[{"id":"e1","list_id":"l-1","type":"rule_default","namespace_type":"single"},{"id":"e2","list_id":"gone","type":"detection","namespace_type":"agnostic"}],"immutable":false,"rule_source":{"type":"internal"},"related_integrations":[],"required_fields":[],"setup":"","note":"## Triage\n\n- Who is it?\n","type":"esql","language":"esql","query":"from logs-aws_bedrock.invocation-*\n| where nope(x)","throttle":null,"actions":[],"newer_key":1}
{"id":"1c2","name":"By a script","description":"d","risk_score":21,"severity":"low","rule_id":"by-script","type":"esql","language":"esql","query":"from logs-*","filters":[{"meta":{"disabled":false,"negate":false},"query":{"script":{"script":"doc"}}}],"from":"now-6m","interval":"5m","exceptions_list":[]}
{"id":"1c3","name":"A query","description":"d","risk_score":21,"severity":"low","rule_id":"a-query","type":"query","language":"kuery","query":"a: b","index":["logs-*"],"from":"now-6m","interval":"5m","exceptions_list":[]}
{"_version":"WzEsMV0=","list_id":"l-1","type":"rule_default","name":"Exceptions","description":"","namespace_type":"single","os_types":[],"tags":[]}
{"item_id":"i1","list_id":"l-1","name":"the build robot","type":"simple","namespace_type":"single","expire_time":"2026-04-01T00:00:00.000Z","entries":[{"field":"user.id","operator":"included","type":"match","value":"robot"},{"field":"host.name","operator":"included","type":"wildcard","value":"build-*"}]}
{"item_id":"i2","list_id":"l-1","name":"by value list","type":"simple","entries":[{"field":"source.ip","operator":"included","type":"list","list":{"id":"ips","type":"ip"}}]}
{"exported_count":4,"exported_rules_count":3,"missing_rules":[],"exported_exception_list_count":1}
`

// Rules that Kibana exports are read with their schedule, their guide and the exceptions that stand behind them.
func TestExport(t *testing.T) {
	list, err := Read("mine.ndjson", []byte(exportedRules))
	if err != nil || len(list) != 3 {
		t.Fatal(len(list), err)
	}
	d := list[0]
	if diff := cmp.Diff([]any{"denied-models", "Denied models", 73, "10m0s", "1h0m0s", 50, "4", "mine.ndjson", "", 1, "T1499"},
		[]any{d.Rule.ID, d.Rule.Title, d.Rule.Risk, d.Rule.Every.String(), d.Rule.Lookback.String(), d.Rule.MaxAlerts, d.Version, d.Source, d.Rule.State, len(d.Guide.Sections), d.Techniques[0].ID}); diff != "" {
		t.Error(diff)
	}
	const query = `from logs-aws_bedrock.invocation-* | WHERE NOT ((MV_INTERSECTS(TO_STRING(user.id), ["robot"]) AND COALESCE(MV_LIKE(TO_STRING(host.name), "build-*"), false) AND NOW() < TO_DATETIME("2026-04-01T00:00:00.000Z")))
| where nope(x)`
	if diff := cmp.Diff(query, d.Rule.Query); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		`exceptions_list: "by value list" of the list l-1: want match, match_any, wildcard or exists with its values on source.ip, found "list"`,
		"exceptions_list: the file does not have the list gone",
	}, d.Unapplied); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a key that casebook does not know: rule.newer_key"}, d.Notices); diff != "" {
		t.Error(diff)
	}
	_, err = d.Rule.Parse(context.Background(), anyFields{})
	if e := syntax.Errors(err); len(e) != 1 || !strings.HasPrefix(e[0].Error(), "mine.ndjson line 1, query:2:9: unknown function NOPE") {
		t.Errorf("the mistake in its query is %v", err)
	}
	if !strings.HasPrefix(d.Rule.Text, `{"id":"1c1"`) || strings.Contains(d.Rule.Text, "\n") {
		t.Errorf("its text is %q", d.Rule.Text)
	}
	for i, want := range []string{"unsupported: line 2:171: filter 1 cannot be applied: a filter by script is not supported", "unsupported: rules of type query (kuery) are not run yet"} {
		if got := list[i+1].Rule.State; got != want {
			t.Errorf("rule %d is %q, want %q", i+2, got, want)
		}
	}
}

// What is wrong with an exported rule is told where it stands in its line, with what may have been meant, and the other rules are read.
func TestExportMistakes(t *testing.T) {
	const rule = `{"rule_id":"a","name":"A","type":"esql","language":"esql","query":"from x","severity":"low","risk_score":21}` + "\n"
	for _, tt := range []struct{ name, from, to, want string }{
		{"severity", `"low"`, `"lwo"`, `line 2:88: want a known severity, found "lwo" (did you mean low?)`},
		{"in a table", `"risk_score":21`, `"risk_score":21,"alert_suppression":{"group_by":["a"],"missing_fields_strategy":"no"}`, `line 2:129: want suppress or doNotSuppress, found "no"`},
		{"several", `"low","risk_score":21`, `"grave","alert_suppression":{"group_by":["a"],"missing_fields_strategy":"no"}`, `line 2:88: want a known severity, found "grave" (known are informational, low, medium, high, critical) (and 1 more)`},
		{"type", `"risk_score":21`, `"risk_score":"x"`, `line 2:107: want a whole number, found a string`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(rule, `"a"`, `"b"`, 1) + strings.Replace(rule, tt.from, tt.to, 1)
			list, err := readPartly("x.ndjson", []byte(text))
			var got string
			switch {
			case len(list) == 1 && list[0].Rule.State == "" && err != nil:
				got = err.Error()
			case len(list) == 2 && list[0].Rule.State == "" && err == nil:
				got = strings.TrimPrefix(list[1].Rule.State, "unsupported: ")
			}
			if got != tt.want {
				t.Errorf("%d rules, %v\n got %s\nwant %s", len(list), err, got, tt.want)
			}
		})
	}
}

// Logs and other exports end in .ndjson too.
func TestExportOfOthers(t *testing.T) {
	for _, text := range []string{"", "{}\n", `{"schemaType":"ModelInvocationLog"}` + "\nbroken", "[1]", `{"list_id":"l","name":"only a list"}`} {
		if list, err := Read("x.ndjson", []byte(text)); !errors.Is(err, ErrNotRule) || list != nil {
			t.Errorf("%q: %v, %v", text, list, err)
		}
	}
	_, err := Read("x.ndjson", []byte(`{"rule_id":"a","type":"esql"}`+"\n"+`{"rule_id": oops}`))
	if err == nil || !strings.Contains(err.Error(), "x.ndjson:2:13: want one JSON object a line") {
		t.Errorf("got %v", err)
	}
}
