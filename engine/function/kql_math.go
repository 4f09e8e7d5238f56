package function

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"casebook/engine/column"
)

var kqlMath = []*Row{
	scalarRow("abs(integer) long =first", "a number without its sign", withoutSign),
	scalarRow("abs(number) same =first", "a number without its sign", withoutSign),
	scalarRow("abs(timespan) timespan =first", "a timespan without its sign", withoutSign),
	scalarRow("sign(number) real", "-1, 0 or 1", reals(func(x float64) float64 {
		switch {
		case x > 0:
			return 1
		case x < 0:
			return -1
		}
		return 0
	})),
	scalarRow("ceiling(number) same =first", "the next whole number", wholeNumber(math.Ceil)),
	scalarRow("round(number, long?) same =first", "a number to some places", round),
	scalarRow("sqrt(number) real =first", "the square root", reals(math.Sqrt)),
	scalarRow("exp(number) real =first", "e to a power", reals(math.Exp)),
	scalarRow("exp2(number) real =first", "2 to a power", reals(math.Exp2)),
	scalarRow("exp10(number) real =first", "10 to a power", reals(func(x float64) float64 { return math.Pow(10, x) })),
	scalarRow("log(number) real =first", "the natural logarithm", reals(math.Log)),
	scalarRow("log2(number) real =first", "the logarithm to the base 2", reals(math.Log2)),
	scalarRow("log10(number) real =first", "the logarithm to the base 10", reals(math.Log10)),
	scalarRow("sin(number) real =first", "the sine", reals(math.Sin)),
	scalarRow("cos(number) real =first", "the cosine", reals(math.Cos)),
	scalarRow("tan(number) real =first", "the tangent", reals(math.Tan)),
	scalarRow("asin(number) real =first", "the angle of a sine", reals(math.Asin)),
	scalarRow("acos(number) real =first", "the angle of a cosine", reals(math.Acos)),
	scalarRow("atan(number) real =first", "the angle of a tangent", reals(math.Atan)),
	scalarRow("atan2(real, real) real =first", "the angle of a point", reals2(math.Atan2)),
	scalarRow("cot(number) real", "the cotangent", reals(func(x float64) float64 { return 1 / math.Tan(x) })),
	scalarRow("degrees(number) real", "an angle in degrees", reals(func(x float64) float64 { return x * 180 / math.Pi })),
	scalarRow("radians(number) real", "an angle in radians", reals(func(x float64) float64 { return x * math.Pi / 180 })),
	scalarRow("pi() real", "pi", func(_ *Env, _ []*column.Vector, n int) (*column.Vector, error) {
		v := &column.Vector{Type: column.Double, Len: n, Floats: make([]float64, n)}
		for i := range v.Floats {
			v.Floats[i] = math.Pi
		}
		return v, nil
	}),
	scalarRow("pow(real, real) real =first", "a power", reals2(math.Pow)),
	scalarRow("gamma(number) real =first", "the gamma function", reals(math.Gamma)),
	scalarRow("loggamma(number) real =first", "the logarithm of the gamma function", reals(func(x float64) float64 { l, _ := math.Lgamma(x); return l })),
	scalarRow("erf(number) real =first", "the error function", reals(math.Erf)),
	scalarRow("erfc(number) real =first", "what the error function leaves of 1", reals(math.Erfc)),
	scalarRow("isnan(real) bool", "whether a number is NaN", notNull(math.IsNaN)),
	scalarRow("isinf(real) bool", "whether a number is infinite", notNull(func(x float64) bool { return math.IsInf(x, 0) })),
	scalarRow("isfinite(real) bool", "whether a number is neither NaN nor infinite", notNull(func(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) })),
	scalarRow("bin(number, number) widest =first", "a number rounded down to a multiple", bin),
	scalarRow("bin(timespan, timespan) timespan =first", "a timespan rounded down to a multiple", bin),
	scalarRow("bin(datetime, timespan) datetime =first", "a time rounded down to a multiple since the year 1", binTime),
	scalarRow("floor(number, number) widest =first", "a number rounded down to a multiple", bin),
	scalarRow("floor(timespan, timespan) timespan =first", "a timespan rounded down to a multiple", bin),
	scalarRow("floor(datetime, timespan) datetime =first", "a time rounded down to a multiple since the year 1", binTime),
	operatorRow("bin datetime", "a time rounded down to a multiple", binTime),
	scalarRow("bin_at(number, number, number) widest =first", "a number rounded down to a multiple away from a fixed point", binAt),
	scalarRow("bin_at(timespan, timespan, timespan) timespan =first", "a timespan rounded down from a fixed point", binAt),
	scalarRow("bin_at(datetime, timespan, datetime) datetime =first", "a time rounded down from a fixed point", binAt),
	scalarRow("binary_and(integer, integer) long =first", "the bits of both", longs2(func(a, b int64) (int64, bool) { return a & b, true })),
	scalarRow("binary_or(integer, integer) long =first", "the bits of either", longs2(func(a, b int64) (int64, bool) { return a | b, true })),
	scalarRow("binary_xor(integer, integer) long =first", "the bits of just one", longs2(func(a, b int64) (int64, bool) { return a ^ b, true })),
	scalarRow("binary_not(integer) long =first", "the other bits", Map1(column.Long, func(_ *Env, a int64) (int64, bool) { return ^a, true })),
	scalarRow("binary_shift_left(integer, integer) long =first", "the bits moved up", longs2(func(a, b int64) (int64, bool) { return a << (uint64(b) % 64), b >= 0 })),
	scalarRow("binary_shift_right(integer, integer) long =first", "the bits moved down", longs2(func(a, b int64) (int64, bool) { return a >> (uint64(b) % 64), b >= 0 })),
	scalarRow("bitset_count_ones(integer) long =first", "how many bits are set", Map1(column.Long, func(_ *Env, a int64) (int64, bool) { return int64(bits.OnesCount64(uint64(a))), true })),
	scalarRow("tohex(whole, integer?) string =first", "a number in base 16", toHex),
	scalarRow("max_of(commonorder, commonorder...) common", "the greatest argument", extremeArg(1)),
	scalarRow("min_of(commonorder, commonorder...) common", "the least argument", extremeArg(-1)),
	scalarRow("format_bytes(real, integer!?, string!?) string =first", "a number of bytes for people", texts(rowwise(column.String, formatBytes))),
}

