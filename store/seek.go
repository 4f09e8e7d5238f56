package store

import (
	"context"
	"slices"
	"sync"

	"casebook/engine/exec"
	"casebook/engine/literal"
	"casebook/store/event"
)

// Texts are looked for in the records of a whole segment at once, for everything that rules were said to ask, and what was found is
// remembered: the next rule, and the next stretch of time, read nothing. A record does not change, so an answer stays good.

// Sought tells whether all that stands in a column stands in the records.
func (db *DB) Sought(table, name string) bool {
	t, ok := db.match(table)
	if !ok {
		return false
	}
	c, ok := t.Column(name)
	return ok && event.Spelled(t, c)
}

// Keys are texts that stand in every record in which a column has a value, as far as that can be told.
func (db *DB) Keys(table, name string) []string {
	t, ok := db.match(table)
	if !ok {
		return nil
	}
	c, ok := t.Column(name)
	if !ok {
		return nil
	}
	return event.Keys(t, c)
}

// seeking is what is asked of the texts of records, and what was found.
type seeking struct {
	looking sync.Mutex // held while records are read
	mu      sync.Mutex
	asks    []*exec.Ask // that were foreseen
	answers map[*segment]map[string]*answers
	held    int
	common  map[string]*commonness // by what is asked
}

// commonness is how many records were looked at for something, and how many of them may hold it. What most hold is not looked for any more: it
// would be read twice.
type commonness struct{ looked, holding int }

// fewLooked is how many records say little.
const fewLooked = 1 << 10

func (c *commonness) common() bool {
	return c != nil && c.looked >= fewLooked && c.holding > c.looked/2
}

// mostForeseen is how many asks are answered at once; a text that is looked for in vain costs next to nothing.
const mostForeseen = 256

// Foresee says what will be asked.
func (db *DB) Foresee(asks []*exec.Ask) {
	k := &db.seeking
	k.mu.Lock()
	defer k.mu.Unlock()
	seen := map[string]bool{}
	k.asks = nil
	for _, a := range asks {
		if key := a.Key(); !seen[key] && len(k.asks) < mostForeseen {
			seen[key] = true
			k.asks = append(k.asks, a)
		}
	}
}

// Seek gives the places of those events whose records may hold what is asked for.
func (db *DB) Seek(ctx context.Context, events []int64, ask *exec.Ask) ([]int32, error) {
	if _, err := db.segments(ctx, db.readers); err != nil {
		return nil, db.trouble("read events", err)
	}
	find, key := db.finder(), ask.Key()
	if db.seeking.isCommon(key) {
		return everyPlace(len(events)), nil
	}
	by := map[*segment]*wanted{}
	kept := make([]bool, len(events))
	for i, id := range events {
		s, err := find.find(ctx, id)
		if err != nil {
			return nil, err
		}
		if s.segment == nil {
			kept[i] = true // no event: whoever reads it will see
			continue
		}
		w := by[s.segment]
		if w == nil {
			w = &wanted{}
			by[s.segment] = w
		}
		w.rows, w.places = append(w.rows, int32(i)), append(w.places, int32(s.place))
	}
	for s, w := range by {
		a, err := db.answered(ctx, s, w.places, ask, key)
		if err != nil {
			return nil, err
		}
		db.seeking.mu.Lock()
		for i, row := range w.rows {
			kept[row] = a.holds(w.places[i])
		}
		db.seeking.mu.Unlock()
	}
	var places []int32
	for i, k := range kept {
		if k {
			places = append(places, int32(i))
		}
	}
	return places, nil
}

// wanted are the events of a segment that are looked at: which of those that were asked for, and where they are.
type wanted struct{ rows, places []int32 }

func (k *seeking) isCommon(key string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.common[key].common()
}

func everyPlace(n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// answered are the answers for a segment, after those of its events that are wanted have been looked at.
func (db *DB) answered(ctx context.Context, s *segment, places []int32, ask *exec.Ask, key string) (*answers, error) {
	k := &db.seeking
	k.looking.Lock() // it takes all cores; and what one looks for another may be waiting for
	defer k.looking.Unlock()
	a := k.of(s, key)
	k.mu.Lock()
	var unknown []int32
	for _, place := range places {
		if !a.knows(place) {
			unknown = append(unknown, place)
		}
	}
	asks := []*exec.Ask{ask}
	for _, other := range k.asks {
		if t, ok := db.match(other.Table); ok && slices.Contains(t.Sources, s.source) && other.Key() != key && !k.common[other.Key()].common() {
			asks = append(asks, other)
		}
	}
	k.mu.Unlock()
	if len(unknown) == 0 {
		return a, nil
	}
	if len(unknown) > s.count/8 { // most of its files are to be read in any case
		unknown = everyPlace(s.count)
	}
	into := []*answers{a}
	for _, other := range asks[1:] {
		into = append(into, k.of(s, other.Key()))
	}
	return a, db.look(ctx, s, unknown, asks, into)
}

// counted notes what was found of something in so many records; mu is held.
func (k *seeking) counted(key string, looked, holding int) {
	if k.common == nil {
		k.common = map[string]*commonness{}
	}
	c := k.common[key]
	if c == nil {
		c = &commonness{}
		k.common[key] = c
	}
	c.looked += looked
	c.holding += holding
}

// look reads the records of some events of a segment and notes what they may hold of all that is asked for.
func (db *DB) look(ctx context.Context, s *segment, rows []int32, asks []*exec.Ask, into []*answers) error {
	needs, longest := make([]literal.Need, len(asks)), make([]int, len(asks))
	for i, a := range asks {
		needs[i], longest[i] = a.Need, a.Longest
	}
	spelling := event.NewSpelling(needs, longest)
	spots := make([]spot, len(rows))
	for i, place := range rows {
		spots[i] = spot{segment: s, place: int(place)}
	}
	places, err := db.recordPlaces(ctx, spots)
	if err != nil {
		return err
	}
	found := sync.Pool{New: func() any { return new(literal.Found) }}
	held := make([]bool, len(rows)*len(asks))
	err = db.eachRecord(ctx, places, false, func(r *foundRecord) error {
		room := found.Get().(*literal.Found)
		copy(held[r.row*len(asks):], spelling.Find(r.bytes, room))
		found.Put(room)
		return nil
	})
	if err != nil {
		return err
	}
	db.seeking.mu.Lock()
	defer db.seeking.mu.Unlock()
	for i, a := range into {
		had, holding := a.size(), 0
		for row, place := range rows {
			holds := held[row*len(asks)+i]
			a.note(place, holds)
			if holds {
				holding++
			}
		}
		a.settle(s.count)
		db.seeking.held += a.size() - had
		db.seeking.counted(asks[i].Key(), len(rows), holding)
	}
	return nil
}
