package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/store"
)

// One grammar for values, on whatever screen they stand: f chooses the events that have the value, F leaves them out, = shows it in
// time, o counts what else its field holds. Lists of events add to their own filter; from elsewhere a new list begins.

// value is what a field of events holds under the cursor, and when that was.
type value struct {
	field, text string
	when        engine.Window
}

// onValue does what keys of values do. what says in which words it is no value, where it is none.
func (a *App) onValue(act action, v value, what string) tea.Cmd {
	_, word := store.SlotOf(v.field)
	switch {
	case v.field == "":
		a.warn("no value here: " + what)
	case !word || v.text == "":
		a.warn("events cannot be chosen by " + v.field + "; the query console can ask for it")
	case act == filterFor || act == filterOut:
		return a.eventsWith(v.field, v.text, act == filterOut)
	case act == sameInTime:
		return v.inTime(a)
	case act == countValues:
		return a.push(newFacet("", store.EventFilter{}, v.field))
	}
	return nil
}

// inTime opens the value's timeline.
func (v value) inTime(a *App) tea.Cmd { return a.push(newTimeline(v.field, v.text, v.when)) }
