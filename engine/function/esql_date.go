package function

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
)

// truncate is the start of the span of a period that a time falls into. Months count from the year 1; a week starts on
// Monday; other numbers of days count from 1970.
func truncate(at time.Time, months, days int64) (time.Time, bool) {
	y, m, d := at.Date()
	switch {
	case months > 0 && days == 0:
		total := int64(y-1)*12 + int64(m-1)
		start := total - floorMod(total, months)
		return time.Date(1, time.Month(1+start), 1, 0, 0, 0, 0, time.UTC), true
	case months != 0 || days <= 0:
		return time.Time{}, false
	case days == 1:
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), true
	case days == 7:
		weekday := (int(at.Weekday()) + 6) % 7
		return time.Date(y, m, d-weekday, 0, 0, 0, 0, time.UTC), true
	}
	epochDay := floorDiv(at.Unix(), 86400)
	return time.Unix((epochDay-floorMod(epochDay, days))*86400, 0).UTC(), true
}

func floorMod(a, b int64) int64 { return ((a % b) + b) % b }
func floorDiv(a, b int64) int64 { return (a - floorMod(a, b)) / b }

// unitOf is how many of a type's counts make one tick.
func unitOf(t column.Type) int64 {
	if t == column.Nanos {
		return 100
	}
	return 1
}

func truncDuration(t column.Type) func(env *Env, span, at int64) (int64, bool) {
	return func(env *Env, span, at int64) (int64, bool) {
		if span <= 0 {
			return overflow[int64](env, "java.lang.IllegalArgumentException: Zero or negative time interval is not supported")
		}
		span *= unitOf(t)
		return at - floorMod(at, span), true
	}
}

// truncRising is truncDuration for times that mostly come in order, as events do: where one lies in the span of the one before, nothing is
// divided.
func truncRising(t column.Type) Eval {
	each := Map2(t, truncDuration(t))
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		span, at := args[0], args[1]
		if n == 0 || !span.Const || at.Type.Kind() != column.IntKind || at.Offsets != nil {
			return each(env, args, n)
		}
		width := span.Ints[0] * unitOf(t)
		if width <= 0 {
			return each(env, args, n)
		}
		out := &column.Vector{Type: t, Len: n, Ints: make([]int64, n), Nulls: at.Nulls}
		from := at.Ints[0] - floorMod(at.Ints[0], width)
		for i, x := range at.Ints[:n] {
			if uint64(x)-uint64(from) >= uint64(width) {
				from = x - floorMod(x, width)
			}
			out.Ints[i] = from
		}
		return out, nil
	}
}

func truncPeriod(t column.Type) func(env *Env, span, at int64) (int64, bool) {
	return func(env *Env, span, at int64) (int64, bool) {
		months, days := unpackPeriod(span)
		start, ok := truncate(toTime(t, at), months, days)
		if !ok {
			return overflow[int64](env, "java.lang.IllegalArgumentException: Zero or negative time interval is not supported")
		}
		return fromTime(t, start), true
	}
}

func swap[A, B, R any](f func(*Env, A, B) (R, bool)) func(*Env, B, A) (R, bool) {
	return func(env *Env, b B, a A) (R, bool) { return f(env, a, b) }
}

// partOfDate makes rows of one part of a date, which DATE_EXTRACT has, too.
func partOfDate(name, doc, part string) []*Row {
	return each(instants, func(t column.Type) *Row {
		return scalar(name, doc, Map1(column.Long, func(_ *Env, at int64) (int64, bool) { return dateParts[part](toTime(t, at)), true }), column.Long, t)
	})
}

