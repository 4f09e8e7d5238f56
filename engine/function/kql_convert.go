package function

import (
	"fmt"
	"math"
	"strings"

	"casebook/engine/column"
)

var kqlConversions = []*Row{
	scalarRow("tostring(scalar) string =first", "a value as text", toText),
	scalarRow("tobool(scalar) bool =first", "a value as a boolean", convert(column.Bool)),
	scalarRow("toboolean(scalar) bool =first", "a value as a boolean", convert(column.Bool)),
	scalarRow("toint(scalar) int =first", "a value as a 32-bit whole number", convert(column.Int)),
	scalarRow("tolong(scalar) long =first", "a value as a 64-bit whole number", convert(column.Long)),
	scalarRow("toreal(scalar) real =first", "a value as a real number", convert(column.Double)),
	scalarRow("todouble(scalar) real =first", "a value as a real number", convert(column.Double)),
	scalarRow("todatetime(scalar) datetime =first", "a value as a datetime", convert(column.Time)),
	scalarRow("totimespan(scalar) timespan =first", "a value as a timespan", convert(column.Duration)),
	scalarRow("totime(scalar) timespan =first", "a value as a timespan", convert(column.Duration)),
	scalarRow("toguid(text) guid =first", "a text as a GUID", convert(column.GUID)),
	scalarRow("parse_json(text) dynamic =first", "the value that a JSON text stands for", toDynamic),
	scalarRow("parsejson(text) dynamic =first", "the value that a JSON text stands for", toDynamic),
	scalarRow("todynamic(scalar) dynamic =first", "the value that a JSON text stands for", toDynamic),
	scalarRow("toobject(scalar) dynamic =first", "the value that a JSON text stands for", toDynamic),
	operatorRow("todynamic value", "a value as a dynamic one", asDynamic),
	meant(MeansFilled, operatorRow("filled", "a text, or the empty one for none", func(_ *Env, args []*column.Vector, _ int) (*column.Vector, error) {
		return fillBlanks(args[0].As(column.String)), nil
	})),
	scalarRow("gettype(scalar) string =prefix:type", "the name of a value's type", typeOf),
	operatorRow("key", "a text that only an equal value has", keyText),
	operatorRow("number or null", "a number, or null for what is none", numberOrNull),
}

// toText gives texts for any vector.
func toText(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	v := args[0]
	t := v.Type
	switch t {
	case column.String:
		return fillBlanks(v), nil
	case column.Dynamic:
		return rowwise(column.String, func(_ *Env, a []any) any { return dynamicText(a[0]) })(env, args, n)
	}
	return texts(Map1(column.String, func(_ *Env, x any) (string, bool) { return Text(t, x), true }))(env, args, n)
}

// DecimalFigures is how many figures of a decimal are kept; Kusto keeps 34.
const DecimalFigures = 15

// Figures is how many figures a number that is written has, without zeros before and behind them.
func Figures(text string) int {
	text, _, _ = strings.Cut(strings.ToLower(text), "e")
	figures := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	figures = strings.TrimLeft(figures, "0")
	return len(strings.TrimRight(figures, "0"))
}

// convert gives values of a type, null for what cannot be one.
func convert(to column.Type) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		from := args[0].Type
		if from == to {
			return args[0], nil
		}
		if from.Kind() == column.StringKind {
			return Map1(to, func(env *Env, s string) (any, bool) {
				x := FromText(to, s)
				if to == column.Decimal && x != nil && Figures(s) > DecimalFigures {
					env.Warn(fmt.Sprintf("todecimal: of numbers with more figures, %d are kept", DecimalFigures))
				}
				return x, x != nil
			})(env, args, n)
		}
		return Map1(to, func(_ *Env, x any) (any, bool) {
			y := Convert(from, to, x)
			return y, y != nil
		})(env, args, n)
	}
}

// Convert is a value of one type as one of another; nil when it cannot be.
func Convert(from, to column.Type, x any) any {
	if from == column.Dynamic {
		switch d := x.(type) {
		case string:
			return FromText(to, d)
		case bool:
			from = column.Bool
		case int64:
			from = column.Long
		case float64:
			from = column.Double
		case column.Ticks:
			from, x = column.Time, int64(d)
		case column.Span:
			from, x = column.Duration, int64(d)
		default:
			return nil
		}
		if from == to {
			return x
		}
	}
	switch to {
	case column.String:
		return Text(from, x)
	case column.Bool:
		switch x := x.(type) {
		case bool:
			return x
		case int64:
			if from == column.Int || from == column.Long {
				return x != 0
			}
		case float64:
			return x != 0
		}
	case column.Int, column.Long:
		return toInteger(from, to, x)
	case column.Double, column.Decimal:
		switch x := x.(type) {
		case bool:
			return map[bool]float64{true: 1}[x]
		case int64:
			if from == column.Time {
				x += column.TicksAtEpoch
			}
			return float64(x)
		case float64:
			return x
		}
	case column.Time:
		if f, ok := x.(float64); ok && f >= 0 && f < float64(lastOfTime+column.TicksAtEpoch) {
			return int64(f) - column.TicksAtEpoch
		}
		if n, ok := x.(int64); ok && (from == column.Long || from == column.Int) && !outOfTime(n-column.TicksAtEpoch) && n >= 0 {
			return n - column.TicksAtEpoch
		}
	case column.Duration:
		if n, ok := x.(int64); ok && (from == column.Long || from == column.Int) {
			return n
		}
	}
	return nil
}

