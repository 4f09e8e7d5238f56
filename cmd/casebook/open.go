package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"casebook/cmd/casebook/scenario"
	"casebook/store"
)

type openOptions struct {
	dirs []string
	asOf string
	view string
	look lookOptions
}

func (o *openOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringSliceVar(&o.dirs, "rules", nil, "also the rules in this `folder` or file")
	f.StringVar(&o.asOf, "as-of", "", "the `time` that now() is; by default the newest event")
	o.look.flags(f)
	f.StringVar(&o.view, "open", "", "the `screen` to begin with, as the command line of the workbench takes it: 'alerts sev:high'")
}

func (a *app) openCommand() *cobra.Command {
	o := openOptions{}
	c := &cobra.Command{
		Use:   "open [PATH…]",
		Short: "Load what is named, detect, and open the workbench",
		Long: `open loads files and folders into the store, runs the detections over all that is loaded, and opens the workbench.
Without a path it opens the store as it is.`,
		Example: `  casebook open ~/logs
  casebook open --store case-17.db AWSLogs/ --open 'alerts sev:high'`,
		RunE: func(c *cobra.Command, args []string) error { return a.openPaths(c.Context(), o, args) },
	}
	o.flags(c)
	return c
}

// openPaths loads, detects and opens. What could not be read does not keep an analyst from what could.
func (a *app) openPaths(ctx context.Context, o openOptions, paths []string) error {
	if err := a.someThere(paths); err != nil {
		return err
	}
	db, err := a.openStore(store.Options{Existing: len(paths) == 0, OrReadOnly: len(paths) == 0})
	if err != nil {
		return err
	}
	defer db.Close()
	code := error(nil)
	if len(paths) > 0 {
		account, err := a.loadPaths(ctx, db, paths, store.LoadOptions{})
		if err != nil {
			return err
		}
		if code = accountExit(account); account.Total.Accepted+account.Total.Duplicate == 0 {
			return code
		}
		if _, err := a.detectAll(ctx, db, o); err != nil {
			return err
		}
	}
	if err := a.workbench(ctx, db, o); err != nil {
		return err
	}
	return code
}

// detectAll runs the library and the rules that the user named.
func (a *app) detectAll(ctx context.Context, db *store.DB, o openOptions) (*found, error) {
	return a.detectWith(ctx, db, detectOptions{dirs: o.dirs, asOf: o.asOf, budget: ruleBudget})
}

// showDemo makes a store of invented logs in a temporary folder and opens it.
func (a *app) showDemo(ctx context.Context, o demoOptions) error {
	dir, err := os.MkdirTemp("", "casebook-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	logs := filepath.Join(dir, "logs")
	so, err := o.scenario(logs)
	if err != nil {
		return err
	}
	if _, err := scenario.Write(ctx, so); err != nil {
		return err
	}
	if a.storePath == "" {
		a.storePath = filepath.Join(dir, defaultStore)
	}
	db, err := a.openStore(store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	account, err := a.loadPaths(ctx, db, []string{logs}, store.LoadOptions{})
	if err != nil {
		return err
	}
	f, err := a.detectAll(ctx, db, openOptions{})
	if err != nil {
		return err
	}
	if a.terminal || o.look.plain {
		if err := a.workbench(ctx, db, openOptions{look: o.look}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.out, "%s of invented logs loaded\n", plural(int(account.Total.Accepted), "record"))
		if err := a.printEnded(ctx, db, f); err != nil {
			return err
		}
		if err := a.printAlerts(ctx, db, store.AlertFilter{}, false); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(a.out, "the logs are in %s; to come back: casebook --store %s\n", harmless(logs), harmless(a.storePath))
	return err
}
