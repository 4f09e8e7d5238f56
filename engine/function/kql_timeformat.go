package function

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
)

// Formats of datetimes and timespans: runs of letters between a few marks.

// runs cuts a format into runs of one letter and everything else.
func runs(format string, each func(run string)) {
	for format != "" {
		n := 1
		for n < len(format) && format[n] == format[0] {
			n++
		}
		each(format[:n])
		format = format[n:]
	}
}

// timeRuns are the runs of letters that format_datetime knows.
var timeRuns = map[string]func(time.Time) string{
	"d": func(t time.Time) string { return strconv.Itoa(t.Day()) }, "dd": func(t time.Time) string { return t.Format("02") },
	"h": func(t time.Time) string { return t.Format("3") }, "hh": func(t time.Time) string { return t.Format("03") },
	"H": func(t time.Time) string { return strconv.Itoa(t.Hour()) }, "HH": func(t time.Time) string { return t.Format("15") },
	"m": func(t time.Time) string { return strconv.Itoa(t.Minute()) }, "mm": func(t time.Time) string { return t.Format("04") },
	"M": func(t time.Time) string { return strconv.Itoa(int(t.Month())) }, "MM": func(t time.Time) string { return t.Format("01") },
	"s": func(t time.Time) string { return strconv.Itoa(t.Second()) }, "ss": func(t time.Time) string { return t.Format("05") },
	"y": func(t time.Time) string { return strconv.Itoa(t.Year() % 100) }, "yy": func(t time.Time) string { return t.Format("06") },
	"yyyy": func(t time.Time) string { return t.Format("2006") }, "tt": func(t time.Time) string { return t.Format("PM") },
}

func formatTime(t time.Time, format string) string {
	var b strings.Builder
	runs(format, func(run string) {
		switch {
		case timeRuns[run[:1]] != nil || timeRuns[run[:min(2, len(run))]] != nil:
			// A run that is no part of its own is read as the longest parts one after the other.
			for run != "" {
				n := min(len(run), 4)
				for timeRuns[run[:n]] == nil {
					n--
				}
				b.WriteString(timeRuns[run[:n]](t))
				run = run[n:]
			}
		case run[0] == 'f' || run[0] == 'F':
			b.WriteString(fraction(int64(t.Nanosecond()/100), run))
		default:
			b.WriteString(run)
		}
	})
	return b.String()
}

// fraction is the first figures of a part of a second; F leaves zeros at the end out.
func fraction(ticks int64, run string) string {
	s := fmt.Sprintf("%07d", ticks)[:min(len(run), 7)]
	if run[0] == 'F' {
		s = strings.TrimRight(s, "0")
	}
	return s
}

const formatDelimiters = " /-:,._[]"

// CheckDatetimeFormat tells whether format_datetime knows every part of a format.
func CheckDatetimeFormat(format string) error { return checkRuns(format, "dhHmMsytfF", 7) }

func checkRuns(format, letters string, longest int) error {
	if format == "" {
		return errors.New("the format is empty")
	}
	var bad error
	runs(format, func(run string) {
		c := run[0]
		switch {
		case strings.IndexByte(formatDelimiters, c) >= 0:
		case strings.IndexByte(letters, c) < 0, len(run) > longest, c == 't' && len(run)%2 == 1:
			bad = fmt.Errorf("'%s' is no part of a format, such as yyyy-MM-dd HH:mm:ss", run)
		}
	})
	return bad
}

// CheckTimespanFormat tells whether format_timespan knows every part of a format.
func CheckTimespanFormat(format string) error {
	if err := checkRuns(format, "dhHmsfF", 8); err != nil {
		return err
	}
	if strings.Trim(format, "F") == "" {
		return errors.New("a format needs more than a fraction")
	}
	return nil
}

func formatSpan(ticks int64, format string) string {
	u := uint64(ticks)
	if ticks < 0 {
		u = -u
	}
	day, hour, minute, second := uint64(column.Day), uint64(column.Hour), uint64(column.Minute), uint64(column.Second)
	var b strings.Builder
	if ticks < 0 {
		b.WriteByte('-')
	}
	runs(format, func(run string) {
		pad := func(n uint64, width int) {
			b.WriteString(fmt.Sprintf("%0*d", width, n))
		}
		switch run[0] {
		case 'd':
			pad(u/day, len(run))
		case 'h', 'H':
			pad(u%day/hour, min(len(run), 2))
		case 'm':
			pad(u%hour/minute, min(len(run), 2))
		case 's':
			pad(u%minute/second, min(len(run), 2))
		case 'f', 'F':
			b.WriteString(fraction(int64(u%second), run))
		default:
			b.WriteString(run)
		}
	})
	return b.String()
}
