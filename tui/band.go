package tui

import (
	"context"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
)

// band is the events of a timeline around its cursor, in order of time. Pages are read behind its last or before its first event,
// and what lies far from the cursor is let go.
type band struct {
	events     []store.EventRow
	head, tail bool // it begins with the first event of the span, ends with the last

	paging slot
}

const (
	// bandPage is how many events are read at a time.
	bandPage = 1024
	// mostBand is how many are held.
	mostBand = 8 * bandPage
	// bandMargin is how many rows from an end the cursor may come before more is read.
	bandMargin = 100
)

// bandAround reads a page on each side of a place.
func (a *App) bandAround(ctx context.Context, f store.EventFilter, at store.Place) (band, error) {
	var b band
	before, err := a.Store.Events(ctx, f, at, bandPage, true)
	if err != nil {
		return b, err
	}
	slices.Reverse(before)
	from := at
	from.ID-- // the event itself is behind this place
	behind, err := a.Store.Events(ctx, f, from, bandPage, false)
	b.events, b.head, b.tail = append(before, behind...), len(before) < bandPage, len(behind) < bandPage
	return b, err
}

// downward are the moves towards the end of a list.
var downward = map[action]bool{goDown: true, pageDown: true, goBottom: true, nextItem: true, nextGap: true}

// more reads on where the cursor has come near the end that it moves to.
func (s *timelineScreen) more(a *App, act action) tea.Cmd {
	switch down := downward[act]; {
	case s.paging.busy || len(s.events) == 0:
		return nil
	case act == goBottom && !s.tail:
		return s.jumpTo(a, store.Place{Time: s.span.To * 100})
	case act == goTop && !s.head:
		return s.jumpTo(a, store.Place{Time: s.span.From * 100})
	case down && !s.tail && s.list.Cursor > len(s.rows)-bandMargin:
		return s.page(a, false, nil)
	case !down && !s.head && s.list.Cursor < bandMargin:
		return s.page(a, true, nil)
	}
	return nil
}

// jumpTo reads the events around another place, the first or the last of the span, and goes there.
func (s *timelineScreen) jumpTo(a *App, at store.Place) tea.Cmd {
	f, last := s.filter(), at.Time >= s.span.To*100
	return ask(a, &s.paging, func(ctx context.Context) (band, error) { return a.bandAround(ctx, f, at) }, func(b band) tea.Cmd {
		s.events, s.head, s.tail = b.events, b.head, b.tail
		s.fold()
		s.list.Go(0)
		if last {
			s.list.Go(len(s.rows) - 1)
		}
		return nil
	})
}

// page reads a page behind the last event, or before the first, and then goes on with what it was read for.
func (s *timelineScreen) page(a *App, backwards bool, then func() tea.Cmd) tea.Cmd {
	f, from := s.filter(), s.events[len(s.events)-1].Place()
	if backwards {
		from = s.events[0].Place()
	}
	return ask(a, &s.paging, func(ctx context.Context) ([]store.EventRow, error) {
		return a.Store.Events(ctx, f, from, bandPage, backwards)
	}, func(page []store.EventRow) tea.Cmd {
		under := s.under()
		last := len(page) < bandPage
		if backwards {
			slices.Reverse(page)
			s.events, s.head = append(page, s.events...), last
			if len(s.events) > mostBand {
				s.events, s.tail = s.events[:mostBand:mostBand], false
			}
		} else {
			s.events, s.tail = append(s.events[:len(s.events):len(s.events)], page...), last
			if over := len(s.events) - mostBand; over > 0 {
				s.events, s.head = slices.Clone(s.events[over:]), false
			}
		}
		s.fold()
		s.backTo(under)
		return orNone(then)
	})
}
