package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"casebook/store"
	casefile "casebook/tui/report"
)

func (a *app) verify() *cobra.Command {
	var evidence []string
	var known string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify [BUNDLE.zip]",
		Short: "Check that the store and its evidence, or a bundle, are as they were made",
		Long: `verify reads the whole store, changes nothing, and says a line a step: whether the file is sound, whether the journal's
entries follow each other, whether files, events, quarantine, alerts, verdicts, answers and notes are as the journal has
them, and whether every event's record still has its hash. Of a step that does not hold it says where first.

A journal proves tampering only against a head that was kept elsewhere: note what "casebook head" prints in a ticket, and
give it with --head. Files that the store keeps by reference are looked for where they were loaded from; with --evidence
they must be found there or, by their hash, under one of the folders.

A bundle, which is what casebook report CASE -o FILE.zip writes, is checked without a store: whether it is whole, and whether
its records have the hashes with which they were pinned.

It ends with 0 when everything holds and with 6 when something does not.`,
		Example: `  casebook verify
  casebook verify --head 128:9f3c12ab34cd56ef --evidence ~/logs
  casebook verify C-0007.zip`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && (known != "" || len(evidence) > 0) {
				return errors.New("verify: want one bundle, or a store with --head and --evidence, found both or more")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				return a.verifyBundle(args[0], asJSON)
			}
			o := store.VerifyOptions{Evidence: evidence}
			if known != "" {
				head, err := store.ParseHead(known)
				if err != nil {
					return fmt.Errorf("--head: %w", err)
				}
				o.Head = &head
			}
			db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
			if t := (*store.Trouble)(nil); errors.As(err, &t) && t.Kind == store.Damaged {
				return &exit{code: exitUnsound, err: err}
			}
			if err != nil {
				return err
			}
			defer db.Close()
			return a.verifyStore(c.Context(), db, o, asJSON)
		},
	}
	c.Flags().StringSliceVar(&evidence, "evidence", nil, "also look in this `folder` for files that are kept by reference, and want all of them")
	c.Flags().StringVar(&known, "head", "", "a `head` of the journal that was kept elsewhere")
	c.Flags().BoolVar(&asJSON, "json", false, "what was found as one JSON object")
	return c
}

func (a *app) verifyStore(ctx context.Context, db *store.DB, o store.VerifyOptions, asJSON bool) error {
	if !asJSON {
		o.Told = a.sayStep
	}
	v, err := db.Verify(ctx, o)
	if err != nil {
		return storeError(err)
	}
	return a.sayVerified(v, asJSON)
}

// verifyBundle checks a bundle, which needs no store.
func (a *app) verifyBundle(path string, asJSON bool) error {
	v, err := casefile.CheckBundle(path)
	if err != nil {
		return err
	}
	for _, s := range v.Steps {
		if !asJSON {
			a.sayStep(s)
		}
	}
	return a.sayVerified(v, asJSON)
}

func (a *app) sayStep(s store.Step) {
	a.sayWrapped(fmt.Sprintf("%s  %-10s  ", verdict(s.Sound), s.Name), s.Text)
}

// sayVerified says what the steps cannot tell, or all of it as JSON, and ends as what they found wants it.
func (a *app) sayVerified(v *store.Verification, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		if err := e.Encode(struct {
			Sound bool `json:"sound"`
			*store.Verification
			Fingerprint string `json:"fingerprint"`
		}{v.Sound(), v, v.Head.String()}); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(a.out, "this does not prove")
		for _, text := range v.Unproven {
			a.sayWrapped("  - ", text)
		}
	}
	if !v.Sound() {
		return &exit{code: exitUnsound}
	}
	return nil
}

// sayWrapped prints a text behind a head, on a terminal in as many lines as it takes.
func (a *app) sayWrapped(head, text string) {
	if !a.terminal {
		fmt.Fprintln(a.out, head+harmless(text))
		return
	}
	for i, l := range wrapped(text, a.width()-len(head)) {
		if i > 0 {
			head = strings.Repeat(" ", len(head))
		}
		fmt.Fprintln(a.out, head+l)
	}
}

func verdict(sound bool) string {
	if sound {
		return "ok    "
	}
	return "FAILED"
}

func (a *app) head() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "head",
		Short: "Print the journal's head, to be kept where nobody can change it",
		Long: `head prints the number of the journal's last entry and the beginning of its hash. Kept in a ticket, a mail or on paper, it
shows later that nothing up to it was changed or taken away: casebook verify --head HEAD.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
			if err != nil {
				return err
			}
			defer db.Close()
			seq, hash, err := db.Head(c.Context())
			if err != nil {
				return storeError(err)
			}
			h := store.Head{Seq: seq, Hash: hash}
			if asJSON {
				return json.NewEncoder(a.out).Encode(map[string]any{"seq": h.Seq, "hash": fmt.Sprintf("%x", h.Hash), "fingerprint": h.String()})
			}
			_, err = fmt.Fprintln(a.out, h)
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "with the whole hash, as JSON")
	return c
}
