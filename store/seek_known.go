package store

import (
	"slices"

	"casebook/engine/column"
)

// What was found in the records of a segment is remembered in few bytes: most segments are looked at as a whole, and what rules look for is in few
// records of them or in none.

// answers are the places of a segment's events that were looked at for an ask, and those of them that may hold it.
type answers struct {
	whole bool          // all were looked at
	known column.Bitmap // those that were, otherwise
	held  column.Bitmap // those that may hold it,
	few   []int32       // or, of a segment that was looked at as a whole, these, rising
}

// mostAnswers is how many bytes of answers there may be. Beyond that they are forgotten.
const mostAnswers = 64 << 20

// fewHold is the share of a segment's events that are told one by one: so many take no more than a bit for each event.
const fewHold = 32

func (a *answers) knows(place int32) bool { return a.whole || a.known.Has(int(place)) }

func (a *answers) holds(place int32) bool {
	if a.held != nil {
		return a.held.Has(int(place))
	}
	_, ok := slices.BinarySearch(a.few, place)
	return ok
}

// note adds what was found of an event.
func (a *answers) note(place int32, holds bool) {
	if a.whole { // a record does not change
		return
	}
	a.known.Set(int(place))
	if holds {
		a.held.Set(int(place))
	}
}

// settle makes less of answers that are known of all of a segment's events, of which there are so many.
func (a *answers) settle(count int) {
	if a.whole || a.known.Count() < count {
		return
	}
	a.whole, a.known = true, nil
	if n := a.held.Count(); n <= count/fewHold {
		a.few = make([]int32, 0, n)
		for place := range int32(count) {
			if a.held.Has(int(place)) {
				a.few = append(a.few, place)
			}
		}
		a.held = nil
	}
}

// size is roughly what they take in memory.
func (a *answers) size() int { return 200 + 8*(len(a.known)+len(a.held)) + 4*len(a.few) }

// of are the answers for a segment.
func (k *seeking) of(s *segment, key string) *answers {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held > mostAnswers {
		k.answers, k.held = nil, 0
	}
	if k.answers == nil {
		k.answers = map[*segment]map[string]*answers{}
	}
	if k.answers[s] == nil {
		k.answers[s] = map[string]*answers{}
	}
	a := k.answers[s][key]
	if a == nil {
		a = &answers{known: column.NewBitmap(s.count), held: column.NewBitmap(s.count)}
		k.answers[s][key] = a
		k.held += a.size() + len(key)
	}
	return a
}
