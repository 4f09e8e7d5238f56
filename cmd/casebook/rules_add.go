package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"casebook/engine"
	"casebook/guides"
	"casebook/store"
	"casebook/tui"
)

func (a *app) addRules() *cobra.Command {
	replace := false
	c := &cobra.Command{
		Use:   "add FILE|DIR…",
		Short: "Keep published rules in the store, as they are",
		Long: `add reads rules from files and folders and keeps them in the store, byte for byte: from then on detect runs them and the
workbench shows their guides, wherever the store goes. Rules that cannot run yet are kept and listed with the reason; files
that cannot be read are said and left. Functions that rules in KQL call (ASIM's parsers, those of solutions) are read from
their YAML files and kept likewise. A rule whose id is taken by another text is refused, unless --replace says otherwise.`,
		Example: `  casebook rules add ~/detection-rules/rules/integrations/aws_bedrock
  casebook rules add --replace my-rule.toml`,
		Args: somePaths("rules add"),
		RunE: func(c *cobra.Command, args []string) error { return a.runAddRules(c.Context(), args, replace) },
	}
	c.Flags().BoolVar(&replace, "replace", false, "take the place of rules that are here with the same id or path")
	return c
}

// adding is rules on their way into the store.
type adding struct {
	*app
	db      *store.DB
	replace bool
	here    *shelf                    // what the store and the library have
	refused []guides.Refused          // what is not taken in
	verdict map[string]string         // what became of each file that was
	files   map[string]store.RuleFile // in the store, by path
}

