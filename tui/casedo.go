package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
)

// What an analyst does to cases, from any screen: open one, put alerts and evidence into one, hand it over, close it.

// intoCase asks which case alerts go into: an open one, or a new one.
func (a *App) intoCase(targets []store.Alert) tea.Cmd {
	if len(targets) == 0 || targets[0].ID == 0 {
		return nil
	}
	ids := make([]int64, len(targets))
	for i, t := range targets {
		ids[i] = t.ID
	}
	one := int64(0)
	if len(ids) == 1 {
		one = ids[0]
	}
	return a.chooseCase(safe.Sprintf("put %s into", nameOf(targets)), one, func(c store.Case) tea.Cmd {
		return a.act(func(ctx context.Context) (string, error) {
			added, err := a.Store.AddAlerts(ctx, c.ID, ids...)
			return a.undoable("%s put into %s", plural(len(added), "alert"), c.Name()), err
		}, nil)
	}, func() tea.Cmd { return a.askCase(subjectOf(targets), ids) })
}

// subjectOf is what a case about alerts is about, until someone puts it as a question.
func subjectOf(targets []store.Alert) string {
	subject := targets[0].Title
	if len(targets) == 1 && targets[0].Entity != "" {
		subject += ": " + shortEntity(targets[0].Entity)
	}
	return subject
}

// mostChoices is how much a question offers, one a digit: open cases, which leave one for a new case, and values of a row.
const mostChoices = 8

// chooseCase reads the open cases and asks for one of them. Those that an alert is in already, which may be closed, are said first, and
// are opened.
func (a *App) chooseCase(title safe.Text, alert int64, pick func(store.Case) tea.Cmd, fresh func() tea.Cmd) tea.Cmd {
	type cases struct{ in, open []store.Case }
	return ask(a, &a.question, func(ctx context.Context) (got cases, err error) {
		if alert != 0 {
			if got.in, err = a.Store.Cases(ctx, store.CaseFilter{Alert: alert}, 0, mostChoices); err != nil {
				return got, err
			}
		}
		got.open, err = a.Store.Cases(ctx, store.CaseFilter{Status: store.CaseOpen}, 0, mostChoices-len(got.in)+1)
		return got, err
	}, func(got cases) tea.Cmd {
		in := map[int64]bool{}
		var options []option
		add := func(text safe.Text, pick func() tea.Cmd) {
			options = append(options, option{key: fmt.Sprint(len(options) + 1), text: text, pick: pick})
		}
		for _, c := range got.in {
			in[c.ID] = true
			add(safe.Sprintf("look at %s, which it is in already (%s): %s", c.Name(), c.Status, c.Title), func() tea.Cmd { return a.push(newCase(c.ID)) })
		}
		for _, c := range got.open {
			if !in[c.ID] && len(options) < mostChoices {
				add(safe.Sprintf("%s %s", c.Name(), c.Title), func() tea.Cmd { return pick(c) })
			}
		}
		if len(options) == 0 {
			return fresh()
		}
		options = append(options, option{key: "n", text: safe.Own("a new case"), pick: fresh})
		a.askOne(title, options...)
		return nil
	})
}

// askCase opens a case with alerts and evidence to begin with: its title is the question it is to answer, or, where none is typed, its
// subject.
func (a *App) askCase(subject string, alerts []int64, pins ...store.Pin) tea.Cmd {
	if a.unwritable() {
		return nil
	}
	a.askLine(safe.Own("the case's question:"), "", func(title string) tea.Cmd {
		if title == "" {
			a.warn("no case opened: it needs a question")
			return nil
		}
		var opened int64
		return a.act(func(ctx context.Context) (string, error) {
			c, err := a.Store.NewCase(ctx, title, alerts...)
			opened = c.ID
			for _, p := range pins {
				if err == nil {
					_, err = a.Store.Pin(ctx, c.ID, p)
				}
			}
			return a.undoable("opened %s   7 lists the cases", c.Name()), err
		}, func() tea.Cmd {
			a.listed(opened)
			return nil
		})
	})
	a.prompt.blank = subject
	return nil
}

// pinTo puts evidence into one of the cases it may belong to, or asks which; a new one is about the subject, if there is one.
func (a *App) pinTo(cases []store.Case, subject string, p store.Pin) tea.Cmd {
	put := func(c store.Case) tea.Cmd {
		return a.act(func(ctx context.Context) (string, error) {
			kept, err := a.Store.Pin(ctx, c.ID, p)
			return a.undoable("pinned as %s to %s", kept.Name(), c.Name()), err
		}, nil)
	}
	for _, c := range cases {
		if c.Status == store.CaseOpen {
			return put(c)
		}
	}
	return a.chooseCase(safe.Own("pin to"), 0, put, func() tea.Cmd {
		if p.Alert != 0 {
			return a.askCase(subject, []int64{p.Alert}, p)
		}
		return a.askCase(subject, nil, p)
	})
}

