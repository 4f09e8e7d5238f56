package kql

import (
	"sort"

	"casebook/engine/column"
	"casebook/engine/plan"
	"casebook/engine/syntax"
)

// The pieces that plans are made of.

// inline takes out the shared nodes that have only one user.
func inline(n plan.Node) plan.Node {
	uses := map[*plan.Shared]int{}
	var visit func(plan.Node)
	visit = func(n plan.Node) {
		if s, ok := n.(*plan.Shared); ok {
			if uses[s]++; uses[s] > 1 {
				return
			}
		}
		for _, in := range plan.Inputs(n) {
			visit(in)
		}
		for _, x := range plan.Exprs(n) {
			visitScalars(x, visit)
		}
	}
	visit(n)
	return rebuild(n, uses, map[plan.Node]bool{})
}

func visitScalars(x plan.Expr, visit func(plan.Node)) {
	switch x := x.(type) {
	case *plan.Call:
		for _, a := range x.Args {
			visitScalars(a, visit)
		}
	case *plan.Scalar:
		visit(x.Input)
	}
}

func rebuild(n plan.Node, uses map[*plan.Shared]int, done map[plan.Node]bool) plan.Node {
	for {
		s, ok := n.(*plan.Shared)
		if !ok || uses[s] > 1 {
			break
		}
		n = s.Input
	}
	if done[n] {
		return n
	}
	done[n] = true
	plan.Rewire(n, func(in plan.Node) plan.Node { return rebuild(in, uses, done) })
	return n
}

// oneRow is a table of one row without columns, for print to add to.
func oneRow(s syntax.Span) plan.Node {
	n := &plan.Rows{Batch: &column.Batch{Len: 1}}
	n.Out, n.At, n.Hidden = []column.Field{}, s, true
	return n
}

func project(in plan.Node, exprs []plan.Expr, out []column.Field, s syntax.Span, hidden bool) *plan.Project {
	n := &plan.Project{Input: in, Exprs: exprs}
	n.Out, n.At, n.Hidden = out, s, hidden
	return n
}

// columnRefs are all the columns of an input, as they are.
func columnRefs(cols []column.Field, s syntax.Span) []plan.Expr {
	exprs, refs := make([]plan.Expr, len(cols)), make([]plan.Col, len(cols))
	for i, c := range cols {
		refs[i] = plan.Col{Index: i, Name: c.Name, T: c.Type, At: s}
		exprs[i] = &refs[i]
	}
	return exprs
}

func indexOf(cols []column.Field, name string) int {
	for i, c := range cols {
		if c.Name == name {
			return i
		}
	}
	return -1
}

func fieldNames(cols []column.Field) []string {
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Name
	}
	return names
}

// nearest adds the known name closest to a wrong one.
func nearest(e *syntax.Error, name string, known []string) {
	sort.Strings(known)
	if near := syntax.Nearest(name, known); near != "" {
		e.WithHint("did you mean '%s'?", near)
	}
}

// lit is a constant.
func lit(t column.Type, value any, s syntax.Span) *plan.Lit {
	b := column.NewBuilder(t, 1)
	switch {
	case t == column.Dynamic:
		b.Any(value)
		v := b.Vector()
		if value == nil {
			v = column.NullVector(t, 1)
		}
		return &plan.Lit{Value: v, At: s}
	case value == nil && t == column.String:
		b.Str("")
	default:
		b.Value(value)
	}
	return &plan.Lit{Value: b.Vector(), At: s}
}

// constant is the value of an expression that reads no row, no clock and no table.
func constant(x plan.Expr) (any, bool) {
	l, ok := x.(*plan.Lit)
	if !ok {
		return nil, false
	}
	if l.Value.Type == column.Dynamic && !l.Value.IsNull(0) {
		return l.Value.Anys[0], true
	}
	return l.Value.Value(0), true
}

// constantInt is a constant whole number; error says what it is wanted for.
func (b *binder) constantInt(s *scope, x expr, what string) (int64, bool) {
	v := b.scalar(&row{scope: s, constant: true}, x)
	if v == nil {
		return 0, false
	}
	value, _ := constant(v)
	if n, ok := value.(int64); ok && (v.Type() == column.Long || v.Type() == column.Int) {
		return n, true
	}
	b.errorf(x.place(), "%s wants a constant whole number", what)
	return 0, false
}

// howMany is a constant whole number that something is counted with: not below least.
func (b *binder) howMany(s *scope, x expr, what string, least int64) (int64, bool) {
	n, ok := b.constantInt(s, x, what)
	if ok && n < least {
		b.errorf(x.place(), "%s wants a number from %d on, found %d", what, least, n)
		return 0, false
	}
	return n, ok
}
