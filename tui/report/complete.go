package report

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"casebook/engine"
	"casebook/engine/syntax"
	"casebook/guides"
	"casebook/store"
	"casebook/tui/why"
)

// Head says what a report was made from.
type Head struct {
	Store    string // the hash of the entry that made the store
	Build    string
	AsOf     int64 // ticks
	Seq      int64 // of the journal's last entry
	Journal  string
	Files    []store.FileState // that the evidence lies in
	All      store.Tally       // of all files that were loaded
	Loaded   int               // files
	Analysts []string
	Shown    Showing
}

// tries is how often a report is begun again because someone wrote to the store meanwhile.
const tries = 5

// Complete puts a case together with everything that is slow: every alert's rule run again, every piece of evidence looked at
// again. What it says is of one moment: if someone writes to the store meanwhile, it begins again. Values out of logs are covered, unless
// bare says otherwise.
func Complete(ctx context.Context, db *store.DB, detections map[string]*guides.Detection, id int64, asOf int64, bare bool) (*Report, error) {
	for range tries {
		before, _, err := db.Head(ctx)
		if err != nil {
			return nil, err
		}
		r, err := Read(ctx, db, detections, id)
		if err != nil {
			return nil, err
		}
		if err := r.complete(ctx, db, asOf); err != nil {
			return nil, err
		}
		r.Head.Shown = Bare
		if !bare {
			if err := r.cover(ctx, db); err != nil {
				return nil, err
			}
		}
		if r.Head.Seq == before {
			return r, nil
		}
	}
	return nil, errors.New("make a report: the store kept changing; try again when nobody is loading or writing")
}

func (r *Report) complete(ctx context.Context, db *store.DB, asOf int64) error {
	for i := range r.Alerts {
		if err := r.Alerts[i].explain(ctx, db); err != nil {
			return err
		}
	}
	if err := r.Verify(ctx, db); err != nil {
		return err
	}
	head := &Head{AsOf: asOf, Build: db.Actor().Build}
	var err error
	if head.Store, err = db.Name(ctx); err != nil {
		return err
	}
	if err := head.files(ctx, db, r.Pins); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, e := range r.Log {
		if !seen[e.Actor.Name] {
			seen[e.Actor.Name] = true
			head.Analysts = append(head.Analysts, e.Actor.Name)
		}
	}
	var hash []byte
	if head.Seq, hash, err = db.Head(ctx); err != nil {
		return err
	}
	head.Journal = hex.EncodeToString(hash)
	r.Head = head
	return nil
}

// files counts every file that was loaded and keeps those that evidence lies in.
func (h *Head) files(ctx context.Context, db *store.DB, pins []Pin) error {
	in := map[string]bool{}
	for _, p := range pins {
		if p.Row != nil {
			in[p.Row.File] = true
		}
	}
	after := int64(0)
	sums := map[string]string{}
	for {
		page, err := db.Files(ctx, after, 500)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		for _, f := range page {
			h.Loaded++
			h.All.Bytes += f.Bytes
			h.All.Expanded += f.Expanded
			h.All.Records += f.Records
			h.All.Accepted += f.Accepted
			h.All.Duplicate += f.Duplicate
			h.All.Quarantined += f.Quarantined
			h.All.Blank += f.Blank
			h.All.Skipped += f.Skipped
			h.All.Undated += f.Undated
			if in[f.Path] {
				h.Files = append(h.Files, f)
				sums[f.Path] = hex.EncodeToString(f.SHA256)
			}
		}
		after = page[len(page)-1].ID
	}
	for i := range pins {
		pins[i].Place.FileSHA256 = sums[pins[i].Place.File]
	}
	return nil
}

// explain runs an alert's rule again. A rule that cannot be run is told of; a report is not kept back by it.
func (a *Alert) explain(ctx context.Context, db *store.DB) error {
	if a.Detection == nil {
		a.Silent = "rule " + a.Rule + " is not loaded"
		return nil
	}
	l, err := why.Explain(ctx, db, &a.Detection.Rule, &a.Peak)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		a.Silent = "the rule cannot be run again: " + err.Error()
		return nil
	}
	a.Ledger = l
	return nil
}

// Verify looks at every piece of evidence again: the bytes of events against their hash, and queries by asking them again at
// the as-of they were asked at.
func (r *Report) Verify(ctx context.Context, db *store.DB) error {
	for i := range r.Pins {
		p := &r.Pins[i]
		if p.Kind == store.PinEvent {
			p.verifyEvent(ctx, db)
		} else {
			p.verifyQuery(ctx, db)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func (p *Pin) verifyEvent(ctx context.Context, db *store.DB) {
	raw, err := db.Raw(ctx, p.Event)
	p.Place = Place{File: raw.File, Line: raw.Line, Begin: raw.Begin, Length: raw.Length}
	switch {
	case err != nil:
		p.Check, p.Why = Lost, err.Error()
	case !raw.Intact || !bytes.Equal(raw.SHA256, p.SHA256):
		p.Check, p.Why = Changed, "its bytes are not those that were pinned"
	default:
		p.Check, p.Why = Same, "its bytes have the hash that was pinned"
	}
	p.keepRecord(&raw)
}

func (p *Pin) verifyQuery(ctx context.Context, db *store.DB) {
	res := p.Result
	q, err := engine.Parse(ctx, res.Language, &syntax.File{Name: p.Name(), Text: res.Query}, db, res.Params)
	if err != nil {
		p.Check, p.Why = Lost, "the query cannot be read any more: "+err.Error()
		return
	}
	got, err := engine.Run(ctx, q, db, engine.Options{AsOf: res.AsOf})
	if err != nil {
		p.Check, p.Why = Lost, "the query cannot be run: "+err.Error()
		return
	}
	sum, err := store.ResultSum(got)
	switch {
	case err != nil:
		p.Check, p.Why = Lost, err.Error()
	case !bytes.Equal(sum, p.SHA256) && slices.Contains(q.Tables(), store.AlertsTable):
		p.Check, p.Why = Moved, "it asks about alerts, which were worked on since"
	case !bytes.Equal(sum, p.SHA256):
		p.Check, p.Why = Changed, fmt.Sprintf("asked again it gives %s, other than the %d that were pinned", many(got.Batch.Len, "row"), res.Count)
	default:
		p.Check, p.Why = Same, "asked again it gives the same rows"
	}
}

// Checked counts the outcomes of checks.
func (r *Report) Checked() map[Check]int {
	counts := map[Check]int{}
	for _, p := range r.Pins {
		counts[p.Check]++
	}
	return counts
}
