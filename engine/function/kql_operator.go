package function

import (
	"cmp"
	"math"
	"strconv"

	"casebook/engine/column"
)

var kqlOperators = []*Row{
	meant(MeansAnd, operatorRow("and", "both", And)),
	meant(MeansOr, operatorRow("or", "either", Or)),
	scalarRow("not(bool) bool", "the opposite", Not),
	meant(MeansEqual, operatorRow("==", "equal", equality(true))),
	operatorRow("!=", "not equal", equality(false)),
	meant(MeansLess, operatorRow("<", "less", inequality(func(c int) bool { return c < 0 }))),
	meant(MeansLessEqual, operatorRow("<=", "less or equal", inequality(func(c int) bool { return c <= 0 }))),
	meant(MeansGreater, operatorRow(">", "greater", inequality(func(c int) bool { return c > 0 }))),
	meant(MeansGreaterEqual, operatorRow(">=", "greater or equal", inequality(func(c int) bool { return c >= 0 }))),
	operatorRow("dynamic <", "less", dynamicOrdering(func(c int) bool { return c < 0 })),
	operatorRow("dynamic <=", "less or equal", dynamicOrdering(func(c int) bool { return c <= 0 })),
	operatorRow("dynamic >", "greater", dynamicOrdering(func(c int) bool { return c > 0 })),
	operatorRow("dynamic >=", "greater or equal", dynamicOrdering(func(c int) bool { return c >= 0 })),
	meant(MeansIn, operatorRow("in", "one of", membership(true, false))),
	operatorRow("!in", "none of", membership(false, false)),
	operatorRow("in~", "one of, whatever the case", membership(true, true)),
	operatorRow("!in~", "none of, whatever the case", membership(false, true)),
	operatorRow("negate", "the negative", negate),
	operatorRow("+", "the sum", computing(func(a, b int64) (int64, bool) { return a + b, true }, func(a, b float64) float64 { return a + b })),
	operatorRow("-", "the difference", computing(func(a, b int64) (int64, bool) { return a - b, true }, func(a, b float64) float64 { return a - b })),
	operatorRow("*", "the product", computing(func(a, b int64) (int64, bool) { return a * b, true }, func(a, b float64) float64 { return a * b })),
	operatorRow("/", "the quotient", computing(quotient, func(a, b float64) float64 { return a / b })),
	operatorRow("%", "the remainder, never negative", computing(modulo, realModulo)),
	operatorRow("datetime +", "a later time", Map2(column.Time, func(_ *Env, t, d int64) (int64, bool) { return laterTime(t, d) })),
	operatorRow("datetime -", "an earlier time", Map2(column.Time, func(_ *Env, t, d int64) (int64, bool) { return laterTime(t, -d) })),
	operatorRow("datetime difference", "the time between", Map2(column.Duration, func(_ *Env, a, b int64) (int64, bool) { return a - b, true })),
	operatorRow("timespan +", "a longer time", Map2(column.Duration, func(_ *Env, a, b int64) (int64, bool) { return spanOf(a+b, (b >= 0) == (a+b >= a)) })),
	operatorRow("timespan -", "a shorter time", Map2(column.Duration, func(_ *Env, a, b int64) (int64, bool) { return spanOf(a-b, (b <= 0) == (a-b >= a)) })),
	operatorRow("timespan /", "how often a timespan goes into another", Map2(column.Double, func(_ *Env, a, b int64) (float64, bool) { return float64(a) / float64(b), true })),
	operatorRow("timespan * long", "a multiple", Map2(column.Duration, func(_ *Env, a, b int64) (int64, bool) { return spanOf(a*b, b == 0 || a*b/b == a) })),
	operatorRow("timespan / long", "a part", Map2(column.Duration, func(_ *Env, a, b int64) (int64, bool) { return quotient(a, b) })),
	operatorRow("timespan * real", "a multiple", Map2(column.Duration, func(_ *Env, a int64, b float64) (int64, bool) { return ticksOf(float64(a) * b) })),
	operatorRow("timespan / real", "a part", Map2(column.Duration, func(_ *Env, a int64, b float64) (int64, bool) { return ticksOf(float64(a) / b) })),
	operatorRow("dynamic +", "the sum", dynamicArithmetic('+')),
	operatorRow("dynamic -", "the difference", dynamicArithmetic('-')),
	operatorRow("dynamic *", "the product", dynamicArithmetic('*')),
	operatorRow("dynamic /", "the quotient", dynamicArithmetic('/')),
	operatorRow("dynamic %", "the remainder", dynamicArithmetic('%')),
}

