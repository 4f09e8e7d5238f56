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
