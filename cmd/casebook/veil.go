package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"casebook/engine"
	"casebook/store"
	"casebook/tui/veil"
)

func (a *app) veil() *cobra.Command {
	return &cobra.Command{
		Use:   "veil [on|off]",
		Short: "Veil prompts and answers in this store, or show them",
		Long: `veil on keeps prompts and answers off screens, copies, reports and printed queries for everyone who opens the store, until
they reveal one (R in the workbench, --reveal elsewhere) with a reason that the journal keeps. It is off until someone turns it on.
Without a word veil says how it stands.

Secrets in logged texts are masked either way: passwords and keys behind their names, vendors' API keys and tokens, JWTs, private
keys, passwords in URLs, card numbers. Names are not: users, addresses and the ids of access keys are what an investigation is about.

Rules, steps, filters and searches see everything, and the evidence is never changed. Whoever may read the store's file can read
the prompts in it: the veil is for the people at the screen.`,
		Example: `  casebook veil on
  casebook report C-0007 --reveal 'counsel asked for the prompts' -o full.md`,
		Args: func(_ *cobra.Command, args []string) error {
			if said := strings.Join(args, " "); len(args) > 0 && said != "on" && said != "off" {
				return fmt.Errorf("veil: want on or off, found %q", said)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			db, err := a.openStore(store.Options{Existing: true, ReadOnly: len(args) == 0})
			if err != nil {
				return err
			}
			defer db.Close()
			if len(args) == 1 {
				if err := db.SetVeil(c.Context(), args[0] == "on"); err != nil {
					return storeError(err)
				}
			}
			on, err := db.Veil(c.Context())
			if err != nil {
				return storeError(err)
			}
			said := "the veil is off: prompts and answers are shown, secrets in them are masked"
			if on {
				said = "the veil is on: prompts and answers are shown only with a reason"
			}
			_, err = fmt.Fprintln(a.out, said)
			return err
		},
	}
}

// openRevealing opens the store to read it; with a reason to show values as they are it writes that down first.
func (a *app) openRevealing(ctx context.Context, reason string, what store.Revealed) (*store.DB, error) {
	db, err := a.openStore(store.Options{ReadOnly: reason == "", Existing: true})
	if err != nil || reason == "" {
		return db, err
	}
	if strings.TrimSpace(reason) == "" {
		err = errors.New("--reveal: want a reason, found spaces")
	} else {
		err = storeError(db.Reveal(ctx, what, reason))
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// covered is a query's result as it is printed, and tells where that is not what it is.
func (a *app) covered(ctx context.Context, db *store.DB, q *engine.Query, r *engine.Result) (*engine.Result, error) {
	on, err := db.Veil(ctx)
	if err != nil {
		return nil, storeError(err)
	}
	shown, n := veil.Result(q, r, on)
	if n > 0 {
		fmt.Fprintf(a.err, "note: %s masked or veiled; --reveal 'why' prints as it is\n", plural(n, "value"))
	}
	return shown, nil
}

// coverOfAlerts covers the rows of alerts, of each by its rule.
func (a *app) coverOfAlerts(ctx context.Context, db *store.DB) (func(*engine.Hit, string), error) {
	on, err := db.Veil(ctx)
	if err != nil {
		return nil, storeError(err)
	}
	s, err := a.shelf(ctx, db, nil)
	if err != nil {
		return nil, err
	}
	return func(h *engine.Hit, rule string) {
		var q *engine.Query
		if r := s.byID(rule); r != nil {
			q = r.query
		}
		columns := veil.Columns(q, len(h.Row), on)
		if len(columns) != len(h.Row) { // the rule has another text now
			columns = veil.Columns(nil, len(h.Row), on)
		}
		h.Row = veil.Row(h.Row, columns)
	}, nil
}
