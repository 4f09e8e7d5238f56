package exec

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func TestLimits(t *testing.T) {
	s := scanOf(requests)
	as := func(name string, x plan.Expr) named { return named{Name: name, Expr: x} }
	expand := &plan.Expand{Input: s, Base: plan.Base{Out: s.Out}, Columns: []plan.ExpandColumn{{Expr: call(values3), Out: 4}}, Index: 2}
	join := &plan.Join{Kind: plan.Inner, Base: plan.Base{Out: append(s.Out[:5:5], s.Out...)}, Left: s, Right: s,
		LeftKeys: []plan.Expr{col(s, "model")}, RightKeys: []plan.Expr{col(s, "model")}}
	gather := aggregateOf(s, []named{as("v", call(values, col(s, "user")))})
	gather.Out[0].Type, gather.Aggs[0].Call.T = column.String, column.String
	for _, tt := range []struct {
		name   string
		plan   plan.Node
		limits function.Limits
		want   string // what there is too much of; empty for a run within its limits
	}{
		{"groups", aggregateOf(s, nil, as("t", col(s, "time"))), function.Limits{Groups: 4}, "groups"},
		{"groups within", aggregateOf(s, nil, as("t", col(s, "time"))), function.Limits{Groups: 5}, ""},
		{"values", gather, function.Limits{Values: 1}, "values in one group"},
		{"values within", gather, function.Limits{Values: 2}, ""},
		{"expanded rows", expand, function.Limits{Rows: 14}, "expanded rows"},
		{"expanded rows within", expand, function.Limits{Rows: 15}, ""},
		{"joined rows", join, function.Limits{Rows: 12}, "joined rows"},
		{"joined rows within", join, function.Limits{Rows: 13}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Run(context.Background(), tt.plan, fixed(), Options{Limits: tt.limits})
			var limit *function.LimitError
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("ended with %v", err)
			case tt.want != "" && !errors.As(err, &limit):
				t.Errorf("ended with %v, want a limit of %s", err, tt.want)
			case tt.want != "" && limit.What != tt.want:
				t.Errorf("too many %s, want too many %s", limit.What, tt.want)
			}
		})
	}
}

// values3 makes three values of each row.
var values3 = &function.Row{Name: "three", Multi: true, Nulls: true, Returns: column.String, Eval: func(_ *function.Env, _ []*column.Vector, n int) (*column.Vector, error) {
	b := column.NewBuilder(column.String, n)
	for range n {
		b.Multi([]any{"a", "b", "c"})
	}
	return b.Vector(), nil
}}

// A query is cancelled between the rows of one batch, when a function takes its time over long texts: a few of them later.
func TestCancel(t *testing.T) {
	const first, later = 15, 20
	ctx, cancel := context.WithCancel(context.Background())
	var calls atomic.Int64 // what is left behind may still be at a text
	slow := &function.Row{Name: "slow", Params: []column.Type{column.String}, Returns: column.String,
		Eval: function.Map1(column.String, func(_ *function.Env, s string) (string, bool) {
			if calls.Add(1) == first {
				cancel()
			}
			return s, true
		})}
	var all [][]any
	for i := range 2000 {
		all = append(all, []any{int64(i), strings.Repeat("x", 64<<10) + string(rune(i)), nil, nil, nil})
	}
	m := NewMemory()
	m.Add(requests, batchOf(requests.Fields, all...))
	s := scanOf(requests)
	_, err := Run(ctx, projectOf(s, named{Name: "x", Expr: call(slow, col(s, "user"))}), m, Options{})
	if n := calls.Load(); !errors.Is(err, context.Canceled) || n > first+later {
		t.Errorf("ended with %v, %d texts after it was cancelled", err, n-first)
	}
}
