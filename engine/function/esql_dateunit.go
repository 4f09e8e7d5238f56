package function

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"casebook/engine/column"
)

// DATE_UNIT_COUNT and DAYS_IN_MONTH: how many of a smaller unit are in the larger one that a date lies in.

// calendarUnits are the units that DATE_UNIT_COUNT counts in, and their length as months and days, or as time.
var calendarUnits = map[string]struct {
	months, days int
	time         time.Duration
}{
	"hour": {time: time.Hour}, "day": {days: 1}, "week": {days: 7}, "month": {months: 1}, "year": {months: 12},
}

// calendarUnit is the unit that a text names as one to count in; a day of the year or of the week is none.
func calendarUnit(text string) (string, bool) {
	text = strings.ToLower(text)
	unit := diffUnits[text]
	if _, ok := calendarUnits[unit]; !ok || unit == "day" && !slices.Contains([]string{"day", "days", "dd", "d"}, text) {
		return "", false
	}
	return unit, true
}

func unitCount(t column.Type) Eval {
	return Map3(column.Long, func(env *Env, count, in string, at int64) (int64, bool) {
		counted, known := diffUnits[strings.ToLower(count)]
		unit, ok := calendarUnit(in)
		switch {
		case !known:
			return overflow[int64](env, fmt.Sprintf("java.lang.IllegalArgumentException: [%s] is not a unit of time", count))
		case !ok:
			return overflow[int64](env, fmt.Sprintf("java.lang.IllegalArgumentException: [%s] is not a unit to count in: that is an hour, day, week, month or year", in))
		}
		return unitsIn(counted, unit, toTime(t, at))
	})
}

// unitsIn is how many whole units are in the hour, day, week, month or year around a time.
func unitsIn(count, in string, at time.Time) (int64, bool) {
	span, start := calendarUnits[in], at.Truncate(time.Hour)
	if span.time == 0 {
		start, _ = truncate(at, int64(span.months), int64(span.days))
	}
	return between(count, start, start.AddDate(0, span.months, span.days).Add(span.time))
}

var esqlDateUnit = slices.Concat(
	each(instants, func(t column.Type) *Row {
		return scalar("date_unit_count", "how many of one unit are in the other that a date lies in", unitCount(t), column.Long, str, str, t)
	}),
	each(instants, func(t column.Type) *Row {
		return scalar("days_in_month", "how many days the month of a date has", Map1(column.Long, func(_ *Env, at int64) (int64, bool) {
			return unitsIn("day", "month", toTime(t, at))
		}), column.Long, t)
	}),
)
