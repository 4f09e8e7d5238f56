package exec

import "casebook/engine/plan"

func (r *run) project(n *plan.Project) (stream, error) {
	return r.each(n.Input, func(b *batch) (*batch, error) { return r.projected(n.Exprs, b) })
}

func (e *evaluator) projected(exprs []plan.Expr, b *batch) (*batch, error) {
	columns, err := e.evalAll(exprs, b)
	if err != nil {
		return nil, err
	}
	return b.with(columns), nil
}

func (r *run) windowed(n *plan.Windowed) (stream, error) {
	return r.whole(n.Input, func(b *batch) (*batch, error) { return r.projected(n.Exprs, b) })
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
