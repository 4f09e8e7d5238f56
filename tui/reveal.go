package tui

import (
	"context"
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"casebook/store"
	"casebook/tui/safe"
	"casebook/tui/widget"
)

// Secrets in values out of logs are masked, and prompts and answers are veiled where the store's people want it so (:veil on). What is
// copied, written, paged or exported is what is shown. A value is revealed where it stands, with a reason, and the journal keeps both.
// Filters, steps and searches are about the values as they are.

// reveal asks why something is to be shown as it is, writes that down, and shows it.
func (a *App) reveal(what store.Revealed, show func()) tea.Cmd {
	a.askReason(safe.Own("shown as it is, because (kept in the journal):"), "", func(reason string) tea.Cmd {
		return a.act(func(ctx context.Context) (string, error) {
			return "shown as it is; the journal keeps that and why, and it is not undone", a.Store.Reveal(ctx, what, reason)
		}, func() tea.Cmd {
			show()
			return nil
		})
	})
	return nil
}

// covered says how many values are not shown as they are; nothing where all are.
func (a *App) covered(n int) []widget.Line {
	if n == 0 {
		return nil
	}
	return []widget.Line{widget.Say(widget.Faint, safe.Sprintf("%s masked or veiled; %s shows as it is", plural(n, "value"), a.Keys.hint(reveal, onEvent)))}
}

// setVeil veils prompts and answers in this store, or shows them.
func (a *App) setVeil(word string) tea.Cmd {
	if word != "on" && word != "off" {
		a.warn(fmt.Sprintf("veil on or veil off, not %q", word))
		return nil
	}
	if a.unwritable() {
		return nil
	}
	return a.act(func(ctx context.Context) (string, error) {
		said := "prompts and answers are shown, secrets in them stay masked"
		if word == "on" {
			said = "prompts and answers are veiled for everyone; " + a.Keys.hint(reveal, onEvent) + " reveals one, with a reason"
		}
		return a.undoable("%s", said), a.Store.SetVeil(ctx, word == "on")
	}, nil)
}