// spanOf is a timespan that was computed, or nothing where it is longer than any: then fits is false.
func spanOf(ticks int64, fits bool) (int64, bool) { return ticks, fits && ticks != math.MinInt64 }

func ticksOf(f float64) (int64, bool) {
	if math.IsNaN(f) || f >= 9.2233720368547758e18 || f <= -9.2233720368547758e18 {
		return 0, false
	}
	return int64(f), true
}

func laterTime(t, d int64) (int64, bool) {
	r := t + d
	return r, !outOfTime(r) && (d >= 0) == (r >= t)
}

func quotient(a, b int64) (int64, bool) {
	if b == 0 || a == math.MinInt64 && b == -1 {
		return 0, false
	}
	return a / b, true
}

func modulo(a, b int64) (int64, bool) {
	if b == 0 {
		return 0, false
	}
	if b == -1 {
		return 0, true
	}
	r := a % b
	if r < 0 {
		if b < 0 {
			r -= b
		} else {
			r += b
		}
	}
	return r, true
}

func realModulo(a, b float64) float64 {
	r := math.Mod(a, b)
	if r < 0 {
		r += math.Abs(b)
	}
	return r
}

func computing(wholeNumber func(a, b int64) (int64, bool), real func(a, b float64) float64) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		t := args[0].Type
		if t == column.Decimal {
			// Decimals are kept as reals; what those get wrong is beyond the fifteenth figure.
			return Map2(t, func(_ *Env, a, b float64) (float64, bool) { return figured(real(a, b)), true })(env, args, n)
		}
		if t.Kind() == column.FloatKind {
			return Map2(t, func(_ *Env, a, b float64) (float64, bool) { return real(a, b), true })(env, args, n)
		}
		return Map2(t, func(_ *Env, a, b int64) (int64, bool) { return wholeNumber(a, b) })(env, args, n)
	}
}

// figured is a number to fifteen figures.
func figured(x float64) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 14, 64), 64)
	if err != nil {
		return x
	}
	return y
}

func negate(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	t := args[0].Type
	if t.Kind() == column.FloatKind {
		return Map1(t, func(_ *Env, a float64) (float64, bool) { return -a, true })(env, args, n)
	}
	return Map1(t, func(_ *Env, a int64) (int64, bool) { return -a, true })(env, args, n)
}

// equality compares two vectors of one type. A null is unlike every value; two nulls are neither alike nor unlike.
func equality(same bool) Eval {
	return func(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
		a, b := args[0], args[1]
		alike := alikeAt(a, b)
		out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
		plain := a.Nulls == nil && b.Nulls == nil && a.Type != column.Null && b.Type != column.Null
		for i := range n {
			var equal bool
			if !plain {
				p, q := a.IsNull(i), b.IsNull(i)
				if p && q {
					out.Nulls = setIn(out.Nulls, n, i)
					continue
				}
				equal = !p && !q && alike(i)
			} else {
				equal = alike(i)
			}
			if equal == same {
				out.Ints[i] = 1
			}
		}
		return out, nil
	}
}

func alikeAt(a, b *column.Vector) func(i int) bool {
	switch a.Type.Kind() {
	case column.IntKind:
		return func(i int) bool { return a.Ints[i] == b.Ints[i] }
	case column.FloatKind:
		return func(i int) bool { return a.Floats[i] == b.Floats[i] }
	case column.StringKind:
		if b.Const && b.Len > 0 {
			// A constant is looked up once in the dictionary.
			s := b.Str(0)
			hit := make([]bool, len(a.Dict.Values))
			for c, v := range a.Dict.Values {
				hit[c] = v == s
			}
			return func(i int) bool { return hit[a.Codes[i]] }
		}
		return func(i int) bool { return a.Str(i) == b.Str(i) }
	case column.AnyKind:
		return func(i int) bool { return sameDynamic(a.Anys[i], b.Anys[i]) || sameWritten(a.Anys[i], b.Anys[i]) }
	}
	return func(int) bool { return false }
}

// sameWritten compares an array or a bag with a text as what it is written as: rules ask for values that are not "[]".
func sameWritten(a, b any) bool {
	if _, is := a.(string); is {
		a, b = b, a
	}
	text, is := b.(string)
	if !is {
		return false
	}
	switch a.(type) {
	case []any, *column.Object:
		return dynamicText(a) == text
	}
	return false
}

