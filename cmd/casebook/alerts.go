package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"casebook/engine"
	"casebook/store"
)

type alertsOptions struct {
	json     bool
	rule     string
	status   []string
	severity []string
	entity   string
	text     string
}

func (a *app) alerts() *cobra.Command {
	o := alertsOptions{}
	c := &cobra.Command{
		Use:   "alerts",
		Short: "List the alerts that detect has recorded",
		Example: `  casebook alerts
  casebook alerts --status new --severity high,critical
  casebook alerts --json | jq -r .entity`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			filter, err := o.filter()
			if err != nil {
				return err
			}
			db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
			if err != nil {
				return err
			}
			defer db.Close()
			return a.printAlerts(c.Context(), db, filter, o.json)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.json, "json", false, "one alert a line, as JSON")
	f.StringVar(&o.rule, "rule", "", "of the rule with this `id`")
	f.StringSliceVar(&o.status, "status", nil, "new, acknowledged or closed")
	f.StringSliceVar(&o.severity, "severity", nil, "critical, high, medium, low or informational")
	f.StringVar(&o.entity, "entity", "", "about this user, account or resource")
	f.StringVar(&o.text, "text", "", "with this text in title, rule or entity")
	return c
}

var (
	statuses   = []string{string(store.New), string(store.Acknowledged), string(store.Closed)}
	severities = func() (words []string) {
		for _, s := range slices.Backward(engine.Severities) {
			words = append(words, string(s))
		}
		return words
	}()
)

func (o alertsOptions) filter() (store.AlertFilter, error) {
	f := store.AlertFilter{Rule: o.rule, Entity: o.entity, Text: o.text}
	for _, s := range o.status {
		if err := oneOf("--status", s, statuses); err != nil {
			return f, err
		}
		f.Statuses = append(f.Statuses, store.Status(s))
	}
	for _, s := range o.severity {
		if err := oneOf("--severity", s, severities); err != nil {
			return f, err
		}
		f.Severities = append(f.Severities, engine.Severity(s))
	}
	return f, nil
}

// alertPage is how many alerts are read at a time.
const alertPage = 500

func (a *app) printAlerts(ctx context.Context, db *store.DB, filter store.AlertFilter, asJSON bool) error {
	var rows [][]string
	var cover func(*engine.Hit, string)
	if asJSON {
		var err error
		if cover, err = a.coverOfAlerts(ctx, db); err != nil {
			return err
		}
	}
	after := store.Cursor{}
	for {
		page, err := db.Alerts(ctx, filter, after, alertPage)
		if err != nil {
			return storeError(err)
		}
		for i := range page {
			al := &page[i]
			if asJSON {
				if err := a.printAlertJSON(ctx, db, al, cover); err != nil {
					return err
				}
				continue
			}
			rows = append(rows, []string{strconv.FormatInt(al.ID, 10), strings.ToUpper(string(al.Severity)), strconv.Itoa(al.Score), al.Rule, al.Entity,
				a.minute(al.First), a.minute(al.Last), count(al.Hits), count(al.Events), string(al.Status)})
		}
		if len(page) < alertPage {
			break
		}
		after = page[len(page)-1].After(filter.Order)
	}
	if asJSON {
		return nil
	}
	if len(rows) == 0 {
		runs, err := db.Runs(ctx, "", 1)
		if err != nil {
			return storeError(err)
		}
		text := "no alerts"
		if len(runs) == 0 {
			text += `: no rule has run yet ("casebook detect" runs them)`
		}
		_, err = fmt.Fprintln(a.out, text)
		return err
	}
	return a.printListing([]heading{{name: "ID", right: true}, {name: "SEVERITY"}, {name: "SCORE", right: true}, {name: "RULE"}, {name: "ENTITY", below: true, plain: true}, {name: "FIRST", below: true},
		{name: "LAST", below: true}, {name: "HITS", right: true}, {name: "EVENTS", right: true}, {name: "STATUS"}}, rows)
}

// printAlertJSON writes an alert with the row of its peak.
func (a *app) printAlertJSON(ctx context.Context, db *store.DB, al *store.Alert, cover func(*engine.Hit, string)) error {
	peak, err := db.Peak(ctx, al)
	if err != nil {
		return storeError(err)
	}
	cover(&peak, al.Rule)
	b := []byte(`{"id":`)
	b = strconv.AppendInt(b, al.ID, 10)
	text := func(name, s string) {
		b = append(append(append(b, `,"`...), name...), `":`...)
		b = appendString(b, s)
	}
	number := func(name string, n int) {
		b = append(append(append(b, `,"`...), name...), `":`...)
		b = strconv.AppendInt(b, int64(n), 10)
	}
	text("rule", al.Rule)
	text("title", al.Title)
	text("severity", string(al.Severity))
	number("risk", al.Risk)
	number("score", al.Score)
	text("entity_field", al.EntityField)
	text("entity", al.Entity)
	text("first", instant(al.First))
	text("last", instant(al.Last))
	b = append(b, `,"window":{"from":`...)
	b = appendString(b, instant(al.Window.From))
	b = append(b, `,"to":`...)
	b = appendString(b, instant(al.Window.To))
	b = append(b, '}')
	number("hits", al.Hits)
	number("over_cap", al.OverCap)
	number("events", al.Events)
	text("status", string(al.Status))
	text("class", string(al.Class))
	text("reason", al.Reason)
	text("owner", al.Owner)
	text("peak", instant(peak.Tick))
	b = append(b, `,"row":`...)
	b = appendRow(b, peak.Columns, peak.Row)
	b = append(b, "}\n"...)
	_, err = a.out.Write(b)
	return err
}
