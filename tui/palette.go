package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine/syntax"
	"casebook/tui/safe"
)

// The palette takes a noun, and what is about it: "alerts sev:high", "alert 12", "guide 12", "quit". The same
// text opens a workbench anywhere (--open).

type command struct {
	name string
	hint string
	run  func(a *App, rest string) tea.Cmd
}

var commands []command

func init() {
	commands = []command{
		{"alerts", "[status:open sev:high rule:ID owner:me text]", (*App).commandAlerts},
		{"alert", "NUMBER", func(a *App, rest string) tea.Cmd {
			return a.withNumber(rest, func(id int64) tea.Cmd { return a.push(newAlert(id, nil)) })
		}},
		{"guide", "NUMBER of the alert", func(a *App, rest string) tea.Cmd {
			return a.withNumber(rest, func(id int64) tea.Cmd { return a.push(newGuide(id)) })
		}},
		{"event", "NUMBER", func(a *App, rest string) tea.Cmd {
			return a.withNumber(rest, func(id int64) tea.Cmd { return a.push(newEvent(id, nil)) })
		}},
		{"help", "", func(a *App, _ string) tea.Cmd { return a.help() }},
		{"quit", "", func(*App, string) tea.Cmd { return tea.Quit }},
	}
}

func (a *App) openPalette() tea.Cmd {
	a.askLine(safe.Own(":"), "", a.command)
	a.prompt.complete = completeCommand
	return nil
}

func (a *App) command(text string) tea.Cmd {
	name, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(text, ":")), " ")
	if name == "" {
		return nil
	}
	for _, c := range commands {
		if c.name == name {
			return c.run(a, strings.TrimSpace(rest))
		}
	}
	names := make([]string, len(commands))
	for i, c := range commands {
		names[i] = c.name
	}
	hint := "commands are " + strings.Join(names, ", ")
	if near := syntax.Nearest(name, names); near != "" {
		hint = "did you mean " + near + "?"
	}
	a.warn(fmt.Sprintf("no command %q; %s", name, hint))
	return nil
}

func (a *App) commandAlerts(rest string) tea.Cmd {
	if rest == "" {
		rest = openFilter
	}
	f, err := parseAlertFilter(rest, a.Analyst)
	if err != nil {
		a.warn(err.Error())
		return nil
	}
	cmd := a.show(place{newAlerts().with(f, rest)})
	a.history.visit(a.here())
	return cmd
}

func (a *App) withNumber(text string, f func(int64) tea.Cmd) tea.Cmd {
	id, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	if err != nil {
		a.warn(fmt.Sprintf("wanted a number, found %q", text))
		return nil
	}
	return f(id)
}

func completeCommand(text string) []string {
	name, rest, spaced := strings.Cut(text, " ")
	if spaced {
		if name == "alerts" {
			found := completeAlertFilter(rest)
			for i := range found {
				found[i] = name + " " + found[i]
			}
			return found
		}
		return nil
	}
	var found []string
	for _, c := range commands {
		if strings.HasPrefix(c.name, name) {
			found = append(found, c.name)
		}
	}
	slices.Sort(found)
	return found
}
