package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine/column"
	"casebook/store"
	"casebook/store/event"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// What an event is compared with: how often its values were seen, which alerts it is behind, what happened around it.

// pivot does what can be done with the value under the cursor, or goes to what is there.
func (s *eventScreen) pivot(a *App, act action, at int) tea.Cmd {
	switch {
	case s.part == partNear && at < len(s.near.rows):
		if act == drill {
			return a.push(newEvent(s.near.rows[at].ID, slices.Clone(s.near.rows)))
		}
		return nil
	case s.part == partRaw && s.tree != nil && at < s.tree.Len():
		if act == drill {
			s.lists[partRaw].Go(s.tree.Toggle(at))
		}
		return nil
	}
	fields := s.shownFields()
	if s.part != partFields || at >= len(fields) {
		return nil
	}
	f := fields[at]
	if f.Type == column.Time && (act == drill || act == timeline || act == sameInTime) {
		s.part = partNear // what happened around it
		return nil
	}
	text, ok := f.Value.(string)
	if slot, number := store.NumberOf(f.Name); number {
		text, ok = fmt.Sprint(s.row.Number(slot).Int), s.row.Number(slot).Set
	} else if _, known := store.SlotOf(f.Name); !known {
		a.warn("events cannot be chosen by " + f.Name + "; the query console can ask for it")
		return nil
	}
	if !ok {
		return nil
	}
	switch act {
	case filterFor, filterOut:
		return a.eventsWith(f.Name, text, act == filterOut)
	case chooseColumns:
		return a.addColumn(f.Name)
	}
	if _, word := store.SlotOf(f.Name); !word {
		a.warn("a number has no timeline; f lists the events that have it, : events " + f.Name + ">=N those above")
		return nil
	}
	if act == countValues {
		return a.push(newFacet("", store.EventFilter{}, f.Name))
	}
	return a.push(newTimeline(f.Name, text, windowOf(&s.row)))
}

// addColumn puts a field among the columns of lists of events.
func (a *App) addColumn(name string) tea.Cmd {
	if slices.Contains(strings.Fields(a.eventColumns), name) {
		a.say(name + " is a column already")
		return nil
	}
	a.eventColumns += " " + name
	a.say("lists of events show " + name + " from now on; c there changes the columns")
	return nil
}

// count looks how often each of the event's values was seen, and which alerts the event is behind.
func (s *eventScreen) count(a *App) tea.Cmd {
	if s.seen != nil {
		return nil
	}
	row := s.row
	type answer struct {
		seen   map[event.Slot]store.Summary
		alerts []store.Alert
	}
	return ask(a, &s.counting, func(ctx context.Context) (answer, error) {
		got := answer{seen: map[event.Slot]store.Summary{}}
		var err error
		if got.alerts, err = a.alertsBehind(ctx, &row); err != nil {
			return got, err
		}
		for _, slot := range event.Slots() {
			value := row.Text(slot)
			if value == "" || !slot.IsText() || slot == event.RequestID || slot == event.ResponseID {
				continue
			}
			sums, err := a.Store.Summaries(ctx, store.EventFilter{Where: map[string]string{slot.String(): value}}, slot.String(), 1)
			if err != nil {
				return got, err
			}
			if len(sums) > 0 {
				got.seen[slot] = sums[0].Summary
			}
		}
		return got, nil
	}, func(got answer) tea.Cmd {
		s.seen, s.alerts = got.seen, got.alerts
		return nil
	})
}

// lookUp reads whether the event may be read as it is, and as what it is pinned.
func (s *eventScreen) lookUp(a *App) tea.Cmd {
	type answer struct {
		veiled bool
		pinned string
	}
	id := s.id
	return ask(a, &s.veiling, func(ctx context.Context) (answer, error) {
		pins, err := a.Store.PinnedEvents(ctx)
		if err != nil {
			return answer{}, err
		}
		on, err := a.Store.Veil(ctx)
		return answer{on, pins[id]}, err
	}, func(got answer) tea.Cmd {
		s.texts.veiled, s.pinned = got.veiled, got.pinned
		s.unveil()
		return nil
	})
}

