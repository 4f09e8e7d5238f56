package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
)

// Undo takes the newest act of this analyst back, says what it was, and can be taken back itself. Its key is a letter, and letters are
// typed by mistake where text was meant to go: an act of which somebody wrote a part, or of an earlier sitting, is not undone without a
// question, which only the same key answers. Nothing but a run of a rule and what was revealed cannot be undone: the journal keeps both.

// undo takes the newest act back, or asks.
func (a *App) undo() tea.Cmd {
	var asked store.Change
	return a.reversing(func(ctx context.Context) (store.Change, string, error) {
		c, err := a.Store.Undoable(ctx)
		if err == nil && (c.Prose() != "" || c.At.Before(a.begun)) {
			asked = c
			return c, "", nil
		}
		return a.reverse(ctx, "undo", "undone", a.Store.Undo)
	}, func() {
		if asked.ID != 0 {
			a.askUndo(asked)
		}
	})
}

// redo does again what was undone.
func (a *App) redo() tea.Cmd {
	return a.reversing(func(ctx context.Context) (store.Change, string, error) {
		return a.reverse(ctx, "redo", "done again", a.Store.Redo)
	}, func() {})
}

// mostQuoted is how much of a text a question shows.
const mostQuoted = 40

// askUndo asks whether an act is to be taken back.
func (a *App) askUndo(c store.Change) {
	what := said(&c)
	if text := strings.Join(strings.Fields(c.Prose()), " "); text != "" {
		what += fmt.Sprintf(" (%q)", safe.Escape(text).Clip(mostQuoted).String())
	}
	a.askOne(safe.Sprintf("undo the %s, of %s?", what, a.Clock.Full(c.At, Minutes)), option{key: "u", text: safe.Own("undo it; any other key leaves it"), pick: func() tea.Cmd {
		return a.reversing(func(ctx context.Context) (store.Change, string, error) {
			now, err := a.Store.Undoable(ctx)
			if err != nil || now.ID != c.ID {
				return now, "nothing undone: something else was done since you were asked", err
			}
			return a.reverse(ctx, "undo", "undone", a.Store.Undo)
		}, func() {})
	}})
	a.choice.fleeting = true
}

// reversing does one of them in its turn. What is shared, and was read before, is read again.
func (a *App) reversing(f func(context.Context) (store.Change, string, error), then func()) tea.Cmd {
	var c store.Change
	return a.act(func(ctx context.Context) (text string, err error) {
		c, text, err = f(ctx)
		return text, err
	}, func() tea.Cmd {
		then()
		switch c.Kind {
		case "rule", "rule file", "exception":
			return a.readRules()
		case "view":
			return a.readViews()
		}
		return nil
	})
}

// kindWords are the kinds of changes by what they are of, where the store's word is another.
var kindWords = map[string]string{"case": "status", "new": "opening", "members": "alerts", "rule": "switch", "rule file": "rules", "view": "kept filter"}

// said is what a change is of.
func said(c *store.Change) string {
	kind, other := kindWords[c.Kind]
	if !other {
		kind = c.Kind
	}
	return kind + " of " + c.Subject()
}

func (a *App) reverse(ctx context.Context, verb, done string, f func(context.Context, int64) (store.Change, error)) (store.Change, string, error) {
	c, err := f(ctx, 0)
	if errors.Is(err, store.ErrNotFound) {
		return c, "nothing of yours is left to " + verb, nil
	}
	if err != nil {
		return c, "", err
	}
	a.turned(ctx, append(c.Others, c))
	text := done + ": " + said(&c)
	if now := c.Outcome(); now != "" {
		text += ", now " + now
	}
	if n := len(c.Others); n > 0 {
		text += fmt.Sprintf(" and %s of the same act", plural(n, "change"))
	}
	if !c.Undone {
		return c, a.undoable("%s", text), nil
	}
	return c, fmt.Sprintf("%s   %s does it again", text, a.Keys.hint(redo, onGuide)), nil
}
