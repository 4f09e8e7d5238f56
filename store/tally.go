package store

import (
	"bytes"
	"context"
	"maps"
	"math"
	"slices"
	"sort"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/store/event"
)

// A replay asks how many events there are, and how many carry the fields that a rule needs, for every rule and over all that is
// loaded. Both are told from the packs, segment by segment and in no order: the first from the rollups by the minute, the
// second mostly without looking at single rows, since few packs have nulls. Reading the events to count them would take longer
// than most rules.

// Moments counts a table's events by spells as long as the grain, told from counts by the minute. It is nil for tables that are not of events, and
// for windows that cut minutes.
func (db *DB) Moments(ctx context.Context, table string, grain, from, to int64) (*exec.Moments, error) {
	t, ok := db.match(table)
	if !ok || t.Grain <= 0 || minuteNS%t.Grain != 0 || grain%column.Minute != 0 || table == AlertsTable {
		return nil, nil
	}
	var list, counts []int64 // scratch
	spells := newTallied(floor(from, grain), floor(to, grain))
	err := db.overlapping(ctx, t, from, to, func(s *segment) error {
		if err := db.fetch(ctx, s, packMinute, packMinuteEvents); err != nil {
			return err
		}
		starts, err := db.pack(ctx, s, packMinute)
		if err != nil {
			return err
		}
		events, err := db.pack(ctx, s, packMinuteEvents)
		if err != nil {
			return err
		}
		if starts == nil || events == nil || starts.n != events.n {
			return db.damaged(s, packMinute, errPack)
		}
		first := starts.search(floor(from, column.Minute))
		some := max(starts.search(floor(to, column.Minute)+1)-first, 0)
		list, counts = fitted(list, some), fitted(counts, some)
		starts.numbers(list, first)
		events.numbers(counts, first)
		for i, minute := range list {
			if minute > math.MaxInt64/column.Minute || minute*column.Minute >= to {
				break
			}
			n := counts[i]
			if start := minute * column.Minute; start < from || start+column.Minute > to {
				a, b, err := db.rowsBetween(ctx, t, s, max(start, from), min(start+column.Minute, to))
				if err != nil {
					return err
				}
				n = int64(b - a)
			}
			spells.add(floor(minute*column.Minute, grain), int(n))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	m := exec.NewMoments(spells.len())
	spells.each(func(spell int64, n int) { m.Add(max(spell*grain, from), n) })
	return m, nil
}

// floor is a / b rounded towards minus infinity.
func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// tallied counts by spells of some minutes. Where there are not many they are a list; else there may be few over many years, so they are
// held in blocks.
type tallied struct {
	from   int64
	list   []int
	blocks map[int64]*[1024]int
}

// mostListed is how many spells are a list.
const mostListed = 64 << 10

func newTallied(from, to int64) tallied {
	if from > to || uint64(to)-uint64(from) >= mostListed {
		return tallied{blocks: map[int64]*[1024]int{}}
	}
	return tallied{from: from, list: make([]int, to-from+1)}
}

func (t *tallied) add(spell int64, n int) {
	if at := spell - t.from; at >= 0 && at < int64(len(t.list)) {
		t.list[at] += n
		return
	}
	if t.blocks == nil {
		t.blocks = map[int64]*[1024]int{}
	}
	block := t.blocks[spell>>10]
	if block == nil {
		block = &[1024]int{}
		t.blocks[spell>>10] = block
	}
	block[spell&1023] += n
}

func (t *tallied) each(f func(spell int64, n int)) {
	list := func(from int64, counts []int) {
		for i, n := range counts {
			if n > 0 {
				f(from+int64(i), n)
			}
		}
	}
	list(t.from, t.list)
	for _, at := range slices.Sorted(maps.Keys(t.blocks)) {
		list(at<<10, t.blocks[at][:])
	}
}

// len is how many spells have something.
func (t *tallied) len() (n int) {
	t.each(func(int64, int) { n++ })
	return n
}

// overlapping calls f with the segments that may have events of a table in [from, to).
func (db *DB) overlapping(ctx context.Context, t *event.Table, from, to int64, f func(*segment) error) error {
	s := &scanner{ctx: ctx, db: db, table: t, request: exec.Request{From: from, To: to}}
	if err := s.listSegments(); err != nil {
		return db.trouble("read events", err)
	}
	for _, x := range s.segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(x); err != nil {
			return err
		}
		db.cache.shrink(fleetingPackBytes)
	}
	return nil
}

// rowsBetween are the rows of a segment that a table shows in [from, to).
func (db *DB) rowsBetween(ctx context.Context, t *event.Table, s *segment, from, to int64) (a, b int, err error) {
	if !s.dated() || from <= t.Ticks(s.since) && t.Ticks(s.until) < to {
		return 0, s.count, nil
	}
	times, err := db.pack(ctx, s, event.Time.String())
	if err != nil {
		return 0, 0, err
	}
	if times == nil {
		return 0, 0, db.damaged(s, "time", errPack)
	}
	place := func(tick int64) int {
		return sort.Search(s.count, func(i int) bool { ns, _ := times.number(i); return t.Ticks(ns) >= tick })
	}
	a = place(from)
	return a, max(a, place(to)), nil
}

// Carrying counts the events of [from, to) that have a value in at least one column of every group.
func (db *DB) Carrying(ctx context.Context, table string, groups [][]string, from, to int64) (*exec.Carrying, error) {
	t, ok := db.match(table)
	if !ok || table == AlertsTable {
		return nil, nil
	}
	s := &scanner{ctx: ctx, db: db, table: t}
	columns := map[string]scanColumn{}
	var packs []string
	for _, name := range slices.Concat(groups...) {
		c, err := s.column(name)
		if err != nil || c.From == event.FromRaw {
			return nil, err
		}
		columns[name] = c
		packs = append(packs, c.nullness()...)
	}
	c := &exec.Carrying{Carried: map[string]bool{}}
	err := db.overlapping(ctx, t, from, to, func(x *segment) error {
		a, b, err := db.rowsBetween(ctx, t, x, from, to)
		if err != nil || a == b {
			return err
		}
		c.Events += b - a
		if b-a == x.count {
			if n, ok := db.lackingSome(x, groups, columns, c.Carried); ok {
				c.Carrying += x.count - n
				return nil
			}
		}
		if err := db.fetch(ctx, x, packs...); err != nil {
			return err
		}
		var lacking []bool // some group has no value
		for _, group := range groups {
			var none []bool // no column so far has one
			for i, name := range group {
				nulls, err := db.lacking(ctx, x, columns[name], a, b)
				if err != nil {
					return err
				}
				if nulls == nil || slices.Contains(nulls, false) {
					c.Carried[name] = true
				}
				if i == 0 {
					none = nulls
				} else if none = both(none, nulls); none == nil {
					continue
				}
			}
			lacking = either(lacking, none)
		}
		for _, lacks := range lacking {
			if lacks {
				c.Carrying--
			}
		}
		c.Carrying += b - a
		return nil
	})
	return c, err
}

// Sets of rows; nil is none of them.

func both(a, b []bool) []bool {
	if a == nil || b == nil {
		return nil
	}
	for i := range a {
		a[i] = a[i] && b[i]
	}
	return a
}

func either(a, b []bool) []bool {
	if a == nil {
		return b
	}
	for i, x := range b {
		a[i] = a[i] || x
	}
	return a
}

// nullness are the packs that tell which rows have no value.
func (c *scanColumn) nullness() []string {
	switch {
	case c.pack == "":
		return nil
	case c.keyed():
		return []string{packKeys + c.Name}
	}
	return []string{c.pack}
}

// lacking tells which rows of [from, to) have no value in a column; nil where all have one.
func (db *DB) lacking(ctx context.Context, s *segment, c scanColumn, from, to int) ([]bool, error) {
	if c.pack == "" {
		return nil, nil
	}
	var p *pack
	var err error
	dynamic := c.keyed()
	if dynamic && c.Has(s.source) {
		p, err = db.pack(ctx, s, packKeys+c.Name)
	}
	if p == nil && err == nil && c.Has(s.source) {
		p, err = db.pack(ctx, s, c.pack)
	}
	if err != nil || p != nil && (p.kind == packInt && !p.nullable || p.kind == packWord && p.width == 1 && bytes.IndexByte(p.bytes[from:to], 0) < 0) {
		return nil, err
	}
	nulls := make([]bool, to-from)
	switch {
	case p == nil:
		fill(nulls)
	case dynamic:
		for i := range nulls {
			nulls[i] = p.blank(from + i)
		}
	case p.kind == packInt:
		for i := range nulls {
			nulls[i] = p.code(from+i) == p.none
		}
	case p.kind == packWord, p.kind == packJSON:
		is := make([]bool, max(len(p.words), len(p.values)))
		for at, word := range p.words {
			is[at] = word == 0
		}
		for at, x := range p.values {
			is[at] = c.lacks(x)
		}
		for i := range nulls {
			code := p.code(from + i)
			nulls[i] = code >= uint64(len(is)) || is[code]
		}
	default:
		for i := range nulls {
			nulls[i] = p.text(from+i) == ""
		}
	}
	return nulls, nil
}

// lacks tells whether a JSON value is none of the column's type.
func (c *scanColumn) lacks(x any) bool {
	switch {
	case c.Loose && c.Type == column.Dynamic:
		return lacksTree(x)
	case c.Loose:
		return event.Fit(x, c.Type) == nil
	}
	if k := c.Type.Kind(); k == column.IntKind || k == column.FloatKind {
		_, ok := x.(float64)
		return !ok
	}
	switch x := x.(type) {
	case string:
		return false
	case []any:
		return len(sorted(x)) == 0
	}
	return true
}
