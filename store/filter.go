package store

import (
	"math"
	"slices"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/store/event"
)

// Predicates are answered on the numbers that packs hold, before anything is read out of them: one on words becomes a table of the
// segment's words, one on whole numbers a range of what is stored. A segment none of whose words or numbers can pass is done
// with at once, and of the others columns are read for the rows that are left only.

// filter is alternatives of which one is enough.
type filter []comparison

// comparison is a predicate that packs can answer exactly: on words, by their ids, or on whole numbers.
type comparison struct {
	*event.Column
	pack        string
	op          exec.Op
	words       map[uint32]bool // Equal and In on a word column
	least, most int64           // comparisons of numbers
}

// prepareWhere keeps the predicates that can be answered; the engine applies all of them again.
func (s *scanner) prepareWhere() {
	s.db.words.mu.Lock()
	defer s.db.words.mu.Unlock()
	for _, p := range s.request.Where {
		var f filter
		for _, p := range append([]exec.Predicate{p}, p.Or...) {
			if c, ok := s.comparison(p); ok {
				f = append(f, c)
			}
		}
		if len(f) == 1+len(p.Or) {
			s.filters = append(s.filters, f)
		}
	}
}

// Exact implements exec.Exact. Of words the packs know all; a pack of numbers may be one of texts, of which the engine knows more.
func (db *DB) Exact(table string, p exec.Predicate) bool {
	t, ok := db.match(table)
	if !ok || table == AlertsTable {
		return false
	}
	for _, p := range append([]exec.Predicate{p}, p.Or...) {
		c, ok := t.Column(p.Column)
		if !ok || !worded(c) || p.Op != exec.Equal && p.Op != exec.In && p.Op != exec.IsNull && p.Op != exec.NotNull {
			return false
		}
	}
	return true
}

// worded tells whether a column's texts are words.
func worded(c *event.Column) bool {
	return c.From == event.FromSlot && c.Slot.IsText() && c.Slot != event.RequestID && c.Slot != event.ResponseID
}

// comparison reads a predicate; not ok for one that packs cannot answer.
func (s *scanner) comparison(p exec.Predicate) (f comparison, ok bool) {
	c, ok := s.table.Column(p.Column)
	f = comparison{Column: c, op: p.Op, least: math.MinInt64, most: math.MaxInt64}
	text := false
	switch {
	case !ok:
		return f, false
	case c.From == event.FromSlot && c.Slot != event.Time && c.Slot != event.RequestID && c.Slot != event.ResponseID:
		f.pack, text = c.Slot.String(), worded(c)
	case c.From == event.FromSmall && c.Type == column.Long && !c.Loose:
		f.pack = packSmall + c.Name
	default:
		return f, false
	}
	switch {
	case p.Op == exec.IsNull || p.Op == exec.NotNull:
		return f, true
	case text && (p.Op == exec.Equal || p.Op == exec.In):
		list, many := p.Value.([]any)
		if !many {
			list = []any{p.Value}
		}
		f.words = map[uint32]bool{}
		for _, x := range list {
			if text, ok := x.(string); ok && text != "" {
				if id := s.db.words.ids[text]; id != 0 {
					f.words[id] = true
				}
			}
		}
		return f, true
	}
	low, high, ok := whole(p.Value)
	if !ok || text {
		return f, false
	}
	switch p.Op {
	case exec.Equal:
		f.least, f.most = high, low
	case exec.LessEqual:
		f.most = low
	case exec.GreaterEqual:
		f.least = high
	case exec.Less, exec.Greater:
		switch {
		case p.Op == exec.Less && high > math.MinInt64:
			f.most = high - 1
		case p.Op == exec.Greater && low < math.MaxInt64:
			f.least = low + 1
		default: // nothing is beyond the ends
			f.least, f.most = math.MaxInt64, math.MinInt64
		}
	default:
		return f, false
	}
	return f, true
}

// whole is the greatest whole number that a number is not less than, and the least that it is not greater than: of a whole one itself.
// It is not ok for a double whose neighbours are not all whole numbers' own: others could round to it.
func whole(x any) (low, high int64, ok bool) {
	switch x := x.(type) {
	case int64:
		return x, x, true
	case float64:
		if math.Abs(x) < 1<<53 {
			return int64(math.Floor(x)), int64(math.Ceil(x)), true
		}
	}
	return 0, 0, false
}

// passing is a comparison held against one pack: every row passes, or none, or those with some numbers.
type passing struct {
	*pack
	every, none bool
	table       []bool // by numbers, if there is one
	least, most uint64 // numbers otherwise
	slow        *comparison
}

