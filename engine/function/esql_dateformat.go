package function

import (
	"errors"
	"fmt"
	"strings"
)

// dateFormat is a Java date pattern, or one of the vendor's names for a format; several, with || between, are read one after the other, and
// the first is written.
type dateFormat struct {
	text    string
	formats []oneFormat
}

type oneFormat struct {
	name  string // epoch_millis and such
	parts []datePart
}

// datePart is a run of one pattern letter, plain text, or what stood in [ ]: a text may lack that.
type datePart struct {
	letter   byte
	count    int
	text     string
	optional []datePart
	// behind is how many digits of numbers of a fixed width follow at once: they are not part of this number.
	behind int
}

var namedFormats = func() map[string]string {
	const day, clock, zone = "yyyy-MM-dd", "HH:mm:ss", "XXX"
	formats := map[string]string{
		"basic_date": "yyyyMMdd", "basic_date_time": "yyyyMMdd'T'HHmmss.SSSX", "basic_date_time_no_millis": "yyyyMMdd'T'HHmmssX",
		"basic_ordinal_date": "yyyyDDD", "basic_ordinal_date_time": "yyyyDDD'T'HHmmss.SSSX", "basic_ordinal_date_time_no_millis": "yyyyDDD'T'HHmmssX",
		"basic_time": "HHmmss.SSSX", "basic_time_no_millis": "HHmmssX", "basic_t_time": "'T'HHmmss.SSSX", "basic_t_time_no_millis": "'T'HHmmssX",
	}
	for name, pattern := range map[string]string{
		"date": day, "date_hour": day + "'T'HH", "date_hour_minute": day + "'T'HH:mm", "date_hour_minute_second": day + "'T'" + clock,
		"date_hour_minute_second_fraction": day + "'T'" + clock + ".SSS", "date_hour_minute_second_millis": day + "'T'" + clock + ".SSS",
		"date_time": day + "'T'" + clock + ".SSS" + zone, "date_time_no_millis": day + "'T'" + clock + zone,
		"hour": "HH", "hour_minute": "HH:mm", "hour_minute_second": clock, "hour_minute_second_fraction": clock + ".SSS",
		"hour_minute_second_millis": clock + ".SSS", "ordinal_date": "yyyy-DDD", "ordinal_date_time": "yyyy-DDD'T'" + clock + ".SSS" + zone,
		"ordinal_date_time_no_millis": "yyyy-DDD'T'" + clock + zone, "time": clock + ".SSS" + zone, "time_no_millis": clock + zone,
		"t_time": "'T'" + clock + ".SSS" + zone, "t_time_no_millis": "'T'" + clock + zone, "year": "yyyy", "year_month": "yyyy-MM", "year_month_day": day,
	} {
		formats[name], formats["strict_"+name] = pattern, pattern
	}
	return formats
}()

func newDateFormat(pattern string) (*dateFormat, error) {
	f := &dateFormat{text: pattern}
	for _, one := range strings.Split(pattern, "||") {
		switch one {
		case "epoch_millis", "epoch_second", "strict_date_optional_time", "date_optional_time", "strict_date_optional_time_nanos", "iso8601":
			f.formats = append(f.formats, oneFormat{name: one})
			continue
		}
		if p, ok := namedFormats[one]; ok {
			one = p
		}
		parts, rest, err := readPattern(one, 0)
		if err == nil && rest != "" {
			err = errors.New("] without a [ before it")
		}
		if err != nil {
			return nil, fmt.Errorf("invalid format: [%s]: %w", pattern, err)
		}
		f.formats = append(f.formats, oneFormat{parts: parts})
	}
	return f, nil
}

// mostLetters are how often a letter may stand in a row; -2 is exactly twice.
var mostLetters = map[byte]int{
	'G': 5, 'u': 19, 'y': 19, 'Y': 19, 'Q': 5, 'q': 5, 'M': 5, 'L': 5, 'w': 2, 'W': 1, 'd': 2, 'D': 3, 'F': 1, 'E': 5, 'e': 5, 'c': 5, 'a': 1,
	'h': 2, 'H': 2, 'k': 2, 'K': 2, 'm': 2, 's': 2, 'S': 9, 'A': 19, 'n': 19, 'N': 19, 'V': -2, 'z': 4, 'O': 4, 'X': 5, 'x': 5, 'Z': 5,
}

// readPattern reads a pattern, or so much of it as stands in [ ] that many deep, and gives what is left behind its ].
func readPattern(pattern string, depth int) (parts []datePart, rest string, err error) {
	plain := func(s string) { parts = append(parts, datePart{text: s}) }
	for pattern != "" {
		c := pattern[0]
		switch {
		case c == '\'':
			end := strings.IndexByte(pattern[1:], '\'')
			if end < 0 {
				return nil, "", errors.New("the quoted text is not closed")
			}
			if end == 0 {
				plain("'")
			} else {
				plain(pattern[1 : 1+end])
			}
			pattern = pattern[end+2:]
			continue
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			n := len(pattern) - len(strings.TrimLeft(pattern, pattern[:1]))
			switch most, known := mostLetters[c]; {
			case !known:
				return nil, "", fmt.Errorf("unknown pattern letter: %c", c)
			case most < 0 && n != -most:
				return nil, "", fmt.Errorf("pattern letter count must be %d: %c", -most, c)
			case most >= 0 && n > most, c == 'O' && n > 1 && n < 4, c == 'c' && n == 2:
				return nil, "", fmt.Errorf("too many pattern letters: %c", c)
			}
			parts = append(parts, datePart{letter: c, count: n})
			pattern = pattern[n:]
			continue
		case c == '[':
			if depth++; depth > 20 {
				return nil, "", errors.New("[ too often within one another")
			}
			var inside []datePart
			if inside, pattern, err = readPattern(pattern[1:], depth); err != nil {
				return nil, "", err
			}
			depth--
			parts = append(parts, datePart{optional: inside})
			if pattern == "" { // Java takes an optional part that is not closed
				continue
			}
		case c == ']':
			if depth == 0 {
				return nil, pattern, nil
			}
			return lookAhead(parts), pattern, nil
		case c == '{', c == '}', c == '#':
			return nil, "", fmt.Errorf("the pattern has the reserved character %c: write '%c'", c, c)
		default:
			plain(pattern[:1])
		}
		pattern = pattern[1:]
	}
	return lookAhead(parts), "", nil
}

// lookAhead tells each number how many digits of the numbers right behind it are not its own.
func lookAhead(parts []datePart) []datePart {
	behind := 0
	for i := len(parts) - 1; i >= 0; i-- {
		p := &parts[i]
		p.behind = behind
		switch {
		case p.letter == 'S':
			behind += p.count
		case strings.IndexByte("MLdHhkKms", p.letter) >= 0 && p.count == 2:
			behind += 2
		case p.letter == 'D' && p.count == 3, (p.letter == 'y' || p.letter == 'u') && p.count == 2:
			behind += p.count
		default:
			behind = 0
		}
	}
	return parts
}
