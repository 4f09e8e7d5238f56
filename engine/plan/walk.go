package plan

import (
	"slices"
	"strings"
)

// slots are where a node keeps its inputs, in order.
func slots(n Node) []*Node {
	switch n := n.(type) {
	case *Aggregate:
		return []*Node{&n.Input}
	case *Apply:
		return []*Node{&n.Input}
	case *Expand:
		return []*Node{&n.Input}
	case *Extract:
		return []*Node{&n.Input}
	case *Filter:
		return []*Node{&n.Input}
	case *Join:
		return []*Node{&n.Left, &n.Right}
	case *Limit:
		return []*Node{&n.Input}
	case *MakeSeries:
		return []*Node{&n.Input}
	case *Project:
		return []*Node{&n.Input}
	case *Shared:
		return []*Node{&n.Input}
	case *Sort:
		return []*Node{&n.Input}
	case *Steps:
		return []*Node{&n.Input}
	case *Union:
		all := make([]*Node, len(n.Inputs))
		for i := range n.Inputs {
			all[i] = &n.Inputs[i]
		}
		return all
	case *Windowed:
		return []*Node{&n.Input}
	}
	return nil
}

// Inputs are a node's inputs, in order.
func Inputs(n Node) []Node {
	places := slots(n)
	if len(places) == 0 {
		return nil
	}
	inputs := make([]Node, len(places))
	for i, s := range places {
		inputs[i] = *s
	}
	return inputs
}

// WithInputs is a node like n over other inputs, in the order of Inputs. The given node stays as it is.
func WithInputs(n Node, inputs []Node) Node {
	c := like(n)
	for i, s := range slots(c) {
		*s = inputs[i]
	}
	return c
}

// like is a copy of a node that has inputs.
func like(n Node) Node {
	switch n := n.(type) {
	case *Aggregate:
		return copied(n)
	case *Apply:
		return copied(n)
	case *Expand:
		return copied(n)
	case *Extract:
		return copied(n)
	case *Filter:
		return copied(n)
	case *Join:
		return copied(n)
	case *Limit:
		return copied(n)
	case *MakeSeries:
		return copied(n)
	case *Project:
		return copied(n)
	case *Shared:
		return copied(n)
	case *Sort:
		return copied(n)
	case *Steps:
		return copied(n)
	case *Union:
		c := copied(n)
		c.Inputs = slices.Clone(n.Inputs)
		return c
	case *Windowed:
		return copied(n)
	}
	return n
}

func copied[T any](n *T) *T {
	c := *n
	return &c
}

// Exprs are the expressions that a node evaluates itself, nil ones left out.
func Exprs(n Node) []Expr {
	var list []Expr
	add := func(exprs ...Expr) {
		list = slices.Grow(list, len(exprs))
		for _, e := range exprs {
			if e != nil {
				list = append(list, e)
			}
		}
	}
	aggs := func(keys []Key, aggs []Agg) {
		for _, k := range keys {
			add(k.Expr)
		}
		for _, a := range aggs {
			add(a.Call, a.Where)
		}
	}
	switch n := n.(type) {
	case *Aggregate:
		aggs(n.Keys, n.Aggs)
	case *Apply:
		add(n.By...)
	case *Expand:
		for _, c := range n.Columns {
			add(c.Expr)
		}
	case *Extract:
		add(n.Text)
	case *Filter:
		add(n.Cond)
	case *Join:
		add(n.LeftKeys...)
		add(n.RightKeys...)
		add(n.Cond)
	case *Limit:
		add(n.By...)
	case *MakeSeries:
		aggs(n.Keys, n.Aggs)
		add(n.Defaults...)
		add(n.Axis, n.From, n.To, n.Step)
	case *Project:
		add(n.Exprs...)
	case *Sort:
		for _, k := range n.Keys {
			add(k.Expr)
		}
	case *Steps:
		add(n.Defaults...)
		for _, s := range n.Steps {
			add(s.Cond)
			for _, a := range s.Assign {
				add(a.Expr)
			}
		}
	case *Windowed:
		add(n.Exprs...)
	}
	return list
}

// Conjuncts are the conditions that a filter's condition joins by "and"; a filter keeps just the rows that each of them keeps.
func Conjuncts(cond Expr) []Expr {
	if c, ok := cond.(*Call); ok && strings.EqualFold(c.Func.Name, "and") {
		var all []Expr
		for _, a := range c.Args {
			all = append(all, Conjuncts(a)...)
		}
		return all
	}
	return []Expr{cond}
}
