package function

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dateFormat is a Java date pattern, or one of the vendor's names for a format.
type dateFormat struct {
	parts []datePart
	name  string // epoch_millis and such
}

// datePart is a run of one pattern letter, or plain text.
type datePart struct {
	letter byte
	count  int
	text   string
	// optional parts stood in [ ]; a text may end before them.
	optional bool
}

var namedFormats = map[string]string{
	"basic_date": "yyyyMMdd", "basic_date_time": "yyyyMMdd'T'HHmmss.SSSX", "basic_date_time_no_millis": "yyyyMMdd'T'HHmmssX",
	"date": "yyyy-MM-dd", "strict_date": "yyyy-MM-dd", "date_hour": "yyyy-MM-dd'T'HH", "date_hour_minute": "yyyy-MM-dd'T'HH:mm",
	"date_hour_minute_second": "yyyy-MM-dd'T'HH:mm:ss", "date_time": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "strict_date_time": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
	"date_time_no_millis": "yyyy-MM-dd'T'HH:mm:ssXXX", "strict_date_time_no_millis": "yyyy-MM-dd'T'HH:mm:ssXXX",
	"hour_minute_second": "HH:mm:ss", "year": "yyyy", "strict_year": "yyyy", "year_month": "yyyy-MM", "strict_year_month": "yyyy-MM",
	"year_month_day": "yyyy-MM-dd", "strict_year_month_day": "yyyy-MM-dd",
}

func newDateFormat(pattern string) (*dateFormat, error) {
	switch pattern {
	case "epoch_millis", "epoch_second", "strict_date_optional_time", "date_optional_time", "strict_date_optional_time_nanos", "iso8601":
		return &dateFormat{name: pattern}, nil
	}
	if p, ok := namedFormats[pattern]; ok {
		pattern = p
	}
	f := &dateFormat{}
	optional := false
	plain := func(s string) { f.parts = append(f.parts, datePart{text: s, optional: optional}) }
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\'':
			end := strings.IndexByte(pattern[i+1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("invalid format: [%s]: the quoted text is not closed", pattern)
			}
			if end == 0 {
				plain("'")
			} else {
				plain(pattern[i+1 : i+1+end])
			}
			i += end + 1
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			n := 1
			for i+n < len(pattern) && pattern[i+n] == c {
				n++
			}
			if !strings.ContainsRune("yuYMLdDFHhKkamsSnNAEecQqXxZzVOGwW", rune(c)) {
				return nil, fmt.Errorf("invalid format: [%s]: unknown pattern letter: %c", pattern, c)
			}
			f.parts = append(f.parts, datePart{letter: c, count: n, optional: optional})
			i += n - 1
		case c == '[':
			optional = true
		case c == ']':
			optional = false
		default:
			plain(string(c))
		}
	}
	return f, nil
}

func (f *dateFormat) write(at time.Time) string {
	switch f.name {
	case "":
	case "epoch_millis":
		return strconv.FormatInt(at.UnixMilli(), 10)
	case "epoch_second":
		return strconv.FormatInt(at.Unix(), 10)
	case "strict_date_optional_time_nanos":
		return formatNanos(at)
	default:
		return formatMillis(at)
	}
	var b strings.Builder
	for _, p := range f.parts {
		if p.letter == 0 {
			b.WriteString(p.text)
		} else {
			b.WriteString(p.write(at))
		}
	}
	return b.String()
}

func pad(n, width int) string { return fmt.Sprintf("%0*d", width, n) }

