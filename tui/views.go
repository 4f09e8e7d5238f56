package tui

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
)

// A view is a filter and an order under a name, kept in the store for all who work on it.

// view of the screen that is shown, as it would be kept; not ok where there is nothing to keep.
func (a *App) view() (store.View, bool) {
	switch s := a.top().(type) {
	case *alertsScreen:
		return store.View{Screen: roots[alertsRoot].name, Filter: a.Clock.toUTC(s.text, a.AsOf), Order: s.order(), Ascending: s.filter.Ascending}, true
	case *eventsScreen:
		return store.View{Screen: roots[eventsRoot].name, Filter: a.Clock.toUTC(s.text, a.AsOf)}, true
	}
	return store.View{}, false
}

// saveView keeps what is shown under a name.
func (a *App) saveView(name string) tea.Cmd {
	v, ok := a.view()
	switch {
	case a.unwritable():
		return nil
	case !ok:
		a.warn("only the filters of alerts and events can be kept")
		return nil
	case name == "":
		a.askLine(safe.Own("keep this filter as:"), "", a.saveView)
		return nil
	}
	v.Name = name
	return a.act(func(ctx context.Context) (string, error) {
		return a.undoable("kept as %s; %s or :view %s shows it again", name, a.Keys.hint(viewList, onAlerts), name), a.Store.SaveView(ctx, v)
	}, a.readViews)
}

func (a *App) dropView(name string) tea.Cmd {
	if a.unwritable() {
		return nil
	}
	return a.act(func(ctx context.Context) (string, error) {
		return a.undoable("forgot the view %s", name), a.Store.DropView(ctx, name)
	}, a.readViews)
}

// readViews reads the views there are, for their names.
func (a *App) readViews() tea.Cmd {
	return ask(a, &a.viewing, a.Store.Views, func(views []store.View) tea.Cmd {
		a.views = views
		return nil
	})
}

// showView shows a view, or asks which.
func (a *App) showView(name string) tea.Cmd {
	return ask(a, &a.viewing, a.Store.Views, func(views []store.View) tea.Cmd {
		a.views = views
		if name == "" {
			return a.chooseView()
		}
		for _, v := range views {
			if v.Name == name {
				return a.openView(v)
			}
		}
		there := "none is kept yet, :save NAME keeps the filter that is shown"
		if len(views) > 0 {
			there = "there is " + strings.Join(a.viewNames(), ", ")
		}
		a.warn(fmt.Sprintf("no view %q; %s", name, there))
		return nil
	})
}

func (a *App) openView(v store.View) tea.Cmd {
	for i := range roots {
		if roots[i].name != v.Screen || roots[i].open == nil {
			continue
		}
		first, err := roots[i].open(a, a.Clock.fromUTC(v.Filter))
		if err != nil {
			a.warn(err.Error())
			return nil
		}
		if s, ok := first.(*alertsScreen); ok {
			s.filter.Order, s.filter.Ascending = v.Order, v.Ascending
		}
		return a.visit(place{i, []screen{first}})
	}
	a.warn(v.Name + " is a view of " + v.Screen + ", which is not here")
	return nil
}

// viewKeys are the keys that a view is chosen by.
const viewKeys = "123456789abcdefgh"

func (a *App) chooseView() tea.Cmd {
	if len(a.views) == 0 {
		a.say("no view is kept yet; :save NAME keeps the filter that is shown")
		return nil
	}
	var options []option
	for i, v := range a.views {
		if i == len(viewKeys) {
			break
		}
		options = append(options, option{key: viewKeys[i : i+1], text: safe.Sprintf("%s   %s %s", v.Name, v.Screen, v.Filter), pick: func() tea.Cmd { return a.openView(v) }})
	}
	a.askOne(safe.Own("views"), options...)
	return nil
}

func (a *App) viewNames() []string {
	names := make([]string, len(a.views))
	for i, v := range a.views {
		names[i] = v.Name
	}
	return names
}

// viewShown is the name of the view that is what is shown, if there is one.
func (a *App) viewShown(v store.View) string {
	for _, kept := range a.views {
		if kept.Screen == v.Screen && kept.Filter == v.Filter && kept.Order == v.Order && kept.Ascending == v.Ascending {
			return kept.Name
		}
	}
	return ""
}
