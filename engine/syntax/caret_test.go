package syntax

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// TestCaret: the caret stands in the cell of the letter it speaks of, whatever stands before it.
func TestCaret(t *testing.T) {
	for _, tt := range []struct {
		name, before string
		cells        int
	}{
		{"letters", "abc", 3},
		{"tabs", "a\tb", 3},
		{"wide letters", "日本語", 6},
		{"marks", "e\u0301e\u0301", 2},
		{"pictures", "😀😀", 4},
		{"what a terminal acts on", "\x1b[31m\u202e\u200d\x7f\u0085", 9},
		{"bytes that are no letters", "\xff\xfe", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.before + "here\r\n"
			lines := strings.Split(Errorf(NewFile("q", text), Span{len(tt.before), len(tt.before) + 4}, "no").Caret(), "\n")
			prefix := len(" 1 | ")
			if want := strings.Repeat(" ", tt.cells) + "^^^^"; lines[2][prefix:] != want {
				t.Errorf("the caret is at %q, want %q", lines[2][prefix:], want)
			}
			for _, r := range lines[1] {
				if r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x202e {
					t.Errorf("%U is shown as it is", r)
				}
			}
		})
	}
	t.Run("marks without end", func(t *testing.T) {
		before := strings.Repeat("e", 60) + strings.Repeat("\u0301", 50_000)
		start := time.Now()
		lines := strings.Split(Errorf(NewFile("q", before+"here"), Span{len(before), len(before) + 4}, "no").Caret(), "\n")
		if want := "   | " + strings.Repeat(" ", widestSnippet/2) + "^^^^"; lines[2] != want || len(lines[1]) > 300 || time.Since(start) > 2*time.Second {
			t.Errorf("%d bytes after %v:\n%s", len(lines[1]), time.Since(start), lines[2])
		}
	})
	t.Run("a wide letter under it", func(t *testing.T) {
		lines := strings.Split(Errorf(NewFile("q", "a日本b"), Span{1, 7}, "no").Caret(), "\n")
		if want := "   |  ^^^^"; lines[2] != want {
			t.Errorf("got %q, want %q", lines[2], want)
		}
	})
	t.Run("a long line", func(t *testing.T) {
		text := strings.Repeat("日", 500) + "here" + strings.Repeat("語", 500)
		lines := strings.Split(Errorf(NewFile("q", text), Span{1500, 1504}, "no").Caret(), "\n")
		shown := strings.TrimPrefix(lines[1], " 1 | ")
		if n := cells([]rune(shown)); n > widestSnippet || !strings.Contains(shown, "here") {
			t.Errorf("shows %d cells: %q", n, shown)
		}
		at := strings.Index(lines[2], "^") - len("   | ")
		if got := cells([]rune(shown[:strings.Index(shown, "here")])); got != at || utf8.RuneCountInString(lines[2]) > widestSnippet+5 {
			t.Errorf("the caret is at %d, the word at %d", at, got)
		}
	})
}
