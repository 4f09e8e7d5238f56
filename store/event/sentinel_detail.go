package event

import "casebook/engine/column"

// The fields of Sentinel's views that need the record. A record that is an item of the API's list holds them under the
// API's names; the connector's mapping says which.

var apiPaths = map[string]string{
	"EventRequestTemperature": "temperature", "EventRequestTopP": "top_p", "EventRequestPresencePenalty": "presence_penalty",
	"EventRequestFrequencyPenalty": "frequency_penalty", "EventRequestSeed": "seed", "EventStartTime": "created",
	"EventEndTime": "created",
}

// oldPaths are the names in OpenAIChatCompletions_CL.
var oldPaths = map[string]string{
	"EventRequestTemperature": "Temperature", "EventRequestTopP": "TopProbability", "EventRequestPresencePenalty": "PresencePenalty",
	"EventRequestFrequencyPenalty": "FrequencyPenalty", "EventRequestSeed": "Seed", "EventStartTime": "TimeGenerated",
	"EventEndTime": "TimeGenerated", "EventOriginalResultDetails": "Choices", "TenantId": "TenantId",
}

var apiConstants = map[string]any{
	"EventSchema": "AgentEvent", "EventSchemaVersion": "0.1.0", "EventCount": int64(1), "ModelProviderName": "OpenAI",
	"Type": "ASimAgentEventLogs",
}

func agentDetail(x *Details, c *Column) any {
	if x.at("ObjectType") != nil && x.at("EventVendor") == nil {
		if value, ok := apiConstants[c.Name]; ok {
			return value
		}
		return as(x.named(oldPaths, c.Name), c.Type)
	}
	if x.at("object") != "chat.completion" {
		value := x.at(c.Name)
		if value == nil && c.Name == "Type" {
			value = x.at("TableName")
		}
		return as(value, c.Type)
	}
	if value, ok := apiConstants[c.Name]; ok {
		return value
	}
	if c.Name == "EventOriginalResultDetails" {
		if choices := x.at("choices"); choices != nil {
			return string(appendJSON(nil, choices))
		}
		return nil
	}
	return as(x.named(apiPaths, c.Name), c.Type)
}

// named is the value of a key that goes by another name; nil where the record's kind has none for it.
func (x *Details) named(names map[string]string, name string) any {
	key, ok := names[name]
	if !ok {
		return nil
	}
	return x.at(key)
}

// agentKey is the key that stands in every record in which a column has a value; "" where kinds of records have different ones, or none.
func agentKey(name string) string {
	for _, names := range []map[string]string{apiPaths, oldPaths} {
		if names[name] != "" {
			return ""
		}
	}
	if apiConstants[name] != nil {
		return ""
	}
	return name
}

func auditDetail(x *Details, c *Column) any {
	item := x.at("effective_at")
	switch {
	case c.Name == "EffectiveAt" && item != nil:
		return asTime(item)
	case c.Name == "Type" && item != nil:
		return "OpenAIAuditLogs_CL"
	}
	return as(x.at(c.Name), c.Type)
}

// auditKey is agentKey of the audit log.
func auditKey(name string) string {
	if name == "EffectiveAt" || name == "Type" {
		return ""
	}
	return name
}

// appendJSON writes a tree as JSON, keys in their order.
func appendJSON(to []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(to, "null"...)
	case string:
		return appendQuoted(to, v)
	case []any:
		to = append(to, '[')
		for i, item := range v {
			if i > 0 {
				to = append(to, ',')
			}
			to = appendJSON(to, item)
		}
		return append(to, ']')
	case *column.Object:
		to = append(to, '{')
		for i, k := range v.Keys {
			if i > 0 {
				to = append(to, ',')
			}
			to = appendJSON(append(appendQuoted(to, k), ':'), v.Values[i])
		}
		return append(to, '}')
	}
	return appendScalar(to, value)
}
