package store

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"

	"casebook/engine/column"
)

// A pack is one column of a segment as bytes. Its first byte says how it is written:
//
//	w  words: the distinct word ids, then a place among them for each row, in 1, 2 or 4 bytes; 0 is null
//	i  whole numbers: nulls, least value, greatest common divisor, and for each row the multiple in 0, 1, 2, 4 or 8 bytes
//	f  floats: nulls, 8 bytes a row
//	s  texts: a length a row (0 is null, else one more), then the texts
//	u  texts that are all canonical lower-case UUIDs: nulls, 16 bytes a row
//	m  several texts a row: the distinct texts, a count a row, then their places
//	b  bytes of one length
//	n  nothing but nulls
//
// Times and counts of a segment lie close together and models, users and regions are few, so that most columns take a byte or
// two a row without any compression that would have to be undone in the replay.

var errPack = errors.New("a packed column is damaged")

// unpacked is a pack read back; the members that its kind has are set.
type unpacked struct {
	kind   byte
	n      int
	nulls  column.Bitmap
	ints   []int64
	floats []float64
	codes  []uint32 // w: word ids, 0 for null; m: places in texts
	starts []int32  // m: n+1 of them
	texts  []string // s, u: a row each; m: distinct
}

func packWords(ids []uint32) []byte {
	distinct := map[uint32]uint32{0: 0}
	order := []uint32{0}
	for _, id := range ids {
		if _, ok := distinct[id]; !ok {
			distinct[id] = uint32(len(order))
			order = append(order, id)
		}
	}
	if len(order) == 1 {
		return []byte{'n'}
	}
	b := binary.AppendUvarint([]byte{'w'}, uint64(len(order)))
	for _, id := range order {
		b = binary.AppendUvarint(b, uint64(id))
	}
	width := widthOf(uint64(len(order) - 1))
	b = append(b, width)
	for _, id := range ids {
		b = appendWidth(b, uint64(distinct[id]), width)
	}
	return b
}

func widthOf(most uint64) byte {
	switch {
	case most == 0:
		return 0
	case most < 1<<8:
		return 1
	case most < 1<<16:
		return 2
	case most < 1<<32:
		return 4
	}
	return 8
}

func appendWidth(b []byte, x uint64, width byte) []byte {
	switch width {
	case 0:
		return b
	case 1:
		return append(b, byte(x))
	case 2:
		return binary.LittleEndian.AppendUint16(b, uint16(x))
	case 4:
		return binary.LittleEndian.AppendUint32(b, uint32(x))
	}
	return binary.LittleEndian.AppendUint64(b, x)
}

