package column

import (
	"math/bits"
	"slices"
)

// Pile puts vectors of one type (or Null) one after the other, in room that it keeps when it begins anew.
type Pile struct {
	v     Vector
	nulls Bitmap // room
	dicts merger
	some  bool // there is a vector with values; without one there are only so many nulls
}

// Begin empties the pile for values of a type. What it gave before is overwritten from now on.
func (p *Pile) Begin(t Type) {
	v := &p.v
	p.v = Vector{Type: t, Ints: v.Ints[:0], Floats: v.Floats[:0], Codes: v.Codes[:0], Anys: v.Anys[:0]}
	p.dicts, p.some = merger{}, false
}

// Add copies a vector. Those that nobody has read are all of one reader.
func (p *Pile) Add(v *Vector) {
	if v.Type.Kind() == NoKind {
		if !p.some || p.v.Type.Kind() == NoKind {
			p.v.Len += v.Len
			return
		}
		v = p.lacking(v.Len)
	} else if !p.some {
		p.some, p.v.Unread = true, v.Unread
		if n := p.v.Len; n > 0 {
			p.v.Len = 0
			p.append(p.lacking(n))
		}
	} else if v.Unread != nil {
		p.v.Unread = v.Unread // the one before may know what nobody asks for any more
	}
	p.append(v)
}

// Drop takes the first rows off, in place: what the pile gave before is overwritten.
func (p *Pile) Drop(n int) {
	v := &p.v
	if n == v.Len {
		p.Begin(v.Type)
		return
	}
	if v.Len -= n; !p.some || n == 0 {
		return
	}
	values := n
	if v.Offsets != nil {
		values = int(v.Offsets[n])
		v.Offsets = dropped(v.Offsets, n)
		for i := range v.Offsets {
			v.Offsets[i] -= int32(values)
		}
	}
	v.Ints, v.Floats, v.Codes, v.Anys = dropped(v.Ints, values), dropped(v.Floats, values), dropped(v.Codes, values), dropped(v.Anys, values)
	v.Nulls = v.Nulls.drop(n, v.Len)
	v.Codes = p.dicts.shrink(v.Codes)
}

// dropped is a list without its first items, in the same room; what is behind it holds nothing.
func dropped[T any](list []T, n int) []T {
	if len(list) == 0 {
		return list
	}
	kept := copy(list, list[n:])
	clear(list[kept:])
	return list[:kept]
}

// drop takes the first rows out of a set, of which so many are left.
func (b Bitmap) drop(n, left int) Bitmap {
	if b == nil {
		return nil
	}
	words, bit := n>>6, n&63
	for i := range b {
		var w uint64
		if at := i + words; at < len(b) {
			w = b[at] >> bit
			if bit > 0 && at+1 < len(b) {
				w |= b[at+1] << (64 - bit)
			}
		}
		b[i] = w
	}
	return b[:(left+63)/64]
}

// lacking is so many nulls.
func (p *Pile) lacking(n int) *Vector {
	v := NullVector(p.v.Type, n)
	if p.v.Unread != nil {
		v.Unread, v.Ints, v.Anys = p.v.Unread, make([]int64, n), nil
	}
	return v
}

func (p *Pile) append(v *Vector) {
	if v.Offsets != nil && p.v.Offsets == nil { // from here on rows are ranges
		single := p.v
		single.Nulls = slices.Clone(p.fitted())
		p.v = Vector{Type: single.Type, Offsets: []int32{0}}
		dict := p.dicts.dict
		p.dicts = merger{}
		if single.Len > 0 {
			single.Dict = dict
			p.appendMulti(&single)
		}
	}
	if p.v.Offsets != nil {
		p.appendMulti(v)
		return
	}
	c := &p.v
	switch c.held() {
	case IntKind:
		c.Ints = append(Room(c.Ints, len(v.Ints)), v.Ints...)
	case FloatKind:
		c.Floats = append(Room(c.Floats, len(v.Floats)), v.Floats...)
	case StringKind:
		c.Codes = p.dicts.append(Room(c.Codes, len(v.Codes)), v.Codes, v.Dict)
	case AnyKind:
		c.Anys = append(Room(c.Anys, len(v.Anys)), v.Anys...)
	}
	row := c.Len
	c.Len += v.Len
	if v.Nulls == nil {
		return
	}
	c.Nulls = p.fitted()
	for w, word := range v.Nulls {
		for ; word != 0; word &= word - 1 {
			c.Nulls.Set(row + w<<6 + bits.TrailingZeros64(word))
		}
	}
}

// Room is a list with room for so many items more. What has to be made is made twice as large as before: append alone would make large lists
// so often that most of the memory it takes is for copies.
func Room[T any](list []T, more int) []T {
	if n := len(list) + more; n > cap(list) {
		return append(make([]T, 0, max(n, 2*cap(list))), list...)
	}
	return list
}

// fitted is the set of nulls with room for all rows.
func (p *Pile) fitted() Bitmap {
	set, n := p.v.Nulls, (p.v.Len+63)/64
	if set == nil {
		set = p.nulls[:0]
	}
	for len(set) < n {
		set = append(set, 0)
	}
	p.nulls = set
	return set
}

