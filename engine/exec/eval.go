package exec

import (
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// evaluator computes expressions over batches for one run.
type evaluator struct {
	env *function.Env
	// constants are the literals repeated, as long as the longest batch so far. They outlive a run: a replay keeps them
	// from tick to tick.
	constants map[*plan.Lit]*column.Vector
	// fews is what was made of values that come in many batches. What does not ask for the time keeps it from stretch to stretch.
	fews map[*plan.Call]*fewMade
	// table computes the tables of Scalar expressions, whose values are kept.
	table   func(plan.Node) (*batch, error)
	scalars map[*plan.Scalar]*column.Vector
}

func newEvaluator(env *function.Env) *evaluator {
	return &evaluator{env: env, constants: map[*plan.Lit]*column.Vector{}, scalars: map[*plan.Scalar]*column.Vector{}}
}

// eval computes an expression for every row of a batch.
func (e *evaluator) eval(x plan.Expr, b *batch) (*column.Vector, error) {
	switch x := x.(type) {
	case *plan.Col:
		if v := b.Columns[x.Index]; v.Unread != nil {
			read, err := v.Read(e.env.Context)
			if err != nil {
				return nil, err
			}
			b.Columns[x.Index] = read // for whoever asks next
		}
		return b.Columns[x.Index].As(x.T), nil
	case *plan.Lit:
		return e.constant(x, b.Len)
	case *plan.Now:
		now := &column.Vector{Type: column.Time, Len: 1, Ints: []int64{e.env.AsOf}}
		return now.Repeat(b.Len), nil
	case *plan.Call:
		return e.call(x, b)
	case *plan.Scalar:
		v, err := e.scalar(x)
		if err != nil {
			return nil, err
		}
		return v.Repeat(b.Len), nil
	}
	return nil, fmt.Errorf("cannot compute an expression of type %T", x)
}

// valued is a column as values of a type.
func (e *evaluator) valued(v *column.Vector, t column.Type) (*column.Vector, error) {
	v, err := v.Read(e.env.Context)
	if err != nil {
		return nil, err
	}
	return v.As(t), nil
}

func (e *evaluator) evalAll(xs []plan.Expr, b *batch) ([]*column.Vector, error) {
	vectors := make([]*column.Vector, len(xs))
	for i, x := range xs {
		if err := e.env.Context.Err(); err != nil {
			return nil, err
		}
		v, err := e.eval(x, b)
		if err != nil {
			return nil, err
		}
		vectors[i] = v
	}
	return vectors, nil
}

// leastConstant spares short batches from repeating a literal again for each new length.
const leastConstant = 256

func (e *evaluator) constant(x *plan.Lit, n int) (*column.Vector, error) {
	v := e.constants[x]
	if v == nil || v.Len < n {
		rows := max(n, leastConstant)
		if from, to := x.Value.Range(0); e.env.Limits.Rows > 0 && x.Value.Offsets != nil && rows > e.env.Limits.Rows/max(to-from, 1) {
			return nil, e.tooManyValues()
		}
		v = x.Value.Repeat(rows)
		e.constants[x] = v
	}
	return v.Slice(0, n), nil
}

// scalar is the value of a table, as a vector of one row.
func (e *evaluator) scalar(x *plan.Scalar) (*column.Vector, error) {
	if v, ok := e.scalars[x]; ok {
		return v, nil
	}
	b, err := e.table(x.Input)
	if err != nil {
		return nil, err
	}
	v := padding(x.T, 1, true)
	if b.Len > 0 {
		v = b.Columns[0].Slice(0, 1).As(x.T)
	}
	e.scalars[x] = v
	return v, nil
}

func (e *evaluator) call(x *plan.Call, b *batch) (*column.Vector, error) {
	if b.Len == 0 {
		return column.NullVector(x.T, 0), nil
	}
	if err := e.env.Context.Err(); err != nil {
		return nil, err
	}
	f := x.Func
	if f.Lazy != nil {
		return e.lazy(x, b)
	}
	if f.Eval == nil {
		return nil, fmt.Errorf("%s cannot be computed row by row", f.Name)
	}
	if f, err := e.few(x, b); f != nil || err != nil {
		return f.spread(), err
	}
	args, err := e.evalAll(x.Args, b)
	if err != nil {
		return nil, err
	}
	return e.invoke(x, args, b.Len)
}

// lazyRows is how many rows a lazy call has at once. It asks for columns that may have to be read, and so does not run beside the query.
const lazyRows = 4096

// lazy computes a call that asks for its arguments as it needs them.
func (e *evaluator) lazy(x *plan.Call, b *batch) (*column.Vector, error) {
	var parts []*column.Vector
	for from := 0; from < b.Len; from += lazyRows {
		some := b.slice(from, min(from+lazyRows, b.Len))
		v, err := x.Func.Lazy(e.env.At(x.Place), x.T, len(x.Args), some.Len, func(k int, rows []int32) (*column.Vector, error) {
			if rows == nil {
				return e.eval(x.Args[k], some)
			}
			return e.evalRows(x.Args[k], some, rows)
		})
		if v, err = e.finish(x, v, err); err != nil {
			return nil, err
		}
		parts = append(parts, v)
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return e.together(x.T, parts, b.Len)
}

// evalRows computes an expression for some rows of a batch, gathering only the columns it reads.
func (e *evaluator) evalRows(x plan.Expr, b *batch, rows []int32) (*column.Vector, error) {
	if c, ok := x.(*plan.Col); ok {
		return e.valued(b.Columns[c.Index].Gather(rows), c.T)
	}
	some := &batch{Batch: column.Batch{Len: len(rows), Columns: make([]*column.Vector, len(b.Columns))}}
	plan.EachCol(x, func(c *plan.Col) {
		if some.Columns[c.Index] == nil {
			some.Columns[c.Index] = b.Columns[c.Index].Gather(rows)
		}
	})
	return e.eval(x, some)
}

// invoke calls a function as its row of the table wants to be called.
func (e *evaluator) invoke(x *plan.Call, args []*column.Vector, n int) (*column.Vector, error) {
	f := x.Func
	if !f.Multi {
		for k, v := range args {
			if v.Offsets != nil {
				args[k] = single(v, func(int) { e.env.At(x.Place).Warn(function.MultiValueWarning) })
			}
		}
	}
	if f.Nulls {
		for k, v := range args {
			if p := param(f, k); v.Type.Kind() == column.NoKind && p.Kind() != column.NoKind {
				args[k] = v.As(p)
			}
		}
		v, err := e.evaluate(x, args, n)
		return e.finish(x, v, err)
	}
	for _, v := range args {
		if v.Type.Kind() == column.NoKind {
			return column.NullVector(x.T, n), nil
		}
	}
	v, err := e.evaluate(x, args, n)
	v, err = e.finish(x, v, err)
	if err != nil {
		return nil, err
	}
	return withNulls(v, function.Nulls(n, args...)), nil
}

// heavyText is how many bytes of text a function is given at once. What a cancelled query leaves behind is no more than that.
const heavyText = 256 << 10

// evaluate calls the function's code.
func (e *evaluator) evaluate(x *plan.Call, args []*column.Vector, n int) (*column.Vector, error) {
	env := e.env.At(x.Place)
	ends, long, read := []int{n}, n >= manyRows, 0
	if x.Func.Kind == function.Scalar {
		var texts bool
		ends, read, texts = portions(args, n)
		long = long || texts
	}
	if len(ends) == 1 {
		return e.run(x.Func, env, args, n, long)
	}
	parts := make([]*column.Vector, 0, len(ends))
	from, values, made := 0, 0, 0
	for _, to := range ends {
		if err := env.Context.Err(); err != nil {
			return nil, err
		}
		some := make([]*column.Vector, len(args))
		for k, v := range args {
			some[k] = v.Slice(from, to)
		}
		v, err := e.run(x.Func, env, some, to-from, long)
		if err != nil {
			return nil, err
		}
		if v.Offsets != nil {
			values += int(v.Offsets[v.Len] - v.Offsets[0])
		}
		if e.env.Limits.Rows > 0 && values > e.env.Limits.Rows {
			return nil, e.tooManyValues()
		}
		if made += textBytes(v); made > function.MostTexts+4*read {
			return nil, &function.LimitError{What: "bytes of texts at once", Limit: function.MostTexts}
		}
		parts = append(parts, v)
		from = to
	}
	return e.together(parts[0].Type, parts, max(n, values))
}

// together is parts of a column one after the other, which have so many values.
func (e *evaluator) together(t column.Type, parts []*column.Vector, values int) (all *column.Vector, err error) {
	if stopped := e.overMany(values, func() { all = column.Concat(t, parts) }); stopped != nil {
		return nil, stopped
	}
	return all, nil
}

// run calls the function's code, beside the query where it may take long.
func (e *evaluator) run(f *function.Row, env *function.Env, args []*column.Vector, n int, long bool) (*column.Vector, error) {
	if !long {
		return f.Eval(env, args, n)
	}
	var v *column.Vector
	var err error
	if stopped := Beside(env.Context, func() { v, err = f.Eval(env, args, n) }); stopped != nil {
		return nil, stopped
	}
	return v, err
}

// portions cuts rows where their texts add up to much, or their values where they have several; it gives the end of each portion, how many
// bytes there are in all, and whether there is a long text.
func portions(args []*column.Vector, n int) (ends []int, read int, long bool) {
	var texts, several, anys []*column.Vector
	constant := 0 // bytes of each row
	for _, v := range args {
		switch {
		case v.Type.Kind() == column.AnyKind:
			anys = append(anys, v)
			long = long || n >= manyAnys || slices.ContainsFunc(v.Anys, giant)
		case v.Offsets != nil && v.Type.Kind() != column.NoKind:
			several = append(several, v)
		}
		switch {
		case v.Type.Kind() != column.StringKind:
		case !v.Const:
			texts = append(texts, v)
		case n > 0 && len(v.Codes) > 0:
			if size := len(v.Dict.Values[v.Codes[0]]); size >= longText {
				long, constant = true, constant+size
			}
		}
	}
	if len(texts)+len(several)+len(anys)+constant == 0 {
		return []int{n}, 0, long
	}
	bytes := 0
	for i := range n {
		bytes += constant
		for _, v := range several {
			from, to := v.Range(i)
			bytes += 8 * (to - from)
			long = long || to-from >= longText
		}
		for _, v := range anys {
			bytes += 8 * width(v, i)
		}
		for _, v := range texts {
			from, to := v.Range(i)
			for at := from; at < to; at++ {
				size := len(v.Dict.Values[v.Codes[at]])
				bytes += size
				long = long || size >= longText
			}
		}
		if bytes >= heavyText && i+1 < n {
			ends, bytes, read = append(ends, i+1), 0, read+bytes
		}
	}
	return append(ends, n), read + bytes, long
}

// manyAnys is how many dynamic values are more than are looked into: to tell how much they hold can take longer than to run beside the query.
const manyAnys = 64

// giant tells whether a dynamic value is large.
func giant(x any) bool {
	if s, ok := x.(string); ok {
		return len(s) >= longText
	}
	return function.NodesLeft(x, longText) < 0
}

// textBytes is how many bytes the texts of a vector have.
func textBytes(v *column.Vector) int {
	bytes := 0
	for _, c := range v.Codes {
		bytes += len(v.Dict.Values[c])
	}
	return bytes
}

// param is the type of a parameter, counting a variadic one as often as it is used.
func param(f *function.Row, k int) column.Type {
	if len(f.Params) == 0 {
		return column.Null
	}
	return f.Params[min(k, len(f.Params)-1)]
}

// finish gives a function's result the type that the plan says.
func (e *evaluator) finish(x *plan.Call, v *column.Vector, err error) (*column.Vector, error) {
	if err != nil {
		return nil, err
	}
	if err := e.fewValues(v); err != nil {
		return nil, err
	}
	if v.Type == x.T {
		return v, nil
	}
	if v.Type.Kind() != x.T.Kind() && v.Type.Kind() != column.NoKind && x.T.Kind() != column.NoKind {
		return nil, fmt.Errorf("%s gave %s where the plan says %s", x.Func.Name, v.Type, x.T)
	}
	return v.As(x.T), nil
}

// withNulls makes rows null that are not yet.
func withNulls(v *column.Vector, nulls column.Bitmap) *column.Vector {
	if nulls == nil {
		return v
	}
	if v.Offsets != nil {
		rows := make([]int32, v.Len)
		for i := range rows {
			rows[i] = int32(i)
			if nulls.Has(i) {
				rows[i] = -1
			}
		}
		return v.Gather(rows)
	}
	w := *v
	w.Nulls, w.Const = function.Union(v.Nulls, nulls), false
	return &w
}

// single turns several values into null, and tells of each such row.
func single(v *column.Vector, several func(row int)) *column.Vector {
	rows := make([]int32, v.Len)
	s := &column.Vector{Type: v.Type, Len: v.Len, Dict: v.Dict, Const: v.Const}
	for i := range rows {
		from, to := v.Range(i)
		rows[i] = int32(from)
		if to != from+1 {
			rows[i] = -1
			if s.Nulls == nil {
				s.Nulls, s.Const = column.NewBitmap(v.Len), false
			}
			s.Nulls.Set(i)
		}
		if to > from+1 {
			several(i)
		}
	}
	g := v.Elements().Gather(rows)
	s.Ints, s.Floats, s.Codes, s.Anys, s.Dict = g.Ints, g.Floats, g.Codes, g.Anys, g.Dict
	return s
}

// fold computes an expression that reads no column, as one row.
func (e *evaluator) fold(x plan.Expr) (*column.Vector, error) {
	return e.eval(x, &batch{Batch: column.Batch{Len: 1}})
}
