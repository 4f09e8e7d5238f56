package plan

// Rewire puts what change makes of it in the place of every input of a node, of the body of an Apply and of the tables of
// Scalar expressions. It changes the node itself: it is for front ends that are still making their plan.
func Rewire(n Node, change func(Node) Node) {
	for _, x := range Exprs(n) {
		rewireScalar(x, change)
	}
	switch n := n.(type) {
	case *Aggregate:
		n.Input = change(n.Input)
	case *Apply:
		n.Input, n.Body = change(n.Input), change(n.Body)
	case *Expand:
		n.Input = change(n.Input)
	case *Extract:
		n.Input = change(n.Input)
	case *Filter:
		n.Input = change(n.Input)
	case *Join:
		n.Left, n.Right = change(n.Left), change(n.Right)
	case *Limit:
		n.Input = change(n.Input)
	case *MakeSeries:
		n.Input = change(n.Input)
	case *Project:
		n.Input = change(n.Input)
	case *Shared:
		n.Input = change(n.Input)
	case *Sort:
		n.Input = change(n.Input)
	case *Steps:
		n.Input = change(n.Input)
	case *Union:
		for i, in := range n.Inputs {
			n.Inputs[i] = change(in)
		}
	case *Windowed:
		n.Input = change(n.Input)
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
