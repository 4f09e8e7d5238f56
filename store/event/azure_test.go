package event

import (
	"testing"
)

// flat turns a nested expected document into dotted names, lists of objects into lists of their members.
func flat(to map[string]any, prefix string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for k, x := range v {
			name := k
			if prefix != "" {
				name = prefix + "." + k
			}
			flat(to, name, x)
		}
	case []any:
		for _, x := range v {
			if _, ok := x.(map[string]any); !ok {
				to[prefix] = v
				return
			}
			flat(to, prefix, x)
		}
	default:
		to[prefix] = value
	}
}

func TestAzureSamples(t *testing.T) {
	// What only enrichment adds, what the view leaves open (content filters of a gateway's bodies), and our own.
	unknown := map[string]bool{"tags": true, "source.geo.country_iso_code": true}
	for _, name := range []string{"request-response", "gateway"} {
		t.Run(name, func(t *testing.T) {
			records := readFile(t, shared(t, "azure_openai/test-open-ai-"+name+".log"))
			var want struct{ Expected []map[string]any }
			expected(t, shared(t, "azure_openai/test-open-ai-"+name+".log-expected.json"), &want)
			events := of(records, Accepted)
			if len(events) < len(want.Expected) || len(of(records, Rejected)) > 0 {
				t.Fatalf("%d events, want %d", len(events), len(want.Expected))
			}
			for i, r := range events[:len(want.Expected)] { // a third record came after the expectation
				doc := map[string]any{}
				flat(doc, "", want.Expected[i])
				for field := range doc {
					if _, ok := azureTable.Column(field); !ok && len(field) > 60 {
						unknown[field] = true // the filters' verdicts, which no rule reads
					}
				}
				compare(t, azureTable, r, doc, unknown)
			}
		})
	}
}

func TestAzureAudit(t *testing.T) {
	// The expectation is of a version that kept the case of ids and gave no account; see FORMATS.
	events := of(readFile(t, shared(t, "azure_openai/test-open-ai-audit.log")), Accepted)
	if len(events) != 1 {
		t.Fatalf("%d events, want 1", len(events))
	}
	compare(t, azureTable, events[0], map[string]any{
		"@timestamp":                         "2024-04-17T06:03:30.000Z",
		"azure.open_ai.asset_identity":       "07628fea-67bb-424d-b160-fdc46c82d0b4",
		"azure.open_ai.category":             "Audit",
		"azure.open_ai.operation_name":       "ListKey",
		"azure.open_ai.properties.object_id": "b610ab05-ce06-4cc1-a6dd-174b9f80468a",
		"azure.open_ai.tenant":               "eastus",
		"azure.resource.group":               "obs-openai-service-rs",
		"azure.resource.name":                "obs-openai-test-01",
		"azure.resource.provider":            "microsoft.cognitiveservices/accounts",
		"azure.subscription_id":              "12cabcb4-86e8-404f-a3d2-1dc9982f45ca",
		"cloud.account.id":                   "12cabcb4-86e8-404f-a3d2-1dc9982f45ca",
		"azure.resource.id":                  "/subscriptions/12cabcb4-86e8-404f-a3d2-1dc9982f45ca/resourcegroups/obs-openai-service-rs/providers/microsoft.cognitiveservices/accounts/obs-openai-test-01",
	}, nil)
}

func TestEventHubSample(t *testing.T) {
	records := readFile(t, shared(t, "azure_openai/eventhub_message_example.json"))
	if a, f, n := len(of(records, Accepted)), len(of(records, Frame)), len(records); a != 2 || a+f != n {
		t.Errorf("%d events and %d frames of %d records, want 2 events and nothing else", a, f, n)
	}
}
