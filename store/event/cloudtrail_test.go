package event

import (
	"testing"

	"casebook/engine/column"
)

// A record in both of its views: nested values are Java's text of a map in Elastic's, and JSON in Sentinel's.
func TestCloudTrailViews(t *testing.T) {
	record := `{"eventVersion":"1.09","eventTime":"2026-03-01T10:00:00Z","eventSource":"bedrock.amazonaws.com","eventName":"DeleteGuardrail",` +
		`"eventType":"AwsApiCall","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.8","userAgent":"aws-cli/2","readOnly":false,"managementEvent":true,` +
		`"userIdentity":{"type":"AssumedRole","principalId":"AROA:kim","onBehalfOf":{"userId":"u-1","identityStoreArn":"arn:store"},"credentialId":"c-1","arn":"arn:aws:sts::111122223333:assumed-role/ops/kim","accountId":"111122223333",` +
		`"sessionContext":{"sessionIssuer":{"type":"Role","userName":"ops"},"attributes":{"mfaAuthenticated":"true","creationDate":"2026-03-01T09:00:00Z"}}},` +
		`"requestParameters":{"guardrailIdentifier":"g1","groupName":"ops","tags":["a","b"]},"responseElements":null,"resources":[{"ARN":"arn:x","type":"AWS::Bedrock::Guardrail"}],` +
		`"errorCode":"AccessDenied","errorMessage":"no","eventID":"e-1","requestID":"r-1","recipientAccountId":"111122223333","tlsDetails":{"tlsVersion":"TLSv1.3"}}`
	x, err := Detail([]byte(record), nil)
	if err != nil {
		t.Fatal(err)
	}
	for view, want := range map[*Table]map[string]any{
		cloudtrailTable: {
			"user.name": "ops", "aws.cloudtrail.request_parameters": "{guardrailIdentifier=g1, groupName=ops, tags=[a, b]}", "tls.version": "1.3",
			"group.name": "ops", "group.id": nil, "user.target.name": nil, "aws.cloudtrail.user_identity.credential_id": "c-1",
			"aws.cloudtrail.user_identity.on_behalf_of.user_id": "u-1", "aws.cloudtrail.user_identity.on_behalf_of.identity_store_arn": "arn:store",
			"aws.cloudtrail.user_identity.session_context.mfa_authenticated": "true",
		},
		trailTable: {
			"EventName": "DeleteGuardrail", "EventSource": "bedrock.amazonaws.com", "EventTypeName": "AwsApiCall", "AwsEventId": "e-1", "AwsRequestId_": "r-1",
			"UserIdentityArn": "arn:aws:sts::111122223333:assumed-role/ops/kim", "UserIdentityType": "AssumedRole", "UserIdentityUserName": nil,
			"UserIdentityPrincipalid": "AROA:kim", "SessionIssuerUserName": "ops", "SessionMfaAuthenticated": true, "ReadOnly": false,
			"SessionCreationDate": asTime("2026-03-01T09:00:00Z"), "RequestParameters": `{"guardrailIdentifier":"g1","groupName":"ops","tags":["a","b"]}`, "ResponseElements": nil,
			"CidrIp": nil, "TenantId": nil, "SourceSystem": nil,
			"Resources": `[{"ARN":"arn:x","type":"AWS::Bedrock::Guardrail"}]`, "ErrorCode": "AccessDenied", "ErrorMessage": "no",
			"SourceIpAddress": "203.0.113.8", "RecipientAccountId": "111122223333", "TlsVersion": "TLSv1.3", "UserAgent": "aws-cli/2",
		},
	} {
		for name, value := range want {
			c, ok := view.Column(name)
			if !ok {
				t.Errorf("%s has no %s", view.Name, name)
			} else if got := x.Value(view, c); got != value {
				t.Errorf("%s: got %v, want %v", name, got, value)
			}
		}
	}
	if c, _ := trailTable.Column("SessionCreationDate"); c.Type != column.Time {
		t.Errorf("a time is %v", c.Type)
	}
}
