package store

import "math"

// Duplicates. Events that are the same happening have the same key: the k-th record of a key in a file is the k-th occurrence of its
// happening, and the k-th of another file is the same one. There is no index of keys, whose random entries would cost more than
// everything else that is written. What the store has of a batch's keys is looked for where it may be: in the segments with events of
// the batch's time (recall.go).

// seen is what a loader knows of the keys in the store.
type seen struct {
	again  again
	groups groups // of a batch
	times  times  // of its keys
	fresh  []ref  // of it
	kept   []keptCopy
	better []ref // of it: copies that come before those that the store shows
}

// keySlack is how far from each other in time two events with one key may be: forms that keep less than a millisecond differ.
const keySlack = 1_000_000

// around is the time, from one instant to before another, in which events may have the key of an event of some time.
func around(t int64) (from, to int64) {
	return max(t, math.MinInt64+keySlack) - keySlack, min(t, math.MaxInt64-keySlack-1) + keySlack + 1
}

// group is the records of a batch that have one key.
type group struct {
	key    [16]byte
	file   int64 // the file that count is of
	count  int32 // records of the key in it so far
	stored int32 // occurrences in the store
	others []counted
	fresh  int32 // the last of its new rows: one more than its place; 0 for none
	kept   int32 // and of the occurrences that the store has
}

// counted is how often a key was in a file that was begun before this batch.
type counted struct {
	file  int64
	count int32
}

// begin lets a group know how often a file had its key before this batch.
func (k *group) begin(file int64, count int32) {
	if k.file == file {
		k.count = max(k.count, count)
		return
	}
	for i := range k.others {
		if k.others[i].file == file {
			return
		}
	}
	k.others = append(k.others, counted{file, count})
}

// enter makes a file the one that is counted in.
func (k *group) enter(file int64) {
	if k.file == file {
		return
	}
	k.file, k.count = file, 0
	for _, o := range k.others {
		if o.file == file {
			k.count = o.count
		}
	}
}

// groups finds groups by their keys.
type groups struct {
	list  []group
	table []int32  // places in list, one more; 0 for none
	heads []uint64 // a bit for the head of every key, of many
	of    []int32  // the group of every row, in order
}

// begin forgets all groups and makes room for those of a batch.
func (g *groups) begin(rows int) {
	size := 1024
	for size < 2*rows {
		size *= 2
	}
	if len(g.table) != size {
		*g = groups{list: make([]group, 0, rows), table: make([]int32, size), heads: make([]uint64, size/2), of: make([]int32, 0, rows)}
		return
	}
	clear(g.list)
	clear(g.table)
	clear(g.heads)
	g.list, g.of = g.list[:0], g.of[:0]
}

// find is the place of a key in the list, or where in the table it belongs.
func (g *groups) find(key *[16]byte) (at int32, slot int) {
	mask := len(g.table) - 1
	for slot = int(startOf(key[keyHeadAt:])) & mask; ; slot = (slot + 1) & mask {
		at = g.table[slot] - 1
		if at < 0 || g.list[at].key == *key {
			return at, slot
		}
	}
}

// add makes a group of a key that has none, in its slot, and gives its place.
func (g *groups) add(key *[16]byte, slot int, file int64) int32 {
	at := int32(len(g.list))
	g.list = append(g.list, group{key: *key, file: file})
	g.table[slot] = at + 1
	word, bit := startBit(g.heads, startOf(key[keyHeadAt:]))
	g.heads[word] |= 1 << bit
	return at
}

// ref is a row of a batch that is new to the store.
type ref struct {
	time       int64
	part, row  int32
	occurrence int32
	before     int32 // another new row of its key: one more than its place; 0 for none
	id         int64 // of an event that has one; 0 for the next
}

// fresh counts duplicates and gives the rows that the store does not have, in the order of their files.
func (l *loader) fresh(tx *Tx) ([]ref, error) {
	s := &l.seen
	all, err := l.db.segments(tx.ctx, tx)
	if err != nil {
		return nil, err
	}
	g := &s.groups
	g.begin(l.waiting)
	s.kept = s.kept[:0]
	s.times.begin()
	for i := range l.parts {
		p := &l.parts[i]
		before, err := s.again.of(tx, p.file)
		if err != nil {
			return nil, err
		}
		for j := range p.keys {
			key := &p.keys[j]
			at, slot := g.find(key)
			if at < 0 {
				at = g.add(key, slot, p.file.id)
				s.times.add(p.times[j])
			}
			if p.file.begun() {
				g.list[at].begin(p.file.id, before[*key])
			}
			g.of = append(g.of, at)
		}
	}
	if err := l.recall(tx, g, s.times.near(all)); err != nil {
		return nil, err
	}
	return l.judge(g)
}

// judge gives each row its occurrence, in order.
func (l *loader) judge(g *groups) ([]ref, error) {
	fresh := l.seen.fresh[:0]
	l.seen.better = l.seen.better[:0]
	n := 0
	for i := range l.parts {
		p := &l.parts[i]
		for j := range p.keys {
			k := &g.list[g.of[n]]
			n++
			k.enter(p.file.id)
			k.count++
			r := ref{time: p.times[j], part: int32(i), row: int32(j), occurrence: k.count, before: k.fresh}
			if k.count > k.stored {
				k.stored = k.count
				fresh = append(fresh, r)
				k.fresh = int32(len(fresh))
			} else if err := l.repeat(k, r, fresh); err != nil {
				return nil, err
			}
		}
		p.file.account.Duplicate += int64(len(p.keys))
	}
	l.seen.fresh = fresh
	for i := range fresh {
		r := &fresh[i]
		p := &l.parts[r.part]
		t := &p.file.account
		t.Accepted++
		t.Duplicate--
		if r.time == undatedTime {
			t.Undated++
		}
		p.accepted(p.words[wordSource][r.row])
	}
	for i := range l.parts {
		l.parts[i].tell()
	}
	return fresh, nil
}

// met counts an occurrence that the store has.
func (k *group) met(file int64, n int32) {
	k.stored = max(k.stored, n)
	if file == k.file {
		k.count = max(k.count, n)
	}
	for i := range k.others {
		if o := &k.others[i]; o.file == file {
			o.count = max(o.count, n)
		}
	}
}
