package function

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"casebook/engine/column"
)

// Arithmetic of ES|QL never wraps and never gives infinity: what does not fit is null, with the vendor's warning.

const (
	intOverflow   = "java.lang.ArithmeticException: integer overflow"
	longOverflow  = "java.lang.ArithmeticException: long overflow"
	ulongOverflow = "java.lang.ArithmeticException: unsigned_long overflow"
	beforeEpoch   = "java.lang.IllegalArgumentException: Nanosecond dates before 1970-01-01T00:00:00.000Z are not supported."
	byZero        = "java.lang.ArithmeticException: / by zero"
)

func overflow[R any](env *Env, text string) (R, bool) {
	var zero R
	env.Warn(text)
	return zero, false
}

func finite(env *Env, x float64) (float64, bool) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return overflow[float64](env, "java.lang.ArithmeticException: not a finite double number: "+javaDouble(x))
	}
	return x, true
}

// wholeOp is an operator on int64 that says whether its result fits into 64 bits.
type wholeOp func(a, b int64) (int64, bool)

func ints(op wholeOp, zero bool) Eval {
	return Map2(column.Int, func(env *Env, a, b int64) (int64, bool) {
		if zero && b == 0 {
			return overflow[int64](env, byZero)
		}
		if c, ok := op(a, b); ok && c == int64(int32(c)) {
			return c, true
		}
		return overflow[int64](env, intOverflow)
	})
}

func longs(op wholeOp, zero bool) Eval {
	return Map2(column.Long, func(env *Env, a, b int64) (int64, bool) {
		if zero && b == 0 {
			return overflow[int64](env, byZero)
		}
		if c, ok := op(a, b); ok {
			return c, true
		}
		return overflow[int64](env, longOverflow)
	})
}

func ulongs(op func(a, b uint64) (uint64, bool), zero bool) Eval {
	return Map2(column.ULong, func(env *Env, a, b uint64) (uint64, bool) {
		if zero && b == 0 {
			return overflow[uint64](env, byZero)
		}
		if c, ok := op(a, b); ok {
			return c, true
		}
		return overflow[uint64](env, ulongOverflow)
	})
}

func doubles(op func(a, b float64) float64, zero bool) Eval {
	return Map2(column.Double, func(env *Env, a, b float64) (float64, bool) {
		if zero && b == 0 {
			return overflow[float64](env, byZero)
		}
		return finite(env, op(a, b))
	})
}

func addWhole(a, b int64) (int64, bool) { c := a + b; return c, (c > a) == (b > 0) }
func subWhole(a, b int64) (int64, bool) { c := a - b; return c, (c < a) == (b > 0) }
func mulWhole(a, b int64) (int64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	c := a * b
	return c, c/b == a && !(a == -1 && b == math.MinInt64) && !(b == -1 && a == math.MinInt64)
}
func divWhole(a, b int64) (int64, bool) {
	if b == -1 {
		return -a, a != math.MinInt64
	}
	return a / b, true
}
func modWhole(a, b int64) (int64, bool) {
	if b == -1 {
		return 0, true
	}
	return a % b, true
}

func addUnsigned(a, b uint64) (uint64, bool) { c, carry := bits.Add64(a, b, 0); return c, carry == 0 }
func subUnsigned(a, b uint64) (uint64, bool) { return a - b, a >= b }
func mulUnsigned(a, b uint64) (uint64, bool) { hi, lo := bits.Mul64(a, b); return lo, hi == 0 }
func divUnsigned(a, b uint64) (uint64, bool) { return a / b, true }
func modUnsigned(a, b uint64) (uint64, bool) { return a % b, true }

func arithmetic(name, doc string, zero bool, w wholeOp, u func(a, b uint64) (uint64, bool), d func(a, b float64) float64) []*Row {
	return []*Row{
		scalar(name, doc, ints(w, zero), column.Int, column.Int, column.Int),
		scalar(name, doc, longs(w, zero), column.Long, column.Long, column.Long),
		scalar(name, doc, ulongs(u, zero), column.ULong, column.ULong, column.ULong),
		scalar(name, doc, doubles(d, zero), column.Double, column.Double, column.Double),
	}
}