// alertsBehind are the alerts of the event's entities, about its time, that it is behind.
func (a *App) alertsBehind(ctx context.Context, e *store.EventRow) ([]store.Alert, error) {
	var found []store.Alert
	tried := map[string]bool{"": true}
	for _, slot := range []event.Slot{event.User, event.Resource, event.Account, event.UserName, event.IP} {
		entity := e.Text(slot)
		if tried[entity] || !e.Dated {
			continue
		}
		tried[entity] = true
		alerts, err := a.Store.Alerts(ctx, store.AlertFilter{Entity: entity, From: e.Tick(), To: e.Tick() + 1, Order: store.ByTime}, store.Cursor{}, 20)
		if err != nil {
			return nil, err
		}
		for _, alert := range alerts {
			ids, err := a.Store.EventIDs(ctx, alert.ID)
			if err != nil {
				return nil, err
			}
			if slices.Contains(ids, e.ID) {
				found = append(found, alert)
			}
		}
	}
	return found, nil
}

// everything is all events in order of time.
func (a *App) everything() pager[store.EventRow] {
	return func(ctx context.Context, from *store.EventRow, backwards bool, limit int) ([]store.EventRow, error) {
		var after store.Place
		if from != nil {
			after = from.Place()
		}
		return a.Store.Events(ctx, store.EventFilter{}, after, limit, backwards)
	}
}

// look reads what happened around the event, whoever did it.
func (s *eventScreen) look(a *App) tea.Cmd {
	if s.near.rows != nil || !s.row.Dated {
		return nil
	}
	list := &s.lists[partNear]
	return s.near.around(a, list, a.everything(), &s.row, false, func() tea.Cmd {
		list.Top = list.Cursor - list.Height/2 // as much before it as behind it
		list.Go(list.Cursor)
		return nil
	})
}

func (s *eventScreen) nearLines(a *App, width, height int) []widget.Line {
	if s.near.reading.err != nil {
		return widget.Wrap(widget.Bad, s.near.reading.err.Error(), width)
	}
	columns, err := readColumns("time gap source user action model result tokens")
	if err != nil {
		return widget.Wrap(widget.Bad, err.Error(), width)
	}
	table := widget.Table{}
	for _, c := range columns {
		table.Columns = append(table.Columns, c.column)
	}
	return a.Clock.on(width).table(table).View(&s.lists[partNear], func(i int) (widget.Row, bool) {
		row := widget.Row{Marked: s.near.rows[i].ID == s.id}
		for _, c := range columns {
			row.Cells = append(row.Cells, c.cell(a.Clock.on(width), s.near.rows, i))
		}
		return row, true
	}, width, height)
}

// whole is the text of the part that is shown, for a pager or a file.
func (s *eventScreen) whole(at int) string {
	switch s.part {
	case partRaw:
		return s.treed
	case partPrompt, partResponse:
		return s.prose[s.part-partPrompt].Text
	case partFields:
		var b strings.Builder
		for _, f := range s.texts.fields {
			fmt.Fprintf(&b, "%s: %s\n", f.Name, textValue(s.shownValue(f)))
		}
		return b.String()
	}
	return s.value(at)
}

// copyRaw asks before it copies a text as it is: what acts on a terminal acts where it is pasted.
func (a *App) copyRaw(text string) tea.Cmd {
	a.askOne(safe.Own("copy the text as it is, unescaped? Pasted into a terminal, it can act on it."),
		option{key: "y", text: safe.Own("yes"), pick: func() tea.Cmd { return a.send(text) }},
		option{key: "n", text: safe.Own("no"), pick: func() tea.Cmd { return nil }})
	return nil
}