func (p datePart) write(at time.Time) string {
	switch p.letter {
	case 'y', 'u', 'Y':
		year := at.Year()
		if p.letter == 'Y' {
			year, _ = weekYear(at)
		}
		if p.count == 2 {
			return pad(year%100, 2)
		}
		return pad(year, p.count)
	case 'M', 'L':
		switch p.count {
		case 3:
			return at.Month().String()[:3]
		case 4:
			return at.Month().String()
		case 5:
			return at.Month().String()[:1]
		}
		return pad(int(at.Month()), p.count)
	case 'Q', 'q':
		n := strconv.Itoa((int(at.Month())-1)/3 + 1)
		switch p.count {
		case 1, 5:
			return n
		case 3:
			return "Q" + n
		case 4:
			return [...]string{"1st", "2nd", "3rd", "4th"}[n[0]-'1'] + " quarter"
		}
		return "0" + n
	case 'E', 'e', 'c':
		if p.letter != 'E' && p.count < 3 {
			return pad(int(at.Weekday())+1, p.count)
		}
		switch p.count {
		case 4:
			return at.Weekday().String()
		case 5:
			return at.Weekday().String()[:1]
		}
		return at.Weekday().String()[:3]
	case 'a':
		return at.Format("PM")
	case 'G':
		return "AD"
	case 'S':
		s := fmt.Sprintf("%09d", at.Nanosecond())
		if p.count > 9 {
			return s
		}
		return s[:p.count]
	case 'X':
		return "Z"
	case 'x', 'Z':
		switch {
		case p.letter == 'Z' && p.count == 5:
			return "Z"
		case p.count == 3 && p.letter == 'x', p.count == 5:
			return "+00:00"
		case p.count == 4 && p.letter == 'Z':
			return "GMT"
		case p.letter == 'x' && p.count == 1:
			return "+00"
		}
		return "+0000"
	case 'z', 'V':
		return "Z"
	case 'O':
		return "GMT"
	}
	return pad(p.number(at), p.count)
}

// number is the value of a numeric letter.
func (p datePart) number(at time.Time) int {
	switch p.letter {
	case 'd':
		return at.Day()
	case 'D':
		return at.YearDay()
	case 'H':
		return at.Hour()
	case 'k':
		return (at.Hour()+23)%24 + 1
	case 'h':
		return (at.Hour()+11)%12 + 1
	case 'K':
		return at.Hour() % 12
	case 'm':
		return at.Minute()
	case 's':
		return at.Second()
	case 'n':
		return at.Nanosecond()
	case 'A':
		return int(midnight(at))*1000 + at.Nanosecond()/1e6
	case 'N':
		return int(midnight(at))*1e9 + at.Nanosecond()
	case 'F':
		return (at.Day()-1)%7 + 1
	case 'w':
		_, week := weekYear(at)
		return week
	case 'W':
		first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
		return (at.Day()-1+int(first.Weekday()))/7 + 1
	}
	return 0
}

// weekYear is a week and its year as the vendor's locale, the United States, counts them: weeks begin on Sunday, and the
// first of a year is the one with the first of January.
func weekYear(at time.Time) (year, week int) {
	year = at.Year()
	sunday := at.YearDay() - 1 - int(at.Weekday()) // the day of the year, from 0, on which the week begins
	if days := time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC).YearDay(); sunday+7 > days {
		return year + 1, 1
	}
	return year, (sunday+6)/7 + 1
}

// read parses a text; parts that the pattern has not are those of 1970-01-01T00:00Z.
func (f *dateFormat) read(s string) (time.Time, error) { return f.readIn(s, time.UTC) }

// readIn reads a text that means the time of a zone where it names none.
func (f *dateFormat) readIn(s string, zone *time.Location) (time.Time, error) {
	bad := fmt.Errorf("failed to parse date field [%s]", s)
	switch f.name {
	case "":
	case "epoch_millis", "epoch_second":
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return time.Time{}, bad
		}
		if f.name == "epoch_second" {
			return time.Unix(n, 0).UTC(), nil
		}
		return time.UnixMilli(n).UTC(), nil
	default:
		at, err := ReadTime(s)
		if err == nil && !namesZone(s) {
			at = inZone(at, zone)
		}
		return at, err
	}
	d := readDate{year: 1970, month: 1, day: 1, zone: zone, rest: s}
	for _, p := range f.parts {
		if d.rest == "" && p.optional {
			break
		}
		if !d.part(p) {
			return time.Time{}, bad
		}
	}
	if d.rest != "" {
		return time.Time{}, bad
	}
	if d.half >= 0 && d.halved {
		d.hour = d.hour%12 + 12*d.half
	}
	at := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.second, d.nano, time.UTC)
	if d.yearDay > 0 {
		at = time.Date(d.year, 1, d.yearDay, d.hour, d.minute, d.second, d.nano, time.UTC)
	} else if at.Day() != d.day || int(at.Month()) != d.month || d.hour > 23 || d.minute > 59 || d.second > 59 {
		return time.Time{}, bad
	}
	return inZone(at, d.zone), nil
}

