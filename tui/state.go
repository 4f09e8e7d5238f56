package tui

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
)

// The workbench begins where its analyst left it: the root, the queue's filter, order and alert, the columns, and what was typed.
// A file a store in the state folder keeps that; without one the workbench begins anew.

// remembered is what the file holds.
type remembered struct {
	Store   string
	Root    string
	Filter  string
	Order   store.Order
	Rising  bool
	Alert   int64
	Events  string // the filter of the events
	Columns string
	Typed   map[string][]string
}

func (a *App) statePath() (string, error) {
	if a.StateDir == "" {
		return "", errors.New("no state folder")
	}
	path, err := filepath.Abs(a.Store.Path())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(a.StateDir, fmt.Sprintf("store-%x.json", sum[:8])), nil
}

// now is the workbench's state to be remembered.
func (a *App) now() remembered {
	r := remembered{Store: a.Store.Path(), Root: roots[a.at].name, Columns: a.eventColumns, Typed: map[string][]string{}}
	if stack := a.stacks[alertsRoot]; len(stack) > 0 {
		if s, ok := stack[0].(*alertsScreen); ok {
			r.Filter, r.Order, r.Rising = a.Clock.toUTC(s.text, a.AsOf), s.filter.Order, s.filter.Ascending
			if current, ok := s.current(); ok {
				r.Alert = current.ID
			}
		}
	}
	if stack := a.stacks[eventsRoot]; len(stack) > 0 {
		if s, ok := stack[0].(*eventsScreen); ok {
			r.Events = a.Clock.toUTC(s.text, a.AsOf)
		}
	}
	for name, p := range a.pasts {
		r.Typed[name] = append([]string{}, p.lines...)
	}
	return r
}

// keepState writes the state down. What cannot be written is not missed: the workbench begins anew next time.
func (a *App) keepState() tea.Cmd {
	path, err := a.statePath()
	if err != nil {
		return nil
	}
	data, err := json.Marshal(a.now())
	if err != nil {
		return nil
	}
	return func() tea.Msg {
		fresh := path + ".new"
		if os.WriteFile(fresh, data, 0o600) == nil {
			_ = os.Rename(fresh, path)
			forgetOld(filepath.Dir(path))
		}
		return nil
	}
}

// mostRemembered bounds the stores whose state is kept: demos and loads into temporary folders leave one behind each.
const mostRemembered = 64

// forgetOld removes the states that were left longest ago.
func forgetOld(dir string) {
	paths, err := filepath.Glob(filepath.Join(dir, "store-*.json"))
	if err != nil || len(paths) <= mostRemembered {
		return
	}
	left := make(map[string]time.Time, len(paths))
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			left[path] = info.ModTime()
		}
	}
	slices.SortFunc(paths, func(x, y string) int { return left[y].Compare(left[x]) })
	for _, path := range paths[mostRemembered:] {
		_ = os.Remove(path) // it is tried again next time
	}
}

// resume takes up the state that was kept, as far as it can still be used.
func (a *App) resume() {
	path, err := a.statePath()
	if err != nil {
		return
	}
	data, err := os.ReadFile(path)
	var r remembered
	if err != nil || json.Unmarshal(data, &r) != nil {
		return
	}
	for name, lines := range r.Typed {
		a.pasts[name] = &past{lines: lines}
	}
	if _, err := readColumns(r.Columns); err == nil {
		a.eventColumns = r.Columns
	}
	r.Filter, r.Events = a.Clock.fromUTC(r.Filter), a.Clock.fromUTC(r.Events)
	queue := newAlerts()
	if f, err := a.readAlertFilter(r.Filter); err == nil {
		queue = queue.with(f, r.Filter)
		queue.filter.Order, queue.filter.Ascending = r.Order, r.Rising
		if alert, err := a.Store.Alert(context.Background(), r.Alert); err == nil {
			queue.rows.rows = []store.Alert{alert} // that the list is read about
		}
	}
	a.stacks[alertsRoot] = []screen{queue}
	if f, err := readEventFilter(r.Events, a.Clock, a.AsOf); err == nil && r.Events != "" {
		a.stacks[eventsRoot] = []screen{newEvents(a, f, r.Events)}
	}
	for i := range roots {
		if roots[i].name != r.Root || roots[i].open == nil {
			continue
		}
		if len(a.stacks[i]) == 0 {
			first, err := roots[i].open(a, "")
			if err != nil {
				return
			}
			a.stacks[i] = []screen{first}
		}
		a.at = i
	}
}
