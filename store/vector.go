package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/store/event"
)

// vector gathers a column from spans of segments. Columns that are decoded from records are filled in afterwards.
func (s *scanner) vector(at int, spans []span, total int) *column.Vector {
	c := &s.columns[at]
	switch {
	case c.From == event.Constant:
		return &column.Vector{Type: c.Type, Len: total, Codes: make([]uint32, total), Dict: &column.Dict{Values: []string{c.Text}}}
	case c.From == originVersion:
		v := &column.Vector{Type: c.Type, Len: total, Ints: make([]int64, total)}
		for i := range v.Ints {
			v.Ints[i] = 1
		}
		return v
	case c.pack == "":
		return nil
	case c.From == event.FromSlot && c.Slot.IsText() && c.Slot != event.RequestID && c.Slot != event.ResponseID:
		return s.words(at, spans, total)
	case c.Type.Kind() == column.IntKind, c.Type.Kind() == column.FloatKind:
		return s.numbers(at, spans, total)
	case c.Type == column.Dynamic:
		return s.unread(at, spans, total)
	}
	return s.texts(at, spans, total)
}

// nulls sets row i null.
func nullAt(v *column.Vector, i int) {
	if v.Nulls == nil {
		v.Nulls = column.NewBitmap(v.Len)
	}
	v.Nulls.Set(i)
}

func (s *scanner) words(at int, spans []span, total int) *column.Vector {
	v := &column.Vector{Type: s.columns[at].Type, Len: total, Codes: make([]uint32, total), Dict: s.dict}
	n := 0
	for _, sp := range spans {
		into := v.Codes[n : n+sp.to-sp.from]
		p := sp.packs[at]
		if p == nil {
			for i := range into {
				nullAt(v, n+i)
			}
			n += len(into)
			continue
		}
		words := slices.Clone(p.words)
		for i, word := range words {
			if word >= uint32(len(s.dict.Values)) {
				words[i] = 0
			}
		}
		for i, c := range sp.codes(p, s.scratch(total)) {
			if c < uint64(len(words)) && words[c] != 0 {
				into[i] = words[c]
			} else {
				nullAt(v, n+i)
			}
		}
		n += len(into)
	}
	return v
}

// scratch is room for numbers, until it is asked for again.
func (s *scanner) scratch(n int) []uint64 {
	if cap(s.room) < n {
		s.room = make([]uint64, n)
	}
	return s.room[:n]
}

func (s *scanner) numbers(at int, spans []span, total int) *column.Vector {
	c := &s.columns[at]
	v := &column.Vector{Type: c.Type, Len: total}
	shown := c.From == event.FromSlot && c.Slot == event.Time && c.Type == column.Time
	ints, n := make([]int64, total), 0
	for _, sp := range spans {
		into := ints[n : n+sp.to-sp.from]
		p := sp.packs[at]
		switch {
		case p == nil:
			for i := range into {
				nullAt(v, n+i)
			}
		case p.kind == packJSON:
			if v.Floats == nil {
				v.Floats = make([]float64, total)
			}
			for i := range into {
				if x, ok := p.value(sp.place(i)).(float64); ok {
					v.Floats[n+i] = x
				} else {
					nullAt(v, n+i)
				}
			}
		default:
			base, divisor := p.base, p.divisor
			even := shown && base%s.table.Grain == 0 && divisor%s.table.Grain == 0
			if even { // no time has anything to cut
				base, divisor = base/tick, divisor/tick
			}
			for i, code := range sp.codes(p, s.scratch(total)) {
				switch {
				case p.nullable && code == p.none:
					nullAt(v, n+i)
				case shown && !even:
					into[i] = s.table.Ticks(base + divisor*int64(code))
				default:
					into[i] = base + divisor*int64(code)
				}
			}
		}
		n += len(into)
	}
	if c.Type.Kind() != column.FloatKind {
		v.Ints = ints
		return v
	}
	if v.Floats == nil {
		v.Floats = make([]float64, total)
	}
	for i, x := range ints {
		if x != 0 {
			v.Floats[i] = float64(x)
		}
	}
	return v
}