func (a *app) runAddRules(ctx context.Context, paths []string, replace bool) error {
	for i, path := range paths {
		full, err := filepath.Abs(path)
		if err == nil {
			_, err = os.Stat(full)
		}
		if err != nil {
			return plainPathError(err)
		}
		paths[i] = full
	}
	db, err := a.openStore(store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	add := &adding{app: a, db: db, replace: replace, verdict: map[string]string{}, files: map[string]store.RuleFile{}}
	if add.here, err = a.shelf(ctx, db, nil); err != nil {
		return err
	}
	var found []*guides.Shelf
	for _, path := range paths {
		s, err := guides.ReadDir(path, add.here.copies()...)
		if err != nil {
			return plainPathError(err)
		}
		found = append(found, s)
	}
	kept, err := db.RuleFiles(ctx)
	if err != nil {
		return storeError(err)
	}
	for _, f := range kept {
		add.files[f.Path] = f
	}
	others := map[string]int{}
	for _, s := range found {
		add.refused = append(add.refused, s.Refused...)
		for ending, n := range s.Others {
			others[ending] += n
		}
		for _, f := range s.Files {
			if err := add.file(ctx, f, s); err != nil {
				return err
			}
		}
	}
	return add.tell(ctx, found, others)
}

// others is how many rules of a rule's file are not among those that come.
func (a *adding) others(r *shelved, coming *guides.Shelf) int {
	n := 0
	for _, other := range a.here.rules {
		if other.file != nil && other.file.ID == r.file.ID && !slices.ContainsFunc(coming.Detections, func(d *guides.Detection) bool { return d.Rule.ID == other.Rule.ID }) {
			n++
		}
	}
	return n
}

// file takes one file in, or says why not.
func (a *adding) file(ctx context.Context, f guides.File, s *guides.Shelf) error {
	if err := a.tried(ctx, f); ctx.Err() != nil {
		return ctx.Err()
	} else if err != nil {
		a.refuse(f.Path, "%w", err)
		return nil
	}
	before, was := a.files[f.Path]
	changed := was && before.SHA256 != sha256.Sum256(f.Data)
	if changed && !a.replace {
		a.refuse(f.Path, "it is here since %s with another text: --replace takes this one", a.clock.Full(before.Added, tui.Minutes))
		return nil
	}
	var instead []string
	for _, d := range s.Detections {
		if d.Source != f.Path {
			continue
		}
		other := a.here.byID(d.Rule.ID)
		switch {
		case other == nil || other.Source == f.Path:
		case other.Rule.Text == d.Rule.Text:
			a.verdict[f.Path] = "already here as " + other.Source
			return nil
		case other.file == nil:
			a.refuse(f.Path, "its id %s is that of a rule of casebook's own", d.Rule.ID)
			return nil
		case !a.replace:
			a.refuse(f.Path, "its id %s is that of %s, whose text is another: --replace takes this one", d.Rule.ID, other.Source)
			return nil
		case a.others(other, s) > 0:
			a.refuse(f.Path, "its id %s is that of a rule in %s, and %s would go with it: take that file away first", d.Rule.ID, other.Source, plural(a.others(other, s), "rule"))
			return nil
		default:
			instead = append(instead, other.Source)
			if err := a.db.RemoveRuleFile(ctx, other.file.ID); err != nil {
				return storeError(err)
			}
		}
	}
	kept, err := a.db.AddRuleFile(ctx, f.Path, f.Data)
	if err != nil {
		return storeError(err)
	}
	switch {
	case len(instead) > 0:
		a.verdict[f.Path] = "in place of " + strings.Join(instead, ", ")
	case changed:
		a.verdict[f.Path] = "in place of its older text"
	case was:
		a.verdict[f.Path] = "already here"
	default:
		a.verdict[f.Path] = "added"
	}
	a.files[f.Path] = kept
	return nil
}

// tried tells what keeps a rule that is here from running with a file's exceptions.
func (a *adding) tried(ctx context.Context, f guides.File) error {
	if !guides.IsException(f.Path, f.Data) {
		return nil
	}
	with := a.here.copies()
	guides.ReadFiles([]guides.File{f}, with...)
	for i, r := range a.here.rules {
		if r.query == nil || with[i].Rule.Query == r.Rule.Query {
			continue
		}
		if _, err := with[i].Rule.Parse(ctx, a.db); err != nil {
			_, reason := engine.Unread(err)
			return fmt.Errorf("%s could not run with its exceptions: %s", r.Rule.ID, reason)
		}
	}
	return nil
}

func (a *adding) refuse(path, format string, args ...any) {
	a.refused = append(a.refused, guides.Refused{Path: path, Err: fmt.Errorf(format, args...)})
}

// tell says what became of every rule, shows every mistake, and counts.
func (a *adding) tell(ctx context.Context, found []*guides.Shelf, others map[string]int) error {
	now, err := a.shelf(ctx, a.db, nil)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	waiting := notYet{}
	var rows [][]string
	var mistakes []error
	for _, s := range found {
		for _, d := range s.Detections {
			verdict := a.verdict[d.Source]
			r := now.byID(d.Rule.ID)
			if verdict == "" || r == nil {
				continue
			}
			state, reason := r.state()
			counts[state]++
			switch state {
			case stateUnsupported:
				waiting[typeOf(d)]++
			case stateRefused:
				mistakes = append(mistakes, r.err)
				reason = "see below"
			}
			rows = append(rows, []string{a.shortID(d.Rule.ID), state, verdict, typeOf(d), d.Rule.Title, reason})
		}
	}
	if len(rows) > 0 {
		if err := a.printListing([]heading{{name: "RULE"}, {name: "STATE"}, {name: "FILE"}, {name: "TYPE"}, {name: "TITLE", below: true, plain: true}, {name: "REASON", below: true, plain: true}}, rows); err != nil {
			return err
		}
	}
	files := a.sayFiles(found, others)
	a.sayRefused(a.refused)
	for _, err := range mistakes {
		a.sayMistakes("", err, fewMistakes)
	}
	text := plural(len(rows), "rule") + ": " + count(counts[stateReady]+counts[stateOff]) + " can run"
	if n := counts[stateNoData]; n > 0 {
		text += fmt.Sprintf(", %s without a table or lookup here", count(n))
	}
	text += fmt.Sprintf(", %s, %s refused", waiting.said(), count(counts[stateRefused]))
	if _, err := fmt.Fprintln(a.out, text+files); err != nil {
		return err
	}
	if len(a.refused) > 0 || counts[stateRefused] > 0 {
		return &exit{code: exitPartial}
	}
	return nil
}

// sayFiles names the files of exceptions, and gives how many files of other kinds than rules there were, in words.
func (a *adding) sayFiles(found []*guides.Shelf, others map[string]int) (text string) {
	exceptions, functions := 0, 0
	for _, s := range found {
		for _, f := range s.Files {
			verdict := a.verdict[f.Path]
			switch {
			case verdict == "":
			case guides.IsException(f.Path, f.Data):
				exceptions++
				fmt.Fprintf(a.out, "exceptions %s: %s\n", verdict, harmless(f.Path))
			case guides.IsFunction(f.Path, f.Data):
				functions++
			}
		}
	}
	if exceptions > 0 {
		text += fmt.Sprintf("; %s of exceptions, which the next detect applies", plural(exceptions, "file"))
	}
	if functions > 0 {
		text += fmt.Sprintf("; %s, which rules call", plural(functions, "function"))
	}
	whole, part := map[string]bool{}, map[string]bool{}
	for _, r := range a.refused {
		if a.verdict[r.Path] != "" { // the rules without mistakes are here
			part[r.Path] = true
		} else {
			whole[r.Path] = true
		}
	}
	if len(whole) > 0 {
		text += fmt.Sprintf("; %s not taken", plural(len(whole), "file"))
	}
	if len(part) > 0 {
		text += fmt.Sprintf("; %s taken in part", plural(len(part), "file"))
	}
	if n, kinds := byKind(others); n > 0 {
		text += fmt.Sprintf("; %s of other kinds left alone%s", plural(n, "file"), kinds)
	}
	return text
}
