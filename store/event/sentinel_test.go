package event

import (
	"strings"
	"testing"
)

// The same two completions stand in four exports; whatever the form, they are the same events.
func TestSentinelSamples(t *testing.T) {
	var keys [2][16]byte
	for i, name := range []string{
		"asim_agent_event_rows_derived.ndjson", "log_analytics_api_response_derived.json", "log_analytics_portal_export_derived.csv",
		"openai_list_chat_completions_response.json",
	} {
		t.Run(name, func(t *testing.T) {
			records := readFile(t, shared(t, "openai_sentinel/"+name))
			for _, r := range of(records, Rejected) {
				t.Errorf("line %d: %v", r.Line, &r.Reject)
			}
			events := of(records, Accepted)
			want := 2
			if strings.HasPrefix(name, "openai_list") {
				want = 1
			}
			if len(events) != want {
				t.Fatalf("%d events, want %d", len(events), want)
			}
			for j, r := range events {
				e := r.Event
				if i == 0 {
					keys[j] = e.Key
				}
				if e.Key != keys[j] {
					t.Errorf("event %d has another key than in the first form", j)
				}
				if e.Flags != 0 {
					t.Errorf("event %d is flagged %v", j, e.Flags.Names())
				}
				user := []string{"", "svc-redteam@contoso.com"}[j]
				x, err := Detail(r.Raw, nil)
				if err != nil {
					t.Fatal(err)
				}
				for field, want := range map[string]any{
					"EventUid": "chatcmpl-AyPNinnUqUDYo9SAdA52NobMflmj2", "EventVendor": "OpenAI", "EventType": "ChatCompletion",
					"EventProduct": "OpenAI API Platform", "EventRequestId": "req_ded8ab984ec4bf840f37566c1011c417",
					"ModelName": "gpt-5.4", "InputTokensUsed": int64(13), "OutputTokensUsed": int64(18),
					"EventRequestSeed": int64(4944116822809979520), "EventRequestTemperature": 1.0, "EventOriginalType": "chat.completion",
					"EventSchema": "AgentEvent", "EventCount": int64(1), "ToolName": nil, "TimeGenerated": int64(17389606100000000),
					"EventStartTime": int64(17389606100000000), "Type": "ASimAgentEventLogs", "ModelProviderName": "OpenAI",
				} {
					c, ok := agentTable.Column(field)
					if !ok {
						t.Fatalf("no column %s", field)
					}
					if got := x.Value(agentTable, c); got != want {
						t.Errorf("event %d: %s is %#v, want %#v", j, field, got, want)
					}
				}
				c, _ := agentTable.Column("AdditionalFields")
				bag := x.Value(agentTable, c)
				if got := at(bag, "input_user"); got != nil && got != user || got == nil && user != "" {
					t.Errorf("event %d: input_user is %v, want %q", j, got, user)
				}
				if got := at(bag, "service_tier"); got != "default" {
					t.Errorf("event %d: service_tier is %v", j, got)
				}
				c, _ = agentTable.Column("EventFinishReasons")
				if list, ok := x.Value(agentTable, c).([]any); !ok || len(list) != 1 || list[0] != "stop" {
					t.Errorf("event %d: EventFinishReasons is %v", j, x.Value(agentTable, c))
				}
				if e.User != user || e.Source != OpenAI {
					t.Errorf("event %d is of user %q and source %s", j, e.User, e.Source)
				}
			}
		})
	}
}

func TestAuditSamples(t *testing.T) {
	records := readFile(t, shared(t, "other/openai_audit_elastic_test.ndjson"))
	records = append(records, readFile(t, shared(t, "openai_sentinel/openai_audit_logs_response.json.txt"))...)
	for _, r := range of(records, Rejected) {
		t.Errorf("line %d: %v", r.Line, &r.Reject)
	}
	events := of(records, Accepted)
	if len(events) != 3 {
		t.Fatalf("%d events, want 3", len(events))
	}
	if e := events[0].Event; e.Action != "login.succeeded" || e.IP != "89.160.20.128" || e.UserName == "" || e.Time != 1770979925e9 {
		t.Errorf("first event is %+v", e)
	}
	if e := events[2].Event; e.Action != "api_key.updated" || e.User != "user-xxx" || e.Flags != TrailingComma {
		t.Errorf("third event is %+v", e)
	}
	x, err := Detail(events[2].Raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string][]string{"ActorSession": {"user", "email"}, "EventDetails": {"id"}} {
		c, _ := auditTable.Column(name)
		if at(x.Value(auditTable, c), path...) == nil {
			t.Errorf("%s is %v", name, x.Value(auditTable, c))
		}
	}
}

// az writes every value as a text, and the table's name beside them.
func TestAzArray(t *testing.T) {
	want := read(t, []byte(agentEvent), Reading{})[0].Event
	records := read(t, []byte(`[
  {
    "AdditionalFields": "{\"input_user\":\"kim@example.com\"}", "EventFinishReasons": "[\"length\"]",
    "EventOriginalType": "chat.completion", "EventProduct": "OpenAI API Platform", "EventRequestId": "req_1",
    "EventType": "ChatCompletion", "EventUid": "chatcmpl-house-1", "EventVendor": "OpenAI", "InputTokensUsed": "13",
    "ModelName": "gpt-5.4", "OutputTokensUsed": "18", "TableName": "PrimaryResult", "TimeGenerated": "2026-03-01T10:00:00Z"
  }
]
`), Reading{})
	events := of(records, Accepted)
	if len(events) != 1 || len(of(records, Rejected)) != 0 {
		t.Fatalf("%d events of %+v", len(events), records)
	}
	e := events[0].Event
	if e.Key != want.Key || e.Flags != 0 || e.PromptTokens != Some(13) || e.User != "kim@example.com" || len(e.Values) != len(want.Values) {
		t.Errorf("event is %+v, want %+v", e, want)
	}
}
