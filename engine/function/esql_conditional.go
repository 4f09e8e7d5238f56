package function

import (
	"slices"

	"casebook/engine/column"
)

var esqlConditional = silent(
	each(append(slices.Clone(unordered), column.Duration, column.Period), func(t column.Type) *Row {
		return variadic(&Row{Name: "case", Doc: "the value after the first condition that is true", Means: MeansChoice, Lazy: Case, Returns: t, Params: []column.Type{column.Bool, t}})
	}),
	each(unordered, func(t column.Type) *Row {
		return variadic(&Row{Name: "coalesce", Doc: "the first value that is not null", Means: MeansEither, Lazy: Coalesce, Returns: t, Params: []column.Type{t}})
	}),
	each(anything, func(t column.Type) *Row { return extremum("greatest", "the greatest of the values", t, 1) }),
	each(anything, func(t column.Type) *Row { return extremum("least", "the least of the values", t, -1) }),
)

// extremum is the greatest or least of all values of all arguments.
func extremum(name, doc string, t column.Type, sign int) *Row {
	eval := func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		return mapRows(env, t, args, n, func(i int) (any, bool) {
			var best any
			for k, v := range args {
				if k&255 == 255 && stopped(env) != nil {
					return nil, false // which the next rows notice
				}
				from, to := v.Range(i)
				for at := from; at < to; at++ {
					if x := v.At(at); best == nil || sign*column.Compare(t, x, best) > 0 {
						best = x
					}
				}
			}
			return best, best != nil
		})
	}
	return multi(variadic(scalar(name, doc, eval, t, t)))
}
