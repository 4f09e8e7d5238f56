package main

import (
	"context"
	"fmt"
	"io"

	"casebook/store"
	"casebook/tui"
)

// shelfFor gives the workbench the rules as every command sees them.
func (a *app) shelfFor(db *store.DB, o openOptions) func(context.Context) ([]tui.Rule, error) {
	return func(ctx context.Context) ([]tui.Rule, error) {
		s, err := a.shelf(ctx, db, o.dirs)
		if err != nil {
			return nil, err
		}
		rules := make([]tui.Rule, len(s.rules))
		for i, r := range s.rules {
			one := tui.Rule{Detection: r.Detection, On: r.on, Query: r.query}
			one.State, one.Reason = r.state()
			if r.file != nil {
				one.File, one.Added, one.By = r.file.Path, r.file.Added, r.file.Actor
			}
			rules[i] = one
		}
		return rules, nil
	}
}

// detectFor lets the workbench run one rule as detect does, without a word on the terminal that the workbench draws on.
func (a *app) detectFor(db *store.DB, o openOptions) func(context.Context, string) (string, error) {
	quiet := *a
	quiet.streams = streams{in: a.in, out: io.Discard, err: io.Discard}
	return func(ctx context.Context, rule string) (string, error) {
		f, err := quiet.detectWith(ctx, db, detectOptions{only: []string{rule}, dirs: o.dirs, asOf: o.asOf, budget: ruleBudget})
		if err != nil {
			return "", err
		}
		if len(f.ended) == 0 {
			return rule + " is not on the shelf", nil
		}
		e := f.ended[0]
		said := fmt.Sprintf("%s: %s, %s in %s (%s)", rule, e.run.Outcome, plural(e.run.Hits, "hit"), plural(e.run.Ticks, "run"), e.said())
		if e.run.Reason != "" {
			said += ": " + e.run.Reason
		}
		return said, nil
	}
}
