package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
	"casebook/store"
	"casebook/tui"
)

type queryOptions struct {
	lang, format, asOf string
	reveal             string
	stages, all        bool
}

func (a *app) query() *cobra.Command {
	o := queryOptions{}
	c := &cobra.Command{
		Use:   "query --lang esql|kql 'TEXT'",
		Short: "Ask the store in ES|QL or KQL",
		Long: `query runs a query over the loaded events and prints its rows. TEXT may be "-" to read it from standard input.

now() and ago() are the newest loaded event, unless --as-of says otherwise. On a terminal a query that keeps every column of
a table shows those that have room; KEEP or project chooses others, --all-columns shows all, and so does a pipe.`,
		Example: `  casebook query --lang esql 'from logs-aws_bedrock.invocation-* | stats n = count() by user.id | sort n desc'
  casebook query --lang kql --format csv 'OpenAIChatCompletions | summarize count() by ModelName'
  casebook query --lang esql --stages - < rule.esql`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("query: want one text, in quotes, found %s (see %q)", plural(len(args), "argument"), "casebook query --help")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.runQuery(c.Context(), o, args[0]) },
	}
	f := c.Flags()
	f.StringVar(&o.lang, "lang", "", "the query's language: esql or kql")
	f.StringVar(&o.format, "format", "table", "how to print rows: table, json (one object a line) or csv")
	f.StringVar(&o.asOf, "as-of", "", "the `time` that now() is")
	f.StringVar(&o.reveal, "reveal", "", "print values as they are, not masked or veiled, for this `reason`, which the journal keeps")
	f.BoolVar(&o.all, "all-columns", false, "on a terminal too, print every column")
	f.BoolVar(&o.stages, "stages", false, "also say how many rows came out of each stage, on standard error")
	return c
}

func (a *app) runQuery(ctx context.Context, o queryOptions, text string) error {
	lang, err := language(o.lang)
	if err != nil {
		return err
	}
	if o.format != "table" && o.format != "json" && o.format != "csv" {
		return fmt.Errorf("--format: want table, json or csv, found %q", o.format)
	}
	file, err := a.queryText(text)
	if err != nil {
		return err
	}
	db, err := a.openRevealing(ctx, o.reveal, store.Revealed{Object: "query", What: file.Text})
	if err != nil {
		return err
	}
	defer db.Close()
	asOf, err := a.asOf(ctx, db, o.asOf)
	if err != nil {
		return err
	}
	if lang == engine.KQL {
		functions, err := a.lent(ctx, db, nil)
		if err != nil {
			return err
		}
		db.Lend(functions)
	}
	q, err := engine.Parse(ctx, lang, file, db, nil)
	if err != nil {
		return err
	}
	for _, n := range q.Notices {
		fmt.Fprintln(a.err, "note: "+harmless(n))
	}
	defer holdMemory(engine.QueryMemory)()
	r, err := engine.Run(ctx, q, db, engine.Options{AsOf: asOf})
	if err != nil {
		return err
	}
	if o.reveal == "" {
		if r, err = a.covered(ctx, db, r.Query, r); err != nil {
			return err
		}
	}
	said, widest := "", widestCell
	if a.terminal && o.format == "table" && !o.all {
		if r, said = roomy(a.clock, r, tablesOf(q, db), a.width()); said != "" {
			widest = widestShown(a.clock)
		}
	}
	if err := a.printResult(ctx, o.format, r, widest); err != nil {
		return err
	}
	if said != "" {
		a.note(said)
	}
	a.sayOfResult(r, o.stages)
	return nil
}

// queryText is what is asked, as a file whose places mistakes name.
func (a *app) queryText(text string) (*syntax.File, error) {
	name := "query"
	if text == "-" {
		data, err := io.ReadAll(io.LimitReader(a.in, longestQuery+1))
		if err != nil {
			return nil, fmt.Errorf("read the query from standard input: %w", err)
		}
		data = bytes.TrimPrefix(data, []byte("\ufeff")) // with which Windows begins a text
		text, name = string(data), "standard input"
	}
	if len(text) > longestQuery {
		return nil, fmt.Errorf("want a query of at most %s, found more", size(longestQuery))
	}
	return syntax.NewFile(name, text), nil
}

