package store

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// However times are spread, rows come in the order of time and then of events, each once.
func TestOrdering(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, tt := range []struct {
		name string
		time func(i int) int64
	}{
		{"evenly", func(i int) int64 { return int64(i) * 1_000_000 }},
		{"at random", func(int) int64 { return random.Int64N(1 << 40) }},
		{"some equal", func(int) int64 { return random.Int64N(300) }},
		{"all equal", func(int) int64 { return 7 }},
		{"two", func(i int) int64 { return int64(i % 2) }},
		{"most in one moment of a year", func(i int) int64 { return int64(i%50) / 49 * random.Int64N(1<<55) }},
		{"backwards", func(i int) int64 { return -int64(i) }},
		{"from end to end", func(i int) int64 { return []int64{undatedTime, math.MaxInt64, 0, -1}[i%4] }},
		{"anywhere", func(int) int64 { return int64(random.Uint64()) }},
	} {
		for _, n := range []int{1, 2, 3, 100, 5000} {
			var m ordering
			want := make([]int32, n)
			for i := range n {
				m.times, m.events, want[i] = append(m.times, tt.time(i)), append(m.events, int64(i)), int32(i)
			}
			random.Shuffle(n, func(i, j int) { m.events[i], m.events[j] = m.events[j], m.events[i] })
			slices.SortFunc(want, func(a, b int32) int {
				return cmp.Or(cmp.Compare(m.times[a], m.times[b]), cmp.Compare(m.events[a], m.events[b]))
			})
			m.rows = make([]int32, n)
			m.sort()
			if !slices.Equal(m.rows, want) {
				t.Errorf("%s, %d rows: out of order", tt.name, n)
			}
		}
	}
}
