package store

import (
	"casebook/engine/column"
	"casebook/store/event"
)

// unasked stands for a value of a loose field that nobody has asked for yet.
type unasked struct{}

// fit is a row of a column that is a loose field. Each value of a pack is made what the column is once.
func (sp span) fit(at, row int, t column.Type) any {
	p := sp.packs[at]
	if p == nil {
		return nil
	}
	code := p.code(row)
	if code >= uint64(len(p.values)) {
		return nil
	}
	made := sp.loose[at]
	if made == nil {
		made = make([]any, len(p.values))
		for i := range made {
			made[i] = unasked{}
		}
		sp.loose[at] = made
	}
	if made[code] == (unasked{}) {
		made[code] = event.Fit(p.values[code], t)
	}
	return made[code]
}

// loose gathers a column that is a loose field. Dynamics are read when somebody asks: only that there are some is told here.
func (s *scanner) loose(at int, spans []span, to []int32, events []int64) *column.Vector {
	c := &s.columns[at]
	if c.Type == column.Dynamic {
		v := &column.Vector{Type: c.Type, Len: len(to), Ints: events, Unread: s.dynamics(c)}
		for _, sp := range spans {
			var into []int32
			into, to = sp.split(to)
			p := sp.packs[at]
			for i, row := range into {
				if p == nil || lacksTree(p.value(sp.row(i))) {
					nullAt(v, int(row))
				}
			}
		}
		return v
	}
	b := column.NewBuilder(c.Type, len(to))
	for _, sp := range spans {
		for i := range sp.to - sp.from {
			b.Value(sp.fit(at, sp.row(i), c.Type))
		}
	}
	return inOrder(b, spans, to)
}

// inOrder is what was built row by row of spans, each row where it is to stand.
func inOrder(b *column.Builder, spans []span, to []int32) *column.Vector {
	if len(spans) == 1 {
		return b.Vector()
	}
	from := make([]int32, len(to))
	for i, row := range to {
		from[row] = int32(i)
	}
	return b.Vector().Gather(from)
}

// lacksTree tells whether a value of a loose field is null as a dynamic.
func lacksTree(value any) bool { return value == nil || value == "" || value == "null" }
