package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/syntax"
	"casebook/store"
)

type detectOptions struct {
	json, everyRun bool
	only           []string
	dirs           []string
	asOf           string
}

func (a *app) detect() *cobra.Command {
	o := detectOptions{}
	c := &cobra.Command{
		Use:   "detect",
		Short: "Replay every rule over the loaded time and record its alerts",
		Long: `detect runs each rule at every tick of its schedule over all that is loaded, as the SIEM would have, and folds hits of
one entity whose windows overlap into one alert. Running it again adds nothing; verdicts stay with their alerts.`,
		Example: `  casebook detect
  casebook detect --rule bedrock-denied-models --every-run
  casebook detect --rules ~/detection-rules/rules/integrations/aws_bedrock --json
  casebook detect --as-of 2026-03-04T12:00:00Z`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.runDetect(c.Context(), o) },
	}
	f := c.Flags()
	f.BoolVar(&o.json, "json", false, "one alert a line, as JSON")
	f.BoolVar(&o.everyRun, "every-run", false, "print each hit of each run, as the SIEM would have raised them")
	f.StringSliceVar(&o.only, "rule", nil, "run only the rule with this `id`")
	f.StringSliceVar(&o.dirs, "rules", nil, "also the rules in this `folder` or file")
	f.StringVar(&o.asOf, "as-of", "", "stop at this `time`; by default at the newest event")
	return c
}

// found is what a detection run gave.
type found struct {
	reports []*engine.Report
	hits    []engine.Hit
	refused int
}

