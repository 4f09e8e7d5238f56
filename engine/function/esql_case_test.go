package function

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"casebook/engine/literal"
)

// TestCases: every letter has the other case that Unicode gives it, also where that is several letters, and is found by what it becomes.
func TestCases(t *testing.T) {
	upper, lower := cases.Upper(language.Und), cases.Lower(language.Und)
	needs := make([]literal.Need, 26)
	for i := range needs {
		c := string(rune('a' + i))
		needs[i] = literal.Of("xx"+c+"xx", true)
	}
	finder, found := literal.NewFinder(needs), literal.Found{}
	for r := rune(1); r < 0x20000; r++ {
		if s := string(r); unicode.IsLower(r) || unicode.IsUpper(r) || unicode.IsTitle(r) {
			if got, want := Capitals(s), upper.String(s); got != want {
				t.Errorf("capitals of %U are %q, want %q", r, got, want)
			}
			if got, want := Smalls(s), lower.String(s); got != want {
				t.Errorf("small letters of %U are %q, want %q", r, got, want)
			}
			finder.Find([]byte("xx"+s+"xx"), &found)
			for i, met := range found.Met {
				if c := string(rune('a' + i)); !met && (strings.Contains(strings.ToLower(Capitals(s)), c) || strings.Contains(Smalls(s), c)) {
					t.Errorf("a text with %U may hold %s, and is not found", r, c)
				}
			}
		}
	}
	for in, want := range map[string]string{"ΟΔΥΣΣΕΥΣ ΑΣ.": "οδυσσευς ας.", "Istanbul İ": "istanbul i̇"} {
		if got := Smalls(in); got != want {
			t.Errorf("small letters of %s are %s, want %s", in, got, want)
		}
	}
}
