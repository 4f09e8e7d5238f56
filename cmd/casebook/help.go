package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// helpOn makes help fit the terminal that it is shown on: paragraphs are filled anew, and what stands in columns goes on in its column.
func helpOn(root *cobra.Command, s streams) {
	plain := root.HelpFunc()
	root.SetHelpFunc(func(c *cobra.Command, args []string) {
		if !s.terminal {
			plain(c, args)
			return
		}
		var b bytes.Buffer
		out := c.OutOrStdout()
		c.SetOut(&b)
		plain(c, args)
		c.SetOut(out)
		fmt.Fprint(out, filled(b.String(), s.width()))
	})
}

// inColumns is a line with a name and what it means beside it.
var inColumns = regexp.MustCompile(`^ +\S.*?   +`)

// filled is a text in lines of at most a width.
func filled(text string, width int) string {
	var b strings.Builder
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		for prose(line) && i+1 < len(lines) && prose(lines[i+1]) {
			i++
			line += " " + lines[i]
		}
		indent := len(line) - len(strings.TrimLeft(line, " ")) + 2
		if prose(line) {
			indent = 0
		} else if at := len(inColumns.FindString(line)); at > 0 && at < width/2 {
			indent = at
		}
		for utf8.RuneCountInString(line) > width {
			at := strings.LastIndexByte(string([]rune(line)[:width+1]), ' ')
			if at <= indent {
				break // one long word
			}
			b.WriteString(strings.TrimRight(line[:at], " ") + "\n")
			line = strings.Repeat(" ", indent) + strings.TrimLeft(line[at:], " ")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// prose tells whether a line is one of a paragraph.
func prose(line string) bool { return line != "" && line[0] != ' ' }
