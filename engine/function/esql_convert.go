package function

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
)

// Conversions of ES|QL take multi-values and leave out what cannot be converted, with a warning.

func cannotParse[R any](env *Env, s string) (R, bool) {
	return overflow[R](env, "org.elasticsearch.xpack.esql.core.InvalidArgumentException: Cannot parse number ["+s+"]")
}

func outOf[R any](env *Env, x string, t column.Type) (R, bool) {
	return overflow[R](env, fmt.Sprintf("org.elasticsearch.xpack.esql.core.InvalidArgumentException: [%s] out of [%s] range", x, t))
}

// toLong is a number rounded half up, if a long holds it; 2^63, which is what the greatest long is as a double, is that one again.
func toLong(x float64) (int64, bool) {
	r := math.Floor(x + 0.5)
	switch {
	case math.IsNaN(x) || r < -1<<63 || r > 1<<63:
		return 0, false
	case r == 1<<63:
		return math.MaxInt64, true
	}
	return int64(r), true
}

// readDouble reads a text as Java does: with a d or an f behind it, and with digits of base 16, but no infinity.
func readDouble(s string) (float64, bool, string) {
	t := strings.Trim(s, " \t\n\r\f\v\x00")
	body, hex := strings.TrimLeft(t, "+-"), false
	if hex = strings.HasPrefix(body, "0x") || strings.HasPrefix(body, "0X"); !hex || strings.ContainsAny(body, "pP") {
		if n := len(body); n > 1 && strings.ContainsAny(body[n-1:], "dDfF") {
			t = t[:len(t)-1]
		}
	}
	switch {
	case body == "NaN":
		return 0, false, "[" + s + "] cannot be parsed as a number (NaN)"
	case body == "Infinity":
		return 0, false, "Number [" + s + "] is too large"
	}
	x, err := strconv.ParseFloat(t, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) && math.IsInf(x, 0):
		return 0, false, "Number [" + s + "] is too large"
	case err != nil && !errors.Is(err, strconv.ErrRange), strings.ContainsAny(t, "_nNiI"), hex && !strings.ContainsAny(body, "pP"):
		return 0, false, "Cannot parse number [" + s + "]"
	}
	return x, true, ""
}

// toWhole converts numbers and texts to integer or long.
func toWhole(t column.Type, least, most int64) []*Row {
	name, doc := "to_"+t.String(), "the value as "+t.String()
	fits := func(x int64) bool { return x >= least && x <= most }
	text := func(env *Env, s string) (int64, bool) {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && fits(n) {
			return n, true
		}
		if x, ok, _ := readDouble(s); ok && x >= float64(least) && x <= float64(most) {
			if n, ok := toLong(x); ok && fits(n) {
				return n, true
			}
		}
		return cannotParse[int64](env, s)
	}
	rows := []*Row{
		multi(scalar(name, doc, same(t), t, column.Bool)),
		multi(scalar(name, doc, elementwise(t, text), t, column.String)),
		multi(scalar(name, doc, elementwise(t, func(env *Env, x float64) (int64, bool) {
			if n, ok := toLong(x); ok && fits(n) {
				return n, true
			}
			return outOf[int64](env, javaDouble(x), t)
		}), t, column.Double)),
		multi(scalar(name, doc, elementwise(t, func(env *Env, x int64) (int64, bool) {
			if ms := millis(x); fits(ms) {
				return ms, true
			}
			return outOf[int64](env, strconv.FormatInt(millis(x), 10), t)
		}), t, column.Time)),
		multi(scalar(name, doc, elementwise(t, func(env *Env, x uint64) (int64, bool) {
			if x <= uint64(most) {
				return int64(x), true
			}
			return outOf[int64](env, strconv.FormatUint(x, 10), t)
		}), t, column.ULong)),
	}
	from := []column.Type{column.Int, column.Long}
	if t == column.Long {
		from = append(from, column.Nanos)
	}
	rows = append(rows, each(from, func(f column.Type) *Row {
		return multi(scalar(name, doc, elementwise(t, func(env *Env, x int64) (int64, bool) {
			if fits(x) {
				return x, true
			}
			return outOf[int64](env, strconv.FormatInt(x, 10), t)
		}), t, f))
	})...)
	return append(rows, each(wholes, func(base column.Type) *Row {
		return scalar(name, "the text as "+t.String()+" in a number base", Map2(t, func(env *Env, s string, base int64) (int64, bool) {
			digits := s
			if base == 16 {
				digits = strings.TrimPrefix(strings.TrimPrefix(digits, "0x"), "0X")
			}
			if base >= 2 && base <= 36 {
				if n, err := strconv.ParseInt(digits, int(base), 64); err == nil && fits(n) {
					return n, true
				}
			}
			return cannotParse[int64](env, s)
		}), t, column.String, base)
	})...)
}

