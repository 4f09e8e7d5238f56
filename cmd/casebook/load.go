package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"casebook/store"
)

func (a *app) load() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "load PATH…",
		Short: "Load logs into the store and give an account of every byte",
		Long: `load reads files and folders as the cloud wrote them, plain or gzip, and recognises them by what is in them. "-" is
standard input. Loading the same logs again adds nothing. What cannot be read is kept in quarantine, with the reason.`,
		Example: `  casebook load ~/logs
  casebook load AWSLogs/ PT1H.json
  zstd -dc old.zst | casebook load -`,
		Args: somePaths("load"),
		RunE: func(c *cobra.Command, args []string) error {
			db, err := a.openStore(store.Options{})
			if err != nil {
				return err
			}
			defer db.Close()
			account, err := a.loadPaths(c.Context(), db, args)
			if err != nil {
				return err
			}
			if err := a.printAccount(account, asJSON); err != nil {
				return err
			}
			return accountExit(account)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "the account as one JSON object")
	return c
}

func somePaths(command string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s: want files or folders, found none (see %q)", command, "casebook "+command+" --help")
		}
		return nil
	}
}

// loadPaths loads, and says on standard error what could not be taken in.
func (a *app) loadPaths(ctx context.Context, db *store.DB, paths []string) (*store.Account, error) {
	before, err := db.NewestQuarantined(ctx)
	if err != nil {
		return nil, storeError(err)
	}
	p := newProgress(a.streams, "loading", 0, "bytes")
	account, err := db.Load(ctx, paths, store.LoadOptions{Stdin: a.in, Progress: p.loading})
	p.end()
	if err != nil {
		return nil, storeError(err)
	}
	for i := range account.Files {
		if f := &account.Files[i]; f.Problem != "" {
			fmt.Fprintf(a.err, "casebook: %s: %s\n", harmless(f.Path), harmless(f.Problem))
		}
	}
	if account.Interrupted {
		fmt.Fprintln(a.err, "casebook: stopped; what was read is kept. Load the same again to go on")
	}
	return account, a.sayQuarantine(ctx, db, before, account.Total.Quarantined)
}

// saidQuarantined is how many broken records are said one by one; the store has them all.
const saidQuarantined = 10

// sayQuarantine tells of the records that went to quarantine after an id: where they stand and why.
func (a *app) sayQuarantine(ctx context.Context, db *store.DB, after, total int64) error {
	if total == 0 {
		return nil
	}
	page, err := db.Quarantine(ctx, store.QuarantineFilter{Open: true}, after, saidQuarantined)
	if err != nil {
		return storeError(err)
	}
	for _, q := range page {
		fmt.Fprintf(a.err, "%s %s:%d (byte %s): %s; kept in quarantine\n", q.Code, harmless(q.File), q.Line, count(q.Begin), harmless(q.Reason))
	}
	if more := total - int64(len(page)); more > 0 && len(page) > 0 {
		fmt.Fprintf(a.err, "and %s more in quarantine (see \"casebook quarantine ls\")\n", count(more))
	}
	return nil
}

// accountExit is the exit code of a load.
func accountExit(account *store.Account) error {
	switch t := &account.Total; {
	case t.Accepted+t.Duplicate == 0:
		return &exit{code: exitNothing, err: nothingLoaded(account)}
	case account.Partial():
		return &exit{code: exitPartial}
	}
	return nil
}

func nothingLoaded(account *store.Account) error {
	if len(account.Files) == 0 {
		return errors.New("nothing was loaded: there is no file in what was named")
	}
	return errors.New("nothing was loaded")
}

// printAccount writes what became of every file, and of all of them together.
func (a *app) printAccount(account *store.Account, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		return e.Encode(account)
	}
	head := []string{"BYTES", "RECORDS", "ACCEPTED", "DUPLICATE", "QUARANTINED", "BLANK", "SKIPPED", "FILE"}
	right := []bool{true, true, true, true, true, true, true}
	row := func(t *store.Tally, name string) []string {
		return []string{count(t.Bytes), count(t.Records), count(t.Accepted), count(t.Duplicate), count(t.Quarantined), count(t.Blank), count(t.Skipped), name}
	}
	var rows [][]string
	for i := range account.Files {
		f := &account.Files[i]
		name := f.Path
		if f.Problem != "" {
			name += ": " + f.Problem
		}
		rows = append(rows, row(&f.Tally, name))
	}
	rows = append(rows, row(&account.Total, fmt.Sprintf("in all, %s", plural(len(account.Files), "file"))))
	return a.printTable(head, right, rows)
}
