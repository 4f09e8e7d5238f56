package store

import (
	"cmp"
	"container/list"
	"context"
	"slices"
	"sync"
)

// segment is a run of events of one source, sorted by time, with ids that rise with their places.
type segment struct {
	id, first    int64 // first: the least id of its events
	last         int64 // and the greatest
	count        int
	since, until int64 // ns; undatedTime both, where no event has a time
	source       string
	scattered    bool // the ids are no run, in order, but a pack: see numbered.go
}

// undatedTime stands for no time where times are compared; it is before every window.
const undatedTime = -1 << 63

func (s *segment) dated() bool { return s.since != undatedTime }

// begin is a place before which the segment has no event.
func (s *segment) begin() Place { return Place{s.since, s.first} }

// The names of packs that are no slots; small fields are "small:" and their name.
const (
	packFile       = "file"
	packBegin      = "begin"
	packLength     = "length"
	packLine       = "line"
	packForm       = "form"
	packFlags      = "flags"
	packKey        = "key"
	packHead       = "head" // of the key: see recall.go
	packSum        = "sha256"
	packOccurrence = "occurrence"
	packEvent      = "event"
	afterLoose     = "loose;"
	packSmall      = "small:"
	packLoose      = "loose:" // a small field whose values are as the records have them; its base is the set of their kinds
)

// smallPack is the pack of a small field.
func smallPack(name string, loose bool) string {
	if loose {
		return packLoose + name
	}
	return packSmall + name
}

// segmentCache is what is known of segments: all of their lines, and the packs that were read last. Segments are added and never
// change; small ones are replaced by one that has their events, and stay for a while for those who read them.
type segmentCache struct {
	mu    sync.Mutex
	seen  version
	list  []*segment // by id
	index segmentIndex
	last  int64 // the newest that was read
	late  int64 // and the newest that came late
	merge int64 // and when the last was replaced of which that is known
	packs map[packName]*list.Element
	order list.List // front: used last; of *cachedPack
	bytes int
	blank map[packName]int // how many rows have no value, of packs that were read and whose numbers tell that
	paths map[int64]string
}

type packName struct {
	segment int64
	field   string
}

type cachedPack struct {
	packName
	*pack // nil for none
}

// packCacheBytes bounds the packs in memory. A million events have some hundred megabytes of them; what a screen shows and the one
// before it take a tenth of that.
const packCacheBytes = 16 << 20

// fleetingPackBytes bounds them while a replay reads from one end of time to the other: those of the segments that the next stretch of time will
// ask for again, and those that two rules side by side read. They are of no use to anyone afterwards. A quarter of it makes a replay of three
// million events a tenth slower.
const fleetingPackBytes = 8 << 20

// segments are all that the store has now.
func (db *DB) segments(ctx context.Context, q querier) ([]*segment, error) {
	c := &db.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	err := db.unseen(ctx, q, &c.seen, c.learn)
	return c.list[:len(c.list):len(c.list)], err
}

// segmentColumns are a segment's line as it is sealed, with what merging has added.
const segmentColumns = "id, first, count, since, until, source, last"

func scanSegment(scan func(...any) error, more ...any) (*segment, error) {
	s := &segment{}
	err := scan(append([]any{&s.id, &s.first, &s.count, &s.since, &s.until, &s.source, &s.last}, more...)...)
	if s.scattered = s.last != 0; !s.scattered {
		s.last = s.first + int64(s.count) - 1
	}
	return s, err
}

// learn reads what has come since the last time and which were replaced, in one statement: a reader sees both or neither.
func (c *segmentCache) learn(ctx context.Context, q querier) error {
	c.paths = nil // files may have other names now
	if err := c.learnLate(ctx, q); err != nil {
		return err
	}
	gone := map[int64]bool{}
	var more []*segment
	last, merge := c.last, c.merge
	err := each(ctx, q, "select "+segmentColumns+", replaced from segment where id > ?1 and replaced = 0 union all select "+segmentColumns+", replaced from segment where replaced > ?2 order by id",
		[]any{c.last, c.merge}, func(scan func(...any) error) error {
			var replaced int64
			s, err := scanSegment(scan, &replaced)
			if err != nil {
				return err
			}
			last = max(last, s.id)
			if replaced > 0 {
				gone[s.id], merge = true, max(merge, replaced)
			} else {
				more = append(more, s)
			}
			return nil
		})
	if err != nil || len(more) == 0 && len(gone) == 0 {
		return err
	}
	c.last, c.merge = last, merge
	if len(gone) > 0 {
		c.list = slices.DeleteFunc(slices.Clone(c.list), func(s *segment) bool { return gone[s.id] })
	}
	c.list = append(c.list, more...)
	c.index = newIndex(c.list)
	return nil
}

// segmentsIn are the segments of a source ("" for all) with events in [since, until), in ns; undated ones are not among them.
func (db *DB) segmentsIn(ctx context.Context, source string, since, until int64) ([]*segment, error) {
	all, err := db.segments(ctx, db.readers)
	if err != nil {
		return nil, db.trouble("read events", err)
	}
	some := make([]*segment, 0, len(all))
	for _, s := range all {
		if s.dated() && s.since < until && s.until >= since && (source == "" || s.source == source) {
			some = append(some, s)
		}
	}
	return some, nil
}

// path is the path of a file, as it was given.
func (db *DB) pathOf(ctx context.Context, file int64) (string, error) {
	c := &db.cache
	c.mu.Lock()
	path, ok := c.paths[file]
	c.mu.Unlock()
	if ok {
		return path, nil
	}
	if err := db.readers.QueryRowContext(ctx, "select cast(path as text) from file where id = ?", file).Scan(&path); err != nil {
		return "", db.trouble("read the name of a file", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paths == nil || len(c.paths) > 1<<16 {
		c.paths = map[int64]string{}
	}
	c.paths[file] = path
	return path, nil
}

// byTime sorts segments as their first events stand in time.
func byTime(list []*segment) {
	slices.SortFunc(list, func(a, b *segment) int {
		return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.first, b.first))
	})
}

// byEnd sorts segments as their last events stand in time, newest first.
func byEnd(list []*segment) {
	slices.SortFunc(list, func(a, b *segment) int {
		return cmp.Or(cmp.Compare(b.until, a.until), cmp.Compare(b.first, a.first))
	})
}
