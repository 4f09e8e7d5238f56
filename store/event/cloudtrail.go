package event

import "casebook/engine/column"

// CloudTrail records, in the shape that Elastic's integration gives them, with the caller's whole ARN as user.id so that
// a user's API calls stand beside the same user's model invocations.

var cloudtrailSource = &Source{
	Name:  CloudTrail,
	Title: "AWS CloudTrail",
	Small: []column.Field{
		{Name: "user.name", Type: column.String},
		{Name: "event.id", Type: column.String},
		{Name: "user_agent.original", Type: column.String},
		{Name: "aws.cloudtrail.user_identity.type", Type: column.String},
		{Name: "aws.cloudtrail.user_identity.access_key_id", Type: column.String},
		{Name: "aws.cloudtrail.user_identity.invoked_by", Type: column.String},
		{Name: "aws.cloudtrail.error_message", Type: column.String},
	},
}

// The places of the small fields, in the order above.
const (
	trailUserName = iota
	trailEventID
	trailUserAgent
	trailIdentityType
	trailAccessKey
	trailInvokedBy
	trailErrorMessage
)

var cloudtrailTable = &Table{
	Name:    "logs-aws.cloudtrail-*",
	Index:   "logs-aws.cloudtrail-default",
	Time:    "@timestamp",
	Grain:   millisecond,
	Open:    true,
	Sources: []string{CloudTrail},
	Columns: columns([]Column{
		slot("@timestamp", column.Time, Time),
		slot("event.action", column.String, Action),
		slot("event.provider", column.String, Category),
		slot("event.outcome", column.String, Outcome),
		small("event.id", column.String),
		constant("event.kind", "event"),
		constant("event.dataset", "aws.cloudtrail"),
		constant("event.module", "aws"),
		constant("data_stream.dataset", "aws.cloudtrail"),
		constant("data_stream.namespace", "default"),
		constant("data_stream.type", "logs"),
		slot("user.id", column.String, User),
		small("user.name", column.String),
		small("user_agent.original", column.String),
		constant("cloud.provider", "aws"),
		slot("cloud.account.id", column.String, Account),
		slot("cloud.region", column.String, Region),
		slot("gen_ai.request.model.id", column.String, Model),
		slot("gen_ai.request.id", column.String, RequestID),
		slot("gen_ai.response.error_code", column.String, Error),
		slot("source.address", column.String, IP),
		slot("aws.cloudtrail.error_code", column.String, Error),
		slot("aws.cloudtrail.request_id", column.String, RequestID),
		slot("aws.cloudtrail.recipient_account_id", column.String, Account),
		slot("aws.cloudtrail.user_identity.arn", column.String, User),
		small("aws.cloudtrail.error_message", column.String),
		small("aws.cloudtrail.user_identity.type", column.String),
		small("aws.cloudtrail.user_identity.access_key_id", column.String),
		small("aws.cloudtrail.user_identity.invoked_by", column.String),
	},
		raw(column.IP, "source.ip"),
		raw(column.Text, "event.original"),
		raw(column.String,
			"aws.cloudtrail.event_version", "aws.cloudtrail.event_type", "aws.cloudtrail.event_category",
			"aws.cloudtrail.api_version", "aws.cloudtrail.management_event", "aws.cloudtrail.read_only",
			"aws.cloudtrail.resources.arn", "aws.cloudtrail.resources.type", "aws.cloudtrail.resources.account_id",
			"aws.cloudtrail.shared_event_id", "aws.cloudtrail.vpc_endpoint_id",
			"aws.cloudtrail.request_parameters", "aws.cloudtrail.response_elements",
			"aws.cloudtrail.additional_eventdata", "aws.cloudtrail.service_event_details",
			"aws.cloudtrail.user_identity.principal_id", "aws.cloudtrail.user_identity.credential_id",
			"aws.cloudtrail.user_identity.on_behalf_of.user_id", "aws.cloudtrail.user_identity.on_behalf_of.identity_store_arn",
			"user.target.name", "user.target.id", "user.changes.name", "group.name", "group.id",
			"aws.cloudtrail.user_identity.session_context.mfa_authenticated",
			"aws.cloudtrail.user_identity.session_context.session_issuer.type",
			"aws.cloudtrail.user_identity.session_context.session_issuer.principal_id",
			"aws.cloudtrail.user_identity.session_context.session_issuer.arn",
			"aws.cloudtrail.user_identity.session_context.session_issuer.account_id",
			"tls.version", "tls.cipher", "tls.client.server_name"),
		raw(column.Time, "aws.cloudtrail.user_identity.session_context.creation_date"),
	),
}

// trailTable is the same as Microsoft Sentinel's connector lays it out: what a record nests is a text of JSON. The columns that the
// connector takes out of some calls' parameters, such as ports and protocol, and those of the workspace have no value here.
var trailTable = &Table{
	Name:    "AWSCloudTrail",
	Time:    "TimeGenerated",
	Grain:   tick,
	Sources: []string{CloudTrail},
	Columns: columns([]Column{
		slot("TimeGenerated", column.Time, Time),
		slot("EventName", column.String, Action),
		slot("EventSource", column.String, Category),
		slot("UserIdentityArn", column.String, User),
		slot("RecipientAccountId", column.String, Account),
		slot("AWSRegion", column.String, Region),
		slot("AwsRequestId", column.String, RequestID),
		slot("AwsRequestId_", column.String, RequestID),
		slot("ErrorCode", column.String, Error),
		slot("SourceIpAddress", column.String, IP),
		smallAs("AwsEventId", "event.id", column.String),
		smallAs("UserAgent", "user_agent.original", column.String),
		smallAs("ErrorMessage", "aws.cloudtrail.error_message", column.String),
		smallAs("UserIdentityType", "aws.cloudtrail.user_identity.type", column.String),
		smallAs("UserIdentityAccessKeyId", "aws.cloudtrail.user_identity.access_key_id", column.String),
		smallAs("UserIdentityInvokedBy", "aws.cloudtrail.user_identity.invoked_by", column.String),
		constant("Type", "AWSCloudTrail"),
	},
		raw(column.String,
			"RequestParameters", "ResponseElements", "AdditionalEventData", "ServiceEventDetails", "Resources",
			"APIVersion", "EventVersion", "EventTypeName", "Category", "SharedEventId", "VpcEndpointId",
			"UserIdentityPrincipalid", "UserIdentityAccountId", "UserIdentityUserName",
			"SessionIssuerType", "SessionIssuerPrincipalId", "SessionIssuerArn", "SessionIssuerAccountId", "SessionIssuerUserName",
			"TlsVersion", "CipherSuite", "ClientProvidedHostHeader",
			"CidrIp", "IpProtocol", "SourcePort", "DestinationPort", "EC2RoleDelivery", "OperationName",
			"TenantId", "SourceSystem", "_ResourceId"),
		raw(column.Bool, "ReadOnly", "ManagementEvent", "SessionMfaAuthenticated"),
		raw(column.Time, "SessionCreationDate"),
	),
}
