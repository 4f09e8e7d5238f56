package tui

import (
	"strings"

	"casebook/engine"
	"casebook/tui/widget"
)

// Every style is here, in the 16 ANSI colours, so that it reads on light and dark backgrounds alike and nothing has to be asked
// of the terminal. Colour never says anything alone: severities are words, the cursor is ">", a mark is "*". Sequences are
// written by hand: lipgloss drops bold and reverse together with colour, and the cursor row with them.

// ColorMode is how much of colour is used.
type ColorMode uint8

// The modes.
const (
	Color16 ColorMode = iota
	Mono              // bold, faint, underline and reverse only: NO_COLOR
	Dumb              // nothing at all: TERM=dumb
)

var palettes = [...]widget.Palette{
	Color16: {
		widget.Faint: "2", widget.Strong: "1", widget.Title: "1", widget.Current: "7", widget.Marked: "1;35",
		widget.Escaped: "2;4", widget.Key: "1", widget.Critical: "1;31", widget.High: "31", widget.Medium: "33",
		widget.Low: "36", widget.Info: "2", widget.Good: "34", widget.Warn: "33", widget.Bad: "1;31",
		widget.Chart: "36", widget.Pivot: "4", widget.Keyword: "1", widget.Literal: "35",
	},
	Mono: {
		widget.Faint: "2", widget.Strong: "1", widget.Title: "1", widget.Current: "7", widget.Marked: "1",
		widget.Escaped: "2;4", widget.Key: "1", widget.Critical: "1", widget.High: "1", widget.Bad: "1",
		widget.Pivot: "4", widget.Keyword: "1",
	},
	Dumb: {},
}

// DetectColor is the mode that the environment asks for. The terminal is not asked.
func DetectColor(getenv func(string) string) ColorMode {
	switch {
	case getenv("TERM") == "dumb" || getenv("TERM") == "":
		return Dumb
	case getenv("CLICOLOR_FORCE") != "" && getenv("CLICOLOR_FORCE") != "0":
		return Color16
	case getenv("NO_COLOR") != "", strings.HasPrefix(getenv("TERM"), "vt1"), strings.HasPrefix(getenv("TERM"), "vt2"):
		return Mono
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
