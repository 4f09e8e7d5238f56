package safe

import (
	"unicode"
	"unicode/utf8"
)

// hidden tells whether a rune above ASCII is not shown as it is: nobody can see it, it moves what is around it, or terminals
// disagree about its width.
func hidden(r rune) bool {
	switch {
	case r <= 0xa0: // C1 controls, no-break space
		return true
	case r < 0x300:
		return r == 0xad // soft hyphen
	case r == 0x34f, // combining grapheme joiner
		r == 0x2800,              // braille blank
		r == 0x3164, r == 0xffa0, // Hangul fillers
		r == 0x17b4, r == 0x17b5, // Khmer vowels without a shape
		0x1100 <= r && r <= 0x11ff,              // conjoining jamo: as wide as the terminal likes
		0xa960 <= r && r <= 0xa97f, r == 0x321e, // more of them
		0xd7b0 <= r && r <= 0xd7ff,
		0x180b <= r && r <= 0x180f,   // Mongolian variation selectors
		0x1f1e6 <= r && r <= 0x1f1ff, // regional indicators: flags by pairs, or not
		0x1f3fb <= r && r <= 0x1f3ff: // skin tones: join the emoji before them, or not
		return true
	case isVariation(r):
		return true
	case unicode.Is(unicode.Zs, r): // every space but the one of ASCII
		return true
	}
	return !unicode.IsGraphic(r)
}

func isVariation(r rune) bool {
	return 0xfe00 <= r && r <= 0xfe0f || 0xe0100 <= r && r <= 0xe01ef
}

func isMark(r rune) bool { return r >= 0x300 && unicode.Is(unicode.M, r) }

func isTag(r rune) bool { return 0xe0000 <= r && r <= 0xe007f }

func isBidi(r rune) bool {
	return r == 0x61c || r == 0x200e || r == 0x200f || 0x202a <= r && r <= 0x202e || 0x2066 <= r && r <= 0x2069
}

func isZeroWidth(r rune) bool {
	return 0x200b <= r && r <= 0x200d || 0x2060 <= r && r <= 0x2064 || r == 0xfeff || r == 0x34f || r == 0xad || r == 0x180e
}

// Observations count what a text hides. In logs of language models that is evidence, not noise.
type Observations struct {
	Controls   int // C0, DEL and C1 but tab and line ends
	Bidi       int // characters that turn the direction of text
	ZeroWidth  int
	Tags       int // U+E0000 to U+E007F: invisible ASCII
	Variations int // variation selectors, which can carry bytes
	Private    int // private use
	Invalid    int // bytes that are not UTF-8
	// Hidden is what the tag characters say; itself untrusted.
	Hidden string
}

// Any tells whether anything was seen.
func (o Observations) Any() bool {
	o.Hidden = ""
	return o != Observations{}
}

// maxHidden is how much hidden text is decoded for display; more is only counted.
const maxHidden = 4096

// Observe counts what s hides.
func Observe(s string) Observations {
	var o Observations
	var tags []byte
	for i := 0; i < len(s); {
		if c := s[i]; c >= 0x20 && c < 0x7f {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == utf8.RuneError && size == 1:
			o.Invalid++
		case r == '\n' || r == '\r' || r == '\t':
		case r < 0xa0:
			o.Controls++
		case isTag(r):
			o.Tags++
			if c := byte(r & 0x7f); c >= 0x20 && c < 0x7f && len(tags) < maxHidden {
				tags = append(tags, c)
			}
		case isBidi(r):
			o.Bidi++
		case isZeroWidth(r):
			o.ZeroWidth++
		case isVariation(r):
			o.Variations++
		case unicode.Is(unicode.Co, r):
			o.Private++
		}
	}
	o.Hidden = string(tags)
	return o
}
