package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"casebook/guides"
	"casebook/store"
	casefile "casebook/tui/report"
)

type reportOptions struct {
	out    string
	format string
	force  bool
	asOf   string
	rules  []string
	reveal string
}

func (a *app) report() *cobra.Command {
	o := reportOptions{}
	c := &cobra.Command{
		Use:   "report CASE",
		Short: "Write a case as a report: story, verdict, alerts, questions, evidence",
		Long: `report writes a case with everything a colleague needs to check it: why each alert fired, the questions and their
answers, and every piece of evidence with its file, place and SHA-256, looked at again while the report is made.
The same store and as-of give the same bytes. It goes to standard output, or with -o to a file of mode 0600.

A zip is a bundle for whoever has neither the store nor casebook: the report in every form, with --reveal the records of
its events as they came, and the SHA-256 of each of them. sha256sum -c checks it, and so does casebook verify FILE.zip.

The exit code is 3 if a piece of evidence is not what it was when it was pinned.`,
		Example: `  casebook report C-0007 -o report.md
  casebook report 7 -o report.html
  casebook report 7 -o C-0007.zip --reveal 'handed to counsel'
  casebook report 7 --format json | jq .pins`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("report: want one case, such as C-0001, found %s (\"casebook cases\" lists them)", plural(len(args), "argument"))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if ending := strings.TrimPrefix(filepath.Ext(o.out), "."); !c.Flags().Changed("format") && slices.Contains(casefile.Formats(), casefile.Format(ending)) {
				o.format = ending
			}
			return a.writeReport(c.Context(), o, args[0])
		},
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "", "write to this `file`; - is standard output")
	f.StringVar(&o.format, "format", string(casefile.Markdown), "md, html, json or zip; by default what the file's name ends in, else md")
	f.BoolVar(&o.force, "force", false, "replace the file that is there")
	f.StringVar(&o.asOf, "as-of", "", "the `time` that now() is; by default the newest event")
	f.StringVar(&o.reveal, "reveal", "", "write values as they are, not masked or veiled, for this `reason`, which the journal keeps")
	f.StringSliceVar(&o.rules, "rules", nil, "also the rules in this `folder` or file")
	return c
}

func (a *app) writeReport(ctx context.Context, o reportOptions, name string) error {
	id, err := caseID(name)
	if err != nil {
		return err
	}
	var formats []string
	for _, f := range casefile.Formats() {
		formats = append(formats, string(f))
	}
	if err := oneOf("--format", o.format, formats); err != nil {
		return err
	}
	if o.format == string(casefile.Bundle) && a.terminal && (o.out == "" || o.out == "-") {
		return errors.New("report: a zip is nothing to read on a terminal; name a file with -o")
	}
	db, err := a.openRevealing(ctx, o.reveal, store.Revealed{Object: "case", Number: id, What: "a report as " + o.format})
	if err != nil {
		return err
	}
	defer db.Close()
	rules, err := a.shelf(ctx, db, o.rules)
	if err != nil {
		return err
	}
	byID := map[string]*guides.Detection{}
	for _, d := range rules.detections() {
		byID[d.Rule.ID] = d
	}
	asOf, err := a.asOf(ctx, db, o.asOf)
	if err != nil {
		return err
	}
	r, err := casefile.Complete(ctx, db, byID, id, asOf, o.reveal != "")
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("report: %w (\"casebook cases\" lists them)", err)
	}
	if err != nil {
		return storeError(err)
	}
	text, err := r.Text(casefile.Format(o.format))
	if err != nil {
		return err
	}
	if o.format == string(casefile.Bundle) {
		fmt.Fprintf(a.err, "SHA-256 %x, of the bundle: note it where nobody can change it\n", sha256.Sum256([]byte(text)))
	}
	if o.out == "" || o.out == "-" {
		_, err = io.WriteString(a.out, text)
	} else if err = casefile.Write(o.out, text, o.force); err == nil {
		fmt.Fprintf(a.err, "wrote %s to %s\n", r.Case.Name(), harmless(o.out))
	}
	if counts := r.Checked(); err == nil && counts[casefile.Changed]+counts[casefile.Lost] > 0 {
		return &exit{code: exitPartial, err: fmt.Errorf("evidence that is not what it was: %d; that cannot be looked at: %d", counts[casefile.Changed], counts[casefile.Lost])}
	}
	return err
}
