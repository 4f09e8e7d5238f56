package event

import (
	"reflect"
	"testing"
)

const (
	llmRecord      = `{"time":"2026-03-01T10:00:01.5Z","category":"GatewayLlmLogs","operationName":"Microsoft.ApiManagement/GatewayLlmLogs","correlationId":"c0ffee00-0000-4000-8000-000000000002","location":"West Europe","resourceId":"/SUBSCRIPTIONS/0A1B2C3D-0000-4000-8000-000000000000/RESOURCEGROUPS/RG-House/PROVIDERS/MICROSOFT.APIMANAGEMENT/SERVICE/House-Gate","properties":{"modelName":"gpt-4o","deploymentName":"chat","promptTokens":14,"completionTokens":8,"totalTokens":22,"sequenceNumber":0,"isStreamCompletion":false,"requestMessages":"[{\"role\":\"user\",\"content\":\"hi\"}]"}}`
	llmRowLine     = `{"TimeGenerated":"2026-03-01T10:00:01.5Z","OperationName":"Microsoft.ApiManagement/GatewayLlmLogs","CorrelationId":"c0ffee00-0000-4000-8000-000000000002","Region":"West Europe","ModelName":"gpt-4o","DeploymentName":"chat","PromptTokens":"14","CompletionTokens":"8","TotalTokens":"22","SequenceNumber":"0","IsStreamCompletion":"False","RequestMessages":"[{\"role\":\"user\",\"content\":\"hi\"}]","ResponseMessages":"","_ResourceId":"/subscriptions/0a1b2c3d-0000-4000-8000-000000000000/resourcegroups/rg-house/providers/microsoft.apimanagement/service/house-gate","Type":"ApiManagementGatewayLlmLog"}`
	gatewayRowLine = `{"TimeGenerated":"2026-03-01T10:00:01.5Z","OperationName":"Microsoft.ApiManagement/GatewayLogs","CorrelationId":"c0ffee00-0000-4000-8000-000000000002","Region":"West Europe","CallerIpAddress":"203.0.113.7","IsRequestSuccess":true,"TotalTime":176,"Method":"POST","Url":"https://api.example.com/openai/deployments/chat/chat/completions?api-version=1","ApiId":"openai","OperationId":"ChatCompletions_Create","RequestSize":536,"ResponseSize":1604,"ResponseCode":200,"BackendResponseCode":200,"BackendResponseBody":"{\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o\",\"usage\":{\"completion_tokens\":8,\"prompt_tokens\":14}}","_ResourceId":"/subscriptions/0a1b2c3d-0000-4000-8000-000000000000/resourcegroups/rg-house/providers/microsoft.apimanagement/service/house-gate","Type":"ApiManagementGatewayLogs"}`
)

// TestGatewayForms reads a log of a gateway as a storage account and as Log Analytics have it: one happening, the same columns.
func TestGatewayForms(t *testing.T) {
	for _, tt := range []struct {
		record, row string
		table       *Table
		differ      map[string]bool // what one of the two does not hold
		want        map[string]any
	}{
		{llmRecord, llmRowLine, llmTable, nil, map[string]any{"ModelName": "gpt-4o", "DeploymentName": "chat", "PromptTokens": int64(14), "TotalTokens": int64(22),
			"SequenceNumber": int64(0), "IsStreamCompletion": false, "Type": "ApiManagementGatewayLlmLog"}},
		{gatewayLog, gatewayRowLine, gatewayTable, map[string]bool{"ApiId": true, "BackendResponseCode": true, "BackendRequestBody": true, "BackendResponseBody": true, "_ResourceId": true},
			map[string]any{"OperationId": "ChatCompletions_Create", "ResponseCode": int64(200), "TotalTime": int64(176), "Method": "POST", "IsRequestSuccess": true}},
	} {
		a, err := Detail([]byte(tt.record), nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Detail([]byte(tt.row), nil)
		if err != nil {
			t.Fatal(err)
		}
		if a.Event.Key != b.Event.Key {
			t.Errorf("%s: the record and the row are two happenings:\n%+v\n%+v", tt.table.Name, a.Event, b.Event)
		}
		for i := range tt.table.Columns {
			c := &tt.table.Columns[i]
			x, y := a.Value(tt.table, c), b.Value(tt.table, c)
			if !reflect.DeepEqual(x, y) && !tt.differ[c.Field.Name] {
				t.Errorf("%s is %#v in the record, %#v in the row", c.Field.Name, x, y)
			}
			if want, ok := tt.want[c.Field.Name]; ok && !reflect.DeepEqual(x, want) {
				t.Errorf("%s is %#v, want %#v", c.Field.Name, x, want)
			}
		}
	}
}

// TestGatewayCalls finds the model and the deployment of a call that a gateway has passed on, wherever its log has them. Elastic's view of
// the same events leaves both open.
func TestGatewayCalls(t *testing.T) {
	for _, tt := range []struct{ properties, model, deployment string }{
		{`"url":"https://gw/openai/deployments/chat/chat/completions?api-version=1","backendResponseBody":"{\"model\":\"gpt-4o\"}"`, "gpt-4o", "chat"},
		{`"url":"https://gw/v1/chat","backendUrl":"https://a.openai.azure.com/openai/deployments/my%20chat/chat/completions","responseBody":"{\"model\":\"gpt-4o-mini\"}"`, "gpt-4o-mini", "my chat"},
		{`"backendRequestBody":"{\"model\":\"asked\"}","backendResponseBody":"{\"error\":{\"code\":\"429\"}}"`, "asked", ""},
		{`"backendResponseBody":"data: {\"id\":\"c-1\",\"model\":\"\",\"choices\":[]}\n\ndata: {\"id\":\"c-1\",\"model\":\"gpt-4o\"}\n\ndata: [DONE]\n"`, "gpt-4o", ""},
		{`"url":"https://gw/openai/deployments/"`, "", ""},
		{`"url":":bad","backendResponseBody":7`, "", ""},
	} {
		records := of(read(t, []byte(`{"category":"GatewayLogs","resourceId":"/SUBSCRIPTIONS/A","time":"2026-03-01T10:00:01Z","properties":{`+tt.properties+`}}`), Reading{}), Accepted)
		if len(records) != 1 || records[0].Event.Model != tt.model || records[0].Event.App != tt.deployment {
			t.Errorf("%s\n gives %+v; want model %q, deployment %q", tt.properties, records, tt.model, tt.deployment)
			continue
		}
		x, err := Detail(records[0].Raw, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"model_name", "model_deployment_name"} {
			if c, _ := azureTable.Column(azureProperties + name); x.Value(azureTable, c) != nil {
				t.Errorf("%s is %v in the view", name, x.Value(azureTable, c))
			}
		}
	}
}
