package esql

// walk calls f for an expression and everything in it.
func walk(e expr, f func(expr)) {
	if e == nil {
		return
	}
	f(e)
	switch e := e.(type) {
	case *binary:
		walk(e.left, f)
		walk(e.right, f)
	case *call:
		for _, a := range e.args {
			walk(a, f)
		}
		walk(e.by, f)
	case *cast:
		walk(e.value, f)
	case *in:
		walk(e.value, f)
		for _, x := range e.list {
			walk(x, f)
		}
	case *isNull:
		walk(e.value, f)
	case *like:
		walk(e.value, f)
		walk(e.computed, f)
	case *unary:
		walk(e.value, f)
	}
}
