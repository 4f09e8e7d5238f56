package tui

import "testing"

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
