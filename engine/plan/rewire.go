package plan

// Rewire puts what change makes of it in the place of every input of a node, of the body of an Apply and of the tables of
// Scalar expressions. It changes the node itself: it is for front ends that are still making their plan.
func Rewire(n Node, change func(Node) Node) {
	for _, x := range Exprs(n) {
		rewireScalar(x, change)
	}
	for _, s := range slots(n) {
		*s = change(*s)
	}
	if a, ok := n.(*Apply); ok {
		a.Body = change(a.Body)
	}
}

func rewireScalar(x Expr, change func(Node) Node) {
	switch x := x.(type) {
	case *Call:
		for _, a := range x.Args {
			rewireScalar(a, change)
		}
	case *Scalar:
		x.Input = change(x.Input)
	}
}
