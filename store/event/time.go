package event

import (
	"math"
	"strings"
	"time"
)

// Times are read without package time's layouts: a load reads millions of them, in a dozen spellings, and must know which
// parts were missing. A time outside the years that 64 bits of nanoseconds hold (1678 to 2261) is unreadable.

// stamp reads an ISO 8601 date and time as nanoseconds since the epoch. zoned is false when it names no zone and was
// taken as UTC. Fractions beyond nanoseconds are cut. 24:00:00 is the next midnight, and a leap second the second after.
func stamp(s string) (ns int64, zoned, ok bool) {
	if len(s) == 20 && s[10] == 'T' && s[19] == 'Z' {
		ns, ok = clock(s, 0, 0)
		return ns, true, ok
	}
	if len(s) < 19 || s[10] != 'T' && s[10] != ' ' && s[10] != 't' {
		return 0, false, false
	}
	rest, fraction := s[19:], int64(0)
	if rest != "" && (rest[0] == '.' || rest[0] == ',') {
		digits := 1
		for scale := int64(1e8); digits < len(rest) && rest[digits]-'0' < 10; digits++ {
			fraction += int64(rest[digits]-'0') * scale
			scale /= 10
		}
		if digits == 1 {
			return 0, false, false
		}
		rest = rest[digits:]
	}
	offset, zoned, ok := zone(strings.TrimLeft(rest, " "))
	if !ok {
		return 0, false, false
	}
	ns, ok = clock(s, fraction, offset)
	return ns, zoned, ok
}

// zone reads what follows the time: nothing, Z, UTC, GMT, or hours and minutes.
func zone(s string) (seconds int64, zoned, ok bool) {
	switch s {
	case "":
		return 0, false, true
	case "Z", "z", "UTC", "GMT":
		return 0, true, true
	}
	if s[0] != '+' && s[0] != '-' {
		return 0, false, false
	}
	digits := strings.Replace(s[1:], ":", "", 1)
	if len(digits) == 2 {
		digits += "00"
	}
	if len(digits) != 4 {
		return 0, false, false
	}
	h, ok1 := two(digits, 0)
	m, ok2 := two(digits, 2)
	if !ok1 || !ok2 || h > 18 || m > 59 {
		return 0, false, false
	}
	seconds = int64(h)*3600 + int64(m)*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true, true
}

// clock reads "2006-01-02?15:04:05" at the beginning of s.
func clock(s string, fraction, offset int64) (int64, bool) {
	c, ok1 := two(s, 0)
	y, ok2 := two(s, 2)
	m, ok3 := two(s, 5)
	d, ok4 := two(s, 8)
	h, ok5 := two(s, 11)
	min, ok6 := two(s, 14)
	sec, ok7 := two(s, 17)
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && ok7) || s[4] != '-' || s[7] != '-' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	return instant(c*100+y, m, d, h, min, sec, fraction, offset)
}

// instant is the time of a date in the proleptic Gregorian calendar; not ok when there is no such day or hour.
func instant(y, m, d, h, min, sec int, fraction, offset int64) (int64, bool) {
	if m < 1 || m > 12 || d < 1 || d > days(y, m) || h > 24 || h == 24 && (min > 0 || sec > 0 || fraction > 0) || min > 59 || sec > 60 {
		return 0, false
	}
	t := (daysSince(y, m, d)*24+int64(h))*3600 + int64(min)*60 + int64(sec) - offset
	const most = math.MaxInt64/int64(time.Second) - 1
	if t > most || t < -most {
		return 0, false
	}
	return t*int64(time.Second) + fraction, true
}

// daysSince counts days from 1970-01-01 with years that begin in March, so that the leap day is the last.
func daysSince(y, m, d int) int64 {
	if m <= 2 {
		y, m = y-1, m+12
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	of := y - era*400
	return int64(era)*146097 + int64(of*365+of/4-of/100+(153*(m-3)+2)/5+d-1) - 719468
}

func days(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func two(s string, i int) (int, bool) {
	a, b := s[i]-'0', s[i+1]-'0'
	return int(a)*10 + int(b), a < 10 && b < 10
}

// epoch reads a number as a time since 1970, in the unit that its size speaks for: seconds up to the year 5138, then
// milliseconds, microseconds, nanoseconds.
func epoch(token []byte) (int64, bool) {
	n, ok := whole(token)
	if !ok {
		f := float(token)
		switch size := math.Abs(f); {
		case size < 1e11:
			return int64(math.Round(f*1e6)) * 1000, true
		case size < 1e14:
			return int64(math.Round(f*1e3)) * 1000, true
		}
		return 0, false
	}
	switch {
	case n < 0:
		return 0, false
	case n < 9_200_000_000:
		return n * 1e9, true
	case n < 1e11:
		return 0, false // a year that nanoseconds do not hold
	case n < 9_200_000_000_000:
		return n * 1e6, true
	case n < 1e14:
		return 0, false
	case n < 9_200_000_000_000_000:
		return n * 1e3, true
	case n < 1e17:
		return 0, false
	}
	return n, true
}

// local reads a date as a browser shows it to its user: "02/07/2025, 20:36:50.000", "7/7/2026, 10:15:37.699 PM",
// "7.2.2025, 20:36:50,000", "2025/2/7 20:36:50". Dots mean that the day comes first; with slashes dayFirst says so.
func local(s string, dayFirst bool) (int64, bool) {
	date, clock, _ := strings.Cut(s, " ")
	date = strings.TrimRight(date, ",")
	clock = strings.TrimLeft(clock, " ")
	mark := strings.IndexAny(date, "/.-")
	if mark < 0 {
		return 0, false
	}
	part, ok := numbers(date, date[mark])
	if !ok {
		return 0, false
	}
	y, m, d := part[2], part[0], part[1]
	switch {
	case mark == 4:
		y, m, d = part[0], part[1], part[2]
	case date[mark] != '/' || dayFirst:
		m, d = d, m
	}
	if y < 1000 {
		return 0, false
	}
	h, half := 0, ""
	if i := strings.IndexAny(clock, " \u202f\u00a0"); i >= 0 {
		clock, half = clock[:i], strings.ToUpper(strings.Trim(clock[i:], " \u202f\u00a0"))
	}
	dot := ""
	if i := strings.IndexAny(clock, ".,"); i >= 0 {
		clock, dot = clock[:i], clock[i+1:]
	}
	var of [3]int
	if clock != "" {
		if of, ok = numbers(clock, ':'); !ok {
			return 0, false
		}
	}
	h = of[0]
	switch strings.ReplaceAll(half, ".", "") {
	case "":
	case "AM":
		h %= 12
	case "PM":
		h = h%12 + 12
	default:
		return 0, false
	}
	fraction, scale := int64(0), int64(1e8)
	for _, c := range []byte(dot) {
		if c -= '0'; c > 9 {
			return 0, false
		}
		fraction += int64(c) * scale
		scale /= 10
	}
	return instant(y, m, d, h, of[1], of[2], fraction, 0)
}

// numbers reads three numbers of at most four digits with a mark between them.
func numbers(s string, mark byte) (n [3]int, ok bool) {
	at, digits := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c-'0' < 10 && digits < 4:
			n[at], digits = n[at]*10+int(c-'0'), digits+1
		case c == mark && digits > 0 && at < 2:
			at, digits = at+1, 0
		default:
			return n, false
		}
	}
	return n, at == 2 && digits > 0
}