// readDate is a date being read.
type readDate struct {
	year, month, day, yearDay, hour, minute, second, nano, half int
	halved                                                      bool
	zone                                                        *time.Location
	rest                                                        string
}

func (d *readDate) part(p datePart) bool {
	if p.letter == 0 {
		ok := strings.HasPrefix(d.rest, p.text)
		d.rest = strings.TrimPrefix(d.rest, p.text)
		return ok
	}
	switch p.letter {
	case 'M', 'L':
		if p.count >= 3 {
			return d.named(func(k int) string { return time.Month(k + 1).String() }, 12, p.count, func(k int) { d.month = k + 1 })
		}
		return d.digits(p.count, 2, &d.month)
	case 'E':
		return d.named(func(k int) string { return time.Weekday(k).String() }, 7, p.count, func(int) {})
	case 'a':
		d.halved = true
		return d.named(func(k int) string { return []string{"AM", "PM"}[k] }, 2, 4, func(k int) { d.half = k })
	case 'y', 'u':
		ok := d.digits(p.count, max(p.count, 4), &d.year)
		if p.count == 2 {
			d.year += 2000
		}
		return ok
	case 'S':
		n := 0
		for n < len(d.rest) && n < p.count && d.rest[n] >= '0' && d.rest[n] <= '9' {
			n++
		}
		if n < p.count {
			return false
		}
		d.nano, _ = strconv.Atoi((d.rest[:n] + "000000000")[:9])
		d.rest = d.rest[n:]
		return true
	case 'X', 'x', 'Z', 'z', 'V':
		return d.offset()
	}
	fields := map[byte]*int{'d': &d.day, 'H': &d.hour, 'h': &d.hour, 'K': &d.hour, 'k': &d.hour, 'm': &d.minute, 's': &d.second, 'D': &d.yearDay}
	field := fields[p.letter]
	if field == nil {
		return false
	}
	return d.digits(p.count, map[bool]int{true: 3, false: 2}[p.letter == 'D'], field)
}

// digits reads a number: exactly count digits, or up to most where the pattern has one letter.
func (d *readDate) digits(count, most int, into *int) bool {
	if count > 1 {
		most = count
	}
	n := 0
	for n < len(d.rest) && n < most && d.rest[n] >= '0' && d.rest[n] <= '9' {
		n++
	}
	if n < count {
		return false
	}
	*into, _ = strconv.Atoi(d.rest[:n])
	d.rest = d.rest[n:]
	return true
}

func (d *readDate) named(name func(k int) string, n, count int, set func(k int)) bool {
	for k := range n {
		s := name(k)
		if count == 3 {
			s = s[:3]
		}
		if len(d.rest) >= len(s) && strings.EqualFold(d.rest[:len(s)], s) {
			d.rest = d.rest[len(s):]
			set(k)
			return true
		}
	}
	return false
}

func (d *readDate) offset() bool {
	for _, name := range []string{"Z", "UTC", "GMT"} {
		if strings.HasPrefix(d.rest, name) {
			d.rest = d.rest[len(name):]
			return true
		}
	}
	for _, layout := range []string{"-07:00", "-0700", "-07"} {
		if len(d.rest) >= len(layout) {
			if at, err := time.Parse(layout, d.rest[:len(layout)]); err == nil {
				_, seconds := at.Zone()
				d.zone, d.rest = time.FixedZone("", seconds), d.rest[len(layout):]
				return true
			}
		}
	}
	return false
}
