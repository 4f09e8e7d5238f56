package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// TestHelpFitsTheTerminal: on a terminal no line of a command's help is longer than it is wide, and none of its words is lost.
func TestHelpFitsTheTerminal(t *testing.T) {
	words := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	for _, c := range newRoot(streams{}).Commands() {
		var shown, piped bytes.Buffer
		run(context.Background(), []string{c.Name(), "--help"}, streams{in: strings.NewReader(""), out: &shown, err: &shown, terminal: true})
		run(context.Background(), []string{c.Name(), "--help"}, streams{in: strings.NewReader(""), out: &piped, err: &piped})
		if words(shown.String()) != words(piped.String()) {
			t.Errorf("%s: words are lost:\n%s", c.Name(), shown.String())
		}
		for line := range strings.Lines(shown.String()) {
			if len([]rune(strings.TrimRight(line, "\n"))) > 80 {
				t.Errorf("%s: too long for 80 columns: %s", c.Name(), line)
			}
		}
	}
}
