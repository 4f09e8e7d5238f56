package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"casebook/store/event"
)

// chooser is an EventFilter made ready to be asked of segments: fields and values looked up once.
type chooser struct {
	db           *DB
	tests        []test
	ids          []int64 // only these events, rising; nil for any
	since, until int64   // [since, until) in ns, of dated events
	bounded      bool    // otherwise events without a time are among the chosen as well
}

// test is a Term made ready.
type test struct {
	mark func(ctx context.Context, s *segment, from, to int, fits []bool) error
	not  bool
	// Of a term that only says which words one field may have:
	field string
	words []bool
}

func (db *DB) chooser(ctx context.Context, f *EventFilter) (*chooser, error) {
	c := &chooser{db: db, ids: f.IDs, since: math.MinInt64 + 1, until: math.MaxInt64}
	if f.From != 0 || f.To != 0 {
		c.since, c.until, c.bounded = max(nanos(f.From), c.since), nanos(f.To), true
	}
	terms := slices.Clone(f.Terms)
	if f.Source != "" {
		terms = append(terms, Term{Field: "source", Values: []string{f.Source}})
	}
	for name, value := range f.Where {
		terms = append(terms, Term{Field: name, Values: []string{value}})
	}
	for i := range terms {
		t, err := c.test(ctx, &terms[i])
		if err != nil {
			return nil, err
		}
		t.not = terms[i].Not
		c.tests = append(c.tests, t)
	}
	return c, nil
}

func (c *chooser) test(ctx context.Context, t *Term) (test, error) {
	if slot, ok := NumberOf(t.Field); ok {
		return c.numberTest(slot, t)
	}
	slot, known := SlotOf(t.Field)
	switch {
	case t.Field == "flag":
		return c.flagTest(t)
	case !known && t.Field != "source" && t.Field != "":
		return test{}, fmt.Errorf("no field %q to choose events by", t.Field)
	case t.Op > Present:
		return test{}, fmt.Errorf("%s is text: it cannot be compared as a number", t.Field)
	case t.Op == Present && (t.Field == "" || t.Field == "source"):
		return c.each("", func(*pack, int) bool { return true }), nil
	case slot == event.RequestID || slot == event.ResponseID:
		switch t.Op {
		case Like:
			return test{}, fmt.Errorf("%s can be chosen by whole values only", t.Field)
		case Present:
			return c.each(slot.String(), func(p *pack, i int) bool { return p.text(i) != "" }), nil
		}
		return c.each(slot.String(), func(p *pack, i int) bool { return p.isText(i, t.Values) }), nil
	case t.Op == Present:
		return c.each(slot.String(), func(p *pack, i int) bool { return p.code(i) != 0 }), nil
	}
	words, err := c.words(ctx, t)
	if err != nil {
		return test{}, err
	}
	var fields []string
	switch {
	case t.Field == "":
		for _, s := range textSlots {
			fields = append(fields, s.String())
		}
	case t.Field != "source":
		fields = []string{slot.String()}
	}
	x := test{mark: func(ctx context.Context, s *segment, from, to int, fits []bool) error {
		if t.Field == "" || t.Field == "source" {
			if t.fits(s.source) {
				fill(fits)
				return nil
			}
		}
		for _, field := range fields {
			p, err := c.db.pack(ctx, s, field)
			if err != nil {
				return err
			}
			p.markWords(words, from, to, fits)
		}
		return nil
	}}
	if len(fields) == 1 {
		x.field, x.words = fields[0], words
	}
	return x, nil
}

func fill(fits []bool) {
	for i := range fits {
		fits[i] = true
	}
}

// fits tells whether a text is one that the term names.
func (t *Term) fits(text string) bool {
	if t.Op == Like {
		return fitsAny(t.Values, text)
	}
	return slices.Contains(t.Values, text)
}