// sayOfResult says on standard error what a result was warned of and, if asked, what came out of each stage.
func (a *app) sayOfResult(r *engine.Result, stages bool) {
	for _, w := range r.Warnings {
		fmt.Fprintf(a.err, "warning: %s (%s)\n", harmless(w.Text), plural(w.Count, "time"))
	}
	if !stages {
		return
	}
	for _, s := range r.Stages {
		noun := "rows"
		if s.Rows == 1 {
			noun = "row "
		}
		fmt.Fprintf(a.err, "%12s %s after %s\n", count(s.Rows), noun, harmless(strings.Join(strings.Fields(s.Text), " ")))
	}
}

// longestQuery bounds what the parsers are given.
const longestQuery = 1 << 20

func language(s string) (engine.Language, error) {
	switch l := engine.Language(strings.ToLower(s)); l {
	case engine.ESQL, engine.KQL:
		return l, nil
	case "":
		return "", errors.New("--lang: want esql or kql, found none")
	}
	return "", fmt.Errorf("--lang: want esql or kql, found %q", s)
}

// printResult writes the rows of a result as they are read, in a table on a terminal with values cut at widest: there may be millions.
func (a *app) printResult(ctx context.Context, format string, r *engine.Result, widest int) error {
	if format == "json" {
		var b []byte
		for i := range r.Batch.Len {
			if i%printedRows == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			b = append(appendRow(b[:0], r.Columns, rowOf(r, i)), '\n')
			if _, err := a.out.Write(b); err != nil {
				return err
			}
		}
		return nil
	}
	head := make([]string, len(r.Columns))
	number := make([]bool, len(r.Columns))
	for i, c := range r.Columns {
		head[i] = c.Name
		switch c.Type {
		case column.Int, column.Long, column.ULong, column.Double, column.Decimal:
			number[i] = true
		}
	}
	clock := a.clock
	if format == "csv" {
		clock = tui.Clock{} // a file is read elsewhere
	}
	line := make([]string, len(head))
	rows := func(yield func([]string) bool) {
		for i := range r.Batch.Len {
			if i%printedRows == 0 && ctx.Err() != nil {
				return
			}
			for k, v := range r.Batch.Columns {
				line[k] = plain(clock, r.Columns[k].Type, v.Value(i))
			}
			if !yield(line) {
				return
			}
		}
	}
	if format == "csv" {
		if err := a.printCSV(head, number, rows); err != nil {
			return err
		}
		return ctx.Err()
	}
	if !a.terminal {
		widest = 0
	}
	if err := a.printRows(head, number, rows, widest); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	_, err := fmt.Fprintf(a.out, "%s\n", plural(r.Batch.Len, "row"))
	return err
}

// printedRows is how many rows are printed before it is looked whether the query was cancelled.
const printedRows = 256

func rowOf(r *engine.Result, i int) []any {
	row := make([]any, len(r.Columns))
	for k, v := range r.Batch.Columns {
		row[k] = v.Value(i)
	}
	return row
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

// asOf is the instant that now() is, in ticks: what was asked for, else the newest loaded event.
func (a *app) asOf(ctx context.Context, db *store.DB, s string) (int64, error) {
	if s != "" {
		return a.parseTime("--as-of", s)
	}
	newest, _, err := db.NewestEvent(ctx)
	return newest, storeError(err)
}

// parseTime reads a day and a time as people write them, in the zone of --zone where they name none, in ticks.
func (a *app) parseTime(flag, s string) (int64, error) {
	at, err := a.clock.Read(s, 0)
	if err != nil || !strings.Contains(strings.TrimPrefix(s, "-"), "-") {
		return 0, fmt.Errorf("%s: want a time such as 2026-03-04T21:30:00Z, found %q", flag, s)
	}
	return at, nil
}
