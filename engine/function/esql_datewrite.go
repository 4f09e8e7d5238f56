package function

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Dates as DATE_FORMAT writes them: in the words of the United States.

func (f *dateFormat) write(at time.Time) string {
	one := f.formats[0]
	switch one.name {
	case "":
	case "epoch_millis":
		return strconv.FormatInt(at.UnixMilli(), 10) + pointed(at.Nanosecond()%1e6, 6)
	case "epoch_second":
		return strconv.FormatInt(at.Unix(), 10) + pointed(at.Nanosecond(), 9)
	case "strict_date_optional_time_nanos":
		return formatNanos(at)
	default:
		return formatMillis(at)
	}
	var b strings.Builder
	writeParts(&b, one.parts, at)
	return b.String()
}

func writeParts(b *strings.Builder, parts []datePart, at time.Time) {
	for _, p := range parts {
		switch {
		case p.letter != 0:
			b.WriteString(p.write(at))
		case p.optional != nil:
			writeParts(b, p.optional, at)
		default:
			b.WriteString(p.text)
		}
	}
}

// pointed is what stands behind the point, and the point, where that is not 0.
func pointed(n, digits int) string {
	if n == 0 {
		return ""
	}
	return "." + strings.TrimRight(pad(n, digits), "0")
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
		if p.count >= 3 {
			return shortened(at.Month().String(), p.count)
		}
	case 'Q', 'q':
		n := (int(at.Month())-1)/3 + 1
		switch p.count {
		case 3:
			return "Q" + strconv.Itoa(n)
		case 4:
			return [...]string{"1st", "2nd", "3rd", "4th"}[n-1] + " quarter"
		case 5:
			return strconv.Itoa(n)
		}
		return pad(n, p.count)
	case 'E', 'e', 'c':
		if p.letter != 'E' && p.count < 3 {
			return pad(int(at.Weekday())+1, p.count)
		}
		return shortened(at.Weekday().String(), p.count)
	case 'a':
		return at.Format("PM")
	case 'G':
		return eras[0][min(max(p.count, 3), 5)-3]
	case 'S':
		return pad(at.Nanosecond(), 9)[:p.count]
	case 'X', 'x', 'Z', 'O':
		_, seconds := at.Zone()
		return p.offset(seconds)
	case 'z':
		if name, seconds := at.Zone(); seconds != 0 || name != "UTC" {
			return name
		}
		return zoneID(at)
	case 'V':
		return zoneID(at)
	}
	return pad(p.number(at), p.count)
}

// eras are the names of the era and of the one before it: short, in full, and one letter.
var eras = [2][3]string{{"AD", "Anno Domini", "A"}, {"BC", "Before Christ", "B"}}

// shortened is a name as so many letters of a pattern write it: three and less are short, four in full, five one letter.
func shortened(name string, count int) string {
	switch count {
	case 4:
		return name
	case 5:
		return name[:1]
	}
	return name[:3]
}

func zoneID(at time.Time) string {
	if id := at.Location().String(); id != "UTC" {
		return id
	}
	return "Z"
}

// offset writes how far a zone is from UTC.
func (p datePart) offset(seconds int) string {
	letter, count := p.letter, p.count
	if letter == 'Z' && count == 5 {
		letter = 'X'
	}
	sign, far := "+", seconds
	if seconds < 0 {
		sign, far = "-", -seconds
	}
	h, m, s := far/3600, far/60%60, far%60
	switch {
	case letter == 'X' && seconds == 0:
		return "Z"
	case letter == 'O' || letter == 'Z' && count == 4:
		switch {
		case seconds == 0:
			return "GMT"
		case letter == 'O' && count == 1 && m == 0:
			return "GMT" + sign + strconv.Itoa(h)
		case letter == 'O' && count == 1:
			return "GMT" + sign + strconv.Itoa(h) + ":" + pad(m, 2)
		}
		return "GMT" + sign + pad(h, 2) + ":" + pad(m, 2)
	case letter == 'Z':
		return sign + pad(h, 2) + pad(m, 2)
	}
	between := ""
	if count == 3 || count == 5 {
		between = ":"
	}
	text := sign + pad(h, 2)
	if count > 1 || m != 0 {
		text += between + pad(m, 2)
	}
	if count > 3 && s != 0 {
		text += between + pad(s, 2)
	}
	return text
}

// number is the value of a numeric letter.
func (p datePart) number(at time.Time) int {
	switch p.letter {
	case 'M', 'L':
		return int(at.Month())
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
