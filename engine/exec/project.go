package exec

import (
	"casebook/engine/column"
	"casebook/engine/plan"
)

func (r *run) project(n *plan.Project) (stream, error) {
	return r.each(n.Input, func(b *batch) (*batch, error) { return r.projected(n, n.Exprs, b) })
}

// projected is the columns of a node's expressions, but for those that nobody reads.
func (r *run) projected(n plan.Node, exprs []plan.Expr, b *batch) (*batch, error) {
	columns, blank := make([]*column.Vector, len(exprs)), unneeded(b.Len)
	for i, x := range exprs {
		if !r.needs.of(n, i) {
			columns[i] = blank
			continue
		}
		if c, ok := x.(*plan.Col); ok { // a column that stays need not be read
			columns[i] = b.Columns[c.Index].As(c.T)
			continue
		}
		if v := r.unreadFilled(x, b); v != nil {
			columns[i] = v
			continue
		}
		v, err := r.eval(x, b)
		if err != nil {
			return nil, err
		}
		columns[i] = v
	}
	return b.with(columns), nil
}

func (r *run) windowed(n *plan.Windowed) (stream, error) {
	return r.whole(n.Input, func(b *batch) (*batch, error) { return r.projected(n, n.Exprs, b) })
}

// A shared subplan runs once, whoever asks first.
func (r *run) openShared(n *plan.Shared) (stream, error) {
	return &once{make: func() (*batch, error) {
		if b, ok := r.shared[n]; ok {
			return b, nil
		}
		b, err := r.table(n.Input)
		if err != nil {
			return nil, err
		}
		r.shared[n] = b
		return b, nil
	}}, nil
}
