package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
)

// What the store has of a batch's keys. Nothing is remembered from batch to batch: what is not in memory cannot outgrow it, and a load
// into a large store begins at once. Instead little is read of each segment whose time a batch touches, however many such segments there
// are: its pack of heads, five bytes of each key. Only a segment with a head that the batch has too is read further, and of a million
// million heads hardly any are alike by chance. Segments that were written before there were heads have their whole keys read.

// How long a key is, where its head stands in it, and how long that is. Keys are hashes, so that any bytes of them do.
const (
	keySize     = 16
	keyHeadAt   = 4
	keyHeadSize = 5
)

// startOf is the first four bytes of a head.
func startOf(head []byte) uint32 { return binary.LittleEndian.Uint32(head) }

// startBit is where the bit of a head stands. There are at least 64 bits for every key, so that most heads of a segment that the batch
// does not have are told by one look into memory that the processor has at hand.
func startBit(bits []uint64, start uint32) (word, bit uint32) {
	return start >> 6 & uint32(len(bits)-1), start & 63
}

// hits are the rows of a segment whose heads a batch has too: heads that stand so many bytes from one another.
func (g *groups) hits(rows []int32, heads []byte, step int) []int32 {
	bits := g.heads
	for row, at := int32(0), 0; at+keyHeadSize <= len(heads); row, at = row+1, at+step {
		word, bit := startBit(bits, startOf(heads[at:]))
		if bits[word]>>bit&1 != 0 && g.has(heads[at:at+keyHeadSize]) {
			rows = append(rows, row)
		}
	}
	return rows
}

// has tells whether a key has a head.
func (g *groups) has(head []byte) bool {
	mask := len(g.table) - 1
	for slot := int(startOf(head)) & mask; g.table[slot] > 0; slot = (slot + 1) & mask {
		if key := &g.list[g.table[slot]-1].key; string(key[keyHeadAt:keyHeadAt+keyHeadSize]) == string(head) {
			return true
		}
	}
	return false
}

// times are when the events of a batch's keys happened.
type times struct {
	dated   []int64
	undated bool
}

func (t *times) begin() { t.dated, t.undated = t.dated[:0], false }

func (t *times) add(at int64) {
	if at == undatedTime {
		t.undated = true
		return
	}
	t.dated = append(t.dated, at)
}

// near are the segments that may have an event of one of the times.
func (t *times) near(all []*segment) []*segment {
	if len(all) == 0 {
		return nil
	}
	slices.Sort(t.dated)
	var some []*segment
	for _, x := range all {
		near := t.undated
		if x.dated() {
			since, _ := around(x.since)
			_, until := around(x.until)
			at, _ := slices.BinarySearch(t.dated, since)
			near = at < len(t.dated) && t.dated[at] < until
		}
		if near {
			some = append(some, x)
		}
	}
	return some
}

// recall finds out how often the store has the keys of a batch, all of which are in some segments if they are in any. What it reads is
// not kept: a load looks into a segment for a few keys and goes on.
func (l *loader) recall(tx *Tx, g *groups, near []*segment) error {
	if len(near) == 0 {
		return nil
	}
	unread := make(map[int64]*segment, len(near))
	ids := make([]int64, len(near))
	for i, x := range near {
		ids[i], unread[x.id] = x.id, x
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	var hits []int32
	err = each(tx.ctx, l.db.readers, "select segment, bytes from pack where field = ? and segment in (select value from json_each(?))", []any{packHead, string(list)}, func(scan func(...any) error) error {
		var id int64
		var heads ownBytes
		err := scan(&id, &heads)
		if err != nil && !errors.Is(err, errPack) {
			return err
		}
		x := unread[id]
		if delete(unread, id); err != nil || len(heads) != x.count*keyHeadSize {
			return l.db.damaged(x, packHead, errPack)
		}
		if hits = g.hits(hits[:0], heads, keyHeadSize); len(hits) == 0 {
			return nil
		}
		keys, err := l.keysOf(tx, x)
		if err != nil {
			return err
		}
		return l.meet(tx, x, keys, g, hits)
	})
	if err != nil {
		return err
	}
	for _, x := range near {
		if unread[x.id] == nil {
			continue
		}
		keys, err := l.keysOf(tx, x)
		if err != nil {
			return err
		}
		if hits = g.hits(hits[:0], keys.bytes[keyHeadAt:], keys.width); len(hits) == 0 {
			continue
		}
		if err := l.meet(tx, x, keys, g, hits); err != nil {
			return err
		}
	}
	return nil
}

// recalled reads a field that every segment has.
func (l *loader) recalled(tx *Tx, x *segment, field string) (*pack, error) {
	p, err := readPack(tx.ctx, l.db.readers, x, field)
	if errors.Is(err, errPack) || err == nil && p == nil {
		err = l.db.damaged(x, field, errPack)
	}
	return p, err
}

// keysOf reads the keys of a segment.
func (l *loader) keysOf(tx *Tx, x *segment) (*pack, error) {
	keys, err := l.recalled(tx, x, packKey)
	if err == nil && (keys.width != keySize || keys.n == 0) {
		err = l.db.damaged(x, packKey, errPack)
	}
	return keys, err
}

// meet counts what some rows of a segment are of a batch's keys.
func (l *loader) meet(tx *Tx, x *segment, keys *pack, g *groups, rows []int32) (err error) {
	var occurrences, files *pack
	var ids *numbered
	var stands *stands
	for _, row := range rows {
		at, _ := g.find((*[keySize]byte)(keys.hash(int(row))))
		if at < 0 {
			continue
		}
		if occurrences == nil {
			if occurrences, err = l.recalled(tx, x, packOccurrence); err != nil {
				return err
			}
			if files, err = l.recalled(tx, x, packFile); err != nil {
				return err
			}
			if ids, err = l.db.numbered(tx.ctx, x); err != nil {
				return err
			}
			if stands, err = l.stands(tx.ctx, tx, x); err != nil {
				return err
			}
		}
		n, _ := occurrences.number(int(row))
		file, _ := files.number(int(row))
		k, kept := &g.list[at], &l.seen.kept
		k.met(file, int32(n))
		*kept = append(*kept, keptCopy{next: k.kept, occurrence: int32(n), id: ids.event(int(row))})
		stands.at(int(row), &(*kept)[len(*kept)-1].stand)
		k.kept = int32(len(*kept))
	}
	return nil
}
