package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"casebook/guides"
	"casebook/store"
)

func (a *app) removeRules() *cobra.Command {
	return &cobra.Command{
		Use:   "rm RULE|FILE…",
		Short: "Forget rules that were added, or a file of rules, exceptions or a function; alerts stay",
		Example: `  casebook rules rm 9c2f1d6a
  casebook rules rm my-rule
  casebook rules rm rules_export.ndjson
  casebook rules rm quiet-jobs.toml`,
		Args: someRules("rules rm"),
		RunE: func(c *cobra.Command, args []string) error { return a.runRemoveRules(c.Context(), args) },
	}
}

func (a *app) runRemoveRules(ctx context.Context, ids []string) error {
	db, err := a.openStore(store.Options{Existing: true})
	if err != nil {
		return err
	}
	defer db.Close()
	for _, id := range ids {
		s, err := a.shelf(ctx, db, nil)
		if err != nil {
			return err
		}
		if path, gone, err := a.removeExceptions(ctx, db, id); err != nil {
			return err
		} else if gone {
			fmt.Fprintf(a.out, "removed %s; detect applies that\n", harmless(path))
			continue
		}
		if err := a.removeFile(ctx, db, s, id); err != nil {
			return err
		}
	}
	return nil
}

// removeFile takes a file of rules out of the store, named by its path or the end of it, or by the only rule in it.
func (a *app) removeFile(ctx context.Context, db *store.DB, s *shelf, id string) error {
	var r *shelved
	named := slices.IndexFunc(s.rules, func(r *shelved) bool { return r.file != nil && isPath(r.file.Path, id) })
	if named >= 0 && s.byID(id) == nil {
		r = s.rules[named]
	} else {
		var err error
		if r, err = s.find("rules rm", id); err != nil {
			return err
		}
	}
	if r.file == nil {
		return fmt.Errorf("%s is casebook's own: it can be turned off with \"casebook rules off %s\"", r.Rule.ID, r.Rule.ID)
	}
	var all []*shelved
	for _, other := range s.rules {
		if other.file != nil && other.file.ID == r.file.ID {
			all = append(all, other)
		}
	}
	if len(all) > 1 && !isPath(r.file.Path, id) {
		return fmt.Errorf("%s is one of %s in %s: name the file to remove them all, or turn this one off with \"casebook rules off %s\"",
			r.Rule.ID, plural(len(all), "rule"), r.file.Path, r.Rule.ID)
	}
	if err := db.RemoveRuleFile(ctx, r.file.ID); err != nil {
		return storeError(err)
	}
	if len(all) > mostListed {
		fmt.Fprintf(a.out, "removed %s with its %s\n", harmless(r.file.Path), plural(len(all), "rule"))
		return nil
	}
	for _, other := range all {
		fmt.Fprintf(a.out, "removed %s (%s), which was in %s\n", harmless(other.Rule.ID), harmless(other.Rule.Title), harmless(r.file.Path))
	}
	return nil
}

// mostListed is how many removed rules are told one by one.
const mostListed = 20

// isPath tells whether a name is that of a path, or the end of it.
func isPath(path, name string) bool {
	return strings.HasSuffix("/"+path, "/"+strings.TrimPrefix(name, "/"))
}

// removeExceptions takes a file of exceptions out of the store, which is named by its path or the end of it.
func (a *app) removeExceptions(ctx context.Context, db *store.DB, name string) (path string, gone bool, err error) {
	kept, err := db.RuleFiles(ctx)
	if err != nil {
		return "", false, storeError(err)
	}
	for _, f := range kept {
		if isPath(f.Path, name) && (guides.IsException(f.Path, f.Text) || guides.IsFunction(f.Path, f.Text)) {
			return f.Path, true, storeError(db.RemoveRuleFile(ctx, f.ID))
		}
	}
	return "", false, nil
}

// someRules wants at least one id.
func someRules(command string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s: want the id of a rule, of a UUID the beginning (see \"casebook rules\")", command)
		}
		return nil
	}
}

func (a *app) switchRules(on bool) *cobra.Command {
	word, short := "off", "Keep rules from running; their alerts stay"
	if on {
		word, short = "on", "Let rules run again"
	}
	return &cobra.Command{
		Use:     word + " RULE…",
		Short:   short,
		Example: "  casebook rules " + word + " bedrock-denied-models",
		Args:    someRules("rules " + word),
		RunE: func(c *cobra.Command, args []string) error {
			db, err := a.openStore(store.Options{Existing: true})
			if err != nil {
				return err
			}
			defer db.Close()
			s, err := a.shelf(c.Context(), db, nil)
			if err != nil {
				return err
			}
			for _, id := range args {
				r, err := s.find("rules "+word, id)
				if err != nil {
					return err
				}
				if err := db.SwitchRule(c.Context(), r.Rule.ID, on); err != nil {
					return storeError(err)
				}
				fmt.Fprintf(a.out, "%s is %s\n", harmless(r.Rule.ID), word)
			}
			return nil
		},
	}
}
