package event

import "casebook/engine/column"

// Azure API Management in front of models: its gateway's logs, which Elastic shows among Azure OpenAI's and Log Analytics keeps in
// a table of their own, and its logs of language models.

// The names of the sources.
const (
	Gateway    = "azure_gateway"     // API Management gateway logs
	GatewayLLM = "azure_gateway_llm" // API Management logs of language models: tokens and messages
)

var gatewaySource = &Source{Name: Gateway, Title: "Azure API Management gateway log", Small: azureSource.Small}

var llmSource = &Source{
	Name:  GatewayLLM,
	Title: "Azure API Management log of a language model",
	Small: []column.Field{
		{Name: "TotalTokens", Type: column.Long},
		{Name: "SequenceNumber", Type: column.Long},
		{Name: "IsStreamCompletion", Type: column.Bool},
	},
}

// The places of the small fields, in the order above.
const (
	llmTotal = iota
	llmSequence
	llmStream
)

// The columns of every table of Log Analytics.
var workspaceColumns = raw(column.String, "TenantId", "SourceSystem", "Type", "_ResourceId")

var gatewayTable = &Table{
	Name:    "ApiManagementGatewayLogs",
	Time:    "TimeGenerated",
	Grain:   tick,
	Sources: []string{Gateway},
	Columns: columns([]Column{
		slot("TimeGenerated", column.Time, Time),
		slot("OperationName", column.String, Action),
		slot("CorrelationId", column.String, RequestID),
		slot("Region", column.String, Region),
		slot("CallerIpAddress", column.String, IP),
		slot("RequestSize", column.Long, RequestSize),
		slot("ResponseSize", column.Long, ResponseSize),
		smallAs("OperationId", azureProperties+"operation_id", column.String),
		smallAs("ResponseCode", "http.response.status_code", column.Long),
	},
		raw(column.Bool, "IsRequestSuccess", "IsTraceAllowed", "IsMasterTrace"),
		raw(column.Long, "TotalTime", "BackendResponseCode", "BackendTime", "CacheTime", "ClientTime", "LastErrorElapsed"),
		raw(column.String, "Method", "Url", "ClientProtocol", "ClientTlsVersion", "Cache", "ApiId", "ApiRevision", "ProductId", "UserId",
			"ApimSubscriptionId", "WorkspaceId", "BackendId", "BackendMethod", "BackendUrl", "BackendProtocol",
			"LastErrorReason", "LastErrorMessage", "LastErrorSource", "LastErrorScope", "LastErrorSection",
			"RequestBody", "ResponseBody", "BackendRequestBody", "BackendResponseBody"),
		raw(column.Dynamic, "Errors", "TraceRecords", "RequestHeaders", "ResponseHeaders", "BackendRequestHeaders", "BackendResponseHeaders"),
		workspaceColumns,
	),
}

var llmTable = &Table{
	Name:    "ApiManagementGatewayLlmLog",
	Time:    "TimeGenerated",
	Grain:   tick,
	Sources: []string{GatewayLLM},
	Columns: columns([]Column{
		slot("TimeGenerated", column.Time, Time),
		slot("OperationName", column.String, Action),
		slot("CorrelationId", column.String, RequestID),
		slot("Region", column.String, Region),
		slot("ModelName", column.String, Model),
		slot("DeploymentName", column.String, App),
		slot("PromptTokens", column.Long, PromptTokens),
		slot("CompletionTokens", column.Long, CompletionTokens),
		small("TotalTokens", column.Long),
		small("SequenceNumber", column.Long),
		small("IsStreamCompletion", column.Bool),
	},
		raw(column.String, "RequestId"),
		raw(column.Dynamic, "RequestMessages", "ResponseMessages"),
		workspaceColumns,
	),
}
