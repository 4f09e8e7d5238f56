package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
)

// Seals tie the journal to what it tells of. An entry about files that were read holds a hash over the rows of those files and
// over every segment and word that came with them; an entry about an alert or a case holds a hash over all that analysts have put on
// it, as it was when the entry was written. So whatever is changed, taken away or put in behind casebook's back differs
// from the journal, and the journal's chain from its head.

// seal is what a seal covers, both ends included, and its hash.
type seal struct {
	Files    [][2]int64 `json:"files,omitempty"`   // that were read to their end; the store will not change them again
	Kept     [][2]int64 `json:"kept,omitempty"`    // those of them that the store has a copy of
	Growing  []growing  `json:"growing,omitempty"` // as far as they were read
	Segments [2]int64   `json:"segments"`          // [0,0]: none
	Live     [][2]int64 `json:"live,omitempty"`    // the segments, where those between have been replaced
	Words    [2]int64   `json:"words"`
	Aside    [2]int64   `json:"quarantine"`
	Late     [2]int64   `json:"late,omitzero"`
	Taken    [2]int64   `json:"taken,omitzero"`
	SHA256   string     `json:"sha256"`
	// Replaces are the entries, both ends included, whose seals this one takes the place of: their segments were merged.
	Replaces [2]int64 `json:"replaces,omitzero"`
}

// segments are those that it covers.
func (s *seal) segments() [][2]int64 {
	if s.Live != nil || s.Segments[1] == 0 {
		return s.Live
	}
	return [][2]int64{s.Segments}
}

// covers tells whether a segment is among them.
func (s *seal) covers(segment int64) bool {
	return slices.ContainsFunc(s.segments(), func(r [2]int64) bool { return r[0] <= segment && segment <= r[1] })
}

// replaces adds the entries that it takes the place of to those that are known to be replaced.
func (s *seal) replaces(done map[int64]bool) {
	for seq := s.Replaces[0]; seq > 0 && seq <= s.Replaces[1]; seq++ {
		done[seq] = true
	}
}

// growing is a file that is followed: its text up to a place.
type growing struct {
	File   int64  `json:"file"`
	Path   []byte `json:"path"`
	Read   int64  `json:"read"`
	SHA256 string `json:"sha256"`
}

// marks are how far tables had grown.
type marks struct{ segment, word, aside, late, taken int64 }

func (tx *Tx) marks() (m marks, err error) {
	err = tx.row("select (select coalesce(max(id), 0) from segment), (select coalesce(max(id), 0) from word), (select coalesce(max(id), 0) from quarantine), (select coalesce(max(id), 0) from late), (select coalesce(max(id), 0) from taken)").
		Scan(&m.segment, &m.word, &m.aside, &m.late, &m.taken)
	return m, err
}

// seal writes the journal's entry over what came since some marks, with the files that are done and those that grow on; none when
// nothing came.
func (tx *Tx) seal(load int64, before marks, files []int64, growing []growing) error {
	now, err := tx.marks()
	if err != nil || now == before && len(files) == 0 && len(growing) == 0 {
		return err
	}
	s := seal{Files: ranges(files), Growing: growing, Segments: added(before.segment, now.segment), Words: added(before.word, now.word), Aside: added(before.aside, now.aside), Late: added(before.late, now.late), Taken: added(before.taken, now.taken)}
	var kept []int64
	for _, id := range files {
		var n int64
		if err := tx.row("select count(*) from evidence where file = ?", id).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			kept = append(kept, id)
		}
	}
	s.Kept = ranges(kept)
	sum, err := s.digestOf(tx.ctx, tx, tx.packsOf(s.Segments))
	if err != nil {
		return err
	}
	s.SHA256 = hex.EncodeToString(sum)
	return tx.journal("seal", "load", load, s)
}

func added(from, to int64) [2]int64 {
	if to == from {
		return [2]int64{}
	}
	return [2]int64{from + 1, to}
}

// ranges writes rising ids as runs.
func ranges(ids []int64) [][2]int64 {
	var runs [][2]int64
	for _, id := range ids {
		if n := len(runs); n > 0 && runs[n-1][1] == id-1 {
			runs[n-1][1] = id
			continue
		}
		runs = append(runs, [2]int64{id, id})
	}
	return runs
}

