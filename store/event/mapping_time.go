package event

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// timeReader reads a time; zoned tells whether the text says its zone.
type timeReader func(text string) (ns int64, zoned, ok bool)

// readerOfTimes is what reads times of a format.
func readerOfTimes(format string) (timeReader, error) {
	unit := map[string]int64{"unix": 1e9, "unix_ms": 1e6, "unix_us": 1e3, "unix_ns": 1}[format]
	switch {
	case format == "" || format == "iso":
		return stamp, nil
	case unit > 0:
		return func(text string) (int64, bool, bool) {
			ns, ok := scaled(text, unit)
			return ns, true, ok
		}, nil
	case !strings.Contains(format, "%"):
		return nil, fmt.Errorf("no format %q of a datetime; want iso, unix, unix_ms, unix_us, unix_ns, or one with %% such as %%Y-%%m-%%d %%H:%%M:%%S", format)
	}
	layout, err := layoutOf(format)
	if err != nil {
		return nil, err
	}
	zoned := strings.Contains(format, "%z")
	return func(text string) (int64, bool, bool) {
		t, err := time.Parse(layout, text)
		if err != nil || t.Year() < 1678 || t.Year() > 2261 { // what nanoseconds of 64 bits hold
			return 0, false, false
		}
		return t.UnixNano(), zoned, true
	}, nil
}

// scaled reads a count of units since 1970, with a fraction if it has one.
func scaled(text string, unit int64) (int64, bool) {
	head, tail, fraction := strings.Cut(text, ".")
	n, ok := whole([]byte(head))
	if !ok || !isNumber([]byte(text)) || n > math.MaxInt64/unit-1 || n < -(math.MaxInt64/unit-1) {
		return 0, false
	}
	ns := n * unit
	if fraction {
		scale := unit
		for _, c := range tail {
			if c < '0' || c > '9' {
				return 0, false
			}
			if scale /= 10; strings.HasPrefix(text, "-") {
				ns -= int64(c-'0') * scale
			} else {
				ns += int64(c-'0') * scale
			}
		}
	}
	return ns, true
}

// layoutOf writes a format of strptime as Go's package time has it. Fractions of a second are read wherever seconds are.
func layoutOf(format string) (string, error) {
	var b strings.Builder
	format = strings.ReplaceAll(strings.ReplaceAll(format, ".%f", ""), ",%f", "")
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			if c := format[i]; c >= '0' && c <= '9' || c == '_' || c >= 'A' && c <= 'Z' && c != 'T' && c != 'Z' || c >= 'a' && c <= 'z' {
				return "", fmt.Errorf("format %q: %q cannot stand in it", format, string(c))
			}
			b.WriteByte(format[i])
			continue
		}
		i++
		part, ok := "", false
		if i < len(format) {
			part, ok = layouts[format[i]]
		}
		if !ok {
			return "", fmt.Errorf("format %q: no %%%s; want %%Y %%y %%m %%b %%B %%d %%e %%j %%H %%I %%p %%M %%S .%%f %%z %%a %%A", format, format[min(i, len(format)):min(i+1, len(format))])
		}
		b.WriteString(part)
	}
	return b.String(), nil
}

var layouts = map[byte]string{'Y': "2006", 'y': "06", 'm': "01", 'b': "Jan", 'B': "January", 'd': "02", 'e': "_2", 'j': "002", 'H': "15", 'I': "03",
	'p': "PM", 'M': "04", 'S': "05", 'z': "-0700", 'a': "Mon", 'A': "Monday", '%': "%"}
