package hostile

import "strings"

// Records of other vendors.
const (
	azure      = `{"time":"2026-03-01T10:00:00.1234567Z","resourceId":"/SUBSCRIPTIONS/0A1B2C3D-0000-4000-8000-000000000000/RESOURCEGROUPS/RG-House/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/House-AI","category":"RequestResponse","operationName":"ChatCompletions_Create","resultSignature":"200","durationMs":"42","callerIpAddress":"198.51.100.***","correlationId":"c0ffee00-0000-4000-8000-000000000001","location":"westeurope","Tenant":"westeurope","event":"ShoeboxCallResult","properties":"{\"apiName\":\"v1\",\"requestTime\":638515262815394150,\"requestLength\":9007199254740993,\"responseTime\":638515262825606520,\"responseLength\":0,\"objectId\":\"\",\"streamType\":\"Streaming\",\"modelDeploymentName\":\"chat\",\"modelName\":\"gpt-4o\",\"modelVersion\":\"2024-08-06\"}"}`
	azureUsage = `{"time":"2026-03-01T10:00:02Z","resourceId":"/SUBSCRIPTIONS/0A1B2C3D-0000-4000-8000-000000000000/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/A","category":"AzureOpenAIRequestUsage","properties":{}}`
	completion = `{"object":"chat.completion","id":"chatcmpl-house-1","model":"gpt-5.4","created":1772359200,"request_id":"req_1","tool_choice":null,"usage":{"total_tokens":31,"completion_tokens":18,"prompt_tokens":13},"seed":4944116822809979520,"temperature":1.0,"input_user":"kim@example.com","service_tier":"default","tools":null,"metadata":{"team":"red"},"choices":[{"index":0,"message":{"content":"Hi","role":"assistant"},"finish_reason":"length"}],"response_format":null}`
	agent      = `{"TimeGenerated":"2026-03-01T10:00:00Z","EventUid":"chatcmpl-house-1","EventRequestId":"req_1","ModelName":"gpt-5.4","EventOriginalType":"chat.completion","EventFinishReasons":["length"],"InputTokensUsed":"13","OutputTokensUsed":18,"EventVendor":"OpenAI","EventProduct":"OpenAI API Platform","EventType":"ChatCompletion","AdditionalFields":"{\"input_user\":\"kim@example.com\"}","Type":"ASimAgentEventLogs"}`
	trail      = `{"eventVersion":"1.09","eventTime":"2026-03-01T10:00:00Z","eventSource":"bedrock.amazonaws.com","eventName":"InvokeModel","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.8","userAgent":"aws-cli/2","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/kim","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE","userName":"kim"},"requestParameters":{"modelId":"anthropic.claude-v2","tags":["a","b"],"deep":{"x":1}},"additionalEventData":{"inferenceRegion":"eu-central-1"},"errorCode":"AccessDenied","errorMessage":"no","eventID":"e-1","requestID":"7d5f0f7e-0000-4000-8000-000000000003","recipientAccountId":"111122223333"}`
)

