package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"casebook/store"
	"casebook/tui"
)

func (a *app) lookupRules() *cobra.Command {
	c := &cobra.Command{
		Use:   "lookup",
		Short: "List, add and remove the CSV files that rules look things up in",
		Long: `A rule may ask for a table that lives in the SIEM: a watchlist of Sentinel (_GetWatchlist('NAME')), a lookup index of
Elastic (LOOKUP JOIN NAME ON …), a policy (ENRICH NAME), or for a file on the network (externaldata(…)['URL'], whose name is
the URL). Here it is a local CSV file, with column names in its first line, kept in the store byte for byte. For ES|QL a column
may say its type, as in "account,score:long": keyword, long, integer, double, boolean, date, ip, version, or ip_range, by
whose blocks ("10.0.0.0/8") ENRICH finds the addresses in them; a watchlist's columns are text, as in Sentinel. SearchKey, and the match field
of a policy, is the column that --key names, or the first. Those of externaldata are taken in their order, under the names
that the query gives them. KQL's geo_info_from_ip_address asks the lookup of that name: blocks of addresses in its key, and
of country, state, city, latitude and longitude what there is.`,
		Example: `  casebook rules lookup
  casebook rules lookup add VIPUsers vip.csv --key UserPrincipalName
  casebook rules lookup rm VIPUsers`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.listLookups(c.Context()) },
	}
	key := ""
	add := &cobra.Command{
		Use: "add NAME FILE.csv", Short: "Keep a CSV file as a lookup", Example: "  casebook rules lookup add VIPUsers vip.csv",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("rules lookup add: want a name and a CSV file, found %s", plural(len(args), "argument"))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.addLookup(c.Context(), args[0], args[1], key) },
	}
	add.Flags().StringVar(&key, "key", "", "the `column` that is a watchlist's SearchKey or a policy's match field; by default the first")
	rm := &cobra.Command{
		Use: "rm NAME…", Short: "Forget lookups", Example: "  casebook rules lookup rm VIPUsers", Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("rules lookup rm: want names of lookups, found none (see \"casebook rules lookup\")")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			db, err := a.openStore(store.Options{Existing: true})
			if err != nil {
				return err
			}
			defer db.Close()
			for _, name := range args {
				err := db.RemoveLookup(c.Context(), name)
				if errors.Is(err, store.ErrNotFound) {
					return fmt.Errorf("there is no lookup %q (see \"casebook rules lookup\")", name)
				}
				if err != nil {
					return storeError(err)
				}
			}
			return nil
		},
	}
	c.AddCommand(add, rm)
	return c
}

func (a *app) listLookups(ctx context.Context) error {
	db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := db.Lookups(ctx)
	if err != nil {
		return storeError(err)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(a.out, "no lookups")
		return err
	}
	var rows [][]string
	for _, l := range list {
		t, _ := db.Table(l.Name)
		var columns []string
		if t != nil {
			for _, f := range t.Fields {
				columns = append(columns, f.Name)
			}
		}
		rows = append(rows, []string{l.Name, size(int64(len(l.Text))), a.clock.Full(l.Added, tui.Minutes), l.Actor, fmt.Sprintf("%x", l.SHA256[:6]), strings.Join(columns, ", "), l.Path})
	}
	return a.printTable([]string{"NAME", "SIZE", "ADDED", "BY", "SHA-256", "COLUMNS", "FROM"}, []bool{false, true}, rows)
}

func (a *app) addLookup(ctx context.Context, name, path, key string) error {
	l, err := readLookup(name, path)
	if err != nil {
		return err
	}
	l.Key = key
	db, err := a.openStore(store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	if l, err = db.AddLookup(ctx, l); err != nil {
		return storeError(err)
	}
	_, err = fmt.Fprintf(a.out, "%s is kept, SHA-256 %x\n", harmless(name), l.SHA256)
	return err
}

// readLookup reads a CSV file that the user named, no more of it than a lookup may have.
func readLookup(name, path string) (store.Lookup, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return store.Lookup{}, err
	}
	f, err := os.OpenFile(full, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe into which nothing is written would never open
	if err != nil {
		return store.Lookup{}, plainPathError(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return store.Lookup{}, plainPathError(err)
	}
	if !info.Mode().IsRegular() {
		return store.Lookup{}, fmt.Errorf("%s: want a CSV file, found something else", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, store.MaxLookup+1))
	if err != nil {
		return store.Lookup{}, plainPathError(err)
	}
	return store.Lookup{Name: name, Path: full, Text: text, Added: info.ModTime().UTC()}, nil
}

// useLookups makes the files of --lookup NAME=FILE known to a store while it is open.
func (a *app) useLookups(db *store.DB) error {
	for _, pair := range a.lookups {
		name, path, ok := strings.Cut(pair, "=")
		if !ok {
			return fmt.Errorf("--lookup: want NAME=FILE.csv, found %q", pair)
		}
		l, err := readLookup(name, path)
		if err != nil {
			return fmt.Errorf("--lookup: %w", err)
		}
		if err := db.UseLookup(l); err != nil {
			return fmt.Errorf("--lookup: %w", err)
		}
	}
	return nil
}
