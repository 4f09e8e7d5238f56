package tui

import (
	"cmp"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
)

// Marks are on alerts, not on rows: they stay while the queue's filter and order change, and what is done to marked alerts is done to all.

// showOnlyMarks turns between the marked alerts and the queue; when what was marked is dealt with, the queue comes back by itself.
func (s *alertsScreen) showOnlyMarks(a *App) tea.Cmd {
	if len(s.marks) == 0 {
		a.warn("no alert is marked; " + a.Keys.hint(markRow, onAlerts) + " marks the one under the cursor")
		return nil
	}
	s.onlyMark = !s.onlyMark
	return s.read(a)
}

// showMarks makes the list of the marked alerts, which are in memory. The cursor stays on its alert, if that is one of them.
func (s *alertsScreen) showMarks() {
	rows := make([]store.Alert, 0, len(s.marks))
	for _, m := range s.marks {
		rows = append(rows, m)
	}
	slices.SortFunc(rows, func(x, y store.Alert) int { return cmp.Or(y.Score-x.Score, cmp.Compare(y.ID, x.ID)) })
	under, _ := s.rows.place(&s.list)
	s.rows.reading.stop()
	s.rows.rows, s.rows.head, s.rows.tail, s.matching = rows, true, true, len(rows)
	s.list.Len = len(rows)
	s.list.Go(max(0, slices.IndexFunc(rows, func(alert store.Alert) bool { return under != nil && alert.ID == under.ID })))
}

func (s *alertsScreen) mark(a *App) tea.Cmd {
	if current, ok := s.current(); ok {
		s.toggle(current)
		s.list.Move(1)
	}
	return s.landed(a)()
}

// markRange begins a range of marks, or marks all from where it began to the cursor.
func (s *alertsScreen) markRange(a *App) tea.Cmd {
	current, ok := s.current()
	switch {
	case !ok:
		return nil
	case s.from == 0:
		s.from = current.ID
		a.say("a range begins here; v again marks up to the cursor")
		return nil
	}
	first := slices.IndexFunc(s.rows.rows, func(alert store.Alert) bool { return alert.ID == s.from })
	if s.from = 0; first < 0 {
		a.warn("where the range began is no longer near; v begins another")
		return nil
	}
	for i := min(first, s.list.Cursor); i <= max(first, s.list.Cursor); i++ {
		s.marks[s.rows.rows[i].ID] = s.rows.rows[i]
	}
	return nil
}

func (s *alertsScreen) toggle(alert store.Alert) {
	if _, marked := s.marks[alert.ID]; marked {
		delete(s.marks, alert.ID)
	} else {
		s.marks[alert.ID] = alert
	}
}

// markShown marks every row of the window, so that nobody marks what nobody has seen.
func (s *alertsScreen) markShown(*App) tea.Cmd {
	s.eachShown(func(alert store.Alert) { s.marks[alert.ID] = alert })
	return nil
}

func (s *alertsScreen) invert(*App) tea.Cmd {
	s.eachShown(s.toggle)
	return nil
}

func (s *alertsScreen) eachShown(f func(store.Alert)) {
	from, to := s.list.Window()
	for i := from; i < to; i++ {
		if row, ok := s.rows.at(i); ok {
			f(row)
		}
	}
}
