package function

import (
	"math"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// How values look as text, and what text is read as which value. This is what tostring, strcat, tolong and their like do,
// and what literals mean.

// FormatTime is a datetime as KQL writes it: always UTC and seven figures.
func FormatTime(ticks int64) string {
	return column.ToTime(ticks).Format("2006-01-02T15:04:05.0000000Z")
}

// FormatTimespan is [-][d.]hh:mm:ss[.fffffff].
func FormatTimespan(ticks int64) string {
	var b strings.Builder
	u := uint64(ticks)
	if ticks < 0 {
		b.WriteByte('-')
		u = -u
	}
	day, hour, minute, second := uint64(column.Day), uint64(column.Hour), uint64(column.Minute), uint64(column.Second)
	if d := u / day; d > 0 {
		b.WriteString(strconv.FormatUint(d, 10) + ".")
	}
	two := func(n uint64) {
		b.WriteByte(byte('0' + n/10))
		b.WriteByte(byte('0' + n%10))
	}
	two(u % day / hour)
	b.WriteByte(':')
	two(u % hour / minute)
	b.WriteByte(':')
	two(u % minute / second)
	if f := u % second; f > 0 {
		s := strconv.FormatUint(f, 10)
		b.WriteString("." + strings.Repeat("0", 7-len(s)) + s)
	}
	return b.String()
}

// FormatReal is the shortest text that reads as the same number, with a point or an exponent.
func FormatReal(x float64) string {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	a := math.Abs(x)
	if a != 0 && (a < 1e-5 || a >= 1e15) {
		s := strconv.FormatFloat(x, 'E', -1, 64)
		// Exponents have two figures at least.
		return s
	}
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// Text is a value of a type as tostring gives it; nil is "".
func Text(t column.Type, x any) string {
	switch x := x.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		if x {
			return "True"
		}
		return "False"
	case float64:
		if t == column.Decimal {
			return strconv.FormatFloat(x, 'f', -1, 64)
		}
		return FormatReal(x)
	case int64:
		switch t {
		case column.Time:
			return FormatTime(x)
		case column.Duration:
			return FormatTimespan(x)
		}
		return strconv.FormatInt(x, 10)
	case column.Ticks:
		return FormatTime(int64(x))
	case column.Span:
		return FormatTimespan(int64(x))
	}
	return string(appendJSON(nil, x))
}

// nonFinite is how JSON texts tell of numbers that are none.
func nonFinite(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "Infinity"
	case math.IsInf(x, -1):
		return "-Infinity"
	}
	return "NaN"
}

// dynamicText is a dynamic value as tostring gives it: a string as it is, everything else as JSON.
func dynamicText(x any) string {
	switch x := x.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		if x {
			return "true"
		}
		return "false"
	case column.Ticks:
		return FormatTime(int64(x))
	case column.Span:
		return FormatTimespan(int64(x))
	}
	return string(appendJSON(nil, x))
}

// appendJSON writes a dynamic value as compact JSON.
func appendJSON(b []byte, x any) []byte {
	switch x := x.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, x)
	case int64:
		return strconv.AppendInt(b, x, 10)
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return append(append(append(b, '"'), nonFinite(x)...), '"')
		}
		return append(b, FormatReal(x)...)
	case string:
		return appendQuoted(b, x)
	case column.Ticks:
		return appendQuoted(b, FormatTime(int64(x)))
	case column.Span:
		return appendQuoted(b, FormatTimespan(int64(x)))
	case []any:
		b = append(b, '[')
		for i, e := range x {
			if i > 0 {
				b = append(b, ',')
			}
			if b = appendJSON(b, e); len(b) > longestMade {
				return b
			}
		}
		return append(b, ']')
	case *column.Object:
		b = append(b, '{')
		for i, k := range x.Keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, k), ':')
			if b = appendJSON(b, x.Values[i]); len(b) > longestMade {
				return b
			}
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}

func appendQuoted(b []byte, s string) []byte { return appendEscaped(b, s, "0123456789abcdef") }

// appendEscaped writes a text as JSON; what vendors differ in is the digits of control characters.
func appendEscaped(b []byte, s, digits string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch r {
		case '"':
			b = append(b, `\"`...)
		case '\\':
			b = append(b, `\\`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		default:
			if r < 0x20 {
				b = append(b, `\u00`...)
				b = append(b, digits[r>>4], digits[r&15])
			} else {
				b = append(b, string(r)...)
			}
		}
	}
	return append(b, '"')
}
