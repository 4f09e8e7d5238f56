package function

import (
	"math"
	"strings"
	"time"

	"casebook/engine/column"
)

var kqlTimes = timeRows()

func timeRows() []*Row {
	rows := []*Row{
		scalarRow("dayofweek(datetime) timespan", "the days since Sunday", Map1(column.Duration, func(_ *Env, t int64) (int64, bool) {
			// The last week of all has no end, and its days no number.
			at := column.ToTime(t)
			return int64(at.Weekday()) * column.Day, !outOfTime(column.FromTime(startOf("week", at)) + 7*column.Day)
		})),
		scalarRow("make_datetime(number, number, number, number?, number?, number?) datetime =only", "a datetime of its parts", rowwise(column.Time, makeTime)),
		scalarRow("make_datetime(scalar) datetime =only", "a datetime of a text", convert(column.Time)),
		scalarRow("make_timespan(integer, integer, integer, real) timespan =only", "a timespan of days, hours, minutes and seconds", rowwise(column.Duration, makeTimespan(true))),
		scalarRow("make_timespan(integer, integer, real?) timespan =only", "a timespan of hours, minutes and seconds", rowwise(column.Duration, makeTimespan(false))),
		scalarRow("make_timespan(scalar) timespan =only", "a timespan of a text", convert(column.Duration)),
		scalarRow("datetime_add(string, integer, datetime) datetime", "a datetime some parts later", partly(column.Time, datetimeAdd)),
		scalarRow("datetime_diff(string, datetime, datetime) long", "how many boundaries of a part lie between", partly(column.Long, datetimeDiff)),
		scalarRow("datetime_part(string, datetime) int", "a part of a datetime", datetimePart),
		scalarRow("datepart(string, datetime) int", "a part of a datetime", datetimePart),
		scalarRow("format_datetime(datetime, string) string =first", "a datetime in a format", rowwise(column.String, func(_ *Env, a []any) any {
			t, ok := a[0].(int64)
			if !ok {
				return ""
			}
			return formatTime(column.ToTime(t), plainText(a[1]))
		})),
		scalarRow("format_timespan(timespan, string) string =first", "a timespan in a format", rowwise(column.String, func(_ *Env, a []any) any {
			t, ok := a[0].(int64)
			if !ok {
				return ""
			}
			return formatSpan(t, plainText(a[1]))
		})),
		scalarRow("datetime_local_to_utc(datetime, string) datetime", "a local time as UTC", zoned(true)),
		scalarRow("datetime_utc_to_local(datetime, string) datetime", "a time in a time zone", zoned(false)),
		scalarRow("unixtime_seconds_todatetime(number) datetime", "a Unix time", unixTime(column.Second)),
		scalarRow("unixtime_milliseconds_todatetime(number) datetime", "a Unix time in milliseconds", unixTime(column.Millisecond)),
		scalarRow("unixtime_microseconds_todatetime(number) datetime", "a Unix time in microseconds", unixTime(column.Microsecond)),
		scalarRow("unixtime_nanoseconds_todatetime(number) datetime", "a Unix time in nanoseconds", unixTime(0)),
	}
	for name, part := range map[string]string{"dayofmonth": "day", "dayofyear": "dayofyear", "hourofday": "hour", "weekofyear": "week_of_year",
		"week_of_year": "week_of_year", "monthofyear": "month", "getyear": "year", "getmonth": "month"} {
		rows = append(rows, scalarRow(name+"(datetime) int", "the "+part+" of a datetime", Map1(column.Int, func(_ *Env, t int64) (int64, bool) {
			n, ok := partOf(part, t)
			return n, ok
		})))
	}
	for _, unit := range []string{"day", "week", "month", "year"} {
		naming := ""
		if unit == "day" {
			naming = " =first"
		}
		rows = append(rows,
			scalarRow("startof"+unit+"(datetime, integer?) datetime"+naming, "the start of the "+unit+", or of one some later", bounded(unit, false)),
			scalarRow("endof"+unit+"(datetime, integer?) datetime", "the last tick of the "+unit+", or of one some later", bounded(unit, true)))
	}
	return rows
}

