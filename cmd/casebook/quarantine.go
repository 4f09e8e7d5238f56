package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"casebook/store"
	"casebook/tui/safe"
)

func (a *app) quarantine() *cobra.Command {
	c := &cobra.Command{
		Use:   "quarantine",
		Short: "Look at records that could not be read, and try them again",
		Long: `What a load could not read is kept in quarantine: the file, line and byte it stands at, its bytes, and why. A newer
casebook may understand it: replay decodes it again and moves what it understands to the events.`,
		Example: `  casebook quarantine ls
  casebook quarantine show 12
  casebook quarantine replay --all`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return errors.New("quarantine: want ls, show or replay (see \"casebook quarantine --help\")")
		},
	}
	c.AddCommand(a.quarantineList(), a.quarantineShow(), a.quarantineReplay())
	return c
}

func (a *app) quarantineList() *cobra.Command {
	var f store.QuarantineFilter
	var asJSON, all bool
	c := &cobra.Command{
		Use:   "ls",
		Short: "List what is in quarantine: where it stands, how large it is, and why",
		Args:  noArguments,
		Example: `  casebook quarantine ls --file PT1H.json
  casebook quarantine ls --code CB-L014 --json`,
		RunE: func(c *cobra.Command, _ []string) error {
			db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
			if err != nil {
				return err
			}
			defer db.Close()
			f.Open = !all
			return a.listQuarantine(c.Context(), db, f, asJSON)
		},
	}
	c.Flags().StringVar(&f.File, "file", "", "of files with this `text` in their path")
	c.Flags().StringVar(&f.Code, "code", "", "with this `code`, such as CB-L010")
	c.Flags().BoolVar(&all, "all", false, "also those that were taken in since")
	c.Flags().BoolVar(&asJSON, "json", false, "one record a line, as JSON")
	return c
}

// narrowFile is how much of a file's name the list shows on a terminal, so that the reason has room; show has the whole path.
const narrowFile = 24

// quarantinePage is how many records are read at a time.
const quarantinePage = 1000

func (a *app) listQuarantine(ctx context.Context, db *store.DB, f store.QuarantineFilter, asJSON bool) error {
	var rows [][]string
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	for after := int64(0); ; {
		page, err := db.Quarantine(ctx, f, after, quarantinePage)
		if err != nil {
			return storeError(err)
		}
		for i := range page {
			q := &page[i]
			after = q.ID
			if asJSON {
				if err := e.Encode(q); err != nil {
					return err
				}
				continue
			}
			file, why := q.File, q.Reason
			if q.State == "replayed" {
				why = "taken in; it was: " + why
			}
			if a.terminal {
				file = safe.Escape(filepath.Base(file)).ClipMiddle(narrowFile).String()
			}
			rows = append(rows, []string{strconv.FormatInt(q.ID, 10), q.Code, count(q.Line), count(q.Begin), count(q.Length), file, why})
		}
		if len(page) < quarantinePage {
			break
		}
	}
	switch {
	case asJSON:
		return nil
	case len(rows) == 0:
		_, err := fmt.Fprintln(a.out, "nothing in quarantine")
		return err
	}
	return a.printTable([]string{"ID", "CODE", "LINE", "BYTE", "SIZE", "FILE", "REASON"}, []bool{true, false, true, true, true}, rows)
}

func stateAside(q *store.Quarantined) string {
	if q.State == "replayed" {
		return "taken in"
	}
	return q.State
}

