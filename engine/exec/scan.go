package exec

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

func (r *run) scan(n *plan.Scan) (stream, error) {
	req := Request{Table: n.Table, From: r.opt.From, To: r.opt.To}
	places := make([]int, len(n.Columns))
	for i, name := range n.Columns {
		places[i] = -1
		if r.needs.of(n, i) {
			places[i] = len(req.Columns)
			req.Columns = append(req.Columns, name)
			req.Types = append(req.Types, n.Out[i].Type)
		}
	}
	down := r.pushed[n]
	if down != nil {
		req.Where = down.where
		req.From, req.To = max(req.From, down.from), min(req.To, down.to)
	}
	s := &scanned{run: r, node: n, req: req, places: places}
	if down != nil {
		s.ask = down.ask
	}
	return s, nil
}

// scanned opens its scanner when first asked, and closes it at the end or at an error.
type scanned struct {
	run  *run
	node *plan.Scan
	req  Request
	// places says which of the request's columns each of the node's is; -1 for one that nobody reads.
	places []int
	in     Scanner
	done   bool
	ask    *Ask          // of the texts of the records; nil for nothing
	rest   *column.Batch // of what the scanner gave last
	looked int           // how many rows the scanner gave
	// wantTimes puts the times, column time of the request, beside each batch.
	wantTimes bool
	time      int
}

// close ends a scan early.
func (s *scanned) close() {
	if !s.done && s.in != nil {
		s.done = true
		s.in.Close() // nothing more is wanted of it
	}
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
		s.run.scans = append(s.run.scans, s)
	}
	b, err := s.read()
	if b == nil || err != nil {
		return nil, err
	}
	out := &batch{Batch: column.Batch{Len: b.Len, Events: b.Events, Columns: make([]*column.Vector, len(s.places))}}
	blank := unneeded(b.Len)
	for i, from := range s.places {
		if from < 0 {
			out.Columns[i] = blank
		} else {
			out.Columns[i] = b.Columns[from]
		}
	}
	if s.wantTimes {
		out.times = b.Columns[s.time].Ints[:b.Len]
	}
	if !s.run.opt.Lineage {
		out.Events = nil
	}
	return out, nil
}

// unreadRows is how many rows with columns that nobody has read go on together: what is read of them is in memory at once.
const unreadRows = 1024

// read gives the rows that come next, of those that may hold what is asked for.
func (s *scanned) read() (*column.Batch, error) {
	b := s.rest
	if s.rest = nil; b == nil {
		var err error
		if b, err = s.in.Next(); err == nil {
			s.looked += b.Len
		}
		if err == nil && s.ask != nil && b.Events != nil {
			b, err = s.sought(b)
		}
		if err != nil {
			s.done = true
			closing := s.in.Close()
			if errors.Is(err, io.EOF) {
				return nil, closing
			}
			return nil, fmt.Errorf("read %s: %w", s.node.Table, err)
		}
	}
	if b.Len > unreadRows && slices.ContainsFunc(b.Columns, func(v *column.Vector) bool { return v.Unread != nil && v.Type != column.Dynamic }) {
		b, s.rest = b.Slice(0, unreadRows), b.Slice(unreadRows, b.Len)
	}
	return b, nil
}

func (s *scanned) sought(b *column.Batch) (*column.Batch, error) {
	places, err := s.run.src.(Seeker).Seek(s.run.env.Context, b.Events, s.ask)
	if err != nil || len(places) == b.Len {
		return b, err
	}
	return b.Gather(places), nil
}
