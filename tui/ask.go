package tui

import (
	"context"
	"errors"

	tea "github.com/charmbracelet/bubbletea"
)

// Work is done outside of Update, by commands. What a command found comes back as a landing, which is applied in Update and
// only if nothing newer has been asked of the same slot: a slow answer never overwrites a later question's. A command works
// on what it was given when it was made and never looks at a screen, which Update goes on changing.

// slot is one thing a screen can be waiting for.
type slot struct {
	generation uint64
	cancel     context.CancelFunc
	busy       bool
	err        error
}

// stop gives up what is being waited for.
func (s *slot) stop() {
	s.generation++
	s.busy = false
	if s.cancel != nil {
		s.cancel()
		s.cancel = nil
	}
}

// landing is the answer of a command.
type landing struct{ apply func() tea.Cmd }

// ask runs f in the background and lands its answer, unless the slot is asked again or stopped before.
func ask[T any](a *App, s *slot, f func(context.Context) (T, error), land func(T) tea.Cmd) tea.Cmd {
	s.stop()
	ctx, cancel := context.WithCancel(a.ctx)
	s.busy, s.cancel = true, cancel
	generation := s.generation
	return func() tea.Msg {
		value, err := f(ctx)
		cancel()
		return landing{func() tea.Cmd {
			if s.generation != generation {
				return nil
			}
			s.busy, s.err = false, err
			if err != nil {
				if errors.Is(err, context.Canceled) {
					s.err = nil
				}
				return nil
			}
			return land(value)
		}}
	}
}
