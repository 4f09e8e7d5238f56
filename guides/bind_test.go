package guides

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"casebook/engine"
	"casebook/engine/column"
)

func TestParams(t *testing.T) {
	for _, tt := range []struct {
		name     string
		language engine.Language
		query    string
		want     []string
	}{
		{"esql in order, once", engine.ESQL, "from a | where x == ?user_id and y > ?window_from and z == ?user_id", []string{"user_id", "window_from"}},
		{"esql not in strings, comments, quoted names", engine.ESQL, "from a // ?no\n| where x like \"?a\\\"?b\" and `?c` == ?yes /* ?d */ and z rlike \"\"\"?e\"\"\"", []string{"yes"}},
		{"kql declared", engine.KQL, "declare query_parameters(user_id:string, window_from: datetime = datetime(2020-01-01));\nT | where a == user_id", []string{"user_id", "window_from"}},
		{"kql not in comments", engine.KQL, "// declare query_parameters(a:string);\nT", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, paramNames(tt.language, tt.query)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestBind(t *testing.T) {
	noon := time.Date(2026, 6, 8, 12, 0, 0, 0, time.UTC)
	rule := &engine.Rule{Fields: map[string]string{"ActorUser": "user.id"}}
	facts := Facts{}
	facts.Alert(engine.Window{From: 1, To: column.FromTime(noon)}, column.FromTime(noon))
	facts.Row(rule, []column.Field{{Name: "ActorUser", Type: column.String}, {Name: "target_time_window", Type: column.Time}, {Name: "count", Type: column.Long}},
		[]any{"ann", column.FromTime(noon), int64(17)})
	facts.Set("user.id", "not this: the row has one")
	facts.Set("cloud.account.id", "b", nil, "a", "b")
	facts.Set("empty", nil)

	step := Step{Language: engine.ESQL, Query: "from a | where x == ?user_id and ?actoruser and mv_contains(?cloud_account_id, y) and ?window_to and ?target_time_window and ?count and ?empty and ?absent"}
	bound, missing := Bind(step, facts)
	if d := cmp.Diff([]string{"empty", "absent"}, missing); d != "" {
		t.Errorf("missing: %s", d)
	}
	type value struct {
		Type  column.Type
		Value any
	}
	got := map[string]value{}
	for name, v := range bound {
		got[name] = value{v.Type, v.Value(0)}
	}
	want := map[string]value{
		"user_id": {column.String, "ann"}, "actoruser": {column.String, "ann"}, "cloud_account_id": {column.String, []any{"b", "a"}},
		"window_to": {column.Time, column.FromTime(noon)}, "target_time_window": {column.Time, column.FromTime(noon)}, "count": {column.Long, int64(17)},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestBindKQL(t *testing.T) {
	step := Step{Language: engine.KQL, Query: "declare query_parameters(user_id:string, accounts:dynamic, n:string);\nT"}
	bound, missing := Bind(step, map[string][]any{"user.id": {"ann"}, "accounts": {"a", int64(2)}, "n": {int64(5)}})
	if missing != nil {
		t.Fatalf("missing %v", missing)
	}
	if got := bound["accounts"]; got.Type != column.Dynamic || !cmp.Equal(got.Value(0), []any{"a", int64(2)}) {
		t.Errorf("accounts: %v %v", got.Type, got.Value(0))
	}
	if got := bound["n"]; got.Type != column.String || got.Value(0) != "5" {
		t.Errorf("n: %v %v", got.Type, got.Value(0))
	}
	if got := bound["user_id"]; got.Type != column.String || got.Value(0) != "ann" {
		t.Errorf("user_id: %v %v", got.Type, got.Value(0))
	}
}
