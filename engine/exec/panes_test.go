package exec

import (
	"context"
	"math/rand/v2"
	"testing"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// Whichever way windows go, groups by the bin of the time are those of each window by itself, and most of them are made once.
func TestPanes(t *testing.T) {
	once, all := 0, 0
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 8))
		src := someRequests(random, 100+random.IntN(400))
		s := scanOf(requests)
		bin := int64(3 + random.IntN(40)) // of few rows for each group, and of many
		agg := &plan.Aggregate{Base: plan.Base{Out: []column.Field{{Name: "n", Type: column.Long}, {Name: "most", Type: column.Long}, {Name: "user", Type: column.String}, {Name: "bin", Type: column.Time}}}, Input: s,
			Keys: []plan.Key{{Expr: col(s, "user"), Out: 2}, {Expr: call(floor, col(s, "time"), long(bin*column.Second)), Out: 3}},
			Aggs: []plan.Agg{{Call: call(countRows), Out: 0}, {Call: &plan.Call{Func: most, Args: []plan.Expr{col(s, "tokens")}, T: column.Long}, Out: 1}}}
		var root plan.Node = agg
		if random.IntN(2) == 0 {
			root = filterOf(agg, call(atLeastLong, col(agg, "n"), long(1)))
		}
		slices := filledSlices(t, root, src)
		slices.silent = false // every window is asked for
		overWindows(t, seed, slices, random, int64(20+random.IntN(200)), func() {
			for _, p := range slices.panes {
				if all += p.hi - p.lo; p.starts != nil {
					once += p.hi - p.lo
				}
			}
		})
	}
	if once*2 < all || once == 0 {
		t.Errorf("of %d rows that windows held %d were in a stretch with panes", all, once)
	}
}

// A limit that a window does not reach ends none, although all windows together would; one that it reaches ends it as without panes.
func TestPanesLimit(t *testing.T) {
	s := scanOf(requests)
	agg := &plan.Aggregate{Base: plan.Base{Out: []column.Field{{Name: "bin", Type: column.Time}}}, Input: s,
		Keys: []plan.Key{{Expr: call(floor, col(s, "time"), long(10*column.Second)), Out: 0}}}
	src := someRequests(rand.New(rand.NewPCG(1, 8)), 300)
	limits := function.DefaultLimits
	limits.Groups = 3
	slices := slicesOf(context.Background(), agg, src, limits)
	env := &function.Env{Context: context.Background(), Limits: limits}
	if err := slices.Fill(env, -1000*column.Second, 1000*column.Second); err != nil {
		t.Fatal(err)
	}
	for from := int64(0); from < 200; from += 10 {
		if res, err := slices.Run(env, 1, from*column.Second, (from+30)*column.Second, false); err != nil || res.Batch.Len > 3 {
			t.Fatalf("[%d, %d): %v", from, from+30, err)
		}
	}
	if _, err := slices.Run(env, 1, 0, 100*column.Second, false); err == nil {
		t.Error("a window has more groups than there may be")
	}
}
