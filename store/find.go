package store

import (
	"cmp"
	"context"
	"slices"
	"sort"
)

// How events are found by their ids. Ids are given in the order in which events are kept, so that few segments may have one: of those that were
// merged, which lie over one another, the ids are looked into.

// segmentIndex finds the segments that may have an event.
type segmentIndex struct {
	list  []*segment // by their first ids
	reach []int64    // the greatest id in the list so far
}

func newIndex(all []*segment) segmentIndex {
	x := segmentIndex{list: slices.Clone(all), reach: make([]int64, len(all))}
	slices.SortFunc(x.list, func(a, b *segment) int { return cmp.Compare(a.first, b.first) })
	for i, s := range x.list {
		x.reach[i] = max(s.last, x.reach[max(0, i-1)])
	}
	return x
}

// spot is where an event is.
type spot struct {
	*segment
	place int
	event int64
}

// finder finds events by their ids, for one read of some of them.
type finder struct {
	db    *DB
	index segmentIndex
	last  *numbered
	held  map[*segment]*numbered
}

// mostHeld is how many segments a finder holds the ids of: as many as lie over one another, and some.
const mostHeld = 64

// finder finds events in the segments that were read before.
func (db *DB) finder() *finder {
	db.cache.mu.Lock()
	defer db.cache.mu.Unlock()
	return &finder{db: db, index: db.cache.index, held: map[*segment]*numbered{}}
}

// find finds an event; one that does not exist has no segment.
func (f *finder) find(ctx context.Context, id int64) (spot, error) {
	if f.last != nil { // most follow one another
		if place, ok := f.last.place(id); ok {
			return spot{f.last.segment, place, id}, nil
		}
	}
	x := &f.index
	at := sort.Search(len(x.list), func(k int) bool { return x.list[k].first > id }) - 1
	for ; at >= 0 && x.reach[at] >= id; at-- {
		if x.list[at].last < id {
			continue
		}
		n, err := f.numbered(ctx, x.list[at])
		if err != nil {
			return spot{}, err
		}
		if place, ok := n.place(id); ok {
			f.last = n
			return spot{n.segment, place, id}, nil
		}
	}
	return spot{}, nil
}

// numbered is a segment with its ids.
func (f *finder) numbered(ctx context.Context, s *segment) (*numbered, error) {
	if n := f.held[s]; n != nil {
		return n, nil
	}
	n, err := f.db.numbered(ctx, s)
	if err != nil {
		return nil, err
	}
	if len(f.held) >= mostHeld {
		clear(f.held)
	}
	f.held[s] = n
	return n, nil
}

// spots finds events by their ids; those that do not exist have no segment.
func (db *DB) spots(ctx context.Context, ids []int64) ([]spot, error) {
	if _, err := db.segments(ctx, db.readers); err != nil {
		return nil, db.trouble("read events", err)
	}
	f := db.finder()
	found := make([]spot, len(ids))
	for i, id := range ids {
		var err error
		if found[i], err = f.find(ctx, id); err != nil {
			return nil, err
		}
	}
	return found, nil
}
