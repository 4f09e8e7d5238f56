package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"casebook/engine"
	"casebook/store"
	"casebook/tui"
)

type runsOptions struct {
	dirs  []string
	json  bool
	ticks bool
	limit int
}

func (a *app) rulesRuns() *cobra.Command {
	o := runsOptions{}
	c := &cobra.Command{
		Use:   "runs [RULE]",
		Short: "List how rules ran: outcome, coverage, when and over what",
		Long: `runs lists the newest run of every rule, or all runs of one. EVENTS are those of the rule's tables in the loaded time,
CARRYING those of them that carry every field the rule needs: a rule over events that lack its field has not looked at
anything. With --ticks it lists the scheduled runs of one rule that were not clean.`,
		Example: `  casebook rules runs
  casebook rules runs bedrock-denied-models --ticks`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || o.ticks && len(args) == 0 {
				return fmt.Errorf("rules runs: want the id of one rule, found %s", plural(len(args), "argument"))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			id := ""
			if len(args) > 0 {
				id = args[0]
			}
			return a.runRulesRuns(c.Context(), o, id)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.dirs, "rules", nil, "also the rules in this `folder` or file")
	f.BoolVar(&o.json, "json", false, "one JSON object a line")
	f.BoolVar(&o.ticks, "ticks", false, "the scheduled runs that were not clean")
	f.IntVar(&o.limit, "limit", 100, "list at most this `many`")
	return c
}

func (a *app) runRulesRuns(ctx context.Context, o runsOptions, id string) error {
	db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
	if err != nil {
		return err
	}
	defer db.Close()
	if id != "" {
		s, err := a.shelf(ctx, db, o.dirs)
		if err != nil {
			return err
		}
		// A rule that is gone has left its runs behind.
		if r, err := s.find("rules runs", id); err == nil {
			id = r.Rule.ID
		} else if runs, e := db.Runs(ctx, id, 1); e != nil || len(runs) == 0 {
			return err
		}
	}
	if o.ticks {
		return a.printTicks(ctx, db, id, o)
	}
	runs, err := db.Runs(ctx, id, o.limit)
	if err != nil {
		return storeError(err)
	}
	if o.json {
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		for _, r := range runs {
			if err := e.Encode(runJSON(r)); err != nil {
				return err
			}
		}
		return nil
	}
	var rows [][]string
	for _, r := range runs {
		scope := "all"
		if n := detailOf(r).Again; n > 0 {
			scope = plural(n, "run") + " again"
		}
		rows = append(rows, []string{a.shortID(r.Rule), a.clock.Full(r.Ran, tui.Seconds), string(r.Outcome), count(r.Ticks), scope, count(r.Hits),
			counted(r.Events), counted(r.Carrying), a.minute(r.Span.From), a.minute(r.AsOf), r.Actor, r.Reason})
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(a.out, "no rule has run")
		return err
	}
	return a.printListing([]heading{{name: "RULE"}, {name: "RAN", below: true}, {name: "OUTCOME"}, {name: "RUNS", right: true}, {name: "SCOPE", below: true}, {name: "HITS", right: true},
		{name: "EVENTS", right: true}, {name: "CARRYING", right: true}, {name: "FROM", below: true}, {name: "UNTIL", below: true}, {name: "BY", below: true}, {name: "REASON", below: true, plain: true}}, rows)
}

// counted is a number that may not have been counted.
func counted(n int) string {
	if n < 0 {
		return "-"
	}
	return count(n)
}

// storedRun is a run as JSON.
type storedRun struct {
	Rule     string    `json:"rule"`
	Ran      string    `json:"ran"`
	By       string    `json:"by"`
	Outcome  string    `json:"outcome"`
	Reason   string    `json:"reason,omitempty"`
	Ticks    int       `json:"ticks"`
	Hits     int       `json:"hits"`
	Events   *int      `json:"events,omitempty"`
	Carrying *int      `json:"carrying,omitempty"`
	From     string    `json:"from"`
	Until    string    `json:"until"`
	Detail   runDetail `json:"detail"`
}

func runJSON(r store.Run) storedRun {
	detail := detailOf(r)
	detail.Ran = nil // ticks, for casebook's own use
	s := storedRun{Rule: r.Rule, Ran: instant(r.Ran.UnixNano() / 100), By: r.Actor, Outcome: string(r.Outcome), Reason: r.Reason, Ticks: r.Ticks,
		Hits: r.Hits, From: instant(r.Span.From), Until: instant(r.AsOf), Detail: detail}
	if r.Events >= 0 {
		s.Events, s.Carrying = &r.Events, &r.Carrying
	}
	return s
}

func (a *app) printTicks(ctx context.Context, db *store.DB, id string, o runsOptions) error {
	ticks, err := db.RuleTicks(ctx, id, math.MinInt64, o.limit)
	if err != nil {
		return storeError(err)
	}
	var rows [][]string
	for _, t := range ticks {
		if o.json {
			if err := json.NewEncoder(a.out).Encode(tickJSON(t)); err != nil {
				return err
			}
			continue
		}
		reason := t.Err
		if t.Outcome == engine.OutcomeClean {
			reason = "so many rows do not set it off"
		}
		rows = append(rows, []string{a.minute(t.Tick), string(t.Outcome), count(t.Rows), count(t.Events), a.minute(t.Window.From), reason})
	}
	if o.json {
		return nil
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(a.out, "every scheduled run was clean")
		return err
	}
	return a.printListing([]heading{{name: "TICK"}, {name: "OUTCOME"}, {name: "ROWS", right: true}, {name: "EVENTS", right: true}, {name: "WINDOW FROM"}, {name: "REASON", below: true, plain: true}}, rows)
}

// storedTick is a scheduled run as JSON.
type storedTick struct {
	Tick    string `json:"tick"`
	Outcome string `json:"outcome"`
	Rows    int    `json:"rows"`
	Events  int    `json:"events"`
	From    string `json:"from"`
	To      string `json:"to"`
	Reason  string `json:"reason,omitempty"`
}

func tickJSON(t engine.RuleRun) storedTick {
	return storedTick{instant(t.Tick), string(t.Outcome), t.Rows, t.Events, instant(t.Window.From), instant(t.Window.To), t.Err}
}
