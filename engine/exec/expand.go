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

// expansion makes its rows batch by batch: what one row is expanded into, or several expansions multiply, is never there as a whole.
type expansion struct {
	*run
	node   *plan.Expand
	in     stream
	b      *batch // that is being expanded, from row at
	values []*column.Vector
	at     int
	made   int
}

func (x *expansion) next() (*batch, error) {
	if x.b == nil || x.at == x.b.Len {
		var err error
		if x.b, err = x.in.next(); x.b == nil || err != nil {
			return nil, err
		}
		if x.values, err = x.expandable(x.node, x.b); err != nil {
			return nil, err
		}
		x.at = 0
	}
	end := x.enough()
	some := make([]*column.Vector, len(x.values))
	for k, v := range x.values {
		some[k] = v.Slice(x.at, end)
	}
	out, err := x.expanded(x.node, x.b.slice(x.at, end), some)
	if err != nil {
		return nil, err
	}
	x.at = end
	if x.made += out.Len; x.env.Limits.Rows > 0 && x.made > x.env.Limits.Rows {
		return nil, &function.LimitError{What: "expanded rows", Limit: x.env.Limits.Rows}
	}
	return out, nil
}

// enough is where the rows end that make a batch.
func (x *expansion) enough() int {
	for i, rows := x.at, 0; i < x.b.Len; i++ {
		most := 1
		for _, v := range x.values {
			most = max(most, width(v, i))
		}
		if rows += most; rows >= expandedBatch {
			return i + 1
		}
	}
	return x.b.Len
}

// expandable is the values that the rows of a batch are expanded into.
func (e *evaluator) expandable(n *plan.Expand, b *batch) ([]*column.Vector, error) {
	exprs := make([]plan.Expr, len(n.Columns))
	for k, c := range n.Columns {
		exprs[k] = c.Expr
	}
	return e.evalAll(exprs, b)
}

// expanded makes rows of one batch and its values. A cross product of several expansions can be large, so a batch is given up as soon as
// it is over the limit.
func (e *evaluator) expanded(n *plan.Expand, b *batch, values []*column.Vector) (*batch, error) {
	if plainExpand(n) {
		return e.expandOne(n, b, values[0])
	}
	builders := make([]*column.Builder, len(n.Columns))
	for k, c := range n.Columns {
		builders[k] = column.NewBuilder(n.Out[c.Out].Type, b.Len)
	}
	var source []int32
	var index []int64
	items := make([][]any, len(values))
	for i := range b.Len {
		rows := 0
		for k, v := range values {
			items[k] = elements(v, i, n)
			rows = max(rows, len(items[k]))
		}
		if n.Limit > 0 {
			rows = min(rows, n.Limit)
		}
		if err := e.mayExpand(len(source) + rows); err != nil {
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

// mayExpand fails when a row would bring the rows that are made to more than there may be, or the query was cancelled.
func (e *evaluator) mayExpand(rows int) error {
	if most := e.env.Limits.Rows; most > 0 && rows > most {
		return &function.LimitError{What: "expanded rows", Limit: most}
	}
	return e.env.Context.Err()
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
	return e.gather(b.with(columns), source)
}

// plainExpand is the commonest case, one multi-valued column that needs no cast.
func plainExpand(n *plan.Expand) bool {
	if len(n.Columns) != 1 || n.Index >= 0 || n.Limit > 0 || n.Columns[0].Cast != nil {
		return false
	}
	c, ok := n.Columns[0].Expr.(*plan.Col)
	return ok && c.T != column.Dynamic && c.T.Kind() != column.NoKind
}

func (e *evaluator) expandOne(n *plan.Expand, b *batch, v *column.Vector) (*batch, error) {
	if v.Offsets == nil && n.KeepEmpty {
		return b, nil
	}
	var source, values []int32
	for i := range b.Len {
		from, to := v.Range(i)
		if err := e.mayExpand(len(source) + to - from); err != nil {
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

// width is how many rows row i is expanded into at the most; 1 where it has nothing.
func width(v *column.Vector, i int) int {
	if v.Type.Kind() != column.AnyKind {
		from, to := v.Range(i)
		return to - from
	}
	switch x := v.Value(i).(type) {
	case []any:
		return len(x)
	case *column.Object:
		return len(x.Keys)
	}
	return 1
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
				list[k] = []any{key, x.Values[k]}
				continue
			}
			one := column.NewObject()
			one.Set(key, x.Values[k])
			list[k] = one
		}
		return list
	}
	return []any{x}
}
