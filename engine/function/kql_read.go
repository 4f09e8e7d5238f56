package function

import (
	"math"
	"strconv"
	"strings"
	"time"

	"casebook/engine/column"
)

// What a text is read as.

// FromText is a text as a value of a type; nil when it is none.
func FromText(t column.Type, s string) any {
	switch t {
	case column.String:
		return s
	case column.Bool:
		switch strings.ToLower(s) {
		case "true":
			return true
		case "false":
			return false
		}
		if n, ok := parseInteger(s); ok {
			return n != 0
		}
	case column.Int, column.Long:
		if n, ok := parseInteger(s); ok && (t == column.Long || n >= math.MinInt32 && n <= math.MaxInt32) {
			return n
		}
	case column.Double, column.Decimal:
		if f, ok := parseReal(s); ok {
			return f
		}
	case column.Time:
		if n, ok := ParseTime(s); ok {
			return n
		}
	case column.Duration:
		if n, ok := ParseTimespan(s); ok {
			return n
		}
	case column.GUID:
		if g, ok := ParseGUID(s); ok {
			return g
		}
	case column.Dynamic:
		return parseJSONOrText(s)
	}
	return nil
}

func parseInteger(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	sign, digits := "", s
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, digits = strings.TrimPrefix(s[:1], "+"), s[1:]
	}
	if len(digits) > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X') {
		u, err := strconv.ParseUint(digits[2:], 16, 64)
		n := int64(u)
		if sign == "-" {
			n = -n
		}
		return n, err == nil
	}
	if digits == "" || digits[0] < '0' || digits[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseInt(sign+digits, 10, 64)
	return n, err == nil
}

func parseReal(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	switch s {
	case "nan", "NaN":
		return math.NaN(), true
	case "inf", "Inf", "+inf", "Infinity", "+Infinity":
		return math.Inf(1), true
	case "-inf", "-Infinity":
		return math.Inf(-1), true
	}
	if s == "" || strings.ContainsAny(s, "xXpP_iInN") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// ParseGUID reads the usual ways to write one: in the canonical text, lower case.
func ParseGUID(s string) (string, bool) {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), "{}()"))
	hex := strings.ReplaceAll(s, "-", "")
	if len(hex) != 32 || len(s) != 32 && (len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-') {
		return "", false
	}
	for _, r := range hex {
		if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'f') {
			return "", false
		}
	}
	return hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:], true
}

// ParseTimespan reads [-][d.]hh:mm[:ss[.fffffff]], a number of days, or a number with a unit, in ticks.
func ParseTimespan(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimSpace(strings.TrimPrefix(s, "-"))
	ticks, ok := parseSpan(s, negative)
	return ticks, ok
}

func parseSpan(s string, negative bool) (int64, bool) {
	sign := int64(1)
	if negative {
		sign = -1
	}
	if !strings.Contains(s, ":") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && s[0] != '+' && n <= 10675199 {
			return sign * n * column.Day, true
		}
		return parseUnit(s, sign)
	}
	days := "0"
	if i := strings.IndexByte(s, '.'); i >= 0 && i < strings.IndexByte(s, ':') {
		days, s = s[:i], s[i+1:]
	}
	parts := strings.Split(s, ":")
	if len(parts) == 4 {
		days, parts = parts[0], parts[1:]
	}
	if len(parts) > 3 {
		return 0, false
	}
	d, err := strconv.ParseUint(days, 10, 32)
	h, err2 := strconv.ParseUint(parts[0], 10, 32)
	m, err3 := strconv.ParseUint(parts[1], 10, 32)
	if err != nil || err2 != nil || err3 != nil || h > 23 || m > 59 {
		return 0, false
	}
	total := d*uint64(column.Day) + h*uint64(column.Hour) + m*uint64(column.Minute)
	if len(parts) == 3 {
		sec, frac, _ := strings.Cut(parts[2], ".")
		n, err := strconv.ParseUint(sec, 10, 32)
		if err != nil || n > 59 || len(frac) > 7 {
			return 0, false
		}
		total += n * uint64(column.Second)
		if frac != "" {
			f, err := strconv.ParseUint(frac+strings.Repeat("0", 7-len(frac)), 10, 64)
			if err != nil {
				return 0, false
			}
			total += f
		}
	}
	if negative && total == 1<<63 {
		return math.MinInt64, true
	}
	if total > math.MaxInt64 {
		return 0, false
	}
	return sign * int64(total), true
}

