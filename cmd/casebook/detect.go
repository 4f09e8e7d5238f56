package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"casebook/engine"
	"casebook/store"
	"casebook/tui"
)

type detectOptions struct {
	json, everyRun, again bool
	only                  []string
	dirs                  []string
	asOf                  string
	budget                time.Duration
}

// ruleBudget is how long a rule may take unless the user says otherwise. The five over a month of a million events take well under a second
// each; one that asks what only the records hold has to read all of those, which on two cores takes some seconds a million.
const ruleBudget = 30 * time.Second

func (a *app) detect() *cobra.Command {
	o := detectOptions{}
	c := &cobra.Command{
		Use:   "detect",
		Short: "Replay every rule over the loaded time and record its alerts",
		Long: `detect runs each rule at every tick of its schedule over all that is loaded, as the SIEM would have, and folds hits of
one entity whose windows overlap into one alert. Running it again looks only at what is new: a rule whose events and text
are as they were is left alone, one with new events is run again over the ticks that see them. Verdicts stay with their alerts.`,
		Example: `  casebook detect
  casebook detect --rule bedrock-denied-models --every-run
  casebook detect --rules ~/detection-rules/rules/integrations/aws_bedrock --json
  casebook detect --as-of 2026-03-04T12:00:00Z`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.runDetect(c.Context(), o) },
	}
	f := c.Flags()
	f.BoolVar(&o.json, "json", false, "one alert a line, as JSON")
	f.BoolVar(&o.everyRun, "every-run", false, "print each hit of each run and what the SIEM would have raised: caps, suppression, incidents")
	f.BoolVar(&o.again, "again", false, "run every rule over everything, even where nothing is new")
	f.StringSliceVar(&o.only, "rule", nil, "run only the rule with this `id`")
	f.StringSliceVar(&o.dirs, "rules", nil, "also the rules in this `folder` or file")
	f.StringVar(&o.asOf, "as-of", "", "stop at this `time`; by default at the newest event")
	f.DurationVar(&o.budget, "budget", ruleBudget, "how long a rule may take, 0 for as long as it likes")
	return c
}

func (a *app) runDetect(ctx context.Context, o detectOptions) error {
	db, err := a.openStore(store.Options{Existing: true})
	if err != nil {
		return err
	}
	defer db.Close()
	defer db.Ready(ctx)()
	return a.detectIn(ctx, db, o)
}

// detectIn runs the rules over a store and prints what came of it.
func (a *app) detectIn(ctx context.Context, db *store.DB, o detectOptions) error {
	f, err := a.detectWith(ctx, db, o)
	if err != nil {
		return err
	}
	switch {
	case o.everyRun:
		err = a.tellRuns(ctx, db, f, o.json)
	case o.json:
		err = a.printAlerts(ctx, db, store.AlertFilter{}, true)
	default:
		err = a.printEnded(ctx, db, f)
	}
	if err != nil {
		return err
	}
	return f.exit()
}

// detectWith gathers the rules that are asked for and runs them.
func (a *app) detectWith(ctx context.Context, db *store.DB, o detectOptions) (*found, error) {
	defer holdMemory(ruleMemory)()
	s, err := a.shelf(ctx, db, o.dirs)
	if err != nil {
		return nil, err
	}
	a.sayUnread(s)
	rules, err := s.chosen(o.only)
	if err != nil {
		return nil, err
	}
	f, err := a.replay(ctx, db, rules, o)
	if err != nil {
		return nil, err
	}
	f.refused = len(s.refused)
	return f, nil
}

// chosen are the rules to run: those that were asked for by id, or all that are on.
func (s *shelf) chosen(ids []string) ([]*shelved, error) {
	var kept []*shelved
	for _, r := range s.rules {
		if r.on && len(ids) == 0 {
			kept = append(kept, r)
		}
	}
	for _, id := range ids {
		r, err := s.find("--rule", id)
		if err != nil {
			return nil, err
		}
		kept = append(kept, r)
	}
	return kept, nil
}

// printEnded says for each rule how it ended, and what there is to look at.
func (a *app) printEnded(ctx context.Context, db *store.DB, f *found) error {
	heads := []heading{{name: "RULE"}, {name: "OUTCOME"}, {name: "RUNS", right: true}, {name: "HITS", right: true}, {name: "ALERTS", right: true}, {name: "LAST", below: true}, {name: "THIS TIME", below: true},
		{name: "REASON", below: true, plain: true}}
	// The beginning of a UUID, which is what a terminal gets, says little.
	titled := slices.ContainsFunc(f.ended, func(e *ended) bool { return a.shortID(e.rule.Rule.ID) != e.rule.Rule.ID })
	if titled {
		heads = slices.Insert(heads, 5, heading{name: "TITLE", below: true, plain: true})
	}
	var rows [][]string
	alerts := 0
	for _, e := range f.ended {
		n, err := db.CountAlerts(ctx, store.AlertFilter{Rule: e.rule.Rule.ID})
		if err != nil {
			return storeError(err)
		}
		alerts += n
		last := ""
		if e.run.Hits > 0 && e.run.Newest != 0 {
			last = a.minute(e.run.Newest)
		}
		row := []string{a.shortID(e.rule.Rule.ID), string(e.run.Outcome), count(e.run.Ticks), count(e.run.Hits), count(n), last, e.said(), e.run.Reason}
		if titled {
			title := ""
			if row[0] != e.rule.Rule.ID {
				title = e.rule.Rule.Title
			}
			row = slices.Insert(row, 5, title)
		}
		rows = append(rows, row)
	}
	if err := a.printListing(heads, rows); err != nil {
		return err
	}
	for _, e := range f.ended {
		if e.run.Outcome == engine.OutcomeRefused {
			a.sayMistakes(e.rule.Rule.ID, e.rule.err, fewMistakes)
		}
		for _, w := range e.warnings {
			fmt.Fprintf(a.err, "%s: warning: %s (%s)\n", harmless(e.rule.Rule.ID), harmless(w.Text), plural(w.Count, "time"))
		}
	}
	a.sayNotes(f.ended)
	_, err := fmt.Fprintf(a.out, "%s of %s\n", plural(alerts, "alert"), tally(f.ended))
	return err
}

// minute is an instant as tables show it.
func (a *app) minute(ticks int64) string { return a.clock.FullTick(ticks, tui.Minutes) }

// exit is the exit code of a detection run: a rule that did not run to its end makes it partial.
func (f *found) exit() error {
	if f.refused > 0 {
		return &exit{code: exitPartial}
	}
	for _, e := range f.ended {
		switch e.run.Outcome {
		case engine.OutcomePartial, engine.OutcomeFailed, engine.OutcomeUnsupported, engine.OutcomeRefused:
			return &exit{code: exitPartial}
		}
	}
	return nil
}
