package store

import (
	"slices"

	"casebook/engine/exec"
	"casebook/store/event"
)

// filter is a predicate that packs can answer exactly: on words, by their ids, and on whole numbers.
type filter struct {
	*event.Column
	pack  string
	op    exec.Op
	words map[uint32]bool // Equal and In on a word column
	value int64           // comparisons of numbers
}

// prepareWhere keeps the predicates that can be answered; the engine applies all of them again.
func (s *scanner) prepareWhere() {
	s.db.words.mu.Lock()
	defer s.db.words.mu.Unlock()
	for _, p := range s.request.Where {
		c, ok := s.table.Column(p.Column)
		if !ok || c.From != event.FromSlot || c.Slot == event.Time || c.Slot == event.RequestID || c.Slot == event.ResponseID {
			continue
		}
		f := filter{Column: c, pack: c.Slot.String(), op: p.Op}
		switch p.Op {
		case exec.IsNull, exec.NotNull:
		case exec.Equal, exec.In:
			if !c.Slot.IsText() {
				n, ok := p.Value.(int64)
				if !ok || p.Op == exec.In {
					continue
				}
				f.value = n
				break
			}
			list, ok := p.Value.([]any)
			if !ok {
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
		default:
			n, ok := p.Value.(int64)
			if !ok || c.Slot.IsText() {
				continue
			}
			f.value = n
		}
		s.filters = append(s.filters, f)
	}
}

// filter keeps the rows of a segment that pass.
func (s *scanner) filter(o *opened) error {
	if len(s.filters) == 0 {
		return nil
	}
	keep := make([]bool, o.end-o.at)
	fill(keep)
	for i := range s.filters {
		f := &s.filters[i]
		var p *pack
		if f.Has(o.source) {
			var err error
			if p, err = s.db.pack(s.ctx, o.segment, f.pack); err != nil {
				return err
			}
		}
		if !f.apply(p, keep, o.at) {
			o.end = o.at
			return nil
		}
	}
	times := o.times[:0]
	for i, k := range keep {
		if k {
			o.rows = append(o.rows, int32(o.at+i))
			times = append(times, o.times[o.at+i])
		}
	}
	o.times, o.at, o.end = times, 0, len(times)
	return nil
}

// apply takes the rows from one on that do not pass out of keep. It answers false where none can: no word of the segment is wanted.
func (f *filter) apply(p *pack, keep []bool, from int) bool {
	if p != nil && p.kind == packWord {
		pass := make([]bool, len(p.words))
		for at, id := range p.words {
			switch f.op {
			case exec.IsNull:
				pass[at] = at == 0
			case exec.NotNull:
				pass[at] = at > 0
			default:
				pass[at] = at > 0 && f.words[id]
			}
		}
		if !slices.Contains(pass, true) {
			return false
		}
		codes := make([]uint64, len(keep))
		p.codes(codes, from)
		for i, c := range codes {
			keep[i] = keep[i] && c < uint64(len(pass)) && pass[c]
		}
		return true
	}
	numbers := make([]int64, len(keep))
	nulls := p.numbers(numbers, from)
	for i, n := range numbers {
		null := nulls != nil && nulls[i]
		keep[i] = keep[i] && (null && f.op == exec.IsNull || !null && f.passes(n))
	}
	return true
}

func (f *filter) passes(n int64) bool {
	switch f.op {
	case exec.NotNull:
		return true
	case exec.IsNull:
		return false
	case exec.Equal:
		return n == f.value
	case exec.Less:
		return n < f.value
	case exec.LessEqual:
		return n <= f.value
	case exec.Greater:
		return n > f.value
	}
	return n >= f.value
}
