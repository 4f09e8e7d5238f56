package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"casebook/cmd/casebook/scenario"
)

// The demo's logs when nothing else is asked for: enough for a rhythm to show, few enough to be there at once.
const (
	demoEvents = 4000
	demoDays   = 3
	demoSeed   = 1
)

type demoOptions struct {
	write     string
	events    int
	days      int
	seed      uint64
	campaigns int
	start     string
	only      []string
	json      bool
	look      lookOptions
}

func (a *app) demo() *cobra.Command {
	o := demoOptions{}
	c := &cobra.Command{
		Use:   "demo",
		Short: "Look around in invented logs, or write them to a folder",
		Long: `demo makes logs of three vendors with ordinary traffic, one attack for each detection and benign twins just
under the thresholds, loads them into a store in a temporary folder, detects, and opens the workbench. Where
standard output is not a terminal it prints what was found.

With --write it only writes the logs, as the vendors deliver them. The same options give the same bytes.`,
		Example: `  casebook demo
  casebook demo --write /tmp/logs --events 1000000 --days 30
  casebook demo --write /tmp/bedrock --events 1000000 --days 30 --only bedrock`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("write") {
				return a.writeDemo(c.Context(), o)
			}
			return a.showDemo(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.write, "write", "", "write the logs to this `folder` and stop")
	f.IntVar(&o.events, "events", demoEvents, "how many records")
	f.IntVar(&o.days, "days", demoDays, "over how many days")
	f.Uint64Var(&o.seed, "seed", demoSeed, "another number gives other logs")
	f.IntVar(&o.campaigns, "campaigns", 1, "how often the attacks and their twins come, on different days")
	f.StringVar(&o.start, "start", scenario.DefaultStart.Format(time.DateOnly), "the first `day`")
	f.StringSliceVar(&o.only, "only", nil, "of these vendors only: bedrock, azure, openai")
	o.look.flags(f)
	f.BoolVar(&o.json, "json", false, "with --write: what was written, as JSON")
	return c
}

// scenario turns what was asked for into what the generator takes.
func (o demoOptions) scenario(dir string) (scenario.Options, error) {
	start, err := time.Parse(time.DateOnly, o.start)
	if err != nil {
		return scenario.Options{}, fmt.Errorf("--start: want a day such as 2026-03-02, found %q", o.start)
	}
	mix := scenario.DefaultMix
	if len(o.only) > 0 {
		all := mix
		mix = scenario.Mix{}
		for _, name := range o.only {
			switch name {
			case "bedrock":
				mix.Bedrock = all.Bedrock
			case "azure":
				mix.Azure = all.Azure
			case "openai":
				mix.OpenAI = all.OpenAI
			default:
				return scenario.Options{}, fmt.Errorf("--only: want bedrock, azure or openai, found %q", name)
			}
		}
	}
	return scenario.Options{Dir: dir, Events: o.events, Days: o.days, Seed: o.seed, Start: start, Mix: mix, Campaigns: o.campaigns}, nil
}

func (a *app) writeDemo(ctx context.Context, o demoOptions) error {
	if o.write == "" {
		return errors.New("--write: want the name of a folder, found none")
	}
	so, err := o.scenario(o.write)
	if err != nil {
		return err
	}
	p := newProgress(a.streams, "writing", int64(so.Events), "records")
	so.Progress = func(done int) { p.add(int64(done)) }
	sum, err := scenario.Write(ctx, so)
	p.end()
	if err != nil {
		return err
	}
	if o.json {
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		return e.Encode(sum)
	}
	a.printScenario(sum)
	return nil
}

func (a *app) printScenario(sum *scenario.Summary) {
	fmt.Fprintf(a.out, "%s: %s records of %s to %s in %s files, %s (%s expanded)\n", harmless(sum.Dir), count(sum.Records),
		sum.From.Format(time.DateOnly), sum.To.Add(-1).Format(time.DateOnly), count(sum.Files), size(sum.Bytes), size(sum.Expanded))
	for _, v := range sum.Vendors {
		fmt.Fprintf(a.out, "  %-20s %10s records %8s files %10s\n", v.Name, count(v.Records), count(v.Files), size(v.Bytes))
	}
	for _, attack := range []bool{true, false} {
		fmt.Fprintln(a.out, map[bool]string{true: "planted to be found", false: "planted to be left alone"}[attack])
		for _, i := range sum.Incidents {
			if i.Attack == attack {
				fmt.Fprintf(a.out, "  %-31s %s  %s\n  %s%s\n", i.Rule, i.From.Format("01-02 15:04"), i.Entity, strings.Repeat(" ", 32), i.What)
			}
		}
	}
}
