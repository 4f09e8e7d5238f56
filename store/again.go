package store

import (
	"encoding/binary"
)

// A record that repeats within its file is another happening, though its first occurrence was a duplicate of one that another file had
// brought. So as long as a file is not at its end the store keeps how often it had the keys of its duplicates: whoever goes on with it,
// after a kill or in the next look of a follower, counts on from there. (The occurrences that the file itself brought say so
// themselves.)

// again is how often files that are not at their end have had keys whose records were duplicates.
type again struct {
	counts map[int64]map[[16]byte]int32 // by file
	parts  map[int64]int                // of theirs that are counted in
	fresh  map[int64][][16]byte         // counted since they were last written
}

// maxAgain bounds what is remembered of duplicates; beyond it the files that are not being read are asked of the store again, and in a
// file with more of them a repeat counts as a duplicate.
const maxAgain = 1 << 22

// begun tells whether something of the file was written before this batch.
func (s *fileState) begun() bool { return s.written || s.reading.resumed != nil }

// of are a file's counts. Others add to them as well, who let better copies take the places of what the file has brought (take.go).
func (a *again) of(tx *Tx, s *fileState) (map[[16]byte]int32, error) {
	if !s.begun() {
		return a.counts[s.id], nil
	}
	counts := a.begin(s.id)
	err := each(tx.ctx, tx, "select keys from again where file = ? and part >= ? order by part", []any{s.id, a.parts[s.id]}, func(scan func(...any) error) error {
		var keys []byte
		err := scan(&keys)
		for ; len(keys) >= againSize; keys = keys[againSize:] {
			key := [16]byte(keys)
			counts[key] = max(counts[key], int32(binary.LittleEndian.Uint32(keys[16:])))
		}
		a.parts[s.id]++
		return err
	})
	return counts, err
}

// begin makes room for a file's counts.
func (a *again) begin(file int64) map[[16]byte]int32 {
	if a.counts == nil {
		a.counts, a.parts, a.fresh = map[int64]map[[16]byte]int32{}, map[int64]int{}, map[int64][][16]byte{}
	}
	counts := a.counts[file]
	if counts == nil {
		counts = map[[16]byte]int32{}
		a.counts[file] = counts
	}
	return counts
}

// againSize is what a key and its count take.
const againSize = 16 + 4

// add counts a duplicate.
func (a *again) add(file int64, key [16]byte, count int32) {
	a.begin(file)[key] = count
	a.fresh[file] = append(a.fresh[file], key)
}

// flush writes what was counted, and drops what is known of files that are at their end.
func (a *again) flush(tx *Tx, files []*fileState) error {
	for file, keys := range a.fresh {
		b := make([]byte, 0, againSize*len(keys))
		for _, key := range keys {
			b = binary.LittleEndian.AppendUint32(append(b, key[:]...), uint32(a.counts[file][key]))
		}
		if _, err := tx.exec("insert into again (file, part, keys) values (?1, (select count(*) from again where file = ?1), ?2)", file, b); err != nil {
			return err
		}
		a.parts[file]++
	}
	clear(a.fresh)
	for _, s := range files {
		if !s.done || !s.begun() {
			continue
		}
		if _, err := tx.exec("delete from again where file = ?", s.id); err != nil {
			return err
		}
		delete(a.counts, s.id)
		delete(a.parts, s.id)
	}
	total := 0
	for _, counts := range a.counts {
		total += len(counts)
	}
	if total > maxAgain {
		clear(a.counts)
		clear(a.parts)
	}
	return nil
}
