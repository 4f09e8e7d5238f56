package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"casebook/store"
	"casebook/tui"
)

type casesOptions struct {
	json   bool
	status string
	owner  string
}

func (a *app) cases() *cobra.Command {
	o := casesOptions{}
	c := &cobra.Command{
		Use:   "cases",
		Short: "List the cases",
		Example: `  casebook cases
  casebook cases --status open --owner "$USER"`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.status != "" {
				if err := oneOf("--status", o.status, []string{string(store.CaseOpen), string(store.CaseClosed)}); err != nil {
					return err
				}
			}
			db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
			if err != nil {
				return err
			}
			defer db.Close()
			return a.printCases(c.Context(), db, o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.json, "json", false, "one case a line, as JSON")
	f.StringVar(&o.status, "status", "", "open or closed")
	f.StringVar(&o.owner, "owner", "", "of this `analyst`")
	return c
}

// casePage is how many cases are read at a time.
const casePage = 500

func (a *app) printCases(ctx context.Context, db *store.DB, o casesOptions) error {
	var rows [][]string
	after := int64(0)
	for {
		page, err := db.Cases(ctx, store.CaseFilter{Status: store.CaseStatus(o.status), Owner: o.owner}, after, casePage)
		if err != nil {
			return storeError(err)
		}
		for i := range page {
			c := &page[i]
			if o.json {
				line, err := json.Marshal(map[string]any{"id": c.ID, "name": c.Name(), "question": c.Title, "status": c.Status, "class": c.Class, "reason": c.Reason,
					"owner": c.Owner, "alerts": c.Alerts, "pins": c.Pins, "created": c.Created, "changed": c.Changed})
				if err != nil {
					return err
				}
				if _, err := fmt.Fprintf(a.out, "%s\n", line); err != nil {
					return err
				}
				continue
			}
			rows = append(rows, []string{c.Name(), string(c.Status), string(c.Class), c.Owner, count(c.Alerts), count(c.Pins), a.clock.Full(c.Changed, tui.Minutes), c.Title})
		}
		if len(page) < casePage {
			break
		}
		after = page[len(page)-1].ID
	}
	if o.json {
		return nil
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(a.out, "no cases")
		return err
	}
	return a.printListing([]heading{{name: "CASE"}, {name: "STATUS"}, {name: "VERDICT"}, {name: "OWNER"}, {name: "ALERTS", right: true}, {name: "EVIDENCE", right: true}, {name: "CHANGED"},
		{name: "QUESTION", below: true, plain: true}}, rows)
}

// caseID reads a case's name as people write it: 7, C-7, C-0007.
func caseID(name string) (int64, error) {
	digits := strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(name), "C"), "-")
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("want a case such as C-0007, found %q (see \"casebook cases\")", name)
	}
	return id, nil
}
