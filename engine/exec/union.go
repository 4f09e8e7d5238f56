package exec

import (
	"casebook/engine/column"
	"casebook/engine/plan"
)

func (r *run) union(n *plan.Union) (stream, error) { return &united{run: r, node: n}, nil }

type united struct {
	*run
	node *plan.Union
	at   int
	in   stream
}

func (u *united) next() (*batch, error) {
	for u.at < len(u.node.Inputs) {
		if u.in == nil {
			var err error
			if u.in, err = u.open(u.node.Inputs[u.at]); err != nil {
				return nil, err
			}
		}
		b, err := u.in.next()
		if err != nil {
			return nil, err
		}
		if b == nil {
			u.at, u.in = u.at+1, nil
			continue
		}
		columns := make([]*column.Vector, len(u.node.Out))
		for i, f := range u.node.Out {
			if from := u.node.Sources[u.at][i]; from >= 0 {
				if columns[i], err = b.Columns[from].Read(u.env.Context); err != nil { // its neighbours have other readers
					return nil, err
				}
			} else {
				columns[i] = padding(f.Type, b.Len, u.node.Blank)
			}
		}
		return b.with(columns), nil
	}
	return nil, nil
}

// padding is a column that has no values: nulls, or empty strings where blank says so.
func padding(t column.Type, n int, blank bool) *column.Vector {
	if !blank || t != column.String {
		return column.NullVector(t, n)
	}
	return &column.Vector{Type: t, Len: n, Codes: make([]uint32, n), Dict: &column.Dict{Values: []string{""}, Distinct: true}}
}
