package event

import "strings"

// Rows of Sentinel's tables, and the items of OpenAI's lists, which the connector makes such rows of.

func isAgentRow(r *row) bool {
	return r.has("TimeGenerated") && (r.is("Type", "ASimAgentEventLogs") || r.is("TableName", "ASimAgentEventLogs") ||
		r.is("EventSchema", "AgentEvent") || r.has("EventVendor", "EventType"))
}

func (d *Decoder) agentRow(e *Event) *Reject {
	r := &d.row
	d.momentOf(e, r.get("TimeGenerated"))
	e.Category = d.textOf(r.get("EventType"))
	e.Action = d.textOf(r.get("EventOriginalType"))
	e.RequestID = d.textOf(r.get("EventRequestId"))
	e.ResponseID = d.textOf(r.get("EventResponseId"))
	e.Model = d.textOf(r.get("ModelName"))
	e.PromptTokens, e.CompletionTokens = d.cellOf(r.get("InputTokensUsed")), d.cellOf(r.get("OutputTokensUsed"))
	e.IP = d.textOf(r.get("SrcIpAddr"))
	additional := d.jsonOf(r.get("AdditionalFields"))
	vendor, product := d.textOf(r.get("EventVendor")), d.textOf(r.get("EventProduct"))
	actor, uid := d.textOf(r.get("ActorUsername")), d.textOf(r.get("EventUid"))
	tool := d.textOf(r.get("ToolName"))
	e.Source = Agent
	if vendor == "OpenAI" && product == "OpenAI API Platform" && e.Category == "ChatCompletion" {
		e.Source = OpenAI
	}
	e.App = d.textOf(r.first("ActingAppName", "TargetAgentName"))
	e.User = d.inputUser(additional)
	if e.User == "" {
		e.User = actor
	}
	if e.User == "" {
		e.User = d.textOf(r.get("ActorUserId"))
	}
	e.UserName = e.User
	d.json(e, agentAdditional, additional)
	d.json(e, agentFinish, d.jsonOf(r.get("EventFinishReasons")))
	d.word(e, agentVendor, vendor)
	d.word(e, agentProduct, product)
	d.word(e, agentTool, tool)
	d.word(e, agentActor, actor)
	d.word(e, agentUID, uid)
	d.seal(e, uid)
	return nil
}

// inputUser is what the caller said of its user: the only identity there is.
func (d *Decoder) inputUser(additional string) string {
	if !strings.Contains(additional, `"input_user"`) {
		return ""
	}
	v := inner([]byte(additional), "input_user")
	if len(v) == 0 || v[0] != '"' {
		return ""
	}
	return d.textOf(v)
}

func isCompletion(r *row) bool { return r.is("object", "chat.completion") && r.has("id", "created") }

// completion makes an item of the API's list the row that Sentinel's connector makes of it.
func (d *Decoder) completion(e *Event) *Reject {
	r := &d.row
	e.Source, e.Category = OpenAI, "ChatCompletion"
	e.Action = d.textOf(r.get("object"))
	d.momentOf(e, r.get("created"))
	e.RequestID = d.textOf(r.get("request_id"))
	e.Model = d.textOf(r.get("model"))
	usage := r.get("usage")
	e.PromptTokens, e.CompletionTokens = d.countOf(inner(usage, "prompt_tokens")), d.countOf(inner(usage, "completion_tokens"))
	e.User = d.textOf(r.first("input_user", "user"))
	e.UserName = e.User
	uid := d.textOf(r.get("id"))
	d.json(e, agentAdditional, string(additionalFields(r)))
	d.json(e, agentFinish, string(finishReasons(r.get("choices"))))
	d.word(e, agentVendor, "OpenAI")
	d.word(e, agentProduct, "OpenAI API Platform")
	d.word(e, agentTool, toolChoice(d, r.get("tool_choice")))
	d.word(e, agentUID, uid)
	d.seal(e, uid)
	return nil
}

// additionalFields packs what the connector packs, in its order; what is missing is null.
func additionalFields(r *row) []byte {
	bag := []byte{'{'}
	for _, key := range []string{"service_tier", "system_fingerprint", "response_format", "tools", "metadata", "input_user"} {
		bag = appendMember(bag, key)
		v := r.get(key)
		if v == nil && key == "input_user" {
			v = r.get("user")
		}
		if v == nil {
			v = []byte("null")
		}
		bag = append(bag, v...)
	}
	return append(bag, '}')
}

// isOldCompletion recognises rows of OpenAIChatCompletions_CL, the connector's own table before there was a common one.
func isOldCompletion(r *row) bool {
	return r.has("TimeGenerated", "Id", "Model") && (r.has("ObjectType") || r.is("Type", "OpenAIChatCompletions_CL"))
}

