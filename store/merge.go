package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Merging. A follower writes what came in every look, so that a day of it leaves thousands of segments with a few events each, and all
// that is read is read from every one of them. So the newest segments are merged when there are many of them: each source's events into
// as few segments as hold them, by time. Events keep their ids, places and hashes.
//
// What is merged are the segments of whole seals, from the newest back, and a new seal takes the place of those: they are held against what
// they sealed first, so that a change made behind casebook's back is never sealed anew. Segments that were replaced stay for a while, since
// others may be reading them.

const (
	mergeFrom = 64      // segments that are worth the work
	mergeRows = 4 << 14 // events that are merged at once
	// mergeGrowth bounds how often an event is written again: more than this many times what is newer is left as it is.
	mergeGrowth = 4
	// lingerFor is how long segments stay that were replaced, in nanoseconds: longer than anything reads.
	lingerFor = 3600 * 1e9
)

// sealed is an entry with a seal.
type sealed struct {
	seq int64
	seal
}

// errUnmergeable says that segments are to be left as they are: what was loaded is not what was sealed, which verify tells, or is a newer
// casebook's.
var errUnmergeable = errors.New("the segments are to be left as they are")

// merge merges the newest segments if there are many small ones.
func (db *DB) merge(ctx context.Context) error {
	err := db.write(ctx, "merge segments", func(tx *Tx) error {
		run, err := tx.mergeable()
		if err != nil || run == nil {
			return err
		}
		return tx.merge(run)
	})
	if errors.Is(err, errUnmergeable) {
		return nil
	}
	return err
}

// mergeable are the newest seals whose segments are worth merging, oldest first.
func (tx *Tx) mergeable() ([]sealed, error) {
	var few bool
	// Most loads write few, full segments: that is seen at once.
	if err := tx.row("select count(*) < ? from (select 1 from segment where replaced = 0 and count < ? order by id desc limit ?)", mergeFrom, segmentRows/2, mergeFrom).Scan(&few); err != nil || few {
		return nil, err
	}
	return tx.mergeRun(mergeFrom)
}

// mergeRun are the newest seals with segments that are small beside each other, if there are at least so many.
func (tx *Tx) mergeRun(least int64) ([]sealed, error) {
	var run []sealed
	segments, events := int64(0), int64(0)
	err := tx.newestSeals(func(s sealed) error {
		var n, count int64
		for _, r := range s.segments() {
			var some, rows int64
			if err := tx.row("select count(*), coalesce(sum(count), 0) from segment where replaced = 0 and id between ? and ?", r[0], r[1]).Scan(&some, &rows); err != nil {
				return err
			}
			n, count = n+some, count+rows
		}
		if events+count > mergeRows || count > max(segmentRows/4, mergeGrowth*events) {
			return errEnough
		}
		segments, events = segments+n, events+count
		run = append(run, s)
		return nil
	})
	if err != nil || segments < least {
		return nil, err
	}
	slices.Reverse(run)
	return run, nil
}

// newestSeals visits the seals that none has taken the place of, the newest first.
func (tx *Tx) newestSeals(visit func(sealed) error) error {
	replaced := map[int64]bool{}
	return each(tx.ctx, tx, "select seq, payload from journal where action = 'seal' order by seq desc", nil, func(scan func(...any) error) error {
		var s sealed
		var payload string
		if err := scan(&s.seq, &payload); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(payload), &s.seal); err != nil {
			return errUnmergeable
		}
		s.replaces(replaced)
		if replaced[s.seq] {
			return nil
		}
		return visit(s)
	})
}

