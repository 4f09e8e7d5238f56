package event

import "casebook/engine/column"

// AWS Bedrock model invocation logs, in the shape that Elastic's integration gives them.

var bedrockSource = &Source{
	Name:  Bedrock,
	Title: "AWS Bedrock model invocation",
	Small: []column.Field{
		{Name: "gen_ai.guardrail_id", Type: column.String},
		{Name: "gen_ai.policy.name", Type: column.String},
		{Name: "gen_ai.policy.action", Type: column.String},
		{Name: "gen_ai.policy.confidence", Type: column.String},
		{Name: "gen_ai.compliance.violation_code", Type: column.String},
		{Name: "gen_ai.compliance.violation_detected", Type: column.Bool},
		{Name: "gen_ai.response.finish_reasons", Type: column.String},
		{Name: "gen_ai.performance.response_time", Type: column.Long},
		{Name: "gen_ai.performance.start_response_time", Type: column.Long},
	},
}

// The places of the small fields, in the order above.
const (
	bedrockGuardrail = iota
	bedrockPolicy
	bedrockAction
	bedrockConfidence
	bedrockViolation
	bedrockDetected
	bedrockFinish
	bedrockResponseTime
	bedrockStartTime
)

var bedrockTable = &Table{
	Name:    "logs-aws_bedrock.invocation-*",
	Index:   "logs-aws_bedrock.invocation-default",
	Time:    "@timestamp",
	Grain:   millisecond,
	Open:    true,
	Sources: []string{Bedrock},
	Columns: columns([]Column{
		slot("@timestamp", column.Time, Time),
		slot("event.action", column.String, Action),
		slot("event.outcome", column.String, Outcome),
		slot("user.id", column.String, User),
		slot("cloud.account.id", column.String, Account),
		slot("cloud.region", column.String, Region),
		constant("cloud.service.name", "bedrock"),
		constant("event.dataset", "aws_bedrock.invocation"),
		constant("event.module", "aws_bedrock"),
		constant("data_stream.dataset", "aws_bedrock.invocation"),
		constant("data_stream.namespace", "default"),
		constant("data_stream.type", "logs"),
		constant("gen_ai.system", "aws"),
		slot("gen_ai.user.id", column.String, User),
		slot("gen_ai.request.id", column.String, RequestID),
		slot("gen_ai.request.model.id", column.String, Model),
		slot("gen_ai.response.id", column.String, ResponseID),
		slot("gen_ai.response.error_code", column.String, Error),
		slot("gen_ai.response.timestamp", column.Time, Time),
		slot("gen_ai.usage.prompt_tokens", column.Int, PromptTokens),
		slot("gen_ai.usage.completion_tokens", column.Int, CompletionTokens),
		slot("gen_ai.performance.request_size", column.Long, RequestSize),
		slot("gen_ai.performance.response_size", column.Long, ResponseSize),
		small("gen_ai.performance.response_time", column.Long),
		small("gen_ai.performance.start_response_time", column.Long),
		small("gen_ai.response.finish_reasons", column.String),
		small("gen_ai.guardrail_id", column.String),
		small("gen_ai.policy.name", column.String),
		small("gen_ai.policy.action", column.String),
		small("gen_ai.policy.confidence", column.String),
		small("gen_ai.compliance.violation_code", column.String),
		small("gen_ai.compliance.violation_detected", column.Bool),
	},
		raw(column.Text, "gen_ai.prompt", "gen_ai.completion", "event.original",
			"aws_bedrock.invocation.output.completion_text"),
		raw(column.String, "gen_ai.request.model.type", "gen_ai.request.model.version", "gen_ai.request.model.role"),
		raw(column.Double, "gen_ai.request.temperature", "gen_ai.request.top_k", "gen_ai.request.top_p"),
		raw(column.Long, "gen_ai.request.max_tokens"),
		raw(column.String,
			"aws_bedrock.invocation.schema_type", "aws_bedrock.invocation.schema_version",
			"aws_bedrock.invocation.model_id", "aws_bedrock.invocation.request_id", "aws_bedrock.invocation.error_code",
			"aws_bedrock.invocation.error", "aws_bedrock.invocation.status", "aws_bedrock.invocation.inference_region",
			"aws_bedrock.invocation.performance_config.latency",
			"aws_bedrock.invocation.input.input_content_type", "aws_bedrock.invocation.input.input_body_s3_path",
			"aws_bedrock.invocation.output.output_content_type", "aws_bedrock.invocation.output.output_body_s3_path"),
		raw(column.Long,
			"aws_bedrock.invocation.input.input_token_count",
			"aws_bedrock.invocation.input.cache_read_input_token_count",
			"aws_bedrock.invocation.input.cache_write_input_token_count",
			"aws_bedrock.invocation.output.output_token_count"),
	),
}