var esqlDate = slices.Concat(
	each(instants, func(t column.Type) *Row {
		return scalar("date_trunc", "the start of the span of time that a date falls into", truncRising(t), t, column.Duration, t)
	}),
	each(instants, func(t column.Type) *Row {
		return scalar("date_trunc", "the start of the span of time that a date falls into", Map2(t, truncPeriod(t)), t, column.Period, t)
	}),
	buckets, renamed("bin", buckets),
	pairs(instants, instants, func(a, b column.Type) *Row {
		return scalar("date_diff", "how many whole units lie between two dates", dateDiff(a, b), integer, str, a, b)
	}),
	each(instants, func(t column.Type) *Row {
		return scalar("date_extract", "a part of a date, as a number", Map2(column.Long, func(env *Env, part string, at int64) (int64, bool) {
			f, ok := dateParts[strings.ToLower(part)]
			if !ok {
				return overflow[int64](env, "java.lang.IllegalArgumentException: No enum constant java.time.temporal.ChronoField."+strings.ToUpper(part))
			}
			return f(toTime(t, at)), true
		}), column.Long, str, t)
	}),
	each(instants, func(t column.Type) *Row {
		return scalar("date_format", "the date as a text", Map1(str, func(_ *Env, at int64) (string, bool) {
			return TextOf(t, at), true
		}), str, t)
	}),
	each(instants, func(t column.Type) *Row {
		return scalar("date_format", "the date as a text in a format", func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
			formats := compiled[*dateFormat]{make: newDateFormat}
			return Map2(str, func(env *Env, pattern string, at int64) (string, bool) {
				f, err := formats.get(pattern)
				if err != nil {
					return overflow[string](env, "java.lang.IllegalArgumentException: "+err.Error())
				}
				return f.write(toTime(t, at)), true
			})(env, args, n)
		}, str, str, t)
	}),
	partOfDate("year", "the year of a date", "year"), partOfDate("month", "the month of a date, from 1 to 12", "month_of_year"),
	partOfDate("day", "the day of the month of a date, from 1 to 31", "day_of_month"), partOfDate("hour", "the hour of the day of a date, from 0 to 23", "hour_of_day"),
	each(instants, func(t column.Type) *Row {
		return scalar("day_name", "the name of the day of the week", Map1(str, func(_ *Env, at int64) (string, bool) {
			return toTime(t, at).Weekday().String(), true
		}), str, t)
	}),
	each(instants, func(t column.Type) *Row {
		return scalar("month_name", "the name of the month", Map1(str, func(_ *Env, at int64) (string, bool) {
			return toTime(t, at).Month().String(), true
		}), str, t)
	}),
	[]*Row{
		scalar("date_parse", "the date that a text says", Map1(column.Time, func(env *Env, s string) (int64, bool) {
			at, err := ReadTime(s)
			if err != nil {
				return overflow[int64](env, "java.lang.IllegalArgumentException: "+err.Error())
			}
			return fromTime(column.Time, at), true
		}), column.Time, str),
		scalar("date_parse", "the date that a text says in a format", func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
			formats := compiled[*dateFormat]{make: newDateFormat}
			return Map2(column.Time, func(env *Env, pattern, s string) (int64, bool) {
				f, err := formats.get(pattern)
				if err == nil {
					var at time.Time
					if at, err = f.read(s); err == nil {
						return fromTime(column.Time, at), true
					}
				}
				return overflow[int64](env, "java.lang.IllegalArgumentException: "+err.Error())
			})(env, args, n)
		}, column.Time, str, str),
	},
)

// diffUnits are the units of DATE_DIFF, by each of their names.
var diffUnits = func() map[string]string {
	units := map[string]string{}
	for unit, names := range map[string]string{
		"year": "year years yy yyyy", "quarter": "quarter quarters qq q", "month": "month months mm m", "week": "week weeks wk ww",
		"day": "dayofyear dy y day days dd d weekday weekdays dw", "hour": "hour hours hh", "minute": "minute minutes mi n",
		"second": "second seconds ss s", "millisecond": "millisecond milliseconds ms", "microsecond": "microsecond microseconds mcs",
		"nanosecond": "nanosecond nanoseconds ns",
	} {
		for _, name := range strings.Fields(names) {
			units[name] = unit
		}
	}
	return units
}()

var unitLengths = map[string]int64{
	"week": 7 * 86400e9, "day": 86400e9, "hour": 3600e9, "minute": 60e9, "second": 1e9, "millisecond": 1e6, "microsecond": 1e3, "nanosecond": 1,
}

func dateDiff(a, b column.Type) Eval {
	return Map3(integer, func(env *Env, unit string, x, y int64) (int64, bool) {
		name, ok := diffUnits[strings.ToLower(unit)]
		if !ok {
			return overflow[int64](env, "java.lang.IllegalArgumentException: Received value ["+unit+"] is not valid date part to add; did you mean one of the units of DATE_DIFF?")
		}
		from, to := toTime(a, x), toTime(b, y)
		n, ok := between(name, from, to)
		if ok && n == int64(int32(n)) {
			return n, true
		}
		return overflow[int64](env, "org.elasticsearch.xpack.esql.core.InvalidArgumentException: ["+strconv.FormatInt(n, 10)+"] out of [integer] range")
	})
}