func packInts(values []int64, null func(int) bool) []byte {
	nulls, least, most, some := packNulls(len(values), null), int64(math.MaxInt64), int64(math.MinInt64), false
	for i, v := range values {
		if !null(i) {
			least, most, some = min(least, v), max(most, v), true
		}
	}
	if !some {
		return []byte{'n'}
	}
	divisor := uint64(0)
	for i, v := range values {
		if !null(i) && divisor != 1 {
			divisor = gcd(divisor, uint64(v)-uint64(least))
		}
	}
	divisor = max(divisor, 1)
	width := widthOf((uint64(most) - uint64(least)) / divisor)
	b := append([]byte{'i'}, nulls...)
	b = binary.AppendVarint(b, least)
	b = binary.AppendUvarint(b, divisor)
	b = append(b, width)
	for i, v := range values {
		if null(i) {
			v = least
		}
		b = appendWidth(b, (uint64(v)-uint64(least))/divisor, width)
	}
	return b
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// packNulls is a byte 0 for no nulls, or 1 and a bitmap.
func packNulls(n int, null func(int) bool) []byte {
	bits, some := make([]byte, (n+7)/8), false
	for i := range n {
		if null(i) {
			bits[i>>3] |= 1 << (i & 7)
			some = true
		}
	}
	if !some {
		return []byte{0}
	}
	return append([]byte{1}, bits...)
}

func packFloats(values []float64, null func(int) bool) []byte {
	b := append([]byte{'f'}, packNulls(len(values), null)...)
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// packTexts packs a text a row; empty is null.
func packTexts(texts []string) []byte {
	empty, uuids := true, true
	for _, s := range texts {
		if s != "" {
			empty = false
			if _, ok := parseUUID(s); !ok {
				uuids = false
				break
			}
		}
	}
	switch {
	case empty:
		return []byte{'n'}
	case uuids:
		b := append([]byte{'u'}, packNulls(len(texts), func(i int) bool { return texts[i] == "" })...)
		for _, s := range texts {
			id, _ := parseUUID(s)
			b = append(b, id[:]...)
		}
		return b
	}
	b := []byte{'s'}
	for _, s := range texts {
		n := uint64(0)
		if s != "" {
			n = uint64(len(s)) + 1
		}
		b = binary.AppendUvarint(b, n)
	}
	return append(b, strings.Join(texts, "")...)
}

const hexDigits = "0123456789abcdef"

func parseUUID(s string) (id [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, false
	}
	at := 0
	for i := 0; i < 36; {
		if s[i] == '-' {
			i++
			continue
		}
		hi, lo := strings.IndexByte(hexDigits, s[i]), strings.IndexByte(hexDigits, s[i+1])
		if hi < 0 || lo < 0 {
			return id, false
		}
		id[at] = byte(hi<<4 | lo)
		at++
		i += 2
	}
	return id, true
}

func formatUUID(id []byte) string {
	b := make([]byte, 0, 36)
	for i, c := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[c>>4], hexDigits[c&15])
	}
	return string(b)
}

