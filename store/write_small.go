package store

import (
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/store/event"
)

// placed is a small field of a row of the segment.
type placed struct {
	place int32
	json  uint32 // the loader's number
	value int64
}

// small writes the small fields of a source: few rows have them, so that they are gathered from the cells there are.
func (w *segmentWriter) small(source string) error {
	s, ok := w.db.sourceOf(source)
	if !ok || s.Count() == 0 {
		return nil
	}
	w.at = grown(w.at, w.waiting)
	clear(w.at)
	for i, r := range w.rows {
		w.at[w.parts[r.part].base+int(r.row)] = int32(i) + 1
	}
	fields := slices.Grow(w.cells[:0], s.Count())[:s.Count()]
	w.cells = fields
	for i := range fields {
		fields[i] = fields[i][:0]
	}
	for i := range w.parts {
		p := &w.parts[i]
		for _, c := range p.small {
			place := w.at[p.base+int(c.row)] - 1
			if place < 0 || int(c.field) >= len(fields) {
				continue
			}
			x := placed{place: place, value: c.value}
			if c.json {
				x.json = p.value[c.value]
			}
			fields[c.field] = append(fields[c.field], x)
		}
	}
	for i, cells := range fields {
		if len(cells) == 0 {
			continue
		}
		f, loose, _ := s.Field(i)
		if loose {
			if err := w.field(smallPack(f.Name, true), w.packLoose(cells)); err != nil {
				return err
			}
			continue
		}
		if err := w.field(packSmall+f.Name, w.packSmall(cells, f.Type)); err != nil {
			return err
		}
		if f.Type == column.Dynamic {
			if err := w.properties(f.Name, cells); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *segmentWriter) packSmall(cells []placed, t column.Type) *pack {
	switch t {
	case column.Double, column.Dynamic, column.String, column.Text, column.IP:
		return w.packValues(cells)
	}
	fill(w.null)
	for _, c := range cells {
		w.ints[c.place], w.null[c.place] = c.value, false
	}
	return packInts(w.ints, w.null, w.wide)
}

// packLoose packs values as the records have them, and says of what kinds they are.
func (w *segmentWriter) packLoose(cells []placed) *pack {
	p := w.packValues(cells)
	kinds := event.Kinds(0)
	for _, n := range w.list[1:] {
		kinds |= event.KindsOf(w.values.list[n])
	}
	p.base = int64(kinds)
	return p
}

func (w *segmentWriter) packValues(cells []placed) *pack {
	clear(w.codes)
	w.list = append(w.list[:0], 0)
	for _, c := range cells {
		place := w.places[c.json]
		if place == 0 {
			place = uint32(len(w.list))
			w.list = append(w.list, c.json)
			w.places[c.json] = place
		}
		w.codes[c.place] = place
	}
	var list strings.Builder
	list.WriteString("[null")
	for _, n := range w.list[1:] {
		w.places[n] = 0
		list.WriteString("," + w.values.list[n])
	}
	p := packPlaces(packJSON, w.codes, len(w.list)-1)
	p.list = list.String() + "]"
	return p
}
