package main

import (
	"context"
	"os"

	"casebook/store"
	"casebook/tui"
)

// workbench shows the store in the terminal, or, where there is none to show it in, prints the alerts.
func (a *app) workbench(ctx context.Context, db *store.DB, o openOptions) error {
	plain := o.look.whyPlain()
	if !a.terminal && !o.look.plain {
		return a.printAlerts(ctx, db, store.AlertFilter{}, false)
	}
	keys, err := o.look.face.Keys, error(nil)
	if keys == nil {
		if keys, err = readKeys(""); err != nil {
			return err
		}
	}
	defer holdMemory(ruleMemory)()
	s, err := a.shelf(ctx, db, o.dirs)
	if err != nil {
		return err
	}
	asOf, err := a.asOf(ctx, db, o.asOf)
	if err != nil {
		return err
	}
	if !db.ReadOnly() {
		if err := db.Visit(ctx); err != nil {
			return storeError(err)
		}
	}
	t := tui.Options{Store: db, Detections: s.detections(), AsOf: asOf, AsOfSet: o.asOf != "", Clock: a.clock, Analyst: db.Actor().Name, Open: o.view, StateDir: tui.StateDir(),
		Shelf: a.shelfFor(db, o), Detect: a.detectFor(db, o), Secure: os.Getenv("CASEBOOK_SECURE") == "1", Charset: o.look.face.Charset, Color: o.look.face.Color, Keys: keys}
	if plain != "" {
		return tui.RunPlain(ctx, t, a.in, a.out, plain)
	}
	// Ctrl-C in a pager is the pager's: signals are left to the screen, which knows who has the terminal.
	return tui.Run(context.WithoutCancel(ctx), t)
}
