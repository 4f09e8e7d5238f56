package event

import (
	"math"
	"net/url"
	"strings"
)

// Azure's diagnostic records, as its storage accounts and Event Hubs deliver them and as Log Analytics keeps them
// (AzureDiagnostics, whose columns have other names).

func isAzure(r *row) bool {
	return r.has("category", "resourceId") || r.has("Category", "ResourceId") && (r.has("properties_s") || r.has("OperationName"))
}

func (d *Decoder) azure(e *Event) *Reject {
	r := &d.row
	category := d.textOf(r.first("category", "Category"))
	switch category {
	case "RequestResponse", "Audit", "GatewayLogs", "GatewayLlmLogs":
	case "":
		return &Reject{Code: unrecognised}
	default:
		return &Reject{CodeCategory, "Azure category " + strings.Clone(category) + ": no view has it"}
	}
	e.Source, e.Category = Azure, category
	e.Action = d.textOf(r.first("operationName", "OperationName"))
	e.Status = d.textOf(r.first("resultSignature", "ResultSignature"))
	e.RequestID = d.textOf(r.first("correlationId", "CorrelationId"))
	e.Region = d.textOf(r.first("location", "location_s"))
	e.IP = d.textOf(r.first("callerIpAddress", "CallerIPAddress"))
	switch d.textOf(r.first("resultType", "ResultType")) {
	case "Succeeded":
		e.Outcome = "success"
	case "Failed":
		e.Outcome = "failure"
	}
	d.momentOf(e, r.first("time", "TimeGenerated"))
	d.resourceOf(e, d.textOf(r.first("resourceId", "ResourceId")))
	p := d.propertiesOf(r.first("properties", "properties_s"))
	switch category {
	case "GatewayLlmLogs":
		d.llmRecord(e, p)
		return nil
	case "GatewayLogs":
		e.Source = Gateway
	}
	d.azureProperties(e, p, category == "GatewayLogs")
	d.durationOf(e, r.first("durationMs", "DurationMs"), p)
	d.seal(e, d.azureID(e))
	return nil
}

// azureID identifies an event. Audit records name no request: what was done to which resource, with the time, is then all that a record
// and a row of Log Analytics have in common.
func (d *Decoder) azureID(e *Event) string {
	if e.RequestID != "" || !e.Dated || d.resource.id == "" {
		return e.RequestID
	}
	return strings.Join([]string{d.resource.id, e.Category, e.Status, e.IP}, "\n")
}

func (d *Decoder) azureProperties(e *Event, p *row, gateway bool) {
	e.User = d.textOf(p.get("objectId"))
	e.Model = d.textOf(p.get("modelName"))
	e.App = d.textOf(p.get("modelDeploymentName"))
	size, answer := "requestLength", "responseLength"
	if gateway {
		size, answer = "requestSize", "responseSize"
	}
	e.RequestSize, e.ResponseSize = d.countOf(p.get(size)), d.countOf(p.get(answer))
	d.word(e, azureModelVersion, d.textOf(p.get("modelVersion")))
	d.word(e, azureStreamType, d.textOf(p.get("streamType")))
	d.word(e, azureAPIName, d.textOf(p.get("apiName")))
	d.word(e, azureOperationID, d.textOf(p.get("operationId")))
	d.number(e, azureRequestTime, d.countOf(p.get("requestTime")))
	d.number(e, azureResponseTime, d.countOf(p.get("responseTime")))
	if gateway {
		d.number(e, azureStatusCode, d.countOf(p.get("responseCode")))
		d.gatewayCall(e, func(column string) []byte { return p.get(camel(column)) })
	}
}

// gatewayCall reads the call of a model that a gateway has passed on. The model is what the answer names, or else what was asked for; the
// deployment stands in the address, the backend's or the gateway's own.
func (d *Decoder) gatewayCall(e *Event, get func(column string) []byte) {
	for _, column := range []string{"BackendResponseBody", "ResponseBody"} {
		if answer := get(column); answer != nil {
			d.gatewayAnswer(e, answer)
			break
		}
	}
	for _, column := range []string{"BackendRequestBody", "RequestBody"} {
		if e.Model != "" {
			break
		}
		tree, _ := Tree([]byte(d.textOf(get(column))))
		e.Model, _ = at(tree, "model").(string)
	}
	for _, column := range []string{"BackendUrl", "Url"} {
		if e.App == "" {
			e.App = deployment(d.textOf(get(column)))
		}
	}
}

