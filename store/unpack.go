package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

var errPack = errors.New("a packed field is damaged")

// code is a row's number.
func (p *pack) code(i int) uint64 {
	switch p.width {
	case 0:
		return 0
	case 1:
		return uint64(p.bytes[i])
	case 2:
		return uint64(binary.LittleEndian.Uint16(p.bytes[2*i:]))
	case 4:
		return uint64(binary.LittleEndian.Uint32(p.bytes[4*i:]))
	case 8:
		return binary.LittleEndian.Uint64(p.bytes[8*i:])
	}
	if at := i * p.width; at+8 <= len(p.bytes) {
		return binary.LittleEndian.Uint64(p.bytes[at:]) & (1<<(8*p.width) - 1)
	}
	x := uint64(0)
	for k := (i+1)*p.width - 1; k >= i*p.width; k-- {
		x = x<<8 | uint64(p.bytes[k])
	}
	return x
}

// codes reads the numbers of rows [from, from+len(into)).
func (p *pack) codes(into []uint64, from int) {
	b := p.bytes[from*p.width:]
	switch p.width {
	case 0:
		clear(into)
	case 1:
		for i, c := range b[:len(into)] {
			into[i] = uint64(c)
		}
	case 2:
		for i := range into {
			into[i] = uint64(binary.LittleEndian.Uint16(b[2*i:]))
		}
	default:
		whole, mask := p.wide(), p.mask()
		for i := range into {
			if at := (from + i) * p.width; at <= whole {
				into[i] = binary.LittleEndian.Uint64(p.bytes[at:]) & mask
			} else {
				into[i] = p.code(from + i)
			}
		}
	}
}

// codesAtOnce is how many numbers are read at a time where each is looked at once.
const codesAtOnce = 512

// codesOf reads the numbers of some rows.
func (p *pack) codesOf(into []uint64, rows []int32) {
	switch p.width {
	case 0:
		clear(into)
	case 1:
		for i, row := range rows {
			into[i] = uint64(p.bytes[row])
		}
	case 2:
		for i, row := range rows {
			into[i] = uint64(binary.LittleEndian.Uint16(p.bytes[2*row:]))
		}
	default:
		whole, mask := p.wide(), p.mask()
		for i, row := range rows {
			if at := int(row) * p.width; at <= whole {
				into[i] = binary.LittleEndian.Uint64(p.bytes[at:]) & mask
			} else {
				into[i] = p.code(int(row))
			}
		}
	}
}

// A number of up to eight bytes is read as eight, of which those of the numbers behind it are masked out: wide is the last place where there are
// as many.
func (p *pack) wide() int    { return len(p.bytes) - 8 }
func (p *pack) mask() uint64 { return math.MaxUint64 >> (64 - 8*p.width) }

// A nil pack is null in every row.

// number is a row of whole numbers.
func (p *pack) number(i int) (n int64, ok bool) {
	if p == nil {
		return 0, false
	}
	c := p.code(i)
	if p.nullable && c == p.none {
		return 0, false
	}
	return p.base + p.divisor*int64(c), true
}

// word is a row's word id, 0 for null.
func (p *pack) word(i int) uint32 {
	if p == nil {
		return 0
	}
	if c := p.code(i); c < uint64(len(p.words)) {
		return p.words[c]
	}
	return 0
}

// place is the place of a word in the list; not ok when no row has it.
func (p *pack) place(word uint32) (at int, ok bool) {
	if p == nil {
		return 0, false
	}
	for at, w := range p.words {
		if w == word && at > 0 {
			return at, true
		}
	}
	return 0, false
}

// text is a row of ids, "" for null.
func (p *pack) text(i int) string {
	switch {
	case p == nil:
		return ""
	case p.kind == packUUID:
		if id := uuid(p.bytes[16*i:]); id != (uuid{}) {
			return id.String()
		}
		return ""
	}
	begin, end := p.code(i), p.code(i+1)
	texts := p.bytes[(p.n+1)*p.width:]
	if begin > end || end > uint64(len(texts)) {
		return ""
	}
	return string(texts[begin:end])
}

// value is a row of JSON values, nil for null.
func (p *pack) value(i int) any {
	if p == nil {
		return nil
	}
	if c := p.code(i); c < uint64(len(p.values)) {
		return p.values[c]
	}
	return nil
}

// hash is a row of bytes.
func (p *pack) hash(i int) []byte {
	if p == nil {
		return nil
	}
	return p.bytes[i*p.width : (i+1)*p.width]
}

// check holds a pack that was read against what its kind needs, so that the readers above stay inside its bytes, and reads its list.
func (p *pack) check(list string) error {
	rows := p.n
	switch p.kind {
	case packWord:
		p.words = make([]uint32, 0, strings.Count(list, ",")+1)
		for text := range strings.SplitSeq(strings.Trim(list, "[]"), ",") {
			id, err := strconv.ParseUint(text, 10, 32)
			if err != nil {
				return errPack
			}
			p.words = append(p.words, uint32(id))
		}
	case packJSON:
		if p.values != nil {
			break // it is a property's, or a loose field's
		}
		if err := json.NewDecoder(strings.NewReader(list)).Decode(&p.values); err != nil {
			return fmt.Errorf("%w: %v", errPack, err)
		}
	case packText:
		rows++
	case packInt, packUUID, packHash:
	default:
		return fmt.Errorf("%w: it is of the kind %q", errPack, p.kind)
	}
	least, most := 0, 8
	switch p.kind {
	case packUUID:
		least, most = 16, 16
	case packHash:
		most = 64
	}
	size := rows * p.width
	if p.width < least || p.width > most || len(p.bytes) < size || len(p.bytes) > size && p.kind != packText {
		return errPack
	}
	return nil
}

// find gives the rows of [from, to) whose number is one, rising.
func (p *pack) find(rows []int32, code uint64, from, to int) []int32 {
	if p.width == 1 {
		if code > 0xff {
			return rows
		}
		for at := from; at < to; at++ {
			k := bytes.IndexByte(p.bytes[at:to], byte(code))
			if k < 0 {
				break
			}
			at += k
			rows = append(rows, int32(at))
		}
		return rows
	}
	if p.width == 2 {
		for i, b := from, p.bytes[2*from:2*to]; i < to; i, b = i+1, b[2:] {
			if uint64(binary.LittleEndian.Uint16(b)) == code {
				rows = append(rows, int32(i))
			}
		}
		return rows
	}
	for i := from; i < to; i++ {
		if p.code(i) == code {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// numbers reads rows [from, from+len(into)) of whole numbers; those of null rows are 0, and nulls tells which, if there are any.
func (p *pack) numbers(into []int64, from int) (nulls []bool) {
	if p == nil {
		clear(into)
		nulls = make([]bool, len(into))
		fill(nulls)
		return nulls
	}
	if p.nullable {
		nulls = make([]bool, len(into))
	}
	var room [codesAtOnce]uint64
	for at := 0; at < len(into); at += codesAtOnce {
		codes := room[:min(codesAtOnce, len(into)-at)]
		p.codes(codes, from+at)
		for i, c := range codes {
			if nulls != nil && c == p.none {
				into[at+i], nulls[at+i] = 0, true
				continue
			}
			into[at+i] = p.base + p.divisor*int64(c)
		}
	}
	return nulls
}
