package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"casebook/engine/column"
	"casebook/store/event"
)

// Small dynamic fields are large texts of which rules ask for one property: the user whom a caller named. So each property that is
// a plain value, and has few of them in a segment, has a pack of its own beside that of the whole field, and the texts are not read
// for it. A pack "keys:" of the field tells which rows have a value, and lists the properties that have no pack because they are
// lists, objects or of too many values: those are taken out of the texts when someone asks, and so is every property of a segment
// that was written before there were such packs.

const (
	packKeys     = "keys:"
	packProperty = "property:"
)

func propertyName(field, key string) string { return packProperty + field + ":" + key }

// dynamics reads a small dynamic field of events by their ids. Scans that write into the same room, one after the other, have the same reader.
type dynamics struct {
	db    *DB
	field string
	pack  string // of the whole field
	loose bool

	mu    sync.Mutex
	known map[string]*knownProperty
}

// Values reads the texts of rows.
func (d *dynamics) Values(ctx context.Context, rows []int64) ([]any, error) {
	type read struct {
		*pack
		trees map[uint64]any
	}
	values, find, known := make([]any, len(rows)), d.db.finder(), map[*segment]read{}
	for i, id := range rows {
		s, err := find.find(ctx, id)
		if err != nil {
			return nil, err
		}
		if s.segment == nil {
			continue // a row that is null has no event
		}
		r, ok := known[s.segment]
		if !ok {
			if r.pack, err = d.db.pack(ctx, s.segment, d.pack); err != nil {
				return nil, err
			}
			r.trees = map[uint64]any{}
			known[s.segment] = r
		}
		if r.pack == nil {
			continue
		}
		code := r.code(s.place)
		if _, ok := r.trees[code]; !ok {
			r.trees[code] = d.treeOf(r.pack, code)
		}
		values[i] = r.trees[code]
	}
	return values, ctx.Err()
}

func (d *dynamics) treeOf(p *pack, code uint64) any {
	switch {
	case code >= uint64(len(p.values)) || lacksTree(p.values[code]):
		return nil
	case d.loose:
		return event.Fit(p.values[code], column.Dynamic)
	}
	text, _ := p.values[code].(string)
	tree, _ := event.Tree([]byte(text))
	return tree
}

// knownProperty is what a reader has learnt of a property so far. Its rows come from many segments by turns, which have the same values; what is
// made of a value is to be made once.
type knownProperty struct {
	values   []any            // of all segments; the first is nil
	texts    map[string]int32 // where in values
	segments []*knownValues   // the last that was asked for is the first
}

// knownValues are a segment's values.
type knownValues struct {
	*numbered
	pack   *pack   // nil where it is null throughout
	places []int32 // in values, by the pack's numbers
}

// Property reads the packs of a property.
func (d *dynamics) Property(ctx context.Context, rows []int64, key string) (places []int32, met column.Met, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	k := d.known[key]
	if k == nil || len(k.values) > mostValues {
		k = &knownProperty{values: []any{nil}, texts: map[string]int32{}}
		if d.known == nil {
			d.known = map[string]*knownProperty{}
		}
		d.known[key] = k
	}
	places = make([]int32, len(rows))
	find := d.db.finder()
	for i, id := range rows {
		s, at := k.find(id)
		if s == nil {
			found, err := find.find(ctx, id)
			if err != nil {
				return nil, met, err
			}
			if found.segment == nil {
				continue // a row that is null has no event
			}
			if s, err = d.learn(ctx, k, found.segment, key); err != nil {
				return nil, met, err
			}
			at = found.place
		}
		if s.pack == nil {
			continue
		}
		if code := s.pack.code(at); code < uint64(len(s.places)) {
			places[i] = s.places[code]
		}
	}
	return places, column.Met{Values: k.values[:len(k.values):len(k.values)], Root: k}, ctx.Err()
}

// find is the segment of an event, if it is one that was asked for lately.
func (k *knownProperty) find(id int64) (*knownValues, int) {
	for i, s := range k.segments {
		if id < s.first || id > s.last {
			continue
		}
		if at, ok := s.place(id); ok {
			if i > 0 {
				k.segments[i], k.segments[i-1] = k.segments[i-1], s
			}
			return s, at
		}
	}
	return nil, 0
}

// mostKnown is how many segments are asked for by turns: as many as lie over one another. Of more than mostValues values a reader begins anew.
const (
	mostKnown  = 32
	mostValues = 16 << 10
)

// learn reads the values of a segment.
func (d *dynamics) learn(ctx context.Context, k *knownProperty, of *segment, key string) (*knownValues, error) {
	p, err := d.property(ctx, of, key)
	if err != nil {
		return nil, err
	}
	n, err := d.db.numbered(ctx, of)
	if err != nil {
		return nil, err
	}
	s := &knownValues{numbered: n, pack: p}
	if p != nil {
		s.places = make([]int32, len(p.values))
		for code, value := range p.values {
			text, isText := value.(string)
			switch at, known := k.texts[text]; {
			case code == 0 || value == nil:
			case isText && known:
				s.places[code] = at
			default:
				s.places[code] = int32(len(k.values))
				k.values = append(k.values, value)
				if isText {
					k.texts[text] = s.places[code]
				}
			}
		}
	}
	if len(k.segments) < mostKnown {
		k.segments = append(k.segments, nil)
	}
	copy(k.segments[1:], k.segments)
	k.segments[0] = s
	return s, nil
}

