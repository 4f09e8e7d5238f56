package function

import (
	"fmt"
	"strings"
	"time"

	"casebook/engine/column"
)

// millis is a date as the vendor counts it: milliseconds since 1970, rounded down.
func millis(ticks int64) int64 {
	ms := ticks / column.Millisecond
	if ticks%column.Millisecond < 0 {
		ms--
	}
	return ms
}

func toTime(t column.Type, n int64) time.Time {
	if t == column.Nanos {
		return time.Unix(n/1e9, n%1e9).UTC()
	}
	return column.ToTime(n)
}

func fromTime(t column.Type, at time.Time) int64 {
	if t == column.Nanos {
		return at.Unix()*1e9 + int64(at.Nanosecond())
	}
	return column.FromTime(at)
}

// addPeriod moves a time by months and days; the day of the month is cut to the length of the month.
func addPeriod(at time.Time, months, days int64) time.Time {
	if months != 0 {
		y, m, d := at.Date()
		first := time.Date(y, m+time.Month(months), 1, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
		if last := daysIn(first); d > last {
			d = last
		}
		at = first.AddDate(0, 0, d-1)
	}
	return at.AddDate(0, 0, int(days))
}

func daysIn(at time.Time) int {
	return time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func formatMillis(at time.Time) string { return at.Format("2006-01-02T15:04:05.000Z") }

// formatNanos writes at least three decimals and no trailing zeros beyond them.
func formatNanos(at time.Time) string {
	s := at.Format("2006-01-02T15:04:05.000000000")
	for len(s) > len("2006-01-02T15:04:05.000") && s[len(s)-1] == '0' {
		s = s[:len(s)-1]
	}
	return s + "Z"
}

// ReadTime reads a date as ES|QL does where no format is given: a year and as much after it as there is.
func ReadTime(s string) (time.Time, error) {
	date, clock, timed := strings.Cut(s, "T")
	layout := ""
	switch len(date) {
	case len("2006"):
		layout = "2006"
	case len("2006-01"):
		layout = "2006-01"
	case len("2006-01-02"):
		layout = "2006-01-02"
	}
	if layout == "" || timed && layout != "2006-01-02" {
		return time.Time{}, badTime(s)
	}
	if timed {
		zone := ""
		body := clock
		if i := strings.IndexAny(clock, "Z+-"); i >= 0 {
			body, zone = clock[:i], clock[i:]
		}
		whole, fraction, hasFraction := strings.Cut(strings.Replace(body, ",", ".", 1), ".")
		switch len(whole) {
		case 0:
			if hasFraction || zone != "" {
				return time.Time{}, badTime(s)
			}
			layout += "T"
		case len("15"), len("15:04"), len("15:04:05"):
			layout += "T" + "15:04:05"[:len(whole)]
		default:
			return time.Time{}, badTime(s)
		}
		if hasFraction {
			if len(whole) != len("15:04:05") || fraction == "" || len(fraction) > 9 {
				return time.Time{}, badTime(s)
			}
			layout += "." + strings.Repeat("0", len(fraction))
			s = date + "T" + whole + "." + fraction + zone
		}
		switch len(zone) {
		case 0:
		case 1:
			layout += "Z07"
		case 3:
			layout += "-07"
		case 5:
			layout += "-0700"
		case 6:
			layout += "-07:00"
		default:
			return time.Time{}, badTime(s)
		}
	}
	at, err := time.Parse(layout, s)
	if err != nil {
		return time.Time{}, badTime(s)
	}
	return at.UTC(), nil
}

func badTime(s string) error {
	return fmt.Errorf("failed to parse date field [%s] with format [strict_date_optional_time]", s)
}
