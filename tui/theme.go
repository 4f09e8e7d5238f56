package tui

import (
	"fmt"
	"strings"

	"casebook/engine"
	"casebook/tui/widget"
)

// Every style is here. The terminal is not asked for its background: the hues of the 256 that are used read on light and on dark ones, and
// where there are only 16, which look as the terminal's owner likes, they are used for few words. Colour never says anything alone: severities are words, the cursor is ">", a mark is "*". Sequences are
// written by hand: lipgloss drops bold and reverse together with colour, and the cursor row with them.

// ColorMode is how much of colour is used.
type ColorMode uint8

// The modes.
const (
	Color16  ColorMode = iota
	Mono               // bold, faint, underline and reverse only: NO_COLOR
	Dumb               // nothing at all: TERM=dumb
	Color256           // hues that stand out from white as from black, where all 256 colours are there
)

var palettes = [...]widget.Palette{
	Color16: {
		widget.Faint: "2", widget.Strong: "1", widget.Title: "1", widget.Current: "7", widget.Marked: "1;35",
		widget.Escaped: "2;4", widget.Key: "1", widget.Critical: "1;31", widget.High: "31", widget.Medium: "33",
		widget.Low: "36", widget.Info: "2", widget.Good: "32", widget.Warn: "33", widget.Bad: "1;31",
		widget.Chart: "36", widget.Pivot: "4", widget.Keyword: "1", widget.Literal: "35",
	},
	Mono: {
		widget.Faint: "2", widget.Strong: "1", widget.Title: "1", widget.Current: "7", widget.Marked: "1",
		widget.Escaped: "2;4", widget.Key: "1", widget.Critical: "1", widget.High: "1", widget.Bad: "1",
		widget.Pivot: "4", widget.Keyword: "1",
	},
	Dumb: {},
	Color256: {
		widget.Faint: "2", widget.Strong: "1", widget.Title: "1", widget.Current: "7", widget.Marked: "1;38;5;133",
		widget.Escaped: "2;4", widget.Key: "1", widget.Critical: "1;38;5;167", widget.High: "38;5;166", widget.Medium: "38;5;136",
		widget.Low: "38;5;31", widget.Info: "2", widget.Good: "38;5;32", widget.Warn: "38;5;136", widget.Bad: "1;38;5;167",
		widget.Chart: "38;5;31", widget.Pivot: "4", widget.Keyword: "1", widget.Literal: "38;5;133",
	},
}

// DetectColor is the mode that the environment asks for. The terminal is not asked.
func DetectColor(getenv func(string) string) ColorMode {
	switch {
	case getenv("TERM") == "dumb" || getenv("TERM") == "":
		return Dumb
	case getenv("CLICOLOR_FORCE") != "" && getenv("CLICOLOR_FORCE") != "0":
	case getenv("NO_COLOR") != "", strings.HasPrefix(getenv("TERM"), "vt1"), strings.HasPrefix(getenv("TERM"), "vt2"):
		return Mono
	}
	if strings.Contains(getenv("TERM"), "256color") {
		return Color256
	}
	return Color16
}

// DetectCharset is the charset that the locale allows.
func DetectCharset(getenv func(string) string) widget.Charset {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToUpper(getenv(name)); v != "" {
			if strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8") {
				return widget.Blocks
			}
			return widget.ASCII
		}
	}
	return widget.ASCII
}

// ColorNamed is the mode that a flag names; "auto" is what the environment asks for.
func ColorNamed(name string, getenv func(string) string) (ColorMode, error) {
	switch name {
	case "auto":
		return DetectColor(getenv), nil
	case "never":
		return Mono, nil
	case "16":
		return Color16, nil
	case "256":
		return Color256, nil
	}
	return Mono, fmt.Errorf("colours are auto, never, 16 or 256, found %q", name)
}

// CharsetNamed is the charset that a flag names; "auto" is what the locale allows.
func CharsetNamed(name string, getenv func(string) string) (widget.Charset, error) {
	switch name {
	case "auto":
		return DetectCharset(getenv), nil
	case "ascii":
		return widget.ASCII, nil
	case "blocks":
		return widget.Blocks, nil
	}
	return widget.ASCII, fmt.Errorf("charsets are auto, ascii or blocks, found %q", name)
}

// severityStyle is how a severity is drawn.
func severityStyle(s engine.Severity) widget.Style {
	switch s {
	case engine.Critical:
		return widget.Critical
	case engine.High:
		return widget.High
	case engine.Medium:
		return widget.Medium
	case engine.Low:
		return widget.Low
	}
	return widget.Info
}