// words are those that a term's values stand for, by their ids.
func (c *chooser) words(ctx context.Context, t *Term) ([]bool, error) {
	dict, err := c.db.dictionary(ctx, c.db.readers)
	if err != nil {
		return nil, c.db.trouble("read events", err)
	}
	words := make([]bool, len(dict.Values))
	if t.Op == Like {
		for id, word := range dict.Values[1:] {
			words[id+1] = word != "" && fitsAny(t.Values, word)
		}
		return words, nil
	}
	for _, v := range t.Values {
		id, err := c.db.wordID(ctx, v)
		if err != nil {
			return nil, c.db.trouble("read events", err)
		}
		if id != 0 && int(id) < len(words) {
			words[id] = true
		}
	}
	return words, nil
}

// markWords marks the rows that have one of some words. A segment without any of them is not looked at row by row.
func (p *pack) markWords(words []bool, from, to int, fits []bool) {
	if p == nil {
		return
	}
	places, some := make([]bool, len(p.words)), false
	for at, id := range p.words {
		if at > 0 && int(id) < len(words) && words[id] {
			places[at], some = true, true
		}
	}
	if !some {
		return
	}
	for i := from; i < to; i++ {
		if c := p.code(i); c < uint64(len(places)) && places[c] {
			fits[i-from] = true
		}
	}
}

// each is a test of a field row by row; rows without the field do not fit. The field "" is none.
func (c *chooser) each(field string, of func(*pack, int) bool) test {
	return test{mark: func(ctx context.Context, s *segment, from, to int, fits []bool) error {
		if field == "" {
			fill(fits)
			return nil
		}
		p, err := c.db.pack(ctx, s, field)
		if err != nil || p == nil {
			return err
		}
		for i := from; i < to; i++ {
			fits[i-from] = of(p, i)
		}
		return nil
	}}
}

// isText tells whether a row of ids is one of some texts.
func (p *pack) isText(i int, values []string) bool {
	for _, v := range values {
		if p.kind == packUUID {
			id, ok := parseUUID(v)
			if ok && id != (uuid{}) && string(p.hash(i)) == string(id[:]) {
				return true
			}
		} else if v != "" && p.text(i) == v {
			return true
		}
	}
	return false
}

func (c *chooser) numberTest(slot event.Slot, t *Term) (test, error) {
	var is func(n int64) bool
	switch t.Op {
	case Like:
		return test{}, fmt.Errorf("%s is a number: it has no pattern", t.Field)
	case Present:
		is = func(int64) bool { return true }
	case Below:
		is = func(n int64) bool { return n < t.Number }
	case AtMost:
		is = func(n int64) bool { return n <= t.Number }
	case Above:
		is = func(n int64) bool { return n > t.Number }
	case AtLeast:
		is = func(n int64) bool { return n >= t.Number }
	default:
		var some []int64
		for _, v := range t.Values {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return test{}, fmt.Errorf("%s is a number, not %q", t.Field, v)
			}
			some = append(some, n)
		}
		is = func(n int64) bool { return slices.Contains(some, n) }
	}
	return c.each(slot.String(), func(p *pack, i int) bool {
		n, ok := p.number(i)
		return ok && is(n)
	}), nil
}

// flagTest chooses events by what was observed about their records.
func (c *chooser) flagTest(t *Term) (test, error) {
	mask := event.Flags(math.MaxUint32)
	if t.Op != Present {
		mask = 0
		for i, name := range event.AllFlags() {
			for _, v := range t.Values {
				// A word of the flag's name will do: "hidden" is "hidden characters".
				if word := strings.ToLower(v); strings.HasPrefix(strings.ToLower(name), word) || fits(word, strings.ToLower(name)) {
					mask |= 1 << i
				}
			}
		}
		if mask == 0 {
			return test{}, fmt.Errorf("no flag %q; flags are %s", strings.Join(t.Values, ","), strings.Join(event.AllFlags(), ", "))
		}
	}
	return c.each(packFlags, func(p *pack, i int) bool {
		n, _ := p.number(i)
		return event.Flags(n)&mask != 0
	}), nil
}

// chosen are rows of a segment in rising order.
type chosen struct {
	all      bool // from..to, every one
	from, to int
	rows     []int32
}

func (r *chosen) len() int {
	if r.all {
		return r.to - r.from
	}
	return len(r.rows)
}

func (r *chosen) place(k int) int {
	if r.all {
		return r.from + k
	}
	return int(r.rows[k])
}

