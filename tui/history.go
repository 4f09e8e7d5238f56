package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/tui/safe"
)

// place is where an analyst was: the stack of a root screen. Screens keep their own filter, order, cursor and marks, so going
// back to a place is going back to it as it was left. A new filter makes a new screen in a new place, never a changed old one.
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

func (a *App) here() place { return place{a.root, slices.Clone(a.stack())} }

// show makes a stack the one of its root and reads its top.
func (a *App) show(p place) tea.Cmd {
	a.top().leave()
	a.root, a.roots[p.root] = p.root, slices.Clone(p.stack)
	a.layout()
	return a.top().read(a)
}

func (a *App) push(s screen) tea.Cmd {
	cmd := a.show(place{a.root, append(slices.Clone(a.stack()), s)})
	a.history.visit(a.here())
	return cmd
}

// swap puts a screen in the place of the top one.
func (a *App) swap(s screen) tea.Cmd {
	stack := slices.Clone(a.stack())
	stack[len(stack)-1] = s
	cmd := a.show(place{a.root, stack})
	a.history.visit(a.here())
	return cmd
}

func (a *App) pop() tea.Cmd {
	stack := a.stack()
	if len(stack) == 1 {
		return nil
	}
	cmd := a.show(place{a.root, stack[:len(stack)-1]})
	a.history.visit(a.here())
	return cmd
}

// newRoot makes the first screen of each root.
var newRoot = map[int]func() screen{
	2: func() screen { return newAlerts() },
}

func (a *App) goRoot(root int) tea.Cmd {
	stack := a.roots[root]
	if root == a.root {
		stack = stack[:1]
	}
	if len(stack) == 0 {
		fresh, ok := newRoot[root]
		if !ok {
			a.warn("this screen is not there yet")
			return nil
		}
		stack = []screen{fresh()}
	}
	cmd := a.show(place{root, stack})
	a.history.visit(a.here())
	return cmd
}

func (a *App) travel(n int) tea.Cmd {
	to := a.history.at + n
	if to < 0 || to >= len(a.history.places) {
		a.notice = notice{text: safe.Own("no more history in that direction")}
		return nil
	}
	a.history.at = to
	return a.show(a.history.places[to])
}