// tick is what the engine counts time in, in ns.
const tick = 100

// texts gathers texts that are not words, and several texts a row.
func (s *scanner) texts(at int, spans []span, total int) *column.Vector {
	b := column.NewBuilder(s.columns[at].Type, total)
	for _, sp := range spans {
		p := sp.packs[at]
		for i := range sp.to - sp.from {
			row := sp.place(i)
			if p == nil || p.kind != packJSON {
				if text := p.text(row); text != "" {
					b.Str(text)
				} else {
					b.Null()
				}
				continue
			}
			switch value := p.value(row).(type) {
			case string:
				b.Str(value)
			case []any:
				b.Multi(sorted(value))
			default:
				b.Null()
			}
		}
	}
	return b.Vector()
}

// unread gives a dynamic column without reading it. Its rows are known by their events.
func (s *scanner) unread(at int, spans []span, total int) *column.Vector {
	c := &s.columns[at]
	v := &column.Vector{Type: c.Type, Len: total, Ints: make([]int64, 0, total), Unread: dynamics{s.db, c.Name}}
	for _, sp := range spans {
		p := sp.packs[at]
		for i := range sp.to - sp.from {
			if p.blank(sp.place(i)) {
				nullAt(v, len(v.Ints))
			}
			v.Ints = append(v.Ints, sp.event(sp.place(i)))
		}
	}
	return v
}

// blank tells whether a row of a small dynamic field, or of its keys, has no value.
func (p *pack) blank(i int) bool {
	switch {
	case p == nil:
		return true
	case p.kind == packInt:
		return p.nullable && p.code(i) == p.none
	}
	text, ok := p.value(i).(string)
	return !ok || text == "null"
}

func (s *scanner) hasID() bool {
	for _, c := range s.columns {
		if c.From == originID {
			return true
		}
	}
	return false
}

// fromEvents fills in the columns that are not packed: ids, and, for someone to read, what only the records have.
func (s *scanner) fromEvents(b *column.Batch) error {
	var keys map[int64]string
	if s.hasID() {
		var err error
		if keys, err = s.db.keys(s.ctx, b.Events); err != nil {
			return err
		}
	}
	for i := range s.columns {
		switch c := &s.columns[i]; c.From {
		case originID:
			v := column.NewBuilder(c.Type, b.Len)
			for _, id := range b.Events {
				v.Str(keys[id])
			}
			b.Columns[i] = v.Vector()
		case event.FromRaw:
			b.Columns[i] = &column.Vector{Type: c.Type, Len: b.Len, Ints: b.Events, Unread: inRecords{s.records, c.Field.Name}}
		}
	}
	return nil
}

// told is a column's value in a record.
func (c *scanColumn) told(t *event.Table, x *event.Details) any {
	value := x.Value(t, c.Column)
	if list, ok := value.([]any); ok && c.Type.Kind() == column.StringKind {
		return sorted(list)
	}
	return value
}

func sorted(list []any) []any {
	texts := make([]string, 0, len(list))
	for _, x := range list {
		if text, ok := x.(string); ok {
			texts = append(texts, text)
		}
	}
	slices.Sort(texts)
	values := make([]any, 0, len(texts))
	for _, text := range slices.Compact(texts) {
		values = append(values, text)
	}
	return values
}

// keys are what Elastic's _id is of events: the same for the same happening, however and wherever it was loaded.
func (db *DB) keys(ctx context.Context, ids []int64) (map[int64]string, error) {
	spots, err := db.spots(ctx, ids)
	if err != nil {
		return nil, err
	}
	keys := make(map[int64]string, len(ids))
	for _, s := range spots {
		if s.segment == nil {
			continue
		}
		key, err := db.pack(ctx, s.segment, packKey)
		if err != nil {
			return nil, err
		}
		occurrences, err := db.pack(ctx, s.segment, packOccurrence)
		if err != nil {
			return nil, err
		}
		text := hex.EncodeToString(key.hash(s.place))
		if n, _ := occurrences.number(s.place); n > 1 {
			text += fmt.Sprintf("-%d", n)
		}
		keys[s.event()] = text
	}
	return keys, nil
}
