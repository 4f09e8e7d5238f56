package tui

import (
	"strings"

	"casebook/tui/safe"
	"casebook/tui/widget"
)

// The least a terminal must have to show anything.
const (
	leastWidth  = 40
	leastHeight = 10
)

// View draws what there is; it changes nothing. On a terminal bubbletea is given the glass's ticket for it.
func (a *App) View() string {
	painted := palettes[a.Color].Paint(a.frame(), a.width)
	if a.glass == nil {
		return painted
	}
	return a.glass.Show(painted)
}

// frame is the lines of the whole screen.
func (a *App) frame() []widget.Line {
	if a.width == 0 || a.height == 0 {
		return nil
	}
	if a.width < leastWidth || a.height < leastHeight {
		lines := []widget.Line{widget.Say(widget.Strong, safe.Sprintf("%dx%d: casebook needs 40x10", a.width, a.height)),
			widget.Say(widget.Plain, safe.Own("q quits"))}
		return widget.Fill(lines, a.height)
	}
	asking := a.asking()
	lines := make([]widget.Line, 0, a.height)
	lines = append(lines, a.header())
	lines = append(lines, widget.Fill(a.top().view(a, a.width, a.bodyHeight()), a.bodyHeight())...)
	lines = append(lines, asking...)
	var rule widget.Line
	lines = append(lines, *rule.Rule(a.width), a.foot())
	return lines
}

// header is the path, and at its right what the screen and the workbench say of themselves.
func (a *App) header() widget.Line {
	right := a.top().status(a)
	if a.width >= 120 {
		right = safe.Join("   ", right, a.scopeText())
	}
	path := safe.Own("casebook")
	for _, s := range a.stack() {
		path = safe.Join(" > ", path, s.crumb())
	}
	var l widget.Line
	room := a.width - right.Width() - 2
	if room < 20 {
		right, room = right.ClipMiddle(max(0, a.width-22)), 20
	}
	l.Put(widget.Title, path.ClipMiddle(room))
	l.PutRight(widget.Faint, right, a.width)
	return l
}

// scopeText says what everything shown is about: the store and the workbench's now.
func (a *App) scopeText() safe.Text {
	mode := "rw"
	if a.Store.ReadOnly() {
		mode = "ro"
	}
	now := "nothing is loaded"
	if !a.empty() {
		now = "as-of " + a.Clock.scope(a.AsOf)
	}
	return safe.Sprintf("%s %s   %s", baseName(a.Store.Path()), mode, now)
}

// empty tells whether there was no event to take the workbench's now from.
func (a *App) empty() bool { return a.AsOf < 0 }

// howToLoad is what to do about a store without an event.
const howToLoad = "nothing is loaded yet: casebook load PATH loads logs, and casebook detect runs the rules over them"

// foot is a notice, else the screen's keys.
func (a *App) foot() widget.Line {
	switch {
	case a.notice.text.Width() > 0 && !a.noticeIsLong():
		return widget.Say(a.notice.style(), safe.Join("", safe.Own(" "), a.notice.text))
	}
	switch {
	case a.prompt != nil:
		return a.Keys.footer(a.prompt.scope(), a.width, nothingIdle)
	case a.choice != nil:
		return widget.Say(widget.Faint, safe.Own(" a key chooses   esc: leave"))
	case a.chips != nil:
		return a.Keys.footer(onChips, a.width, nothingIdle)
	}
	idle := nothingIdle
	if s, ok := a.top().(idler); ok {
		idle = s.idle
	}
	return a.Keys.footer(a.top().scope(), a.width, idle)
}

func nothingIdle(action) bool { return false }

func (n *notice) style() widget.Style {
	if n.bad {
		return widget.Bad
	}
	return widget.Strong
}

// noticeIsLong tells whether a notice takes more than the last line: it then stands above the keys, in full.
func (a *App) noticeIsLong() bool { return a.notice.text.Width() >= a.width }

// lines are an option as it is chosen: its key, and beside it its text, in at most so many lines, but for one.
func (o *option) lines(width, most int) []widget.Line {
	var lines []widget.Line
	for i, text := range widget.Wrap(widget.Plain, o.text.String(), max(1, width-optionIndent)) {
		var l widget.Line
		if i == 0 {
			l.Space(2).Put(widget.Key, safe.Escape(o.key))
		}
		l.Space(optionIndent - l.Width()).Append(text)
		if lines = append(lines, l); len(lines) >= min(most, mostNoticeLines) {
			break
		}
	}
	return lines
}

// optionIndent is where the texts of options stand, beside their keys.
const optionIndent = 5

// mostNoticeLines bounds a notice, which may quote what came from a log.
const mostNoticeLines = 4

// asking is the lines of the open question, or of a long notice.
func (a *App) asking() []widget.Line {
	var rule widget.Line
	rule.Rule(a.width)
	switch {
	case a.prompt != nil:
		lines := []widget.Line{rule}
		if a.prompt.blank != "" {
			lines = append(lines, widget.Say(widget.Faint, safe.Escape("enter alone takes: "+a.prompt.blank).Clip(a.width)))
		}
		if len(a.prompt.hints) > 0 {
			var l widget.Line
			for i, h := range a.prompt.hints {
				word := safe.Escape(h[strings.LastIndexByte(strings.TrimSpace(h), ' ')+1:])
				if more := safe.Sprintf(" +%d", len(a.prompt.hints)-i); l.Width()+1+word.Width()+more.Width() > a.width {
					l.Put(widget.Faint, more)
					break
				}
				l.Space(1).Put(widget.Faint, word)
			}
			lines = append(lines, l)
		}
		return append(lines, a.prompt.input.View(safe.Join("", a.prompt.label, safe.Own(" ")), a.width))
	case a.chips != nil:
		return append([]widget.Line{rule, widget.Say(widget.Strong, safe.Own("FILTER  all words that are on must hold"))}, a.chips.lines(a.width)...)
	case a.choice != nil:
		room := max(2, a.height-chrome-1)
		title := widget.Wrap(widget.Strong, a.choice.title.String(), a.width)
		lines := append([]widget.Line{rule}, title[:min(len(title), mostNoticeLines)]...)
		each := (room - len(lines)) / max(1, len(a.choice.options))
		for _, o := range a.choice.options {
			lines = append(lines, o.lines(a.width, max(1, each))...)
		}
		return lines[:min(len(lines), room)]
	case a.noticeIsLong():
		wrapped := widget.Wrap(a.notice.style(), a.notice.said, a.width)
		return append([]widget.Line{rule}, wrapped[:min(len(wrapped), mostNoticeLines)]...)
	}
	return nil
}
