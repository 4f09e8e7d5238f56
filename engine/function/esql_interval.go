package function

import (
	"cmp"
	"math"
	"sort"
	"strconv"
	"strings"

	"casebook/engine/column"
)

// A span of time in ES|QL is a Duration (of fixed length) or a Period (of days and months, whose length the calendar says).

// periods are the units of Period, in months and days; durations those of Duration, in ticks.
var (
	periods = map[string][2]int64{
		"d": {0, 1}, "day": {0, 1}, "days": {0, 1},
		"w": {0, 7}, "week": {0, 7}, "weeks": {0, 7},
		"mo": {1, 0}, "month": {1, 0}, "months": {1, 0},
		"q": {3, 0}, "quarter": {3, 0}, "quarters": {3, 0},
		"y": {12, 0}, "yr": {12, 0}, "year": {12, 0}, "years": {12, 0},
	}
	durations = map[string]int64{
		"ms": column.Millisecond, "millisecond": column.Millisecond, "milliseconds": column.Millisecond,
		"s": column.Second, "sec": column.Second, "second": column.Second, "seconds": column.Second,
		"m": column.Minute, "min": column.Minute, "minute": column.Minute, "minutes": column.Minute,
		"h": column.Hour, "hour": column.Hour, "hours": column.Hour,
	}
)

// Interval is so many of a unit of time as ES|QL spells it: a value of type Duration or Period. It is not ok for an unknown
// unit or a span too long to count.
func Interval(count int64, unit string) (t column.Type, value int64, ok bool) {
	unit = strings.ToLower(unit)
	if p, known := periods[unit]; known {
		if count > math.MaxInt32 || count < math.MinInt32 {
			return 0, 0, false
		}
		return column.Period, packPeriod(count*p[0], count*p[1]), true
	}
	ticks, known := durations[unit]
	if !known || count != 0 && (count*ticks)/count != ticks {
		return 0, 0, false
	}
	return column.Duration, count * ticks, true
}

// IntervalUnits are the units that Interval knows.
func IntervalUnits() []string {
	units := make([]string, 0, len(periods)+len(durations))
	for u := range periods {
		units = append(units, u)
	}
	for u := range durations {
		units = append(units, u)
	}
	sort.Strings(units)
	return units
}

// ParseInterval reads a span of time written as a text: "5 minutes", "-1 day".
func ParseInterval(s string) (t column.Type, value int64, ok bool) {
	number, unit, found := strings.Cut(strings.TrimSpace(s), " ")
	if !found {
		return 0, 0, false
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	return Interval(n, strings.TrimSpace(unit))
}

// packPeriod is months and days in one word; so many that 32 bits do not hold them lead beyond all dates as it is.
func packPeriod(months, days int64) int64 {
	within := func(n int64) int64 { return max(math.MinInt32, min(n, math.MaxInt32)) }
	return within(months)<<32 | int64(uint32(within(days)))
}

// PeriodSign is 0 for a period of no length, below 0 for one with a part that goes back, and else above 0.
func PeriodSign(p int64) int {
	months, days := unpackPeriod(p)
	if months < 0 || days < 0 {
		return -1
	}
	return cmp.Compare(months+days, 0)
}

func unpackPeriod(p int64) (months, days int64) { return p >> 32, int64(int32(p)) }
