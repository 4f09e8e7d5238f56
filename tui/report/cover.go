package report

import (
	"context"

	"casebook/engine"
	"casebook/engine/column"
	"casebook/engine/syntax"
	"casebook/store"
	"casebook/tui/veil"
)

// Showing is how a report shows values that came out of logs.
type Showing string

// The ways to show them.
const (
	Masked Showing = "secrets are masked"
	Veiled Showing = "secrets are masked, prompts and answers are veiled"
	Bare   Showing = "as they are, nothing is masked or veiled"
)

// cover masks what a report would show of secrets and, where the store's veil is on, of prompts and answers. Hashes stay those of the
// values as they are.
func (r *Report) cover(ctx context.Context, db *store.DB) error {
	on, err := db.Veil(ctx)
	if err != nil {
		return err
	}
	if r.Head.Shown = Masked; on {
		r.Head.Shown = Veiled
	}
	for i := range r.Alerts {
		a := &r.Alerts[i]
		var q *engine.Query
		if a.Detection != nil {
			q, _ = a.Detection.Rule.Parse(ctx, db) // a rule that cannot be read has all columns covered
		}
		a.Peak.Row = veil.Row(a.Peak.Row, sized(veil.Columns(q, len(a.Peak.Row), on), len(a.Peak.Row)))
	}
	for i := range r.Pins {
		r.Pins[i].Record = nil
		p := r.Pins[i].Result
		if p == nil {
			continue
		}
		q, _ := engine.Parse(ctx, p.Language, syntax.NewFile("pin", p.Query), db, p.Params)
		columns := sized(veil.Columns(q, len(p.Columns), on), len(p.Columns))
		for j, row := range p.Rows {
			p.Rows[j] = veil.Row(row, columns)
		}
		for name, v := range p.Params {
			if shown, changed := veil.Value(v.Value(0), false); changed {
				b := column.NewBuilder(v.Type, 1)
				b.Value(shown)
				p.Params[name] = b.Vector()
			}
		}
	}
	return nil
}

// sized are columns of a query as it is now for rows of it as it was: where they do not go together all are covered.
func sized(columns []bool, n int) []bool {
	if len(columns) != n {
		return veil.Columns(nil, n, true)
	}
	return columns
}
