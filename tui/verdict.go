package tui

import (
	"context"
	"errors"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
)

// What an analyst does to alerts, from any screen that shows one: acknowledge, assign, close, reopen, note, timeline, guide, case.

// onAlerts does an action to alerts. after is run once it is saved.
func (a *App) onAlerts(act action, targets []store.Alert, after func() tea.Cmd) tea.Cmd {
	if len(targets) == 0 {
		return nil
	}
	first := targets[0]
	switch act {
	case acknowledge:
		return a.setStates("acknowledged", targets, after, func(s *store.State) {
			*s = store.State{Status: store.Acknowledged, Owner: s.Owner}
			if s.Owner == "" {
				s.Owner = a.Analyst
			}
		})
	case reopen:
		return a.setStates("open again", targets, after, func(s *store.State) { *s = store.State{Status: store.New, Owner: s.Owner} })
	case assign:
		a.askName(safe.Own("assign to (you, or type a name; empty for nobody):"), func(owner string) tea.Cmd {
			return a.setStates("assigned", targets, after, func(s *store.State) { s.Owner = owner })
		})
	case closeAlert:
		a.askClass(targets, after)
	case exempt:
		return a.except(first)
	case note:
		a.askText(safe.Sprintf("note on %s:", nameOf(targets)), "", func(text string) tea.Cmd { return a.note(targets, text, after) })
	case toCase:
		return a.intoCase(targets)
	case investigate:
		return a.push(newGuide(first.ID))
	case timeline:
		return a.push(newTimeline(first.EntityField, first.Entity, first.Window))
	case copyValue:
		return a.copy(first.Entity)
	}
	return nil
}

func nameOf(targets []store.Alert) string {
	if len(targets) == 1 {
		return fmt.Sprintf("#%d", targets[0].ID)
	}
	return fmt.Sprintf("%d alerts", len(targets))
}

// setStates changes the state of alerts, each as this analyst saw it: one that a colleague changed meanwhile stays as it is.
func (a *App) setStates(done string, targets []store.Alert, after func() tea.Cmd, set func(*store.State)) tea.Cmd {
	return a.act(func(ctx context.Context) (string, error) {
		var faults []error
		for _, t := range targets {
			if err := a.setState(ctx, t, set); err != nil {
				faults = append(faults, err)
			}
		}
		return a.undoable("%s %s", nameOf(targets), done), errors.Join(faults...)
	}, after)
}

// askClass asks what an alert turned out to be, then why: closing needs both.
func (a *App) askClass(targets []store.Alert, after func() tea.Cmd) {
	options := make([]option, 0, 4)
	for i, class := range store.Classes() {
		options = append(options, option{key: fmt.Sprint(i + 1), text: safe.Escape(string(class)), pick: func() tea.Cmd {
			a.askReason(safe.Sprintf("close %s as %s, because:", nameOf(targets), class), "", func(reason string) tea.Cmd {
				done := "closed as " + string(class)
				if class == store.FalsePositive {
					done += ", " + a.Keys.hint(exempt, onAlerts) + " makes an exception"
				}
				return a.setStates(done, targets, after, func(s *store.State) {
					*s = store.State{Status: store.Closed, Class: class, Reason: reason, Owner: s.Owner}
					if s.Owner == "" {
						s.Owner = a.Analyst
					}
				})
			})
			return nil
		}})
	}
	title := safe.Sprintf("close %s as", nameOf(targets))
	if first := targets[0]; len(targets) == 1 && first.Status == store.Closed {
		title = safe.Sprintf("#%d is closed as %s; close it instead as", first.ID, first.Class)
	}
	a.askOne(title, options...)
}

func (a *App) note(targets []store.Alert, text string, after func() tea.Cmd) tea.Cmd {
	return a.act(func(ctx context.Context) (string, error) {
		for _, t := range targets {
			if _, err := a.Store.Note(ctx, t.ID, text); err != nil {
				return "", err
			}
		}
		return a.undoable("note kept"), nil
	}, after)
}
