package exec

import (
	"math/rand/v2"
	"testing"
)

// A gate knows from window to window whether some group is large enough, whichever way the windows go.
func TestGate(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 5))
		rows, groups := 1+random.IntN(60), 1+random.IntN(5)
		g := &gate{least: int64(2 + random.IntN(5)), ids: make([]int32, rows), counts: make([]int64, groups)}
		for i := range g.ids {
			g.ids[i] = int32(random.IntN(groups))
		}
		lo, hi := 0, 0
		for range 60 {
			switch random.IntN(8) {
			case 0: // anywhere
				lo = random.IntN(rows + 1)
				hi = lo + random.IntN(rows-lo+1)
			default: // on a little
				lo = min(lo+random.IntN(4), rows)
				hi = min(max(hi, lo)+random.IntN(5), rows)
			}
			counts := make([]int64, groups)
			want := false
			for _, id := range g.ids[lo:hi] {
				counts[id]++
				want = want || counts[id] >= g.least
			}
			if got := g.passes(lo, hi); got != want {
				t.Fatalf("seed %d: rows [%d, %d) have groups of %v, at least %d: passes is %v", seed, lo, hi, counts, g.least, got)
			}
		}
	}
}
