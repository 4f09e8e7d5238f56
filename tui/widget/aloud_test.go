package widget

import (
	"testing"

	"casebook/tui/safe"
)

// TestAloud: what is read out has no bars, pauses for columns, and every text as it is.
func TestAloud(t *testing.T) {
	var row Line
	row.Put(Strong, safe.Own("> ")).PutIn(Title, safe.Own("1m - 5m"), 12, false).PutIn(Plain, safe.Own("7"), 4, true).Space(1).Append(Bar(ASCII, 7, 7, 10))
	var columns Line
	columns.Space(2).Put(Plain, safe.Own("high")).Put(Faint, safe.Own("| ")).Put(Plain, safe.Own("a rule  of two words # |")).Space(3).Put(Plain, safe.Own("1"))
	for _, tt := range []struct {
		line Line
		want string
		here bool
	}{
		{row, "1m - 5m; 7", true},
		{columns, "high; a rule  of two words # |; 1", false},
		{Say(Plain, safe.Own("  indented text")), "indented text", false},
		{*new(Line).Put(Plain, safe.Own("one ")).Put(Strong, safe.Own("word")).Put(Plain, safe.Own(", more")), "one word, more", false},
	} {
		got, here := tt.line.Aloud()
		if got != tt.want || here != tt.here {
			t.Errorf("%q is read %q, %v; want %q, %v", tt.line.String(), got, here, tt.want, tt.here)
		}
	}
}
