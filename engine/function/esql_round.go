package function

import (
	"math"
	"slices"

	"casebook/engine/column"
)

// ROUND and ROUND_TO.

// roundDouble rounds half away from zero at a number of decimals.
func roundDouble(x float64, decimals int64) float64 {
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0) || decimals > 308:
		return x
	case decimals < -308:
		return 0
	}
	p := math.Pow10(int(decimals))
	if y := math.Round(x*p) / p; !math.IsInf(x*p, 0) {
		return y
	}
	return x
}

// roundWhole rounds at a place before the point; not ok where the result needs more than 64 bits. A number that has no digit before
// that place is 0, even 99 at two: the vendor looks no further.
func roundWhole(x, decimals int64) (int64, bool) {
	if decimals >= 0 {
		return x, true
	}
	if digits := int64(math.Log10(math.Abs(float64(x))) + 1); digits <= -decimals || x == 0 {
		return 0, true
	}
	p := tenTo(-decimals)
	rest := x % int64(p)
	x -= rest
	switch {
	case rest > 0 && uint64(rest) >= p-uint64(rest):
		return addWhole(x, int64(p))
	case rest < 0 && uint64(-rest) >= p-uint64(-rest):
		return addWhole(x, -int64(p))
	}
	return x, true
}

func roundUnsigned(x uint64, decimals int64) (uint64, bool) {
	if decimals >= 0 {
		return x, true
	}
	if decimals < -19 {
		return 0, true
	}
	p := tenTo(-decimals)
	rest := x % p
	if rest >= p-rest {
		return addUnsigned(x-rest, p)
	}
	return x - rest, true
}

func tenTo(n int64) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

var rounding = slices.Concat(
	wholeOr("round", "the number rounded half away from 0", math.Round),
	pairs(numbers, []column.Type{column.Int, column.Long}, func(t, d column.Type) *Row {
		doc := "the number rounded half away from 0 at so many decimals"
		switch t {
		case column.Double:
			return scalar("round", doc, Map2(t, func(env *Env, x float64, d int64) (float64, bool) { return finite(env, roundDouble(x, d)) }), t, t, d)
		case column.ULong:
			return scalar("round", doc, Map2(t, func(env *Env, x uint64, d int64) (uint64, bool) {
				if y, ok := roundUnsigned(x, d); ok {
					return y, true
				}
				return overflow[uint64](env, ulongOverflow)
			}), t, t, d)
		}
		return scalar("round", doc, Map2(t, func(env *Env, x, d int64) (int64, bool) {
			y, ok := roundWhole(x, d)
			switch {
			case t == column.Int && y != int64(int32(y)):
				return overflow[int64](env, intOverflow)
			case !ok:
				return overflow[int64](env, longOverflow)
			}
			return y, true
		}), t, t, d)
	}),
)

// roundTo rounds down to the nearest of some points; below all of them it is the first.
var roundTo = slices.Concat(
	pairs(signed, signed, func(a, b column.Type) *Row {
		t := max(a, b)
		eval := func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
			read := make([]func(int) float64, len(args))
			for k, v := range args {
				read[k] = number(v)
			}
			return mapRows(env, column.Double, args, n, func(i int) (float64, bool) { return roundDown(read, i), true })
		}
		if t != column.Double {
			eval = func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
				read := make([]func(int) int64, len(args))
				for k, v := range args {
					read[k] = Reader[int64](v)
				}
				return mapRows(env, t, args, n, func(i int) (int64, bool) { return roundDown(read, i), true })
			}
		}
		return variadic(scalar("round_to", "the greatest of some points that is not above the value", eval, t, a, b))
	}),
	each(instants, func(t column.Type) *Row {
		return variadic(scalar("round_to", "the latest of some instants that is not after the value", MapN(t, func(_ *Env, a []int64) (int64, bool) {
			read := make([]func(int) int64, len(a))
			for k := range a {
				read[k] = func(int) int64 { return a[k] }
			}
			return roundDown(read, 0), true
		}), t, t, t))
	}),
)

func roundDown[T int64 | float64](read []func(int) T, i int) T {
	x := read[0](i)
	least := read[1](i)
	best, found := least, false
	for _, r := range read[1:] {
		p := r(i)
		least = min(least, p)
		if p <= x && (!found || p > best) {
			best, found = p, true
		}
	}
	if !found {
		return least
	}
	return best
}