// deployment is the name behind "/deployments/" in an address.
func deployment(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(u.EscapedPath(), "/deployments/")
	name, _, _ := strings.Cut(rest, "/")
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}

// gatewayAnswer reads the answer that a gateway has logged as a text: its id, its model, its tokens, its error. A streamed one is logged
// as it was sent, piece by piece.
func (d *Decoder) gatewayAnswer(e *Event, v []byte) {
	if v[0] != '"' {
		return
	}
	text := d.textOf(v)
	if !strings.HasPrefix(text, "data:") {
		gatewayPiece(e, text)
		return
	}
	for line := range strings.Lines(text) {
		if piece, ok := strings.CutPrefix(line, "data:"); ok {
			gatewayPiece(e, piece)
		}
	}
}

func gatewayPiece(e *Event, text string) {
	tree, _ := Tree([]byte(text))
	for _, x := range []struct {
		into *string
		path []string
	}{{&e.ResponseID, []string{"id"}}, {&e.Model, []string{"model"}}, {&e.Error, []string{"error", "code"}}} {
		if text, ok := at(tree, x.path...).(string); ok && text != "" {
			*x.into = text
		}
	}
	if n, ok := at(tree, "usage", "prompt_tokens").(int64); ok {
		e.PromptTokens = Some(n)
	}
	if n, ok := at(tree, "usage", "completion_tokens").(int64); ok {
		e.CompletionTokens = Some(n)
	}
}

// propertiesOf reads properties, which are an object, or a text that holds one.
func (d *Decoder) propertiesOf(v []byte) *row {
	p := &d.properties
	p.members = p.members[:0]
	if len(v) > 0 && v[0] == '"' {
		v = []byte(d.textOf(v))
	}
	if len(v) == 0 {
		return p
	}
	s := scanner{b: v}
	if s.peek() == '{' {
		p.read(&s)
	}
	if s.fault != "" || s.i == 0 || s.peek() != 0 {
		p.members = p.members[:0]
		d.scanner.flags |= WrongType
	}
	d.scanner.flags |= s.flags
	return p
}

// durationOf is durationMs. Azure sometimes logs a negative one; the two ticks among the properties then say better.
func (d *Decoder) durationOf(e *Event, v []byte, p *row) {
	ms := d.cellOf(v)
	if ms.Set && ms.Int < 0 {
		from, to := d.countOf(p.get("requestTime")), d.countOf(p.get("responseTime"))
		if from.Set && to.Set && to.Int >= from.Int {
			ms.Int = (to.Int - from.Int) / 10_000
		}
	}
	if !ms.Set {
		return
	}
	if ms.Int > math.MaxInt64/1_000_000 || ms.Int < math.MinInt64/1_000_000 {
		d.scanner.flags |= Range
		return
	}
	e.Duration = Some(ms.Int * 1_000_000)
}

// resource is an Azure resource id in parts, in lower case: Azure writes the same id in several cases.
type resource struct {
	of                                       string // the id as it was written
	id, subscription, group, provider, named string
}

// resourceOf gives an event the parts of its resource. Record after record has the same one.
func (d *Decoder) resourceOf(e *Event, id string) {
	if id != d.resource.of {
		d.resource = resourceParts(strings.Clone(id))
	}
	e.Account, e.ResourceGroup, e.Resource = d.resource.subscription, d.resource.group, d.resource.named
}

func resourceParts(id string) resource {
	r := resource{of: id, id: strings.ToLower(id)}
	parts := strings.Split(strings.Trim(r.id, "/"), "/")
	for i := 0; i+1 < len(parts); i += 2 {
		switch parts[i] {
		case "subscriptions":
			r.subscription = parts[i+1]
		case "resourcegroups":
			r.group = parts[i+1]
		case "providers":
			if i+2 < len(parts) {
				r.provider = parts[i+1] + "/" + parts[i+2]
			}
			if i+3 < len(parts) {
				r.named = parts[i+3]
			}
			return r
		}
	}
	return r
}