// decimalText are the numbers that Java's BigDecimal reads, with an exponent that leaves room to work.
var decimalText = regexp.MustCompile(`^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$`)

// same gives the values under another type that is stored alike.
func same(t column.Type) Eval {
	return func(_ *Env, args []*column.Vector, _ int) (*column.Vector, error) { return args[0].As(t), nil }
}

var esqlConvert = slices.Concat(
	toWhole(column.Int, math.MinInt32, math.MaxInt32), toWhole(column.Long, math.MinInt64, math.MaxInt64),
	toDouble, toUnsigned, toString, toBoolean, toInstant(column.Time, "to_datetime"), toInstant(column.Nanos, "to_date_nanos"),
	[]*Row{
		toIP("to_ip", "the text as an address", ReadIP),
		toIP("$to_ip_decimal", "the text as an address whose numbers may start with 0", readPadded(10)),
		toIP("$to_ip_octal", "the text as an address whose numbers are octal where they start with 0", readPadded(8)),
		multi(scalar("$to_ip_decimal", "the address", same(column.IP), column.IP, column.IP)),
		multi(scalar("$to_ip_octal", "the address", same(column.IP), column.IP, column.IP)),
		multi(scalar("to_ip", "the address", same(column.IP), column.IP, column.IP)),
		multi(scalar("to_version", "the text as a version", same(column.Version), column.Version, column.String)),
		multi(scalar("to_version", "the version", same(column.Version), column.Version, column.Version)),
		multi(scalar("to_text", "the value as a text to search in", same(column.Text), column.Text, column.String)),
		scalar("to_timeduration", "the text as a span of time", toSpan(column.Duration), column.Duration, column.String),
		scalar("to_timeduration", "the span of time", same(column.Duration), column.Duration, column.Duration),
		scalar("to_dateperiod", "the text as a span of days, months and years", toSpan(column.Period), column.Period, column.String),
		scalar("to_dateperiod", "the span of days, months and years", same(column.Period), column.Period, column.Period),
		multi(scalar("to_degrees", "radians as degrees", elementwiseNumber(func(x float64) float64 { return x * (180 / math.Pi) }), column.Double, column.Double)),
		multi(scalar("to_degrees", "radians as degrees", elementwiseNumber(func(x float64) float64 { return x * (180 / math.Pi) }), column.Double, column.Int)),
		multi(scalar("to_degrees", "radians as degrees", elementwiseNumber(func(x float64) float64 { return x * (180 / math.Pi) }), column.Double, column.Long)),
		multi(scalar("to_degrees", "radians as degrees", elementwiseNumber(func(x float64) float64 { return x * (180 / math.Pi) }), column.Double, column.ULong)),
	},
	each(numbers, func(t column.Type) *Row {
		return multi(scalar("to_radians", "degrees as radians", elementwiseNumber(func(x float64) float64 { return x * (math.Pi / 180) }), column.Double, t))
	}),
	aliases,
)

