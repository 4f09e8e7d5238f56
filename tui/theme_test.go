package tui

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// TestHuesReadOnAnyBackground: no hue of the 256 vanishes on white, on black, or on either of Solarized's backgrounds.
func TestHuesReadOnAnyBackground(t *testing.T) {
	hue := regexp.MustCompile(`38;5;(\d+)`)
	found := 0
	for style, sgr := range palettes[Color256] {
		m := hue.FindStringSubmatch(sgr)
		if m == nil {
			continue
		}
		found++
		n, _ := strconv.Atoi(m[1])
		levels := []int{0, 95, 135, 175, 215, 255}
		n -= 16
		own := light(levels[n/36], levels[n/6%6], levels[n%6])
		for name, ground := range map[string]float64{"white": light(255, 255, 255), "black": light(0, 0, 0), "solarized light": light(0xfd, 0xf6, 0xe3), "solarized dark": light(0, 0x2b, 0x36)} {
			if contrast := (max(own, ground) + 0.05) / (min(own, ground) + 0.05); contrast < 3 {
				t.Errorf("style %d (%s) on %s has a contrast of %.1f, want 3", style, sgr, name, contrast)
			}
		}
	}
	if found < 5 {
		t.Errorf("%d hues found", found)
	}
}

// light is the relative luminance of a colour.
func light(r, g, b int) float64 {
	linear := func(v int) float64 {
		if x := float64(v) / 255; x > 0.03928 {
			return math.Pow((x+0.055)/1.055, 2.4)
		}
		return float64(v) / 255 / 12.92
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// TestColoursGoByTheTerminal: a terminal that says it has 256 colours gets hues that read on any background.
func TestColoursGoByTheTerminal(t *testing.T) {
	for _, tt := range []struct {
		term, no, force string
		want            ColorMode
	}{{"xterm-256color", "", "", Color256}, {"tmux-256color", "", "1", Color256}, {"xterm", "", "", Color16}, {"linux", "", "", Color16}, {"xterm-256color", "1", "", Mono},
		{"screen", "1", "1", Color16}, {"dumb", "", "1", Dumb}, {"vt220", "", "", Mono}} {
		env := map[string]string{"TERM": tt.term, "NO_COLOR": tt.no, "CLICOLOR_FORCE": tt.force}
		if got := DetectColor(func(name string) string { return env[name] }); got != tt.want {
			t.Errorf("%+v: %d", tt, got)
		}
	}
}
