package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
)

// The benchmark's month: a million events of three sources over 30 days, with the columns that the five rules read.

const benchEvents = 1_000_000

func benchTable(name, time string, fields ...column.Field) *plan.Table {
	return &plan.Table{Name: name, Time: time, Fields: append([]column.Field{{Name: time, Type: column.Time}}, fields...)}
}

func field(name string, t column.Type) column.Field { return column.Field{Name: name, Type: t} }

var (
	benchAzure = benchTable("logs-azure_openai.logs-*", "@timestamp",
		field("azure.open_ai.operation_name", column.String), field("azure.open_ai.properties.request_length", column.Long),
		field("azure.open_ai.properties.response_length", column.Long), field("azure.open_ai.result_signature", column.String),
		field("azure.resource.name", column.String), field("cloud.account.id", column.String))
	benchBedrock = benchTable("logs-aws_bedrock.invocation-*", "@timestamp",
		field("gen_ai.response.error_code", column.String), field("user.id", column.String), field("gen_ai.request.model.id", column.String),
		field("cloud.account.id", column.String), field("gen_ai.usage.prompt_tokens", column.Long),
		field("gen_ai.usage.completion_tokens", column.Long), field("gen_ai.performance.request_size", column.Long))
	benchOpenAI = benchTable("OpenAIChatCompletions", "TimeGenerated", field("AdditionalFields", column.Dynamic))
)

