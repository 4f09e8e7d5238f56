package store

import (
	"cmp"
	"context"
	"slices"
)

// The ids of events. Those of most segments follow one another, as their events do, and are nowhere written. Those of a segment that was merged
// are a pack: it is read when somebody asks, as any other field's, and stays in memory no longer than those. So does the order of
// these ids, which is made of them when an event is looked up: what is in memory of ids does not grow with the store.

// packByID is the pack of the places of a segment's events in the order of their ids. It is in memory only.
const packByID = "event:places"

// numbered is a segment whose events' ids are at hand. It is for one goroutine, and for one read: who holds it holds the ids.
type numbered struct {
	*segment
	ids   *pack         // nil where they follow one another
	byID  *pack         // nil until an event is looked up
	cache *segmentCache // where that is kept; nil for nowhere
}

// numbered is a segment with the ids of its events.
func (db *DB) numbered(ctx context.Context, s *segment) (*numbered, error) {
	n := &numbered{segment: s, cache: &db.cache}
	if !s.scattered {
		return n, nil
	}
	ids, err := db.idsOf(ctx, s)
	n.ids = ids
	return n, err
}

// idsOf are the ids of the events of a segment that was merged: each has one of its own.
func (db *DB) idsOf(ctx context.Context, s *segment) (*pack, error) {
	ids, err := db.pack(ctx, s, packEvent)
	if err == nil && (!ids.numbering() || ids.width == 0 && ids.n > 1) {
		err = db.damaged(s, packEvent, errPack)
	}
	return ids, err
}

// readNumbered reads the ids that a transaction sees, and keeps none. Those of copies that wait for the places of events may be of one event.
func readNumbered(ctx context.Context, q querier, s *segment) (*numbered, error) {
	n := &numbered{segment: s}
	if !s.scattered {
		return n, nil
	}
	ids, err := readPack(ctx, q, s, packEvent)
	if err == nil && !ids.numbering() {
		err = errPack
	}
	n.ids = ids
	return n, err
}

// numbering tells whether a pack may be one of ids: every row has one.
func (p *pack) numbering() bool { return p != nil && p.kind == packInt && !p.nullable }

// event is the id of the event at a place.
func (n *numbered) event(place int) int64 {
	if n.ids == nil {
		return n.first + int64(place)
	}
	id, _ := n.ids.number(place)
	return id
}

// place is where the event with an id is; not ok when it is in another segment.
func (n *numbered) place(id int64) (place int, ok bool) {
	if id < n.first || id > n.last {
		return 0, false
	}
	if n.ids == nil {
		return int(id - n.first), true
	}
	if n.byID == nil {
		n.byID = n.order()
	}
	low, high := 0, n.count
	for low < high {
		mid := int(uint(low+high) >> 1)
		at := int(n.byID.code(mid))
		switch other := n.event(at); {
		case other == id:
			return at, true
		case other < id:
			low = mid + 1
		default:
			high = mid
		}
	}
	return 0, false
}

// order is the places of the events by their ids.
func (n *numbered) order() *pack {
	name := packName{n.segment.id, packByID}
	if n.cache != nil {
		if p, ok := n.cache.get(name); ok {
			return p
		}
	}
	type placed struct {
		id    int64
		place uint32
	}
	list := make([]placed, n.count)
	for place := range list {
		list[place] = placed{n.event(place), uint32(place)}
	}
	slices.SortFunc(list, func(a, b placed) int { return cmp.Compare(a.id, b.id) })
	places := make([]uint32, n.count)
	for i := range list {
		places[i] = list[i].place
	}
	width := widthOf(uint64(n.count))
	p := &pack{kind: packInt, n: n.count, width: width, divisor: 1, bytes: packCodes(places, width)}
	if n.cache != nil {
		n.cache.put(name, p)
	}
	return p
}
