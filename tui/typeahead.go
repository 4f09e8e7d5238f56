package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// A slow link delivers keys in one go: those behind the one that opens a screen come before its first rows do, and those behind one that asks
// come before its question. They wait for what they are about, for a moment: what is typed then is done then, in its order, or it is said
// that it was not. Keys that go elsewhere wait for nothing.

// unread is a screen that can say that its first reading has not landed.
type unread interface {
	unread() bool
}

// typeahead is the keys that wait.
type typeahead struct {
	keys  []tea.KeyMsg
	since time.Time // the first of them was typed
}

const (
	// longestAhead is how long keys wait: who waited longer has looked at the screen, and types for what is there.
	longestAhead = time.Second
	// oneGo is how far apart keys may come that a link delivers in one go.
	oneGo = 300 * time.Millisecond
	// mostAhead bounds the keys that wait.
	mostAhead = 64
)

// bound are keys that go elsewhere, or are about the list and not about a row of it.
var bound = []action{filter, chips, viewList, back, quit, help, palette, historyBack, historyForward, redraw}

// awaited tells whether what a key would be about is still being read.
func (a *App) awaited() bool {
	if a.prompt != nil || a.choice != nil || a.chips != nil {
		return false
	}
	s, ok := a.top().(unread)
	return a.question.busy || ok && s.unread()
}

// waits keeps a key for when what it is about is there, and tells whether it does.
func (a *App) waits(msg tea.KeyMsg) bool {
	act := a.Keys.meaning(msg.String(), a.top().scope())
	elsewhere := slices.Contains(bound, act) || slices.ContainsFunc(roots[:], func(r root) bool { return r.key == act })
	switch {
	case act == back && time.Since(a.ahead.since) > oneGo: // somebody looked, and does not want to wait
		a.ahead = typeahead{}
		return false
	case !a.awaited(), elsewhere && !a.question.busy && len(a.ahead.keys) == 0: // a question's answers are figures too
		return false
	case len(a.ahead.keys) == 0:
		a.ahead.since = time.Now()
	case time.Since(a.ahead.since) > longestAhead:
		return false
	}
	if len(a.ahead.keys) < mostAhead {
		a.ahead.keys = append(a.ahead.keys, msg)
	}
	return true
}

// catchUp takes the keys that waited for what has landed.
func (a *App) catchUp() tea.Cmd {
	var cmds []tea.Cmd
	for len(a.ahead.keys) > 0 && !a.awaited() {
		if late := time.Since(a.ahead.since) > longestAhead; late {
			a.say(plural(len(a.ahead.keys), "key") + " typed while this was read: not taken")
			a.ahead = typeahead{}
			break
		}
		msg := a.ahead.keys[0]
		a.ahead.keys = a.ahead.keys[1:]
		a.layout()
		cmds = append(cmds, a.press(msg))
	}
	return tea.Batch(cmds...)
}

func (s *alertsScreen) unread() bool   { return s.rows.reading.busy && len(s.rows.rows) == 0 }
func (s *eventsScreen) unread() bool   { return s.rows.reading.busy && len(s.rows.rows) == 0 }
func (s *casesScreen) unread() bool    { return s.reading.busy && len(s.rows) == 0 }
func (s *entitiesScreen) unread() bool { return s.reading.busy && len(s.rows) == 0 }
func (s *rulesScreen) unread() bool    { return s.reading.busy && len(s.all) == 0 }
func (s *alertScreen) unread() bool    { return s.reading.busy && s.d.alert.ID == 0 }
func (s *guideScreen) unread() bool    { return s.reading.busy && len(s.lines) == 0 }
func (s *caseScreen) unread() bool     { return s.reading.busy && s.r.Case.ID == 0 }
