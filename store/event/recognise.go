package event

import (
	"bytes"
	"fmt"
	"strings"
)

// Recognition is by content and for each record anew: a file may hold the logs of several vendors, and key order is
// nobody's promise. Bedrock's records are tried first, without looking at what other vendors' have, when their schema's name
// stands in the text; it cannot stand there by chance, since a quote inside a text is escaped.

var invocationMark = []byte(`"ModelInvocationLog"`)

// record decodes one record. It gives nil when e holds an event, else why not.
func (d *Decoder) record(raw []byte, e *Event) *Reject {
	s := &d.scanner
	e.Values = d.row.values[:0]
	if m := d.block.mapping; m != nil {
		return m.record(d, raw, e)
	}
	if bytes.Contains(raw, invocationMark) {
		s.reset(raw)
		if d.bedrock(e) {
			d.row.values = e.Values[:0]
			return d.rest()
		}
		*e = Event{Values: d.row.values[:0]}
	}
	s.reset(raw)
	if s.peek() != '{' {
		return d.scalar()
	}
	d.row.read(s)
	if s.fault != "" {
		return d.malformed()
	}
	if kind := d.row.kind(); kind != nil {
		why := kind(d, e)
		d.row.values = e.Values[:0]
		if why == nil {
			return d.rest()
		}
		if why.Code != unrecognised {
			return why
		}
		*e = Event{}
	}
	if s.peek(); s.i < len(s.b) {
		return &Reject{Code: more}
	}
	switch {
	case d.row.is("messageType", "CONTROL_MESSAGE"):
		return &Reject{CodeControl, "a control message of a CloudWatch subscription"}
	case d.row.wraps():
		return &Reject{Code: envelope}
	case d.row.tells():
		return &Reject{Code: message}
	}
	return &Reject{CodeUnknown, "no known form; " + nearest(d.row.keys())}
}

// rest makes sure that nothing follows the record.
func (d *Decoder) rest() *Reject {
	s := &d.scanner
	if s.peek(); s.i < len(s.b) {
		return &Reject{Code: more}
	}
	return nil
}

func (d *Decoder) malformed() *Reject {
	s := &d.scanner
	code := CodeJSON
	if strings.HasPrefix(s.fault, "JSON ends") {
		code = CodeEnds
	}
	return &Reject{Code: code, Reason: fmt.Sprintf("%s, at byte %d of the record", s.fault, s.faultAt)}
}

// scalar rejects what is no object.
func (d *Decoder) scalar() *Reject {
	s := &d.scanner
	switch c := s.peek(); {
	case c == '[', c == '"', c == '-', c-'0' < 10, c == 't', c == 'f', c == 'n':
		if s.value(0); s.fault == "" {
			return &Reject{Code: CodeUnknown, Reason: "a JSON object was wanted; " + nearest(wordsOf(s.b))}
		}
		if c == '[' || c == '"' {
			return d.malformed()
		}
	}
	why := "no JSON"
	if d.block.mapping == nil { // else no known form is asked for
		why += "; " + nearest(wordsOf(s.b))
	}
	return &Reject{Code: CodeUnknown, Reason: why}
}

// kind finds whose record a row of members is, by the keys that only its vendor uses together; nil when it is no one's.
func (r *row) kind() func(*Decoder, *Event) *Reject {
	for _, k := range kinds {
		if k.is != nil && k.is(r) {
			return k.decode
		}
	}
	return nil
}

// wraps tells whether a row is an envelope: the list of records is under a name that envelopes use.
func (r *row) wraps() bool {
	for _, m := range r.members {
		if r.b[m.from] == '[' && isList(m.key) {
			return true
		}
	}
	return false
}

// tells tells whether a row is a CloudWatch event around a message.
func (r *row) tells() bool {
	text := r.get("message")
	return text != nil && text[0] == '"' && (r.get("timestamp") != nil || r.get("id") != nil || r.get("eventId") != nil)
}

type kindOfRecord struct {
	name   string
	keys   []string        // what such a record has, for naming the nearest form
	is     func(*row) bool // nil: an envelope, here for its name
	decode func(*Decoder, *Event) *Reject
}

// kinds are the forms of a record, most telling first.
var kinds = []kindOfRecord{
	{"Bedrock invocation", []string{"schemaType", "schemaVersion", "timestamp", "accountId", "identity", "region", "requestId",
		"operation", "modelId", "input", "output"}, isInvocation, (*Decoder).invocationAgain},
	{"Azure diagnostic record", []string{"time", "resourceId", "category", "operationName", "resultSignature", "durationMs",
		"callerIpAddress", "correlationId", "properties"}, isAzure, (*Decoder).azure},
	{"ApiManagementGatewayLlmLog row", []string{"TimeGenerated", "CorrelationId", "SequenceNumber", "ModelName", "PromptTokens", "CompletionTokens",
		"TotalTokens", "RequestMessages", "ResponseMessages"}, isLLMRow, (*Decoder).llmRow},
	{"ApiManagementGatewayLogs row", []string{"TimeGenerated", "CorrelationId", "OperationName", "ApiId", "Url", "Method", "ResponseCode",
		"BackendResponseCode", "TotalTime"}, isGatewayRow, (*Decoder).gatewayRow},
	{"CloudTrail record", []string{"eventVersion", "eventTime", "eventSource", "eventName", "awsRegion", "userIdentity",
		"requestParameters"}, isCloudTrail, (*Decoder).cloudtrail},
	{"OpenAI chat completion", []string{"id", "object", "created", "model", "choices", "usage"}, isCompletion, (*Decoder).completion},
	{"OpenAI audit log", []string{"id", "type", "effective_at", "actor", "project"}, isAudit, (*Decoder).audit},
	{"OpenAIAuditLogs row", []string{"TimeGenerated", "Id", "EventType", "ActorType", "ActorSession", "ActorApiKey", "Project"},
		isAuditRow, (*Decoder).auditTableRow},
	{"ASimAgentEventLogs row", []string{"TimeGenerated", "EventVendor", "EventProduct", "EventType", "EventUid", "ModelName",
		"AdditionalFields"}, isAgentRow, (*Decoder).agentRow},
	{"OpenAIChatCompletions_CL row", []string{"TimeGenerated", "Id", "ObjectType", "Model", "RequestId", "Choices", "Usage", "InputUser"},
		isOldCompletion, (*Decoder).oldCompletion},
	{"CloudWatch event", []string{"timestamp", "message", "id", "eventId", "ingestionTime"}, nil, nil},
	{"Event Hub message", []string{"records"}, nil, nil},
}

// isInvocation recognises Bedrock's records that do not name their schema, and those whose schema's name is escaped.
func isInvocation(r *row) bool {
	return r.has("modelId", "operation", "timestamp") && !r.has("eventSource")
}

func (d *Decoder) invocationAgain(e *Event) *Reject {
	d.scanner.reset(d.row.b)
	if d.bedrock(e) {
		return nil
	}
	return &Reject{Code: unrecognised}
}