// aliases are second names of conversions.
var aliases = slices.Concat(
	renamed("to_int", toWhole(column.Int, math.MinInt32, math.MaxInt32)), renamed("to_bool", toBoolean), renamed("to_dbl", toDouble),
	renamed("to_str", toString), renamed("to_dt", toInstant(column.Time, "")), renamed("to_ul", toUnsigned), renamed("to_ulong", toUnsigned),
	renamed("to_datenanos", toInstant(column.Nanos, "")),
	[]*Row{
		multi(scalar("to_ver", "the text as a version", same(column.Version), column.Version, column.String)),
		multi(scalar("to_ver", "the version", same(column.Version), column.Version, column.Version)),
	},
)

func renamed(name string, rows []*Row) []*Row {
	return each2(rows, func(r *Row) *Row {
		c := *r
		c.Name = name
		return &c
	})
}

func each2(rows []*Row, f func(*Row) *Row) []*Row {
	out := make2(len(rows))
	for _, r := range rows {
		out = append(out, f(r))
	}
	return out
}

// elementwiseNumber lifts a function of a number of any type over multi-values.
func elementwiseNumber(f func(float64) float64) Eval {
	return elementwise(column.Double, func(env *Env, a any) (float64, bool) { return finite(env, f(asFloat(a))) })
}

func asFloat(a any) float64 {
	switch x := a.(type) {
	case int64:
		return float64(x)
	case uint64:
		return float64(x)
	case float64:
		return x
	}
	return 0
}

var toDouble = slices.Concat(
	each([]column.Type{column.Int, column.Long, column.ULong, column.Double}, func(t column.Type) *Row {
		return multi(scalar("to_double", "the number as a double", elementwise(column.Double, func(_ *Env, a any) (float64, bool) { return asFloat(a), true }), column.Double, t))
	}),
	[]*Row{
		multi(scalar("to_double", "1 for true, 0 for false", elementwise(column.Double, func(_ *Env, a bool) (float64, bool) { return asFloat(bit(a)), true }), column.Double, column.Bool)),
		multi(scalar("to_double", "the date as milliseconds", elementwise(column.Double, func(_ *Env, a int64) (float64, bool) { return float64(millis(a)), true }), column.Double, column.Time)),
		multi(scalar("to_double", "the text as a number", elementwise(column.Double, func(env *Env, s string) (float64, bool) {
			x, ok, why := readDouble(s)
			if !ok {
				return overflow[float64](env, "org.elasticsearch.xpack.esql.core.InvalidArgumentException: "+why)
			}
			return x, true
		}), column.Double, column.String)),
	},
)

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

var toUnsigned = slices.Concat(
	each([]column.Type{column.Int, column.Long}, func(t column.Type) *Row {
		return multi(scalar("to_unsigned_long", "the number as an unsigned long", elementwise(column.ULong, func(env *Env, a int64) (uint64, bool) {
			if a < 0 {
				return outOf[uint64](env, strconv.FormatInt(a, 10), column.ULong)
			}
			return uint64(a), true
		}), column.ULong, t))
	}),
	[]*Row{
		multi(scalar("to_unsigned_long", "the number", same(column.ULong), column.ULong, column.ULong)),
		multi(scalar("to_unsigned_long", "1 for true, 0 for false", same(column.ULong), column.ULong, column.Bool)),
		multi(scalar("to_unsigned_long", "the date as milliseconds", elementwise(column.ULong, func(env *Env, a int64) (uint64, bool) {
			if a < 0 {
				return outOf[uint64](env, strconv.FormatInt(millis(a), 10), column.ULong)
			}
			return uint64(millis(a)), true
		}), column.ULong, column.Time)),
		multi(scalar("to_unsigned_long", "the number cut to an unsigned long", elementwise(column.ULong, toUnsignedLong), column.ULong, column.Double)),
		multi(scalar("to_unsigned_long", "the text as an unsigned long", elementwise(column.ULong, func(env *Env, s string) (uint64, bool) {
			if n, err := strconv.ParseUint(s, 10, 64); err == nil {
				return n, true
			}
			x, ok := new(big.Float).SetPrec(256).SetString(s)
			if !ok || !decimalText.MatchString(s) {
				return overflow[uint64](env, "java.lang.NumberFormatException: ["+s+"] is no decimal number")
			}
			if n, _ := x.Int(nil); n.IsUint64() {
				return n.Uint64(), true
			}
			return outOf[uint64](env, s, column.ULong)
		}), column.ULong, column.String)),
	},
)

