package exec

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// plans is how many random plans a run of the tests makes.
const plans = 10_000

// Every plan gives the same rows, made of the same events, whether it is interpreted row by row, run as it stands, with
// conditions moved to a source that takes them or does not, or cut for a replay.
func TestRandomPlans(t *testing.T) {
	count := plans
	if testing.Short() {
		count /= 10
	}
	var src *Memory
	var tables map[string][]row
	for seed := range count {
		random := rand.New(rand.NewPCG(uint64(seed), 7))
		if seed%20 == 0 {
			src = someRequests(random, random.IntN(40))
			tables = loaded(src)
		}
		src.Takes = seed%2 == 0
		m := &maker{Rand: random}
		root := m.plan()
		from, to := int64(math.MinInt64), int64(math.MaxInt64)/2
		if random.IntN(2) == 0 {
			from = int64(random.IntN(20)) * column.Second
			to = from + int64(1+random.IntN(30))*column.Second
		}
		want := (&interpreter{tables: tables, from: from, to: to}).run(root)
		for _, opt := range []Options{
			{Whole: true, Lineage: true}, {Lineage: true}, {Lineage: true, Counts: true}, {},
		} {
			opt.From, opt.To, opt.AsOf = from, to, to
			res, err := Run(context.Background(), root, src, opt)
			compare(t, fmt.Sprintf("seed %d, %+v", seed, opt), root, want, res, err, opt.Lineage)
		}
		env := &function.Env{Context: context.Background(), Limits: function.DefaultLimits}
		s := NewSlices(root, src, function.Limits{})
		if err := s.Fill(env, math.MinInt64, math.MaxInt64); err != nil {
			t.Fatal(err)
		}
		for _, full := range []bool{false, true} {
			res, err := s.Run(env, to, from, to, full)
			compare(t, fmt.Sprintf("seed %d, as a replay does", seed), root, want, res, err, full)
		}
		if t.Failed() {
			return
		}
	}
}

func compare(t *testing.T, how string, root plan.Node, want []row, res *Result, err error, lineage bool) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v\n%s", how, err, describe(root))
		return
	}
	values, events := make([][]any, len(want)), make([][]int64, len(want))
	for i, r := range want {
		if len(r.values) > 0 {
			values[i] = r.values
		}
		events[i] = merge(r.events)
	}
	if got := rowsOf(res.Batch); !reflect.DeepEqual(values, got) {
		t.Errorf("%s (-want +got):\n%s\n%s", how, cmp.Diff(values, got), describe(root))
		return
	}
	if lineage {
		got := res.Events
		if len(got) == 0 {
			got = make([][]int64, len(want))
		}
		for i := range got {
			got[i] = merge(got[i]) // nil for none
		}
		if !reflect.DeepEqual(events, got) {
			t.Errorf("%s: events (-want +got):\n%s\n%s", how, cmp.Diff(events, got), describe(root))
		}
	}
}

// maker makes random plans.
type maker struct{ *rand.Rand }

func (m *maker) plan() plan.Node {
	var n plan.Node = scanOf(requests)
	for range 1 + m.IntN(5) {
		n = m.stage(n)
	}
	return n
}

func (m *maker) stage(n plan.Node) plan.Node {
	switch m.IntN(12) {
	case 0, 1, 2:
		return filterOf(n, m.condition(n, 2))
	case 3, 4:
		return m.project(n)
	case 5:
		return m.sort(n)
	case 6:
		var by []plan.Expr
		if m.IntN(3) == 0 {
			by = append(by, m.column(n, column.String))
		}
		return limitOf(n, int64(m.IntN(12)), by...)
	case 7, 8:
		return m.aggregate(n)
	case 9:
		for i, f := range n.Schema() {
			if f.Name == "tags" {
				return &plan.Expand{Input: n, Base: plan.Base{Out: n.Schema()}, Index: -1, KeepEmpty: m.IntN(2) == 0,
					Columns: []plan.ExpandColumn{{Expr: &plan.Col{Index: i, T: f.Type, Name: f.Name}, Out: i}}}
			}
		}
		return n
	case 10:
		return m.union(n)
	}
	return m.join(n)
}

