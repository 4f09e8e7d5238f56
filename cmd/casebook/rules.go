package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"casebook/store"
)

type rulesOptions struct {
	json bool
	dirs []string
}

func (o *rulesOptions) flags(c *cobra.Command) {
	c.Flags().BoolVar(&o.json, "json", false, "one JSON object a line")
	c.Flags().StringSliceVar(&o.dirs, "rules", nil, "also the rules in this `folder` or file")
}

func (a *app) rules() *cobra.Command {
	o := rulesOptions{}
	c := &cobra.Command{
		Use:   "rules",
		Short: "List the rules with their schedule, state and last result; add others",
		Long: `rules lists casebook's own rules and those that were added to the store. Published rules are taken as they are:
Elastic's rules and hunts (TOML, and NDJSON as Kibana exports it), Sentinel's rules and hunting queries (YAML, and the
templates that it exports), casebook's Markdown. A rule that cannot run is listed with the reason.`,
		Example: `  casebook rules
  casebook rules add ~/detection-rules/rules/integrations/aws_bedrock
  casebook rules show bedrock-denied-models
  casebook rules check my-rule.md`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.listRules(c.Context(), o) },
	}
	o.flags(c)
	lo := rulesOptions{}
	ls := &cobra.Command{
		Use: "ls", Short: "List the rules", Args: noArguments, Example: "  casebook rules ls --json",
		RunE: func(c *cobra.Command, _ []string) error { return a.listRules(c.Context(), lo) },
	}
	lo.flags(ls)
	c.AddCommand(ls, a.addRules(), a.removeRules(), a.showRule(), a.rulesRuns(), a.switchRules(true), a.switchRules(false), a.lookupRules(), a.checkRules())
	return c
}

// listedRule is one line of the list of rules.
type listedRule struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Type     string   `json:"type"`
	Language string   `json:"language"`
	Severity string   `json:"severity"`
	Risk     int      `json:"risk"`
	Every    string   `json:"every"`
	Lookback string   `json:"lookback"`
	Source   string   `json:"source"`
	Added    bool     `json:"added,omitempty"` // kept in the store
	State    string   `json:"state"`           // ready, off, refused, unsupported
	Reason   string   `json:"reason,omitempty"`
	Notes    []string `json:"notes,omitempty"`
	Last     *lastRun `json:"last,omitempty"`
}

type lastRun struct {
	Outcome  string `json:"outcome"`
	Reason   string `json:"reason,omitempty"`
	Hits     int    `json:"hits"`
	AsOf     string `json:"as_of"`
	Events   int    `json:"events"`
	Carrying int    `json:"carrying"`
}

// maybeStore is the store to read from, or nil where there is none and none was asked for: rules can be looked at before
// anything is loaded.
func (a *app) maybeStore() (*store.DB, error) {
	db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
	if t := (*store.Trouble)(nil); errors.As(err, &t) && t.Kind == store.Missing && a.storePath == "" {
		return nil, nil
	}
	return db, err
}

func (a *app) listRules(ctx context.Context, o rulesOptions) error {
	db, err := a.maybeStore()
	if err != nil {
		return err
	}
	last := map[string]store.Run{}
	if db != nil {
		defer db.Close()
		if last, err = lastRuns(ctx, db); err != nil {
			return err
		}
	}
	s, err := a.shelf(ctx, db, o.dirs)
	if err != nil {
		return err
	}
	a.sayUnread(s)
	var rows [][]string
	for _, r := range s.rules {
		l := listed(r, last)
		if o.json {
			e := json.NewEncoder(a.out)
			e.SetEscapeHTML(false)
			if err := e.Encode(l); err != nil {
				return err
			}
			continue
		}
		result, reason := "never run", l.Reason
		if l.Last != nil {
			result = l.Last.Outcome
			if l.Last.Hits > 0 {
				result = plural(l.Last.Hits, "hit")
			}
		}
		if l.State == stateReady && l.Last != nil {
			reason = l.Last.Reason
		}
		rows = append(rows, []string{a.shortID(l.ID), l.State, l.Type, l.Language, l.Severity, l.Every, l.Lookback, result, l.Title, reason})
	}
	if !o.json {
		heads := []heading{{name: "RULE"}, {name: "STATE"}, {name: "TYPE", below: true}, {name: "LANGUAGE", below: true}, {name: "SEVERITY"}, {name: "EVERY"}, {name: "LOOK-BACK", below: true},
			{name: "LAST RESULT"}, {name: "TITLE", below: true, plain: true}, {name: "REASON", below: true, plain: true}}
		if err := a.printListing(heads, rows); err != nil {
			return err
		}
	}
	if len(s.refused) > 0 {
		return &exit{code: exitPartial}
	}
	return nil
}

func listed(r *shelved, last map[string]store.Run) listedRule {
	l := listedRule{ID: r.Rule.ID, Title: r.Rule.Title, Type: typeOf(r.Detection), Language: string(r.Rule.Language), Severity: string(r.Rule.Severity),
		Risk: r.Rule.Risk, Every: every(r.Rule.Every), Lookback: shorter(r.Rule.Lookback), Source: r.Source, Added: r.file != nil}
	l.State, l.Reason = r.state()
	l.Notes = r.notes()
	if run, ok := last[r.Rule.ID]; ok {
		l.Last = &lastRun{Outcome: string(run.Outcome), Reason: run.Reason, Hits: run.Hits, AsOf: instant(run.AsOf), Events: run.Events, Carrying: run.Carrying}
	}
	return l
}

// manyRules is more rules than anyone has.
const manyRules = 1 << 20

// lastRuns is the newest run of every rule.
func lastRuns(ctx context.Context, db *store.DB) (map[string]store.Run, error) {
	runs, err := db.Runs(ctx, "", manyRules)
	if err != nil {
		return nil, storeError(err)
	}
	last := make(map[string]store.Run, len(runs))
	for _, r := range runs {
		last[r.Rule] = r
	}
	return last, nil
}

// every is a schedule in words.
func every(d time.Duration) string {
	if d == 0 {
		return "on demand"
	}
	return shorter(d)
}

// shorter is a duration without the units that are nothing: 10m, 24h, 14d, 1h30m.
func shorter(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	if day := 24 * time.Hour; d > day && d%day == 0 {
		return count(int64(d/day)) + "d"
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
