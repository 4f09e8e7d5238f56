package event

import (
	"strings"

	"casebook/engine/column"
)

func isCloudTrail(r *row) bool { return r.has("eventSource", "eventName", "eventTime") }

func (d *Decoder) cloudtrail(e *Event) *Reject {
	r := &d.row
	e.Source = CloudTrail
	e.Action = d.textOf(r.get("eventName"))
	e.Category = d.textOf(r.get("eventSource"))
	d.momentOf(e, r.get("eventTime"))
	e.Region = d.textOf(r.get("awsRegion"))
	e.IP = d.textOf(r.get("sourceIPAddress"))
	e.Error = d.textOf(r.get("errorCode"))
	e.RequestID = d.textOf(r.get("requestID"))
	message := d.textOf(r.get("errorMessage"))
	e.Outcome = "success"
	if e.Error != "" || message != "" {
		e.Outcome = "failure"
	}
	identity := r.get("userIdentity")
	e.User = d.textOf(inner(identity, "arn"))
	e.Account = d.textOf(r.get("recipientAccountId"))
	if e.Account == "" {
		e.Account = d.textOf(inner(identity, "accountId"))
	}
	caller(e)
	e.Model = d.textOf(inner(r.get("requestParameters"), "modelId"))
	e.App = d.textOf(r.get("userAgent"))
	name := inner(identity, "userName")
	if name == nil {
		name = inner(identity, "sessionContext", "sessionIssuer", "userName")
	}
	id := d.textOf(r.get("eventID"))
	d.word(e, trailUserName, d.textOf(name))
	d.word(e, trailEventID, id)
	d.word(e, trailUserAgent, e.App)
	d.word(e, trailIdentityType, d.textOf(inner(identity, "type")))
	d.word(e, trailAccessKey, d.textOf(inner(identity, "accessKeyId")))
	d.word(e, trailInvokedBy, d.textOf(inner(identity, "invokedBy")))
	d.word(e, trailErrorMessage, message)
	d.seal(e, id)
	return nil
}

// trailPaths say where a record holds what the view shows under other names.
var trailPaths = paths("", map[string]string{
	"aws.cloudtrail.event_version":                                             "eventVersion",
	"aws.cloudtrail.event_type":                                                "eventType",
	"aws.cloudtrail.event_category":                                            "eventCategory",
	"aws.cloudtrail.api_version":                                               "apiVersion",
	"aws.cloudtrail.management_event":                                          "managementEvent",
	"aws.cloudtrail.read_only":                                                 "readOnly",
	"aws.cloudtrail.resources.arn":                                             "resources ARN",
	"aws.cloudtrail.resources.type":                                            "resources type",
	"aws.cloudtrail.resources.account_id":                                      "resources accountId",
	"aws.cloudtrail.shared_event_id":                                           "sharedEventID",
	"aws.cloudtrail.vpc_endpoint_id":                                           "vpcEndpointId",
	"aws.cloudtrail.request_parameters":                                        "requestParameters",
	"aws.cloudtrail.response_elements":                                         "responseElements",
	"aws.cloudtrail.additional_eventdata":                                      "additionalEventData",
	"aws.cloudtrail.service_event_details":                                     "serviceEventDetails",
	"aws.cloudtrail.user_identity.principal_id":                                "userIdentity principalId",
	"aws.cloudtrail.user_identity.session_context.mfa_authenticated":           "userIdentity sessionContext attributes mfaAuthenticated",
	"aws.cloudtrail.user_identity.session_context.creation_date":               "userIdentity sessionContext attributes creationDate",
	"aws.cloudtrail.user_identity.session_context.session_issuer.type":         "userIdentity sessionContext sessionIssuer type",
	"aws.cloudtrail.user_identity.session_context.session_issuer.arn":          "userIdentity sessionContext sessionIssuer arn",
	"aws.cloudtrail.user_identity.session_context.session_issuer.principal_id": "userIdentity sessionContext sessionIssuer principalId",
	"aws.cloudtrail.user_identity.session_context.session_issuer.account_id":   "userIdentity sessionContext sessionIssuer accountId",
	"aws.cloudtrail.user_identity.credential_id":                               "userIdentity credentialId",
	"aws.cloudtrail.user_identity.on_behalf_of.user_id":                        "userIdentity onBehalfOf userId",
	"aws.cloudtrail.user_identity.on_behalf_of.identity_store_arn":             "userIdentity onBehalfOf identityStoreArn",
	"user.target.name":                                                         "requestParameters userName",
	"user.target.id":                                                           "responseElements user userId",
	"user.changes.name":                                                        "requestParameters newUserName",
	"group.name":                                                               "requestParameters groupName",
	"group.id":                                                                 "responseElements group groupId",
	"source.ip":                                                                "sourceIPAddress",
	"tls.cipher":                                                               "tlsDetails cipherSuite",
	"tls.client.server_name":                                                   "tlsDetails clientProvidedHostHeader",
})

