package event

import (
	"strconv"
	"strings"
)

// Both kinds of log come as diagnostic records, their fields among the properties in camel case, and as rows of Log Analytics, under
// the names of its columns.

// isGatewayRow and isLLMRow recognise the rows.
func isGatewayRow(r *row) bool {
	return r.has("TimeGenerated") && (r.is("Type", "ApiManagementGatewayLogs") || r.is("TableName", "ApiManagementGatewayLogs") ||
		r.has("CorrelationId", "ApiId", "Url") && r.first("ResponseCode", "BackendResponseCode") != nil)
}

func isLLMRow(r *row) bool {
	return r.has("TimeGenerated") && (r.is("Type", "ApiManagementGatewayLlmLog") || r.is("TableName", "ApiManagementGatewayLlmLog") ||
		r.has("CorrelationId", "SequenceNumber") && r.first("TotalTokens", "RequestMessages", "ResponseMessages") != nil)
}

// gatewayRow reads a row of ApiManagementGatewayLogs into the fields that the diagnostic record fills.
func (d *Decoder) gatewayRow(e *Event) *Reject {
	r := &d.row
	d.momentOf(e, r.get("TimeGenerated"))
	e.Source, e.Category = Gateway, "GatewayLogs"
	e.Action = d.textOf(r.get("OperationName"))
	e.RequestID = d.textOf(r.get("CorrelationId"))
	e.Region = d.textOf(r.get("Region"))
	e.IP = d.textOf(r.get("CallerIpAddress"))
	e.RequestSize, e.ResponseSize = d.cellOf(r.get("RequestSize")), d.cellOf(r.get("ResponseSize"))
	d.resourceOf(e, d.textOf(r.first("_ResourceId", "ResourceId")))
	d.word(e, azureOperationID, d.textOf(r.get("OperationId")))
	d.number(e, azureStatusCode, d.cellOf(r.get("ResponseCode")))
	d.gatewayCall(e, r.get)
	d.properties.members = d.properties.members[:0]
	d.durationOf(e, r.get("TotalTime"), &d.properties)
	d.seal(e, e.RequestID)
	return nil
}

// llmRow reads a row of ApiManagementGatewayLlmLog.
func (d *Decoder) llmRow(e *Event) *Reject {
	r := &d.row
	d.momentOf(e, r.get("TimeGenerated"))
	e.Action, e.Region = d.textOf(r.get("OperationName")), d.textOf(r.get("Region"))
	d.resourceOf(e, d.textOf(r.first("_ResourceId", "ResourceId")))
	d.llm(e, d.textOf(r.get("CorrelationId")), r.get)
	return nil
}

// llmRecord reads the properties of a diagnostic record, the rest of which is read.
func (d *Decoder) llmRecord(e *Event, p *row) {
	d.llm(e, e.RequestID, func(column string) []byte { return p.get(camel(column)) })
}

// camel is a column's name among a record's properties.
func camel(column string) string { return strings.ToLower(column[:1]) + column[1:] }

// llm reads what both have. A call is logged in several records, its messages cut into pieces; the number of each is a part of its
// identity.
func (d *Decoder) llm(e *Event, id string, get func(column string) []byte) {
	e.Source, e.Category, e.RequestID = GatewayLLM, "GatewayLlmLogs", id
	e.Model, e.App = d.textOf(get("ModelName")), d.textOf(get("DeploymentName"))
	e.PromptTokens, e.CompletionTokens = d.cellOf(get("PromptTokens")), d.cellOf(get("CompletionTokens"))
	number := d.cellOf(get("SequenceNumber"))
	d.number(e, llmTotal, d.cellOf(get("TotalTokens")))
	d.number(e, llmSequence, number)
	switch strings.ToLower(d.textOf(get("IsStreamCompletion"))) {
	case "true", "1":
		d.number(e, llmStream, Some(1))
	case "false", "0":
		d.number(e, llmStream, Some(0))
	}
	if id != "" && number.Set {
		id += "/" + strconv.FormatInt(number.Int, 10)
	}
	d.seal(e, id)
}