// oldCompletion makes such a row what the connector now writes.
func (d *Decoder) oldCompletion(e *Event) *Reject {
	r := &d.row
	e.Source, e.Category = OpenAI, "ChatCompletion"
	d.momentOf(e, r.get("TimeGenerated"))
	e.Action = d.textOf(r.get("ObjectType"))
	e.RequestID = d.textOf(r.get("RequestId"))
	e.Model = d.textOf(r.get("Model"))
	usage := []byte(d.jsonOf(r.get("Usage")))
	e.PromptTokens, e.CompletionTokens = d.cellOf(inner(usage, "prompt_tokens")), d.cellOf(inner(usage, "completion_tokens"))
	e.User = d.textOf(r.get("InputUser"))
	e.UserName = e.User
	uid := d.textOf(r.get("Id"))
	bag := []byte{'{'}
	for _, pair := range [][2]string{{"service_tier", "ServiceTier"}, {"system_fingerprint", "SystemFingerprint"},
		{"response_format", "ResponseFormat"}, {"tools", "Tools"}, {"metadata", "Metadata"}, {"input_user", "InputUser"}} {
		bag = appendMember(bag, pair[0])
		if v := d.jsonOf(r.get(pair[1])); v != "" {
			bag = append(bag, v...)
		} else {
			bag = append(bag, "null"...)
		}
	}
	d.json(e, agentAdditional, string(append(bag, '}')))
	d.json(e, agentFinish, string(finishReasons([]byte(d.jsonOf(r.get("Choices"))))))
	d.word(e, agentVendor, "OpenAI")
	d.word(e, agentProduct, "OpenAI API Platform")
	d.word(e, agentTool, toolChoice(d, r.get("ToolChoice")))
	d.word(e, agentUID, uid)
	d.seal(e, uid)
	return nil
}

// finishReasons is a list of the first choice's reason, empty as a text where there is none.
func finishReasons(choices []byte) []byte {
	reason := []byte(`""`)
	if len(choices) > 0 && choices[0] == '[' {
		s := scanner{b: choices, checked: true}
		at := s.enter(0)
		if s.next(']', &at) {
			from := s.peekAt()
			s.value(1)
			if v := inner(choices[from:s.i], "finish_reason"); len(v) > 0 && v[0] == '"' {
				reason = v
			}
		}
	}
	return append(append([]byte{'['}, reason...), ']')
}

func toolChoice(d *Decoder, v []byte) string {
	if len(v) > 0 && (v[0] == '{' || v[0] == '[') {
		return string(v)
	}
	return d.textOf(v)
}

func isAudit(r *row) bool {
	return r.is("object", "organization.audit_log") || r.has("id", "type", "effective_at", "actor")
}

// audit reads an item of the API's audit logs.
func (d *Decoder) audit(e *Event) *Reject {
	r := &d.row
	kind := d.textOf(r.get("type"))
	actor := r.get("actor")
	d.momentOf(e, r.get("effective_at"))
	d.auditRow(e, kind, d.textOf(r.get("id")), auditParts{
		actorType: d.textOf(inner(actor, "type")),
		session:   inner(actor, "session"),
		key:       inner(actor, "api_key"),
		project:   r.get("project"),
		details:   r.get(kind),
	})
	return nil
}

func isAuditRow(r *row) bool {
	return r.is("Type", "OpenAIAuditLogs_CL") || r.is("TableName", "OpenAIAuditLogs_CL") ||
		r.has("EventType") && r.first("TimeGenerated", "EffectiveAt") != nil && r.first("ActorSession", "ActorType", "ActorApiKey") != nil
}

// auditTableRow reads a row of Sentinel's table of them.
func (d *Decoder) auditTableRow(e *Event) *Reject {
	r := &d.row
	d.momentOf(e, r.first("TimeGenerated", "EffectiveAt"))
	part := func(key string) []byte { return []byte(d.jsonOf(r.get(key))) }
	d.auditRow(e, d.textOf(r.get("EventType")), d.textOf(r.get("Id")), auditParts{
		actorType: d.textOf(r.get("ActorType")),
		session:   part("ActorSession"),
		key:       part("ActorApiKey"),
		project:   part("Project"),
		details:   part("EventDetails"),
	})
	return nil
}

type auditParts struct {
	actorType                      string
	session, key, project, details []byte
}

func (d *Decoder) auditRow(e *Event, kind, id string, p auditParts) {
	e.Source, e.Action, e.RequestID = OpenAIAudit, kind, id
	user := inner(p.session, "user")
	if user == nil {
		user = inner(p.key, "user")
	}
	e.User, e.UserName = d.textOf(inner(user, "id")), d.textOf(inner(user, "email"))
	if e.User == "" {
		e.User = e.UserName
	}
	e.IP = d.textOf(inner(p.session, "ip_address"))
	d.word(e, auditActorType, p.actorType)
	for i, part := range [][]byte{p.session, p.key, p.project, p.details} {
		if len(part) > 0 {
			d.json(e, auditSession+i, d.jsonOf(part))
		}
	}
	d.seal(e, id)
}
