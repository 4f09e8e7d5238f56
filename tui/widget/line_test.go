package widget

import (
	"strings"
	"testing"

	"casebook/tui/safe"
)

// TestCursorRowHasNoHues: on the reversed row a hue would be a block of background, and dark on dark.
func TestCursorRowHasNoHues(t *testing.T) {
	p := Palette{Current: "7", Good: "34", Critical: "1;31", Marked: "1;38;5;133", Pivot: "4", Faint: "2"}
	l := Line{Base: Current}
	for _, style := range []Style{Good, Critical, Marked, Pivot, Faint} {
		l.Put(style, safe.Own("x"))
	}
	got := p.Paint([]Line{l}, 5)
	for _, hue := range []string{"34", "31", "38;5", "7;2m"} {
		if strings.Contains(got, hue) {
			t.Errorf("%q has %s", got, hue)
		}
	}
	if !strings.Contains(got, "\x1b[7;1mx") || !strings.Contains(got, "\x1b[7;4mx") {
		t.Errorf("%q has lost weight or the underline", got)
	}
	l.Base = Plain
	if got := p.Paint([]Line{l}, 5); !strings.Contains(got, "\x1b[34mx") {
		t.Errorf("another row has lost its hue: %q", got)
	}
}
