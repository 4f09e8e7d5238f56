package plan

import "slices"

// EachCol calls f with every column that an expression reads.
func EachCol(x Expr, f func(*Col)) {
	switch x := x.(type) {
	case *Col:
		f(x)
	case *Call:
		for _, a := range x.Args {
			EachCol(a, f)
		}
	}
}

// Absent are the fields, of no table, for want of which some part of an expression is null.
func Absent(x Expr) []string {
	switch x := x.(type) {
	case *Lit:
		return x.Absent
	case *Call:
		var all []string
		for _, a := range x.Args {
			all = append(all, Absent(a)...)
		}
		return all
	}
	return nil
}

// UsesNow tells whether an expression depends on the as-of instant.
func UsesNow(x Expr) bool {
	switch x := x.(type) {
	case *Now:
		return true
	case *Call:
		for _, a := range x.Args {
			if UsesNow(a) {
				return true
			}
		}
	case *Scalar:
		uses := false
		Walk(x.Input, func(n Node) { // into tables in it, too
			for _, y := range Exprs(n) {
				uses = uses || readsNow(y)
			}
		})
		return uses
	}
	return false
}

// readsNow is UsesNow but for the tables that an expression takes a value of.
func readsNow(x Expr) bool {
	switch x := x.(type) {
	case *Now:
		return true
	case *Call:
		return slices.ContainsFunc(x.Args, readsNow)
	}
	return false
}

// Walk calls f with a node and everything under it, inputs first and a shared subplan once; bodies of Apply and tables of
// Scalar expressions are under it too.
func Walk(n Node, f func(Node)) { walk(n, f, map[Node]bool{}) }

func walk(n Node, f func(Node), seen map[Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	for _, in := range Inputs(n) {
		walk(in, f, seen)
	}
	if a, ok := n.(*Apply); ok {
		walk(a.Body, f, seen)
	}
	for _, x := range Exprs(n) {
		EachScalar(x, func(s *Scalar) { walk(s.Input, f, seen) })
	}
	f(n)
}

// Constant tells whether an expression is of literals and the as-of instant alone.
func Constant(x Expr) bool {
	switch x := x.(type) {
	case *Call:
		for _, a := range x.Args {
			if !Constant(a) {
				return false
			}
		}
		return true
	case *Lit, *Now:
		return true
	}
	return false
}

// Replace is an expression with its columns replaced; ok is false when one has no replacement.
func Replace(x Expr, with func(*Col) *Col) (y Expr, ok bool) {
	switch x := x.(type) {
	case *Col:
		c := with(x)
		return c, c != nil
	case *Call:
		args := make([]Expr, len(x.Args))
		for i, a := range x.Args {
			if args[i], ok = Replace(a, with); !ok {
				return nil, false
			}
		}
		call := *x
		call.Args = args
		return &call, true
	}
	return x, true
}

// EachScalar calls f with every table that an expression takes a value of.
func EachScalar(x Expr, f func(*Scalar)) {
	switch x := x.(type) {
	case *Scalar:
		f(x)
	case *Call:
		for _, a := range x.Args {
			EachScalar(a, f)
		}
	}
}
