package tui

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/report"
	"casebook/tui/safe"
)

// The palette takes a noun, and what is about it: "alerts sev:high", "alert 12", "guide 12", "quit". The same
// text opens a workbench anywhere (--open).

type command struct {
	name     string
	hint     string
	run      func(a *App, rest string) tea.Cmd
	complete func(a *App, rest string) []string
}

// commands are the words of the palette: the roots and the nouns.
func commands() []command {
	return append(append(rootCommands(), entityCommands()...),
		command{name: "case", hint: "NUMBER, or new", run: func(a *App, rest string) tea.Cmd {
			if rest == "new" {
				return a.askCase("", nil)
			}
			return a.withNumber(strings.TrimLeft(strings.ToUpper(rest), "C-"), func(id int64) tea.Cmd { return a.push(newCase(id)) })
		}},
		command{name: "alert", hint: "NUMBER", run: func(a *App, rest string) tea.Cmd {
			return a.withNumber(rest, func(id int64) tea.Cmd { return a.push(newAlert(id, nil)) })
		}},
		command{name: "rule", hint: "ID", run: (*App).openRule, complete: func(a *App, rest string) []string {
			return completeName(rest, slices.Sorted(maps.Keys(a.byID)), func(id string) string { return a.byID[id].Rule.Title })
		}},
		command{name: "guide", hint: "NUMBER of the alert", run: func(a *App, rest string) tea.Cmd {
			return a.withNumber(rest, func(id int64) tea.Cmd { return a.push(newGuide(id)) })
		}},
		command{name: "event", hint: "NUMBER", run: func(a *App, rest string) tea.Cmd {
			return a.withNumber(rest, func(id int64) tea.Cmd { return a.push(newEvent(id, nil)) })
		}},
		command{name: "view", hint: "NAME of a kept filter", run: (*App).showView, complete: func(a *App, rest string) []string { return completeName(rest, a.viewNames(), unnamed) }},
		command{name: "save", hint: "NAME for the filter that is shown", run: (*App).saveView},
		command{name: "forget", hint: "NAME of a kept filter", run: (*App).dropView, complete: func(a *App, rest string) []string { return completeName(rest, a.viewNames(), unnamed) }},
		command{name: "asof", hint: "TIME that now is", run: (*App).setAsOf},
		command{name: "veil", hint: "on, or off: prompts and answers on screens and in exports", run: (*App).setVeil, complete: func(_ *App, rest string) []string { return completeWord(rest, []string{"on", "off"}) }},
		command{name: "export", hint: "md, html or json: the report of the case that is shown", run: (*App).exportCase, complete: func(_ *App, rest string) []string { return completeWord(rest, formatNames()) }},
		command{name: "help", run: func(a *App, _ string) tea.Cmd { return a.help() }},
		command{name: "quit", run: func(*App, string) tea.Cmd { return tea.Quit }},
	)
}

// unnamed is of names that stand for nothing else.
func unnamed(string) string { return "" }

func (a *App) openPalette() tea.Cmd {
	a.askLine(safe.Own(":"), "", a.command)
	a.prompt.complete, a.prompt.seek = a.completeCommand, a.seekCommand()
	return nil
}

func (a *App) command(text string) tea.Cmd {
	name, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(text, ":")), " ")
	if name == "" {
		return nil
	}
	known := commands()
	names := make([]string, len(known))
	for i, c := range known {
		if c.name == name {
			return c.run(a, strings.TrimSpace(rest))
		}
		names[i] = c.name
	}
	a.warn(unknownWord(name, names))
	return nil
}

func (a *App) withNumber(text string, f func(int64) tea.Cmd) tea.Cmd {
	id, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	if err != nil {
		a.warn(fmt.Sprintf("wanted a number, found %q", text))
		return nil
	}
	return f(id)
}

// completeCommand is what a command line can become: the command's name, then what the command itself knows.
func (a *App) completeCommand(text string) []string {
	name, rest, spaced := strings.Cut(text, " ")
	var found []string
	for _, c := range commands() {
		switch {
		case !spaced && strings.HasPrefix(c.name, name):
			found = append(found, c.name)
		case spaced && c.name == name && c.complete != nil:
			for _, more := range c.complete(a, rest) {
				found = append(found, name+" "+more)
			}
		}
	}
	slices.Sort(found)
	return found
}

// exportCase writes the report of the case that is shown, or that what is shown was opened from.
func (a *App) exportCase(format string) tea.Cmd {
	if format == "" {
		format = formatNames()[0]
	}
	if !slices.Contains(formatNames(), format) {
		a.warn(fmt.Sprintf("a report is %s, not %q", strings.Join(formatNames(), ", "), format))
		return nil
	}
	for _, shown := range slices.Backward(a.stack()) {
		if s, ok := shown.(*caseScreen); ok {
			return s.export(a, report.Format(format))
		}
	}
	a.warn("reports are of cases: open one first, :case NUMBER")
	return nil
}

func formatNames() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, string(f))
	}
	return names
}

// setAsOf says what now is, for ages, "last" and the console.
func (a *App) setAsOf(text string) tea.Cmd {
	at, err := a.Clock.Read(text, a.AsOf)
	if err != nil {
		a.warn(err.Error())
		return nil
	}
	a.AsOf, a.AsOfSet, a.Clock = at, true, a.Clock.about(at)
	a.say("now is " + a.Clock.FullTick(at, Seconds))
	return a.refresh()
}
