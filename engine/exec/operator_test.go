package exec

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func fixed() *Memory {
	m := NewMemory()
	m.Add(requests,
		batchOf(requests.Fields,
			[]any{1 * column.Second, "ann", int64(10), "m1", []any{"blue", "red"}},
			[]any{2 * column.Second, "bob", int64(20), "m1", nil},
		),
		batchOf(requests.Fields,
			[]any{3 * column.Second, "ann", nil, "m2", "red"},
			[]any{4 * column.Second, nil, int64(5), "m2", "red"},
			[]any{5 * column.Second, "ann", int64(7), "m1", "red"},
		))
	return m
}

type rows = [][]any

func TestOperators(t *testing.T) {
	s := scanOf(requests)
	user, tokens := col(s, "user"), col(s, "tokens")
	as := func(name string, x plan.Expr) named { return named{Name: name, Expr: x} }
	byUser := aggregateOf(s, []named{as("n", call(countRows)), as("sum", call(sum, tokens)), as("avg", call(average, tokens))}, as("user", user))
	explode := aggregateOf(s, []named{as("n", call(countRows)), as("tags", call(countValues, col(s, "tags")))}, as("tag", col(s, "tags")))
	explode.Explode = true
	where := aggregateOf(s, []named{as("big", call(countRows)), as("all", call(countRows))}, as("model", col(s, "model")))
	where.Aggs[0].Where = call(greaterLong, tokens, long(9))
	inline := aggregateOf(projectOf(s, as("user", user), as("tokens", tokens)), nil)
	inline.Inline = true
	inline.Out = []column.Field{{Name: "user", Type: column.String}, {Name: "tokens", Type: column.Long}, {Name: "most", Type: column.Long}}
	inline.Keys = []plan.Key{{Expr: &plan.Col{Index: 0, T: column.String}, Out: -1}}
	inline.Aggs = []plan.Agg{{Call: call(most, &plan.Col{Index: 1, T: column.Long}), Out: 2}}
	expand := &plan.Expand{Input: s, Base: plan.Base{Out: s.Out}, Columns: []plan.ExpandColumn{{Expr: col(s, "tags"), Out: 4}}, Index: -1, KeepEmpty: true}
	windowed := &plan.Windowed{Input: s, Base: plan.Base{Out: []column.Field{{Name: "before", Type: column.String}}}, Exprs: []plan.Expr{call(previous, user)}}
	users := aggregateOf(s, []named{as("n", call(countRows))}, as("user", user))
	join := &plan.Join{Left: projectOf(s, as("user", user), as("tokens", tokens)), Right: users,
		LeftKeys: []plan.Expr{&plan.Col{Index: 0, T: column.String}}, RightKeys: []plan.Expr{col(users, "user")}}
	kind := func(k plan.JoinKind, out ...column.Field) *plan.Join {
		j := *join
		j.Kind, j.Out = k, out
		return &j
	}
	four := []column.Field{{Name: "user", Type: column.String}, {Name: "tokens", Type: column.Long}, {Name: "n", Type: column.Long}, {Name: "user1", Type: column.String}}
	shared := &plan.Shared{Base: plan.Base{Out: users.Out}, Input: users}
	union := &plan.Union{Base: plan.Base{Out: []column.Field{{Name: "n", Type: column.Long}, {Name: "tokens", Type: column.Long}}},
		Inputs: []plan.Node{shared, filterOf(s, call(isNull, user)), shared}, Sources: [][]int{{0, -1}, {-1, 2}, {0, -1}}}

	for _, tt := range []struct {
		name string
		plan plan.Node
		want rows
	}{
		{"filter drops null", projectOf(filterOf(s, call(lessLong, tokens, long(10))), as("t", tokens)), rows{{int64(5)}, {int64(7)}}},
		{"several values are null to a function", projectOf(filterOf(s, call(equalText, col(s, "tags"), lit(column.String, "red"))), as("t", tokens)), rows{{nil}, {int64(5)}, {int64(7)}}},
		{"lazy", projectOf(s, as("x", call(coalesce, tokens, call(divide, tokens, long(0)), long(-1)))), rows{{int64(10)}, {int64(20)}, {int64(-1)}, {int64(5)}, {int64(7)}}},
		{"case", projectOf(s, as("x", call(choose, call(isNull, user), long(1), call(greaterLong, tokens, long(9)), tokens))), rows{{int64(10)}, {int64(20)}, {nil}, {int64(1)}, {nil}}},
		{"group", byUser, rows{{int64(3), int64(17), 8.5, "ann"}, {int64(1), int64(20), 20.0, "bob"}, {int64(1), int64(5), 5.0, nil}}},
		{"group by several values", explode, rows{{int64(1), int64(2), "blue"}, {int64(4), int64(5), "red"}, {int64(1), int64(0), nil}}},
		{"aggregate where", where, rows{{int64(2), int64(3), "m1"}, {int64(0), int64(2), "m2"}}},
		{"aggregate of nothing", aggregateOf(filterOf(s, call(greaterLong, tokens, long(99))), []named{as("n", call(countRows)), as("s", call(sum, tokens))}), rows{{int64(0), nil}}},
		{"aggregate of nothing by a key", aggregateOf(filterOf(s, call(greaterLong, tokens, long(99))), []named{as("n", call(countRows))}, as("u", user)), rows{}},
		{"inline", inline, rows{{"ann", int64(10), int64(10)}, {"bob", int64(20), int64(20)}, {"ann", nil, int64(10)}, {nil, int64(5), int64(5)}, {"ann", int64(7), int64(10)}}},
		{"sort nulls last", projectOf(sortOf(s, plan.SortKey{Expr: user}, plan.SortKey{Expr: tokens, Desc: true, NullsFirst: true}), as("u", user), as("t", tokens)),
			rows{{"ann", nil}, {"ann", int64(10)}, {"ann", int64(7)}, {"bob", int64(20)}, {nil, int64(5)}}},
		{"sort by several values", projectOf(sortOf(s, plan.SortKey{Expr: col(s, "tags"), NullsFirst: true}), as("t", tokens)),
			rows{{int64(20)}, {int64(10)}, {nil}, {int64(5)}, {int64(7)}}},
		{"limit", projectOf(limitOf(s, 3), as("t", tokens)), rows{{int64(10)}, {int64(20)}, {nil}}},
		{"limit by", projectOf(limitOf(s, 1, user), as("t", tokens)), rows{{int64(10)}, {int64(20)}, {int64(5)}}},
		{"expand", projectOf(expand, as("u", user), as("tag", col(s, "tags"))),
			rows{{"ann", "blue"}, {"ann", "red"}, {"bob", nil}, {"ann", "red"}, {nil, "red"}, {"ann", "red"}}},
		{"window", windowed, rows{{nil}, {"ann"}, {"bob"}, {"ann"}, {nil}}},
		{"inner join", kind(plan.Inner, four...), rows{{"ann", int64(10), int64(3), "ann"}, {"bob", int64(20), int64(1), "bob"}, {"ann", nil, int64(3), "ann"}, {"ann", int64(7), int64(3), "ann"}}},
		{"join with unique left", kind(plan.InnerUnique, four...), rows{{"ann", int64(10), int64(3), "ann"}, {"bob", int64(20), int64(1), "bob"}}},
		{"left join", kind(plan.LeftOuter, four...), rows{{"ann", int64(10), int64(3), "ann"}, {"bob", int64(20), int64(1), "bob"}, {"ann", nil, int64(3), "ann"}, {nil, int64(5), nil, nil}, {"ann", int64(7), int64(3), "ann"}}},
		{"anti join", kind(plan.LeftAnti, four[:2]...), rows{{nil, int64(5)}}},
		{"right semi join", kind(plan.RightSemi, four[2:]...), rows{{int64(3), "ann"}, {int64(1), "bob"}}},
		{"union", union, rows{{int64(3), nil}, {int64(1), nil}, {int64(1), nil}, {nil, int64(5)}, {int64(3), nil}, {int64(1), nil}, {int64(1), nil}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, opt := range []Options{{}, {Whole: true}, {Lineage: true}} {
				if diff := cmp.Diff(tt.want, table(t, tt.plan, fixed(), opt)); diff != "" {
					t.Errorf("with %+v (-want +got):\n%s", opt, diff)
				}
			}
		})
	}
}

