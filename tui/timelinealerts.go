package tui

import (
	"cmp"
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/engine"
	"casebook/store"
	"casebook/tui/safe"
)

// A timeline marks the alerts that its entity's events are behind, whoever they are about: on an account's those of its users and resources,
// on a user's those of their account. The entity's own are read with its events, the others after them.

// marked is an alert on a timeline, with the ids of the events behind it, sorted.
type marked struct {
	store.Alert
	behind []int64
	other  bool // it is about someone else
}

// ownAlerts are the alerts about the entity.
func (a *App) ownAlerts(ctx context.Context, entity string, span engine.Window) ([]marked, error) {
	alerts, err := a.Store.Alerts(ctx, store.AlertFilter{Entity: entity, From: span.From, To: span.To, Order: store.ByTime, Ascending: true}, store.Cursor{}, mostTimelineAlerts)
	if err != nil {
		return nil, err
	}
	list := make([]marked, len(alerts))
	for i := range alerts {
		list[i].Alert = alerts[i]
	}
	return list, a.readBehind(ctx, list)
}

// readBehind reads which events are behind alerts, as far as they are kept: the newest first.
func (a *App) readBehind(ctx context.Context, list []marked) error {
	room := mostMembers
	for i := len(list) - 1; i >= 0 && room > 0; i-- {
		ids, err := a.Store.EventIDs(ctx, list[i].ID)
		if err != nil {
			return err
		}
		slices.Sort(ids)
		list[i].behind, room = ids, room-len(ids)
	}
	return nil
}

// mostTried bounds the alerts of a span that are looked at for events of the entity.
const mostTried = 10 * mostTimelineAlerts

// touching are the alerts about others that the entity has events behind: those whose own entity is among what its events name, and
// that have one of its events.
func (a *App) touching(ctx context.Context, f store.EventFilter, field, entity string) ([]marked, error) {
	named, err := a.namedWith(ctx, f, field)
	if err != nil || len(named) == 0 {
		return nil, err
	}
	var found []marked
	filter := store.AlertFilter{From: f.From, To: f.To, Order: store.ByTime, Ascending: true}
	var after store.Cursor
	for tried := 0; tried < mostTried && len(found) < mostTimelineAlerts; tried += mostTimelineAlerts {
		page, err := a.Store.Alerts(ctx, filter, after, mostTimelineAlerts)
		if err != nil {
			return nil, err
		}
		for _, alert := range page {
			if alert.Entity == entity || !named[alert.Entity] {
				continue
			}
			m := []marked{{Alert: alert, other: true}}
			if err := a.readBehind(ctx, m); err != nil {
				return nil, err
			}
			theirs := f
			theirs.From, theirs.To, theirs.IDs = 0, 0, m[0].behind
			rows, err := a.Store.Events(ctx, theirs, store.Place{}, 1, false)
			if err != nil {
				return nil, err
			}
			if len(rows) > 0 {
				found = append(found, m[0])
			}
		}
		if len(page) < mostTimelineAlerts {
			break
		}
		after = page[len(page)-1].After(store.ByTime)
	}
	return found, nil
}

// namedWith are the users, accounts, resources and so on that an entity's events name besides itself.
func (a *App) namedWith(ctx context.Context, f store.EventFilter, field string) (map[string]bool, error) {
	same, _ := store.SlotOf(field)
	named := map[string]bool{}
	for _, part := range profileParts {
		if slot, _ := store.SlotOf(part.field); slot == same || part.field == "error" {
			continue
		}
		values, err := a.Store.Summaries(ctx, f, part.field, 0)
		if err != nil {
			return nil, err
		}
		for i := range values {
			named[values[i].Value] = true
		}
	}
	return named, nil
}

// mark reads the alerts of others.
func (s *timelineScreen) mark(a *App) tea.Cmd {
	f, field, entity := s.filter(), s.field, s.entity
	return ask(a, &s.marking, func(ctx context.Context) ([]marked, error) { return a.touching(ctx, f, field, entity) }, func(others []marked) tea.Cmd {
		under := s.under()
		s.setAlerts(true, others)
		s.fold()
		s.backTo(under)
		return nil
	})
}

// setAlerts takes the entity's own alerts, or those of others, in place of those it had.
func (s *timelineScreen) setAlerts(others bool, list []marked) {
	kept := slices.DeleteFunc(slices.Clone(s.alerts), func(m marked) bool { return m.other == others })
	s.alerts = append(kept, list...)
	slices.SortStableFunc(s.alerts, func(x, y marked) int { return cmp.Or(cmp.Compare(x.First, y.First), cmp.Compare(x.ID, y.ID)) })
}

// own are the alerts about the entity itself.
func (s *timelineScreen) own() []store.Alert {
	var list []store.Alert
	for i := range s.alerts {
		if !s.alerts[i].other {
			list = append(list, s.alerts[i].Alert)
		}
	}
	return list
}

// alertWords say how many alerts there are, of the entity and of others.
func (s *timelineScreen) alertWords() safe.Text {
	switch own := len(s.own()); {
	case len(s.alerts) == 0:
		return safe.Own("no alert")
	case own == len(s.alerts):
		return safe.Escape(plural(own, "alert"))
	case own == 0:
		return safe.Sprintf("%s of others", plural(len(s.alerts), "alert"))
	default:
		return safe.Sprintf("%s, %d of others", plural(own, "alert"), len(s.alerts)-own)
	}
}

// alertOf is the latest alert that an event is behind, of the entity's own if there is one; 0 for none.
func (s *timelineScreen) alertOf(event int64) int64 {
	var others int64
	for j := len(s.alerts) - 1; j >= 0; j-- {
		switch _, behind := slices.BinarySearch(s.alerts[j].behind, event); {
		case behind && !s.alerts[j].other:
			return s.alerts[j].ID
		case behind && others == 0:
			others = s.alerts[j].ID
		}
	}
	return others
}
