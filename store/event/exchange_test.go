package event

import (
	"testing"
)

// TestExchange: what was asked and answered is found where each source keeps it.
func TestExchange(t *testing.T) {
	for _, tt := range []struct{ name, record, asked, answered string }{
		{"bedrock", `{"schemaType":"ModelInvocationLog","schemaVersion":"1.0","timestamp":"2026-03-02T02:09:39Z","accountId":"1","identity":{"arn":"a"},"region":"r",` +
			`"requestId":"q","operation":"Converse","modelId":"m","input":{"inputBodyJson":{"messages":[{"text":"say \"it\""}]}},"output":{"outputBodyJson":{"text":"no"}}}`,
			`{"messages":[{"text":"say \"it\""}]}`, `{"text":"no"}`},
		{"openai", `{"id":"chatcmpl-1","object":"chat.completion","created":1772400000,"model":"gpt","choices":[{"index":0,"message":{"role":"assistant","content":"hi"}}],"usage":{}}`,
			"null", `[{"index":0,"message":{"role":"assistant","content":"hi"}}]`},
		{"gateway", `{"TimeGenerated":"2026-03-02T02:09:39Z","OperationName":"Microsoft.ApiManagement/GatewayLogs","CorrelationId":"c","ApiId":"a","Url":"https://x/openai","Method":"POST",` +
			`"ResponseCode":200,"BackendRequestBody":"{\"prompt\":\"p\"}","BackendResponseBody":"plain"}`, `{"prompt":"p"}`, `"plain"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Detail([]byte(tt.record), nil)
			if err != nil {
				t.Fatal(err)
			}
			asked, answered := d.Exchange()
			if got := jsonText(asked); got != tt.asked {
				t.Errorf("%s asked %s, want %s", d.Event.Source, got, tt.asked)
			}
			if got := jsonText(answered); got != tt.answered {
				t.Errorf("%s answered %s, want %s", d.Event.Source, got, tt.answered)
			}
		})
	}
}

func jsonText(tree any) string {
	return string(appendJSON(nil, tree))
}
