package event

import "casebook/engine/column"

// Azure OpenAI diagnostic logs, in the shape that Elastic's integration gives them.

var azureSource = &Source{
	Name:  Azure,
	Title: "Azure OpenAI diagnostic log",
	Small: []column.Field{
		{Name: "azure.open_ai.properties.model_version", Type: column.String},
		{Name: "azure.open_ai.properties.stream_type", Type: column.String},
		{Name: "azure.open_ai.properties.api_name", Type: column.String},
		{Name: "azure.open_ai.properties.operation_id", Type: column.String},
		{Name: "azure.open_ai.properties.request_time", Type: column.Long},
		{Name: "azure.open_ai.properties.response_time", Type: column.Long},
		{Name: "http.response.status_code", Type: column.Long},
	},
}

// The places of the small fields, in the order above.
const (
	azureModelVersion = iota
	azureStreamType
	azureAPIName
	azureOperationID
	azureRequestTime
	azureResponseTime
	azureStatusCode
)

const azureProperties = "azure.open_ai.properties."

var azureTable = &Table{
	Name:    "logs-azure_openai.logs-*",
	Index:   "logs-azure_openai.logs-default",
	Time:    "@timestamp",
	Grain:   millisecond,
	Open:    true,
	Sources: []string{Azure, Gateway},
	Columns: columns([]Column{
		slot("@timestamp", column.Time, Time),
		{Field: column.Field{Name: "azure.open_ai.category", Type: column.String}, From: FromSlot, Slot: Category, Chosen: true},
		slot("azure.open_ai.operation_name", column.String, Action),
		slot("azure.open_ai.result_signature", column.String, Status),
		slot("azure.open_ai.correlation_id", column.String, RequestID),
		slot("azure.open_ai.location", column.String, Region),
		slot(azureProperties+"request_length", column.Double, RequestSize),
		slot(azureProperties+"response_length", column.Double, ResponseSize),
		// A gateway's events have a model and a deployment too, but not in this view: Elastic's leaves them open.
		only(Azure, slot(azureProperties+"model_name", column.String, Model)),
		only(Azure, slot(azureProperties+"model_deployment_name", column.String, App)),
		slot(azureProperties+"object_id", column.String, User),
		slot("azure.resource.name", column.String, Resource),
		slot("azure.resource.group", column.String, ResourceGroup),
		slot("azure.subscription_id", column.String, Account),
		slot("cloud.account.id", column.String, Account),
		constant("cloud.provider", "azure"),
		slot("event.outcome", column.String, Outcome),
		slot("event.duration", column.Long, Duration),
		constant("event.dataset", "azure_openai.logs"),
		constant("event.module", "azure_openai"),
		constant("data_stream.dataset", "azure_openai.logs"),
		constant("data_stream.namespace", "default"),
		constant("data_stream.type", "logs"),
		small(azureProperties+"model_version", column.String),
		small(azureProperties+"stream_type", column.String),
		small(azureProperties+"api_name", column.String),
		small(azureProperties+"operation_id", column.String),
		small(azureProperties+"request_time", column.Long),
		small(azureProperties+"response_time", column.Long),
		small("http.response.status_code", column.Long),
	},
		raw(column.IP, "source.ip"),
		raw(column.Text, "event.original"),
		raw(column.Bool, "azure.open_ai.is_request_success"),
		raw(column.String,
			"azure.resource.id", "azure.resource.provider",
			"azure.open_ai.asset_identity", "azure.open_ai.caller_ip_address", "azure.open_ai.event", "azure.open_ai.tenant",
			"azure.open_ai.sku", "azure.open_ai.deployment_version",
			"http.request.method", "log.level", "url.original", "url.domain", "url.path", "url.query", "url.scheme"),
		raw(column.Long, "azure.open_ai.truncated"),
		raw(column.String,
			azureProperties+"api_id", azureProperties+"api_revision", azureProperties+"backend_method",
			azureProperties+"backend_protocol", azureProperties+"backend_url", azureProperties+"cache",
			azureProperties+"client_protocol", azureProperties+"client_tls_version",
			azureProperties+"backend_request_body.model",
			azureProperties+"backend_request_body.messages.role",
			azureProperties+"backend_response_body.id",
			azureProperties+"backend_response_body.model",
			azureProperties+"backend_response_body.object",
			azureProperties+"backend_response_body.choices.finish_reason",
			azureProperties+"backend_response_body.error.code", azureProperties+"backend_response_body.error.param",
			azureProperties+"backend_response_body.error.type"),
		raw(column.Text,
			azureProperties+"backend_request_body.messages.content",
			azureProperties+"backend_response_body.choices.message.content",
			azureProperties+"backend_response_body.error.message"),
		raw(column.Long,
			azureProperties+"backend_response_code", azureProperties+"backend_time",
			azureProperties+"backend_response_body.created", azureProperties+"backend_response_body.choices.index",
			azureProperties+"backend_response_body.error.status",
			azureProperties+"backend_response_body.usage.input_tokens",
			azureProperties+"backend_response_body.usage.output_tokens",
			azureProperties+"backend_response_body.usage.total_tokens"),
	),
}