func toInteger(from, to column.Type, x any) any {
	var n int64
	switch x := x.(type) {
	case bool:
		if x {
			n = 1
		}
	case int64:
		n = x
		if from == column.Time {
			n += column.TicksAtEpoch
		}
	case float64:
		t := math.Trunc(x)
		// Reals that are too large become the largest number there is.
		low, high := int64(math.MinInt64), int64(math.MaxInt64)
		if to == column.Int {
			low, high = math.MinInt32, math.MaxInt32
		}
		switch {
		case math.IsNaN(t) || math.IsInf(t, 0):
			return nil
		case t >= float64(high):
			return high
		case t <= float64(low):
			return low
		}
		n = int64(t)
	default:
		return nil
	}
	if to == column.Int {
		// Whole numbers that are too large keep their lower half.
		n = int64(int32(n))
	}
	return n
}

// toDynamic reads texts as JSON; other values are taken as they are.
func toDynamic(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	if args[0].Type == column.String {
		return rowwise(column.Dynamic, func(_ *Env, a []any) any {
			s, _ := a[0].(string)
			if s == "" {
				return nil
			}
			return parseJSONOrText(s)
		})(env, args, n)
	}
	return asDynamic(env, args, n)
}

// asDynamic boxes values.
func asDynamic(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	v := args[0]
	if v.Type == column.Dynamic {
		return v, nil
	}
	b := column.NewBuilder(column.Dynamic, n)
	for i := range n {
		put(b, column.Dynamic, Boxed(v.Type, cell(v, i)))
	}
	return b.Vector(), nil
}

// Boxed is a value of a type as a dynamic one, which tells times and spans from numbers.
func Boxed(t column.Type, x any) any {
	if n, ok := x.(int64); ok {
		switch t {
		case column.Time:
			return column.Ticks(n)
		case column.Duration:
			return column.Span(n)
		}
	}
	return x
}

// ExpandCast is what makes an element of an array a value of a type; nil where it stays as it is. A number comes only of a
// number, a boolean of one or of a whole number, a datetime and a guid of a text, and a timespan of no element that JSON has.
func ExpandCast(t column.Type) func(any) any {
	switch t {
	case column.Dynamic:
		return nil
	case column.String:
		return func(x any) any { return dynamicText(x) }
	}
	return func(x any) any {
		switch e := x.(type) {
		case int64:
			if t == column.Int || t == column.Long || t == column.Double || t == column.Bool {
				return Convert(column.Dynamic, t, x)
			}
		case float64:
			if t == column.Int || t == column.Long || t == column.Double || t == column.Bool && e == math.Trunc(e) {
				return Convert(column.Dynamic, t, x)
			}
		case bool:
			if t == column.Bool {
				return e
			}
		case string:
			if t == column.Time || t == column.GUID {
				return FromText(t, e)
			}
		case column.Ticks:
			if t == column.Time {
				return Convert(column.Dynamic, t, x)
			}
		case column.Span:
			if t == column.Duration {
				return Convert(column.Dynamic, t, x)
			}
		}
		return nil
	}
}

func typeOf(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	b := column.NewBuilder(column.String, n)
	names := map[column.Type]string{column.Bool: "bool", column.Int: "int", column.Long: "long", column.Double: "real", column.Decimal: "decimal",
		column.String: "string", column.Time: "datetime", column.Duration: "timespan", column.GUID: "guid"}
	for i := range n {
		if args[0].Type != column.Dynamic {
			b.Str(names[args[0].Type])
			continue
		}
		b.Str(dynamicType(cell(args[0], i)))
	}
	return b.Vector(), nil
}

func dynamicType(x any) string {
	switch x.(type) {
	case nil:
		return "null"
	case bool:
		return "bool"
	case int64:
		return "long"
	case float64:
		return "double"
	case string:
		return "string"
	case []any:
		return "array"
	case column.Ticks:
		return "datetime"
	case column.Span:
		return "timespan"
	}
	return "dictionary"
}

func keyText(_ *Env, args []*column.Vector, n int) (*column.Vector, error) {
	b := column.NewBuilder(column.String, n)
	for i := range n {
		x := cell(args[0], i)
		if x == nil {
			b.Str("")
			continue
		}
		b.Str("=" + Text(args[0].Type, x))
	}
	return b.Vector(), nil
}

func numberOrNull(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	return Map1(args[0].Type, func(_ *Env, x float64) (float64, bool) { return x, !math.IsNaN(x) })(env, args, n)
}
