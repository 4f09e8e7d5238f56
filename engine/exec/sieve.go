package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// Of the groups that are large enough for a rule most give nothing all the same: their average is too small, their greatest value not
// great enough. As long as no row comes into such a group and none leaves it, it gives nothing in the next window either.
// A sieve stands behind a gate and knows the groups that may give something: those that have changed since they last gave nothing. Only their
// rows are handed on, and where there are none the window is empty. So each row is aggregated when it comes and when
// its group changes, and not in every window that holds it.
//
// That is so where nothing but the aggregation sees more than one row at a time between the feed and the condition, where nothing on the
// way asks for the time, and where nothing else reads the feed.

type sieve struct {
	*gate
	judge  plan.Node // has a row of every group that gives something
	open   []int32   // the groups that may give something
	isOpen []bool
	some   []int32 // scratch: the rows of such groups
}

// sieved is the one of a plan's gates that a sieve can stand behind; nil for none.
func sieved(n plan.Node, gates []*gate) *sieve {
	var judge plan.Node
	for {
		if slices.ContainsFunc(plan.Exprs(n), asksMore) {
			return nil
		}
		switch n.(type) {
		case *plan.Filter, *plan.Project, *plan.Sort:
			if judge == nil {
				judge = n
			}
		default:
			judge = nil
		}
		if f, ok := n.(*plan.Filter); ok {
			for _, cond := range plan.Conjuncts(f.Cond) {
				g := counting(cond, f.Input)
				if g == nil || !straight(f.Input, g.feed) {
					continue
				}
				if at := slices.IndexFunc(gates, func(o *gate) bool { return o.feed == g.feed && o.least == g.least }); at >= 0 {
					return &sieve{gate: gates[at], judge: judge}
				}
			}
		}
		in := plan.Inputs(n)
		if len(in) != 1 {
			return nil
		}
		n = in[0]
	}
}

// straight tells whether rows come from a feed to one aggregation and on, each by itself.
func straight(n plan.Node, to *feed) bool {
	aggregated := false
	for n != plan.Node(to) {
		if slices.ContainsFunc(plan.Exprs(n), asksMore) {
			return false
		}
		switch at := n.(type) {
		case *plan.Aggregate:
			if aggregated || at.Inline {
				return false
			}
			aggregated = true
		case *plan.Filter, *plan.Project, *plan.Sort:
		default:
			return false
		}
		n = plan.Inputs(n)[0]
	}
	return aggregated
}

// fill begins anew with the feed's rows.
func (s *sieve) fill(r *run) error {
	err := s.gate.fill(r)
	s.open, s.isOpen = s.open[:0], slices.Grow(s.isOpen[:0], len(s.counts))[:len(s.counts)]
	clear(s.isOpen)
	return err
}

// passes tells whether rows [lo, hi) of the feed may give something.
func (s *sieve) passes(lo, hi int) bool {
	if s.ids == nil {
		return s.gate.passes(lo, hi)
	}
	from, to := s.lo, s.hi
	large := s.gate.passes(lo, hi)
	if lo < to && from <= lo && to <= hi {
		s.changed(from, lo)
		s.changed(to, hi)
	} else {
		s.changed(from, to)
		s.changed(lo, hi)
	}
	s.open = slices.DeleteFunc(s.open, func(id int32) bool {
		s.isOpen[id] = s.counts[id] >= s.least // a group that grows again has changed
		return !s.isOpen[id]
	})
	return large && len(s.open) > 0
}

func (s *sieve) changed(from, to int) {
	for _, id := range s.ids[from:to] {
		if !s.isOpen[id] {
			s.isOpen[id] = true
			s.open = append(s.open, id)
		}
	}
}

// rows are those of the window that are to be handed on.
func (s *sieve) rows() *batch {
	if s.ids == nil {
		return s.feed.rows.slice(s.lo, s.hi)
	}
	s.some = s.some[:0]
	for i, id := range s.ids[s.lo:s.hi] {
		if s.isOpen[id] {
			s.some = append(s.some, int32(s.lo+i))
		}
	}
	if len(s.some) == s.hi-s.lo {
		return s.feed.rows.slice(s.lo, s.hi)
	}
	bare := batch{Batch: column.Batch{Len: s.feed.rows.Len, Columns: s.feed.rows.Columns}} // of no use are the events and times
	return bare.gather(s.some)
}

// judged takes note of what the window gave.
func (s *sieve) judged(r *run) {
	if r.counts[s.judge] > 0 || s.ids == nil {
		return
	}
	for _, id := range s.open {
		s.isOpen[id] = false
	}
	s.open = s.open[:0]
}
