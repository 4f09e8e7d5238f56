package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// A limit behind a sort asks for the first rows of an order, most often for ten of a million. What is in memory then are those that are the
// first so far and some rows behind them, and not the whole table.

// mostForemost is up to how many rows are asked for in this way; of more the whole is sorted at once.
const mostForemost = 10_000

// behindForemost is how many rows are gathered behind the first so far before they are sorted among them.
const behindForemost = 256 << 10

// foremost is the first rows of a sort.
func (r *run) foremost(n *plan.Sort, most int) (stream, error) {
	in, err := r.open(n.Input)
	if err != nil {
		return nil, err
	}
	return &once{make: func() (*batch, error) {
		var held []*batch
		behind := 0
		for {
			b, err := in.next()
			if err != nil {
				return nil, err
			}
			if b == nil {
				break
			}
			if b.Len == 0 {
				continue
			}
			r.counts[n] += b.Len
			if b, err = r.keyed(n, b); err != nil {
				return nil, err
			}
			held, behind = append(held, b), behind+b.Len
			if behind > behindForemost {
				if b, err = r.firstOf(n, held, most); err != nil {
					return nil, err
				}
				held, behind = []*batch{b}, 0
			}
		}
		b, err := r.firstOf(n, held, most)
		if err != nil {
			return nil, err
		}
		return b.with(b.Columns[:len(n.Schema())]), nil
	}}, nil
}

// keyed is a batch with the values of a sort's keys behind its columns, since rows that stay are compared again.
func (r *run) keyed(n *plan.Sort, b *batch) (*batch, error) {
	keys := make([]*column.Vector, len(n.Keys))
	for i, k := range n.Keys {
		var err error
		if keys[i], err = r.eval(k.Expr, b); err != nil {
			return nil, err
		}
	}
	return b.with(slices.Concat(b.Columns, keys)), nil
}

// firstOf is the first rows of some keyed batches, in order.
func (r *run) firstOf(n *plan.Sort, parts []*batch, most int) (*batch, error) {
	fields := slices.Clone(n.Schema())
	for _, k := range n.Keys {
		fields = append(fields, column.Field{Type: k.Expr.Type()})
	}
	all, err := concat(r.env.Context, fields, parts)
	if err != nil {
		return nil, err
	}
	var rows []int32
	if stopped := r.overMany(all.Len, func() { rows, _, err = orderBy(r.env.Context, all.Columns[len(n.Schema()):], n.Keys, all.Len) }); stopped != nil {
		return nil, stopped
	}
	if err != nil {
		return nil, err
	}
	return r.gather(all, rows[:min(most, len(rows))])
}
