package plan

import (
	"fmt"
	"strings"
)

// WithInputs is a node like n over other inputs, in the order of Inputs. The given node stays as it is.
func WithInputs(n Node, inputs []Node) Node {
	switch n := n.(type) {
	case *Aggregate:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Apply:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Expand:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Extract:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Filter:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Join:
		c := *n
		c.Left, c.Right = inputs[0], inputs[1]
		return &c
	case *Limit:
		c := *n
		c.Input = inputs[0]
		return &c
	case *MakeSeries:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Project:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Given, *Rows, *Scan:
		return n
	case *Shared:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Sort:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Steps:
		c := *n
		c.Input = inputs[0]
		return &c
	case *Union:
		c := *n
		c.Inputs = inputs
		return &c
	case *Windowed:
		c := *n
		c.Input = inputs[0]
		return &c
	}
	panic(fmt.Sprintf("plan: %T is no node of the set", n))
}

// Exprs are the expressions that a node evaluates itself, nil ones left out.
func Exprs(n Node) []Expr {
	var list []Expr
	add := func(exprs ...Expr) {
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
