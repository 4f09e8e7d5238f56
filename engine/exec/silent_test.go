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

// Windows that are passed over would have warned of nothing: whatever the plan, a replay warns as often as one that runs every window.
func TestSilent(t *testing.T) {
	count := plans / 5
	if testing.Short() {
		count /= 10
	}
	warned, silent := 0, 0
	for seed := range count {
		random := rand.New(rand.NewPCG(uint64(seed), 8))
		src := someRequests(random, random.IntN(40))
		m := &maker{Rand: random}
		var root plan.Node = scanOf(requests)
		for range 1 + random.IntN(2) {
			root = m.stage(root)
		}
		if root = m.threshold(root); random.IntN(2) == 0 {
			root = m.stage(root)
		}
		var warnings [2][]function.Warning
		for each := range warnings {
			s := slicesOf(context.Background(), root, src, function.Limits{})
			if err := s.Fill(&function.Env{Context: context.Background(), Limits: function.DefaultLimits}, -1000*column.Second, 1000*column.Second); err != nil {
				t.Fatal(err)
			}
			if s.silent {
				silent++
			}
			s.silent = s.silent && each == 0
			env := &function.Env{Context: context.Background(), Limits: function.DefaultLimits}
			for from := range int64(20) {
				to := (from + 6) * column.Second
				if _, err := s.Run(env, to, from*column.Second, to, false); err != nil {
					t.Fatal(err)
				}
			}
			warnings[each] = env.Warnings()
		}
		if warned += len(warnings[1]); cmp.Diff(warnings[1], warnings[0]) != "" {
			t.Fatalf("seed %d (-every window +those that are run):\n%s\n%s", seed, cmp.Diff(warnings[1], warnings[0]), describe(root))
		}
	}
	if warned < count/50 || silent < count/2 || silent > count*19/10 {
		t.Errorf("of %d plans %d warned, and of twice as many %d were silent", count, warned, silent)
	}
}