// packsOf are the packs of all segments from one to another, in the order of their rows, if this transaction has written them: they need not
// be read again to be hashed. Nil, if it has not.
func (tx *Tx) packsOf(segments [2]int64) []packRow {
	slices.SortFunc(tx.packs, func(a, b packRow) int {
		return cmp.Or(cmp.Compare(a.segment, b.segment), cmp.Compare(a.field, b.field))
	})
	next := segments[0]
	for i, p := range tx.packs {
		if i > 0 && tx.packs[i-1].segment == p.segment {
			continue
		}
		if p.segment != next {
			return nil
		}
		next++
	}
	if next != segments[1]+1 {
		return nil
	}
	return tx.packs
}

// digest hashes what a seal covers as it is now.
func (s *seal) digest(ctx context.Context, q querier) ([]byte, error) {
	return s.digestOf(ctx, q, nil)
}

// digestOf is digest with the packs of its one run of segments at hand; nil: they are read.
func (s *seal) digestOf(ctx context.Context, q querier, packs []packRow) ([]byte, error) {
	h := sha256.New()
	for _, r := range s.Files {
		if err := hashRows(ctx, q, h, "select id, path, size, sha256, encoding, form from file where id between ? and ? order by id", r[0], r[1]); err != nil {
			return nil, err
		}
	}
	for _, r := range s.segments() {
		if err := hashRows(ctx, q, h, "select id, source, first, count, since, until from segment where id between ? and ? order by id", r[0], r[1]); err != nil {
			return nil, err
		}
		if packs == nil {
			if err := hashRows(ctx, q, h, "select "+packRowColumns+" from pack where segment between ? and ? order by segment, field", r[0], r[1]); err != nil {
				return nil, err
			}
		}
		for i := range packs {
			if err := hashRow(h, packs[i].values()); err != nil {
				return nil, err
			}
		}
	}
	if s.Words[1] > 0 {
		if err := hashRows(ctx, q, h, "select id, text from word where id between ? and ? order by id", s.Words[0], s.Words[1]); err != nil {
			return nil, err
		}
	}
	if s.Aside[1] > 0 {
		if err := hashRows(ctx, q, h, "select id, file, line, begin, length, sha256, raw, code, reason, form from quarantine where id between ? and ? order by id", s.Aside[0], s.Aside[1]); err != nil {
			return nil, err
		}
	}
	if s.Late[1] > 0 {
		if err := hashRows(ctx, q, h, "select id, event, newest, request, response, flags from late where id between ? and ? order by id", s.Late[0], s.Late[1]); err != nil {
			return nil, err
		}
	}
	if s.Taken[1] > 0 {
		if err := hashRows(ctx, q, h, "select id, source, newest, since, until from taken where id between ? and ? order by id", s.Taken[0], s.Taken[1]); err != nil {
			return nil, err
		}
	}
	return h.Sum(nil), nil
}

// hashRows hashes rows with their values' types and lengths, so that no two sets of rows hash alike.
func hashRows(ctx context.Context, q querier, h hash.Hash, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	into := slices.Repeat([]any{hashed{h}}, len(names))
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		h.Write([]byte{'\n'})
	}
	return rows.Err()
}

// hashRow hashes a row as hashRows does.
func hashRow(h hash.Hash, values []any) error {
	for _, v := range values {
		if err := (hashed{h}).Scan(v); err != nil {
			return err
		}
	}
	_, err := h.Write([]byte{'\n'})
	return err
}

// hashed takes values of a row into a hash as they are read, without a copy of theirs.
type hashed struct{ hash.Hash }

func (h hashed) Scan(v any) error {
	var head [9]byte
	var b []byte
	switch v := v.(type) {
	case nil:
		head[0] = 'n'
	case []byte:
		head[0], b = 'b', v
	case string:
		head[0], b = 't', []byte(v)
	default:
		head[0], b = 'v', fmt.Append(nil, v)
	}
	binary.BigEndian.PutUint64(head[1:], uint64(len(b)))
	h.Write(head[:])
	h.Write(b)
	return nil
}
