package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
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
		Long: `check reads rules without running them: casebook's Markdown, Elastic's TOML and NDJSON, Sentinel's YAML and exported
templates. Every mistake is shown with its place in the file, and every field that no table has is noted. Exit code 0 means
that all of them can run.`,
		Example: `  casebook rules check my-rule.md
  casebook rules check ~/detection-rules/rules/integrations/aws_bedrock/*.toml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New(`rules check: want rule files, found none (see "casebook rules check --help")`)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.runCheck(c.Context(), args) },
	}
}

func (a *app) runCheck(ctx context.Context, paths []string) error {
	var catalog plan.Catalog = store.Catalog{}
	db, err := a.maybeStore()
	if err != nil {
		return err
	}
	if db != nil {
		defer db.Close()
		catalog = db // which knows the lookups that were added
	}
	functions, err := a.lent(ctx, db, paths)
	if err != nil {
		return err
	}
	bad := 0
	for _, path := range paths {
		detections, err := readRules(path)
		if err != nil {
			a.sayRefused([]guides.Refused{{Path: path, Err: err}})
		}
		what := plural(len(detections), "rule")
		if called, of, given := calling(path, functions); of > 0 {
			if what += " and " + plural(of, "function"); len(detections) == 0 {
				what = plural(of, "function")
			}
			if given > 0 {
				what += fmt.Sprintf(", %d of them checked only with a rule that calls it", given)
			}
			detections = append(detections, called...)
		}
		steps, faults, notes := 0, 0, 0
		for _, d := range detections {
			if err != nil && d.Rule.Query == "" {
				continue // that it lacks one is told already
			}
			d.Call(functions)
			found := check(ctx, d, catalog)
			steps += found.steps
			for _, err := range found.mistakes {
				faults++
				a.sayMistakes(d.Rule.ID, err, 0)
			}
			for _, note := range found.notes {
				notes++
				fmt.Fprintf(a.err, "%s: note: %s\n", harmless(path), harmless(note))
			}
		}
		if faults > 0 || err != nil {
			bad++
			continue
		}
		verdict := "all well"
		if notes > 0 {
			verdict = "all can run, with " + plural(notes, "note")
		}
		fmt.Fprintf(a.out, "%s: %s, %s, %s\n", harmless(path), what, plural(steps, "live step"), verdict)
	}
	if bad > 0 {
		return &exit{code: exitFailure}
	}
	return nil
}

// calling are rules that do nothing but call a function of a file or folder, where that can be done without arguments; of is how many
// functions there are, and given how many want arguments.
func calling(path string, functions []engine.Function) (rules []*guides.Detection, of, given int) {
	seen := map[string]bool{} // files: a function may have several names
	for _, f := range functions {
		if seen[f.File] || f.File != path && !strings.HasPrefix(f.File, filepath.Clean(path)+string(filepath.Separator)) {
			continue
		}
		seen[f.File] = true
		of++
		if !f.Bare {
			given++
			continue
		}
		rules = append(rules, &guides.Detection{Rule: engine.Rule{ID: f.Name, Language: engine.KQL, Query: f.Name}})
	}
	return rules, of, given
}

// lent are the functions that rules may call: those that are kept, and those of the files that are named.
func (a *app) lent(ctx context.Context, db *store.DB, paths []string) ([]engine.Function, error) {
	here := &shelf{}
	if db != nil {
		if err := here.added(ctx, db); err != nil {
			return nil, err
		}
	}
	for _, path := range paths {
		if s, err := guides.ReadDir(path); err == nil { // what is wrong with it is told where its rules are read
			here.functions = append(here.functions, s.Functions...)
		}
	}
	return here.functions, nil
}

// readRules reads the rules of a file; with an error come those that could be made out all the same.
func readRules(path string) ([]*guides.Detection, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, plainPathError(err)
	}
	if info.IsDir() {
		return nil, errors.New("want a file, found a folder; name the files in it, as with *.toml")
	}
	shelf, err := guides.ReadDir(path)
	if err != nil {
		return nil, plainPathError(err)
	}
	if len(shelf.Refused) > 0 {
		return shelf.Refused[0].Partly, shelf.Refused[0].Err
	}
	if len(shelf.Detections) == 0 && len(shelf.Functions) == 0 {
		return nil, errors.New("no rule in it")
	}
	return shelf.Detections, nil
}

// fewMistakes is how many of a rule's mistakes are shown where many rules are spoken of.
const fewMistakes = 3

// sayMistakes shows what is wrong with a rule, most of it at the most (0 for all): its mistakes, and then the tables it lacks.
func (a *app) sayMistakes(rule string, err error, most int) {
	mistakes, lacking := syntax.Sorted(err)
	if len(mistakes) == 0 { // the tables are all that is wrong with it, if it can be told at all
		mistakes, lacking = syntax.Errors(err), syntax.Lacking{}
	}
	if len(mistakes) == 0 {
		fmt.Fprintf(a.err, "casebook: %s: %s\n", harmless(rule), harmless(err.Error()))
		return
	}
	file := harmless(mistakes[0].File.Name)
	rest := 0
	if most > 0 && len(mistakes) > most+1 {
		mistakes, rest = mistakes[:most], len(mistakes)-most
	}
	for _, m := range mistakes {
		fmt.Fprintln(a.err, harmlessLines(m.Caret()))
	}
	if rest > 0 {
		fmt.Fprintf(a.err, "%s: %s more mistakes: casebook rules check shows all\n", file, count(rest))
	}
	if !lacking.Nothing() {
		fmt.Fprintf(a.err, "%s: and %s\n", file, harmless(lacking.String()))
	}
}

// checked is what there is to say of a detection: notes leave it able to run, mistakes do not.
type checked struct {
	steps    int // those that are live
	mistakes []error
	notes    []string
}

// check parses a detection's query and those of its live steps.
func check(ctx context.Context, d *guides.Detection, catalog plan.Catalog) checked {
	found := checked{notes: slices.Concat(d.Notices, d.Unapplied)}
	if d.Rule.State != "" {
		found.mistakes = []error{errors.New(strings.TrimPrefix(d.Rule.State, "unsupported: "))}
		return found
	}
	types := standIns(catalog)
	q, err := d.Rule.Parse(ctx, catalog)
	if err != nil {
		found.mistakes = append(found.mistakes, err)
	} else {
		found.notes = append(found.notes, d.Lacking(q.Plan.Schema())...)
		found.note(d.Rule.ID, q)
		for _, f := range q.Plan.Schema() {
			types[guides.Name(f.Name)] = f.Type
		}
	}
	for _, s := range d.Guide.Steps() {
		if !s.Live() {
			continue
		}
		found.steps++
		params := engine.Params{}
		for _, p := range s.Params {
			t, ok := types[p]
			if !ok {
				t = column.String
			}
			params[p] = standIn(t)
		}
		if q, err := engine.Parse(ctx, s.Language, s.File, catalog, params); err != nil {
			found.mistakes = append(found.mistakes, err)
		} else {
			found.note(d.Rule.ID+" "+s.Key, q)
		}
	}
	return found
}

// note takes over what the planner remarked on a query of that name.
func (c *checked) note(name string, q *engine.Query) {
	for _, n := range q.Notices {
		c.notes = append(c.notes, name+": "+n)
	}
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
