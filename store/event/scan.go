package event

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// A scanner reads one record of JSON strictly, once, without making anything of what nobody asked for. encoding/json
// will not do here: it matches keys whatever their case, keeps silent about repeated keys, rewrites bytes that are
// not UTF-8, and is ten times slower.
//
// While it passes over a value it counts how long the value would be if it were written again compactly with its texts
// not escaped, in UTF-16 units: that is what Elastic's integration calls the size of a request.
type scanner struct {
	b     []byte
	i     int
	flags Flags

	fault   string // the first thing wrong, "" while there is none
	faultAt int

	// The text just read by str: its bytes between the quotes, and whether it holds escapes.
	from, to int
	escaped  bool

	checked bool // the record has been read before: repeated keys have been flagged
	keys    []keyMark
	arena   []byte // unescaped texts of the event; grows, is never moved under a text in use
}

// keyMark is a key of an object that is being read, to find it again when it comes a second time.
type keyMark struct {
	hash     uint64
	from, to int
	escaped  bool
}

// Limits of a record's shape. Nesting is limited because a stack is; keys because an object of a million different
// keys is an attack on those who keep them in maps.
const (
	maxDepth = 256
	maxKeys  = 10_000
)

func (s *scanner) reset(b []byte) {
	s.b, s.i, s.flags, s.fault, s.keys = b, 0, 0, "", s.keys[:0]
}

// fail notes what is wrong and ends the reading: the scanner then stands at the end, where every loop stops.
func (s *scanner) fail(what string) {
	if s.fault == "" {
		s.fault, s.faultAt = what, min(s.i, len(s.b))
	}
	s.i = len(s.b)
}

// short notes that the record ends too early.
func (s *scanner) short(where string) {
	if s.fault == "" {
		s.i = len(s.b)
		s.fail("JSON ends inside " + where)
	}
}

// peek passes white space and gives the byte after it, 0 at the end. (A NUL byte itself is no JSON either.)
func (s *scanner) peek() byte {
	for s.i < len(s.b) {
		switch c := s.b[s.i]; c {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return c
		}
	}
	return 0
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special finds the first byte from i on that a text cannot simply contain: a quote, a backslash, a control character, or a
// byte beyond ASCII. Eight bytes at a time: each of the four is a byte of a sum whose high bit is set; carries only
// spoil bytes after the first hit.
func special(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		m := ((w - 0x20*ones) | ((w ^ 0x22*ones) - ones) | ((w ^ 0x5c*ones) - ones) | w) & highs
		if m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x80 {
			return i
		}
	}
	return i
}

// str reads a text, the scanner standing behind its opening quote, and gives its length in UTF-16 units.
func (s *scanner) str() int {
	b, i := s.b, s.i
	s.from, s.escaped = i, false
	less := 0 // bytes that make no unit of their own
	for {
		i = special(b, i)
		if i >= len(b) {
			s.short("a string")
			return 0
		}
		switch c := b[i]; {
		case c == '"':
			s.to, s.i = i, i+1
			return i - s.from - less
		case c == '\\':
			s.escaped = true
			n := s.escape(i)
			if n == 0 {
				return 0
			}
			i += n
			less += n - 1
		case c >= 0x80:
			if c < 0xe0 && c >= 0xc3 && i+1 < len(b) && b[i+1]&0xc0 == 0x80 {
				i += 2 // U+00C0 and beyond: letters, nothing to look at
				less++
				continue
			}
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n == 1 {
				s.flags |= Encoding
			}
			s.flags |= oddity(r)
			i += n
			less += n - 1
			if r >= 0x10000 {
				less--
			}
		default:
			s.i = i
			if c == '\n' || c == '\r' {
				s.fail("line break inside a string")
			} else {
				s.fail("control character inside a string")
			}
			return 0
		}
	}
}

// oddity is what a character beyond ASCII is worth remarking on.
func oddity(r rune) Flags {
	switch {
	case r < 0xa0:
		return Controls
	case r == 0xad, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff,
		r >= 0xe0000 && r <= 0xe007f:
		return Hidden
	}
	return 0
}

// escape checks the escape at i and gives its length: 2, or 6 for one unit written in hexadecimal; 0 when there is none.
func (s *scanner) escape(i int) int {
	if i+1 >= len(s.b) {
		s.short("a string")
		return 0
	}
	switch s.b[i+1] {
	case '"', '\\', '/', 'n', 'r', 't':
		return 2
	case 'b', 'f':
		s.flags |= Controls
		return 2
	case 'u':
		if i+6 > len(s.b) {
			s.short("a string")
			return 0
		}
		u, ok := hex4(s.b[i+2 : i+6])
		if !ok {
			break
		}
		switch {
		case u == 0:
			s.flags |= NUL
		case u < 0x20 && u != '\n' && u != '\r' && u != '\t', u == 0x7f:
			s.flags |= Controls
		case u >= 0x80 && u < 0xd800 || u > 0xdfff:
			s.flags |= oddity(u)
		case u >= 0xdc00 && u <= 0xdfff:
			if !s.high(i - 6) {
				s.flags |= Encoding
			}
		case u >= 0xd800 && u < 0xdc00:
			if !s.low(i + 6) {
				s.flags |= Encoding
			} else if u == 0xdb40 {
				s.flags |= Hidden // the plane of tag characters
			}
		}
		return 6
	}
	s.i = i
	s.fail("unknown escape in a string")
	return 0
}

// high and low tell whether half a surrogate pair stands escaped at i.
func (s *scanner) high(i int) bool {
	u, ok := s.unit(i)
	return ok && u >= 0xd800 && u < 0xdc00
}

func (s *scanner) low(i int) bool {
	u, ok := s.unit(i)
	return ok && u >= 0xdc00 && u <= 0xdfff
}

func (s *scanner) unit(i int) (rune, bool) {
	if i < 0 || i+6 > len(s.b) || s.b[i] != '\\' || s.b[i+1] != 'u' {
		return 0, false
	}
	return hex4(s.b[i+2 : i+6])
}

func hex4(b []byte) (rune, bool) {
	var u rune
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		u = u<<4 | rune(c)
	}
	return u, true
}

// last is the text just read: a view of the record where it holds no escapes, else unescaped beside it.
func (s *scanner) last() string {
	b := s.b[s.from:s.to]
	if len(b) == 0 {
		return ""
	}
	if s.escaped || s.flags&Encoding != 0 && !utf8.Valid(b) {
		return s.unescaped(b)
	}
	return unsafe.String(&b[0], len(b))
}

// lastKey is the key just read, for comparing; it is good until the next text is read.
func (s *scanner) lastKey() []byte {
	if s.escaped {
		return appendText(nil, s.b[s.from:s.to])
	}
	return s.b[s.from:s.to]
}

// unescaped keeps a text in the arena. When it is full a new one is begun; texts in the old one hold on to it.
func (s *scanner) unescaped(b []byte) string {
	if cap(s.arena)-len(s.arena) < 3*len(b) {
		s.arena = make([]byte, 0, max(64<<10, 3*len(b)))
	}
	from := len(s.arena)
	s.arena = appendText(s.arena, b)
	text := s.arena[from:]
	if len(text) == 0 {
		return ""
	}
	return unsafe.String(&text[0], len(text))
}
