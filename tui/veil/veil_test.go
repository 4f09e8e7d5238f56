package veil

import (
	"context"
	"fmt"
	"testing"

	"casebook/engine"
	"casebook/engine/syntax"
	"casebook/store"
)

// What can be read of a prompt in a column is veiled, whatever the column is called; what is only worked out of it is not.
func TestColumns(t *testing.T) {
	const bedrock = "from logs-aws_bedrock.invocation-* | "
	for _, tt := range []struct {
		lang  engine.Language
		query string
		want  string
	}{
		{engine.ESQL, bedrock + `keep user.id, gen_ai.prompt`, "[false true]"},
		{engine.ESQL, bedrock + `eval p = concat("> ", substring(gen_ai.prompt, 1, 9)), n = length(gen_ai.prompt) | keep p, n, user.id`, "[true false false]"},
		{engine.ESQL, bedrock + `where gen_ai.prompt like "*key*" | stats n = count(*), users = values(user.id)`, "[false false]"},
		{engine.ESQL, bedrock + `stats texts = values(gen_ai.completion) by user.id`, "[true false]"},
		{engine.ESQL, bedrock + `eval w = case(gen_ai.prompt like "*key*", "asks for it", "no") | keep w`, "[false]"},
		{engine.ESQL, bedrock + `dissect gen_ai.prompt "%{first} %{rest}" | keep user.id, first`, "[false true]"},
		{engine.ESQL, bedrock + `rename gen_ai.prompt as said | mv_expand said | keep said`, "[true]"},
		{engine.KQL, `ASimAgentEventLogs | project Who = ActorUsername, Said = parse_json(EventOriginalResultDetails)[0]`, "[false true]"},
		{engine.KQL, `ASimAgentEventLogs | summarize make_list(EventOriginalRequestDetails), count() by ModelName`, "[false true false]"},
		{engine.KQL, `let T = ASimAgentEventLogs | extend X = strcat(EventThoughtProcessDetails, "!"); T | union (T | project X) | project X, ModelName`, "[true false]"},
		{engine.KQL, `ASimAgentEventLogs | join kind=inner (ASimAgentEventLogs | project EventUid, S = EventOriginalRequestDetails) on EventUid | project ModelName, S`, "[false true]"},
	} {
		q, err := engine.Parse(context.Background(), tt.lang, syntax.NewFile("query", tt.query), store.Catalog{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(Columns(q, len(q.Plan.Schema()), true)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.query, got, tt.want)
		}
		for _, veiled := range Columns(q, len(q.Plan.Schema()), false) {
			if veiled {
				t.Errorf("%s: veiled while the veil is off", tt.query)
			}
		}
	}
}