// pinEvent pins an event to the case that one came to it from: that of the alert, the step or the case below on the stack, if there is
// one that is open; else it asks.
func (a *App) pinEvent(id int64) tea.Cmd {
	p := store.EventPin(id)
	for _, below := range slices.Backward(a.stack()) {
		switch s := below.(type) {
		case *guideScreen:
			if p.Alert = s.id; s.below && s.current() != nil {
				p.Step = s.current().Key
			}
			return a.pinTo(s.d.cases, subjectOf([]store.Alert{s.d.alert}), p)
		case *alertScreen:
			p.Alert = s.id
			return a.pinTo(s.d.cases, subjectOf([]store.Alert{s.d.alert}), p)
		case *caseScreen:
			return a.pinTo([]store.Case{s.r.Case}, "", p)
		}
	}
	return a.pinTo(nil, "", p)
}

// onCase does an action to a case. after is run once it is saved.
func (a *App) onCase(act action, c store.Case, after func() tea.Cmd) tea.Cmd {
	switch act {
	case assign:
		a.askName(safe.Sprintf("hand %s to (you, or type a name; empty for nobody):", c.Name()), func(owner string) tea.Cmd {
			return a.saveCase(c, "handed over", after, func(ctx context.Context, version int) (store.Case, error) {
				return a.Store.AssignCase(ctx, c.ID, owner, version)
			})
		})
	case retitle:
		a.askLine(safe.Own("the case's question:"), c.Title, func(title string) tea.Cmd {
			return a.saveCase(c, "renamed", after, func(ctx context.Context, version int) (store.Case, error) {
				return a.Store.Retitle(ctx, c.ID, title, version)
			})
		})
	case reopen:
		return a.saveCase(c, "open again", after, func(ctx context.Context, version int) (store.Case, error) { return a.Store.Reopen(ctx, c.ID, version) })
	case closeAlert:
		return a.askVerdict(c, after)
	case copyValue:
		return a.copy(c.Name() + " " + c.Title)
	}
	return nil
}

func (a *App) saveCase(c store.Case, done string, after func() tea.Cmd, f func(context.Context, int) (store.Case, error)) tea.Cmd {
	return a.act(func(ctx context.Context) (string, error) {
		err := a.setCase(c.ID, c.Version, func(version int) (store.Case, error) { return f(ctx, version) })
		return a.undoable("%s %s", c.Name(), done), err
	}, after)
}

// askVerdict asks what a case turned out to be, then why, and then whether its open alerts are closed as the same. What would keep it
// from being closed is said first.
func (a *App) askVerdict(c store.Case, after func() tea.Cmd) tea.Cmd {
	return ask(a, &a.question, func(ctx context.Context) (error, error) { return a.Store.CheckStory(ctx, c.ID), nil }, func(wrong error) tea.Cmd {
		if wrong != nil {
			a.warn("not closed: " + wrong.Error())
			return nil
		}
		a.askCaseClass(c, after)
		return nil
	})
}

func (a *App) askCaseClass(c store.Case, after func() tea.Cmd) {
	options := make([]option, 0, 4)
	for i, class := range store.Classes() {
		options = append(options, option{key: fmt.Sprint(i + 1), text: safe.Escape(string(class)), pick: func() tea.Cmd {
			a.askReason(safe.Sprintf("close %s as %s, because:", c.Name(), class), "", func(reason string) tea.Cmd {
				return a.saveCase(c, "closed as "+string(class), func() tea.Cmd {
					return tea.Batch(a.askAlertsToo(c, class, reason), orNone(after))
				}, func(ctx context.Context, version int) (store.Case, error) {
					return a.Store.SetVerdict(ctx, c.ID, class, reason, version)
				})
			})
			return nil
		}})
	}
	title := safe.Sprintf("close %s as", c.Name())
	if c.Status == store.CaseClosed {
		title = safe.Sprintf("%s is closed as %s; close it instead as", c.Name(), c.Class)
	}
	a.askOne(title, options...)
}

func orNone(f func() tea.Cmd) tea.Cmd {
	if f == nil {
		return nil
	}
	return f()
}

// askAlertsToo offers to close the alerts of a closed case that are open still.
func (a *App) askAlertsToo(c store.Case, class store.Class, reason string) tea.Cmd {
	return ask(a, new(slot), func(ctx context.Context) ([]store.Alert, error) { return a.Store.CaseAlerts(ctx, c.ID) }, func(all []store.Alert) tea.Cmd {
		var open []store.Alert
		for _, al := range all {
			if al.Status != store.Closed {
				open = append(open, al)
			}
		}
		if len(open) == 0 {
			return nil
		}
		a.askOne(safe.Sprintf("%s is closed. Its open alerts (%s):", c.Name(), nameOf(open)),
			option{key: "y", text: safe.Sprintf("close them as %s too", class), pick: func() tea.Cmd {
				return a.setStates("closed as "+string(class), open, nil, func(s *store.State) {
					*s = store.State{Status: store.Closed, Class: class, Reason: reason + " (" + c.Name() + ")", Owner: s.Owner}
					if s.Owner == "" {
						s.Owner = a.Analyst
					}
				})
			}},
			option{key: "n", text: safe.Own("leave them open"), pick: func() tea.Cmd { return nil }})
		return nil
	})
}

// conflict tells whether a save failed because someone else was faster.
func conflict(err error) bool { return errors.Is(err, store.ErrChanged) }
