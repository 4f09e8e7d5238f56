package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
)

func (a *app) checkRules() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE…",
		Short: "Find the mistakes in rule files: queries, live steps, front matter",
		Long: `check reads rules without running them: casebook's Markdown, Elastic's TOML, Sentinel's YAML. Every mistake is shown
with its place in the file. Exit code 0 means that all of them can run.`,
		Example: `  casebook rules check my-rule.md
  casebook rules check ~/detection-rules/rules/integrations/aws_bedrock/*.toml`,
		Args: somePaths("rules check"),
		RunE: func(_ *cobra.Command, args []string) error { return a.runCheck(args) },
	}
}

func (a *app) runCheck(paths []string) error {
	catalog := store.Catalog{}
	bad := 0
	for _, path := range paths {
		detections, err := readRules(path)
		if err != nil {
			bad++
			a.sayRefused([]guides.Refused{{Path: path, Err: err}})
			continue
		}
		steps, faults := 0, 0
		for _, d := range detections {
			n, errs := check(d, catalog)
			steps += n
			for _, err := range errs {
				faults++
				a.sayMistake(d.Rule.ID, err)
			}
			for _, notice := range d.Notices {
				fmt.Fprintf(a.err, "%s: note: %s\n", harmless(path), harmless(notice))
			}
		}
		if faults > 0 {
			bad++
			continue
		}
		fmt.Fprintf(a.out, "%s: %s, %s, all well\n", harmless(path), plural(len(detections), "rule"), plural(steps, "live step"))
	}
	if bad > 0 {
		return &exit{code: exitFailure}
	}
	return nil
}

func readRules(path string) ([]*guides.Detection, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, plainPathError(err)
	}
	if info.IsDir() {
		return nil, errors.New("want a file, found a folder")
	}
	shelf, err := guides.ReadDir(path)
	if err != nil {
		return nil, plainPathError(err)
	}
	if len(shelf.Refused) > 0 {
		return nil, shelf.Refused[0].Err
	}
	if len(shelf.Detections) == 0 {
		return nil, errors.New("no rule in it")
	}
	return shelf.Detections, nil
}

func (a *app) sayMistake(rule string, err error) {
	mistakes := syntax.Errors(err)
	for _, m := range mistakes {
		fmt.Fprintln(a.err, harmlessLines(m.Caret()))
	}
	if len(mistakes) == 0 {
		fmt.Fprintf(a.err, "casebook: %s: %s\n", harmless(rule), harmless(err.Error()))
	}
}

// check parses a detection's query and those of its live steps, and counts the steps.
func check(d *guides.Detection, catalog plan.Catalog) (steps int, errs []error) {
	if d.Rule.State != "" {
		return 0, []error{errors.New(strings.TrimPrefix(d.Rule.State, "unsupported: "))}
	}
	types := standIns(catalog)
	q, err := d.Rule.Parse(catalog)
	if err != nil {
		errs = append(errs, err)
	} else {
		for _, f := range q.Plan.Schema() {
			types[guides.Name(f.Name)] = f.Type
		}
	}
	for _, s := range d.Guide.Steps() {
		if !s.Live() {
			continue
		}
		steps++
		params := engine.Params{}
		for _, p := range s.Params {
			t, ok := types[p]
			if !ok {
				t = column.String
			}
			params[p] = standIn(t)
		}
		if _, err := engine.Parse(s.Language, s.File, catalog, params); err != nil {
			errs = append(errs, err)
		}
	}
	return steps, errs
}

// standIns gives the parameters of steps a type while there is no alert: that of the field or result column of the name.
func standIns(catalog plan.Catalog) map[string]column.Type {
	types := map[string]column.Type{}
	for _, name := range catalog.Names() {
		if t, ok := catalog.Table(name); ok {
			for _, f := range t.Fields {
				types[guides.Name(f.Name)] = f.Type
			}
		}
	}
	for _, name := range []string{"window_from", "window_to", "alert_time"} {
		types[name] = column.Time
	}
	types["alert_id"] = column.Long
	return types
}

// standIn is some value of a type.
func standIn(t column.Type) *column.Vector {
	b := column.NewBuilder(t, 1)
	switch t.Kind() {
	case column.IntKind:
		b.Int(1)
	case column.FloatKind:
		b.Float(math.Pi)
	case column.StringKind:
		b.Str("x")
	default:
		b.Null()
	}
	return b.Vector()
}