// sameDynamic compares dynamic values by what they are: numbers by value, arrays and bags by their parts.
func sameDynamic(a, b any) bool {
	switch x := a.(type) {
	case int64:
		switch y := b.(type) {
		case int64:
			return x == y
		case float64:
			return float64(x) == y
		}
	case float64:
		switch y := b.(type) {
		case int64:
			return x == float64(y)
		case float64:
			return x == y || math.IsNaN(x) && math.IsNaN(y)
		}
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !sameDynamic(x[i], y[i]) {
				return false
			}
		}
		return true
	case *column.Object:
		y, ok := b.(*column.Object)
		if !ok || len(x.Keys) != len(y.Keys) {
			return false
		}
		for i, k := range x.Keys {
			w, ok := y.Get(k)
			if !ok || !sameDynamic(x.Values[i], w) {
				return false
			}
		}
		return true
	case column.Ticks:
		if y, ok := b.(column.Ticks); ok {
			return x == y
		}
		if y, ok := b.(string); ok {
			t, ok := ParseTime(y)
			return ok && t == int64(x)
		}
	case string:
		if y, ok := b.(column.Ticks); ok {
			t, ok := ParseTime(x)
			return ok && t == int64(y)
		}
		y, ok := b.(string)
		return ok && x == y
	case bool, column.Span, nil:
		return a == b
	}
	return false
}

func inequality(holds func(int) bool) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		switch args[0].Type.Kind() {
		case column.FloatKind:
			return Map2(column.Bool, func(_ *Env, a, b float64) (bool, bool) {
				return !math.IsNaN(a) && !math.IsNaN(b) && holds(cmp.Compare(a, b)), true
			})(env, args, n)
		case column.StringKind:
			return Map2(column.Bool, func(_ *Env, a, b string) (bool, bool) { return holds(cmp.Compare(a, b)), true })(env, args, n)
		}
		return Map2(column.Bool, func(_ *Env, a, b int64) (bool, bool) { return holds(cmp.Compare(a, b)), true })(env, args, n)
	}
}

// dynamicOrdering compares numbers with numbers and texts with texts; nothing else has an order.
func dynamicOrdering(holds func(int) bool) Eval {
	return Map2(column.Bool, func(_ *Env, a, b any) (bool, bool) {
		c, ok := compareDynamic(a, b)
		return holds(c), ok
	})
}

func compareDynamic(a, b any) (int, bool) {
	if x, ok := a.(int64); ok {
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y), true
		}
	}
	x, ok1 := dynamicNumber(a)
	y, ok2 := dynamicNumber(b)
	if ok1 && ok2 {
		return cmp.Compare(x, y), true
	}
	switch x := a.(type) {
	case string:
		switch y := b.(type) {
		case string:
			return cmp.Compare(x, y), true
		case column.Ticks:
			if t, ok := ParseTime(x); ok {
				return cmp.Compare(t, int64(y)), true
			}
		case column.Span:
			if t, ok := ParseTimespan(x); ok {
				return cmp.Compare(t, int64(y)), true
			}
		}
	case column.Ticks:
		switch y := b.(type) {
		case column.Ticks:
			return cmp.Compare(x, y), true
		case string:
			if t, ok := ParseTime(y); ok {
				return cmp.Compare(int64(x), t), true
			}
		}
	case column.Span:
		switch y := b.(type) {
		case column.Span:
			return cmp.Compare(x, y), true
		case string:
			if t, ok := ParseTimespan(y); ok {
				return cmp.Compare(int64(x), t), true
			}
		}
	}
	return 0, false
}

func dynamicNumber(x any) (float64, bool) {
	switch x := x.(type) {
	case int64:
		return float64(x), true
	case float64:
		return x, true
	}
	return 0, false
}

func dynamicArithmetic(op byte) Eval {
	return Map2(column.Dynamic, func(_ *Env, a, b any) (any, bool) {
		x, ok1 := a.(int64)
		y, ok2 := b.(int64)
		if ok1 && ok2 {
			switch op {
			case '+':
				return x + y, true
			case '-':
				return x - y, true
			case '*':
				return x * y, true
			case '/':
				q, ok := quotient(x, y)
				return q, ok
			}
			m, ok := modulo(x, y)
			return m, ok
		}
		f, ok1 := dynamicNumber(a)
		g, ok2 := dynamicNumber(b)
		if !ok1 || !ok2 {
			return nil, false
		}
		switch op {
		case '+':
			return f + g, true
		case '-':
			return f - g, true
		case '*':
			return f * g, true
		case '/':
			return f / g, true
		}
		return realModulo(f, g), true
	})
}
