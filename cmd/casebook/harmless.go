package main

import (
	"strings"

	"casebook/tui/safe"
)

// harmless is text as a terminal may show it: what could act on it is spelt out.
func harmless(s string) string { return safe.Escape(s).String() }

// harmlessLines is harmless for text whose line ends are our own.
func harmlessLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = harmless(line)
	}
	return strings.Join(lines, "\n")
}
