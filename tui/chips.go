package tui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// filtered is a screen whose rows a filter chooses. A filter is changed by showing a new screen: the old one stays in history.
type filtered interface {
	screen
	filterText() string
	refilter(a *App, text string) tea.Cmd
	completeFilter(a *App, text string) []string
	seekFilter(a *App) seeker
}

// onFilter does what changes a filter: typing it anew, and the list of its words.
func (a *App) onFilter(s filtered, act action) tea.Cmd {
	switch act {
	case filter:
		text := s.filterText()
		if text != "" {
			text += " "
		}
		a.askLine(safe.Own("filter:"), text, func(text string) tea.Cmd { return s.refilter(a, strings.TrimSpace(text)) })
		a.prompt.complete = func(text string) []string { return s.completeFilter(a, text) }
		a.prompt.seek = s.seekFilter(a)
		a.prompt.past = a.past("filter " + s.crumb().String())
	case chips:
		words := splitWords(s.filterText())
		if len(words) == 0 {
			a.say("no filter yet; / writes one")
			return nil
		}
		a.chips = &chipList{of: s, words: words}
		a.chips.list.Resize(len(words), mostChips)
	}
	return nil
}

// chipList is the words of a filter, to be turned off and on, or dropped.
type chipList struct {
	of    filtered
	words []string
	list  widget.List
}

// mostChips is how many words are shown at once.
const mostChips = 6

func (a *App) chipKey(act action) tea.Cmd {
	c := a.chips
	if move(&c.list, act) {
		return nil
	}
	at := c.list.Cursor
	switch act {
	case back, drill:
		a.chips = nil
		return nil
	case markRow:
		c.words[at] = toggled(c.words[at])
	case allOff:
		anyOn := false
		for _, w := range c.words {
			anyOn = anyOn || !strings.HasPrefix(w, "~")
		}
		for i, w := range c.words {
			if strings.HasPrefix(w, "~") != anyOn {
				c.words[i] = toggled(w)
			}
		}
	case dropChip:
		c.words = append(c.words[:at:at], c.words[at+1:]...)
		c.list.Resize(len(c.words), mostChips)
	default:
		return nil
	}
	cmd := c.of.refilter(a, strings.Join(c.words, " "))
	if s, ok := a.top().(filtered); ok {
		c.of = s
	}
	if len(c.words) == 0 {
		a.chips = nil
	}
	return cmd
}

func toggled(w string) string {
	if on, off := strings.CutPrefix(w, "~"); off {
		return on
	}
	return "~" + w
}

func (c *chipList) lines(width int) []widget.Line {
	t := widget.Table{Bare: true, Columns: []widget.Column{{Width: 3}, {Width: 20, Grow: 1}}}
	return t.View(&c.list, func(i int) (widget.Row, bool) {
		word, off := strings.CutPrefix(c.words[i], "~")
		box := safe.Own("[x]")
		if off {
			box = safe.Own("[ ]")
		}
		return widget.Row{Cells: []widget.Cell{{Text: box}, {Text: safe.Escape(word)}}}, true
	}, width, min(len(c.words), mostChips))
}

// chipLine is a filter as its words; those that are off stand in brackets. Where they do not fit the longest lose their middles, so that
// every word is in sight.
func chipLine(text string, none safe.Text, width int) widget.Line {
	var l widget.Line
	l.Space(1)
	words := splitWords(text)
	if len(words) == 0 {
		l.Put(widget.Faint, none.Clip(width-1))
	}
	chips, styles := make([]safe.Text, len(words)), make([]widget.Style, len(words))
	for i, w := range words {
		chips[i], styles[i] = safe.Escape(w), widget.Pivot
		if word, off := strings.CutPrefix(w, "~"); off {
			chips[i], styles[i] = safe.Sprintf("(off %s)", word), widget.Faint
		}
	}
	most := evenWidth(chips, width-1-2*len(chips))
	for i := range chips {
		l.Put(styles[i], chips[i].ClipMiddle(most)).Space(2)
	}
	return l
}

// leastChip is how narrow a word of a filter may get.
const leastChip = 8

// evenWidth is how wide texts may be so that all of them fit a width: the short ones are whole, the others equally long.
func evenWidth(texts []safe.Text, width int) int {
	most := max(leastChip, width)
	for ; most > leastChip; most-- {
		sum := 0
		for _, t := range texts {
			sum += min(t.Width(), most)
		}
		if sum <= width {
			break
		}
	}
	return most
}
