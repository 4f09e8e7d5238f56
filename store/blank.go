package store

import (
	"bytes"
	"math"
)

// Which fields events carry is asked of packs that a rule has just read, and which are in memory no more when it has read to the end. How many rows
// of a pack have no value takes a moment to count while it is there, and few bytes to keep; which rows they are is only asked where
// several fields of one segment lack some.

// mostBlank is how many packs' counts are kept.
const mostBlank = 64 << 10

// blanks counts the rows without a value, where the numbers tell that at a glance.
func (p *pack) blanks() (n int, ok bool) {
	switch {
	case p == nil:
		return math.MaxInt, true // as many as there are
	case p.kind == packInt && !p.nullable:
		return 0, true
	case p.width != 1 || p.none > math.MaxUint8:
	case p.kind == packInt:
		return bytes.Count(p.bytes, []byte{byte(p.none)}), true
	case p.kind == packWord:
		return bytes.Count(p.bytes, []byte{0}), true
	}
	return 0, false
}

// count notes how many rows of a pack have no value; mu is held.
func (c *segmentCache) count(name packName, p *pack) {
	n, ok := p.blanks()
	if !ok {
		return
	}
	if c.blank == nil || len(c.blank) >= mostBlank {
		c.blank = map[packName]int{}
	}
	c.blank[name] = n
}

// blanks is how many of a segment's events have no value in a column, where that is known.
func (db *DB) blanks(s *segment, c scanColumn) (n int, ok bool) {
	packs := c.nullness()
	switch {
	case len(packs) == 0:
		return 0, true
	case !c.Has(s.source):
		return s.count, true
	}
	db.cache.mu.Lock()
	defer db.cache.mu.Unlock()
	n, ok = db.cache.blank[packName{s.id, packs[0]}]
	if n = min(n, s.count); n == s.count && c.keyed() {
		return 0, false // there may be no such pack, and values for all that
	}
	return n, ok
}

// lackingSome is how many of a segment's events have no value in any column of some group, where that is known, and notes which columns have
// values. What several columns lack is not told by how much each does.
func (db *DB) lackingSome(s *segment, groups [][]string, columns map[string]scanColumn, carried map[string]bool) (n int, ok bool) {
	for _, group := range groups {
		least, having := s.count, 0
		for _, name := range group {
			blank, ok := db.blanks(s, columns[name])
			if !ok {
				return 0, false
			}
			if blank < s.count {
				carried[name] = true
				having++
			}
			least = min(least, blank)
		}
		switch {
		case least == 0 || n == s.count:
		case least == s.count || n == 0 && having == 1:
			n = least
		default:
			return 0, false
		}
	}
	return n, true
}
