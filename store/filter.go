package store

import (
	"casebook/engine/exec"
	"casebook/store/event"
)

// filter is a predicate that packs can answer exactly: on words, by their ids, and on whole numbers.
type filter struct {
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
		f := filter{pack: c.Slot.String(), op: p.Op}
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

// filter marks the rows of a segment that pass.
func (s *scanner) filter(o *opened) error {
	for i := range s.filters {
		f := &s.filters[i]
		p, err := s.unpack(&o.segment, f.pack)
		if err != nil {
			return err
		}
		if o.keep == nil {
			o.keep = make([]bool, o.count)
			for j := range o.keep {
				o.keep[j] = true
			}
		}
		for j := o.at; j < o.end; j++ {
			o.keep[j] = o.keep[j] && f.passes(p, j)
		}
	}
	return nil
}

func (f *filter) passes(p *unpacked, i int) bool {
	null := p.kind == 'n' || p.kind == 'w' && p.codes[i] == 0 || p.kind == 'i' && p.nulls.Has(i)
	switch f.op {
	case exec.IsNull:
		return null
	case exec.NotNull:
		return !null
	}
	if null {
		return false
	}
	if p.kind == 'w' {
		return f.words[p.codes[i]]
	}
	n := p.ints[i]
	switch f.op {
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
