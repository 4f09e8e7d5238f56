package tui

import (
	"strings"
	"testing"

	"casebook/guides"
)

// What a rule's file says beside its query, and what of it is not done, stands with the rule.
func TestDetectionTellsWhatIsNotDone(t *testing.T) {
	d := &guides.Detection{Filters: []string{"user.id IS NOT NULL"}, Notices: []string{"its publisher calls it deprecated"}, Unapplied: []string{"actions: none"}}
	var text strings.Builder
	for _, l := range detectionLines(d, 78) {
		text.WriteString(l.String() + "\n")
	}
	for _, want := range []string{"filter      user.id IS NOT NULL\n", "note        its publisher calls it deprecated\n", "note        actions: none\n"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}

func TestFlowing(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"a paragraph", "one\ntwo\r\nthree", "one two three"},
		{"paragraphs", "\n\none\ntwo\n\n\nthree\n", "one two\n\nthree"},
		{"a list", "these:\n- one\n- two\n\nafter\nit", "these:\n- one\n- two\n\nafter it"},
		{"numbers", "2026 was\nlong\n1. one\n2) two", "2026 was long\n1. one\n2) two"},
		{"a fence", "so:\n```\na\n\n\nb\n```\nx\ny", "so:\n```\na\n\n\nb\n```\nx y"},
	} {
		if got := flowing(c.text); got != c.want {
			t.Errorf("%s: want %q, got %q", c.name, c.want, got)
		}
	}
}
