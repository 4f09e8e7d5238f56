package event

import (
	"strings"

	"casebook/engine/column"
)

// diagnosticsTable is where Log Analytics keeps Azure OpenAI's diagnostic logs: the parts of the resource's id in capitals, and the
// properties as a text of JSON, which queries parse. Columns that other services add to the table have no value.
var diagnosticsTable = &Table{
	Name:    "AzureDiagnostics",
	Time:    "TimeGenerated",
	Grain:   tick,
	Open:    true,
	Sources: []string{Azure},
	Columns: columns([]Column{
		slot("TimeGenerated", column.Time, Time),
		{Field: column.Field{Name: "Category", Type: column.String}, From: FromSlot, Slot: Category, Chosen: true},
		slot("OperationName", column.String, Action),
		slot("ResultSignature", column.String, Status),
		slot("CorrelationId", column.String, RequestID),
		slot("CallerIPAddress", column.String, IP),
		slot("SubscriptionId", column.String, Account),
		slot("location_s", column.String, Region),
		constant("Type", "AzureDiagnostics"),
		constant("SourceSystem", "Azure"),
	},
		raw(column.String, "ResourceId", "ResourceGroup", "ResourceProvider", "ResourceType", "Resource", "_ResourceId",
			"properties_s", "ResultType", "ResultDescription", "Level", "Tenant_s", "event_s"),
		raw(column.Long, "DurationMs"),
	),
}

// diagnosticsPaths say under which of its names a record, or a row of Log Analytics, holds what the view shows as it is.
var diagnosticsPaths = map[string][]string{
	"ResultType":        {"ResultType", "resultType"},
	"ResultDescription": {"ResultDescription", "resultDescription"},
	"Level":             {"Level", "level"},
	"Tenant_s":          {"Tenant_s", "tenant", "Tenant"},
	"event_s":           {"event_s", "event"},
}

// diagnosticsDetail is a column of the view; not ok for those of other views.
func diagnosticsDetail(x *Details, c *Column) (value any, ok bool) {
	if keys, ok := diagnosticsPaths[c.Name]; ok {
		return as(x.first(keys...), c.Type), true
	}
	provider, kind, _ := strings.Cut(x.resource().provider, "/")
	switch c.Name {
	case "properties_s":
		value = x.first("properties_s", "properties")
		if tree, ok := value.(*column.Object); ok {
			value = string(appendJSON(nil, tree))
		}
		return as(value, c.Type), true
	case "DurationMs":
		if d := x.event().Duration; d.Set {
			return d.Int / 1_000_000, true
		}
		return nil, true
	case "_ResourceId":
		return asText(x.resource().id), true
	case "ResourceId":
		return inCapitals(x.resource().id), true
	case "ResourceGroup":
		return inCapitals(x.resource().group), true
	case "ResourceProvider":
		return inCapitals(provider), true
	case "ResourceType":
		return inCapitals(kind), true
	case "Resource":
		return inCapitals(x.resource().named), true
	}
	return nil, false
}

func inCapitals(text string) any { return asText(strings.ToUpper(text)) }
