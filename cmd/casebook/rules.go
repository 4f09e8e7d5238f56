package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
)

func (a *app) rules() *cobra.Command {
	var (
		asJSON bool
		dirs   []string
	)
	c := &cobra.Command{
		Use:   "rules",
		Short: "List the detections with their schedule, state and last result",
		Example: `  casebook rules
  casebook rules --rules ~/detection-rules/rules/integrations/aws_bedrock
  casebook rules check my-rule.md`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.listRules(c.Context(), dirs, asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	c.Flags().StringSliceVar(&dirs, "rules", nil, "also the rules in this `folder` or file")
	c.AddCommand(a.checkRules())
	return c
}

// shelf is every detection there is to run: the library's, and those of folders and files that the user named. A file
// that cannot be read is said, and keeps nobody else out.
func (a *app) shelf(dirs []string) (detections []*guides.Detection, refused []guides.Refused, err error) {
	if detections, err = guides.Library(); err != nil {
		return nil, nil, err
	}
	from := map[string]string{}
	for _, d := range detections {
		from[d.Rule.ID] = d.Source
	}
	for _, dir := range dirs {
		s, err := guides.ReadDir(dir)
		if err != nil {
			return nil, nil, fmt.Errorf("--rules: %w", plainPathError(err))
		}
		refused = append(refused, s.Refused...)
		for _, d := range s.Detections {
			if other, taken := from[d.Rule.ID]; taken {
				refused = append(refused, guides.Refused{Path: d.Source, Err: fmt.Errorf("its id %s is that of %s", d.Rule.ID, other)})
				continue
			}
			from[d.Rule.ID] = d.Source
			detections = append(detections, d)
		}
	}
	return detections, refused, nil
}

// sayRefused tells of rules that could not be read, and how many.
func (a *app) sayRefused(refused []guides.Refused) {
	for _, r := range refused {
		if mistakes := syntax.Errors(r.Err); len(mistakes) > 0 {
			for _, m := range mistakes {
				fmt.Fprintln(a.err, harmlessLines(m.Caret()))
			}
			continue
		}
		fmt.Fprintf(a.err, "casebook: rule not read: %s: %s\n", harmless(r.Path), harmless(r.Err.Error()))
	}
}

// plainPathError is a fault of the file system without the name of the system call.
func plainPathError(err error) error {
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

// listedRule is one line of the list of rules.
type listedRule struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Language string   `json:"language"`
	Severity string   `json:"severity"`
	Risk     int      `json:"risk"`
	Every    string   `json:"every"`
	Lookback string   `json:"lookback"`
	Source   string   `json:"source"`
	State    string   `json:"state"` // ready, or why it does not run
	Last     *lastRun `json:"last,omitempty"`
}

type lastRun struct {
	Outcome string `json:"outcome"`
	Reason  string `json:"reason,omitempty"`
	Hits    int    `json:"hits"`
	AsOf    string `json:"as_of"`
}

func (a *app) listRules(ctx context.Context, dirs []string, asJSON bool) error {
	detections, refused, err := a.shelf(dirs)
	if err != nil {
		return err
	}
	a.sayRefused(refused)
	db, err := a.openStore(store.Options{ReadOnly: true, Existing: true})
	switch t := (*store.Trouble)(nil); {
	case errors.As(err, &t) && t.Kind == store.Missing && a.storePath == "":
		// Rules can be listed before anything is loaded.
	case err != nil:
		return err
	default:
		defer db.Close()
	}
	var rows [][]string
	for _, d := range detections {
		r := &d.Rule
		l := listedRule{ID: r.ID, Title: r.Title, Language: string(r.Language), Severity: string(r.Severity), Risk: r.Risk,
			Every: every(r.Every), Lookback: shorter(r.Lookback), Source: d.Source, State: r.State}
		if l.State == "" {
			l.State = "ready"
		}
		if db != nil {
			if l.Last, err = lastOf(ctx, db, r.ID); err != nil {
				return storeError(err)
			}
		}
		if asJSON {
			e := json.NewEncoder(a.out)
			e.SetEscapeHTML(false)
			if err := e.Encode(l); err != nil {
				return err
			}
			continue
		}
		last := "never run"
		if l.Last != nil {
			last = l.Last.Outcome
			if l.Last.Hits > 0 {
				last += ", " + plural(l.Last.Hits, "hit")
			}
			if l.Last.Reason != "" {
				last += ": " + l.Last.Reason
			}
		}
		rows = append(rows, []string{l.ID, l.Language, l.Severity, l.Every, l.Lookback, l.State, last})
	}
	if !asJSON {
		if err := a.printTable([]string{"RULE", "LANGUAGE", "SEVERITY", "EVERY", "LOOK-BACK", "STATE", "LAST RESULT"}, make([]bool, 7), rows); err != nil {
			return err
		}
	}
	if len(refused) > 0 {
		return &exit{code: exitPartial}
	}
	return nil
}

func lastOf(ctx context.Context, db *store.DB, rule string) (*lastRun, error) {
	runs, err := db.Runs(ctx, rule, 1)
	if err != nil || len(runs) == 0 {
		return nil, err
	}
	r := runs[0]
	return &lastRun{Outcome: string(r.Outcome), Reason: r.Reason, Hits: r.Hits, AsOf: instant(r.AsOf)}, nil
}

// every is a schedule in words.
func every(d time.Duration) string {
	if d == 0 {
		return "on demand"
	}
	return shorter(d)
}

// shorter is a duration without the units that are nothing: 10m, 24h, 1h30m.
func shorter(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
