package function

import (
	"encoding/binary"
	"math"
	"math/bits"

	"casebook/engine/column"
)

// hash() is XXH64 over a text's bytes or a number's eight, low ones first, as the vendor's examples for texts and
// datetimes show. How hash_combine and hash_many put hashes together is not said anywhere, so those are refused by name.

var kqlHashes = []*Row{
	scalarRow("hash(notdynamic, integer?) long", "a hash of a value, or the rest of its division", hashOf),
	scalarRow("hash_xxhash64(notdynamic, integer?) long", "a hash of a value, or the rest of its division", hashOf),
}

// CheckHash tells whether values of a type can be hashed: how the vendor writes the others as bytes is not said.
func CheckHash(t column.Type) bool { return t != column.Bool && t != column.Decimal }

func hashOf(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	return rowwise(column.Long, func(_ *Env, a []any) any {
		var h uint64
		switch x := a[0].(type) {
		case string:
			h = xxh64([]byte(x))
		case int64:
			if args[0].Type == column.Time {
				x += column.TicksAtEpoch
			}
			h = xxh64(binary.LittleEndian.AppendUint64(nil, uint64(x)))
		case float64:
			h = xxh64(binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)))
		default:
			return nil
		}
		if len(a) == 1 {
			return int64(h)
		}
		mod, ok := a[1].(int64)
		if !ok || mod <= 0 {
			return nil
		}
		return int64(h % uint64(mod))
	})(env, args, n)
}

const (
	xxPrime1 = 0x9E3779B185EBCA87
	xxPrime2 = 0xC2B2AE3D27D4EB4F
	xxPrime3 = 0x165667B19E3779F9
	xxPrime4 = 0x85EBCA77C2B2AE63
	xxPrime5 = 0x27D4EB2F165667C5
)

func xxRound(acc, lane uint64) uint64 {
	return bits.RotateLeft64(acc+lane*xxPrime2, 31) * xxPrime1
}

// xxh64 is the XXH64 hash with seed 0.
func xxh64(b []byte) uint64 {
	n := uint64(len(b))
	h := uint64(xxPrime5)
	if len(b) >= 32 {
		p1, p2 := uint64(xxPrime1), uint64(xxPrime2)
		acc := [4]uint64{p1 + p2, p2, 0, -p1}
		for ; len(b) >= 32; b = b[32:] {
			for k := range acc {
				acc[k] = xxRound(acc[k], binary.LittleEndian.Uint64(b[8*k:]))
			}
		}
		h = bits.RotateLeft64(acc[0], 1) + bits.RotateLeft64(acc[1], 7) + bits.RotateLeft64(acc[2], 12) + bits.RotateLeft64(acc[3], 18)
		for _, a := range acc {
			h = (h^xxRound(0, a))*xxPrime1 + xxPrime4
		}
	}
	h += n
	for ; len(b) >= 8; b = b[8:] {
		h = bits.RotateLeft64(h^xxRound(0, binary.LittleEndian.Uint64(b)), 27)*xxPrime1 + xxPrime4
	}
	if len(b) >= 4 {
		h = bits.RotateLeft64(h^uint64(binary.LittleEndian.Uint32(b))*xxPrime1, 23)*xxPrime2 + xxPrime3
		b = b[4:]
	}
	for _, c := range b {
		h = bits.RotateLeft64(h^uint64(c)*xxPrime5, 11) * xxPrime1
	}
	h = (h ^ h>>33) * xxPrime2
	h = (h ^ h>>29) * xxPrime3
	return h ^ h>>32
}