func packMany(rows [][]string) []byte {
	places := map[string]uint64{}
	var texts []string
	var counts, codes []byte
	for _, row := range rows {
		counts = binary.AppendUvarint(counts, uint64(len(row)))
		for _, s := range row {
			at, ok := places[s]
			if !ok {
				at = uint64(len(texts))
				places[s] = at
				texts = append(texts, s)
			}
			codes = binary.AppendUvarint(codes, at)
		}
	}
	if len(texts) == 0 {
		return []byte{'n'}
	}
	b := binary.AppendUvarint([]byte{'m'}, uint64(len(texts)))
	for _, s := range texts {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return append(append(b, counts...), codes...)
}

// reader of packs; a fault is kept and makes the rest of the reading give zeros.
type unpacker struct {
	b     []byte
	fault bool
}

func (u *unpacker) take(n int) []byte {
	if n < 0 || n > len(u.b) {
		u.fault = true
		return nil
	}
	b := u.b[:n]
	u.b = u.b[n:]
	return b
}

func (u *unpacker) uvarint() uint64 {
	x, n := binary.Uvarint(u.b)
	if n <= 0 {
		u.fault = true
		return 0
	}
	u.b = u.b[n:]
	return x
}

func (u *unpacker) varint() int64 {
	x, n := binary.Varint(u.b)
	if n <= 0 {
		u.fault = true
		return 0
	}
	u.b = u.b[n:]
	return x
}

func (u *unpacker) nulls(n int) column.Bitmap {
	if flag := u.take(1); flag == nil || flag[0] == 0 {
		return nil
	}
	bits := u.take((n + 7) / 8)
	if bits == nil {
		return nil
	}
	words := make([]byte, 8*((n+63)/64))
	copy(words, bits)
	bitmap := column.NewBitmap(n)
	for i := range bitmap {
		bitmap[i] = binary.LittleEndian.Uint64(words[8*i:])
	}
	return bitmap
}

// count is a length that the pack claims; more than there can be is a fault.
func (u *unpacker) count() int {
	n := u.uvarint()
	if n > uint64(len(u.b)) {
		u.fault = true
		return 0
	}
	return int(n)
}

func unpack(b []byte, n int) (*unpacked, error) {
	if len(b) == 0 {
		return nil, errPack
	}
	u := unpacker{b: b[1:]}
	x := &unpacked{kind: b[0], n: n}
	switch x.kind {
	case 'n':
	case 'w':
		u.words(x)
	case 'i':
		u.ints(x)
	case 'f':
		x.nulls = u.nulls(n)
		data := u.take(8 * n)
		x.floats = make([]float64, len(data)/8)
		for i := range x.floats {
			x.floats[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
		}
	case 's', 'u':
		u.rowTexts(x)
	case 'm':
		u.many(x)
	default:
		u.fault = true
	}
	if u.fault {
		return nil, errPack
	}
	return x, nil
}

func (u *unpacker) words(x *unpacked) {
	ids := make([]uint32, u.count())
	for i := range ids {
		ids[i] = uint32(u.uvarint())
	}
	x.codes = make([]uint32, x.n)
	width := u.take(1)
	if width == nil || len(ids) == 0 {
		u.fault = true
		return
	}
	data := u.take(x.n * int(width[0]))
	if data == nil && x.n > 0 {
		return
	}
	top := uint32(len(ids) - 1)
	switch width[0] {
	case 1:
		for i, c := range data {
			x.codes[i] = ids[min(uint32(c), top)]
		}
	case 2:
		for i := range x.codes {
			x.codes[i] = ids[min(uint32(binary.LittleEndian.Uint16(data[2*i:])), top)]
		}
	case 4:
		for i := range x.codes {
			x.codes[i] = ids[min(binary.LittleEndian.Uint32(data[4*i:]), top)]
		}
	default:
		u.fault = true
	}
}

func (u *unpacker) ints(x *unpacked) {
	x.nulls = u.nulls(x.n)
	least, divisor, width := u.varint(), int64(u.uvarint()), u.take(1)
	if width == nil {
		return
	}
	x.ints = make([]int64, x.n)
	data := u.take(x.n * int(width[0]))
	if u.fault {
		return
	}
	switch width[0] {
	case 0:
		for i := range x.ints {
			x.ints[i] = least
		}
	case 1:
		for i, c := range data {
			x.ints[i] = least + int64(c)*divisor
		}
	case 2:
		for i := range x.ints {
			x.ints[i] = least + int64(binary.LittleEndian.Uint16(data[2*i:]))*divisor
		}
	case 4:
		for i := range x.ints {
			x.ints[i] = least + int64(binary.LittleEndian.Uint32(data[4*i:]))*divisor
		}
	case 8:
		for i := range x.ints {
			x.ints[i] = least + int64(binary.LittleEndian.Uint64(data[8*i:]))*divisor
		}
	default:
		u.fault = true
	}
}

func (u *unpacker) rowTexts(x *unpacked) {
	x.texts = make([]string, x.n)
	if x.kind == 'u' {
		x.nulls = u.nulls(x.n)
		data := u.take(16 * x.n)
		for i := 0; i < x.n && data != nil; i++ {
			if !x.nulls.Has(i) {
				x.texts[i] = formatUUID(data[16*i : 16*i+16])
			}
		}
		return
	}
	lengths := make([]int, x.n)
	for i := range lengths {
		lengths[i] = int(u.uvarint())
	}
	all := string(u.b)
	for i, n := range lengths {
		if n == 0 {
			continue
		}
		if n-1 > len(all) || n < 0 {
			u.fault = true
			return
		}
		x.texts[i], all = all[:n-1], all[n-1:]
	}
}

func (u *unpacker) many(x *unpacked) {
	x.texts = make([]string, u.count())
	for i := range x.texts {
		x.texts[i] = string(u.take(u.count()))
	}
	x.starts = make([]int32, 1, x.n+1)
	total := int32(0)
	for range x.n {
		total += int32(u.count())
		x.starts = append(x.starts, total)
	}
	if u.fault || int(total) > len(u.b) {
		u.fault = true
		return
	}
	x.codes = make([]uint32, total)
	for i := range x.codes {
		x.codes[i] = uint32(min(u.uvarint(), uint64(len(x.texts))))
	}
	if len(x.codes) > 0 && slices.Max(x.codes) >= uint32(len(x.texts)) {
		u.fault = true
	}
}