func TestLineage(t *testing.T) {
	s := scanOf(requests)
	as := func(name string, x plan.Expr) named { return named{Name: name, Expr: x} }
	grouped := aggregateOf(filterOf(s, call(not, call(isNull, col(s, "tokens")))), []named{as("n", call(countRows))}, as("user", col(s, "user")))
	sorted := sortOf(grouped, plan.SortKey{Expr: col(grouped, "n")})
	again := aggregateOf(sorted, []named{as("groups", call(countRows))}, as("n", col(sorted, "n")))
	join := &plan.Join{Kind: plan.Inner, Base: plan.Base{Out: append(append([]column.Field{}, sorted.Out...), s.Out...)}, Left: sorted, Right: s,
		LeftKeys: []plan.Expr{col(sorted, "user")}, RightKeys: []plan.Expr{col(s, "user")}}
	expand := &plan.Expand{Input: s, Base: plan.Base{Out: s.Out}, Columns: []plan.ExpandColumn{{Expr: col(s, "tags"), Out: 4}}, Index: -1}
	tags := aggregateOf(expand, []named{as("n", call(countRows))}, as("tag", col(expand, "tags")))
	for _, tt := range []struct {
		name string
		plan plan.Node
		want [][]int64
	}{
		{"filter", filterOf(s, call(lessLong, col(s, "tokens"), long(10))), [][]int64{{4}, {5}}},
		{"group and sort", sorted, [][]int64{{2}, {4}, {1, 5}}},
		{"group twice", again, [][]int64{{2, 4}, {1, 5}}},
		{"join", join, [][]int64{{2}, {1, 5}, {1, 3, 5}, {1, 5}}},
		{"expand and group", tags, [][]int64{{1}, {1, 3, 4, 5}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res, err := Run(context.Background(), tt.plan, fixed(), Options{Lineage: true})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, res.Events); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeysOfFewGroups: of a batch in which few groups begin, the keys of those rows are kept, and not of all.
func TestKeysOfFewGroups(t *testing.T) {
	s := scanOf(requests)
	a := newRun(&function.Env{Context: context.Background()}, NewMemory(), Options{}).newAggregation(aggregateOf(s, nil, named{Name: "tokens", Expr: col(s, "tokens")}))
	const rows = 1000
	for batch := range 20 {
		keys := &column.Vector{Type: column.Long, Len: rows, Ints: make([]int64, rows)}
		keys.Ints[rows/2] = int64(batch)
		if _, err := a.numbered([]*column.Vector{keys}, rows); err != nil {
			t.Fatal(err)
		}
	}
	kept := 0
	for _, p := range a.parts {
		kept += p.Len
	}
	got := a.keyColumn(0).Ints
	if kept != 20 || len(got) != 20 || got[7] != 7 || got[19] != 19 {
		t.Errorf("kept the keys of %d rows for the groups %v", kept, got)
	}
}
