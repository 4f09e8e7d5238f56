package exec

import (
	"context"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// What the interpreter asks of a language's functions: each is given one row, or, of an aggregate, one row after the other, so that
// whatever they do for many rows at once (dictionaries, nulls in bits, texts in portions, constants) is held to what they say of one.

// own are the rows that the interpreter computes itself.
var own = map[*function.Row]bool{
	equalLong: true, lessLong: true, greaterLong: true, atLeastLong: true, equalText: true, equalTime: true, atLeastTime: true, lessText: true,
	and: true, or: true, not: true, isNull: true, add: true, minus: true, divide: true, earlier: true, floor: true, coalesce: true, choose: true,
	countRows: true, countValues: true, sum: true, average: true, least: true, most: true, values: true, place0: true, previous: true,
}

// failure is a function's error, on its way out of the interpreter.
type failure struct{ error }

func must[T any](x T, err error) T {
	if err != nil {
		panic(failure{err})
	}
	return x
}

func (in *interpreter) env() *function.Env {
	return &function.Env{Context: context.Background(), AsOf: in.to, Limits: function.DefaultLimits}
}

// asked is what a function gives for one row.
func (in *interpreter) asked(x *plan.Call, r []any) any {
	f := x.Func
	if f.Lazy != nil {
		return must(f.Lazy(in.env(), x.T, len(x.Args), 1, func(k int, rows []int32) (*column.Vector, error) {
			v := in.argument(x.Args[k], r)
			if rows != nil {
				v = v.Gather(rows)
			}
			return v, nil
		})).As(x.T).Value(0)
	}
	args := make([]*column.Vector, len(x.Args))
	for k, a := range x.Args {
		args[k] = in.argument(a, r)
		if _, several := args[k].Value(0).([]any); several && a.Type() != column.Dynamic && !f.Multi {
			args[k] = column.NullVector(a.Type(), 1)
		}
		if t := args[k].Type; f.Nulls && t == column.Null && len(f.Params) > 0 {
			args[k] = column.NullVector(f.Params[min(k, len(f.Params)-1)], 1)
		}
		if !f.Nulls && args[k].IsNull(0) {
			return nil
		}
	}
	return must(f.Eval(in.env(), args, 1)).As(x.T).Value(0)
}

// argument is an expression's value as a function is given it.
func (in *interpreter) argument(x plan.Expr, r []any) *column.Vector {
	if c, ok := x.(*plan.Lit); ok {
		return c.Value
	}
	return lit(x.Type(), in.value(x, r)).Value
}

// askedOver is what a window function gives for all rows.
func (in *interpreter) askedOver(x *plan.Call, args [][]any, n int) []any {
	var vectors []*column.Vector
	for k, list := range args {
		b := column.NewBuilder(x.Args[k].Type(), n)
		for _, v := range list {
			b.Value(v)
		}
		vectors = append(vectors, b.Vector())
		if c, ok := x.Args[k].(*plan.Lit); ok {
			vectors[k] = c.Value.Repeat(n)
		}
	}
	out := make([]any, n)
	if n > 0 {
		made := must(x.Func.Eval(in.env(), vectors, n)).As(x.T)
		for i := range out {
			out[i] = made.Value(i)
		}
	}
	return out
}

// gathered is an aggregate over rows, each of which it is given by itself.
func (in *interpreter) gathered(x *plan.Call, rows [][]any) any {
	var types []column.Type
	for _, a := range x.Args {
		types = append(types, a.Type())
	}
	agg := x.Func.New(in.env(), types)
	for _, r := range rows {
		var args []*column.Vector
		for _, a := range x.Args {
			args = append(args, in.argument(a, r))
		}
		if err := agg.Add([]int32{0}, args, 1); err != nil {
			panic(failure{err})
		}
	}
	return must(agg.Result(1)).As(x.T).Value(0)
}

// groupName is a text that two values share exactly when they are the same group.
func groupName(x any) string {
	switch x := x.(type) {
	case []any:
		var b strings.Builder
		b.WriteByte('[')
		for _, v := range x {
			b.WriteString(groupName(v))
		}
		return b.String() + "]"
	case *column.Object:
		return column.Key(x) + "|"
	}
	return fmt.Sprintf("%#v|", x)
}

// ranking compares two values of a type: addresses and versions by what they are, NaN below every number.
func ranking(t column.Type, a, b any) int {
	x, isReal := a.(float64)
	y, _ := b.(float64)
	switch {
	case t == column.IP || t == column.Version:
		return column.CompareStrings(t)(a.(string), b.(string))
	case isReal && (math.IsNaN(x) || math.IsNaN(y)):
		switch {
		case !math.IsNaN(y):
			return -1
		case !math.IsNaN(x):
			return 1
		}
		return 0
	case less(a, b):
		return -1
	case less(b, a):
		return 1
	}
	return 0
}

// blocked tells whether one of some addresses is in one of some blocks.
func blocked(addresses, blocks []any) bool {
	return slices.ContainsFunc(addresses, func(a any) bool {
		ip, err := netip.ParseAddr(a.(string))
		return err == nil && slices.ContainsFunc(blocks, func(b any) bool {
			block, err := netip.ParsePrefix(b.(string))
			return err == nil && block.Masked().Contains(ip.Unmap())
		})
	})
}

// same tells whether two values are one: NaN is NaN, and reals that were added in another order may differ in their last figures.
func same(a, b any) bool {
	switch x := a.(type) {
	case float64:
		y, ok := b.(float64)
		return ok && (x == y || math.IsNaN(x) && math.IsNaN(y) || math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y)))
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	case *column.Object:
		y, ok := b.(*column.Object)
		return ok && slices.Equal(x.Keys, y.Keys) && slices.EqualFunc(x.Values, y.Values, same)
	}
	return a == b
}
