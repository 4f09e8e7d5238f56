package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/store/event"
)

// vector gathers a column from spans of segments, each row to where it is to stand. Columns that are decoded from records are filled in
// afterwards.
func (s *scanner) vector(at int, spans []span, to []int32, events []int64) *column.Vector {
	c, total := &s.columns[at], len(to)
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
	case c.Loose:
		return s.loose(at, spans, to, events)
	case worded(c.Column):
		return s.words(at, spans, to)
	case c.Type.Kind() == column.IntKind, c.Type.Kind() == column.FloatKind:
		return s.numbers(at, spans, to)
	case c.Type == column.Dynamic:
		return s.unread(at, spans, to, events)
	}
	return s.texts(at, spans, to)
}

// nulls sets row i null.
func nullAt(v *column.Vector, i int) {
	if v.Nulls == nil {
		v.Nulls = column.NewBitmap(v.Len)
	}
	v.Nulls.Set(i)
}

func (s *scanner) words(at int, spans []span, to []int32) *column.Vector {
	v := &column.Vector{Type: s.columns[at].Type, Len: len(to), Codes: s.codes(at, len(to)), Dict: s.dict}
	for _, sp := range spans {
		var into []int32
		into, to = sp.split(to)
		p := sp.packs[at]
		if p == nil {
			for _, row := range into {
				v.Codes[row] = 0
				nullAt(v, int(row))
			}
			continue
		}
		words := slices.Clone(p.words)
		for i, word := range words {
			if word >= uint32(len(s.dict.Values)) {
				words[i] = 0
			}
		}
		for i, c := range sp.codes(p, s.scratch(v.Len)) {
			if c < uint64(len(words)) && words[c] != 0 {
				v.Codes[into[i]] = words[c]
			} else {
				v.Codes[into[i]] = 0
				nullAt(v, int(into[i]))
			}
		}
	}
	return v
}

func (s *scanner) numbers(at int, spans []span, to []int32) *column.Vector {
	c := &s.columns[at]
	v := &column.Vector{Type: c.Type, Len: len(to)}
	float := c.Type.Kind() == column.FloatKind
	if float {
		v.Floats = make([]float64, v.Len)
	} else {
		v.Ints = s.ints(at, v.Len)
	}
	for _, sp := range spans {
		var into []int32
		into, to = sp.split(to)
		p := sp.packs[at]
		switch {
		case p == nil:
			for _, row := range into {
				nullAt(v, int(row))
			}
			continue
		case c.From == event.FromSlot && c.Slot == event.Time && c.Type == column.Time:
			s.shown(v.Ints, into, sp, p)
			continue
		case p.kind == packJSON:
			for i, row := range into {
				if x, ok := p.value(sp.row(i)).(float64); !ok || !float {
					nullAt(v, int(row))
				} else {
					v.Floats[row] = x
				}
			}
			continue
		}
		for i, code := range sp.codes(p, s.scratch(v.Len)) {
			switch number := p.base + p.divisor*int64(code); {
			case p.nullable && code == p.none:
				nullAt(v, int(into[i]))
			case float:
				v.Floats[into[i]] = float64(number)
			default:
				v.Ints[into[i]] = number
			}
		}
	}
	return v
}

// shown puts the times of a span's rows as the table shows them, of a pack of times.
func (s *scanner) shown(to []int64, into []int32, sp span, p *pack) {
	whole := p.base%s.table.Grain == 0 && p.divisor%s.table.Grain == 0 // no time has anything to cut
	for i, ns := range sp.times[sp.from:sp.to] {
		if whole {
			to[into[i]] = ns / tick
		} else {
			to[into[i]] = s.table.Ticks(ns)
		}
	}
}

// tick is what the engine counts time in, in ns.
const tick = 100

// texts gathers texts that are not words, and several texts a row.
func (s *scanner) texts(at int, spans []span, to []int32) *column.Vector {
	b := column.NewBuilder(s.columns[at].Type, len(to))
	for _, sp := range spans {
		p := sp.packs[at]
		for i := range sp.to - sp.from {
			row := sp.row(i)
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
	return inOrder(b, spans, to)
}

// unread gives a dynamic column without reading it. Its rows are known by their events.
func (s *scanner) unread(at int, spans []span, to []int32, events []int64) *column.Vector {
	c := &s.columns[at]
	v := &column.Vector{Type: c.Type, Len: len(to), Ints: events, Unread: s.dynamics(c)}
	for _, sp := range spans {
		var into []int32
		into, to = sp.split(to)
		p := sp.packs[at]
		for i, row := range into {
			if p.blank(sp.row(i)) {
				nullAt(v, int(row))
			}
		}
	}
	return v
}

// dynamics reads a small dynamic field of the scan's rows.
func (s *scanner) dynamics(c *scanColumn) *dynamics {
	if s.fields[c.pack] == nil {
		if s.fields == nil {
			s.fields = map[string]*dynamics{}
		}
		s.fields[c.pack] = &dynamics{db: s.db, field: c.Name, pack: c.pack, loose: c.Loose}
	}
	return s.fields[c.pack]
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
		keys[s.event] = text
	}
	return keys, nil
}