// sentinelPaths are the same for Sentinel's view.
var sentinelPaths = paths("", map[string]string{
	"RequestParameters":        "requestParameters",
	"ResponseElements":         "responseElements",
	"AdditionalEventData":      "additionalEventData",
	"ServiceEventDetails":      "serviceEventDetails",
	"Resources":                "resources",
	"APIVersion":               "apiVersion",
	"EventVersion":             "eventVersion",
	"EventTypeName":            "eventType",
	"Category":                 "eventCategory",
	"SharedEventId":            "sharedEventID",
	"VpcEndpointId":            "vpcEndpointId",
	"UserIdentityPrincipalid":  "userIdentity principalId",
	"UserIdentityAccountId":    "userIdentity accountId",
	"UserIdentityUserName":     "userIdentity userName",
	"SessionIssuerType":        "userIdentity sessionContext sessionIssuer type",
	"SessionIssuerPrincipalId": "userIdentity sessionContext sessionIssuer principalId",
	"SessionIssuerArn":         "userIdentity sessionContext sessionIssuer arn",
	"SessionIssuerAccountId":   "userIdentity sessionContext sessionIssuer accountId",
	"SessionIssuerUserName":    "userIdentity sessionContext sessionIssuer userName",
	"SessionMfaAuthenticated":  "userIdentity sessionContext attributes mfaAuthenticated",
	"SessionCreationDate":      "userIdentity sessionContext attributes creationDate",
	"ReadOnly":                 "readOnly",
	"ManagementEvent":          "managementEvent",
	"TlsVersion":               "tlsDetails tlsVersion",
	"CipherSuite":              "tlsDetails cipherSuite",
	"ClientProvidedHostHeader": "tlsDetails clientProvidedHostHeader",
})

func cloudtrailDetail(x *Details, c *Column) any {
	if path, ok := sentinelPaths[c.Name]; ok {
		value := x.at(path...)
		switch value.(type) {
		case *column.Object, []any:
			return string(appendJSON(nil, value))
		}
		return as(value, c.Type)
	}
	switch c.Name {
	case "event.original":
		return string(x.Raw)
	case "tls.version":
		version, _ := x.at("tlsDetails", "tlsVersion").(string)
		return asText(strings.TrimPrefix(version, "TLSv"))
	}
	path, ok := trailPaths[c.Name]
	if !ok {
		return nil // a column of Sentinel's that no record fills
	}
	value := walk(x.root(), path)
	if _, ok := value.(*column.Object); ok {
		return string(braces(nil, value)) // parameters of a call are one text in Elastic's view
	}
	return as(value, c.Type)
}

// braces writes a tree the way Java shows a map: {modelId=anthropic.claude-v2, tags=[a, b]}. Rules look for such text.
func braces(to []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(to, "null"...)
	case string:
		return append(to, v...)
	case []any:
		to = append(to, '[')
		for i, item := range v {
			if i > 0 {
				to = append(to, ", "...)
			}
			to = braces(to, item)
		}
		return append(to, ']')
	case *column.Object:
		to = append(to, '{')
		for i, k := range v.Keys {
			if i > 0 {
				to = append(to, ", "...)
			}
			to = braces(append(append(to, k...), '='), v.Values[i])
		}
		return append(to, '}')
	}
	return appendScalar(to, value)
}