// choose gives the rows of [from, to) that pass every test.
func (c *chooser) choose(ctx context.Context, s *segment, from, to int) (chosen, error) {
	r := chosen{all: true, from: from, to: max(from, to)}
	if c.ids != nil {
		// Named events are few: they are looked at one by one.
		begin, _ := slices.BinarySearch(c.ids, s.first+int64(from))
		end, _ := slices.BinarySearch(c.ids, s.first+int64(r.to))
		return c.among(ctx, s, c.ids[begin:max(begin, end)])
	}
	if len(c.tests) == 0 || r.len() == 0 {
		return r, nil
	}
	r.all = false
	if t := &c.tests[0]; len(c.tests) == 1 && t.field != "" && !t.not {
		p, err := c.db.pack(ctx, s, t.field)
		if err != nil || p == nil {
			return r, err
		}
		only, some := 0, 0
		for at, id := range p.words {
			if at > 0 && int(id) < len(t.words) && t.words[id] {
				only = at
				some++
			}
		}
		if some < 2 {
			if some == 1 {
				r.rows = p.find(nil, uint64(only), from, to)
			}
			return r, nil
		}
	}
	keep, fits := make([]bool, to-from), make([]bool, to-from)
	fill(keep)
	for i := range c.tests {
		t := &c.tests[i]
		clear(fits)
		if err := t.mark(ctx, s, from, to, fits); err != nil {
			return r, err
		}
		for j := range keep {
			keep[j] = keep[j] && fits[j] != t.not
		}
	}
	for j, k := range keep {
		if k {
			r.rows = append(r.rows, int32(from+j))
		}
	}
	return r, nil
}

// among gives those of some events of a segment that pass every test.
func (c *chooser) among(ctx context.Context, s *segment, ids []int64) (chosen, error) {
	r := chosen{}
	fits := make([]bool, 1)
events:
	for _, id := range ids {
		place := int(id - s.first)
		for i := range c.tests {
			fits[0] = false
			if err := c.tests[i].mark(ctx, s, place, place+1, fits); err != nil {
				return r, err
			}
			if fits[0] == c.tests[i].not {
				continue events
			}
		}
		r.rows = append(r.rows, int32(place))
	}
	return r, nil
}

// within are the rows of a segment in the chooser's stretch of time; times is its pack of them.
func (c *chooser) within(s *segment, times *pack) (from, to int) {
	from, to = 0, s.count
	if !c.bounded {
		return from, to
	}
	if s.since < c.since {
		from = times.search(c.since)
	}
	if s.until >= c.until {
		to = times.search(c.until)
	}
	return from, to
}

// search is the first row whose number is not below n, in a pack of rising numbers without nulls.
func (p *pack) search(n int64) int {
	low, high := 0, p.n
	for low < high {
		mid := int(uint(low+high) >> 1)
		if v, _ := p.number(mid); v < n {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// every calls f with the rows that are chosen, segment by segment in no order of time; times is nil for undated ones.
func (c *chooser) every(ctx context.Context, f func(s *segment, times *pack, rows *chosen) error) error {
	all, err := c.db.segments(ctx, c.db.readers)
	if err != nil {
		return c.db.trouble("read events", err)
	}
	for _, s := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c.bounded && (!s.dated() || s.since >= c.until || s.until < c.since) {
			continue
		}
		var times *pack
		from, to := 0, s.count
		if s.dated() {
			if times, err = c.db.pack(ctx, s, event.Time.String()); err != nil {
				return err
			}
			if times == nil {
				return c.db.damaged(s, "time", errPack)
			}
			from, to = c.within(s, times)
		}
		rows, err := c.choose(ctx, s, from, to)
		if err != nil {
			return err
		}
		if rows.len() > 0 {
			if err := f(s, times, &rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// nanos is ticks as nanoseconds, cut at the ends of what 64 bits hold.
func nanos(ticks int64) int64 {
	const end = math.MaxInt64
	switch {
	case ticks > end/100:
		return end
	case ticks < -end/100:
		return -end - 1
	}
	return ticks * 100
}
