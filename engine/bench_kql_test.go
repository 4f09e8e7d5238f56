package engine_test

import (
	"context"
	"testing"

	"casebook/engine"
	"casebook/engine/syntax"
)

// BenchmarkPacing runs the pacing rule's query once over a month, window functions, date differences and percentiles and all.
func BenchmarkPacing(b *testing.B) {
	src := benchSource([3]int{0, 0, 20})
	query, err := engine.Parse(context.Background(), engine.KQL, syntax.NewFile("query", `OpenAIChatCompletions
| extend ActorUser = tostring(AdditionalFields.input_user)
| where isnotempty(ActorUser)
| order by ActorUser asc, TimeGenerated asc
| extend PrevTime = prev(TimeGenerated), PrevUser = prev(ActorUser)
| extend Gap = iff(ActorUser == PrevUser, todouble(datetime_diff('millisecond', TimeGenerated, PrevTime)), todouble(0))
| where ActorUser == PrevUser
| summarize Requests = count(), MedianGapMs = percentile(Gap, 50), StdGapMs = stdev(Gap), MinGapMs = min(Gap) by ActorUser
| where Requests >= 30`), src, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.Run(context.Background(), query, src, engine.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
