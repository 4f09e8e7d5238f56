package store

import (
	"container/list"

	"casebook/store/event"
)

// Duplicates. Events that are the same happening have the same key, and the same time to the millisecond, since the key
// holds it. So what is known of keys is kept by the minute, for the minutes at hand, and read from the store by its index of
// times when a minute comes up that the store has events in. There is no index of keys: random entries would cost
// more than all other indexes together.

// minuteNS is what minutes are counted in.
const minuteNS = 60_000_000_000

// undatedMinute is where events without a time are.
const undatedMinute = -1 << 62

// maxSeen bounds the keys in memory: some 60 bytes each.
const maxSeen = 1 << 20

// seen knows how often each key of a minute occurs in the store, and in the file being loaded.
type seen struct {
	minutes map[int64]*list.Element
	order   list.List // front: used last
	keys    int
	version int64 // PRAGMA data_version when it was filled: another writer makes it worthless
}

type seenMinute struct {
	minute int64
	keys   map[[16]byte]seenKey
}

type seenKey struct {
	stored int32 // occurrences in the store
	file   int64
	count  int32 // occurrences so far in that file
}

func minuteOf(p *pending) int64 {
	if !p.dated {
		return undatedMinute
	}
	m := p.time / minuteNS
	if p.time%minuteNS < 0 {
		m--
	}
	return m
}

// fresh counts duplicates and gives the events that the store does not have. The k-th record of a key in a file is the
// k-th occurrence of its happening; the k-th of another file is the same one.
func (l *loader) fresh(tx *Tx) ([]*pending, error) {
	s := &l.seen
	var version int64
	if err := tx.row("pragma data_version").Scan(&version); err != nil {
		return nil, err
	}
	if s.minutes == nil || s.version != version {
		*s = seen{minutes: map[int64]*list.Element{}, version: version}
	}
	fresh := make([]*pending, 0, len(l.rows))
	for i := range l.rows {
		p := &l.rows[i]
		m, err := s.minute(tx, minuteOf(p))
		if err != nil {
			return nil, err
		}
		k, known := m.keys[p.key]
		if !known {
			s.keys++
		}
		if k.file != p.file.id {
			k.file, k.count = p.file.id, 0
		}
		k.count++
		p.occurrence = k.count
		t := &p.file.account
		if k.count > k.stored {
			k.stored = k.count
			fresh = append(fresh, p)
			t.Accepted++
			t.Sources[l.words.texts[p.source]]++
			if !p.dated {
				t.Undated++
			}
		} else {
			t.Duplicate++
		}
		m.keys[p.key] = k
	}
	return fresh, nil
}

func (s *seen) minute(tx *Tx, minute int64) (*seenMinute, error) {
	if e, ok := s.minutes[minute]; ok {
		s.order.MoveToFront(e)
		return e.Value.(*seenMinute), nil
	}
	for s.keys > maxSeen && s.order.Len() > 1 {
		last := s.order.Back()
		old := s.order.Remove(last).(*seenMinute)
		delete(s.minutes, old.minute)
		s.keys -= len(old.keys)
	}
	m := &seenMinute{minute: minute, keys: map[[16]byte]seenKey{}}
	condition, args := "time >= ? and time < ?", []any{minute * minuteNS, (minute + 1) * minuteNS}
	if minute == undatedMinute {
		condition, args = "time is null", nil
	}
	err := each(tx.ctx, tx, "select key, file, occurrence from event_row where "+condition+" order by occurrence", args, func(scan func(...any) error) error {
		var key []byte
		var file int64
		var occurrence int32
		if err := scan(&key, &file, &occurrence); err != nil {
			return err
		}
		var k [16]byte
		copy(k[:], key)
		v := m.keys[k]
		m.keys[k] = seenKey{stored: max(v.stored, occurrence), file: file, count: occurrence}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.keys += len(m.keys)
	s.minutes[minute] = s.order.PushFront(m)
	return m, nil
}

// isFailure tells whether an event counts as one in the rollups.
func isFailure(p *pending, failure uint32) bool {
	return p.texts[slotError] != 0 || failure != 0 && p.texts[slotOutcome] == failure
}

// Places in pending.texts.
var (
	slotError   = placeOf(event.Error)
	slotOutcome = placeOf(event.Outcome)
)

func placeOf(s event.Slot) int {
	for i, t := range textSlots {
		if t == s {
			return i
		}
	}
	return -1
}
