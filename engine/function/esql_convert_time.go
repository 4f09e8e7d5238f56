package function

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
)

// Conversions to dates and to spans of time.

// toInstant converts to date or date_nanos; numbers count milliseconds, or nanoseconds.
func toInstant(t column.Type, name string) []*Row {
	doc := "the value as a " + t.String()
	count := func(env *Env, a any) (int64, bool) {
		var n int64
		switch x := a.(type) {
		case int64:
			n = x
		case uint64:
			if x > math.MaxInt64 {
				return outOf[int64](env, strconv.FormatUint(x, 10), column.Long)
			}
			n = int64(x)
		case float64:
			var ok bool
			if n, ok = toLong(x); !ok {
				return outOf[int64](env, javaDouble(x), column.Long)
			}
		}
		if t == column.Time {
			ticks, ok := mulWhole(n, column.Millisecond)
			if !ok { // later or earlier than all others, so that it compares as it should
				env.warn("the furthest date", "java.lang.IllegalArgumentException: ["+strconv.FormatInt(n, 10)+"] is further away than dates are counted")
				ticks = map[bool]int64{true: math.MaxInt64, false: math.MinInt64}[n > 0]
			}
			return ticks, true
		}
		if n < 0 {
			return overflow[int64](env, beforeEpoch)
		}
		return n, true
	}
	rows := []*Row{
		multi(scalar(name, doc, elementwise(t, func(env *Env, s string) (int64, bool) {
			at, err := ReadTime(s)
			n := int64(0)
			if err == nil {
				n, err = counted(t, at)
			} else if t == column.Nanos {
				err = fmt.Errorf("failed to parse date field [%s] with format [strict_date_optional_time_nanos]", s)
			}
			if err != nil {
				return overflow[int64](env, "java.lang.IllegalArgumentException: "+err.Error())
			}
			return n, true
		}), t, column.String)),
		multi(scalar(name, doc, elementwise(t, func(env *Env, x int64) (int64, bool) {
			n, err := counted(t, toTime(column.Time, x))
			if err != nil {
				return overflow[int64](env, "java.lang.IllegalArgumentException: "+err.Error())
			}
			return n, true
		}), t, column.Time)),
		multi(scalar(name, doc, elementwise(t, func(_ *Env, x int64) (int64, bool) {
			at := toTime(column.Nanos, x)
			if t == column.Time {
				at = at.Truncate(time.Millisecond)
			}
			return fromTime(t, at), true
		}), t, column.Nanos)),
	}
	from := numbers
	if t == column.Nanos {
		from = []column.Type{column.Long, column.Double, column.ULong, column.Int}
	}
	return append(rows, each(from, func(f column.Type) *Row { return multi(scalar(name, doc, elementwise(t, count), t, f)) })...)
}

// counted is a time as a type counts it; nanoseconds are counted from 1970 on, as far as 64 bits reach.
func counted(t column.Type, at time.Time) (int64, error) {
	switch {
	case t != column.Nanos:
	case at.Unix() < 0:
		return 0, fmt.Errorf("date[%s] is before the epoch in 1970 and cannot be stored in nanosecond resolution", formatNanos(at))
	case at.After(time.Unix(0, math.MaxInt64)):
		return 0, fmt.Errorf("date[%s] is after 2262-04-11T23:47:16.854775807 and cannot be stored in nanosecond resolution", formatNanos(at))
	}
	return fromTime(t, at), nil
}

func toSpan(t column.Type) Eval {
	return Map1(t, func(env *Env, s string) (int64, bool) {
		if found, value, ok := ParseInterval(s); ok && found == t {
			return value, true
		}
		return overflow[int64](env, "java.lang.IllegalArgumentException: Cannot convert string ["+s+"] to ["+strings.ToUpper(t.String())+"]")
	})
}