// property is a property of a small field in a segment, as a pack of places in its values; nil when it is null throughout.
func (d *dynamics) property(ctx context.Context, s *segment, key string) (*pack, error) {
	db, name := d.db, propertyName(d.field, key)
	p, err := db.pack(ctx, s, name)
	if p != nil || err != nil {
		return p, err
	}
	keys, err := db.pack(ctx, s, packKeys+d.field)
	if err != nil {
		return nil, err
	}
	if keys != nil && !slices.Contains(keys.keys, key) {
		return nil, nil
	}
	whole, err := db.pack(ctx, s, d.pack)
	if whole == nil || err != nil {
		return nil, err
	}
	p = &pack{kind: packJSON, n: whole.n, width: whole.width, bytes: whole.bytes, values: make([]any, len(whole.values))}
	for i, text := range whole.values {
		if text, ok := text.(string); ok {
			p.values[i] = event.Property(text, key)
		}
	}
	db.cache.replace(packName{s.id, name}, p)
	return p, nil
}

// keyed reads the list of a pack of keys or of a property.
func (p *pack) keyed(list string) error {
	if p.kind == packInt {
		if err := json.Unmarshal([]byte(list), &p.keys); err != nil {
			return fmt.Errorf("%w: %v", errPack, err)
		}
		return nil
	}
	all, ok := plainTexts(list)
	if !ok {
		values, _ := event.Tree([]byte(list))
		if all, ok = values.([]any); !ok {
			return errPack
		}
	}
	p.values = all
	return nil
}

// plainTexts reads a list of null and texts behind it in which nothing is escaped; not ok for any other.
func plainTexts(list string) (values []any, ok bool) {
	rest, ok := strings.CutPrefix(list, "[null")
	if !ok {
		return nil, false
	}
	for i := range len(rest) {
		if c := rest[i]; c < ' ' || c > '~' || c == '\\' {
			return nil, false
		}
	}
	values = append(make([]any, 0, strings.Count(rest, `"`)/2+1), nil)
	for rest != "]" {
		if !strings.HasPrefix(rest, `,"`) {
			return nil, false
		}
		text, behind, ok := strings.Cut(rest[2:], `"`)
		if !ok {
			return nil, false
		}
		values, rest = append(values, text), behind
	}
	return values, true
}

// The most that is packed of a field's properties. A property of more values is of no use to group by, and one that is asked for
// by its value is found in the texts as fast.
const (
	mostKeys    = 64
	fewEnough   = 1 << 12
	longestText = 1 << 10
)

// gathered is a property while it is packed.
type gathered struct {
	codes  []uint32
	places map[string]uint32
	list   []string
	loose  bool
}

// properties writes the properties of a small dynamic field.
func (w *segmentWriter) properties(field string, cells []placed) error {
	fill(w.null)
	by := map[string]*gathered{}
	var order []string
	for _, c := range cells {
		tree, ok := event.Tree([]byte(w.values.list[c.json]))
		text, isText := tree.(string)
		if !ok || !isText || text == "null" {
			continue
		}
		w.ints[c.place], w.null[c.place] = 1, false
		event.Properties(text, func(key string, value []byte) {
			g := by[key]
			if g == nil && len(by) > mostKeys {
				return
			}
			if g == nil {
				g = &gathered{}
				by[key] = g
				order = append(order, key)
			}
			g.put(c.place, value, len(w.rows))
		})
	}
	if len(by) > mostKeys {
		return nil
	}
	loose := []string{}
	for _, key := range order {
		g := by[key]
		if g.loose {
			loose = append(loose, key)
			continue
		}
		if p := packPlaces(packJSON, g.codes, len(g.list)); p != nil {
			list := []byte("[null")
			for _, value := range g.list {
				list = append(append(list, ','), value...)
			}
			p.list = string(append(list, ']'))
			if err := w.field(propertyName(field, key), p); err != nil {
				return err
			}
		}
	}
	list, err := json.Marshal(loose)
	if err != nil {
		return err
	}
	p := packInts(w.ints, w.null, w.wide)
	if p == nil {
		return nil
	}
	p.list = string(list)
	return w.field(packKeys+field, p)
}

// put notes a row's value. What is written differently is another value, so that each is read as it was written.
func (g *gathered) put(place int32, value []byte, rows int) {
	if g.loose {
		return
	}
	if g.codes == nil {
		g.codes, g.places = make([]uint32, rows), map[string]uint32{}
	}
	switch {
	case value[0] == 'n':
		g.codes[place] = 0
		return
	case value[0] == '{' || value[0] == '[' || len(value) > longestText:
		g.loose = true
		return
	}
	code := g.places[string(value)]
	if code == 0 {
		if g.loose = len(g.list) >= fewEnough || len(g.list) > rows/2+1; g.loose {
			return
		}
		g.list = append(g.list, string(value))
		code = uint32(len(g.list))
		g.places[string(value)] = code
	}
	g.codes[place] = code
}
