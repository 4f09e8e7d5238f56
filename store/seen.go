package store

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"casebook/store/event"
)

// Duplicates. Events that are the same happening have the same key: the k-th record of a key in a file is the k-th occurrence of its
// happening, and the k-th of another file is the same one. There is no index of keys, whose random entries would cost more than
// everything else that is written. A filter in memory knows most keys to be new to the segments that it is of; for the others, and in
// older segments for all keys, those segments are searched that have events of their time, since the key holds the time to the
// millisecond.

// seen is what a loader knows of the keys in the store.
type seen struct {
	filter keyFilter
	last   int64          // the newest segment whose keys are in the filter
	own    map[int64]bool // newer ones whose keys are in it, because this loader wrote them
	again  again
	groups groups // of a batch
	fresh  []ref  // of it
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
	table []int32 // places in list, one more; 0 for none
	of    []int32 // the group of every row, in order
}

// begin forgets all groups and makes room for those of a batch.
func (g *groups) begin(rows int) {
	size := 1024
	for size < 2*rows {
		size *= 2
	}
	if len(g.table) != size {
		*g = groups{list: make([]group, 0, rows), table: make([]int32, size), of: make([]int32, 0, rows)}
		return
	}
	clear(g.list)
	clear(g.table)
	g.list, g.of = g.list[:0], g.of[:0]
}

// find is the place of a key in the list, or where in the table it belongs.
func (g *groups) find(key *[16]byte) (at int32, slot int) {
	mask := len(g.table) - 1
	for slot = int(binary.LittleEndian.Uint32(key[4:])) & mask; ; slot = (slot + 1) & mask {
		at = g.table[slot] - 1
		if at < 0 || g.list[at].key == *key {
			return at, slot
		}
	}
}

// ref is a row of a batch that is new to the store.
type ref struct {
	time       int64
	part, row  int32
	occurrence int32
	id         int64 // of an event that has one; 0 for the next
}

// fresh counts duplicates and gives the rows that the store does not have, in the order of their files.
func (l *loader) fresh(tx *Tx) ([]ref, error) {
	s := &l.seen
	all, err := l.db.segments(tx.ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := l.learn(all); err != nil {
		return nil, err
	}
	g := &s.groups
	g.begin(l.waiting)
	var known, every suspects
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
				at = int32(len(g.list))
				g.list = append(g.list, group{key: *key, file: p.file.id})
				g.table[slot] = at + 1
				if s.filter.has(key) {
					known.add(p.times[j])
				}
				if s.filter.gone > 0 {
					every.add(p.times[j])
				}
			}
			if p.file.begun() {
				g.list[at].begin(p.file.id, before[*key])
			}
			g.of = append(g.of, at)
		}
	}
	slices.Sort(known.times)
	slices.Sort(every.times)
	for _, x := range all {
		some := &known
		if x.id <= s.filter.gone {
			some = &every
		}
		if times := some.near(x); len(times) > 0 || !x.dated() && some.undated {
			if err := l.recall(tx, x, g, times); err != nil {
				return nil, err
			}
		}
	}
	return l.judge(g), nil
}

// judge gives each row its occurrence, in order.
func (l *loader) judge(g *groups) []ref {
	fresh := l.seen.fresh[:0]
	n := 0
	for i := range l.parts {
		p := &l.parts[i]
		t := &p.file.account
		sources := p.words[wordSource]
		for j := range p.keys {
			k := &g.list[g.of[n]]
			n++
			k.enter(p.file.id)
			k.count++
			if k.count <= k.stored {
				t.Duplicate++
				if !p.file.done {
					l.seen.again.add(p.file.id, k.key, k.count)
				}
				continue
			}
			k.stored = k.count
			fresh = append(fresh, ref{time: p.times[j], part: int32(i), row: int32(j), occurrence: k.count})
			t.Accepted++
			if p.times[j] == undatedTime {
				t.Undated++
			}
			p.accepted(sources[j])
		}
		p.tell()
	}
	l.seen.fresh = fresh
	return fresh
}

// learn puts the keys of segments that are new into the filter, as far as it takes them.
func (l *loader) learn(all []*segment) error {
	s := &l.seen
	from := len(all)
	for room := s.filter.room(); from > 0 && all[from-1].id > s.last; from-- {
		if x := all[from-1]; !s.own[x.id] {
			if room -= x.count; room < 0 {
				s.filter.gone = max(s.filter.gone, x.id)
				break
			}
		}
	}
	for _, x := range all[from:] {
		if s.own[x.id] {
			continue
		}
		p, err := readPack(l.ctx, l.db.readers, x, packKey)
		if err != nil {
			return err
		}
		for j := range x.count {
			s.filter.add((*[16]byte)(p.hash(j)), x.id)
		}
	}
	if len(all) > 0 {
		s.last = all[len(all)-1].id
	}
	clear(s.own)
	return nil
}

// suspects are the times of the keys that may be in the store.
type suspects struct {
	times   []int64 // rising, once all are there
	undated bool
}

func (s *suspects) add(t int64) {
	if t == undatedTime {
		s.undated = true
		return
	}
	s.times = append(s.times, t)
}

// near are those that a segment may have.
func (s *suspects) near(x *segment) []int64 {
	if !x.dated() {
		return nil
	}
	since, _ := around(x.since)
	_, until := around(x.until)
	from, _ := slices.BinarySearch(s.times, since)
	to, _ := slices.BinarySearch(s.times[from:], until)
	return s.times[from : from+to]
}

// recall finds out from one segment how often the store has the keys of a batch whose times are near some that rise; nil for all. What it
// reads is not kept: a load looks into a segment for a few keys and goes on.
func (l *loader) recall(tx *Tx, x *segment, g *groups, near []int64) error {
	read := func(field string) (*pack, error) {
		p, err := readPack(tx.ctx, l.db.readers, x, field)
		if errors.Is(err, errPack) || err == nil && p == nil {
			err = l.db.damaged(x, field, errPack)
		}
		return p, err
	}
	keys, err := read(packKey)
	if err != nil {
		return err
	}
	spans := [][2]int{{0, x.count}}
	if near != nil {
		times, err := read(event.Time.String())
		if err != nil {
			return err
		}
		spans = places(times, near)
	}
	var occurrences, files *pack
	for _, span := range spans {
		for i := span[0]; i < span[1]; i++ {
			at, _ := g.find((*[16]byte)(keys.hash(i)))
			if at < 0 {
				continue
			}
			if occurrences == nil {
				if occurrences, err = read(packOccurrence); err != nil {
					return err
				}
				if files, err = read(packFile); err != nil {
					return err
				}
			}
			n, _ := occurrences.number(i)
			file, _ := files.number(i)
			g.list[at].met(file, int32(n))
		}
	}
	return nil
}

// places are the runs of rows whose times are near some that rise: of many times, one run about all of them.
func places(times *pack, near []int64) (spans [][2]int) {
	rows := func(first, last int64) [2]int {
		from, _ := around(first)
		_, to := around(last)
		return [2]int{times.search(from), times.search(to)}
	}
	if 64*len(near) > times.n {
		return [][2]int{rows(near[0], near[len(near)-1])}
	}
	last := 0
	for _, t := range near {
		span := rows(t, t)
		if span[0] = max(span[0], last); span[0] < span[1] {
			spans = append(spans, span)
			last = span[1]
		}
	}
	return spans
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