var esqlOperators = slices.Concat(
	arithmetic("+", "the sum of two numbers, or a date moved by a span of time", false, addWhole, addUnsigned, func(a, b float64) float64 { return a + b }),
	arithmetic("-", "the difference of two numbers, or a date moved back by a span of time", false, subWhole, subUnsigned, func(a, b float64) float64 { return a - b }),
	arithmetic("*", "the product of two numbers", false, mulWhole, mulUnsigned, func(a, b float64) float64 { return a * b }),
	arithmetic("/", "the quotient of two numbers; of integers it is cut towards 0", true, divWhole, divUnsigned, func(a, b float64) float64 { return a / b }),
	arithmetic("%", "the remainder of a division", true, modWhole, modUnsigned, math.Mod),
	moves("+", 1), moves("-", -1),
	[]*Row{
		scalar("neg", "the number with the other sign", Map1(column.Int, func(env *Env, a int64) (int64, bool) {
			if a == math.MinInt32 {
				return overflow[int64](env, intOverflow)
			}
			return -a, true
		}), column.Int, column.Int),
		scalar("neg", "the number with the other sign", Map1(column.Long, func(env *Env, a int64) (int64, bool) {
			if a == math.MinInt64 {
				return overflow[int64](env, longOverflow)
			}
			return -a, true
		}), column.Long, column.Long),
		scalar("neg", "the number with the other sign", Map1(column.Double, func(_ *Env, a float64) (float64, bool) { return -a, true }), column.Double, column.Double),
		scalar("neg", "the span of time backwards", Map1(column.Duration, func(_ *Env, a int64) (int64, bool) { return -a, true }), column.Duration, column.Duration),
		scalar("neg", "the span of time backwards", Map1(column.Period, func(_ *Env, a int64) (int64, bool) {
			months, days := unpackPeriod(a)
			return packPeriod(-months, -days), true
		}), column.Period, column.Period),
	},
	silent([]*Row{
		meant(MeansAnd, nullable(variadic(scalar("and", "true where all conditions are", And, column.Bool, column.Bool, column.Bool)))),
		meant(MeansOr, nullable(variadic(scalar("or", "true where one of the conditions is", Or, column.Bool, column.Bool, column.Bool)))),
		scalar("not", "true where the condition is false", Not, column.Bool, column.Bool),
	}),
)

// beyond tells whether an instant stands for all that are further away than dates are counted.
func beyond(at int64) bool { return at == math.MaxInt64 || at == math.MinInt64 }

// moves are the operators between dates and spans of time.
func moves(name string, sign int64) []*Row {
	doc := "a date moved by a span of time"
	duration := func(t column.Type, unit int64) *Row {
		return scalar(name, doc, Map2(t, func(env *Env, at, d int64) (int64, bool) {
			if unit > 0 {
				d *= unit
			}
			c, ok := addWhole(at, sign*d)
			switch {
			case !ok || beyond(at):
				return overflow[int64](env, longOverflow)
			case t == column.Nanos && c < 0:
				_, err := counted(t, toTime(t, c))
				return overflow[int64](env, "java.lang.IllegalArgumentException: "+err.Error())
			}
			return c, true
		}), t, t, column.Duration)
	}
	period := func(t column.Type) *Row {
		return scalar(name, doc, Map2(t, movePeriod(t, sign, time.UTC)), t, t, column.Period)
	}
	return []*Row{
		duration(column.Time, 1), duration(column.Nanos, 100), period(column.Time), period(column.Nanos),
		scalar(name, doc, Map2(column.Duration, func(_ *Env, a, b int64) (int64, bool) { return a + sign*b, true }), column.Duration, column.Duration, column.Duration),
		scalar(name, doc, Map2(column.Period, func(_ *Env, a, b int64) (int64, bool) {
			m, d := unpackPeriod(a)
			months, days := unpackPeriod(b)
			return packPeriod(m+sign*months, d+sign*days), true
		}), column.Period, column.Period, column.Period),
	}
}
