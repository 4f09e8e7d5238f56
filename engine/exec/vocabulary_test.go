package exec

import (
	"cmp"
	"context"
	"math/rand/v2"
	"testing"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// A vocabulary of the tests' own, so that they say what operators do and not what a language does.

func compareRow[T cmp.Ordered](name string, t column.Type, m function.Meaning, f func(a, b T) bool) *function.Row {
	return &function.Row{Silent: true, Name: name, Params: []column.Type{t, t}, Returns: column.Bool, Means: m,
		Eval: function.Map2(column.Bool, func(_ *function.Env, a, b T) (bool, bool) { return f(a, b), true })}
}

var (
	equalLong   = compareRow("==", column.Long, function.MeansEqual, func(a, b int64) bool { return a == b })
	lessLong    = compareRow("<", column.Long, function.MeansLess, func(a, b int64) bool { return a < b })
	greaterLong = compareRow(">", column.Long, function.MeansGreater, func(a, b int64) bool { return a > b })
	atLeastLong = compareRow(">=", column.Long, function.MeansGreaterEqual, func(a, b int64) bool { return a >= b })
	equalText   = compareRow("==", column.String, function.MeansEqual, func(a, b string) bool { return a == b })
	equalTime   = compareRow("==", column.Time, function.MeansEqual, func(a, b int64) bool { return a == b })
	atLeastTime = compareRow(">=", column.Time, function.MeansGreaterEqual, func(a, b int64) bool { return a >= b })
	lessText    = compareRow("<", column.String, function.MeansLess, func(a, b string) bool { return a < b })

	and = &function.Row{Name: "and", Params: []column.Type{column.Bool, column.Bool}, Returns: column.Bool, Nulls: true, Means: function.MeansAnd, Eval: function.And}
	or  = &function.Row{Name: "or", Params: []column.Type{column.Bool, column.Bool}, Returns: column.Bool, Nulls: true, Means: function.MeansOr, Eval: function.Or}
	not = &function.Row{Silent: true, Name: "not", Params: []column.Type{column.Bool}, Returns: column.Bool, Nulls: true, Eval: function.Not}

	isNull = &function.Row{Silent: true, Name: "is null", Params: []column.Type{column.Null}, Returns: column.Bool, Nulls: true, Multi: true, Means: function.MeansIsNull, Eval: function.IsNull}

	add    = arithmetic("+", func(a, b int64) (int64, bool) { return a + b, true })
	minus  = arithmetic("-", func(a, b int64) (int64, bool) { return a - b, true })
	divide = &function.Row{Name: "/", Params: []column.Type{column.Long, column.Long}, Returns: column.Long,
		Eval: function.Map2(column.Long, func(env *function.Env, a, b int64) (int64, bool) {
			if b == 0 {
				env.Warn("by zero")
				return 0, false
			}
			return a / b, true
		})}
	earlier = &function.Row{Name: "earlier", Params: []column.Type{column.Time, column.Long}, Returns: column.Time,
		Eval: function.Map2(column.Time, func(_ *function.Env, a, b int64) (int64, bool) { return a - b, true })}
	// floor rounds a time down to a multiple of a span.
	floor = &function.Row{Name: "floor", Params: []column.Type{column.Time, column.Long}, Returns: column.Time,
		Eval: function.Map2(column.Time, func(_ *function.Env, a, b int64) (int64, bool) { return a - a%b, true })}

	coalesce = &function.Row{Silent: true, Name: "coalesce", Params: []column.Type{column.Null}, Variadic: true, Lazy: function.Coalesce}
	choose   = &function.Row{Silent: true, Name: "case", Params: []column.Type{column.Null}, Variadic: true, Lazy: function.Case}

	countRows   = &function.Row{Silent: true, Name: "count", Kind: function.Aggregate, Returns: column.Long, New: function.CountRows}
	countValues = &function.Row{Silent: true, Name: "count", Kind: function.Aggregate, Returns: column.Long, New: function.CountValues}
	sum         = &function.Row{Name: "sum", Kind: function.Aggregate, Returns: column.Long, New: function.Sum(true, false)}
	average     = &function.Row{Silent: true, Name: "avg", Kind: function.Aggregate, Returns: column.Double, New: function.Average(false)}
	least       = &function.Row{Silent: true, Name: "min", Kind: function.Aggregate, New: function.Min}
	most        = &function.Row{Silent: true, Name: "max", Kind: function.Aggregate, New: function.Max}
	values      = &function.Row{Silent: true, Several: true, Name: "values", Kind: function.Aggregate, New: function.Collect(column.Null, true, function.SortedMulti(column.String))}

	place0 = &function.Row{Name: "place", Kind: function.Window, Returns: column.Long, Eval: func(_ *function.Env, _ []*column.Vector, n int) (*column.Vector, error) {
		v := &column.Vector{Type: column.Long, Len: n, Ints: make([]int64, n)}
		for i := range v.Ints {
			v.Ints[i] = int64(i)
		}
		return v, nil
	}}
	previous = &function.Row{Name: "prev", Kind: function.Window, Nulls: true, Multi: true, Eval: func(_ *function.Env, args []*column.Vector, n int) (*column.Vector, error) {
		rows := make([]int32, n)
		for i := range rows {
			rows[i] = int32(i) - 1
		}
		return args[0].Gather(rows), nil
	}}
)

func arithmetic(name string, f func(a, b int64) (int64, bool)) *function.Row {
	return &function.Row{Name: name, Params: []column.Type{column.Long, column.Long}, Returns: column.Long,
		Eval: function.Map2(column.Long, func(_ *function.Env, a, b int64) (int64, bool) { return f(a, b) })}
}

func call(f *function.Row, args ...plan.Expr) *plan.Call {
	t := f.Returns
	if t == column.Null && len(args) > 0 {
		t = args[len(args)-1].Type()
	}
	return &plan.Call{Func: f, Args: args, T: t}
}

func long(x int64) *plan.Lit { return lit(column.Long, x) }

func lit(t column.Type, x any) *plan.Lit {
	b := column.NewBuilder(t, 1)
	b.Value(x)
	return &plan.Lit{Value: b.Vector()}
}

// col is a column of a node by its name.
func col(n plan.Node, name string) *plan.Col {
	for i, f := range n.Schema() {
		if f.Name == name {
			return &plan.Col{Index: i, Name: name, T: f.Type}
		}
	}
	panic("no column " + name)
}

func scanOf(t *plan.Table) *plan.Scan {
	s := &plan.Scan{Table: t.Name, Time: t.Time}
	s.Out = t.Fields
	for _, f := range t.Fields {
		s.Columns = append(s.Columns, f.Name)
	}
	return s
}

func filterOf(in plan.Node, cond plan.Expr) *plan.Filter {
	return &plan.Filter{Base: plan.Base{Out: in.Schema()}, Input: in, Cond: cond}
}

// named is an expression and the name of the column it makes.
type named struct {
	Name string
	Expr plan.Expr
}

func projectOf(in plan.Node, columns ...named) *plan.Project {
	p := &plan.Project{Input: in}
	for _, c := range columns {
		p.Out = append(p.Out, column.Field{Name: c.Name, Type: c.Expr.Type()})
		p.Exprs = append(p.Exprs, c.Expr)
	}
	return p
}

// aggregateOf has the aggregates first and then the keys.
func aggregateOf(in plan.Node, aggs []named, keys ...named) *plan.Aggregate {
	a := &plan.Aggregate{Input: in}
	for _, g := range aggs {
		a.Aggs = append(a.Aggs, plan.Agg{Call: g.Expr.(*plan.Call), Out: len(a.Out)})
		a.Out = append(a.Out, column.Field{Name: g.Name, Type: g.Expr.Type()})
	}
	for _, k := range keys {
		a.Keys = append(a.Keys, plan.Key{Expr: k.Expr, Out: len(a.Out)})
		a.Out = append(a.Out, column.Field{Name: k.Name, Type: k.Expr.Type()})
	}
	return a
}

func sortOf(in plan.Node, keys ...plan.SortKey) *plan.Sort {
	return &plan.Sort{Base: plan.Base{Out: in.Schema()}, Input: in, Keys: keys}
}

func limitOf(in plan.Node, n int64, by ...plan.Expr) *plan.Limit {
	return &plan.Limit{Base: plan.Base{Out: in.Schema()}, Input: in, N: n, By: by}
}

var requests = &plan.Table{Name: "requests", Time: "time", Fields: []column.Field{
	{Name: "time", Type: column.Time}, {Name: "user", Type: column.String}, {Name: "tokens", Type: column.Long},
	{Name: "model", Type: column.String}, {Name: "tags", Type: column.String},
}}

// batchOf makes a batch of rows of values.
func batchOf(fields []column.Field, rows ...[]any) *column.Batch {
	b := &column.Batch{Len: len(rows)}
	for c, f := range fields {
		builder := column.NewBuilder(f.Type, len(rows))
		for _, r := range rows {
			builder.Value(r[c])
		}
		b.Columns = append(b.Columns, builder.Vector())
	}
	return b
}

// someRequests are n rows a second apart, in several batches, with nulls and multi-values.
func someRequests(random *rand.Rand, n int) *Memory {
	pick := func(words ...any) any { return words[random.IntN(len(words))] }
	m := NewMemory()
	var batches []*column.Batch
	for at := 0; at < n; {
		size := min(1+random.IntN(max(n/3, 2)), n-at)
		var rows [][]any
		for range size {
			rows = append(rows, []any{
				int64(at)*column.Second - int64(random.IntN(2)*at%7), pick("ann", "bob", "cid", nil),
				pick(int64(random.IntN(5)), int64(random.IntN(5000)), nil), pick("m1", "m2", "m3"),
				pick(nil, "red", []any{"blue", "red"}, []any{"green", "green"}),
			})
			at++
		}
		batches = append(batches, batchOf(requests.Fields, rows...))
	}
	m.Add(requests, batches...)
	return m
}

// table is a result as rows of values.
func table(t *testing.T, root plan.Node, src Source, opt Options) [][]any {
	t.Helper()
	res, err := Run(context.Background(), root, src, opt)
	if err != nil {
		t.Fatal(err)
	}
	return rowsOf(res.Batch)
}

func rowsOf(b *column.Batch) [][]any {
	rows := make([][]any, b.Len)
	for i := range rows {
		for _, c := range b.Columns {
			rows[i] = append(rows[i], c.Value(i))
		}
	}
	return rows
}
