package event

import (
	"bytes"
	"math"
	"strconv"
)

// number passes over a number and gives its length written again.
func (s *scanner) number() int {
	b, from := s.b, s.i
	i := from
	if b[i] == '-' {
		i++
	}
	lead := i
	for i < len(b) && b[i]-'0' < 10 {
		i++
	}
	if i == lead || i > lead+1 && b[lead] == '0' {
		s.fail("a number is not written as JSON has it")
		return 0
	}
	if i < len(b) && (b[i] == '.' || b[i]|0x20 == 'e') {
		return s.fraction(from, i)
	}
	s.from, s.to, s.i = from, i, i
	if i-from == 2 && b[from] == '-' && b[lead] == '0' {
		return 1 // -0 is the integer 0
	}
	return i - from
}

func (s *scanner) fraction(from, i int) int {
	b := s.b
	if b[i] == '.' {
		i++
		point := i
		for i < len(b) && b[i]-'0' < 10 {
			i++
		}
		if i == point {
			s.fail("a number is not written as JSON has it")
			return 0
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		digits := i
		for i < len(b) && b[i]-'0' < 10 {
			i++
		}
		if i == digits {
			s.fail("a number is not written as JSON has it")
			return 0
		}
	}
	s.from, s.to, s.i = from, i, i
	return len(appendDouble(nil, float(b[from:i])))
}

// float is the double nearest to a number; infinite when there is none that large.
func float(token []byte) float64 {
	f, _ := strconv.ParseFloat(string(token), 64)
	return f
}

// appendDouble writes a double the way Java does, which is how Elastic's integration comes to write bodies again.
func appendDouble(to []byte, f float64) []byte {
	switch size := math.Abs(f); {
	case math.IsInf(f, 1):
		return append(to, "Infinity"...)
	case math.IsInf(f, -1):
		return append(to, "-Infinity"...)
	case f == 0, size >= 1e-3 && size < 1e7:
		from := len(to)
		to = strconv.AppendFloat(to, f, 'f', -1, 64)
		if bytes.IndexByte(to[from:], '.') < 0 {
			to = append(to, ".0"...)
		}
		return to
	}
	text := strconv.AppendFloat(nil, f, 'e', -1, 64)
	mantissa, exponent, _ := bytes.Cut(text, []byte("e"))
	to = append(to, mantissa...)
	if bytes.IndexByte(mantissa, '.') < 0 {
		to = append(to, ".0"...)
	}
	to = append(to, 'E')
	n, _ := strconv.Atoi(string(exponent))
	return strconv.AppendInt(to, int64(n), 10)
}

// whole reads a token as a whole number: "1.0" and "1e3" are whole, 1.5 and what 64 bits do not hold are not.
func whole(token []byte) (int64, bool) {
	if len(token) == 0 {
		return 0, false
	}
	i, negative := 0, false
	if token[0] == '-' {
		negative, i = true, 1
	}
	var n uint64
	for ; i < len(token); i++ {
		d := token[i] - '0'
		if d > 9 {
			return wholeFloat(token)
		}
		if n > (math.MaxUint64-9)/10 {
			return 0, false
		}
		n = n*10 + uint64(d)
	}
	switch {
	case negative && n <= 1<<63:
		return -int64(n), true
	case !negative && n <= math.MaxInt64:
		return int64(n), true
	}
	return 0, false
}

func wholeFloat(token []byte) (int64, bool) {
	f, err := strconv.ParseFloat(string(token), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return 0, false
	}
	return int64(f), true
}

// count reads a value as a whole number: a number, or one in quotes, which is flagged. Anything else is absent, flagged as
// out of range or of the wrong type; null is absent without a word.
func (s *scanner) count(depth int) Opt {
	switch c := s.peek(); {
	case c == '-' || c >= '0' && c <= '9':
		s.number()
		if s.fault != "" {
			return Opt{}
		}
		n, ok := whole(s.b[s.from:s.to])
		if !ok {
			s.flags |= Range
			return Opt{}
		}
		return Some(n)
	case c == '"':
		s.i++
		s.str()
		if s.fault != "" {
			return Opt{}
		}
		token := s.b[s.from:s.to]
		if !isNumber(token) {
			s.flags |= WrongType
			return Opt{}
		}
		n, ok := whole(token)
		if !ok {
			s.flags |= Range
			return Opt{}
		}
		s.flags |= NumberAsText
		return Some(n)
	case c == 'n':
		s.word("null")
	default:
		s.value(depth)
		s.flags |= WrongType
	}
	return Opt{}
}

// isNumber tells whether a text is a number as JSON writes it.
func isNumber(token []byte) bool {
	if len(token) == 0 || token[0] != '-' && token[0]-'0' > 9 {
		return false
	}
	s := scanner{b: token}
	s.number()
	return s.fault == "" && s.i == len(token)
}

// text reads a value as a text. Null is absent; anything but a text is absent and flagged.
func (s *scanner) text(depth int) string {
	switch s.peek() {
	case '"':
		s.i++
		s.str()
		if s.fault != "" {
			return ""
		}
		return s.last()
	case 'n':
		s.word("null")
	default:
		s.value(depth)
		s.flags |= WrongType
	}
	return ""
}