// column is some column of a type, or a literal where there is none.
func (m *maker) column(n plan.Node, t column.Type) plan.Expr {
	var fits []plan.Expr
	for i, f := range n.Schema() {
		if f.Type == t {
			fits = append(fits, &plan.Col{Index: i, Name: f.Name, T: t})
		}
	}
	if len(fits) == 0 {
		return m.literal(t)
	}
	return fits[m.IntN(len(fits))]
}

func (m *maker) literal(t column.Type) plan.Expr {
	switch t {
	case column.String:
		return lit(t, []any{"ann", "bob", "red", "m2", ""}[m.IntN(5)])
	case column.Time:
		return lit(t, int64(m.IntN(30))*column.Second)
	}
	return lit(t, int64(m.IntN(8)-2))
}

func (m *maker) value(n plan.Node, t column.Type, depth int) plan.Expr {
	if depth == 0 || m.IntN(3) == 0 {
		if m.IntN(4) == 0 {
			return m.literal(t)
		}
		return m.column(n, t)
	}
	some := func() plan.Expr { return m.value(n, t, depth-1) }
	switch {
	case m.IntN(3) == 0:
		return call(choose, m.condition(n, depth-1), some(), some())
	case m.IntN(3) == 0:
		return call(coalesce, some(), some())
	case t == column.Long:
		f := []*function.Row{add, minus, divide}[m.IntN(3)]
		return call(f, some(), some())
	case t == column.Time:
		return call(floor, some(), long([]int64{column.Second, 7 * column.Second}[m.IntN(2)]))
	}
	return some()
}

func (m *maker) condition(n plan.Node, depth int) plan.Expr {
	if depth > 0 {
		switch m.IntN(4) {
		case 0:
			return call(and, m.condition(n, depth-1), m.condition(n, depth-1))
		case 1:
			return call(or, m.condition(n, depth-1), m.condition(n, depth-1))
		case 2:
			if m.IntN(2) == 0 {
				return call(not, m.condition(n, depth-1))
			}
		}
	}
	switch m.IntN(6) {
	case 0:
		return call(isNull, m.column(n, []column.Type{column.String, column.Long}[m.IntN(2)]))
	case 1:
		ago := call(earlier, &plan.Now{}, long(int64(m.IntN(20))*column.Second))
		return call(atLeastTime, m.column(n, column.Time), ago)
	case 2:
		return call([]*function.Row{equalTime, atLeastTime}[m.IntN(2)], m.value(n, column.Time, depth), m.literal(column.Time))
	case 3:
		return call([]*function.Row{equalText, lessText}[m.IntN(2)], m.value(n, column.String, depth), m.literal(column.String))
	}
	f := []*function.Row{equalLong, lessLong, greaterLong, atLeastLong}[m.IntN(4)]
	if m.IntN(3) == 0 {
		return call(f, m.literal(column.Long), m.value(n, column.Long, depth))
	}
	return call(f, m.value(n, column.Long, depth), m.value(n, column.Long, depth))
}

func (m *maker) project(n plan.Node) plan.Node {
	var columns []plan.Named
	for i, f := range n.Schema() {
		if m.IntN(4) > 0 {
			columns = append(columns, plan.Named{Name: f.Name, Expr: &plan.Col{Index: i, Name: f.Name, T: f.Type}})
		}
	}
	for range 1 + m.IntN(2) {
		t := []column.Type{column.Long, column.String, column.Time}[m.IntN(3)]
		columns = append(columns, plan.Named{Name: "made", Expr: m.value(n, t, 2)})
	}
	m.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
	return projectOf(n, columns...)
}

func (m *maker) sort(n plan.Node) plan.Node {
	var keys []plan.SortKey
	for range 1 + m.IntN(2) {
		t := []column.Type{column.Long, column.String, column.Time}[m.IntN(3)]
		keys = append(keys, plan.SortKey{Expr: m.column(n, t), Desc: m.IntN(2) == 0, NullsFirst: m.IntN(2) == 0})
	}
	return sortOf(n, keys...)
}

