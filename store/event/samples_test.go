package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"casebook/engine/column"
)

// told is what a record says at a path, read by an independent decoder: an object's member, or a text's, that is JSON itself.
type told map[string]any

// lastComma is one that stands before a closing bracket, as in a documentation's samples.
var lastComma = regexp.MustCompile(`,\s*([]}])`)

func tellingOf(t *testing.T, r *Record) told {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(lastComma.ReplaceAll(r.Raw, []byte("$1"))))
	d.UseNumber()
	var x told
	if err := d.Decode(&x); err != nil {
		t.Fatalf("line %d: %v", r.Line, err)
	}
	return x
}

func (x told) at(path ...string) any {
	var v any = map[string]any(x)
	for _, p := range path {
		if text, ok := v.(string); ok {
			var inner map[string]any
			d := json.NewDecoder(strings.NewReader(text))
			d.UseNumber()
			if d.Decode(&inner) == nil {
				v = inner
			}
		}
		m, _ := v.(map[string]any)
		if v = m[p]; v == nil {
			return nil
		}
	}
	return v
}

// text is a value as the views have texts: nothing for none and for an empty one.
func (x told) text(path ...string) any {
	switch v := x.at(path...).(type) {
	case nil:
		return nil
	case string:
		if v == "" {
			return nil
		}
		return v
	default:
		return fmt.Sprint(v)
	}
}

func (x told) lower(path ...string) any {
	if s, ok := x.text(path...).(string); ok {
		return strings.ToLower(s)
	}
	return nil
}

func (x told) long(path ...string) any {
	if n, ok := x.at(path...).(json.Number); ok {
		v, _ := n.Int64()
		return v
	}
	return nil
}

func (x told) double(path ...string) any {
	if n, ok := x.at(path...).(json.Number); ok {
		v, _ := n.Float64()
		return v
	}
	return nil
}

// tick is a time in ticks, cut to a grain.
func (x told) tick(t *testing.T, grain time.Duration, path ...string) any {
	t.Helper()
	switch v := x.at(path...).(type) {
	case nil:
		return nil
	case json.Number:
		s, _ := v.Int64()
		return column.FromNanos(s * 1e9)
	default:
		at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(v))
		if err != nil {
			t.Fatal(err)
		}
		return column.FromNanos(at.Truncate(grain).UnixNano())
	}
}

// sampleFields holds what a view shows of every event of a sample against what is wanted of it by the mapping that FORMATS.md gives; wanted
// fields that are nil are to be absent.
func sampleFields(t *testing.T, name string, events int, table *Table, want func(x told) map[string]any) {
	t.Run(name, func(t *testing.T) {
		records := readFile(t, shared(t, name))
		for _, r := range of(records, Rejected) {
			t.Errorf("line %d: %v", r.Line, &r.Reject)
		}
		accepted := of(records, Accepted)
		if len(accepted) != events {
			t.Fatalf("%d events, want %d", len(accepted), events)
		}
		for i := range accepted {
			r := &accepted[i]
			x, err := Detail(r.Raw, nil)
			if err != nil {
				t.Fatal(err)
			}
			for field, value := range want(tellingOf(t, r)) {
				c, ok := table.Column(field)
				if !ok {
					t.Fatalf("%s has no %s", table.Name, field)
				}
				got := x.Value(table, c)
				if c.Type == column.Dynamic {
					got = untyped(got)
				}
				if !reflect.DeepEqual(got, value) {
					t.Errorf("event %d: %s is %#v, want %#v", i, field, got, value)
				}
			}
		}
	})
}

