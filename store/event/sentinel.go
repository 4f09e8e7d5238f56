package event

import "casebook/engine/column"

// OpenAI's API as Microsoft Sentinel keeps it: rows of ASimAgentEventLogs and of OpenAIAuditLogs_CL, and the items of the
// API's own lists, which become the same rows.

var agentSmall = []column.Field{
	{Name: "AdditionalFields", Type: column.Dynamic},
	{Name: "EventFinishReasons", Type: column.Dynamic},
	{Name: "EventVendor", Type: column.String},
	{Name: "EventProduct", Type: column.String},
	{Name: "ToolName", Type: column.String},
	{Name: "ActorUsername", Type: column.String},
	{Name: "EventUid", Type: column.String},
}

// The places of the small fields, in the order above.
const (
	agentAdditional = iota
	agentFinish
	agentVendor
	agentProduct
	agentTool
	agentActor
	agentUID
)

var openaiSource = &Source{Name: OpenAI, Title: "OpenAI chat completion", Small: agentSmall}

var agentSource = &Source{Name: Agent, Title: "agent event (ASIM)", Small: agentSmall}

var agentColumns = columns([]Column{
	slot("TimeGenerated", column.Time, Time),
	small("EventUid", column.String),
	small("EventVendor", column.String),
	small("EventProduct", column.String),
	slot("EventType", column.String, Category),
	slot("EventOriginalType", column.String, Action),
	slot("EventRequestId", column.String, RequestID),
	slot("EventResponseId", column.String, ResponseID),
	small("EventFinishReasons", column.Dynamic),
	slot("ModelName", column.String, Model),
	slot("InputTokensUsed", column.Long, PromptTokens),
	slot("OutputTokensUsed", column.Long, CompletionTokens),
	slot("SrcIpAddr", column.String, IP),
	small("ActorUsername", column.String),
	small("ToolName", column.String),
	small("AdditionalFields", column.Dynamic),
},
	raw(column.String, "EventOriginalUid", "EventSchema", "EventSchemaVersion"),
	raw(column.Time, "EventStartTime", "EventEndTime"),
	raw(column.Int, "EventCount", "SrcPortNumber"),
	raw(column.Double, "EventRequestTemperature", "EventRequestTopP", "EventRequestPresencePenalty",
		"EventRequestFrequencyPenalty"),
	raw(column.Long, "EventRequestSeed"),
	raw(column.String, "EventOriginalRequestDetails", "EventOriginalResultDetails", "EventErrorDetails",
		"EventOriginalErrorType", "EventThoughtProcessId", "EventThoughtProcessDetails", "EventOutputType",
		"EventSessionId", "EventSessionName", "ToolId", "ToolDescription", "ToolOriginalType", "ModelProviderName",
		"SrcAgentId", "SrcAgentName", "SrcAgentType", "SrcAgentDescription", "SrcAgentEntityKey",
		"TargetAgentId", "TargetAgentName", "TargetAgentType", "TargetAgentDescription", "TargetAgentEntityKey",
		"PlatformTargetAgentId", "PlatformTargetAgentName", "PlatformTargetAgentType",
		"ActorUserId", "ActorUserIdType", "ActorScope", "ActorScopeId", "ActorUsernameType", "ActorEntityKey",
		"ActingAppId", "ActingAppName", "ActingAppType", "SrcFQDN", "Type", "TenantId", "SourceSystem", "_ResourceId"),
	raw(column.Dynamic, "ActorUserAdditionalIds", "AdditionalEntities"),
)

// completionsTable is the saved function over ASimAgentEventLogs that keeps OpenAI's chat completions.
var completionsTable = &Table{
	Name:    "OpenAIChatCompletions",
	Time:    "TimeGenerated",
	Grain:   tick,
	Sources: []string{OpenAI},
	Columns: agentColumns,
}

var agentTable = &Table{
	Name:    "ASimAgentEventLogs",
	Time:    "TimeGenerated",
	Grain:   tick,
	Sources: []string{OpenAI, Agent},
	Columns: agentColumns,
}

var auditSource = &Source{
	Name:  OpenAIAudit,
	Title: "OpenAI audit log",
	Small: []column.Field{
		{Name: "ActorType", Type: column.String},
		{Name: "ActorSession", Type: column.Dynamic},
		{Name: "ActorApiKey", Type: column.Dynamic},
		{Name: "Project", Type: column.Dynamic},
		{Name: "EventDetails", Type: column.Dynamic},
	},
}

// The places of the small fields, in the order above.
const (
	auditActorType = iota
	auditSession
	auditAPIKey
	auditProject
	auditDetails
)

var auditTable = &Table{
	Name:    "OpenAIAuditLogs",
	Aliases: []string{"OpenAIAuditLogs_CL"},
	Time:    "TimeGenerated",
	Grain:   tick,
	Sources: []string{OpenAIAudit},
	Columns: columns([]Column{
		slot("TimeGenerated", column.Time, Time),
		slot("Id", column.String, RequestID),
		slot("EventType", column.String, Action),
		small("ActorType", column.String),
		small("ActorSession", column.Dynamic),
		small("ActorApiKey", column.Dynamic),
		small("Project", column.Dynamic),
		small("EventDetails", column.Dynamic),
	},
		raw(column.Time, "EffectiveAt"),
		raw(column.String, "ConnectorName", "Type", "TenantId", "SourceSystem", "_ResourceId"),
	),
}