func (a *app) runDetect(ctx context.Context, o detectOptions) error {
	db, err := a.openStore(store.Options{Existing: true})
	if err != nil {
		return err
	}
	defer db.Close()
	s, err := a.shelf(ctx, db, o.dirs)
	if err != nil {
		return err
	}
	a.sayRefused(s.refused)
	rules, err := s.chosen(o.only)
	if err != nil {
		return err
	}
	f, err := a.replay(ctx, db, rules, o.asOf)
	if err != nil {
		return err
	}
	f.refused = len(s.refused)
	switch {
	case o.everyRun:
		err = a.printHits(f.hits, o.json)
	case o.json:
		err = a.printAlerts(ctx, db, store.AlertFilter{}, true)
	default:
		err = a.printReports(ctx, db, f)
	}
	if err != nil {
		return err
	}
	return f.exit()
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

// replay runs detections over all that is loaded and records what they gave. A rule that cannot run says so in its report
// and keeps no other from running.
func (a *app) replay(ctx context.Context, db *store.DB, rules []*shelved, asOf string) (*found, error) {
	from, to, ok, err := db.Span(ctx)
	if err != nil {
		return nil, storeError(err)
	}
	if !ok {
		return nil, &exit{code: exitNothing, err: fmt.Errorf("no events are loaded: load some with \"casebook load PATH\"")}
	}
	// Without an end, rules run as long as a window holds a loaded event, as they would have in the SIEM.
	until := int64(0)
	if asOf != "" {
		if until, err = parseTime("--as-of", asOf); err != nil {
			return nil, err
		}
	}
	f := &found{}
	source := db
	p := newProgress(a.streams, "detecting", int64(len(rules)), "rules")
	defer p.end()
	for _, d := range rules {
		var hits []engine.Hit
		rule := &d.Rule
		report, err := engine.Replay(ctx, rule, source, engine.ReplayOptions{AsOf: until, Span: engine.Window{From: from, To: to}},
			func(h engine.Hit) error { hits = append(hits, h); return nil })
		if err != nil {
			return nil, fmt.Errorf("replay %s: %w", rule.ID, err)
		}
		run := recorded(report, until)
		if err := db.Record(ctx, rule, run, hits); err != nil {
			return nil, storeError(err)
		}
		f.reports = append(f.reports, report)
		f.hits = append(f.hits, hits...)
		p.add(1)
	}
	return f, nil
}

// recorded is what the store keeps of a replay.
func recorded(r *engine.Report, until int64) store.Run {
	if until == 0 {
		until = r.Span.To + int64(r.Rule.Lookback+r.Rule.Every)/100
	}
	run := store.Run{Rule: r.Rule.ID, AsOf: until, Span: r.Span, Outcome: r.Outcome, Reason: r.Reason, Ticks: r.Ticks, Hits: r.Hits, Newest: r.Newest, Query: r.Rule.Query}
	if detail, err := json.Marshal(runDetail{r.Events, r.Warnings, r.Notices}); err == nil {
		run.Detail = detail
	}
	return run
}

// runDetail is what a run's row in the store says beyond its counts.
type runDetail struct {
	Events   int                `json:"events"`
	Warnings []function.Warning `json:"warnings,omitempty"`
	Notices  []string           `json:"notices,omitempty"`
}

// printReports says for each rule how it ended, and what there is to look at.
func (a *app) printReports(ctx context.Context, db *store.DB, f *found) error {
	head := []string{"RULE", "OUTCOME", "RUNS", "HITS", "ALERTS", "LAST", "REASON"}
	var rows [][]string
	alerts := 0
	for _, r := range f.reports {
		n, err := db.CountAlerts(ctx, store.AlertFilter{Rule: r.Rule.ID})
		if err != nil {
			return storeError(err)
		}
		alerts += n
		last := ""
		if r.Hits > 0 {
			last = minute(r.Newest)
		}
		rows = append(rows, []string{r.Rule.ID, string(r.Outcome), count(r.Ticks), count(r.Hits), count(n), last, r.Reason})
	}
	if err := a.printTable(head, []bool{false, false, true, true, true}, rows); err != nil {
		return err
	}
	for _, r := range f.reports {
		for _, m := range syntax.Errors(r.Err) {
			fmt.Fprintln(a.err, harmlessLines(m.Caret()))
		}
		for _, w := range r.Warnings {
			fmt.Fprintf(a.err, "%s: warning: %s (%s)\n", r.Rule.ID, harmless(w.Text), plural(w.Count, "time"))
		}
	}
	_, err := fmt.Fprintf(a.out, "%s of %s\n", plural(alerts, "alert"), plural(len(f.reports), "rule"))
	return err
}

// printHits writes each hit of each run.
func (a *app) printHits(hits []engine.Hit, asJSON bool) error {
	var b []byte
	for _, h := range hits {
		if asJSON {
			b = append(b[:0], `{"rule":`...)
			b = appendString(b, h.Rule)
			b = append(b, `,"tick":`...)
			b = appendString(b, instant(h.Tick))
			b = append(b, `,"window":{"from":`...)
			b = appendString(b, instant(h.Window.From))
			b = append(b, `,"to":`...)
			b = appendString(b, instant(h.Window.To))
			b = append(b, `},"row":`...)
			b = appendRow(b, h.Columns, h.Row)
			b = append(b, `,"events":`...)
			b = strconv.AppendInt(b, int64(len(h.Events)), 10)
			if h.OverCap {
				b = append(b, `,"over_cap":true`...)
			}
			b = append(b, "}\n"...)
			if _, err := a.out.Write(b); err != nil {
				return err
			}
			continue
		}
		line := minute(h.Tick) + "  " + h.Rule
		for i, c := range h.Columns {
			line += "  " + c.Name + "=" + plain(c.Type, h.Row[i])
		}
		if _, err := fmt.Fprintln(a.out, harmless(line)); err != nil {
			return err
		}
	}
	return nil
}

// minute is an instant as lists show it.
func minute(ticks int64) string { return column.ToTime(ticks).Format("2006-01-02 15:04Z") }

// exit is the exit code of a detection run: a rule that did not run to its end makes it partial.
func (f *found) exit() error {
	if f.refused > 0 {
		return &exit{code: exitPartial}
	}
	for _, r := range f.reports {
		switch r.Outcome {
		case engine.OutcomePartial, engine.OutcomeFailed, engine.OutcomeUnsupported:
			return &exit{code: exitPartial}
		}
	}
	return nil
}
