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
	v := &column.Vector{Type: s.columns[at].Type, Len: total, Codes: make([]uint32, 0, total), Dict: s.dict}
	most := uint32(len(s.dict.Values))
	for _, sp := range spans {
		p := sp.packs[at]
		if p.kind != 'w' {
			for range sp.to - sp.from {
				nullAt(v, len(v.Codes))
				v.Codes = append(v.Codes, 0)
			}
			continue
		}
		for _, code := range p.codes[sp.from:sp.to] {
			if code == 0 || code >= most {
				nullAt(v, len(v.Codes))
				code = 0
			}
			v.Codes = append(v.Codes, code)
		}
	}
	return v
}

func (s *scanner) numbers(at int, spans []span, total int) *column.Vector {
	c := &s.columns[at]
	v := &column.Vector{Type: c.Type, Len: total}
	ints, floats := make([]int64, 0, total), []float64(nil)
	if c.Type.Kind() == column.FloatKind {
		floats, ints = make([]float64, 0, total), nil
	}
	ticks := c.From == event.FromSlot && c.Slot == event.Time && c.Type == column.Time
	n := 0
	for _, sp := range spans {
		p := sp.packs[at]
		for i := sp.from; i < sp.to; i++ {
			var whole int64
			var real float64
			switch {
			case p.kind == 'i' && !p.nulls.Has(i):
				whole = p.ints[i]
				real = float64(whole)
				if ticks {
					whole = s.table.Ticks(whole)
				}
			case p.kind == 'f' && !p.nulls.Has(i):
				real = p.floats[i]
			default:
				nullAt(v, n)
			}
			if floats != nil {
				floats = append(floats, real)
			} else {
				ints = append(ints, whole)
			}
			n++
		}
	}
	v.Ints, v.Floats = ints, floats
	return v
}

// texts gathers texts that are not words, several texts a row, and dynamics.
func (s *scanner) texts(at int, spans []span, total int) *column.Vector {
	t := s.columns[at].Type
	b := column.NewBuilder(t, total)
	parsed := map[string]any{}
	for _, sp := range spans {
		p := sp.packs[at]
		for i := sp.from; i < sp.to; i++ {
			switch p.kind {
			case 's', 'u':
				if p.texts[i] == "" {
					b.Null()
				} else {
					b.Str(p.texts[i])
				}
			case 'm':
				codes := p.codes[p.starts[i]:p.starts[i+1]]
				if t == column.Dynamic {
					b.Value(dynamicOf(parsed, p.texts, codes))
				} else {
					b.Multi(many(p.texts, codes))
				}
			default:
				b.Null()
			}
		}
	}
	return b.Vector()
}

func dynamicOf(parsed map[string]any, texts []string, codes []uint32) any {
	if len(codes) == 0 {
		return nil
	}
	text := texts[codes[0]]
	v, ok := parsed[text]
	if !ok {
		v = (&event.Value{Text: text}).Any(column.Dynamic)
		parsed[text] = v
	}
	return v
}

// many are a row's texts as Elasticsearch keeps keywords: sorted, each once.
func many(texts []string, codes []uint32) []any {
	row := make([]string, len(codes))
	for i, c := range codes {
		row[i] = texts[c]
	}
	slices.Sort(row)
	row = slices.Compact(row)
	values := make([]any, len(row))
	for i, text := range row {
		values[i] = text
	}
	return values
}

func (s *scanner) hasID() bool {
	for _, c := range s.columns {
		if c.From == originID {
			return true
		}
	}
	return false
}

// fromEvents fills in the columns that are not packed: ids, and what only the records have.
func (s *scanner) fromEvents(b *column.Batch) error {
	var details []*event.Details
	if s.raws {
		var err error
		if details, err = s.db.details(s.ctx, b.Events); err != nil {
			return err
		}
	}
	var keys map[int64]string
	if s.hasID() {
		var err error
		if keys, err = s.db.keys(s.ctx, b.Events); err != nil {
			return err
		}
	}
	for i := range s.columns {
		c := &s.columns[i]
		if c.From != event.FromRaw && c.From != originID {
			continue
		}
		v := column.NewBuilder(c.Type, b.Len)
		for row, id := range b.Events {
			if c.From == originID {
				v.Str(keys[id])
				continue
			}
			value := details[row].Value(s.table, c.Column)
			if list, ok := value.([]any); ok && c.Type.Kind() == column.StringKind {
				value = sorted(list)
			}
			v.Value(value)
		}
		b.Columns[i] = v.Vector()
	}
	return nil
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

const sqlMost = 16384 // values in one statement

// byIDs runs f over a condition "e.id in (…)" for slices of ids that SQLite takes at once.
func byIDs(ids []int64, f func(condition string, args []any) error) error {
	for part := range slices.Chunk(ids, sqlMost) {
		args := make([]any, len(part))
		mark := make([]byte, 0, 2*len(part))
		for i, id := range part {
			args[i] = id
			mark = append(mark, '?', ',')
		}
		if err := f("e.id in ("+string(mark[:len(mark)-1])+")", args); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) keys(ctx context.Context, ids []int64) (map[int64]string, error) {
	keys := make(map[int64]string, len(ids))
	err := byIDs(ids, func(condition string, args []any) error {
		return each(ctx, db.readers, "select e.id, e.key, e.occurrence from event_row e where "+condition, args, func(scan func(...any) error) error {
			var id int64
			var key []byte
			var occurrence int
			err := scan(&id, &key, &occurrence)
			keys[id] = hex.EncodeToString(key)
			if occurrence > 1 {
				keys[id] += fmt.Sprintf("-%d", occurrence)
			}
			return err
		})
	})
	return keys, db.trouble("read events", err)
}

// details decodes the records of events again, file by file so that each is expanded once.
func (db *DB) details(ctx context.Context, ids []int64) ([]*event.Details, error) {
	at := make(map[int64]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	details := make([]*event.Details, len(ids))
	err := byIDs(ids, func(condition string, args []any) error {
		places, err := db.rawPlaces(ctx, "where "+condition+" order by e.file, e.begin", args...)
		if err != nil {
			return err
		}
		for i := range places {
			if err := ctx.Err(); err != nil {
				return err
			}
			p := &places[i]
			_, record, err := db.record(ctx, p)
			if err != nil {
				return err
			}
			if details[at[p.id]], err = event.Detail(record, siblingsOf(string(p.path))); err != nil {
				return fmt.Errorf("decode event %d: %w", p.id, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, d := range details {
		if d == nil {
			return nil, fmt.Errorf("event %d: %w", ids[i], ErrNotFound)
		}
	}
	return details, nil
}
