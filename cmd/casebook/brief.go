package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"casebook/store"
	"casebook/tui"
)

func (a *app) brief() *cobra.Command {
	return &cobra.Command{
		Use:   "brief",
		Short: "Say what others changed since you were last here",
		Args:  noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
			if err != nil {
				return err
			}
			defer db.Close()
			b, err := db.Brief(c.Context())
			if err != nil {
				return storeError(err)
			}
			for _, line := range tui.BriefText(a.clock, &b) {
				if _, err := fmt.Fprintln(a.out, harmless(line)); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
