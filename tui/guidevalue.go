package tui

import (
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/guides"
	"casebook/store"
	"casebook/tui/safe"
)

// The rows of a step are shown in whatever form fits, and what is the same in all of them is said above: which of a row's values a key is
// about is asked, where there are several.

// valueWords are what keys of values do, in the words of that question.
var valueWords = map[action]string{filterFor: "only events with", filterOut: "events without", sameInTime: "the timeline of", countValues: "the values of"}

// onRow does what a key of values does with one of the row under the cursor.
func (s *guideScreen) onRow(a *App, act action, step *guides.Step) tea.Cmd {
	values := s.rowValues(step)
	if len(values) == 1 {
		return a.onValue(act, values[0], "")
	}
	var options []option
	for i, v := range values[:min(len(values), mostChoices)] {
		options = append(options, option{key: fmt.Sprint(i + 1), text: safe.Sprintf("%s  %s", v.field, v.text), pick: func() tea.Cmd { return a.onValue(act, v, "") }})
	}
	if len(options) == 0 {
		a.warn("this row has no value that events can be chosen by; e asks on in the console")
		return nil
	}
	a.askOne(safe.Escape(valueWords[act]), options...)
	return nil
}

// rowValues are the values of the row under the cursor that events can be chosen by, each once.
func (s *guideScreen) rowValues(step *guides.Step) []value {
	r := s.run(step).result
	if r == nil || s.rows.Cursor >= r.Batch.Len {
		return nil
	}
	var values []value
	for c, f := range r.Columns {
		text, _ := r.Batch.Columns[c].Value(s.rows.Cursor).(string)
		slot, known := store.SlotOf(f.Name)
		if !known || text == "" || slices.ContainsFunc(values, func(v value) bool { other, _ := store.SlotOf(v.field); return other == slot && v.text == text }) {
			continue
		}
		values = append(values, value{f.Name, text, s.d.alert.Window})
	}
	return values
}
