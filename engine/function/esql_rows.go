package function

import (
	"slices"

	"casebook/engine/column"
)

// The rows of ES|QL. Its functions are typed one by one: a row a combination of argument types, made by loops where a
// function takes many. keyword and text are one type here, but for the rows that say Text.

// esqlTable is every row of ES|QL.
var esqlTable = slices.Concat(
	esqlOperators, esqlCompare, esqlMath, esqlConvert, esqlConditional, esqlText, esqlEncode, esqlJSON, esqlParts, esqlPattern, esqlDate, esqlDateUnit, esqlSteps, esqlAmounts, esqlZones, esqlZoned, esqlMulti,
	esqlSets, esqlAddress, esqlPlaces, esqlMatch, esqlAggregates, esqlNumberAggregates, esqlOrderAggregates,
)

// scalar is a row that sees single values that are not null.
func scalar(name, doc string, eval Eval, returns column.Type, params ...column.Type) *Row {
	return &Row{Name: name, Doc: doc, Eval: eval, Returns: returns, Params: params}
}

// all is a row that sees every value a row has; null rows are still null.
func multi(r *Row) *Row { r.Multi = true; return r }

// nullable is a row that is also asked where an argument is null.
func nullable(r *Row) *Row { r.Nulls = true; return r }

// variadic is a row whose last argument repeats.
func variadic(r *Row) *Row { r.Variadic = true; return r }

// Groups of types that functions take.
var (
	numbers  = []column.Type{column.Int, column.Long, column.Double, column.ULong}
	signed   = []column.Type{column.Int, column.Long, column.Double}
	wholes   = []column.Type{column.Int, column.Long, column.ULong}
	instants = []column.Type{column.Time, column.Nanos}
	anything = []column.Type{
		column.Bool, column.Int, column.Long, column.Double, column.ULong, column.String, column.Time, column.Nanos, column.IP, column.Version,
	}
)

// each makes rows for each of some types.
func each(types []column.Type, make func(t column.Type) *Row) []*Row {
	rows := make2(len(types))
	for _, t := range types {
		rows = append(rows, make(t))
	}
	return rows
}

// pairs makes rows for each pair of two lists of types.
func pairs(a, b []column.Type, make func(x, y column.Type) *Row) []*Row {
	rows := make2(len(a) * len(b))
	for _, x := range a {
		for _, y := range b {
			rows = append(rows, make(x, y))
		}
	}
	return rows
}

func make2(n int) []*Row { return make([]*Row, 0, n) }

// number reads values of any number type as float64.
func number(v *column.Vector) func(at int) float64 {
	switch v.Type {
	case column.Double:
		return Reader[float64](v)
	case column.ULong:
		read := Reader[uint64](v)
		return func(at int) float64 { return float64(read(at)) }
	}
	read := Reader[int64](v)
	return func(at int) float64 { return float64(read(at)) }
}

// whole reads values of any integer type as int64; an unsigned_long beyond it is its largest value.
func whole(v *column.Vector) func(at int) int64 {
	read := Reader[int64](v)
	if v.Type != column.ULong {
		return read
	}
	return func(at int) int64 {
		if n := read(at); n >= 0 {
			return n
		}
		return 1<<63 - 1
	}
}

// floats1 lifts a function of one number, whatever its type, to a double that is finite.
func floats1(f func(float64) float64) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		x := number(args[0])
		return mapRows(env, column.Double, args, n, func(i int) (float64, bool) { return finite(env, f(x(i))) })
	}
}

// floats2 lifts a function of two numbers.
func floats2(f func(x, y float64) float64) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		x, y := number(args[0]), number(args[1])
		return mapRows(env, column.Double, args, n, func(i int) (float64, bool) { return finite(env, f(x(i), y(i))) })
	}
}

// elementwise lifts a function of one value over single and multi-values: what fails is left out.
func elementwise[A, R any](t column.Type, f func(env *Env, a A) (R, bool)) Eval {
	single := Map1(t, f)
	several := MapValues(t, func(env *Env, values []A, _ []any) ([]R, bool) {
		out := make([]R, 0, len(values))
		for _, x := range values {
			if y, ok := f(env, x); ok {
				out = append(out, y)
			}
		}
		return out, true
	})
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		if args[0].Offsets == nil {
			return single(env, args, n)
		}
		return several(env, args, n)
	}
}

// meant says what a row means, for a source that can compute it itself.
func meant(m Meaning, r *Row) *Row { r.Means = m; return r }
