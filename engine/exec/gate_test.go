package exec

import (
	"math/rand/v2"
	"slices"
	"testing"

	"casebook/engine/column"
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
			if got := g.open(lo, hi); got != want {
				t.Fatalf("seed %d: rows [%d, %d) have groups of %v, at least %d: open is %v", seed, lo, hi, counts, g.least, got)
			}
		}
	}
}

// A gate hands on the rows of its large groups and no others.
func TestGateRows(t *testing.T) {
	times := &column.Vector{Type: column.Time, Len: 6, Ints: []int64{0, 1, 2, 3, 4, 5}}
	g := &gate{least: 2, ids: []int32{0, 1, 0, 2, 1, 0}, counts: make([]int64, 3), feed: &feed{rows: &batch{Batch: column.Batch{Len: 6, Columns: []*column.Vector{times}}}}}
	for _, tt := range []struct {
		lo, hi int
		want   []int64
	}{{0, 3, []int64{0, 2}}, {0, 6, []int64{0, 1, 2, 4, 5}}, {1, 5, []int64{1, 4}}} {
		if !g.open(tt.lo, tt.hi) {
			t.Fatalf("rows [%d, %d) have no large group", tt.lo, tt.hi)
		}
		if got := g.rows().Columns[0].Ints; !slices.Equal(got, tt.want) {
			t.Errorf("rows [%d, %d): %v matter, want %v", tt.lo, tt.hi, got, tt.want)
		}
	}
}
