package exec

import (
	"errors"
	"fmt"
	"io"

	"casebook/engine/plan"
)

func (r *run) scan(n *plan.Scan) (stream, error) {
	req := Request{Table: n.Table, Columns: n.Columns, From: r.opt.From, To: r.opt.To}
	down := r.pushed[n]
	if down != nil {
		req.Where = down.where
		req.From, req.To = max(req.From, down.from), min(req.To, down.to)
	}
	return &scanned{run: r, node: n, req: req}, nil
}

// scanned opens its scanner when first asked, and closes it at the end or at an error.
type scanned struct {
	run  *run
	node *plan.Scan
	req  Request
	in   Scanner
	done bool
}

func (s *scanned) next() (*batch, error) {
	if s.done {
		return nil, nil
	}
	if s.in == nil {
		if s.req.From >= s.req.To {
			s.done = true
			return nil, nil
		}
		in, err := s.run.src.Scan(s.run.env.Context, s.req)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", s.node.Table, err)
		}
		s.in = in
	}
	b, err := s.in.Next()
	if err != nil {
		s.done = true
		closing := s.in.Close()
		if errors.Is(err, io.EOF) {
			return nil, closing
		}
		return nil, fmt.Errorf("read %s: %w", s.node.Table, err)
	}
	out := &batch{Batch: *b}
	if !s.run.opt.Lineage {
		out.Events = nil
	}
	return out, nil
}
