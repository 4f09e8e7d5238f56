package function

import (
	"math"
	"slices"

	"casebook/engine/column"
)

// Logarithms and roots, whose warnings say what number there is none of.

const (
	logOfNothing   = "java.lang.ArithmeticException: Log of non-positive number"
	logToOne       = "java.lang.ArithmeticException: Log of base 1"
	rootOfNegative = "java.lang.ArithmeticException: Square root of negative"
)

var logarithms = slices.Concat(
	checked1("log", "the natural logarithm", exactLog, func(x float64) string { return complain(x <= 0, logOfNothing) }),
	checked1("log10", "the logarithm to base 10", exactLog10, func(x float64) string { return complain(x <= 0, logOfNothing) }),
	checked1("sqrt", "the square root", math.Sqrt, func(x float64) string { return complain(x < 0, rootOfNegative) }),
	pairs(numbers, numbers, func(a, b column.Type) *Row {
		return scalar("log", "the logarithm of the second number to the base of the first", func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
			base, x := number(args[0]), number(args[1])
			return mapRows(env, column.Double, args, n, func(i int) (float64, bool) {
				switch {
				case base(i) <= 0, x(i) <= 0:
					return overflow[float64](env, logOfNothing)
				case base(i) == 1:
					return overflow[float64](env, logToOne)
				}
				return finite(env, exactLog10(x(i))/exactLog10(base(i)))
			})
		}, column.Double, a, b)
	}),
)

func complain(bad bool, text string) string {
	if bad {
		return text
	}
	return ""
}

// checked1 lifts a function of one number that has no result for some.
func checked1(name, doc string, f func(float64) float64, check func(float64) string) []*Row {
	return each(numbers, func(t column.Type) *Row {
		return scalar(name, doc, func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
			x := number(args[0])
			return mapRows(env, column.Double, args, n, func(i int) (float64, bool) {
				if text := check(x(i)); text != "" {
					return overflow[float64](env, text)
				}
				return finite(env, f(x(i)))
			})
		}, column.Double, t)
	})
}
