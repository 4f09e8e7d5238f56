package syntax

import "unicode"

// A caret stands under the letter it speaks of only where every letter before it is counted as wide as a terminal draws it: marks take no
// room, East Asian letters and pictures take two cells. What a terminal would act on rather than draw is drawn as a picture of itself.

// drawn is a character as a snippet shows it, and how many cells that takes.
func drawn(r rune) (rune, int) {
	switch {
	case r == '\t':
		return ' ', 1
	case r < ' ':
		return 0x2400 + r, 1
	case r == 0x7f:
		return 0x2421, 1
	case r < 0x7f:
		return r, 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return r, 0
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
		return unicode.ReplacementChar, 1
	case unicode.Is(wide, r):
		return r, 2
	}
	return r, 1
}

// wide are the characters of two cells, by blocks.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115f, 1}, {0x231a, 0x231b, 1}, {0x23e9, 0x23ec, 1}, {0x2e80, 0x303e, 1}, {0x3041, 0x33ff, 1}, {0x3400, 0x4dbf, 1}, {0x4e00, 0xa4cf, 1}, {0xa960, 0xa97c, 1},
		{0xac00, 0xd7a3, 1}, {0xf900, 0xfaff, 1}, {0xfe30, 0xfe6f, 1}, {0xff01, 0xff60, 1}, {0xffe0, 0xffe6, 1},
	},
	R32: []unicode.Range32{{0x17000, 0x18cff, 1}, {0x1b000, 0x1b2ff, 1}, {0x1f300, 0x1f64f, 1}, {0x1f680, 0x1f6ff, 1}, {0x1f900, 0x1faff, 1}, {0x20000, 0x3fffd, 1}},
}

// cells is how many cells characters take.
func cells(runes []rune) int {
	n := 0
	for _, r := range runes {
		_, w := drawn(r)
		n += w
	}
	return n
}