func (p *Pile) appendMulti(v *Vector) {
	c := &p.v
	c.Len += v.Len
	total := c.Offsets[len(c.Offsets)-1]
	for i := range v.Len {
		from, to := v.Range(i)
		switch c.Type.Kind() {
		case IntKind:
			c.Ints = append(c.Ints, v.Ints[from:to]...)
		case FloatKind:
			c.Floats = append(c.Floats, v.Floats[from:to]...)
		case StringKind:
			c.Codes = p.dicts.append(c.Codes, v.Codes[from:to], v.Dict)
		case AnyKind:
			c.Anys = append(c.Anys, v.Anys[from:to]...)
		}
		total += int32(to - from)
		c.Offsets = append(c.Offsets, total)
	}
}

// Empty tells whether no vector with values was put on the pile.
func (p *Pile) Empty() bool { return !p.some }

// Vector is all rows; it is good until the pile begins anew.
func (p *Pile) Vector() *Vector {
	switch {
	case !p.some:
		return NullVector(p.v.Type, p.v.Len)
	case p.v.Nulls != nil:
		p.v.Nulls = p.fitted()
	}
	p.v.Dict = p.dicts.dict
	v := p.v
	return &v
}

// Shown is all rows so far; it stays good when more come.
func (p *Pile) Shown() *Vector {
	v := p.Vector()
	v.Nulls = slices.Clone(v.Nulls)
	if v.Dict != nil {
		d := *v.Dict
		v.Dict = &d
	}
	return v
}

// Bytes is how much room the pile has.
func (p *Pile) Bytes() int {
	return 8*(cap(p.v.Ints)+cap(p.v.Floats)+cap(p.nulls)) + 4*(cap(p.v.Codes)+cap(p.v.Offsets)) + 16*cap(p.v.Anys)
}

// Concat puts vectors of one type (or Null) one after the other; those that nobody has read are of one reader.
func Concat(t Type, vectors []*Vector) *Vector {
	if len(vectors) == 1 {
		return vectors[0].As(t)
	}
	var first *Vector
	values := 0
	for _, v := range vectors {
		values += max(len(v.Ints), len(v.Floats), len(v.Codes), len(v.Anys))
		if first == nil && v.Type.Kind() != NoKind {
			first = v
		}
	}
	var p Pile
	p.Begin(t)
	if first != nil {
		switch first.held() {
		case IntKind:
			p.v.Ints = make([]int64, 0, values)
		case FloatKind:
			p.v.Floats = make([]float64, 0, values)
		case StringKind:
			p.v.Codes = make([]uint32, 0, values)
		case AnyKind:
			p.v.Anys = make([]any, 0, values)
		}
	}
	for _, v := range vectors {
		p.Add(v)
	}
	return p.Vector()
}

// merger makes one dictionary of several. While there is only one it is shared and no code changes.
type merger struct {
	dict  *Dict
	owned bool // dict is ours to append to
	codes map[string]uint32
	last  *Dict
	remap []uint32 // last's codes, plus one; 0 for those not yet seen
}

// shrink leaves texts that no code stands for out of a dictionary of one's own, once most are such.
func (m *merger) shrink(codes []uint32) []uint32 {
	if !m.owned || len(m.dict.Values) < 4*len(codes)+crowdedDict {
		return codes
	}
	old := m.dict
	*m = merger{dict: &Dict{Distinct: old.Distinct, Passing: old.Passing}, owned: true, codes: map[string]uint32{}}
	moved := make([]uint32, len(old.Values)) // plus one; 0 for those not yet seen
	for i, c := range codes {
		if moved[c] == 0 {
			m.dict.Values = append(m.dict.Values, old.Values[c])
			moved[c] = uint32(len(m.dict.Values))
			m.codes[old.Values[c]] = moved[c] - 1
		}
		codes[i] = moved[c] - 1
	}
	return codes
}

// crowdedDict is how many texts are never too many.
const crowdedDict = 1 << 10

func (m *merger) append(to, codes []uint32, d *Dict) []uint32 {
	if m.dict == nil {
		m.dict = d
	}
	if !m.owned && d.begins(m.dict) {
		m.dict = d
		return append(to, codes...)
	}
	if !m.owned {
		m.dict = &Dict{Values: append(make([]string, 0, 2*len(m.dict.Values)), m.dict.Values...)}
		m.owned = true
		m.dict.Distinct = true
		m.codes = make(map[string]uint32, len(m.dict.Values))
		for i, s := range m.dict.Values {
			if _, ok := m.codes[s]; ok {
				m.dict.Distinct = false
				continue
			}
			m.codes[s] = uint32(i)
		}
	}
	if d != m.last {
		m.last, m.remap = d, make([]uint32, len(d.Values))
	}
	for _, c := range codes {
		if m.remap[c] == 0 {
			s := d.Values[c]
			code, ok := m.codes[s]
			if !ok {
				code = uint32(len(m.dict.Values))
				m.codes[s] = code
				m.dict.Values = append(m.dict.Values, s)
			}
			m.remap[c] = code + 1
		}
		to = append(to, m.remap[c]-1)
	}
	return to
}
