package exec

import (
	"math"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// A window that does not run does not warn either. So whether what runs over windows can warn at all is looked at for each stretch: which
// functions it calls, and whether they may be given several values, of which most warn.

// hush looks at the part of a plan that runs over windows.
type hush struct {
	*run
	many  map[plan.Node][]bool // by columns: a row may have several values
	quiet bool
	err   error
}

// silent tells whether a part of a plan, over the rows that its feeds have now, never warns. It may say that it does where that is not so.
func (r *run) silent(root plan.Node) (bool, error) {
	h := &hush{run: r, many: map[plan.Node][]bool{}, quiet: true}
	h.columns(root)
	return h.quiet, h.err
}

// columns tells which columns of a node may have several values, having looked at what makes them.
func (h *hush) columns(n plan.Node) []bool {
	if many, known := h.many[n]; known {
		return many
	}
	many := h.made(n)
	h.many[n] = many
	return many
}

func (h *hush) made(n plan.Node) []bool {
	out := make([]bool, len(n.Schema()))
	switch n := n.(type) {
	case *feed:
		for i, v := range n.rows.Columns {
			out[i] = several(v)
		}
		return out
	case *plan.Rows:
		for i, v := range n.Batch.Columns {
			out[i] = several(v)
		}
		return out
	case *plan.Join:
		left, right := h.columns(n.Left), h.columns(n.Right)
		h.ask(n.Left, left, n.LeftKeys...)
		h.ask(n.Right, right, n.RightKeys...)
		for i := range n.LeftKeys { // of keys of several values a join warns itself
			h.quiet = h.quiet && !gives(n.LeftKeys[i], left) && !gives(n.RightKeys[i], right)
		}
		h.quiet = h.quiet && n.Cond == nil
		switch n.Kind {
		case plan.LeftSemi, plan.LeftAnti:
			copy(out, left)
		case plan.RightSemi, plan.RightAnti:
			copy(out, right)
		default:
			copy(out, slices.Concat(left, right))
		}
		for i := len(left); n.Kind == plan.LeftGather && i < len(out); i++ {
			out[i] = true
		}
		return out
	case *plan.Union:
		for i, input := range n.Inputs {
			in := h.columns(input)
			for c, from := range n.Sources[i] {
				out[c] = out[c] || from >= 0 && in[from]
			}
		}
		return out
	case *plan.Filter, *plan.Limit, *plan.Project, *plan.Shared, *plan.Sort, *plan.Windowed, *plan.Aggregate:
	default: // of the others it is not known
		h.quiet = false
		return out
	}
	input := plan.Inputs(n)[0]
	in := h.columns(input)
	h.ask(input, in, plan.Exprs(n)...)
	exprs := map[int]plan.Expr{}
	switch n := n.(type) {
	case *plan.Project:
		for i, x := range n.Exprs {
			exprs[i] = x
		}
	case *plan.Windowed:
		for i, x := range n.Exprs {
			exprs[i] = x
		}
	case *plan.Aggregate:
		if n.Inline {
			copy(out, in)
		}
		for _, g := range n.Aggs {
			out[g.Out] = g.Call.Func.Several
		}
		for _, k := range n.Keys {
			if k.Out >= 0 && !n.Explode {
				exprs[k.Out] = k.Expr
			}
		}
	default:
		copy(out, in)
	}
	for i, x := range exprs {
		out[i] = gives(x, in)
	}
	return out
}

// several tells whether a column has several values in a row, or may have when it is read.
func several(v *column.Vector) bool {
	return v.Offsets != nil || v.Unread != nil && v.Type != column.Dynamic
}

// gives tells whether an expression may give several values.
func gives(x plan.Expr, in []bool) bool {
	switch x := x.(type) {
	case *plan.Col:
		return in[x.Index]
	case *plan.Lit:
		return x.Value.Offsets != nil
	case *plan.Call:
		return x.Func.Several || slices.ContainsFunc(x.Args, func(a plan.Expr) bool { return gives(a, in) })
	}
	return false
}

// ask looks whether expressions over a node may warn. Where that is not known, those of which a feed's rows give all that they need
// are computed over all of them.
func (h *hush) ask(input plan.Node, in []bool, exprs ...plan.Expr) {
	for _, x := range exprs {
		if !h.quiet || h.err != nil || hushed(x, in) {
			continue
		}
		args, adds, ok := []plan.Expr{x}, false, true
		if call, aggregates := x.(*plan.Call); aggregates && call.Func.Kind == function.Aggregate {
			args, adds, ok = call.Args, call.Func.Adds, call.Func.Silent || call.Func.Adds
		}
		f, args := fed(input, args)
		if h.quiet = ok && f != nil && !slices.ContainsFunc(args, asksMore); h.quiet {
			h.quiet, h.err = h.tried(f, args, adds)
		}
	}
}

// fed gives expressions over a node as ones over the feed below, whose rows are those of the node and more; nil where rows are made on the way.
func fed(n plan.Node, exprs []plan.Expr) (*feed, []plan.Expr) {
	for {
		switch at := n.(type) {
		case *feed:
			return at, exprs
		case *plan.Filter, *plan.Sort, *plan.Limit, *plan.Shared:
			n = plan.Inputs(at)[0]
		case *plan.Project:
			below := moved(exprs, at.Exprs)
			if len(below) < len(exprs) {
				return nil, nil
			}
			exprs, n = below, at.Input
		default:
			return nil, nil
		}
	}
}

// hushed tells whether an expression never warns.
func hushed(x plan.Expr, in []bool) bool {
	call, ok := x.(*plan.Call)
	if !ok {
		_, scalar := x.(*plan.Scalar)
		return !scalar
	}
	if !call.Func.Silent {
		return false
	}
	for _, a := range call.Args {
		if !hushed(a, in) || call.Func.Kind != function.Aggregate && !call.Func.Multi && gives(a, in) {
			return false
		}
	}
	return true
}

// tried tells whether expressions warn of nothing over the rows of a feed, nor (adds) does what adds their values up.
func (h *hush) tried(f *feed, exprs []plan.Expr, adds bool) (bool, error) {
	env := &function.Env{Context: h.env.Context, AsOf: h.env.AsOf, Limits: h.env.Limits}
	e := &evaluator{env: env, constants: h.constants, table: h.table, scalars: map[*plan.Scalar]*column.Vector{}}
	values, err := e.evalAll(exprs, f.rows)
	if isLimit := err != nil && h.env.Context.Err() == nil; isLimit {
		return false, nil // a window that has those rows will say so
	}
	return err == nil && env.Warned() == 0 && !(adds && slices.ContainsFunc(values, large)), err
}

// large tells whether numbers may add up to more than 64 bits hold, or than a double does, in whatever order.
func large(v *column.Vector) bool {
	whole, real := 0.0, 0.0
	for _, n := range v.Ints {
		whole += math.Abs(float64(n))
	}
	for _, x := range v.Floats {
		real += math.Abs(x)
	}
	return whole > 1<<62 || !(real < math.MaxFloat64/2)
}