// benchSource is a month whose events are spread over the three tables as shares say, in percent.
func benchSource(shares [3]int) *exec.Memory {
	random := rand.New(rand.NewPCG(1, 2))
	start := column.FromTime(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	m := exec.NewMemory()
	m.Takes = true
	word := func(prefix string, n int) string { return fmt.Sprintf("%s-%d", prefix, random.IntN(n)) }
	rows := [3]func([]*column.Builder){
		func(b []*column.Builder) {
			b[1].Str([]string{"ChatCompletions_Create", "Embeddings_Create"}[random.IntN(5)/4])
			b[2].Int(int64(random.IntN(9000)))
			b[3].Int(int64(random.IntN(50)) * 40)
			b[4].Str([]string{"200", "429", "400"}[random.IntN(20)/18])
			b[5].Str(word("resource", 40))
			b[6].Str(word("account", 8))
		},
		func(b []*column.Builder) {
			if random.IntN(50) == 0 {
				b[1].Str("AccessDeniedException")
			} else {
				b[1].Null()
			}
			b[2].Str(word("arn:aws:iam::user", 2000))
			b[3].Str(word("model", 20))
			b[4].Str(word("account", 8))
			b[5].Int(int64(random.ExpFloat64() * 1500))
			b[6].Int(int64(random.ExpFloat64() * 900))
			b[7].Int(int64(random.ExpFloat64() * 1200))
		},
		func(b []*column.Builder) {
			fields := column.NewObject()
			fields.Set("input_user", word("user", 1500))
			b[1].Any(fields)
		},
	}
	for k, table := range []*plan.Table{benchAzure, benchBedrock, benchOpenAI} {
		n := benchEvents * shares[k] / 100
		var batches []*column.Batch
		dicts := make([]*column.Builder, len(table.Fields))
		for done := 0; done < n; {
			size := min(8192, n-done)
			for i, f := range table.Fields {
				dicts[i] = column.NewBuilder(f.Type, size)
			}
			for i := range size {
				dicts[0].Int(start + int64(done+i)*(30*column.Day/int64(n)))
				rows[k](dicts)
			}
			b := &column.Batch{Len: size}
			for _, d := range dicts {
				b.Columns = append(b.Columns, d.Vector())
			}
			batches = append(batches, b)
			done += size
		}
		m.Add(table, batches...)
	}
	return m
}

var benchRules = []*engine.Rule{
	{ID: "denial-of-service", Every: 10 * time.Minute, Lookback: time.Hour, Language: engine.ESQL, Query: `from logs-azure_openai.logs-*
| eval target_time_window = date_trunc(1 minutes, @timestamp)
| where azure.open_ai.operation_name == "ChatCompletions_Create"
| keep azure.open_ai.properties.request_length, azure.resource.name, cloud.account.id, target_time_window
| stats count = count(), avg_request_size = avg(azure.open_ai.properties.request_length) by target_time_window, azure.resource.name
| where count >= 10 and avg_request_size >= 5000
| sort count desc`},
	{ID: "insecure-output", Every: 10 * time.Minute, Lookback: time.Hour, Language: engine.ESQL, Query: `from logs-azure_openai.logs-*
| where azure.open_ai.properties.response_length == 0 and azure.open_ai.result_signature == "200" and azure.open_ai.operation_name == "ChatCompletions_Create"
| keep azure.open_ai.properties.request_length, azure.open_ai.result_signature, cloud.account.id, azure.resource.name
| stats count = count() by azure.resource.name
| where count >= 10
| sort count desc`},
	{ID: "denied-models", Every: 10 * time.Minute, Lookback: time.Hour, Language: engine.ESQL, Query: `from logs-aws_bedrock.invocation-*
| where gen_ai.response.error_code == "AccessDeniedException"
| keep user.id, gen_ai.request.model.id, cloud.account.id, gen_ai.response.error_code
| stats total_denials = count(*) by user.id, gen_ai.request.model.id, cloud.account.id
| where total_denials > 3
| sort total_denials desc`},
	{ID: "resource-exhaustion", Every: 24 * time.Hour, Lookback: 24 * time.Hour, Language: engine.ESQL, Query: `from logs-aws_bedrock.invocation-*
| where @timestamp > now() - 1 day and (gen_ai.usage.prompt_tokens > 8000 or gen_ai.usage.completion_tokens > 8000 or gen_ai.performance.request_size > 8000)
| stats max_prompt_tokens = max(gen_ai.usage.prompt_tokens), max_request_tokens = max(gen_ai.performance.request_size),
    max_completion_tokens = max(gen_ai.usage.completion_tokens), request_count = count() by cloud.account.id
| where request_count > 1
| sort max_prompt_tokens, max_request_tokens, max_completion_tokens desc`},
	{ID: "pacing", Every: time.Hour, Lookback: time.Hour, Language: engine.KQL, Query: `let window = 1h;
OpenAIChatCompletions
| where TimeGenerated > ago(window)
| extend ActorUser = tostring(AdditionalFields.input_user)
| where isnotempty(ActorUser)
| order by ActorUser asc, TimeGenerated asc
| extend PrevTime = prev(TimeGenerated), PrevUser = prev(ActorUser)
| extend Gap = iff(ActorUser == PrevUser, todouble(datetime_diff('millisecond', TimeGenerated, PrevTime)), todouble(0))
| where ActorUser == PrevUser
| summarize Requests = count(), MedianGapMs = percentile(Gap, 50), StdGapMs = stdev(Gap), MinGapMs = min(Gap) by ActorUser
| where Requests >= 30 and MedianGapMs < 2000 and StdGapMs < 500
| project ActorUser, Requests, MedianGapMs, StdGapMs, MinGapMs
| order by Requests desc`},
}

// BenchmarkReplay replays a month of a million events, all of them the rule's, for each of the five rules; together is all
// rules over a million events of which each source has a third.
func BenchmarkReplay(b *testing.B) {
	span := engine.Window{From: column.FromTime(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), To: column.FromTime(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC))}
	replay := func(b *testing.B, src exec.Source, rules ...*engine.Rule) {
		b.ReportAllocs()
		hits, ticks := 0, 0
		for b.Loop() {
			hits, ticks = 0, 0
			for _, rule := range rules {
				report, err := engine.Replay(context.Background(), rule, src, engine.ReplayOptions{Span: span}, func(engine.Hit) error { return nil })
				if err != nil {
					b.Fatal(err)
				}
				if report.Outcome != engine.OutcomeHit && report.Outcome != engine.OutcomeClean {
					b.Skipf("%s: %s", report.Outcome, report.Reason)
				}
				hits, ticks = hits+report.Hits, ticks+report.Ticks
			}
		}
		b.ReportMetric(float64(hits), "hits")
		b.ReportMetric(float64(ticks), "ticks")
	}
	for i, rule := range benchRules {
		b.Run(rule.ID, func(b *testing.B) {
			var shares [3]int
			shares[[]int{0, 0, 1, 1, 2}[i]] = 100
			replay(b, benchSource(shares), rule)
		})
	}
	b.Run("together", func(b *testing.B) { replay(b, benchSource([3]int{33, 34, 33}), benchRules...) })
}
