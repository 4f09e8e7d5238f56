package tui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine/syntax"
)

// root is a screen that others are opened from. Each has a stack of its own: going to another and coming back is coming back to
// what was open. A root without a screen is not offered.
type root struct {
	name string // in the path at the top and in the palette
	key  action
	// open makes the root's first screen out of what follows its name in the palette, such as a filter; "" is what it opens with
	// by default.
	open func(a *App, rest string) (screen, error)
	// complete is what that text can become.
	complete func(a *App, rest string) []string
	hint     string // of what can follow, for those who got it wrong
}

// The roots, in the order of their keys.
const (
	overviewRoot = iota
	alertsRoot
	usersRoot
	eventsRoot
	queryRoot
	rulesRoot
	casesRoot
	rootCount
)

var roots [rootCount]root

func init() {
	roots = [rootCount]root{
		overviewRoot: {name: "overview", key: toOverview, open: openOverview},
		alertsRoot:   {name: "alerts", key: toAlerts, open: openAlerts, complete: completeAlerts, hint: "[status:open sev:high rule:ID owner:me score>=50 last:24h text]"},
		usersRoot:    {name: "users", key: toUsers, open: openEntities, complete: completeEntities, hint: "[user|resource|account|model|application|address sort:events text]"},
		eventsRoot:   {name: "events", key: toEvents, open: openEvents, complete: completeEvents, hint: "[user:NAME -model:NAME error:* prompt_tokens>=8000 last:24h text]"},
		queryRoot:    {name: "query", key: toQuery, open: openQuery, hint: "[esql TEXT | kql TEXT]"},
		rulesRoot:    {name: "rules", key: toRules, open: openRules, hint: "[text]"},
		casesRoot:    {name: "cases", key: toCases, open: openCases, complete: completeCases, hint: "[status:open owner:me text]"},
	}
	for i := range roots {
		global[roots[i].key] = func(a *App) tea.Cmd { return a.toRoot(i) }
	}
}

// offered tells whether an action leads anywhere: a root without a screen does not.
func offered(act action) bool {
	for i := range roots {
		if roots[i].key == act {
			return roots[i].open != nil
		}
	}
	return true
}

// toRoot goes to a root as it was left, or, from within it, to its first screen.
func (a *App) toRoot(i int) tea.Cmd {
	stack := a.stacks[i]
	switch {
	case len(stack) == 0:
		first, err := roots[i].open(a, "")
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		stack = []screen{first}
	case i == a.at:
		stack = stack[:1]
	}
	return a.visit(place{i, stack})
}

// openRoot begins a root anew with what follows its name in the palette. A name alone is the root's list, as it was left: who wants the
// place where the root was left has its figure.
func (a *App) openRoot(i int, rest string) tea.Cmd {
	switch {
	case rest != "":
	case len(a.stacks[i]) > 0:
		return a.visit(place{i, a.stacks[i][:1]})
	default:
		return a.toRoot(i)
	}
	first, err := roots[i].open(a, rest)
	if err != nil {
		a.warn(err.Error())
		return nil
	}
	return a.visit(place{i, []screen{first}})
}

// rootCommands are the palette's words for the roots.
func rootCommands() []command {
	var list []command
	for i, r := range roots {
		if r.open != nil {
			list = append(list, command{name: r.name, hint: r.hint, complete: r.complete, run: func(a *App, rest string) tea.Cmd { return a.openRoot(i, rest) }})
		}
	}
	return list
}

// unknownWord says what could have been meant by a word of the palette.
func unknownWord(name string, known []string) string {
	if near := syntax.Nearest(name, known); near != "" {
		return fmt.Sprintf("no command %q; did you mean %s?", name, near)
	}
	return fmt.Sprintf("no command %q; tab lists them", name)
}
