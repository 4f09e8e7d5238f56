package store

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// pack is one field of a segment: a value a row, in numbers of one width, so that a row is found without reading those before it.
// What the numbers mean stands beside them in columns of SQL, and the view cell reads them with nothing but SQL:
//
//	word  a place in the list of word ids; place 0 is null
//	int   base + divisor * the number; the number `none`, if there is one, stands for null
//	uuid  the 16 bytes of a canonical lower-case UUID, all zero for null
//	text  where the row's text begins; the texts follow, behind one number more that is where they end; an empty text is null
//	json  a place in a list of JSON values; place 0 is null
//	hash  bytes as they are
//
// Numbers are little-endian and as narrow as the segment allows, down to no bytes at all where every row is the same. A field that
// is null throughout has no pack.
type pack struct {
	kind          packKind
	n             int // rows
	width         int // bytes a row
	base, divisor int64
	none          uint64
	nullable      bool     // there is a none
	words         []uint32 // of word: the list
	list          string   // of json and of keys, as it is written
	values        []any    // of json, as they are read: string, []any of strings, float64; of a property any plain value
	keys          []string // of keys: the properties that have no pack
	bytes         []byte
}

type packKind string

const (
	packWord packKind = "word"
	packInt  packKind = "int"
	packUUID packKind = "uuid"
	packText packKind = "text"
	packJSON packKind = "json"
	packHash packKind = "hash"
)

// widthOf is how many bytes a number takes.
func widthOf(most uint64) int { return (bits.Len64(most) + 7) / 8 }

// packCodes writes numbers in a width.
func packCodes[T uint32 | uint64](codes []T, width int) []byte {
	b := make([]byte, len(codes)*width)
	switch width {
	case 0:
	case 1:
		for i, c := range codes {
			b[i] = byte(c)
		}
	case 2:
		for i, c := range codes {
			binary.LittleEndian.PutUint16(b[2*i:], uint16(c))
		}
	case 4:
		for i, c := range codes {
			binary.LittleEndian.PutUint32(b[4*i:], uint32(c))
		}
	default:
		for i, c := range codes {
			x := uint64(c)
			for k := i * width; k < (i+1)*width; k++ {
				b[k] = byte(x)
				x >>= 8
			}
		}
	}
	return b
}

// packPlaces packs places in a list whose last place is most: words and JSON values.
func packPlaces(kind packKind, codes []uint32, most int) *pack {
	if most == 0 {
		return nil
	}
	width := widthOf(uint64(most))
	return &pack{kind: kind, n: len(codes), width: width, bytes: packCodes(codes, width)}
}

// packInts packs whole numbers; null tells which are none (nil: all are there). codes is room for as many numbers.
func packInts(values []int64, null []bool, codes []uint64) *pack {
	least, most, nulls := int64(math.MaxInt64), int64(math.MinInt64), 0
	for i, v := range values {
		if null != nil && null[i] {
			nulls++
			continue
		}
		least, most = min(least, v), max(most, v)
	}
	if nulls == len(values) {
		return nil
	}
	span, divisor := uint64(most)-uint64(least), uint64(0)
	for i, v := range values {
		if divisor == 1 {
			break
		}
		if null == nil || !null[i] {
			divisor = gcd(divisor, uint64(v)-uint64(least))
		}
	}
	divisor = max(divisor, 1)
	p := &pack{kind: packInt, n: len(values), base: least, divisor: int64(divisor), nullable: nulls > 0}
	shift := uint64(0)
	if p.nullable {
		p.base, shift = least-p.divisor, 1
	}
	if span > math.MaxInt64 || p.base > least {
		return packWide(p, values, null, codes)
	}
	codes = codes[:len(values)]
	for i, v := range values {
		switch {
		case null != nil && null[i]:
			codes[i] = 0
		case divisor == 1:
			codes[i] = uint64(v) - uint64(least) + shift
		default:
			codes[i] = (uint64(v)-uint64(least))/divisor + shift
		}
	}
	p.width = widthOf(span/divisor + shift)
	p.bytes = packCodes(codes, p.width)
	return p
}

// packWide packs numbers that lie so far apart that differences of theirs overflow, as they are.
func packWide(p *pack, values []int64, null []bool, codes []uint64) *pack {
	p.base, p.divisor, p.width = 0, 1, 8
	taken := map[uint64]bool{}
	for i, v := range values {
		if null == nil || !null[i] {
			taken[uint64(v)] = true
		}
	}
	for p.none = 0; taken[p.none]; p.none++ {
	}
	codes = codes[:len(values)]
	for i, v := range values {
		codes[i] = uint64(v)
		if null != nil && null[i] {
			codes[i] = p.none
		}
	}
	p.bytes = packCodes(codes, p.width)
	return p
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// packTexts packs a text a row, each of which is appended to those before it in room that is kept.
func packTexts(n int, room *[]byte, appendText func(to []byte, row int) []byte) *pack {
	offsets, texts := make([]uint64, 1, n+1), (*room)[:0]
	for i := range n {
		texts = appendText(texts, i)
		offsets = append(offsets, uint64(len(texts)))
	}
	*room = texts
	if len(texts) == 0 {
		return nil
	}
	width := widthOf(uint64(len(texts)))
	return &pack{kind: packText, n: n, width: width, bytes: append(packCodes(offsets, width), texts...)}
}

const hexDigits = "0123456789abcdef"

// hexValue is what a lower-case digit stands for; 0xff is none.
var hexValue = func() (values [256]byte) {
	for i := range values {
		values[i] = 0xff
	}
	for i := range hexDigits {
		values[hexDigits[i]] = byte(i)
	}
	return values
}()

type uuid [16]byte

func parseUUID(s string) (id uuid, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, false
	}
	bad := byte(0)
	for at, i := range uuidPlaces {
		hi, lo := hexValue[s[i]], hexValue[s[i+1]]
		bad |= hi | lo
		id[at] = hi<<4 | lo
	}
	return id, bad < 16
}

// uuidPlaces are where the bytes of a UUID stand in its text.
var uuidPlaces = [16]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

func (id uuid) String() string { return string(id.appendTo(make([]byte, 0, 36))) }

func (id uuid) appendTo(b []byte) []byte {
	for i, c := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[c>>4], hexDigits[c&15])
	}
	return b
}