func toUnsignedLong(env *Env, x float64) (uint64, bool) {
	if math.IsNaN(x) || x < 0 || x >= 1<<64 {
		return outOf[uint64](env, javaDouble(x), column.ULong)
	}
	return uint64(x), true
}

var toString = slices.Concat(
	each(unordered, func(t column.Type) *Row {
		return multi(scalar("to_string", "the value as a text", elementwise(column.String, func(_ *Env, a any) (string, bool) { return TextOf(t, a), true }), column.String, t))
	}),
)

var toBoolean = slices.Concat(
	each(numbers, func(t column.Type) *Row {
		return multi(scalar("to_boolean", "false for 0, else true", elementwise(column.Bool, func(_ *Env, a any) (bool, bool) { return asFloat(a) != 0, true }), column.Bool, t))
	}),
	[]*Row{
		multi(scalar("to_boolean", "the boolean", same(column.Bool), column.Bool, column.Bool)),
		multi(scalar("to_boolean", `true for "true" in any case, else false`, elementwise(column.Bool, func(_ *Env, s string) (bool, bool) {
			return strings.EqualFold(s, "true"), true
		}), column.Bool, column.String)),
	},
)

// ReadLiteral reads a text of a query as a value of another type, as column.Builder takes it. A time that names no zone is of the one that
// is given, or else of UTC.
func ReadLiteral(s string, t column.Type, zone string) (any, error) {
	switch t {
	case column.Bool:
		switch {
		case strings.EqualFold(s, "true"):
			return true, nil
		case strings.EqualFold(s, "false"):
			return false, nil
		}
		return nil, fmt.Errorf("cannot read %q as true or false", s)
	case column.Time, column.Nanos:
		if _, err := ReadTime(s); err != nil {
			return nil, fmt.Errorf("cannot read %q as a date: write it like 2024-06-30 or 2024-06-30T12:00:00Z", s)
		}
		in := time.UTC
		if zone != "" {
			var err error
			if in, err = ReadZone(zone); err != nil {
				return nil, err
			}
		}
		n, err := readTimeIn(s, t, in)
		if err != nil {
			return nil, err
		}
		return n, nil
	case column.IP:
		ip, err := ReadIP(s)
		if err != nil {
			return nil, fmt.Errorf("cannot read %q as an address", s)
		}
		return ip, nil
	case column.Int:
		return strconv.ParseInt(s, 10, 32)
	case column.Long:
		return strconv.ParseInt(s, 10, 64)
	case column.Double:
		return strconv.ParseFloat(s, 64)
	case column.Duration, column.Period:
		if found, value, ok := ParseInterval(s); ok && found == t {
			return value, nil
		}
		return nil, fmt.Errorf(`cannot read %q as a span of time: write it like "5 minutes"`, s)
	}
	return s, nil
}

// TextOf is a value as ES|QL writes it.
func TextOf(t column.Type, a any) string {
	switch x := a.(type) {
	case bool:
		return strconv.FormatBool(x)
	case int64:
		switch t {
		case column.Time:
			return formatMillis(toTime(t, x))
		case column.Nanos:
			return formatNanos(toTime(t, x))
		}
		return strconv.FormatInt(x, 10)
	case uint64:
		return strconv.FormatUint(x, 10)
	case float64:
		return javaDouble(x)
	case string:
		return x
	}
	return ""
}

// javaDouble writes a double as the vendor does: with at least one decimal, and with an exponent when very large or small.
func javaDouble(x float64) string {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return "Infinity"
	case math.IsInf(x, -1):
		return "-Infinity"
	}
	if a := math.Abs(x); a == 0 || a >= 1e-3 && a < 1e7 {
		s := strconv.FormatFloat(x, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	s := strconv.FormatFloat(x, 'E', -1, 64)
	mantissa, exponent, _ := strings.Cut(s, "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(n)
}
