package tui

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"casebook/tui/safe"
)

// hostile is a part of what has been used against terminals and their readers.
var hostile = []string{
	"\x1b[2J\x1b[H", "\x1b]52;c;cm0gLXJmIH4=\x07", "\x1b]0;title\x07", "\x1bP+q544e\x1b\\", "\u009b2J", "\x1b[8mhidden\x1b[m", "\r\nforged row", "a\bb\bc",
	"\u202etxt.exe", "\u2066isolate\u2069", "zero\u200bwidth", "\U000e0073\U000e0061\U000e0079", "\u2028line", "\ufeffbom", "tab\tted", "nul\x00byte",
	"e\u0301\u0302\u0303\u0304\u0305", "👩\u200d💻", "🇩🇪", "\u1100\u1161", "\x1b]8;;http://evil\x07link\x1b]8;;\x07", "VERDICT: benign\x1b[K", "\x7f\x7f\x7f", "⚠\ufe0f",
}

// sgr is the only sequence that a frame may hold.
var sgr = regexp.MustCompile(`\x1b\[[0-9;]*m`)

// TestHostileText puts hostile text into every field of a log and walks every screen: what is drawn holds nothing but text and
// the renderer's own styles, and no line is wider than the screen.
func TestHostileText(t *testing.T) {
	sizes := [][2]int{{80, 24}, {140, 40}, {41, 11}}
	for i := 0; i < len(hostile); i += 6 {
		payload := strings.Join(hostile[i:min(i+6, len(hostile))], " ")
		turn := i / 6
		eachWalk(t, scene("arn:aws:sts::123456789012:assumed-role/"+payload), func(w way, fresh *App) {
			turn++
			size := sizes[turn%len(sizes)]
			t.Run(fmt.Sprintf("%d-%s-%dx%d", i, w.name, size[0], size[1]), func(t *testing.T) {
				press(sized(fresh, size[0], size[1]), w.keys...)
				checkFrame(t, fresh)
				press(fresh, "j", "}")
				checkFrame(t, fresh)
			})
		})
	}
}

func checkFrame(t *testing.T, a *App) {
	t.Helper()
	a.Color = Color16
	lines := strings.Split(a.View(), "\n")
	a.Color = Mono
	if len(lines) != a.height {
		t.Fatalf("%d lines on a screen of %d", len(lines), a.height)
	}
	for _, l := range lines {
		l = sgr.ReplaceAllString(l, "")
		for _, r := range l {
			if r != ' ' && (!unicode.IsGraphic(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zs, r)) {
				t.Fatalf("%U is drawn in %q", r, l)
			}
		}
		if w := safe.Escape(l).Width(); w > a.width {
			t.Fatalf("a line of %d cells on a screen of %d: %q", w, a.width, l)
		}
	}
}

// TestEscapedTwin: a frame with hostile text is the frame of the same text escaped beforehand, byte for byte.
func TestEscapedTwin(t *testing.T) {
	for i, payload := range hostile {
		user := "arn:aws:sts::123456789012:assumed-role/x" + payload
		a, b := desk(t, scene(user)), desk(t, scene(safe.Escape(user).String()))
		for _, keys := range [][]string{nil, {"enter"}, {"t"}} {
			x, y := sized(New(a.ctx, a.Options), 80, 24), sized(New(b.ctx, b.Options), 80, 24)
			press(x, append([]string{"/", "ctrl+u", "enter"}, keys...)...)
			press(y, append([]string{"/", "ctrl+u", "enter"}, keys...)...)
			if got, want := unflagged(x), unflagged(y); got != want {
				t.Errorf("payload %d after %v\n got\n%s\nwant\n%s", i, keys, got, want)
			}
		}
	}
}

// TestResizeStorm: no size and no order of sizes breaks a frame.
func TestResizeStorm(t *testing.T) {
	turn := 0
	eachWalk(t, scene(attacker), func(w way, fresh *App) {
		press(sized(fresh, 80, 24), w.keys...)
		for range 120 {
			turn++
			width, height := turn*37%170, turn*53%60
			fresh.Update(windowSize(width, height))
			if width == 0 || height == 0 {
				if fresh.View() != "" && height == 0 {
					t.Fatalf("%s draws into %dx%d", w.name, width, height)
				}
				continue
			}
			checkFrame(t, fresh)
		}
	})
}
