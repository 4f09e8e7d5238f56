package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"
)

// place is where an analyst was: a root and what was opened from it, the top last. Screens keep their own filter, order, cursor
// and marks, so going back to a place is going back to it as it was left. A new filter makes a new screen in a new place, never
// a changed old one.
type place struct {
	root  int
	stack []screen
}

// history is the places in the order they were visited.
type history struct {
	places []place
	at     int
}

// longestHistory bounds what is kept of old screens.
const longestHistory = 200

func (h *history) visit(p place) {
	if len(h.places) > 0 {
		h.places = h.places[:h.at+1]
	}
	h.places = append(h.places, p)
	if len(h.places) > longestHistory {
		h.places = slices.Delete(h.places, 0, 1)
	}
	h.at = len(h.places) - 1
}

func (a *App) here() place { return place{a.at, slices.Clone(a.stack())} }

// show goes to a place and reads its top.
func (a *App) show(p place) tea.Cmd {
	a.top().leave()
	a.at = p.root
	a.stacks[a.at] = slices.Clone(p.stack)
	a.layout()
	return a.top().read(a)
}

// visit goes to a place and remembers that it did.
func (a *App) visit(p place) tea.Cmd {
	cmd := a.show(p)
	a.history.visit(a.here())
	return cmd
}

func (a *App) push(s screen) tea.Cmd {
	return a.visit(place{a.at, append(slices.Clone(a.stack()), s)})
}

// swap puts a screen in the place of the top one.
func (a *App) swap(s screen) tea.Cmd {
	to := a.here()
	to.stack[len(to.stack)-1] = s
	return a.visit(to)
}

func (a *App) pop() tea.Cmd {
	if n := len(a.stack()); n > 1 {
		return a.visit(place{a.at, a.stack()[:n-1]})
	}
	return nil
}

func (a *App) travel(n int) tea.Cmd {
	to := a.history.at + n
	if to < 0 || to >= len(a.history.places) {
		a.say("no more history in that direction")
		return nil
	}
	a.history.at = to
	return a.show(a.history.places[to])
}
