package column

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// A pile that rows were taken off and put on has those that are left, in their order.
func TestPileDrop(t *testing.T) {
	for _, kind := range []Type{Long, Double, String, Dynamic} {
		for seed := range uint64(60) {
			random := rand.New(rand.NewPCG(seed, 1))
			several := kind != Dynamic && seed%3 == 0
			var p Pile
			p.Begin(kind)
			var want []any
			for range 12 {
				if random.IntN(2) == 0 {
					n := random.IntN(len(want) + 1)
					p.Drop(n)
					want = want[n:]
				}
				v := piled(random, kind, several)
				p.Add(v)
				for i := range v.Len {
					want = append(want, v.Value(i))
				}
				got := p.Vector()
				var values []any
				for i := range got.Len {
					values = append(values, got.Value(i))
				}
				if !slices.EqualFunc(values, want, func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
					t.Fatalf("%v, seed %d:\n got %v\nwant %v", kind, seed, values, want)
				}
				if d := got.Dict; d != nil && len(d.Values) > 5*(len(got.Codes)+crowdedDict) {
					t.Fatalf("seed %d: a dictionary of %d texts for %d rows", seed, len(d.Values), got.Len)
				}
			}
		}
	}
}

// piled is a vector of any rows, texts among them that no other has.
func piled(random *rand.Rand, kind Type, several bool) *Vector {
	n := random.IntN(300)
	if random.IntN(8) == 0 {
		return NullVector(Null, n)
	}
	b := NewBuilder(kind, n)
	for range n {
		switch x := random.IntN(1000); {
		case x < 200:
			b.Null()
		case several && x < 400:
			b.Multi([]any{value(kind, x), value(kind, x+1)})
		default:
			b.Value(value(kind, x))
		}
	}
	return b.Vector()
}

func value(kind Type, x int) any {
	switch kind {
	case Long:
		return int64(x)
	case Double:
		return float64(x) / 4
	}
	return fmt.Sprint("text ", x)
}
