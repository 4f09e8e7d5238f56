package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
	"casebook/tui"
)

type showRuleOptions struct {
	dirs  []string
	text  bool
	alert int64
}

func (a *app) showRule() *cobra.Command {
	o := showRuleOptions{}
	c := &cobra.Command{
		Use:   "show RULE",
		Short: "Show all that a rule says: schedule, query, guide, and how its last run ended",
		Long: `show prints a rule with its schedule, its query and its guide. RULE is an id, or how one begins. With --alert it prints
the file that the rule of an alert was read from when it raised it, whatever has become of the rule since.`,
		Example: `  casebook rules show bedrock-denied-models
  casebook rules show 9c2f1d6a --text
  casebook rules show --alert 17`,
		Args: func(_ *cobra.Command, args []string) error {
			if o.alert == 0 && len(args) != 1 || o.alert != 0 && len(args) > 0 {
				return fmt.Errorf("rules show: want the id of one rule, or --alert, found %s", plural(len(args), "argument"))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if o.alert != 0 {
				return a.showRuleBehind(c.Context(), o.alert)
			}
			return a.runShowRule(c.Context(), o, args[0])
		},
	}
	f := c.Flags()
	f.StringSliceVar(&o.dirs, "rules", nil, "also the rules in this `folder` or file")
	f.BoolVar(&o.text, "text", false, "print the rule's file as it was read")
	f.Int64Var(&o.alert, "alert", 0, "print the file behind the alert with this `number`")
	return c
}

func (a *app) showRuleBehind(ctx context.Context, alert int64) error {
	db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
	if err != nil {
		return err
	}
	defer db.Close()
	t, err := db.TextBehind(ctx, alert)
	if err != nil {
		return storeError(err)
	}
	fmt.Fprintf(a.err, "%s, SHA-256 %x, run by casebook %s\n", harmless(t.Path), t.SHA256, harmless(t.Build))
	return a.printText(string(t.Text))
}

// printText writes a text that others wrote: to a file or pipe as it is, to a terminal harmless.
func (a *app) printText(text string) error {
	if a.terminal {
		text = harmlessLines(text)
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	_, err := io.WriteString(a.out, text)
	return err
}

func (a *app) runShowRule(ctx context.Context, o showRuleOptions, id string) error {
	db, err := a.maybeStore()
	if err != nil {
		return err
	}
	if db != nil {
		defer db.Close()
	}
	s, err := a.shelf(ctx, db, o.dirs)
	if err != nil {
		return err
	}
	r, err := s.find("rules show", id)
	if err != nil {
		return err
	}
	if o.text {
		return a.printText(r.Rule.Text)
	}
	var b strings.Builder
	describe(&b, a.clock, r)
	describeGuide(&b, r.Guide)
	if db != nil {
		runs, err := db.Runs(ctx, r.Rule.ID, 1)
		if err != nil {
			return storeError(err)
		}
		for _, run := range runs {
			fmt.Fprintf(&b, "\nLast run\n\n  %s\n", runText(a.clock, run))
		}
	}
	if _, err := io.WriteString(a.out, harmlessLines(b.String())); err != nil {
		return err
	}
	return nil
}

// describe writes what a rule is.
func describe(b *strings.Builder, clock tui.Clock, r *shelved) {
	d, rule := r.Detection, &r.Rule
	say := func(name, format string, args ...any) {
		if text := fmt.Sprintf(format, args...); strings.TrimSpace(text) != "" {
			fmt.Fprintf(b, "  %-13s %s\n", name, strings.Join(strings.Fields(text), " "))
		}
	}
	fmt.Fprintf(b, "%s\n\n", rule.Title)
	state, reason := r.state()
	if reason != "" {
		state += ": " + reason
	}
	say("id", "%s", rule.ID)
	say("state", "%s", state)
	say("type", "%s, %s", d.Format, typeOf(d))
	say("severity", "%s, risk %d", rule.Severity, rule.Risk)
	if rule.Every > 0 {
		say("schedule", "every %s over the last %s", every(rule.Every), shorter(rule.Lookback))
	}
	say("alerts", "%s", raising(d))
	say("suppression", "%s", suppressing(d))
	say("incidents", "%s", grouping(d))
	for _, e := range d.Exceptions {
		say("exception", "%s", e)
	}
	for _, c := range d.Filters {
		say("filter", "%s", c)
	}
	if r.query != nil {
		say("reads", "%s", strings.Join(r.query.Tables(), ", "))
	}
	say("about", "%s", strings.Join(rule.Entity[:min(len(rule.Entity), 4)], ", "))
	var written []string
	for _, t := range d.Techniques {
		written = append(written, t.Framework+" "+t.ID)
	}
	say("techniques", "%s", strings.Join(written, ", "))
	say("tactics", "%s", strings.Join(d.Tactics, ", "))
	say("authors", "%s", strings.Join(d.Authors, ", "))
	say("license", "%s", d.License)
	say("published", "%s", strings.TrimSpace(d.Published.By+" "+d.Published.Name))
	say("chosen here", "%s", strings.Join(d.Chosen, ", "))
	say("from", "%s", d.Source)
	if r.file != nil {
		say("added", "%s by %s, SHA-256 %x", clock.Full(r.file.Added, tui.Minutes), r.file.Actor, r.file.SHA256)
	}
	for _, n := range r.notes() {
		say("note", "%s", n)
	}
	for _, part := range []struct{ name, text string }{
		{"Description", d.Description}, {"Setup", d.Setup}, {"Query", rule.Query},
		{"False positives", list(d.FalsePositives)}, {"References", list(d.References)},
	} {
		if strings.TrimSpace(part.text) != "" {
			fmt.Fprintf(b, "\n%s\n\n%s\n", part.name, indented(part.text, "  "))
		}
		if part.name == "Query" {
			for _, m := range syntax.Errors(r.err) {
				fmt.Fprintf(b, "\n%s\n", indented(m.Caret(), "  "))
			}
		}
	}
}

func list(items []string) string {
	var b strings.Builder
	for _, item := range items {
		b.WriteString("- " + item + "\n")
	}
	return b.String()
}

func indented(text, by string) string {
	return by + strings.ReplaceAll(strings.Trim(text, "\n"), "\n", "\n"+by)
}

// raising says how hits become alerts where the rule was published.
func raising(d *guides.Detection) string {
	text := "one a row"
	if d.Rule.OneAlert {
		text = "one a run, of all its rows"
	}
	if d.Rule.MaxAlerts > 0 {
		text += fmt.Sprintf(", at most %d a run", d.Rule.MaxAlerts)
	}
	if t := d.Rule.Trigger; t.Operator != "" {
		text += fmt.Sprintf(", when the number of rows is %s %d", map[string]string{"gt": ">", "lt": "<", "eq": "=", "ne": "not"}[t.Operator], t.Threshold)
	}
	if d.BuildingBlock {
		text += "; a building block of other rules"
	}
	return text
}

func suppressing(d *guides.Detection) string {
	s := d.Rule.Suppress
	if len(s.By) == 0 && s.Duration == 0 {
		return ""
	}
	text := "the rule rests"
	if len(s.By) > 0 {
		text = "rows alike in " + strings.Join(s.By, ", ") + " are one alert"
	}
	if s.Duration > 0 {
		text += " for " + shorter(s.Duration)
	} else {
		text += " within a run"
	}
	if s.Missing == "doNotSuppress" {
		text += "; rows that lack one are left alone"
	}
	return text
}

func grouping(d *guides.Detection) string {
	g := d.Rule.Group
	switch {
	case d.NoIncident:
		return "none"
	case !g.Enabled:
		return ""
	}
	by := slices.Concat(g.Entities, d.GroupBy.AlertDetails, d.GroupBy.CustomDetails)
	return fmt.Sprintf("alerts within %s of the first, matched by %s %s", shorter(g.Lookback), g.Matching, strings.Join(by, ", "))
}

func describeGuide(b *strings.Builder, g guides.Guide) {
	for _, s := range g.Sections {
		fmt.Fprintf(b, "\n%s\n", s.Title)
		if s.Text != "" {
			fmt.Fprintf(b, "\n%s\n", indented(s.Text, "  "))
		}
		for _, step := range s.Steps {
			margin := strings.Repeat("  ", step.Level+1)
			fmt.Fprintf(b, "\n%s- %s\n", margin, step.Text)
			for _, part := range []struct{ head, text string }{
				{"", step.Detail}, {"asks (" + string(step.Language) + "):", step.Query}, {"to be asked elsewhere, not run here:", step.Elsewhere},
			} {
				switch {
				case strings.TrimSpace(part.text) == "":
				case part.head == "":
					fmt.Fprintf(b, "%s\n", indented(part.text, margin+"  "))
				default:
					fmt.Fprintf(b, "%s  %s\n%s\n", margin, part.head, indented(part.text, margin+"    "))
				}
			}
		}
	}
}

// runText is a run on one line.
func runText(c tui.Clock, r store.Run) string {
	text := fmt.Sprintf("%s: %s, %s", c.Full(r.Ran, tui.Minutes), r.Outcome, plural(r.Ticks, "run"))
	if r.Hits > 0 {
		text += ", " + plural(r.Hits, "hit")
	}
	if r.Events >= 0 {
		text += fmt.Sprintf(", %s looked at", plural(r.Events, "event"))
	}
	if r.Carrying >= 0 && r.Carrying < r.Events {
		text += fmt.Sprintf(", %s of them with every field it needs", count(r.Carrying))
	}
	if r.Reason != "" {
		text += ": " + r.Reason
	}
	return text
}