// TestSampleFields reads every field of FORMATS.md's tables of samples that have no expectation of their vendor's.
func TestSampleFields(t *testing.T) {
	invocation := func(x told) map[string]any {
		model, _ := x.text("modelId").(string)
		want := map[string]any{
			"@timestamp": x.tick(t, time.Millisecond, "timestamp"), "event.action": x.text("operation"), "user.id": x.text("identity", "arn"), "gen_ai.user.id": x.text("identity", "arn"),
			"cloud.account.id": x.text("accountId"), "cloud.region": x.text("region"), "cloud.service.name": "bedrock", "gen_ai.system": "aws",
			"gen_ai.request.model.id": x.text("modelId"), "gen_ai.request.id": x.text("requestId"), "gen_ai.response.error_code": x.text("errorCode"),
			"gen_ai.usage.prompt_tokens": x.long("input", "inputTokenCount"), "gen_ai.usage.completion_tokens": x.long("output", "outputTokenCount"),
			"gen_ai.request.max_tokens": x.long("input", "inputBodyJson", "max_tokens"), "event.outcome": "success",
			"gen_ai.request.model.type": nil, "gen_ai.request.model.version": x.text("input", "inputBodyJson", "anthropic_version"),
			"gen_ai.response.finish_reasons": x.text("output", "outputBodyJson", "stop_reason"), "gen_ai.guardrail_id": nil, "gen_ai.compliance.violation_detected": nil,
		}
		if x.at("errorCode") != nil {
			want["event.outcome"] = "failure"
		}
		for _, side := range []struct{ size, outer, body string }{{"gen_ai.performance.request_size", "input", "inputBodyJson"}, {"gen_ai.performance.response_size", "output", "outputBodyJson"}} {
			want[side.size] = int64(0)
			if body := x.at(side.outer, side.body); body != nil {
				want[side.size] = int64(len(unquoted(body)))
			}
		}
		if x.at("input", "inputBodyJson") != nil {
			want["gen_ai.request.model.type"], _, _ = strings.Cut(model, ".")
			want["gen_ai.prompt"] = unquoted(x.at("input", "inputBodyJson"))
		}
		return want
	}
	for name, events := range map[string]int{"synthetic_error_and_s3path.ndjson": 3, "synthetic_cloudwatch_s3_export_000000.txt": 3,
		"synthetic_cloudwatch_filter_log_events.json": 1, "synthetic_cloudwatch_subscription.json": 1} {
		sampleFields(t, "aws_bedrock/"+name, events, bedrockTable, invocation)
	}
	azure := func(x told) map[string]any {
		id, _ := x.lower("resourceId").(string)
		parts := strings.Split(id, "/")
		want := map[string]any{
			"@timestamp": x.tick(t, time.Millisecond, "time"), "azure.open_ai.category": x.text("category"), "azure.open_ai.operation_name": x.text("operationName"),
			"azure.open_ai.result_signature": x.text("resultSignature"), "azure.open_ai.correlation_id": x.text("correlationId"), "azure.open_ai.location": x.text("location"),
			"azure.open_ai.tenant": x.text("Tenant"), "azure.open_ai.event": x.text("event"), "azure.open_ai.caller_ip_address": x.text("callerIpAddress"), "azure.open_ai.asset_identity": x.text("AssetIdentity"),
			"azure.resource.id": x.lower("resourceId"), "azure.subscription_id": parts[2], "cloud.account.id": parts[2], "azure.resource.group": parts[4],
			"azure.resource.provider": parts[6] + "/" + parts[7], "azure.resource.name": parts[8], "cloud.provider": "azure", "event.outcome": nil, "event.duration": nil, "source.ip": nil,
			azureProperties + "request_length": x.double("properties", "requestLength"), azureProperties + "response_length": x.double("properties", "responseLength"),
			azureProperties + "request_time": x.long("properties", "requestTime"), azureProperties + "response_time": x.long("properties", "responseTime"),
		}
		if ms, ok := x.long("durationMs").(int64); ok { // a negative one is that which its two ticks tell of, the other way round
			want["event.duration"] = max(ms, -ms) * 1e6
		}
		for field, key := range map[string]string{"model_name": "modelName", "model_deployment_name": "modelDeploymentName", "model_version": "modelVersion", "stream_type": "streamType",
			"api_name": "apiName", "object_id": "objectId"} {
			want[azureProperties+field] = x.text("properties", key)
		}
		return want
	}
	sampleFields(t, "azure_openai/eventhub_message_example.json", 2, azureTable, azure)
	sampleFields(t, "azure_openai/test-open-ai-request-response.log", 3, azureTable, azure)
	sampleFields(t, "azure_openai/test-open-ai-audit.log", 1, azureTable, azure)
	sampleFields(t, "other/cloudtrail_bedrock_stratus.json", 15, cloudtrailTable, func(x told) map[string]any {
		want := map[string]any{
			"@timestamp": x.tick(t, time.Millisecond, "eventTime"), "event.action": x.text("eventName"), "event.provider": x.text("eventSource"), "event.id": x.text("eventID"),
			"user.id": x.text("userIdentity", "arn"), "aws.cloudtrail.user_identity.arn": x.text("userIdentity", "arn"), "aws.cloudtrail.user_identity.type": x.text("userIdentity", "type"),
			"aws.cloudtrail.user_identity.access_key_id": x.text("userIdentity", "accessKeyId"), "aws.cloudtrail.user_identity.principal_id": x.text("userIdentity", "principalId"),
			"aws.cloudtrail.user_identity.session_context.mfa_authenticated":  x.text("userIdentity", "sessionContext", "attributes", "mfaAuthenticated"),
			"aws.cloudtrail.user_identity.session_context.creation_date":      x.tick(t, time.Millisecond, "userIdentity", "sessionContext", "attributes", "creationDate"),
			"aws.cloudtrail.user_identity.session_context.session_issuer.arn": x.text("userIdentity", "sessionContext", "sessionIssuer", "arn"),
			"cloud.account.id": x.text("recipientAccountId"), "cloud.region": x.text("awsRegion"), "gen_ai.request.model.id": x.text("requestParameters", "modelId"),
			"gen_ai.response.error_code": x.text("errorCode"), "gen_ai.request.id": x.text("requestID"), "source.address": x.text("sourceIPAddress"), "user_agent.original": x.text("userAgent"),
			"aws.cloudtrail.event_version": x.text("eventVersion"), "aws.cloudtrail.event_type": x.text("eventType"), "aws.cloudtrail.event_category": x.text("eventCategory"),
			"aws.cloudtrail.management_event": x.text("managementEvent"), "aws.cloudtrail.read_only": x.text("readOnly"), "event.outcome": "success",
			"tls.cipher": x.text("tlsDetails", "cipherSuite"), "tls.client.server_name": x.text("tlsDetails", "clientProvidedHostHeader"), "tls.version": nil,
		}
		if version, ok := x.text("tlsDetails", "tlsVersion").(string); ok {
			want["tls.version"] = strings.TrimPrefix(version, "TLSv")
		}
		return want
	})
	audit := func(x told) map[string]any {
		return map[string]any{"TimeGenerated": x.tick(t, 1, "effective_at"), "EffectiveAt": x.tick(t, 1, "effective_at"), "Id": x.text("id"), "EventType": x.text("type"),
			"ActorType": x.text("actor", "type"), "ActorSession": x.at("actor", "session"), "ActorApiKey": x.at("actor", "api_key"), "Project": x.at("project")}
	}
	sampleFields(t, "other/openai_audit_elastic_test.ndjson", 1, auditTable, audit)
	sampleFields(t, "openai_sentinel/openai_audit_logs_response.json.txt", 2, auditTable, audit)
	agent := func(x told) map[string]any {
		id := "EventUid"
		if x.at("choices") != nil { // the API's own item, of which the connector makes such a row
			id = "id"
		}
		return map[string]any{"EventUid": x.text(id), "EventVendor": "OpenAI", "EventProduct": "OpenAI API Platform", "EventType": "ChatCompletion"}
	}
	sampleFields(t, "openai_sentinel/openai_list_chat_completions_response.json", 1, agentTable, func(x told) map[string]any {
		want := agent(x)
		for field, value := range map[string]any{"TimeGenerated": x.tick(t, 1, "created"), "EventOriginalType": x.text("object"), "EventRequestId": x.text("request_id"), "ModelName": x.text("model"),
			"InputTokensUsed": x.long("usage", "prompt_tokens"), "OutputTokensUsed": x.long("usage", "completion_tokens"), "EventRequestSeed": x.long("seed"),
			"EventRequestTemperature": x.double("temperature"), "EventRequestTopP": x.double("top_p"), "EventRequestPresencePenalty": x.double("presence_penalty"),
			"EventRequestFrequencyPenalty": x.double("frequency_penalty"), "ToolName": x.text("tool_choice"), "ActorUsername": nil} {
			want[field] = value
		}
		return want
	})
	for _, name := range []string{"asim_agent_event_rows_derived.ndjson", "log_analytics_api_response_derived.json"} {
		sampleFields(t, "openai_sentinel/"+name, 2, agentTable, func(x told) map[string]any {
			want := agent(x)
			for _, c := range agentTable.Columns {
				field := c.Field.Name
				if x.at(field) == nil {
					continue
				}
				switch c.Type {
				case column.String, column.Text:
					want[field] = x.text(field)
				case column.Long, column.Int:
					want[field] = x.long(field)
				case column.Double:
					want[field] = x.double(field)
				case column.Time:
					want[field] = x.tick(t, 100, field)
				}
			}
			return want
		})
	}
}

// untyped is a value of a view as an independent decoder would have it.
func untyped(v any) any {
	switch v := v.(type) {
	case *column.Object:
		m := map[string]any{}
		for i, k := range v.Keys {
			m[k] = untyped(v.Values[i])
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, x := range v {
			list[i] = untyped(x)
		}
		return list
	}
	return v
}

// unquoted writes a value the way Elastic's pipeline writes bodies: keys sorted, texts as they are.
func unquoted(v any) string {
	b := &strings.Builder{}
	switch v := v.(type) {
	case map[string]any:
		b.WriteByte('{')
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(b, `"%s":%s`, k, unquoted(v[k]))
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, x := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(unquoted(x))
		}
		b.WriteByte(']')
	case string:
		fmt.Fprintf(b, `"%s"`, v)
	default:
		fmt.Fprint(b, v)
	}
	return b.String()
}