// on holds a comparison against a pack, which may be nil: null throughout.
func (f *comparison) on(p *pack) passing {
	switch {
	case p == nil:
		return passing{every: f.op == exec.IsNull, none: f.op != exec.IsNull}
	case worded(f.Column) && p.kind != packWord:
		return f.on(nil) // as it is shown
	case p.kind == packWord:
		x := passing{pack: p, table: make([]bool, len(p.words))}
		for at, id := range p.words {
			switch f.op {
			case exec.IsNull:
				x.table[at] = at == 0
			case exec.NotNull:
				x.table[at] = at > 0
			default:
				x.table[at] = at > 0 && f.words[id]
			}
		}
		x.none = !slices.Contains(x.table, true)
		return x
	case p.kind != packInt || f.op == exec.IsNull && p.nullable || p.width == 8 || p.nullable && p.none != 0:
		return passing{pack: p, every: p.kind != packInt, slow: f} // of other kinds the engine knows more
	case f.op == exec.IsNull || f.most < p.base || f.least > f.most:
		return passing{none: true}
	}
	top := uint64(1)<<(8*p.width) - 1
	x := passing{pack: p, most: min((uint64(f.most)-uint64(p.base))/uint64(p.divisor), top)}
	if f.least > p.base {
		x.least = (uint64(f.least)-uint64(p.base)-1)/uint64(p.divisor) + 1
	}
	if p.nullable { // the number 0 is null
		x.least = max(x.least, 1)
	}
	x.none, x.every = x.least > x.most, x.least == 0 && x.most == top
	return x
}

// mark marks the rows of a span that pass.
func (x *passing) mark(marks []byte, sp span) {
	if x.slow != nil {
		for i := range marks {
			n, ok := x.number(sp.row(i))
			if ok && n >= x.slow.least && n <= x.slow.most && x.slow.op != exec.IsNull || !ok && x.slow.op == exec.IsNull {
				marks[i] = 1
			}
		}
		return
	}
	if x.width == 1 {
		marked := x.bytewise()
		if sp.rows != nil {
			for i, row := range sp.rows[sp.from:sp.to] {
				marks[i] |= marked[x.bytes[row]]
			}
			return
		}
		for i, code := range x.bytes[sp.from:sp.to] {
			marks[i] |= marked[code]
		}
		return
	}
	var room [512]uint64
	for at := 0; at < len(marks); at += len(room) {
		n := min(len(room), len(marks)-at)
		into := marks[at:][:n]
		for i, code := range (span{sp.opened, sp.from + at, sp.from + at + n}).codes(x.pack, room[:]) {
			into[i] |= x.passes(code)
		}
	}
}

// passes is 1 of a number that passes.
func (x *passing) passes(code uint64) (mark byte) {
	if x.table != nil {
		if code < uint64(len(x.table)) && x.table[code] {
			mark = 1
		}
		return mark
	}
	if code-x.least <= x.most-x.least {
		mark = 1
	}
	return mark
}

// bytewise is what each number of one byte is marked with.
func (x *passing) bytewise() *[256]byte {
	var marked [256]byte
	for code := range marked {
		marked[code] = x.passes(uint64(code))
	}
	return &marked
}

// filter keeps the rows of a segment that pass. Each condition is held against those that the ones before it have left.
func (s *scanner) filter(o *opened) error {
	if len(s.filters) == 0 {
		return nil
	}
	if err := s.db.fetch(s.ctx, o.segment, s.filtered()...); err != nil {
		return err
	}
	for _, f := range s.filters {
		some, every, err := s.held(f, o)
		switch {
		case err != nil:
			return err
		case every:
			continue
		case len(some) == 0:
			o.end = o.at
			return nil
		}
		if s.narrow(o, some); o.at == o.end {
			return nil
		}
	}
	return nil
}

// filtered are the packs that filters are held against.
func (s *scanner) filtered() []string {
	var fields []string
	for _, f := range s.filters {
		for i := range f {
			fields = append(fields, f[i].pack)
		}
	}
	return fields
}

// held holds the alternatives of a filter against a segment's packs: some are those that pass rows, and every tells that one passes all.
func (s *scanner) held(f filter, o *opened) (some []passing, every bool, err error) {
	for i := range f {
		var p *pack
		if f[i].Has(o.source) {
			if p, err = s.db.pack(s.ctx, o.segment, f[i].pack); err != nil {
				return nil, false, err
			}
		}
		x := f[i].on(p)
		if x.every {
			return nil, true, nil
		}
		if !x.none {
			some = append(some, x)
		}
	}
	return some, false, nil
}

// narrow keeps the rows of a segment that pass one of some comparisons.
func (s *scanner) narrow(o *opened, some []passing) {
	n := o.end - o.at
	s.marks = fitted(s.marks, n)
	clear(s.marks)
	sp := span{o, o.at, o.end}
	for i := range some {
		some[i].mark(s.marks, sp)
	}
	rows, kept := o.rows, 0
	if rows == nil {
		rows = s.places.take(n)
	}
	for i, mark := range s.marks { // where there were rows before, they are overwritten behind where they are read
		rows[kept] = int32(sp.place(i))
		kept += int(mark)
	}
	if kept == n && o.rows == nil {
		s.places.give(rows)
		return
	}
	o.rows, o.at, o.end = rows, 0, kept
}
