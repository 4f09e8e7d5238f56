package tui

import (
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
)

// fold makes the rows: like events that follow each other become one, silences and alerts get rows of their own.
func (s *timelineScreen) fold() {
	s.rows = s.rows[:0]
	s.member = s.member[:0]
	for i := range s.events {
		s.member = append(s.member, s.alertOf(s.events[i].ID))
	}
	next := s.firstAlert()
	for i := 0; i < len(s.events); {
		for next < len(s.alerts) && s.alerts[next].First <= s.events[i].Tick() {
			s.rows = append(s.rows, timelineRow{first: i, alert: &s.alerts[next]})
			next++
		}
		if i > 0 {
			if gap := time.Duration(s.events[i].Time - s.events[i-1].Time); gap >= silent {
				s.rows = append(s.rows, timelineRow{first: i, silence: gap, gap: s.logSilent(s.events[i-1].Tick(), s.events[i].Tick())})
			}
		}
		n := s.run(i, next)
		// The first and the last of a run stay visible: they carry its times.
		if n < leastRun+2 || s.allOpen || s.unfolded[s.events[i+1].ID] {
			for j := range n {
				s.rows = append(s.rows, timelineRow{run: i, first: i + j, count: 1})
			}
		} else {
			s.rows = append(s.rows, timelineRow{run: i, first: i, count: 1}, timelineRow{run: i, first: i + 1, count: n - 2}, timelineRow{run: i, first: i + n - 1, count: 1})
		}
		i += n
	}
	if s.tail {
		for ; next < len(s.alerts); next++ {
			s.rows = append(s.rows, timelineRow{first: max(0, len(s.events)-1), alert: &s.alerts[next]})
		}
	}
	s.list.Len = len(s.rows)
	s.list.Go(s.list.Cursor)
}

// firstAlert is the first alert whose hit belongs among the events that are held.
func (s *timelineScreen) firstAlert() int {
	if s.head || len(s.events) == 0 {
		return 0
	}
	for i := range s.alerts {
		if s.alerts[i].First > s.events[0].Tick() {
			return i
		}
	}
	return len(s.alerts)
}

// logSilent is how much of the time between two events no source of the entity logged anything at all.
func (s *timelineScreen) logSilent(from, to int64) time.Duration {
	var longest int64
	for _, g := range s.gaps {
		longest = max(longest, min(to, g.To)-max(from, g.From))
	}
	return ticksSpan(longest)
}

// run is how many events from i on are alike and follow each other without a silence or an alert between them.
func (s *timelineScreen) run(i, next int) int {
	n := 1
	for i+n < len(s.events) && alike(&s.events[i], &s.events[i+n]) && time.Duration(s.events[i+n].Time-s.events[i+n-1].Time) < silent &&
		s.member[i] == s.member[i+n] && (next >= len(s.alerts) || s.alerts[next].First > s.events[i+n].Tick()) && s.pins[s.events[i+n].ID] == "" {
		n++
	}
	return n
}

func alike(x, y *store.EventRow) bool {
	return x.Source == y.Source && x.Action == y.Action && x.Model == y.Model && x.Error == y.Error && x.Status == y.Status && x.Flags == y.Flags
}

// toggle opens the fold under the cursor, or closes the run that the cursor is in.
func (s *timelineScreen) toggle() {
	if s.list.Cursor >= len(s.rows) {
		return
	}
	r := s.rows[s.list.Cursor]
	if r.count == 0 {
		return
	}
	under := s.under()
	if second := r.run + 1; second < len(s.events) {
		key := s.events[second].ID
		if s.unfolded[key] {
			delete(s.unfolded, key)
		} else {
			s.unfolded[key] = true
		}
	}
	s.fold()
	s.backTo(under)
}

// jump goes to the next or the previous alert, or silence, and reads on until it finds one.
func (s *timelineScreen) jump(a *App, act action) tea.Cmd {
	step, wanted := 1, func(r timelineRow) bool { return r.alert != nil }
	if act == nextGap || act == prevGap {
		wanted = func(r timelineRow) bool { return r.silence > 0 }
	}
	if act == prevItem || act == prevGap {
		step = -1
	}
	for i := s.list.Cursor + step; i >= 0 && i < len(s.rows); i += step {
		if wanted(s.rows[i]) {
			s.list.Go(i)
			return nil
		}
	}
	if len(s.events) == 0 || s.paging.busy || step > 0 && s.tail || step < 0 && s.head {
		what, where := "alert", "after"
		if act == nextGap || act == prevGap {
			what = "silence"
		}
		if step < 0 {
			where = "before"
		}
		a.say(fmt.Sprintf("no %s %s this in the time that is shown", what, where))
		return nil
	}
	if s.list.Go(0); step > 0 {
		s.list.Go(len(s.rows) - 1)
	}
	return s.page(a, step < 0, func() tea.Cmd { return s.jump(a, act) })
}
