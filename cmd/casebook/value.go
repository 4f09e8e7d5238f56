package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
	"casebook/tui"
)

// How a value of a result is written: once for people and CSV, once for JSON. Times are RFC 3339, in UTC except for a person who asked
// for another zone, with milliseconds, or with 100 ns where a value has them.

// appendJSON appends a value of a column as JSON.
func appendJSON(b []byte, t column.Type, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		switch t {
		case column.Time, column.Nanos, column.Duration, column.Period:
			return appendString(b, integer(tui.Clock{}, t, v))
		}
		return strconv.AppendInt(b, v, 10)
	case uint64:
		return strconv.AppendUint(b, v, 10)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return appendString(b, real(v)) // JSON has no word for them
		}
		return append(b, real(v)...)
	case string:
		return appendString(b, v)
	case column.Ticks:
		return appendString(b, instant(int64(v)))
	case column.Span:
		return appendString(b, timespan(int64(v)))
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, t, x)
		}
		return append(b, ']')
	case *column.Object:
		b = append(b, '{')
		for i, key := range v.Keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, key), ':')
			b = appendJSON(b, column.Dynamic, v.Values[i])
		}
		return append(b, '}')
	}
	return appendString(b, fmt.Sprint(v))
}

// appendRow appends a row as a JSON object, its columns in their order.
func appendRow(b []byte, columns []column.Field, row []any) []byte {
	b = append(b, '{')
	for i, c := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, c.Name), ':')
		b = appendJSON(b, c.Type, row[i])
	}
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	var w bytes.Buffer
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return append(b, `""`...)
	}
	return append(b, bytes.TrimSuffix(w.Bytes(), []byte("\n"))...)
}

// plain is a value as a person reads it; null is empty.
func plain(clock tui.Clock, t column.Type, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return integer(clock, t, v)
	case float64:
		return real(v)
	case string:
		return v
	case column.Ticks:
		return instantIn(clock, int64(v))
	case column.Span:
		return timespan(int64(v))
	case []any:
		if t != column.Dynamic {
			parts := make([]string, len(v))
			for i, x := range v {
				parts[i] = plain(clock, t, x)
			}
			return "[" + strings.Join(parts, ", ") + "]"
		}
		return string(appendJSON(nil, t, v))
	case *column.Object:
		return string(appendJSON(nil, t, v))
	}
	return fmt.Sprint(v)
}

func integer(clock tui.Clock, t column.Type, v int64) string {
	switch t {
	case column.Time:
		return instantIn(clock, v)
	case column.Nanos:
		return clock.In(time.Unix(0, v)).Format("2006-01-02T15:04:05.000000000Z07:00")
	case column.Duration:
		return timespan(v)
	case column.Period:
		return fmt.Sprintf("%d months %d days", v>>32, int32(v))
	}
	return strconv.FormatInt(v, 10)
}

// instant is an instant in UTC.
func instant(ticks int64) string { return instantIn(tui.Clock{}, ticks) }

func instantIn(clock tui.Clock, ticks int64) string {
	at := clock.In(column.ToTime(ticks))
	if ticks%column.Millisecond == 0 {
		return at.Format("2006-01-02T15:04:05.000Z07:00")
	}
	return at.Format("2006-01-02T15:04:05.0000000Z07:00")
}

// timespan is days.hours:minutes:seconds.fraction, without the parts that are nothing.
func timespan(ticks int64) string {
	sign := ""
	n := uint64(ticks)
	if ticks < 0 {
		sign, n = "-", -n
	}
	day, sec := uint64(column.Day), uint64(column.Second)
	days, rest := n/day, n%day
	s := fmt.Sprintf("%02d:%02d:%02d", rest/(3600*sec), rest/(60*sec)%60, rest/sec%60)
	if days > 0 {
		s = fmt.Sprintf("%d.%s", days, s)
	}
	if f := rest % sec; f > 0 {
		s += fmt.Sprintf(".%07d", f)
	}
	return sign + s
}

func real(v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	b := strconv.FormatFloat(v, 'g', -1, 64)
	return b
}