// toHex writes a negative number as the bits of its type, of which an int has half as many as a long, and no more than
// sixteen figures.
func toHex(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	short := args[0].Type == column.Int
	return rowwise(column.String, func(_ *Env, a []any) any {
		n, ok := a[0].(int64)
		if !ok {
			return ""
		}
		bits := uint64(n)
		if short {
			bits = uint64(uint32(n))
		}
		s := strconv.FormatUint(bits, 16)
		if len(a) > 1 {
			if w, ok := a[1].(int64); ok && int(w) > len(s) {
				s = strings.Repeat("0", int(min(w, 16))-len(s)) + s
			}
		}
		return s
	})(env, args, n)
}

// reals lifts a function of a real number; whole ones are widened.
func reals(f func(float64) float64) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		if args[0].Type.Kind() == column.IntKind {
			return Map1(column.Double, func(_ *Env, x int64) (float64, bool) { return f(float64(x)), true })(env, args, n)
		}
		return Map1(column.Double, func(_ *Env, x float64) (float64, bool) { return f(x), true })(env, args, n)
	}
}

func reals2(f func(x, y float64) float64) Eval {
	return Map2(column.Double, func(_ *Env, x, y float64) (float64, bool) { return f(x, y), true })
}

func longs2(f func(x, y int64) (int64, bool)) Eval {
	return Map2(column.Long, func(_ *Env, x, y int64) (int64, bool) { return f(x, y) })
}

func notNull(f func(float64) bool) Eval {
	return rowwise(column.Bool, func(_ *Env, a []any) any {
		x, ok := a[0].(float64)
		if !ok {
			return nil
		}
		return f(x)
	})
}

func withoutSign(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	t := args[0].Type
	if t.Kind() == column.FloatKind {
		return Map1(t, func(_ *Env, x float64) (float64, bool) { return math.Abs(x), true })(env, args, n)
	}
	return Map1(t, func(_ *Env, x int64) (int64, bool) { return max(x, -x), true })(env, args, n)
}

func wholeNumber(f func(float64) float64) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		t := args[0].Type
		if t.Kind() == column.IntKind {
			return args[0], nil
		}
		return Map1(t, func(_ *Env, x float64) (float64, bool) { return f(x), true })(env, args, n)
	}
}

