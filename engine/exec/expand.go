package exec

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func (r *run) expand(n *plan.Expand) (stream, error) {
	in, err := r.open(n.Input)
	if err != nil {
		return nil, err
	}
	return &expansion{run: r, node: n, in: in}, nil
}

// expandedBatch is how many rows are enough for a batch.
const expandedBatch = 4096

// expansion makes its rows batch by batch: what several expansions multiply is never there as a whole.
type expansion struct {
	*run
	node *plan.Expand
	in   stream
	b    *batch // that is being expanded, from row at
	at   int
	made int
}

func (x *expansion) next() (*batch, error) {
	if x.b == nil || x.at == x.b.Len {
		var err error
		if x.b, err = x.in.next(); x.b == nil || err != nil {
			return nil, err
		}
		x.at = 0
	}
	end := x.enough()
	out, err := x.expanded(x.node, x.b.slice(x.at, end))
	if err != nil {
		return nil, err
	}
	x.at = end
	if x.made += out.Len; x.env.Limits.Rows > 0 && x.made > x.env.Limits.Rows {
		return nil, &function.LimitError{What: "expanded rows", Limit: x.env.Limits.Rows}
	}
	return out, nil
}

// enough is where the rows end that make a batch, where that can be told before they are expanded.
func (x *expansion) enough() int {
	v := x.plainExpand(x.node, x.b)
	if v == nil || v.Offsets == nil {
		return x.b.Len
	}
	for i, rows := x.at, 0; i < x.b.Len; i++ {
		from, to := v.Range(i)
		if rows += max(to-from, 1); rows >= expandedBatch {
			return i + 1
		}
	}
	return x.b.Len
}

// expanded makes rows of one batch. A cross product of several expansions can be large, so a batch is given up as soon as
// it is over the limit.
func (e *evaluator) expanded(n *plan.Expand, b *batch) (*batch, error) {
	if v := e.plainExpand(n, b); v != nil {
		return e.expandOne(n, b, v)
	}
	vectors := make([]*column.Vector, len(n.Columns))
	builders := make([]*column.Builder, len(n.Columns))
	for k, c := range n.Columns {
		var err error
		if vectors[k], err = e.eval(c.Expr, b); err != nil {
			return nil, err
		}
		builders[k] = column.NewBuilder(n.Out[c.Out].Type, b.Len)
	}
	var source []int32
	var index []int64
	items := make([][]any, len(vectors))
	for i := range b.Len {
		rows := 0
		for k, v := range vectors {
			items[k] = elements(v, i, n)
			rows = max(rows, len(items[k]))
		}
		if n.Limit > 0 {
			rows = min(rows, n.Limit)
		}
		if err := e.mayExpand(i, len(source)+rows); err != nil {
			return nil, err
		}
		for at := range rows {
			if at%sortedRun == sortedRun-1 {
				if err := e.env.Context.Err(); err != nil {
					return nil, err
				}
			}
			source, index = append(source, int32(i)), append(index, int64(at))
			for k, c := range n.Columns {
				var x any
				if at < len(items[k]) {
					x = items[k][at]
				}
				if c.Cast != nil {
					x = c.Cast(x)
				}
				builders[k].Value(x)
			}
		}
	}
	out, err := e.expandRest(n, b, source)
	if err != nil {
		return nil, err
	}
	for k, c := range n.Columns {
		out.Columns[c.Out] = builders[k].Vector()
	}
	if n.Index >= 0 {
		out.Columns[n.Index] = &column.Vector{Type: column.Long, Len: len(index), Ints: index}
	}
	return out, nil
}

// mayExpand fails when row i would bring the rows that are made to more than there may be, or the query was cancelled.
func (e *evaluator) mayExpand(i, rows int) error {
	if most := e.env.Limits.Rows; most > 0 && rows > most {
		return &function.LimitError{What: "expanded rows", Limit: most}
	}
	if i&255 == 0 {
		return e.env.Context.Err()
	}
	return nil
}

// expandRest repeats the columns that are not expanded, and the rows' origins.
func (e *evaluator) expandRest(n *plan.Expand, b *batch, source []int32) (*batch, error) {
	taken := make([]bool, len(n.Out))
	for _, c := range n.Columns {
		taken[c.Out] = true
	}
	if n.Index >= 0 {
		taken[n.Index] = true
	}
	columns := make([]*column.Vector, len(n.Out))
	for i := range columns {
		columns[i] = &column.Vector{}
		if !taken[i] {
			columns[i] = b.Columns[i]
			if err := e.mayRepeat(columns[i], source); err != nil {
				return nil, err
			}
		}
	}
	var out *batch
	var err error
	if stopped := e.overMany(len(source), func() { out, err = b.with(columns).gatherUntil(e.env.Context, source) }); stopped != nil {
		return nil, stopped
	}
	return out, err
}

// plainExpand is the column of the commonest case, one multi-valued column that needs no cast; else nil.
func (e *evaluator) plainExpand(n *plan.Expand, b *batch) *column.Vector {
	if len(n.Columns) != 1 || n.Index >= 0 || n.Limit > 0 || n.Columns[0].Cast != nil {
		return nil
	}
	c, ok := n.Columns[0].Expr.(*plan.Col)
	if !ok || c.T == column.Dynamic || b.Columns[c.Index].Unread != nil || b.Columns[c.Index].Type.Kind() == column.NoKind {
		return nil
	}
	return b.Columns[c.Index]
}

func (e *evaluator) expandOne(n *plan.Expand, b *batch, v *column.Vector) (*batch, error) {
	if v.Offsets == nil && n.KeepEmpty {
		return b, nil
	}
	var source, values []int32
	for i := range b.Len {
		from, to := v.Range(i)
		if err := e.mayExpand(i, len(source)+to-from); err != nil {
			return nil, err
		}
		if from == to && n.KeepEmpty {
			source, values = append(source, int32(i)), append(values, -1)
		}
		for at := from; at < to; at++ {
			source, values = append(source, int32(i)), append(values, int32(at))
		}
	}
	out, err := e.expandRest(n, b, source)
	if err != nil {
		return nil, err
	}
	out.Columns[n.Columns[0].Out] = v.Elements().Gather(values)
	return out, nil
}

// elements are the values that row i is expanded into.
func elements(v *column.Vector, i int, n *plan.Expand) []any {
	x := v.Value(i)
	switch x := x.(type) {
	case nil:
		if n.KeepEmpty {
			return []any{nil}
		}
		return nil
	case []any:
		return x
	case *column.Object:
		list := make([]any, len(x.Keys))
		for k, key := range x.Keys {
			if n.Array {
				list[k] = []any{key, x.Values[key]}
				continue
			}
			one := column.NewObject()
			one.Set(key, x.Values[key])
			list[k] = one
		}
		return list
	}
	return []any{x}
}
