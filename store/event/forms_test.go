package event

import (
	"slices"
	"strings"
	"testing"
)

// The three forms in which CloudWatch hands out the same record give the same event.
func TestCloudWatchSamples(t *testing.T) {
	var first []Record
	for i, name := range []string{
		"synthetic_error_and_s3path.ndjson", "synthetic_cloudwatch_s3_export_000000.txt",
		"synthetic_cloudwatch_filter_log_events.json", "synthetic_cloudwatch_subscription.json",
	} {
		t.Run(name, func(t *testing.T) {
			records := readFile(t, shared(t, "aws_bedrock/"+name))
			for _, r := range of(records, Rejected) {
				t.Errorf("line %d: %v", r.Line, &r.Reject)
			}
			events := of(records, Accepted)
			if i == 0 {
				first = events
			}
			if want := []int{3, 3, 1, 1}[i]; len(events) != want {
				t.Fatalf("%d events, want %d", len(events), want)
			}
			for j, r := range events {
				if r.Event.Key != first[j].Event.Key {
					t.Errorf("event %d has another key than in the first form", j)
				}
				if r.Event.Error != []string{"AccessDeniedException", "ThrottlingException", ""}[j] {
					t.Errorf("event %d has the error %q", j, r.Event.Error)
				}
			}
		})
	}
	if e := first[2].Event; e.RequestSize != Some(0) || e.PromptTokens != Some(61234) || e.Flags != BodyElsewhere {
		t.Errorf("the event with its body elsewhere is %+v", e)
	}
}

func TestCloudTrailSample(t *testing.T) {
	records := readFile(t, shared(t, "other/cloudtrail_bedrock_stratus.json"))
	if n := len(of(records, Rejected)); n != 0 {
		t.Errorf("%d rejected", n)
	}
	events := of(records, Accepted)
	if len(events) != 15 {
		t.Fatalf("%d events, want 15", len(events))
	}
	x, err := Detail(events[0].Raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]any{
		"event.action": "PutFoundationModelEntitlement", "event.provider": "bedrock.amazonaws.com", "event.outcome": "success",
		"user.id": "arn:aws:sts::494659789341:assumed-role/test-role/cli", "user.name": "test-role",
		"cloud.account.id": "494659789341", "gen_ai.request.model.id": "anthropic.claude-3-sonnet-20240229-v1:0",
		"gen_ai.request.id":                                               "ad8d9b62-bd64-4276-92bd-f8f6bc829370",
		"aws.cloudtrail.request_parameters":                               "{modelId=anthropic.claude-3-sonnet-20240229-v1:0}",
		"aws.cloudtrail.user_identity.access_key_id":                      "ASIA6FTSFH98XNF7DFZB",
		"aws.cloudtrail.user_identity.session_context.session_issuer.arn": "arn:aws:iam::494659789341:role/test-role",
		"aws.cloudtrail.management_event":                                 "true", "tls.version": "1.3",
		"source.address": "035.249.253.232", "source.ip": nil,
	} {
		c, ok := cloudtrailTable.Column(field)
		if !ok {
			t.Fatalf("no column %s", field)
		}
		if got := x.Value(cloudtrailTable, c); got != want {
			t.Errorf("%s is %#v, want %#v", field, got, want)
		}
	}
}

// What casebook does not know is named, not dropped.
func TestUnknownSamples(t *testing.T) {
	for name, want := range map[string]int{
		"other/vertex_audit.ndjson":                              1,
		"other/m365_copilotinteraction_auditdata.ndjson":         2,
		"openai_sentinel/openai_usage_completions_response.json": 1,
		"openai_sentinel/openai_get_chat_messages_response.json": 1,
		"other/m365_copilot_prompt_logs_purview_ediscovery.csv":  177,
	} {
		t.Run(name, func(t *testing.T) {
			records := readFile(t, shared(t, name))
			rejected := of(records, Rejected)
			if len(rejected) != want || len(of(records, Accepted)) != 0 {
				t.Fatalf("%d rejected and %d accepted, want %d and none", len(rejected), len(of(records, Accepted)), want)
			}
			if rejected[0].Reject.Code != CodeUnknown {
				t.Errorf("rejected for %v", &rejected[0].Reject)
			}
			t.Log(rejected[0].Reject.Reason)
		})
	}
}

// TestNearest names three forms that a record is like, the most like first: by its keys, however they are written and whatever their order, or
// by its words where it is no object.
func TestNearest(t *testing.T) {
	for _, tt := range []struct{ record, want string }{
		{`{"schemaVersion":"1.0","modelID":"m","timestamp":"2026-01-01T00:00:00Z"}`, "no known form; the nearest are Bedrock invocation (3 of 11 keys), "},
		{`{"Resourceid":"/x","CATEGORY":"y"}`, "no known form; the nearest are Azure diagnostic record (2 of 9 keys), "},
		{`{"result_signature":"200","operation_name":"ListKey","duration_ms":3}`, "no known form; the nearest are Azure diagnostic record (3 of 9 keys), "},
		{`{"note":"x","event_time":"2026","event_name":"InvokeModel","aws_region":"eu"}`, "no known form; the nearest are CloudTrail record (3 of 7 keys), "},
		{`{"id":"a","effective_at":1}`, "no known form; the nearest are OpenAI audit log (2 of 5 keys), "},
		{`{"id":"a","choices":[]}`, "no known form; the nearest are OpenAI chat completion (2 of 6 keys), "},
		{"TimeGenerated EventVendor EventProduct Model", "no JSON; the nearest are ASimAgentEventLogs row (3 of 7 keys), "},
		{"time=1 resourceId=/x category=Audit", "no JSON; the nearest are Azure diagnostic record (3 of 9 keys), "},
		{`{"hello":"world"}`, "no known form; like none of the known forms; the nearest are "},
		{"Mar 1 10:00:00 host x: y", "no JSON; like none of the known forms; the nearest are "},
		{"[1]", "a JSON object was wanted; like none of the known forms; the nearest are Event Hub message (0 of 1 keys), "},
	} {
		records := of(read(t, []byte(tt.record), Reading{}), Rejected)
		if len(records) != 1 || !strings.HasPrefix(records[0].Reject.Reason, tt.want) || strings.Count(records[0].Reject.Reason, " keys)") != 3 {
			t.Errorf("%s: %+v, want %q", tt.record, records, tt.want)
		}
	}
}

// TestNearestOrder leaves the three forms as they are when a record's keys come in another order.
func TestNearestOrder(t *testing.T) {
	words := []string{"region", "time", "model", "requestId", "EventType"}
	want := nearest(words)
	for i := range words {
		if got := nearest(append(slices.Clone(words[i:]), words[:i]...)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
