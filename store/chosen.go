package store

import (
	"context"
	"math"
	"slices"

	"casebook/store/event"
)

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
		begin, _ := slices.BinarySearch(c.ids, s.first)
		end, _ := slices.BinarySearch(c.ids, s.last+1)
		return c.among(ctx, s, from, r.to, c.ids[begin:end])
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

// among gives those of some events that are among the rows [from, to) of a segment and pass every test.
func (c *chooser) among(ctx context.Context, s *segment, from, to int, ids []int64) (chosen, error) {
	r := chosen{}
	if len(ids) == 0 {
		return r, nil
	}
	n, err := c.db.numbered(ctx, s)
	if err != nil {
		return r, err
	}
	fits := make([]bool, 1)
events:
	for _, id := range ids {
		place, ok := n.place(id)
		if !ok || place < from || place >= to {
			continue
		}
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
	slices.Sort(r.rows)
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
