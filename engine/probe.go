package engine

import (
	"context"
	"errors"
	"slices"

	"casebook/engine/column"
	"casebook/engine/exec"
	"casebook/engine/plan"
	"casebook/engine/replay"
	"casebook/engine/syntax"
)

// Some columns are found in data (KQL's bag_unpack). What runs such a query over a window reads it anew, with the columns of that window.
// Before there is one it is read with the columns of some events, so that its mistakes are told and what it gives is known about as well as
// it can be; a column that none of them has is taken as found, since another may have it. Only where that leaves it a mistake are all looked at.

// probing lets a front end look at data.
type probing struct {
	plan.Catalog
	look    func(context.Context, plan.Node) (*column.Batch, error)
	assumed []column.Field
}

// Probe implements plan.Prober.
func (p probing) Probe(ctx context.Context, n plan.Node) (*column.Batch, error) {
	if plan.Alone(n) {
		return exec.Probe(ctx, n)
	}
	return p.look(ctx, n)
}

// Assumed implements plan.Prober.
func (p probing) Assumed() []column.Field { return p.assumed }

// someRows are looked at before there is a window.
const someRows = 5_000

// anytime reads a query before there is a window.
func anytime(ctx context.Context, lang Language, file *syntax.File, catalog plan.Catalog, params Params) (*Query, error) {
	some := probing{Catalog: catalog, look: events(catalog, someRows)}
	q, first := parse(ctx, lang, file, some, params)
	if len(unfound(first)) == 0 {
		return q, first
	}
	for _, t := range []column.Type{column.String, column.Dynamic} {
		if q, err := assuming(first, t, func(columns []column.Field) (*Query, error) {
			some.assumed = columns
			return parse(ctx, lang, file, some, params)
		}); err == nil {
			return q, nil
		}
	}
	return parse(ctx, lang, file, probing{Catalog: catalog, look: events(catalog, 0)}, params)
}

// assuming reads a query with the columns that it lacks assumed to be of a type, until it lacks none or something else is wrong.
func assuming(err error, t column.Type, read func([]column.Field) (*Query, error)) (q *Query, _ error) {
	var columns []column.Field
	for {
		lacking := unfound(err)
		if len(lacking) == 0 {
			return nil, err
		}
		known := len(columns)
		for _, name := range lacking {
			is := func(f column.Field) bool { return f.Name == name }
			if slices.ContainsFunc(columns[:known], is) {
				return nil, err
			}
			if !slices.ContainsFunc(columns, is) {
				columns = append(columns, column.Field{Name: name, Type: t})
			}
		}
		if q, err = read(columns); err == nil {
			return q, nil
		}
	}
}

// unfound are the columns that other events may have, if nothing else is wrong.
func unfound(err error) []string {
	var names []string
	for _, e := range syntax.Errors(err) {
		if e.Column == "" {
			return nil
		}
		names = append(names, e.Column)
	}
	return names
}

// events looks at all events of a catalog, or at about so many rows; one that has none, and is asked what there are, knows no column.
func events(catalog plan.Catalog, most int64) func(context.Context, plan.Node) (*column.Batch, error) {
	return func(ctx context.Context, n plan.Node) (*column.Batch, error) {
		src, ok := catalog.(exec.Source)
		if !ok {
			return &column.Batch{}, nil
		}
		n = plan.Timeless(n)
		if a, ok := n.(*plan.Aggregate); ok && most > 0 {
			few := &plan.Limit{Input: a.Input, N: most}
			few.Out = a.Input.Schema()
			n = plan.WithInputs(a, []plan.Node{few})
		}
		got, err := exec.Run(ctx, n, src, exec.Options{})
		if err != nil {
			return nil, err
		}
		return got.Batch, nil
	}
}

// over is the query as the events of a window make it, and no other.
func (q *Query) over(ctx context.Context, src exec.Source, opt exec.Options) (*Query, error) {
	opt.Lineage, opt.Counts = false, false
	then, err := parse(ctx, q.Language, q.File, probing{Catalog: src, look: func(ctx context.Context, n plan.Node) (*column.Batch, error) {
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
	then, err := parse(ctx, q.Language, q.File, probing{Catalog: catalog, look: func(_ context.Context, n plan.Node) (*column.Batch, error) {
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