// between counts the whole units from one time to another.
func between(unit string, from, to time.Time) (int64, bool) {
	switch unit {
	case "year":
		return wholeMonths(from, to) / 12, true
	case "quarter":
		return wholeMonths(from, to) / 3, true
	case "month":
		return wholeMonths(from, to), true
	}
	length := unitLengths[unit]
	seconds, nanos := to.Unix()-from.Unix(), int64(to.Nanosecond()-from.Nanosecond())
	if length >= 1e9 {
		if seconds > 0 && nanos < 0 {
			seconds--
		} else if seconds < 0 && nanos > 0 {
			seconds++
		}
		return seconds / (length / 1e9), true
	}
	per := int64(1e9) / length
	whole, ok := mulWhole(seconds, per)
	total, fits := addWhole(whole, floorDiv(nanos, length))
	if nanos%length != 0 && total < 0 { // towards zero
		total++
	}
	return total, ok && fits
}

func wholeMonths(from, to time.Time) int64 {
	months := int64(to.Year()-from.Year())*12 + int64(to.Month()-from.Month())
	inMonth := func(t time.Time) time.Duration {
		return time.Duration(t.Day())*24*time.Hour + time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
			time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	}
	switch {
	case months > 0 && inMonth(to) < inMonth(from):
		months--
	case months < 0 && inMonth(to) > inMonth(from):
		months++
	}
	return months
}

func midnight(t time.Time) int64 { return int64(t.Hour()*3600 + t.Minute()*60 + t.Second()) }

// dateParts are the parts of DATE_EXTRACT.
var dateParts = map[string]func(time.Time) int64{
	"aligned_day_of_week_in_month": func(t time.Time) int64 { return int64((t.Day()-1)%7 + 1) },
	"aligned_day_of_week_in_year":  func(t time.Time) int64 { return int64((t.YearDay()-1)%7 + 1) },
	"aligned_week_of_month":        func(t time.Time) int64 { return int64((t.Day()-1)/7 + 1) },
	"aligned_week_of_year":         func(t time.Time) int64 { return int64((t.YearDay()-1)/7 + 1) },
	"ampm_of_day":                  func(t time.Time) int64 { return int64(t.Hour() / 12) },
	"clock_hour_of_ampm":           func(t time.Time) int64 { return int64((t.Hour()+11)%12 + 1) },
	"clock_hour_of_day":            func(t time.Time) int64 { return int64((t.Hour()+23)%24 + 1) },
	"day_of_month":                 func(t time.Time) int64 { return int64(t.Day()) },
	"day_of_week":                  func(t time.Time) int64 { return int64((t.Weekday()+6)%7 + 1) },
	"day_of_year":                  func(t time.Time) int64 { return int64(t.YearDay()) },
	"epoch_day":                    func(t time.Time) int64 { return floorDiv(t.Unix(), 86400) },
	"era": func(t time.Time) int64 {
		if t.Year() > 0 {
			return 1
		}
		return 0
	},
	"hour_of_ampm":     func(t time.Time) int64 { return int64(t.Hour() % 12) },
	"hour_of_day":      func(t time.Time) int64 { return int64(t.Hour()) },
	"instant_seconds":  func(t time.Time) int64 { return t.Unix() },
	"micro_of_day":     func(t time.Time) int64 { return midnight(t)*1e6 + int64(t.Nanosecond())/1e3 },
	"micro_of_second":  func(t time.Time) int64 { return int64(t.Nanosecond()) / 1e3 },
	"milli_of_day":     func(t time.Time) int64 { return midnight(t)*1e3 + int64(t.Nanosecond())/1e6 },
	"milli_of_second":  func(t time.Time) int64 { return int64(t.Nanosecond()) / 1e6 },
	"minute_of_day":    func(t time.Time) int64 { return midnight(t) / 60 },
	"minute_of_hour":   func(t time.Time) int64 { return int64(t.Minute()) },
	"month_of_year":    func(t time.Time) int64 { return int64(t.Month()) },
	"nano_of_day":      func(t time.Time) int64 { return midnight(t)*1e9 + int64(t.Nanosecond()) },
	"nano_of_second":   func(t time.Time) int64 { return int64(t.Nanosecond()) },
	"offset_seconds":   func(time.Time) int64 { return 0 },
	"proleptic_month":  func(t time.Time) int64 { return int64(t.Year())*12 + int64(t.Month()) - 1 },
	"second_of_day":    func(t time.Time) int64 { return midnight(t) },
	"second_of_minute": func(t time.Time) int64 { return int64(t.Second()) },
	"year":             func(t time.Time) int64 { return int64(t.Year()) },
	"year_of_era":      func(t time.Time) int64 { return int64(max(t.Year(), 1-t.Year())) },
}