func (m *maker) aggregate(n plan.Node) plan.Node {
	var aggs, keys []plan.Named
	for range m.IntN(4) {
		t := []column.Type{column.Long, column.String}[m.IntN(2)]
		c := m.column(n, t)
		choices := []*plan.Call{call(countRows), call(countValues, c), call(least, c), call(most, c), call(values, c)}
		if t == column.Long {
			choices = append(choices, call(sum, c), call(average, c))
		}
		aggs = append(aggs, plan.Named{Name: "made", Expr: choices[m.IntN(len(choices))]})
	}
	for range m.IntN(3) {
		t := []column.Type{column.Long, column.String, column.Time}[m.IntN(3)]
		keys = append(keys, plan.Named{Name: "key", Expr: m.value(n, t, 1)})
	}
	a := aggregateOf(n, aggs, keys...)
	for i := range a.Aggs {
		if m.IntN(4) == 0 {
			a.Aggs[i].Where = m.condition(n, 1)
		}
	}
	a.Explode = m.IntN(2) == 0
	return a
}

// union puts two ways on from one node one after the other, sometimes sharing what is before them.
func (m *maker) union(n plan.Node) plan.Node {
	if m.IntN(2) == 0 {
		n = &plan.Shared{Base: plan.Base{Out: n.Schema()}, Input: n}
	}
	other := filterOf(n, m.condition(n, 1))
	u := &plan.Union{Base: plan.Base{Out: n.Schema()}, Inputs: []plan.Node{n, other}}
	for range u.Inputs {
		from := make([]int, len(u.Out))
		for i := range from {
			if from[i] = i; m.IntN(6) == 0 {
				from[i] = -1
			}
		}
		u.Sources = append(u.Sources, from)
	}
	return u
}

func (m *maker) join(n plan.Node) plan.Node {
	right := filterOf(scanOf(requests), m.condition(scanOf(requests), 1))
	small := projectOf(limitOf(right, 6), plan.Named{Name: "user", Expr: col(right, "user")}, plan.Named{Name: "t", Expr: col(right, "tokens")})
	key := m.column(n, column.String)
	if c, ok := key.(*plan.Col); !ok || strings.HasPrefix(c.Name, "tags") || m.IntN(4) == 0 {
		key = m.literal(column.String)
	}
	// A key of several values has no place in a join: it comes as the null that it is to every other function.
	key = call(choose, call(equalText, key, key), key)
	kind := []plan.JoinKind{plan.InnerUnique, plan.Inner, plan.LeftOuter, plan.RightOuter, plan.FullOuter, plan.LeftSemi, plan.LeftAnti}[m.IntN(7)]
	j := &plan.Join{Kind: kind, Left: n, Right: small, LeftKeys: []plan.Expr{key}, RightKeys: []plan.Expr{col(small, "user")}}
	j.Out = slices.Clone(n.Schema())
	if kind != plan.LeftSemi && kind != plan.LeftAnti {
		j.Out = append(j.Out, small.Out...)
	}
	return j
}

// describe is a plan as text, inputs last.
func describe(n plan.Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%T", n)
	for _, x := range plan.Exprs(n) {
		b.WriteString(" " + expression(x))
	}
	switch n := n.(type) {
	case *plan.Join:
		fmt.Fprintf(&b, " kind %d", n.Kind)
	case *plan.Limit:
		fmt.Fprintf(&b, " %d", n.N)
	}
	b.WriteString("\n")
	for _, in := range plan.Inputs(n) {
		b.WriteString(strings.ReplaceAll("  "+describe(in), "\n", "\n  "))
		b.WriteString("\n")
	}
	return strings.TrimSpace(b.String())
}

func expression(x plan.Expr) string {
	switch x := x.(type) {
	case *plan.Col:
		return fmt.Sprintf("%s#%d", x.Name, x.Index)
	case *plan.Lit:
		return fmt.Sprintf("%#v", x.Value.Value(0))
	case *plan.Call:
		var args []string
		for _, a := range x.Args {
			args = append(args, expression(a))
		}
		return x.Func.Name + "(" + strings.Join(args, ", ") + ")"
	}
	return "now"
}
