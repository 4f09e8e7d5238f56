package function

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// Letters of the other case as ES|QL has them, and Java: some are several in capitals (ß is SS), and a sigma at the end of a word is small
// in another way than one within.

// Capitals is a text in capitals.
func Capitals(s string) string {
	if strings.ContainsFunc(s, severalInCapitals) {
		return cases.Upper(language.Und).String(s)
	}
	return strings.ToUpper(s)
}

// Smalls is a text in small letters.
func Smalls(s string) string {
	if strings.ContainsAny(s, "İΣ") {
		return cases.Lower(language.Und).String(s)
	}
	return strings.ToLower(s)
}

// severalInCapitals tells of letters that may be several in capitals: it is true of all that are.
func severalInCapitals(r rune) bool {
	switch {
	case r < 0xdf:
		return false
	case r == 0xdf, r == 0x149, r == 0x1f0, r == 0x390, r == 0x3b0, r == 0x587:
		return true
	}
	return 0x1e96 <= r && r <= 0x1e9a || 0x1f50 <= r && r <= 0x1fff || 0xfb00 <= r && r <= 0xfb17
}
