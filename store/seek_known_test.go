package store

import (
	"math/rand/v2"
	"testing"
)

// checkHeld counts the bytes of all answers, which are those that were counted as they came.
func checkHeld(t *testing.T, k *seeking) {
	t.Helper()
	bytes := 0
	for _, by := range k.answers {
		for key, a := range by {
			bytes += a.size() + len(key)
			if !a.whole {
				t.Errorf("what is known of %s is not of the whole segment", key)
			}
		}
	}
	if bytes != k.held || bytes == 0 {
		t.Errorf("%d bytes of answers are counted as %d", bytes, k.held)
	}
}

// TestAnswers notes what is found of a segment's events in any order: it is told as it was noted, before all is known and after, and what few
// events hold takes few bytes however many events there are.
func TestAnswers(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for _, tt := range []struct{ count, oneIn, most int }{{1, 1, 400}, {16384, 1 << 30, 200}, {16384, 1000, 400}, {16384, 4, 2300}, {1000, 40, 400}, {0, 1, 200}} {
		k := &seeking{}
		a := k.of(&segment{count: tt.count}, "key")
		holds := make([]bool, tt.count)
		check := func(known []int) {
			for i, place := range known {
				if !a.knows(int32(place)) || a.holds(int32(place)) != holds[place] {
					t.Fatalf("of %d, after %d: event %d holds it: %t", tt.count, i, place, holds[place])
				}
			}
		}
		order := random.Perm(tt.count)
		for n, place := range order {
			holds[place] = random.IntN(tt.oneIn) == 0
			a.note(int32(place), holds[place])
			if n%5000 == 0 {
				a.settle(tt.count)
				check(order[:n+1])
				if n+1 < tt.count && a.knows(int32(order[n+1])) {
					t.Fatalf("event %d is known before it was looked at", order[n+1])
				}
			}
		}
		a.settle(tt.count)
		check(order)
		if !a.whole || a.size() > tt.most {
			t.Errorf("answers of %d events, of which one in %d holds it, take %d bytes", tt.count, tt.oneIn, a.size())
		}
	}
}
