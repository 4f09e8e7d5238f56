package engine

import (
	"context"
	"errors"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
	"casebook/engine/replay"
	"casebook/engine/syntax"
)

// Some columns are found in data (KQL's bag_unpack). A query is read with those of all events there are, whatever the time, so that it is
// known what it asks for at all; what runs it over a window reads it anew, with the columns of that window.

// probing lets a front end look at data.
type probing struct {
	plan.Catalog
	look func(context.Context, plan.Node) (*column.Batch, error)
}

// Probe implements plan.Prober.
func (p probing) Probe(ctx context.Context, n plan.Node) (*column.Batch, error) {
	if plan.Alone(n) {
		return exec.Probe(ctx, n)
	}
	return p.look(ctx, n)
}

// everything looks at all events of a catalog; one that has none, and is asked what there are, knows no column.
func everything(catalog plan.Catalog) func(context.Context, plan.Node) (*column.Batch, error) {
	return func(ctx context.Context, n plan.Node) (*column.Batch, error) {
		src, ok := catalog.(exec.Source)
		if !ok {
			return &column.Batch{}, nil
		}
		got, err := exec.Run(ctx, plan.Timeless(n), src, exec.Options{})
		if err != nil {
			return nil, err
		}
		return got.Batch, nil
	}
}

// over is the query as the events of a window make it, and no other.
func (q *Query) over(ctx context.Context, src exec.Source, opt exec.Options) (*Query, error) {
	opt.Lineage, opt.Counts = false, false
	then, err := parse(ctx, q.Language, q.File, probing{src, func(ctx context.Context, n plan.Node) (*column.Batch, error) {
		got, err := exec.Run(ctx, n, src, opt)
		if err != nil {
			return nil, err
		}
		return got.Batch, nil
	}}, q.params)
	if err != nil {
		return nil, err
	}
	return then.With(then.Plan), nil
}

// errAsks ends the reading of a query that asks for what is not known yet.
var errAsks = errors.New("asks for data")

// after is the query as the answers to what it asks for make it, in their order, or what it asks for next.
func (q *Query) after(ctx context.Context, catalog plan.Catalog, answers []*column.Batch) (root, asks plan.Node, err error) {
	then, err := parse(ctx, q.Language, q.File, probing{catalog, func(_ context.Context, n plan.Node) (*column.Batch, error) {
		if len(answers) == 0 {
			asks = n
			return nil, errAsks
		}
		answer := answers[0]
		answers = answers[1:]
		return answer, nil
	}}, q.params)
	switch {
	case errors.Is(err, errAsks):
		return nil, asks, nil
	case len(syntax.Errors(err)) > 0:
		return nil, nil, &replay.Mistake{Err: err}
	case err != nil:
		return nil, nil, err
	}
	return then.Plan, nil, nil
}
