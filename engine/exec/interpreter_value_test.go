package exec

import (
	"fmt"
	"slices"

	"casebook/engine/plan"
)

// What the interpreter makes of expressions, over one row.

func (in *interpreter) value(x plan.Expr, r []any) any {
	switch x := x.(type) {
	case *plan.Col:
		return r[x.Index]
	case *plan.Lit:
		return x.Value.Value(0)
	case *plan.Now:
		return in.to
	case *plan.Call:
		return in.call(x, r)
	case *plan.Scalar:
		if rows := in.run(x.Input); len(rows) > 0 {
			return rows[0].values[0]
		}
		return missing(x.T, true)
	}
	panic(fmt.Sprintf("the interpreter knows no %T", x))
}

func (in *interpreter) call(x *plan.Call, r []any) any {
	if !own[x.Func] {
		return in.asked(x, r)
	}
	switch x.Func {
	case coalesce:
		for _, a := range x.Args {
			if v := in.value(a, r); v != nil {
				return v
			}
		}
		return nil
	case choose:
		for i := 0; i+1 < len(x.Args); i += 2 {
			if in.value(x.Args[i], r) == true {
				return in.value(x.Args[i+1], r)
			}
		}
		if len(x.Args)%2 == 1 {
			return in.value(x.Args[len(x.Args)-1], r)
		}
		return nil
	case isNull:
		return in.value(x.Args[0], r) == nil
	}
	args := make([]any, len(x.Args))
	for i, a := range x.Args {
		args[i] = in.value(a, r)
		if _, several := args[i].([]any); several {
			args[i] = nil
		}
	}
	switch x.Func {
	case and, or:
		strong := x.Func == or
		if args[0] == strong || args[1] == strong {
			return strong
		}
		if args[0] == nil || args[1] == nil {
			return nil
		}
		return !strong
	}
	if slices.Contains(args, nil) {
		return nil
	}
	switch x.Func {
	case not:
		return !args[0].(bool)
	case equalLong, equalText, equalTime:
		return args[0] == args[1]
	case lessLong, lessText:
		return less(args[0], args[1])
	case greaterLong:
		return less(args[1], args[0])
	case atLeastLong, atLeastTime:
		return !less(args[0], args[1])
	case add:
		return args[0].(int64) + args[1].(int64)
	case minus, earlier:
		return args[0].(int64) - args[1].(int64)
	case divide:
		if args[1].(int64) == 0 {
			return nil
		}
		return args[0].(int64) / args[1].(int64)
	case floor:
		return args[0].(int64) - args[0].(int64)%args[1].(int64)
	}
	panic("the interpreter knows no function " + x.Func.Name)
}
