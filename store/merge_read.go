package store

import (
	"encoding/json"
	"strings"

	"casebook/store/event"
)

// merger takes segments apart into the rows that they were written from, for writing them anew.
type merger struct {
	*loader
	tx     *Tx
	files  map[int64]*fileState
	texts  *texts
	values *texts
	refs   []ref
}

// read takes a segment's events apart. The rows of one file that follow each other are a part.
func (m *merger) read(s *segment) error {
	dict, err := m.db.dictionary(m.tx.ctx, m.tx)
	if err != nil {
		return err
	}
	n, err := readNumbered(m.tx.ctx, m.tx, s)
	if err != nil {
		return err
	}
	source, ok := m.db.sourceOf(s.source)
	if !ok {
		return errUnmergeable
	}
	packs := map[string]*pack{}
	get := func(field string) *pack {
		if _, known := packs[field]; !known && err == nil {
			packs[field], err = readPack(m.tx.ctx, m.tx, s, field)
		}
		return packs[field]
	}
	files := get(packFile)
	for from := 0; from < s.count && err == nil; {
		file, _ := files.number(from)
		to := from + 1
		for to < s.count {
			if next, _ := files.number(to); next != file {
				break
			}
			to++
		}
		r := newRows(m.texts, m.values, to-from)
		for i := range textSlots {
			p := get(textSlots[i].String())
			for row := from; row < to; row++ {
				r.words[i] = append(r.words[i], m.texts.of(dict.Values[p.word(row)]))
			}
		}
		forms := get(packForm)
		name := m.texts.of(s.source)
		for row := from; row < to; row++ {
			r.words[wordSource] = append(r.words[wordSource], name)
			r.words[wordForm] = append(r.words[wordForm], m.texts.of(dict.Values[forms.word(row)]))
		}
		r.set = make([]uint8, to-from)
		for i := range numberSlots {
			p := get(numberSlots[i].String())
			for row := from; row < to; row++ {
				n, set := p.number(row)
				r.numbers[i] = append(r.numbers[i], n)
				if set {
					r.set[row-from] |= 1 << i
				}
			}
		}
		for i := range idSlots {
			p := get(idSlots[i].String())
			for row := from; row < to; row++ {
				r.ids[i].add(p.text(row))
			}
		}
		m.places(s, r, from, to, get)
		if err == nil {
			err = m.small(s, source, r, from, to, get)
		}
		if err != nil {
			break
		}
		r.close()
		m.add(n, r, file, from, to, get(packOccurrence))
		from = to
	}
	return err
}

// places reads where records stand, when they happened, and their hashes.
func (m *merger) places(s *segment, r *rows, from, to int, get func(string) *pack) {
	times, flags, keys, sums := get(event.Time.String()), get(packFlags), get(packKey), get(packSum)
	begins, lengths, lines := get(packBegin), get(packLength), get(packLine)
	if keys == nil || sums == nil {
		return
	}
	for row := from; row < to; row++ {
		at, dated := times.number(row)
		if !dated {
			at = undatedTime
		}
		r.times = append(r.times, at)
		flag, _ := flags.number(row)
		r.flags = append(r.flags, event.Flags(flag))
		r.keys = append(r.keys, [16]byte(keys.hash(row)))
		r.sums = append(r.sums, [32]byte(sums.hash(row)))
		for _, x := range []struct {
			p  *pack
			to *[]int64
		}{{begins, &r.begins}, {lengths, &r.lengths}, {lines, &r.lines}} {
			n, _ := x.p.number(row)
			*x.to = append(*x.to, n)
		}
	}
}

// small reads small fields. JSON is passed on as it is written.
func (m *merger) small(s *segment, source *event.Source, r *rows, from, to int, get func(string) *pack) error {
	fields, err := m.smallFields(s, source)
	if err != nil {
		return err
	}
	for _, f := range fields {
		p, name := get(f.pack), f.pack
		if p == nil {
			continue
		}
		var list []json.RawMessage
		if p.kind == packJSON {
			var text string
			if err := m.tx.row("select words from pack where segment = ? and field = ?", s.id, name).Scan(&text); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(text), &list); err != nil {
				return err
			}
		}
		for row := from; row < to; row++ {
			c := smallCell{row: int32(row - from), field: int16(f.place)}
			if p.kind == packJSON {
				code := p.code(row)
				if code == 0 || code >= uint64(len(list)) {
					continue
				}
				c.json, c.value = true, int64(m.values.of(string(list[code])))
			} else {
				n, set := p.number(row)
				if !set {
					continue
				}
				c.value = n
			}
			r.small = append(r.small, c)
		}
	}
	return nil
}

// smallField is a small field of a segment: its pack, and its place among those of its source.
type smallField struct {
	pack  string
	place int
}

// smallFields are a segment's small fields. It may have some that were found in records that this process has not seen.
func (m *merger) smallFields(s *segment, source *event.Source) ([]smallField, error) {
	var list []smallField
	for i := range source.Small {
		f, loose, _ := source.Field(i)
		list = append(list, smallField{smallPack(f.Name, loose), i})
	}
	if list != nil {
		return list, nil
	}
	return list, each(m.tx.ctx, m.tx, "select field from pack where segment = ? and field >= ? and field < ? order by field", []any{s.id, packLoose, afterLoose}, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		list = append(list, smallField{name, source.Place(strings.TrimPrefix(name, packLoose))})
		return err
	})
}

// add lets rows wait to be written.
func (m *merger) add(s *numbered, r *rows, file int64, from, to int, occurrences *pack) {
	f := m.files[file]
	if f == nil {
		f = &fileState{id: file}
		m.files[file] = f
	}
	m.parts = append(m.parts, part{rows: r, file: f, base: m.waiting})
	m.waiting += to - from
	for row := from; row < to; row++ {
		n, _ := occurrences.number(row)
		m.refs = append(m.refs, ref{time: r.times[row-from], part: int32(len(m.parts) - 1), row: int32(row - from), occurrence: int32(n), id: s.event(row)})
	}
}