func parseUnit(s string, sign int64) (int64, bool) {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	size, ok := map[string]int64{"d": column.Day, "h": column.Hour, "m": column.Minute, "s": column.Second, "ms": column.Millisecond,
		"microsecond": column.Microsecond, "tick": 1}[s[i:]]
	if !ok || i == 0 {
		return 0, false
	}
	if n, err := strconv.ParseInt(s[:i], 10, 64); err == nil && n < math.MaxInt64/size {
		return sign * n * size, true
	}
	f, err := strconv.ParseFloat(s[:i], 64)
	if err != nil || f*float64(size) > 9.2e18 {
		return 0, false
	}
	return sign * int64(math.Round(f*float64(size))), true
}

// The ways a datetime may be written. Where a day could be a month, the month comes first.
var timeLayouts = layouts()

// layouts are the ISO 8601 forms, those of RFC 822 and RFC 850 with and without the day of the week, the seconds and the
// zone, and the American ones.
func layouts() []string {
	list := []string{
		"2006-1-2T15:4:5.999999999Z07:00", "2006-1-2T15:4:5.999999999", "2006-1-2 15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999", "2006-1-2T15:4Z07:00", "2006-1-2T15:4", "2006-1-2 15:4Z07:00",
		"2006-1-2 15:4:5.999999999 Z07:00", "2006-1-2 15:4", "2006-1-2T15", "2006-1-2 15", "2006-1-2", "2006-1", "2006", "20060102", "20060102150405", "20060102T150405Z07:00", "20060102 150405",
		"2006/1/2 15:4:5.999999999", "2006/1/2 15:4", "2006/1/2", "2006, 1, 2",
		"1/2/2006 15:4:5.999999999", "1/2/2006 15:4", "1/2/2006", "1/2/2006 3:4:5 PM", "1/2/2006 3:4 PM",
		"1-2-2006 15:4:5.999999999", "1-2-2006 15:4", "1-2-2006", "1-2-2006 3:4:5 PM", "1-2-2006T15:4:5.999999999Z07:00", "1-2-2006T15:4:5.999999999", "1.2.2006", "1.2.2006 15:4:5.999999999", "1.2.2006 15:4",
		"2006-1-2 3:4:5 PM", "2006-1-2T15:4:5.999999999Z0700", "2006-1-2 15:4:5.999999999Z0700", "2006-1-2 15:4:5.999999999 Z0700",
		"Mon Jan 2 15:4:5 2006",
	}
	for _, day := range []string{"2 Jan 2006", "2 Jan 06", "2 January 2006", "2-Jan-06", "2-Jan-2006", "Jan 2 2006", "Jan 2, 2006", "January 2, 2006"} {
		for _, clock := range []string{" 15:4:5", " 15:4", ""} {
			list = append(list, day+clock, "Mon, "+day+clock, "Monday, "+day+clock)
			if clock != "" {
				list = append(list, day+clock+" MST", "Mon, "+day+clock+" MST", "Monday, "+day+clock+" MST")
			}
		}
	}
	return list
}

// ParseTime reads a datetime, in ticks. A text without a zone is UTC.
func ParseTime(s string) (int64, bool) {
	s = strings.Trim(strings.TrimSpace(s), `"'`)
	if s == "" {
		return 0, false
	}
	for _, zone := range []string{" UTC", " utc", " GMT"} {
		s = strings.TrimSuffix(s, zone)
	}
	if strings.HasSuffix(s, "z") {
		s = s[:len(s)-1] + "Z"
	}
	if strings.HasSuffix(s, "Z") && len(s) <= 11 && strings.Count(s, "-") == 2 {
		s = s[:len(s)-1]
	}
	switch s {
	case "min":
		return -column.TicksAtEpoch, true
	case "max":
		return lastOfTime, true
	}
	for _, layout := range timeLayouts {
		t, err := time.Parse(layout, s)
		if err != nil || t.Year() < 1 {
			continue
		}
		if name, offset := t.Zone(); offset == 0 && name != "" && name != "UTC" && name != "GMT" {
			return 0, false
		}
		ticks := column.FromTime(t)
		if outOfTime(ticks) {
			return 0, false
		}
		return ticks, true
	}
	return 0, false
}

// outOfTime tells whether a tick lies outside the years 1 to 9999.
func outOfTime(ticks int64) bool { return ticks < -column.TicksAtEpoch || ticks > lastOfTime }

// lastOfTime is 9999-12-31T23:59:59.9999999.
const lastOfTime = 3155378975999999999 - column.TicksAtEpoch
