package function

import (
	"math"
	"slices"

	"casebook/engine/column"
)

func math1(name, doc string, f func(float64) float64) []*Row {
	return each(numbers, func(t column.Type) *Row { return scalar(name, doc, floats1(f), column.Double, t) })
}

func math2(name, doc string, f func(x, y float64) float64) []*Row {
	return pairs(numbers, numbers, func(a, b column.Type) *Row { return scalar(name, doc, floats2(f), column.Double, a, b) })
}

func constant(name, doc string, x float64) *Row {
	return scalar(name, doc, func(_ *Env, _ []*column.Vector, n int) (*column.Vector, error) {
		v := &column.Vector{Type: column.Double, Len: 1, Floats: []float64{x}}
		return v.Repeat(n), nil
	}, column.Double)
}

// wholeOr keeps integers as they are, several too, and lifts f over doubles.
func wholeOr(name, doc string, f func(float64) float64) []*Row {
	return append(each(wholes, func(t column.Type) *Row { return multi(scalar(name, doc, same(t), t, t)) }),
		scalar(name, doc, floats1(f), column.Double, column.Double))
}

var esqlMath = slices.Concat(
	math1("acos", "the arccosine", exactAcos), math1("acosh", "the hyperbolic arccosine", math.Acosh),
	math1("asin", "the arcsine", exactAsin), math1("asinh", "the hyperbolic arcsine", math.Asinh),
	math1("atan", "the arctangent", exactAtan), math1("atanh", "the hyperbolic arctangent", math.Atanh),
	math1("cbrt", "the cube root", exactCbrt), math1("cos", "the cosine", exactCos), math1("cosh", "the hyperbolic cosine", exactCosh),
	math1("exp", "e raised to the number", exactExp),
	math1("sin", "the sine", exactSin), math1("sinh", "the hyperbolic sine", exactSinh),
	math1("tan", "the tangent", exactTan), math1("tanh", "the hyperbolic tangent", exactTanh),
	math1("signum", "-1, 0 or 1 as the number is negative, 0 or positive", signum),
	math2("atan2", "the angle of a point", exactAtan2), math2("hypot", "the length of the hypotenuse", exactHypot),
	math2("pow", "the first number raised to the second", exactPow),
	wholeOr("ceil", "the number rounded up", math.Ceil), wholeOr("floor", "the number rounded down", math.Floor),
	absolute, logarithms, rounding, roundTo, clamps, scaled, signs,
	[]*Row{
		constant("pi", "the ratio of a circle's circumference to its diameter", math.Pi), constant("e", "Euler's number", math.E),
		constant("tau", "the ratio of a circle's circumference to its radius", 2*math.Pi),
	},
)

func signum(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

var absolute = []*Row{
	scalar("abs", "the number without its sign", Map1(column.Int, func(env *Env, a int64) (int64, bool) {
		if a == math.MinInt32 {
			return overflow[int64](env, intOverflow)
		}
		return max(a, -a), true
	}), column.Int, column.Int),
	scalar("abs", "the number without its sign", Map1(column.Long, func(env *Env, a int64) (int64, bool) {
		if a == math.MinInt64 {
			return overflow[int64](env, longOverflow)
		}
		return max(a, -a), true
	}), column.Long, column.Long),
	multi(scalar("abs", "the number", same(column.ULong), column.ULong, column.ULong)),
	scalar("abs", "the number without its sign", floats1(math.Abs), column.Double, column.Double),
}

// clampType is the type of a clamped number: the bounds' when it is the wider, but for an unsigned_long with an integer.
func clampType(x, bound column.Type) column.Type {
	switch {
	case x == bound:
		return x
	case x == column.Double || bound == column.Double:
		return column.Double
	case x == column.ULong && bound == column.Long:
		return column.Long
	case x == column.ULong || bound == column.ULong:
		return column.ULong
	}
	return max(x, bound)
}

// clampValue is a value as the clamped type stores it.
func clampValue(t column.Type, a any) any {
	switch t {
	case column.Double:
		return asFloat(a)
	case column.ULong:
		if n, ok := a.(int64); ok {
			return uint64(max(n, 0))
		}
	case column.Long:
		if n, ok := a.(uint64); ok {
			return int64(min(n, math.MaxInt64))
		}
	}
	return a
}

func clamp(low, high int) func(t column.Type) Eval {
	return func(t column.Type) Eval {
		return MapN(t, func(_ *Env, a []any) (any, bool) {
			x := clampValue(t, a[0])
			if low > 0 {
				if l := clampValue(t, a[low]); column.Compare(t, x, l) < 0 {
					x = l
				}
			}
			if high > 0 {
				if h := clampValue(t, a[high]); column.Compare(t, x, h) > 0 {
					x = h
				}
			}
			return x, true
		})
	}
}

var clamps = slices.Concat(
	clampRows("clamp", "the value, kept between two bounds", 2, clamp(1, 2)), clampRows("clamp_min", "the value, or the bound above it", 1, clamp(1, 0)),
	clampRows("clamp_max", "the value, or the bound below it", 1, clamp(0, 1)),
)

func clampRows(name, doc string, bounds int, eval func(t column.Type) Eval) []*Row {
	row := func(x, b column.Type) *Row {
		t := clampType(x, b)
		return scalar(name, doc, eval(t), t, append([]column.Type{x}, slices.Repeat([]column.Type{b}, bounds)...)...)
	}
	rows := pairs(numbers, numbers, row)
	return append(rows, each([]column.Type{column.Bool, column.Time, column.IP, column.String, column.Version}, func(t column.Type) *Row { return row(t, t) })...)
}

var scaled = pairs(numbers, []column.Type{column.Int, column.Long}, func(a, b column.Type) *Row {
	return scalar("scalb", "the number times 2 raised to the second", func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		x, k := number(args[0]), whole(args[1])
		return mapRows(env, column.Double, args, n, func(i int) (float64, bool) {
			return finite(env, math.Ldexp(x(i), int(max(min(k(i), 4096), -4096))))
		})
	}, column.Double, a, b)
})

var signs = pairs(signed, signed, func(a, b column.Type) *Row {
	doc := "the first number with the sign of the second"
	if a == column.Double {
		return scalar("copy_sign", doc, floats2(math.Copysign), a, a, b)
	}
	return scalar("copy_sign", doc, func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		x, y := Reader[int64](args[0]), number(args[1])
		return mapRows(env, a, args, n, func(i int) (int64, bool) {
			if v := max(x(i), -x(i)); math.Signbit(y(i)) {
				return -v, true
			} else {
				return v, true
			}
		})
	}, a, a, b)
})
