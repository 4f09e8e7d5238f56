package exec

import "casebook/engine/plan"

func (r *run) limit(n *plan.Limit) (stream, error) {
	if by, ok := n.Input.(*plan.Sort); ok && len(n.By) == 0 && n.N > 0 && n.N <= mostForemost {
		return r.foremost(by, int(n.N))
	}
	in, err := r.open(n.Input)
	if err != nil {
		return nil, err
	}
	if len(n.By) > 0 {
		return r.limitBy(n, in), nil
	}
	return &limited{in: in, left: n.N}, nil
}

// limited stops asking once it has enough rows.
type limited struct {
	in   stream
	left int64
}

func (l *limited) next() (*batch, error) {
	if l.left <= 0 {
		return nil, nil
	}
	b, err := l.in.next()
	if b == nil || err != nil {
		return nil, err
	}
	if int64(b.Len) > l.left {
		b = b.slice(0, int(l.left))
	}
	l.left -= int64(b.Len)
	return b, nil
}

func (r *run) limitBy(n *plan.Limit, in stream) stream {
	groups := newGrouper(types(n.By), r.env.Limits.Groups)
	var taken []int64
	return &mapped{in, func(b *batch) (*batch, error) {
		ids, err := r.grouped(groups, n.By, b)
		if err != nil {
			return nil, err
		}
		var rows []int32
		for i, g := range ids {
			if int(g) == len(taken) {
				taken = append(taken, 0)
			}
			if taken[g] < n.N {
				taken[g]++
				rows = append(rows, int32(i))
			}
		}
		return r.gather(b, rows)
	}}
}
