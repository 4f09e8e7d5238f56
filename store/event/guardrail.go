package event

import (
	"slices"
	"strings"

	"casebook/engine/column"
)

// guardrail reads what a guardrail's trace says. Elastic's fields are sets: each value once, in order.
func (d *Decoder) guardrail(e *Event) {
	v := &d.invocation
	if len(v.answer.traces) == 0 {
		return
	}
	a := &assessment{}
	for _, place := range v.answer.traces {
		tree, _ := Tree(d.scanner.b[place[0]:place[1]])
		a.trace(tree)
	}
	a.sort()
	d.many(e, bedrockGuardrail, a.guardrails...)
	d.many(e, bedrockPolicy, a.policies...)
	d.many(e, bedrockAction, a.actions...)
	d.many(e, bedrockConfidence, a.confidences...)
	d.many(e, bedrockViolation, a.violations...)
	if len(a.violations) > 0 && v.answer.stopped {
		e.Values = append(e.Values, Value{Field: bedrockDetected, Int: 1})
		e.Outcome = "failure"
	}
}

// assessment is what the policies of guardrails said about a request and its answer.
type assessment struct {
	guardrails, policies, actions, confidences, violations []string
	matches                                                []any
}

// trace reads "trace" of a Converse answer or "amazon-bedrock-trace" of others. Only guardrails that looked at the
// request are named: so Elastic's integration has it.
func (a *assessment) trace(tree any) {
	guardrail := object(object(tree).Value("guardrail"))
	for i, key := range guardrail.Keys {
		switch value := guardrail.Values[i]; key {
		case "inputAssessment", "input":
			a.guardrails = append(a.guardrails, object(value).Keys...)
			a.assess(value, 0)
		case "outputAssessments", "outputs":
			a.assess(value, 0)
		}
	}
}

// assess finds the policies below a guardrail's id, which stands in a map or in a list of maps.
func (a *assessment) assess(value any, depth int) {
	if list, ok := value.([]any); ok {
		for _, x := range list {
			a.assess(x, depth)
		}
		return
	}
	o := object(value)
	for i, key := range o.Keys {
		switch x := o.Values[i]; {
		case strings.HasSuffix(key, "Policy") && depth > 0:
			a.policy(snake(key), x)
		case depth == 0:
			a.assess(x, depth+1)
		}
	}
}

func (a *assessment) policy(name string, value any) {
	a.policies = append(a.policies, name)
	for _, list := range object(value).Values {
		details, _ := list.([]any)
		for _, x := range details {
			detail := object(x)
			add := func(to *[]string, key string) {
				if text, ok := detail.Value(key).(string); ok && text != "" {
					*to = append(*to, text)
				}
			}
			add(&a.actions, "action")
			add(&a.confidences, "confidence")
			add(&a.violations, "type")
			if _, ok := detail.Get("match"); ok || name == "contextual_grounding_policy" {
				a.matches = append(a.matches, x)
			}
		}
	}
}

func (a *assessment) sort() {
	for _, set := range []*[]string{&a.guardrails, &a.policies, &a.actions, &a.confidences, &a.violations} {
		slices.Sort(*set)
		*set = slices.Compact(*set)
	}
}

// object is a tree as an object, one without keys when it is none.
func object(tree any) *column.Object {
	if o, ok := tree.(*column.Object); ok {
		return o
	}
	return column.NewObject()
}