// values are numbers and times as they should not be.
func values() []Input {
	tokens := func(n string) string { return with(`"inputTokenCount":1`, `"inputTokenCount":`+n) }
	timed := func(t string) string { return with("2026-03-01T10:00:00Z", t) }
	timedRaw := func(t string) string { return with(`"2026-03-01T10:00:00Z"`, t) + "\n" }
	return []Input{
		one("C39 2^53+1", tokens("9007199254740993")),
		one("C39 2^63", tokens("9223372036854775808"), tooLarge),
		one("C39 1e400", tokens("1e400"), tooLarge),
		one("C39 1.0", tokens("1.0")),
		one("C39 a number as text", tokens(`"12"`), asText),
		one("C39 a list", tokens("[]"), wrongType),
		bad("C39 NaN", tokens("NaN"), codeJSON),
		bad("C39 leading zero", tokens("01"), codeJSON),
		bad("C39 hexadecimal", tokens("0x10"), codeJSON),
		one("C39 -1", tokens("-1")),
		one("C39 null", tokens("null")),
		{Name: "C39 2^63-1 twice", Data: []byte(tokens("9223372036854775807") + "\n" + tokens("9223372036854775807") + "\n"), Accepted: 2},
		{Name: "C40 epochs where a text should be", Data: []byte(timedRaw("1772359200") + timedRaw("1772359200000") + timedRaw("1772359200000000") + timedRaw("1772359200000000000")), Accepted: 4, Flags: []string{badTime, wrongType}},
		one("C41 zone in lower case", timed("2026-03-01T10:00:00z")),
		one("C41 UTC", timed("2026-03-01 10:00:00 UTC")),
		one("C41 minus nothing", timed("2026-03-01T10:00:00-00:00")),
		one("C42 end of a day", timed("2026-03-01T24:00:00Z")),
		one("C42 a year of nine digits", timed("292278994-08-17T07:12:55Z"), badTime),
		one("C42 1601", timed("1601-01-01T00:00:00Z"), badTime),
		{Name: "C43 backwards", Data: []byte(timed("2026-03-01T10:00:02Z") + "\n" + timed("2026-03-01T10:00:01Z") + "\n" + timed("2016-03-01T10:00:01Z") + "\n"), Accepted: 3},
		{Name: "C43 all at once", Data: []byte(strings.Repeat(record+"\n", 3)), Accepted: 3},
		{Name: "C43 an hour that comes twice", Data: []byte(timed("2025-10-26T02:30:00+02:00") + "\n" + timed("2025-10-26T02:30:00+01:00") + "\n"), Accepted: 2},
		{Name: "C43 a clock that jumps", Data: []byte(timed("2026-03-01T10:00:00Z") + "\n" + timed("2031-03-01T10:00:00Z") + "\n" + timed("2026-03-01T10:00:01Z") + "\n"), Accepted: 3},
		one("C41 no zone", timed("2026-03-01T10:00:00"), noZone),
		one("C41 a distant zone", timed("2026-03-02T00:00:00+14:00")),
		one("C41 a zone by name", timed("2026-03-02T00:00:00 Europe/Berlin"), badTime),
		one("C42 30th of February", timed("2026-02-30T10:00:00Z"), badTime),
		one("C42 leap second", timed("2016-12-31T23:59:60Z")),
		one("C42 year 9999", timed("9999-12-31T23:59:59Z"), badTime),
		one("C42 year 0", timed("0000-01-01T00:00:00Z"), badTime),
		one("C43 ten years ahead", timed("2036-03-01T10:00:00Z")),
	}
}

// forms are files of several forms, of none, or of one in an unusual dress.
func forms() []Input {
	return []Input{
		{Name: "C44 vendors mixed", Data: []byte(record + "\n" + azure + "\n" + completion + "\n" + trail + "\n" + agent + "\n" + azureUsage + "\n"), Accepted: 5, Skipped: 1},
		{Name: "C45 laid out over lines", Data: []byte(strings.NewReplacer(",", ",\n  ", "{", "{\n ").Replace(record) + "\n" + strings.ReplaceAll(record, ",", ",\n")), Accepted: 2},
		{Name: "C46 without line ends", Data: []byte(record + record + record), Accepted: 3},
		{Name: "C47 an array", Data: []byte("[" + record + ",\n" + record + "]"), Accepted: 2},
		{Name: "C47 an envelope cut short", Data: []byte(`{"records":[` + record + "," + azure + "," + record[:50]), Accepted: 2, Quarantined: 1, Code: codeEnds},
		{Name: "C48 a web page", Data: []byte("<html>\n<body>503</body>\n</html>\n"), Quarantined: 3, Code: codeUnknown},
		{Name: "C48 a table of something else", Data: []byte("name,size\na,1\nb,2\n"), Quarantined: 3, Code: codeUnknown},
		{Name: "C48 a table by tabs", Data: []byte("name\tsize\na\t1\n"), Quarantined: 2, Code: codeUnknown},
		{Name: "C48 syslog between records", Data: []byte("Mar  1 10:00:00 host x: y\n" + record + "\n"), Accepted: 1, Quarantined: 1, Code: codeUnknown},
		{Name: "C48 a picture", Data: []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), Refused: codeBinary},
		bad("C49 comment", `{"a":1 /* no */}`, codeJSON),
		bad("C49 single quotes", `{'a':1}`, codeJSON),
		one("C49 trailing comma", record[:len(record)-1]+",}", comma),
		bad("C50 no known field", `{"hello":"world"}`, codeUnknown),
		bad("C50 an empty object", `{}`, codeUnknown),
		bad("C64 a formula", `=HYPERLINK("http://x","y")`, codeUnknown),
		{Name: "a control message", Data: []byte(`{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE"}]}` + "\n" + record), Accepted: 1, Skipped: 1},
	}
}