func (a *app) quarantineShow() *cobra.Command {
	var raw bool
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Show a record in quarantine with its bytes",
		Long: `show prints where a record stands, why it is in quarantine, and its bytes with everything that could act on a
terminal spelt out. --raw writes the bytes exactly, to a file or a pipe.`,
		Example: `  casebook quarantine show 12
  casebook quarantine show 12 --raw > record.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("quarantine show: want the id of one record, found %d (see \"casebook quarantine ls\")", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			ids, err := recordIDs("quarantine show", args)
			if err != nil {
				return err
			}
			db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
			if err != nil {
				return err
			}
			defer db.Close()
			return a.showQuarantined(c.Context(), db, ids[0], raw)
		},
	}
	c.Flags().BoolVar(&raw, "raw", false, "the bytes exactly, and nothing else")
	return c
}

func recordIDs(command string, args []string) ([]int64, error) {
	ids := make([]int64, len(args))
	for i, arg := range args {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || id < 1 {
			return nil, fmt.Errorf("%s: want the id of a record, found %q (see \"casebook quarantine ls\")", command, arg)
		}
		ids[i] = id
	}
	return ids, nil
}

func (a *app) showQuarantined(ctx context.Context, db *store.DB, id int64, raw bool) error {
	q, bytes, whole, err := db.QuarantinedRecord(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no record %d in quarantine (see \"casebook quarantine ls --all\")", id)
	}
	if err != nil {
		return storeError(err)
	}
	if raw {
		if a.terminal {
			return errors.New("quarantine show --raw: the bytes could act on the terminal; send them to a file or a pipe, or leave --raw out")
		}
		if _, err := a.out.Write(bytes); err != nil {
			return err
		}
		if !whole {
			return &exit{code: exitPartial, err: fmt.Errorf("only the first %s of %s bytes were kept, and %q is not there as it was", count(len(bytes)), count(q.Length), q.File)}
		}
		return nil
	}
	fmt.Fprintf(a.out, "file    %s\nplace   line %s, byte %s, %s bytes\ncode    %s\nreason  %s\nstate   %s\nsha256  %x\n\n%s\n",
		harmless(q.File), count(q.Line), count(q.Begin), count(q.Length), q.Code, harmless(q.Reason), stateAside(&q), q.SHA256, harmlessLines(string(bytes)))
	if !whole {
		fmt.Fprintf(a.out, "\nthese are the first %s bytes; the file is not there as it was to show the rest\n", count(len(bytes)))
	}
	return nil
}

func (a *app) quarantineReplay() *cobra.Command {
	var all, asJSON bool
	c := &cobra.Command{
		Use:   "replay [ID…]",
		Short: "Decode records in quarantine again and take in what is understood now",
		Example: `  casebook quarantine replay 12 13
  casebook quarantine replay --all`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && !all:
				return errors.New("quarantine replay: want ids of records, or --all")
			case len(args) > 0 && all:
				return errors.New("quarantine replay: want ids or --all, found both")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			ids, err := recordIDs("quarantine replay", args)
			if err != nil {
				return err
			}
			db, err := a.openStore(store.Options{Existing: true})
			if err != nil {
				return err
			}
			defer db.Close()
			r, err := db.Replay(c.Context(), ids)
			if errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("quarantine replay: %w (see \"casebook quarantine ls\")", err)
			}
			if err != nil {
				return storeError(err)
			}
			return a.printReplay(r, asJSON)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "everything that is in quarantine")
	c.Flags().BoolVar(&asJSON, "json", false, "what became of each, as JSON")
	return c
}

func (a *app) printReplay(r *store.Replay, asJSON bool) error {
	left := len(r.Outcomes) - r.Taken
	if asJSON {
		if err := writeReplay(a.out, r); err != nil {
			return err
		}
	} else {
		for i := range r.Outcomes {
			o := &r.Outcomes[i]
			what := "stays: " + o.Reason
			switch {
			case o.Taken && o.Left > 0:
				what = "taken in, but for " + plural(o.Left, "record") + " of it"
			case o.Taken:
				what = "taken in"
			case i > saidQuarantined:
				continue
			}
			fmt.Fprintf(a.out, "%d  %s:%d  %s\n", o.ID, harmless(o.File), o.Line, harmless(what))
		}
		fmt.Fprintf(a.out, "%s taken in (%s new, %s there already), %s in quarantine\n", plural(r.Taken, "record"),
			plural(int(r.Accepted), "event"), count(r.Duplicate), count(left))
	}
	if left > 0 {
		return &exit{code: exitPartial}
	}
	return nil
}

func writeReplay(w io.Writer, r *store.Replay) error {
	type outcome struct {
		store.Quarantined
		Taken bool `json:"taken"`
		Left  int  `json:"left,omitempty"`
	}
	list := make([]outcome, len(r.Outcomes))
	for i, o := range r.Outcomes {
		list[i] = outcome{o.Quarantined, o.Taken, o.Left}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(map[string]any{"records": list, "taken": r.Taken, "accepted": r.Accepted, "duplicate": r.Duplicate})
}