// DateParts are the parts that a datetime has, which datetime_part gives.
var DateParts = []string{"year", "quarter", "month", "week_of_year", "day", "dayofyear", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond"}

// DateUnits are the parts that datetimes can be apart, which datetime_add and datetime_diff count.
var DateUnits = []string{"year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond"}

func startOf(unit string, t time.Time) time.Time {
	y, m, d := t.Date()
	switch unit {
	case "week":
		return time.Date(y, m, d-int(t.Weekday()), 0, 0, 0, 0, time.UTC)
	case "month":
		return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	case "year":
		return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func later(unit string, t time.Time, n int) time.Time {
	switch unit {
	case "week":
		return t.AddDate(0, 0, 7*n)
	case "month":
		return t.AddDate(0, n, 0)
	case "year":
		return t.AddDate(n, 0, 0)
	}
	return t.AddDate(0, 0, n)
}

func bounded(unit string, end bool) Eval {
	return rowwise(column.Time, func(_ *Env, a []any) any {
		t, ok := a[0].(int64)
		n := int64(0)
		if len(a) > 1 && ok {
			n, ok = a[1].(int64)
		}
		if !ok || n > 4_000_000 || n < -4_000_000 {
			return nil
		}
		start := later(unit, startOf(unit, column.ToTime(t)), int(n))
		if end {
			start = later(unit, start, 1)
		}
		r := column.FromTime(start)
		if end {
			r--
		}
		if outOfTime(r) {
			return nil
		}
		return r
	})
}

func makeTime(_ *Env, a []any) any {
	var parts [6]float64
	for i, x := range a {
		f, ok := dynamicNumber(x)
		if !ok {
			return nil
		}
		parts[i] = f
	}
	y, m, d, h, mi := int(parts[0]), int(parts[1]), int(parts[2]), int(parts[3]), int(parts[4])
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || h < 0 || h > 23 || mi < 0 || mi > 59 || parts[5] < 0 || parts[5] >= 60 {
		return nil
	}
	t := time.Date(y, time.Month(m), d, h, mi, 0, 0, time.UTC)
	if t.Day() != d {
		return nil
	}
	return column.FromTime(t) + int64(math.Round(parts[5]*float64(column.Second)))
}

func makeTimespan(days bool) func(*Env, []any) any {
	return func(_ *Env, a []any) any {
		var n [4]float64
		at := 1
		if days {
			at = 0
		}
		most := [4]float64{10675199, 24, 60, 60}
		for _, x := range a {
			f, ok := dynamicNumber(x)
			if !ok || f < 0 || f >= most[at] {
				return nil
			}
			n[at] = f
			at++
		}
		return int64(n[0])*column.Day + int64(n[1])*column.Hour + int64(n[2])*column.Minute + int64(math.Round(n[3]*float64(column.Second)))
	}
}

// addMonths keeps the day, or takes the month's last one.
func addMonths(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(d, last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

var partTicks = map[string]int64{"week": 7 * column.Day, "day": column.Day, "hour": column.Hour, "minute": column.Minute, "second": column.Second,
	"millisecond": column.Millisecond, "microsecond": column.Microsecond}

// partly lifts a function of a part's name, which is a constant, and two numbers.
func partly(t column.Type, of func(part string) func(a, b int64) (int64, bool)) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		if n == 0 || args[0].IsNull(0) {
			return column.NullVector(t, n), nil
		}
		f := of(strings.ToLower(args[0].Str(0)))
		return Map2(t, func(_ *Env, a, b int64) (int64, bool) { return f(a, b) })(env, args[1:], n)
	}
}

func datetimeAdd(part string) func(n, t int64) (int64, bool) {
	months := map[string]int64{"year": 12, "quarter": 3, "month": 1}[part]
	size := partTicks[part]
	return func(n, t int64) (int64, bool) {
		var r int64
		switch {
		case months > 0:
			if n*months > 200_000 || n*months < -200_000 {
				return 0, false
			}
			r = column.FromTime(addMonths(column.ToTime(t), int(n*months)))
		case part == "nanosecond":
			r = t + n/100
		case size == 0, n > math.MaxInt64/size, n < math.MinInt64/size:
			return 0, false
		default:
			r = t + n*size
		}
		return r, !outOfTime(r)
	}
}

// datetimeDiff counts the boundaries of a part between two times: both are cut to it and subtracted.
func datetimeDiff(part string) func(x, y int64) (int64, bool) {
	months := func(size int64) func(x, y int64) (int64, bool) {
		return func(x, y int64) (int64, bool) {
			s, t := column.ToTime(x), column.ToTime(y)
			return floorOf(int64(s.Year())*12+int64(s.Month()-1), size) - floorOf(int64(t.Year())*12+int64(t.Month()-1), size), true
		}
	}
	switch part {
	case "year":
		return months(12)
	case "quarter":
		return months(3)
	case "month":
		return months(1)
	case "week":
		return func(x, y int64) (int64, bool) {
			s, t := startOf("week", column.ToTime(x)), startOf("week", column.ToTime(y))
			return (column.FromTime(s) - column.FromTime(t)) / (7 * column.Day), true
		}
	case "nanosecond":
		return func(x, y int64) (int64, bool) { return (x - y) * 100, true }
	}
	size := partTicks[part]
	return func(x, y int64) (int64, bool) {
		if size == 0 {
			return 0, false
		}
		return floorOf(x, size) - floorOf(y, size), true
	}
}

func datetimePart(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	if n == 0 || args[0].IsNull(0) {
		return column.NullVector(column.Int, n), nil
	}
	part := strings.ToLower(args[0].Str(0))
	return Map1(column.Int, func(_ *Env, t int64) (int64, bool) { return partOf(part, t) })(env, args[1:], n)
}

func partOf(part string, ticks int64) (int64, bool) {
	t := column.ToTime(ticks)
	inSecond := int64(t.Nanosecond() / 100)
	switch part {
	case "year":
		return int64(t.Year()), true
	case "quarter":
		return int64(t.Month()-1)/3 + 1, true
	case "month":
		return int64(t.Month()), true
	case "week_of_year":
		_, w := t.ISOWeek()
		return int64(w), true
	case "day":
		return int64(t.Day()), true
	case "dayofyear":
		return int64(t.YearDay()), true
	case "hour":
		return int64(t.Hour()), true
	case "minute":
		return int64(t.Minute()), true
	case "second":
		return int64(t.Second()), true
	case "millisecond":
		return inSecond / column.Millisecond, true
	case "microsecond":
		return inSecond / column.Microsecond, true
	case "nanosecond":
		return inSecond * 100, true
	}
	return 0, false
}

func zoned(toUTC bool) Eval {
	return rowwise(column.Time, func(env *Env, a []any) any {
		t, ok := a[0].(int64)
		zone, err := time.LoadLocation(plainText(a[1]))
		if !ok || err != nil || plainText(a[1]) == "" || plainText(a[1]) == "Local" {
			return nil
		}
		at := column.ToTime(t)
		if toUTC {
			y, m, d := at.Date()
			return column.FromTime(time.Date(y, m, d, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), zone))
		}
		_, offset := at.In(zone).Zone()
		return t + int64(offset)*column.Second
	})
}

// unixTime reads numbers of a unit since 1970; 0 stands for nanoseconds, which are less than a tick.
func unixTime(unit int64) Eval {
	return rowwise(column.Time, func(_ *Env, a []any) any {
		var ticks int64
		switch x := a[0].(type) {
		case int64:
			if unit == 0 {
				ticks = floorOf(x, 100)
			} else {
				if x > math.MaxInt64/unit || x < math.MinInt64/unit {
					return nil
				}
				ticks = x * unit
			}
		case float64:
			u := float64(unit)
			if unit == 0 {
				u = 0.01
			}
			n, ok := ticksOf(math.Round(x * u))
			if !ok {
				return nil
			}
			ticks = n
		default:
			return nil
		}
		if outOfTime(ticks) {
			return nil
		}
		return ticks
	})
}
