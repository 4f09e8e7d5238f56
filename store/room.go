package store

import "sync"

// A replay reads stretch by stretch what the system would otherwise hand out fresh memory for, page by page, and clear it. So a scan whose
// batches are fleeting writes each over the one before it, in room that it leaves to the next scan when it comes to its end.
// One that does not leaves nothing: a query that was stopped may still be computing over what it was given.

// room is what a scan writes to. That of batches which are not fleeting is made anew for each.
type room struct {
	kept    bool
	numbers []uint64 // scratch
	event   []int64
	long    [][]int64  // by columns
	code    [][]uint32 // by columns
	longs   spare[int64]
	places  spare[int32]
	marks   []byte
	fields  map[string]*dynamics
	ordering
}

// spare is slices that are not in use.
type spare[T any] [][]T

// take is a slice of so many items, whatever they are. One that does not fit makes room for one that does.
func (s *spare[T]) take(n int) []T {
	list := *s
	for i := len(list) - 1; i >= 0; i-- {
		if room := cap(list[i]); room >= n && room <= 4*n+roundTo {
			return s.remove(i)[:n]
		}
	}
	if len(list) > 0 {
		s.remove(0)
	}
	return make([]T, n, (n+n/8+63)&^63)
}

func (s *spare[T]) remove(i int) []T {
	list := *s
	free, last := list[i], len(list)-1
	list[i], list[last] = list[last], nil
	*s = list[:last]
	return free
}

func (s *spare[T]) give(free []T) {
	if cap(free) > 0 {
		*s = append(*s, free)
	}
}

// roundTo makes slices of about the same length do for one another.
const roundTo = 4 << 10

// fitted is a slice of so many items, whatever they are, in the room of another if that is enough.
func fitted[T any](free []T, n int) []T {
	if cap(free) < n {
		return make([]T, n, (n+roundTo-1)/roundTo*roundTo)
	}
	return free[:n]
}

// scratch is room for numbers, until it is asked for again.
func (r *room) scratch(n int) []uint64 {
	r.numbers = fitted(r.numbers, n)
	return r.numbers
}

// events is room for the events of a batch.
func (r *room) events(n int) []int64 {
	if !r.kept {
		return make([]int64, n)
	}
	r.event = fitted(r.event, n)
	return r.event
}

// ints is room for the whole numbers of a batch's column.
func (r *room) ints(column, n int) []int64 {
	if !r.kept {
		return make([]int64, n)
	}
	r.long[column] = fitted(r.long[column], n)
	return r.long[column]
}

// codes is room for the words of a batch's column.
func (r *room) codes(column, n int) []uint32 {
	if !r.kept {
		return make([]uint32, n)
	}
	r.code[column] = fitted(r.code[column], n)
	return r.code[column]
}

// leave gives the room of a scan that has come to its end to the next.
func (s *scanner) leave() {
	if s.kept {
		s.db.rooms.give(s.room)
		s.room = &room{}
	}
}

// rooms are those that no scan uses. There are as many as there were ever scans at once.
type rooms struct {
	mu   sync.Mutex
	free []*room
}

func (r *rooms) take(columns int) *room {
	r.mu.Lock()
	defer r.mu.Unlock()
	free := &room{kept: true}
	if n := len(r.free); n > 0 {
		free, r.free = r.free[n-1], r.free[:n-1]
	}
	for len(free.long) < columns {
		free.long, free.code = append(free.long, nil), append(free.code, nil)
	}
	return free
}

func (r *rooms) give(free *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, free)
}