// merge merges the segments of a run of seals.
func (tx *Tx) merge(run []sealed) error {
	if err := tx.holds(run); err != nil {
		return err
	}
	now := tx.now.UnixNano()
	all := together(run)
	var before, live, newest int64
	var waiting bool // better copies, which a load that is at work sees to
	if err := tx.row("select coalesce(max(id), 0), coalesce(max(id) filter (where replaced = 0), 0), coalesce(max(replaced), 0), coalesce(min(replaced), 0) < 0 from segment").
		Scan(&before, &live, &newest, &waiting); err != nil {
		return err
	}
	if now = max(now, newest+1); waiting || all.Segments[1] != live {
		return errUnmergeable
	}
	if err := tx.mergeSegments(all.Segments); err != nil {
		return err
	}
	if _, err := tx.exec("update segment set replaced = ? where replaced = 0 and id between ? and ?", now, all.Segments[0], all.Segments[1]); err != nil {
		return err
	}
	if err := tx.dropReplaced(now - lingerFor); err != nil {
		return err
	}
	after, err := tx.marks()
	if err != nil {
		return err
	}
	all.Segments = added(before, after.segment)
	sum, err := all.digest(tx.ctx, tx)
	if err != nil {
		return err
	}
	all.SHA256 = hex.EncodeToString(sum)
	return tx.journal("seal", "segment", all.Segments[0], all)
}

// dropReplaced takes away segments that were replaced before some instant. What comes next is written in their room.
func (tx *Tx) dropReplaced(before int64) error {
	for _, query := range []string{
		"delete from pack where segment in (select id from segment where replaced > 0 and replaced < ?)",
		"delete from segment where replaced > 0 and replaced < ?",
	} {
		if _, err := tx.exec(query, before); err != nil {
			return err
		}
	}
	return nil
}

// holds makes sure that seals are of what there is.
func (tx *Tx) holds(run []sealed) error {
	for i := range run {
		sum, err := run[i].digest(tx.ctx, tx)
		if err != nil {
			return err
		}
		if hex.EncodeToString(sum) != run[i].SHA256 {
			return errUnmergeable
		}
	}
	return nil
}

// together is one seal for a run of them, but for its hash.
func together(run []sealed) seal {
	all := seal{Replaces: [2]int64{run[0].seq, run[len(run)-1].seq}}
	var files, kept []int64
	grown := map[int64]int{}
	for i := range run {
		s := &run[i].seal
		files, kept = unroll(files, s.Files), unroll(kept, s.Kept)
		for _, g := range s.Growing {
			if at, ok := grown[g.File]; ok {
				all.Growing[at] = g
				continue
			}
			grown[g.File] = len(all.Growing)
			all.Growing = append(all.Growing, g)
		}
		for _, x := range []struct{ all, one *[2]int64 }{{&all.Segments, &s.Segments}, {&all.Words, &s.Words}, {&all.Aside, &s.Aside}, {&all.Late, &s.Late}, {&all.Taken, &s.Taken}} {
			if x.one[1] > 0 {
				if x.all[1] == 0 {
					x.all[0] = x.one[0]
				}
				x.all[1] = x.one[1]
			}
		}
	}
	slices.Sort(files)
	slices.Sort(kept)
	all.Files, all.Kept = ranges(files), ranges(kept)
	return all
}

func unroll(ids []int64, runs [][2]int64) []int64 {
	for _, r := range runs {
		for id := r[0]; id <= r[1]; id++ {
			ids = append(ids, id)
		}
	}
	return ids
}

// mergeSegments writes the events of segments anew, in few.
func (tx *Tx) mergeSegments(ids [2]int64) error {
	l := &loader{db: tx.db, ctx: tx.ctx, account: &Account{}}
	m := merger{loader: l, tx: tx, files: map[int64]*fileState{}, texts: newTexts(), values: newTexts()}
	var segments []*segment
	err := each(tx.ctx, tx, "select "+segmentColumns+" from segment where replaced = 0 and id between ? and ? order by id", []any{ids[0], ids[1]}, func(scan func(...any) error) error {
		s, err := scanSegment(scan)
		segments = append(segments, s)
		return err
	})
	if err != nil {
		return err
	}
	for _, s := range segments {
		if err := m.read(s); err != nil {
			return fmt.Errorf("segment %d: %w", s.id, err)
		}
	}
	if len(m.refs) == 0 {
		return nil
	}
	if err := l.settleWords(tx); err != nil {
		return err
	}
	return l.writeSegments(tx, m.refs)
}
