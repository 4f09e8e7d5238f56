package store

import (
	"context"

	"casebook/store/event"
)

// Place is where an event stands in the order of time: the next page begins behind it. The zero value is before all.
type Place struct {
	Time int64 // nanoseconds
	ID   int64
}

// Place is where the event stands in a timeline.
func (e *EventRow) Place() Place { return Place{e.Time, e.ID} }

func (p Place) before(q Place) bool { return p.Time < q.Time || p.Time == q.Time && p.ID < q.ID }

// pager goes through chosen events in order of (time, id), or backwards. Segments overlap in time, so that it merges them; a segment
// is opened when its first event may be next.
type pager struct {
	*chooser
	after     Place
	backwards bool
	waiting   []*segment
	open      []*pageRun
}

// pageRun is the chosen rows of an open segment.
type pageRun struct {
	*numbered
	times *pack
	chosen
	at int // how many are gone
}

func (r *pageRun) row(backwards bool) int {
	if backwards {
		return r.chosen.place(r.len() - 1 - r.at)
	}
	return r.chosen.place(r.at)
}

func (r *pageRun) next(backwards bool) Place {
	row := r.row(backwards)
	t, _ := r.times.number(row)
	return Place{t, r.event(row)}
}

func (c *chooser) pager(ctx context.Context, after Place, backwards bool) (*pager, error) {
	p := &pager{chooser: c, after: after, backwards: backwards}
	list, err := c.db.segmentsIn(ctx, "", c.since, c.until)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if after == (Place{}) || backwards && s.since <= after.Time || !backwards && s.until >= after.Time {
			p.waiting = append(p.waiting, s)
		}
	}
	byTime(p.waiting)
	if backwards {
		byEnd(p.waiting)
	}
	return p, nil
}

// openNext opens the segment that waits in front.
func (p *pager) openNext(ctx context.Context) error {
	s := p.waiting[0]
	p.waiting = p.waiting[1:]
	times, err := p.db.pack(ctx, s, event.Time.String())
	if err != nil {
		return err
	}
	if times == nil {
		return p.db.damaged(s, "time", errPack)
	}
	n, err := p.db.numbered(ctx, s)
	if err != nil {
		return err
	}
	from, to := p.within(s, times)
	if p.after != (Place{}) {
		at := times.search(p.after.Time)
		for at < s.count {
			t, _ := times.number(at)
			if here := (Place{t, n.event(at)}); p.after.before(here) || p.backwards && here == p.after {
				break
			}
			at++
		}
		if p.backwards {
			to = min(to, at)
		} else {
			from = max(from, at)
		}
	}
	rows, err := p.choose(ctx, s, from, to)
	if err == nil && rows.len() > 0 {
		p.open = append(p.open, &pageRun{numbered: n, times: times, chosen: rows})
	}
	return err
}

// ahead tells whether a comes before b in the pager's direction.
func (p *pager) ahead(a, b Place) bool {
	if p.backwards {
		return b.before(a)
	}
	return a.before(b)
}

// mayPrecede tells whether an event of the segment that waits in front can come before a place.
func (p *pager) mayPrecede(at Place) bool {
	if len(p.waiting) == 0 {
		return false
	}
	if p.backwards {
		return p.waiting[0].until >= at.Time
	}
	return p.waiting[0].since <= at.Time
}

// run calls f with events in order until it returns false.
func (p *pager) run(ctx context.Context, f func(s spot, ns int64) bool) error {
	for {
		var best, second *pageRun
		var here, there Place
		for _, r := range p.open {
			next := r.next(p.backwards)
			switch {
			case best == nil || p.ahead(next, here):
				best, second, here, there = r, best, next, here
			case second == nil || p.ahead(next, there):
				second, there = r, next
			}
		}
		switch {
		case best == nil && len(p.waiting) == 0:
			return nil
		case best == nil || p.mayPrecede(here):
			if err := p.openNext(ctx); err != nil {
				return err
			}
			continue
		}
		for {
			if !f(spot{best.segment, best.row(p.backwards), here.ID}, here.Time) {
				return nil
			}
			if best.at++; best.at == best.len() {
				p.close(best)
				break
			}
			here = best.next(p.backwards)
			if second != nil && p.ahead(there, here) || p.mayPrecede(here) {
				break
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func (p *pager) close(r *pageRun) {
	for i, o := range p.open {
		if o == r {
			p.open = append(p.open[:i], p.open[i+1:]...)
			return
		}
	}
}

// Events lists up to limit events that a filter chooses behind a place, in order of time (newest first with backwards). Events
// without a time are not among them.
func (db *DB) Events(ctx context.Context, f EventFilter, after Place, limit int, backwards bool) ([]EventRow, error) {
	c, err := db.chooser(ctx, &f)
	if err != nil {
		return nil, err
	}
	p, err := c.pager(ctx, after, backwards)
	if err != nil || limit <= 0 {
		return nil, err
	}
	var page []spot
	err = p.run(ctx, func(s spot, _ int64) bool {
		page = append(page, s)
		return len(page) < limit
	})
	if err != nil {
		return nil, err
	}
	return db.rowsAt(ctx, page)
}
