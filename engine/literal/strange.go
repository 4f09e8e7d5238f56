package literal

import (
	"bytes"
	"encoding/binary"
)

// Some characters beyond ASCII have ASCII letters as their other case: the Kelvin sign, the long s, the two i of Turkish; and what is
// written in capitals as several letters, ß as SS. A text that has one may meet a clause in which nothing of it stands as it is.

// letters is a set of small letters of ASCII.
type letters uint32

func lettersOf(text string) letters {
	var set letters
	for i := range len(text) {
		if c := text[i] - 'a'; c < 26 {
			set |= 1 << c
		}
	}
	return set
}

// folded is a clause that folds, and the letters of its texts.
type folded struct {
	clause int32
	of     letters
}

// strange are the characters: their first byte, the others, and the letters.
var strange = []struct {
	first byte
	tails []tail
}{
	{0xc3, []tail{{"\x9f", lettersOf("s")}}},                           // ß
	{0xc4, []tail{{"\xb0", lettersOf("i")}, {"\xb1", lettersOf("i")}}}, // İ ı
	{0xc5, []tail{{"\x89", lettersOf("n")}, {"\xbf", lettersOf("s")}}}, // ŉ ſ
	{0xc7, []tail{{"\xb0", lettersOf("j")}}},                           // ǰ
	{0xe1, []tail{{"\xba\x96", lettersOf("h")}, {"\xba\x97", lettersOf("t")}, // ẖ ẗ
		{"\xba\x98", lettersOf("w")}, {"\xba\x99", lettersOf("y")}, {"\xba\x9a", lettersOf("a")}}}, // ẘ ẙ ẚ
	{0xe2, []tail{{"\x84\xaa", lettersOf("k")}}}, // the Kelvin sign
	{0xef, []tail{{"\xac\x80", lettersOf("f")}, {"\xac\x81", lettersOf("fi")}, {"\xac\x82", lettersOf("fl")}, // ﬀ ﬁ ﬂ
		{"\xac\x83", lettersOf("fi")}, {"\xac\x84", lettersOf("fl")}, {"\xac\x85", lettersOf("st")}, {"\xac\x86", lettersOf("st")}}}, // ﬃ ﬄ ﬅ ﬆ
}

type tail struct {
	bytes string
	of    letters
}

// otherCases are the letters that a text may have as the other case of a character beyond ASCII.
func otherCases(text []byte) letters {
	if isASCII(text) {
		return 0
	}
	var set letters
	for _, s := range strange {
		for rest := text; ; {
			i := bytes.IndexByte(rest, s.first)
			if i < 0 {
				break
			}
			rest = rest[i+1:]
			for _, t := range s.tails {
				if len(rest) >= len(t.bytes) && string(rest[:len(t.bytes)]) == t.bytes {
					set |= t.of
				}
			}
		}
	}
	return set
}

func isASCII(text []byte) bool {
	for len(text) >= 8 {
		if binary.LittleEndian.Uint64(text)&0x8080808080808080 != 0 {
			return false
		}
		text = text[8:]
	}
	for _, c := range text {
		if c >= 0x80 {
			return false
		}
	}
	return true
}
