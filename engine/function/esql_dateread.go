package function

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Dates as DATE_PARSE reads them. Words are read as they are written, capitals and all; what the pattern has not is that of
// 1970-01-01T00:00Z.

// unreadable are the letters that are written and not read, with what they are.
var unreadable = map[byte]string{
	'Y': "the year of a week", 'w': "the week of a year", 'W': "the week of a month", 'F': "the week of a month", 'Q': "a quarter", 'q': "a quarter",
	'e': "the day of a week", 'c': "the day of a week",
}

// CheckDateFormat tells whether dates can be written in a format, or read.
func CheckDateFormat(pattern string, read bool) error {
	f, err := newDateFormat(pattern)
	if err != nil || !read {
		return err
	}
	for _, one := range f.formats {
		if err := readable(one.parts); err != nil {
			return err
		}
	}
	return nil
}

func readable(parts []datePart) error {
	for _, p := range parts {
		if what, no := unreadable[p.letter]; no {
			return fmt.Errorf("the letter %c, %s, is written but not read here", p.letter, what)
		}
		if err := readable(p.optional); err != nil {
			return err
		}
	}
	return nil
}

func (f *dateFormat) read(s string) (time.Time, error) { return f.readIn(s, time.UTC) }

// readIn reads a text that means the time of a zone where it names none.
func (f *dateFormat) readIn(s string, zone *time.Location) (time.Time, error) {
	for _, one := range f.formats {
		if at, ok := one.read(s, zone); ok {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("failed to parse date field [%s] with format [%s]", s, f.text)
}

var epochs = regexp.MustCompile(`^(-?\d{1,19})(?:\.(\d{1,9}))?$`)

func (f oneFormat) read(s string, zone *time.Location) (time.Time, bool) {
	switch f.name {
	case "":
	case "epoch_millis", "epoch_second":
		m := epochs.FindStringSubmatch(s)
		if m == nil {
			return time.Time{}, false
		}
		n, err := strconv.ParseInt(m[1], 10, 64)
		part, _ := strconv.ParseInt((m[2] + "000000000")[:9], 10, 64)
		if m[1][0] == '-' {
			part = -part
		}
		if f.name == "epoch_second" {
			return time.Unix(n, part).UTC(), err == nil
		}
		return time.UnixMilli(n).Add(time.Duration(part / 1000)).UTC(), err == nil
	default:
		at, err := ReadTime(s)
		if err == nil && !namesZone(s) {
			at = inZone(at, zone)
		}
		return at, err == nil
	}
	d := readDate{year: 1970, month: 1, day: 1, yearDay: -1, weekday: -1, hour: -1, half: -1, minute: -1, second: -1, nano: -1, zone: zone, rest: s}
	if !d.parts(f.parts) || d.rest != "" {
		return time.Time{}, false
	}
	return d.time()
}

// readDate is a date being read; -1 is what the text has not said.
type readDate struct {
	year, month, day, yearDay, weekday int
	hour, half, minute, second, nano   int
	clock                              byte // the letter that said the hour
	proleptic, before                  bool
	zone                               *time.Location
	rest                               string
}

// time puts the parts together. An hour of twelve without its half of the day is no time, and so is a minute without an hour: Java
// leaves them out.
func (d *readDate) time() (time.Time, bool) {
	if d.before {
		d.year = 1 - d.year
	}
	if d.yearDay >= 0 {
		first := time.Date(d.year, 1, d.yearDay, 0, 0, 0, 0, time.UTC)
		if first.Year() != d.year {
			return time.Time{}, false
		}
		d.month, d.day = int(first.Month()), first.Day()
	}
	hour, ok := d.hourOfDay()
	if !ok || d.minute > 59 || d.second > 59 || d.nano >= 1e9 {
		return time.Time{}, false
	}
	minute, second, nano := max(d.minute, 0), max(d.second, 0), max(d.nano, 0)
	if hour < 0 || d.minute < 0 && (d.second >= 0 || d.nano >= 0) || d.second < 0 && d.minute >= 0 && d.nano >= 0 {
		hour, minute, second, nano = 0, 0, 0, 0
	}
	at := time.Date(d.year, time.Month(d.month), d.day, hour, minute, second, nano, time.UTC)
	if at.Day() != d.day || int(at.Month()) != d.month || d.proleptic && d.weekday >= 0 && at.Weekday() != time.Weekday(d.weekday) {
		return time.Time{}, false
	}
	return inZone(at, d.zone), true
}

// hourOfDay is -1 where the text does not say it.
func (d *readDate) hourOfDay() (int, bool) {
	switch d.clock {
	case 'H':
		return d.hour, d.hour <= 23
	case 'k':
		return d.hour % 24, d.hour >= 1 && d.hour <= 24
	case 'h', 'K':
		if d.clock == 'h' && (d.hour < 1 || d.hour > 12) || d.clock == 'K' && d.hour > 11 {
			return 0, false
		}
		if d.half >= 0 {
			return d.hour%12 + 12*d.half, true
		}
	}
	return -1, true
}

func (d *readDate) parts(parts []datePart) bool {
	for _, p := range parts {
		switch {
		case p.optional != nil:
			if before := *d; !d.parts(p.optional) {
				*d = before
			}
		case p.letter == 0:
			if !strings.HasPrefix(d.rest, p.text) {
				return false
			}
			d.rest = d.rest[len(p.text):]
		case !d.part(p):
			return false
		}
	}
	return true
}

func (d *readDate) part(p datePart) bool {
	switch p.letter {
	case 'M', 'L':
		if p.count >= 3 {
			return d.named(func(k int) string { return shortened(time.Month(k+1).String(), p.count) }, 12, func(k int) { d.month = k + 1 })
		}
		return d.digits(p, &d.month)
	case 'E':
		return d.named(func(k int) string { return shortened(time.Weekday(k).String(), p.count) }, 7, func(k int) { d.weekday = k })
	case 'G':
		return d.named(func(k int) string { return eras[k][min(max(p.count, 3), 5)-3] }, 2, func(k int) { d.before = k == 1 })
	case 'a':
		return d.named(func(k int) string { return []string{"AM", "PM"}[k] }, 2, func(k int) { d.half = k })
	case 'y', 'u':
		d.proleptic = p.letter == 'u'
		ok := d.digits(p, &d.year)
		if p.count == 2 {
			d.year += 2000
		}
		return ok
	case 'S':
		var part int
		if !d.fixed(p.count, &part) {
			return false
		}
		d.nano, _ = strconv.Atoi((pad(part, p.count) + "000000000")[:9])
		return true
	case 'A', 'N':
		var part int
		if !d.digits(p, &part) {
			return false
		}
		if p.letter == 'A' {
			part *= 1e6
		}
		d.clock, d.hour, d.minute, d.second, d.nano = 'H', part/3600e9, part/60e9%60, part/1e9%60, part%1e9
		return true
	case 'X', 'x', 'Z', 'O':
		return d.offset(p)
	case 'z', 'V':
		return d.zoneName()
	case 'H', 'h', 'K', 'k':
		d.clock = p.letter
	}
	fields := map[byte]*int{'d': &d.day, 'H': &d.hour, 'h': &d.hour, 'K': &d.hour, 'k': &d.hour, 'm': &d.minute, 's': &d.second, 'n': &d.nano, 'D': &d.yearDay}
	return d.digits(p, fields[p.letter])
}

// digits reads a number: two letters are two digits, one letter any number of them, and a year of four letters has four, and more
// only behind a +.
func (d *readDate) digits(p datePart, into *int) bool {
	switch {
	case p.letter == 'D' && p.count > 1:
		return d.between(p.count, 3, into)
	case p.count == 2 && p.letter != 'n' && p.letter != 'A' && p.letter != 'N':
		return d.fixed(2, into)
	case p.count >= 4 && (p.letter == 'y' || p.letter == 'u'):
		if strings.HasPrefix(d.rest, "+") {
			d.rest = d.rest[1:]
			return d.between(p.count+1, 9, into)
		}
		return d.fixed(p.count, into)
	}
	n := d.run()
	return d.fixed(max(min(n-p.behind, 18), p.count), into)
}

// run is how many digits come next.
func (d *readDate) run() int { return len(d.rest) - len(strings.TrimLeft(d.rest, "0123456789")) }

func (d *readDate) between(least, most int, into *int) bool {
	return d.fixed(max(min(d.run(), most), least), into)
}

func (d *readDate) fixed(n int, into *int) bool {
	if d.run() < n {
		return false
	}
	*into, _ = strconv.Atoi(d.rest[:n])
	d.rest = d.rest[n:]
	return true
}

func (d *readDate) named(name func(k int) string, n int, set func(k int)) bool {
	best := -1 // the longest: one name may be the start of another
	for k := range n {
		if strings.HasPrefix(d.rest, name(k)) && (best < 0 || len(name(k)) > len(name(best))) {
			best = k
		}
	}
	if best < 0 {
		return false
	}
	d.rest = d.rest[len(name(best)):]
	set(best)
	return true
}

// The ways to write how far a zone is from UTC.
const (
	minutesAfter = `[+-](\d\d)(\d\d)`
	colonMinutes = `[+-](\d\d):(\d\d)`
)

var offsets = map[string]*regexp.Regexp{
	"X": regexp.MustCompile(`^(?:Z|[+-](\d\d)(\d\d)?)`), "XX": regexp.MustCompile(`^(?:Z|` + minutesAfter + `)`),
	"XXX": regexp.MustCompile(`^(?:Z|` + colonMinutes + `)`), "XXXX": regexp.MustCompile(`^(?:Z|` + minutesAfter + `(\d\d)?)`),
	"XXXXX": regexp.MustCompile(`^(?:Z|` + colonMinutes + `(?::(\d\d))?)`),
	"x":     regexp.MustCompile(`^[+-](\d\d)(\d\d)?`), "xx": regexp.MustCompile(`^` + minutesAfter), "xxx": regexp.MustCompile(`^` + colonMinutes),
	"xxxx": regexp.MustCompile(`^` + minutesAfter + `(\d\d)?`), "xxxxx": regexp.MustCompile(`^` + colonMinutes + `(?::(\d\d))?`),
	"Z": regexp.MustCompile(`^` + minutesAfter), "ZZ": regexp.MustCompile(`^` + minutesAfter), "ZZZ": regexp.MustCompile(`^` + minutesAfter),
	"ZZZZ": regexp.MustCompile(`^GMT(?:` + colonMinutes + `)?`), "ZZZZZ": regexp.MustCompile(`^(?:Z|` + colonMinutes + `(?::(\d\d))?)`),
	"O": regexp.MustCompile(`^GMT(?:[+-](\d\d?)(?::(\d\d))?)?`), "OOOO": regexp.MustCompile(`^GMT(?:` + colonMinutes + `)?`),
}

func (d *readDate) offset(p datePart) bool {
	m := offsets[strings.Repeat(string(p.letter), p.count)].FindStringSubmatch(d.rest)
	if m == nil {
		return false
	}
	seconds := 0
	for i, part := range m[1:] {
		n, _ := strconv.Atoi(part)
		if n > 59 || i == 0 && n > 18 {
			return false
		}
		seconds += n * []int{3600, 60, 1}[i]
	}
	if strings.Contains(m[0], "-") {
		seconds = -seconds
	}
	d.zone, d.rest = time.FixedZone("", seconds), d.rest[len(m[0]):]
	return true
}

// zoneWords are short names of zones that the database of zones does not know as names, with one that it knows.
var zoneWords = map[string]string{
	"EDT": "America/New_York", "CST": "America/Chicago", "CDT": "America/Chicago", "MDT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
	"EST": "America/New_York", "MST": "America/Denver", "CEST": "Europe/Paris", "BST": "Europe/London",
}

var zoneNames = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9_/]*)?(?:[+-]\d\d?(?::?\d\d)?)?`)

func (d *readDate) zoneName() bool {
	name := zoneNames.FindString(d.rest)
	known := name
	if long, ok := zoneWords[name]; ok {
		known = long
	}
	zone, err := ReadZone(known)
	if name == "" || err != nil {
		return false
	}
	d.zone, d.rest = zone, d.rest[len(name):]
	return true
}