// round goes away from zero at a half.
func round(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	t := args[0].Type
	places := func(i int) int64 {
		if len(args) > 1 && !args[1].IsNull(i) {
			return args[1].Ints[i]
		}
		return 0
	}
	b := column.NewBuilder(t, n)
	for i := range n {
		switch x := cell(args[0], i).(type) {
		case float64:
			b.Float(roundedTo(x, places(i)))
		case int64:
			b.Int(roundedWhole(x, places(i)))
		default:
			b.Null()
		}
	}
	return b.Vector(), nil
}

// roundedWhole rounds a whole number to tens, hundreds and so on for places below zero.
func roundedWhole(x, places int64) int64 {
	if places >= 0 {
		return x
	}
	if places < -18 {
		return 0
	}
	p := int64(1)
	for range -places {
		p *= 10
	}
	rest := x % p
	x -= rest
	switch {
	case rest >= p-p/2 && x <= math.MaxInt64-p:
		return x + p
	case rest <= p/2-p && x >= math.MinInt64+p:
		return x - p
	}
	return x
}

func roundedTo(x float64, places int64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || places > 17 {
		return x
	}
	if places <= 0 {
		p := math.Pow(10, float64(-places))
		return math.Round(x/p) * p
	}
	p := math.Pow(10, float64(places))
	r := math.Round(x*p) / p
	if math.IsInf(r, 0) || math.IsNaN(r) {
		return x
	}
	return r
}

func floorOf(a, b int64) int64 {
	q := a / b
	if a%b != 0 && a < 0 {
		q--
	}
	return q
}

func bin(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	t := args[0].Type
	if t.Kind() == column.FloatKind {
		return Map2(t, func(_ *Env, x, size float64) (float64, bool) { return math.Floor(x/size) * size, size > 0 })(env, args, n)
	}
	return Map2(t, func(_ *Env, x, size int64) (int64, bool) {
		if size <= 0 {
			return 0, false
		}
		return floorOf(x, size) * size, true
	})(env, args, n)
}

func binTime(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	return Map2(column.Time, func(_ *Env, x, size int64) (int64, bool) {
		if size <= 0 {
			return 0, false
		}
		return floorOf(x+column.TicksAtEpoch, size)*size - column.TicksAtEpoch, true
	})(env, args, n)
}

func binAt(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	t := args[0].Type
	if t.Kind() == column.FloatKind {
		return Map3(t, func(_ *Env, x, size, at float64) (float64, bool) {
			return math.Floor((x-at)/size)*size + at, size > 0
		})(env, args, n)
	}
	return Map3(t, func(_ *Env, x, size, at int64) (int64, bool) {
		if size <= 0 {
			return 0, false
		}
		return floorOf(x-at, size)*size + at, true
	})(env, args, n)
}

// extreme is the greatest or least of its arguments; nulls are left out.
func extremeArg(sign int) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		t := args[0].Type
		return rowwise(t, func(_ *Env, a []any) any {
			var champion any
			for _, x := range a {
				if isNaN(x) {
					return x
				}
				if x != nil && (champion == nil || compareCells(x, champion)*sign > 0) {
					champion = x
				}
			}
			return champion
		})(env, args, n)
	}
}

// compareCells orders two values of one type.
func compareCells(a, b any) int {
	switch x := a.(type) {
	case bool:
		y, _ := b.(bool)
		switch {
		case x == y:
			return 0
		case x:
			return 1
		}
		return -1
	case string:
		y, _ := b.(string)
		return strings.Compare(x, y)
	}
	c, _ := compareDynamic(a, b)
	return c
}

var byteUnits = []string{"Bytes", "KB", "MB", "GB", "TB", "PB", "EB"}

func formatBytes(_ *Env, a []any) any {
	x, ok := a[0].(float64)
	if !ok {
		return ""
	}
	places := int64(0)
	if len(a) > 1 {
		places, _ = a[1].(int64)
	}
	unit := 0
	if len(a) > 2 {
		want, _ := a[2].(string)
		for unit < len(byteUnits) && byteUnits[unit] != want {
			unit++
		}
		if unit == len(byteUnits) {
			return ""
		}
		x /= math.Pow(1024, float64(unit))
	} else {
		for math.Abs(x) >= 1024 && unit < len(byteUnits)-1 {
			x /= 1024
			unit++
		}
	}
	s := strconv.FormatFloat(roundedTo(x, places), 'f', int(places), 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s + " " + byteUnits[unit]
}

func isNaN(x any) bool {
	f, ok := x.(float64)
	return ok && math.IsNaN(f)
}
