package exec

import (
	"math"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func types(xs []plan.Expr) []column.Type {
	ts := make([]column.Type, len(xs))
	for i, x := range xs {
		ts[i] = x.Type()
	}
	return ts
}

// grouped is the group of each row of a batch by some keys; the slice is good until the next call.
func (e *evaluator) grouped(g *grouper, by []plan.Expr, b *batch) (ids []int32, err error) {
	keys, err := e.evalAll(by, b)
	if err != nil {
		return nil, err
	}
	if stopped := e.overMany(b.Len, func() { ids, err = g.assign(keys, b.Len) }); stopped != nil {
		return nil, stopped
	}
	return ids, err
}

// grouper numbers the distinct combinations of key values from 0, in the order in which they appear.
//
// Each key value becomes a word: an integer itself, a double its bits, a text the number it was interned under, null 0 and
// several values a number of their own, with a bit in a further word that says so. The words of a row are looked up in one open hash table, so that nothing is
// allocated per row.
type grouper struct {
	keys  []wording
	max   int
	words []uint64 // of each group, len(row) of them
	slots []int32  // group+1, or 0
	mask  uint64
	n     int

	row  []uint64   // the words of one row
	cols [][]uint64 // scratch: each word of a batch's rows
	hash []uint64   // scratch: of a batch's rows
	ids  []int32    // scratch
}

func newGrouper(ts []column.Type, max int) *grouper {
	width := len(ts) + (len(ts)+31)/32
	g := &grouper{keys: make([]wording, len(ts)), max: max, row: make([]uint64, width), cols: make([][]uint64, width)}
	g.resize(64)
	return g
}

// wordedRows is how many rows have their words in memory at once.
const wordedRows = 4096

// assign is each row's group; the slice is good until the next call. Several values of a key are compared as a whole.
func (g *grouper) assign(keys []*column.Vector, n int) ([]int32, error) {
	if cap(g.ids) < n {
		g.ids = make([]int32, n)
	}
	ids := g.ids[:n]
	for k := range g.keys {
		g.keys[k].rows = n
	}
	if n <= wordedRows {
		return ids, g.assignSome(keys, ids)
	}
	some := make([]*column.Vector, len(keys))
	for from := 0; from < n; from += wordedRows {
		to := min(from+wordedRows, n)
		for k, v := range keys {
			some[k] = v.Slice(from, to)
		}
		if err := g.assignSome(some, ids[from:to]); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (g *grouper) assignSome(keys []*column.Vector, ids []int32) error {
	n := len(ids)
	for k := range g.cols {
		if cap(g.cols[k]) < n {
			g.cols[k] = make([]uint64, n)
		}
		g.cols[k] = g.cols[k][:n]
		if k >= len(keys) {
			clear(g.cols[k])
		}
	}
	for k, v := range keys {
		g.keys[k].fill(g.cols[k], v)
		g.mark(k, v)
	}
	if len(keys) == 1 {
		return g.assignOne(ids, g.cols[0], g.cols[1])
	}
	if cap(g.hash) < n {
		g.hash = make([]uint64, n)
	}
	hash := g.hash[:n]
	clear(hash)
	for _, words := range g.cols {
		for i, w := range words {
			hash[i] = mix(hash[i] ^ w)
		}
	}
	for i, h := range hash {
		for k, words := range g.cols {
			g.row[k] = words[i]
		}
		id, err := g.find(h)
		if err != nil {
			return err
		}
		ids[i] = id
	}
	return nil
}

// mark marks the rows where key k is null, or several values.
func (g *grouper) mark(k int, v *column.Vector) {
	if v.Nulls == nil && v.Offsets == nil && v.Type.Kind() != column.NoKind {
		return
	}
	words, marks := g.cols[k], g.cols[len(g.keys)+k/32]
	null := uint64(1) << (2 * (k & 31))
	for i := range words {
		switch from, to := v.Range(i); {
		case from == to:
			words[i] = 0
			marks[i] |= null
		case to > from+1:
			marks[i] |= null << 1
		}
	}
}

func (g *grouper) assignOne(ids []int32, words, marks []uint64) error {
	last := int32(-1)
	for i, w := range words {
		if last >= 0 && w == g.row[0] && marks[i] == g.row[1] {
			ids[i] = last
			continue
		}
		g.row[0], g.row[1] = w, marks[i]
		id, err := g.find(mix(mix(w) ^ marks[i]))
		if err != nil {
			return err
		}
		ids[i], last = id, id
	}
	return nil
}

// reset forgets the groups but not the numbers that texts were interned under, nor the room it has.
func (g *grouper) reset() {
	if g.n > 0 {
		clear(g.slots)
	}
	g.words, g.n = g.words[:0], 0
}

// renew forgets also what texts were interned under: another stretch of time has other texts.
func (g *grouper) renew() {
	g.reset()
	clear(g.keys)
}

func mix(x uint64) uint64 {
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	x ^= x >> 32
	return x
}

// find is the group of g.row, whose hash is h.
func (g *grouper) find(h uint64) (int32, error) {
	width := len(g.row)
probe:
	for at := h & g.mask; ; at = (at + 1) & g.mask {
		id := g.slots[at] - 1
		if id < 0 {
			return g.add(at)
		}
		words := g.words[int(id)*width:]
		for k, w := range g.row {
			if words[k] != w {
				continue probe
			}
		}
		return id, nil
	}
}

func (g *grouper) add(at uint64) (int32, error) {
	if g.max > 0 && g.n >= g.max {
		return 0, &function.LimitError{What: "groups", Limit: g.max}
	}
	id := int32(g.n)
	g.n++
	g.words = append(g.words, g.row...)
	g.slots[at] = id + 1
	if g.n*2 > len(g.slots) {
		g.resize(4 * len(g.slots))
	}
	return id, nil
}

func (g *grouper) resize(size int) {
	width := len(g.row)
	g.slots, g.mask, g.words = make([]int32, size), uint64(size-1), slices.Grow(g.words, size/2*width-len(g.words))
	for id := range g.n {
		h := uint64(0)
		for _, w := range g.words[id*width : (id+1)*width] {
			h = mix(h ^ w)
		}
		at := h & g.mask
		for g.slots[at] != 0 {
			at = (at + 1) & g.mask
		}
		g.slots[at] = int32(id) + 1
	}
}

// wording turns the values of one key into words.
type wording struct {
	rows int // that are to have words
	// While every vector has had the same distinct dictionary, codes are their own words.
	dict  *column.Dict
	texts map[string]uint64
	// remap is the words of a dictionary's codes, plus one, for the dictionary that was last interned.
	remapped *column.Dict
	remap    []uint64
}

// fill gives each row its word; what it gives a null row means nothing.
func (w *wording) fill(out []uint64, v *column.Vector) {
	switch {
	case v.Type.Kind() == column.NoKind:
	case v.Offsets != nil:
		w.fillSeveral(out, v)
	case v.Type.Kind() == column.IntKind:
		for i, x := range v.Ints[:len(out)] {
			out[i] = uint64(x)
		}
	case v.Type.Kind() == column.FloatKind:
		for i, x := range v.Floats[:len(out)] {
			switch {
			case x == 0:
				x = 0 // -0 is 0
			case x != x:
				x = math.NaN()
			}
			out[i] = math.Float64bits(x)
		}
	case v.Type.Kind() == column.StringKind:
		w.fillTexts(out, v)
	default:
		for i := range out {
			out[i] = w.intern(column.Key(v.Anys[i]))
		}
	}
}

// fillSeveral gives a single value the word that it has elsewhere, and several values one of their own.
func (w *wording) fillSeveral(out []uint64, v *column.Vector) {
	first := make([]int32, len(out))
	for i := range first {
		from, to := v.Range(i)
		if first[i] = int32(from); from == to {
			first[i] = -1
		}
	}
	w.fill(out, v.Elements().Gather(first))
	for i := range out {
		if from, to := v.Range(i); to > from+1 {
			out[i] = w.intern(column.Key(v.Value(i)))
		}
	}
}

func (w *wording) fillTexts(out []uint64, v *column.Vector) {
	if w.texts == nil && v.Dict.Distinct && (w.dict == nil || w.dict == v.Dict) {
		w.dict = v.Dict
		for i, c := range v.Codes[:len(out)] {
			out[i] = uint64(c)
		}
		return
	}
	if w.remapped != v.Dict {
		w.remapped, w.remap = v.Dict, nil
		if len(v.Dict.Values) <= 4*w.rows {
			w.remap = make([]uint64, len(v.Dict.Values))
		}
	}
	for i, c := range v.Codes[:len(out)] {
		switch {
		case v.Nulls.Has(i):
		case w.remap == nil:
			out[i] = w.intern(v.Dict.Values[c])
		case w.remap[c] != 0:
			out[i] = w.remap[c] - 1
		default:
			out[i] = w.intern(v.Dict.Values[c])
			w.remap[c] = out[i] + 1
		}
	}
}

// intern is the word of a text. Codes of a first, distinct dictionary keep the words that they were.
func (w *wording) intern(s string) uint64 {
	if w.texts == nil {
		w.texts = map[string]uint64{}
		if w.dict != nil {
			for c, s := range w.dict.Values {
				w.texts[s] = uint64(c)
			}
		}
	}
	word, ok := w.texts[s]
	if !ok {
		word = uint64(len(w.texts))
		w.texts[s] = word
	}
	return word
}
