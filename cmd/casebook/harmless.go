package main

import (
	"strings"
	"unicode"
)

// harmless is text as a terminal may show it: what could act on it is spelt out.
func harmless(s string) string {
	if strings.IndexFunc(s, acts) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if acts(r) {
			b.WriteString("\uFFFD")
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func acts(r rune) bool { return !unicode.IsPrint(r) }

// harmlessLines is harmless for text whose line ends are our own.
func harmlessLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = harmless(line)
	}
	return strings.Join(lines, "\n")
}
