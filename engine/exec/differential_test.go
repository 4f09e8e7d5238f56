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
	"github.com/google/go-cmp/cmp/cmpopts"

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
	var tables map[string]held
	made, kept := map[string]int{}, 0
	for seed := range count {
		random := rand.New(rand.NewPCG(uint64(seed), 7))
		if seed%20 == 0 {
			src = someRequests(random, random.IntN(40))
			tables = loaded(src)
		}
		src.Takes = seed%2 == 0
		m := &maker{Rand: random}
		root := m.plan()
		plan.Walk(root, func(n plan.Node) { made[fmt.Sprintf("%T", n)]++ })
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
		shared := Share(context.Background(), fleeting{src}, random.IntN(5000), []plan.Node{root, root})
		for range 2 { // the second has what the first has read, as far as there was room
			s := slicesOf(context.Background(), root, shared, function.Limits{})
			if err := s.Fill(env, -1000*column.Second, 1000*column.Second); err != nil {
				t.Fatal(err)
			}
			kept += len(shared.feeds)
			for _, p := range s.panes {
				p.spent = random.IntN(2) * math.MaxInt / 2
			}
			for window := range 3 { // one after the other, as a replay does
				ahead := int64(window) * 4 * column.Second
				want := want
				if window > 0 {
					want = (&interpreter{tables: tables, from: from + ahead, to: to + ahead}).run(root)
				}
				for _, full := range []bool{false, true} {
					res, err := s.Run(env, to+ahead, from+ahead, to+ahead, full)
					compare(t, fmt.Sprintf("seed %d, in window %d of a replay", seed, window), root, want, res, err, full)
				}
				if from == math.MinInt64 {
					break
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	if kept < count/2 {
		t.Errorf("only %d feeds of %d plans were shared", kept, count)
	}
	for _, n := range []plan.Node{
		&plan.Aggregate{}, &plan.Apply{}, &plan.Expand{}, &plan.Extract{}, &plan.Filter{}, &plan.Given{}, &plan.Join{}, &plan.Limit{}, &plan.MakeSeries{},
		&plan.Project{}, &plan.Rows{}, &plan.Scan{}, &plan.Shared{}, &plan.Sort{}, &plan.Steps{}, &plan.Union{}, &plan.Windowed{},
	} {
		if name := fmt.Sprintf("%T", n); made[name] < count/100 {
			t.Errorf("only %d stages of %d plans are of type %s", made[name], count, name)
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
	if got := rowsOf(res.Batch); !slices.EqualFunc(values, got, func(a, b []any) bool { return slices.EqualFunc(a, b, same) }) {
		t.Errorf("%s (-want +got):\n%s\n%s", how, cmp.Diff(values, got, cmpopts.EquateNaNs()), describe(root))
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

// describe is a plan as text, inputs last.
func describe(n plan.Node) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%T", n)
	for _, x := range plan.Exprs(n) {
		b.WriteString(" " + expression(x))
	}
	switch n := n.(type) {
	case *plan.Aggregate:
		fmt.Fprintf(&b, " inline %v explode %v", n.Inline, n.Explode)
	case *plan.Apply:
		fmt.Fprintf(&b, " each %v keep %v body\n%s\nover", n.Each, n.Keep, describe(n.Body))
	case *plan.Expand:
		fmt.Fprintf(&b, " index %d limit %d keep %v", n.Index, n.Limit, n.KeepEmpty)
	case *plan.Join:
		fmt.Fprintf(&b, " kind %d nulls %v", n.Kind, n.Nulls)
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
	case *plan.Scalar:
		return "scalar(" + describe(x.Input) + ")"
	}
	return "now"
}
