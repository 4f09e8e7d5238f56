package guides

import (
	"math"
	"math/rand/v2"
	"sort"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
)

// A small world of random events for the tables that the library asks.

func fields(t column.Type, names ...string) []column.Field {
	var list []column.Field
	for _, n := range names {
		list = append(list, column.Field{Name: n, Type: t})
	}
	return list
}

func table(name, time string, open bool, groups ...[]column.Field) *plan.Table {
	t := &plan.Table{Name: name, Time: time, Open: open, Fields: []column.Field{{Name: time, Type: column.Time}}}
	for _, g := range groups {
		t.Fields = append(t.Fields, g...)
	}
	return t
}

var (
	azureTable = table("logs-azure_openai.logs-*", "@timestamp", true,
		fields(column.String, "azure.open_ai.operation_name", "azure.open_ai.result_signature", "azure.open_ai.category", "azure.resource.name",
			"azure.resource.group", "cloud.account.id", "azure.open_ai.correlation_id", "azure.open_ai.caller_ip_address",
			"azure.open_ai.properties.model_deployment_name", "azure.open_ai.properties.model_name", "azure.open_ai.properties.api_name",
			"azure.open_ai.properties.stream_type", "azure.open_ai.properties.object_id"),
		fields(column.Double, "azure.open_ai.properties.request_length", "azure.open_ai.properties.response_length"))
	bedrockTable = table("logs-aws_bedrock.invocation-*", "@timestamp", true,
		fields(column.String, "user.id", "cloud.account.id", "cloud.region", "event.action", "gen_ai.request.id", "gen_ai.request.model.id",
			"gen_ai.response.error_code"),
		fields(column.Int, "gen_ai.usage.prompt_tokens", "gen_ai.usage.completion_tokens"),
		fields(column.Long, "gen_ai.performance.request_size"),
		fields(column.Text, "gen_ai.prompt", "gen_ai.completion"))
	openaiTable = table("OpenAIChatCompletions", "TimeGenerated", false,
		fields(column.String, "ModelName", "EventRequestId", "EventOriginalResultDetails"),
		fields(column.Long, "InputTokensUsed", "OutputTokensUsed"),
		fields(column.Dynamic, "AdditionalFields", "EventFinishReasons"))
	alertTable = table("casebook.alerts", "@timestamp", false,
		fields(column.String, "rule.id", "rule.name", "alert.severity", "alert.status", "alert.entity", "user.id", "azure.resource.name",
			"cloud.account.id"),
		fields(column.Long, "alert.id"))
)

// world fills the tables over a time before end; some events stand exactly at edge.
func world(r *rand.Rand, end, span, edge int64, n int) *exec.Memory {
	m := exec.NewMemory()
	// Now and then one program has OpenAI for itself: no luck of the dice is as even as that.
	pace := int64(0)
	if r.IntN(4) == 0 {
		pace = (1 + r.Int64N(5)) * column.Second / 2
	}
	for _, t := range []*plan.Table{azureTable, bedrockTable, openaiTable, alertTable} {
		times := make([]int64, n)
		for i := range times {
			at := end - span + r.Int64N(span+span/10)
			times[i] = at - at%column.Second // whole seconds make ties
			if r.IntN(20) == 0 {
				times[i] = edge
			}
			if pace > 0 && t == openaiTable {
				times[i] = end - int64(i)*pace
			}
		}
		sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
		b := &column.Batch{Len: n}
		for _, f := range t.Fields {
			builder := column.NewBuilder(f.Type, n)
			for i := range n {
				if f.Name == t.Time {
					builder.Int(times[i])
				} else if pace > 0 && f.Name == "AdditionalFields" {
					builder.Value(user("a"))
				} else {
					builder.Value(value(r, f, t.Open))
				}
			}
			b.Columns = append(b.Columns, builder.Vector())
		}
		m.Add(t, b)
	}
	return m
}

// words are what the rules look for, and near it.
var words = map[string][]any{
	"azure.open_ai.operation_name":             {"ChatCompletions_Create", "ChatCompletions_Create", "ChatCompletions_Create", "chatcompletions_create", "ListKey"},
	"azure.open_ai.result_signature":           {"200", "200", "200", "429", "0200"},
	"azure.open_ai.category":                   {"RequestResponse", "Audit"},
	"gen_ai.response.error_code":               {"AccessDeniedException", "AccessDeniedException", "ThrottlingException", ""},
	"gen_ai.usage.prompt_tokens":               {int64(0), int64(7999), int64(8000), int64(8001), int64(20000)},
	"gen_ai.usage.completion_tokens":           {int64(0), int64(7999), int64(8000), int64(8001), int64(20000)},
	"gen_ai.performance.request_size":          {int64(0), int64(8000), int64(8001), int64(-1)},
	"azure.open_ai.properties.request_length":  {4999.0, 5000.0, 5001.0, 5000.5, 12000.0},
	"azure.open_ai.properties.response_length": {0.0, 0.0, 0.0, 1.0, math.Copysign(0, -1)},
}

func value(r *rand.Rand, f column.Field, open bool) any {
	if r.IntN(25) == 0 {
		if !open && f.Type == column.String {
			return "" // KQL's strings have no null
		}
		return nil
	}
	one := func() any {
		if list := words[f.Name]; list != nil {
			return list[r.IntN(len(list))]
		}
		switch f.Type {
		case column.Int, column.Long:
			return r.Int64N(5)
		case column.Double:
			return float64(r.IntN(5))
		}
		return string(rune('a' + r.IntN(2)))
	}
	switch f.Type {
	case column.Dynamic:
		return bag(r, f.Name)
	case column.String:
		if open && r.IntN(40) == 0 {
			return []any{one(), one()} // a field with two values
		}
	}
	return one()
}

func user(name string) *column.Object {
	o := column.NewObject()
	o.Set("input_user", name)
	return o
}

func bag(r *rand.Rand, name string) any {
	if name != "AdditionalFields" {
		return []any{"stop"}
	}
	o := column.NewObject()
	switch r.IntN(12) {
	case 0:
	case 1:
		o.Set("input_user", nil)
	case 2:
		o.Set("input_user", "")
	case 3:
		o.Set("input_user", int64(7))
	case 4:
		return "not a bag"
	default:
		return user(string(rune('a' + r.IntN(2))))
	}
	return o
}
