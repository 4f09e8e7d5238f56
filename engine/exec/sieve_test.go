package exec

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Whichever way windows go, a rule that asks for more of its large groups than their number of rows gives what it gives over each window
// by itself, and is given fewer rows than the windows hold.
func TestSieve(t *testing.T) {
	fed, held := 0, 0
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 6))
		src := someRequests(random, 1+random.IntN(200))
		s := scanOf(requests)
		agg := &plan.Aggregate{Base: plan.Base{Out: []column.Field{{Name: "n", Type: column.Long}, {Name: "most", Type: column.Long}, {Name: "user", Type: column.String}}}, Input: s,
			Keys: []plan.Key{{Expr: col(s, "user"), Out: 2}},
			Aggs: []plan.Agg{{Call: call(countRows), Out: 0}, {Call: &plan.Call{Func: most, Args: []plan.Expr{col(s, "tokens")}, T: column.Long}, Out: 1}}}
		if random.IntN(2) == 0 { // groups that come and go
			agg.Keys = append(agg.Keys, plan.Key{Expr: call(floor, col(s, "time"), long(int64(3+random.IntN(9))*column.Second)), Out: -1})
		}
		var root plan.Node = filterOf(agg, call(and, call(atLeastLong, col(agg, "n"), long(int64(2+random.IntN(3)))), call(greaterLong, col(agg, "most"), long(int64(random.IntN(5000))))))
		if random.IntN(2) == 0 {
			root = &plan.Sort{Base: plan.Base{Out: root.Schema()}, Input: root, Keys: []plan.SortKey{{Expr: col(root, "n"), Desc: true}}}
		}
		slices := filledSlices(t, root, src)
		if slices.sieve == nil {
			t.Fatal("no sieve stands in front of the rule")
		}
		overWindows(t, seed, slices, random, int64(10+random.IntN(30)), func() {
			fed, held = fed+len(slices.sieve.some), held+slices.sieve.hi-slices.sieve.lo
		})
	}
	if fed*4 > held*3 {
		t.Errorf("%d rows of %d were handed on", fed, held)
	}
}

// filledSlices is a plan cut for windows, with all that a source has.
func filledSlices(t *testing.T, root plan.Node, src Source) *Slices {
	t.Helper()
	s := slicesOf(context.Background(), root, src, function.Limits{})
	env := &function.Env{Context: context.Background(), Limits: function.DefaultLimits}
	if err := s.Fill(env, -1000*column.Second, 1000*column.Second); err != nil {
		t.Fatal(err)
	}
	return s
}

// overWindows compares what windows of one length give, one after the other and now and then somewhere else, with each by itself.
func overWindows(t *testing.T, seed uint64, s *Slices, random *rand.Rand, length int64, after func()) {
	t.Helper()
	env := &function.Env{Context: context.Background(), Limits: function.DefaultLimits}
	from := int64(0)
	for range 40 {
		if from += int64(random.IntN(6)); random.IntN(12) == 0 {
			from = int64(random.IntN(200))
		}
		opt := Options{From: from * column.Second, To: (from + length) * column.Second, AsOf: 1}
		want, err := Run(context.Background(), s.root, s.src, opt)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Run(env, opt.AsOf, opt.From, opt.To, false)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rowsOf(want.Batch), rowsOf(got.Batch)); diff != "" {
			t.Fatalf("seed %d, window [%d, %d) (-by itself +after others):\n%s", seed, from, from+length, diff)
		}
		after()
	}
}
