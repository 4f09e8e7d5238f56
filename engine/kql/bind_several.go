package kql

import (
	"strconv"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// The aggregates that give several columns.

// argMax is arg_max(x, a, b): the greatest x, and the row's other columns.
func (b *binder) argMax(r *row, x *call) []made {
	base, word := "arg_max", "max"
	if strings.HasSuffix(x.name, "min") {
		base, word = "arg_min", "min"
	}
	old := x.name == "argmax" || x.name == "argmin"
	if len(x.args) == 0 {
		b.errorf(x.span, "the aggregate '%s' wants 1 argument or more, found 0", x.name)
		return nil
	}
	in := r.aggs.input
	key := b.aggArg(r, x.args[0].x)
	if key == nil {
		return nil
	}
	if t := key.Type(); t == column.Dynamic || t == column.GUID {
		b.errorf(x.args[0].x.place(), "the aggregate '%s' wants a value that has an order, found %s", x.name, typeWord(t))
		return nil
	}
	row := function.Lookup(function.KQL, base)[0]
	firstName := autoName(x.args[0].x)
	add := func(v plan.Expr) plan.Expr {
		return r.aggs.add(&plan.Call{Func: row, Args: []plan.Expr{key, v}, T: v.Type(), At: x.span}, nil)
	}
	name := firstName
	if name == "" {
		name = word + "_"
	} else if old {
		name = word + "_" + name
	}
	list := []made{{add(key), name}}
	given := map[string]bool{firstName: true}
	for _, a := range x.args[1:] {
		given[autoName(a.x)] = true
	}
	for i, a := range x.args[1:] {
		if _, ok := a.x.(*star); ok {
			for i, c := range in.cols {
				if given[c.Name] || in.isKey(c.Name) {
					continue
				}
				n := c.Name
				if old {
					n = word + "_" + firstName + "_" + n
				}
				list = append(list, made{add(&plan.Col{Index: i, Name: c.Name, T: c.Type, At: a.x.place()}), n})
			}
			continue
		}
		v := b.aggArg(r, a.x)
		if v == nil {
			return nil
		}
		n := autoName(a.x)
		if len(a.names) > 0 {
			n = a.names[0]
		}
		switch {
		case n == "":
			n = word + "_" + firstName + "_arg" + strconv.Itoa(i+1)
		case old:
			n = word + "_" + firstName + "_" + n
		}
		list = append(list, made{add(v), n})
	}
	return list
}

func (b *binder) aggArg(r *row, e expr) plan.Expr {
	r.aggs.inside = true
	defer func() { r.aggs.inside = false }()
	in := *r.aggs.input
	in.aggs, in.frame = r.aggs, r.aggs.input.origin()
	return b.scalar(&in, e)
}

// takeAny is take_any(a, b) and take_any(*).
func (b *binder) takeAny(r *row, x *call) []made {
	in := r.aggs.input
	row := function.Lookup(function.KQL, "take_any")[0]
	var list []made
	for k, a := range x.args {
		if _, ok := a.x.(*star); ok {
			for i, c := range in.cols {
				if in.isKey(c.Name) {
					continue
				}
				v, n := &plan.Col{Index: i, Name: c.Name, T: c.Type, At: a.x.place()}, c.Name
				if x.name == "any" {
					n = "any_" + n
				}
				list = append(list, made{r.aggs.add(&plan.Call{Func: row, Args: []plan.Expr{v}, T: c.Type, At: x.span}, nil), n})
			}
			continue
		}
		v := b.aggArg(r, a.x)
		if v == nil {
			return nil
		}
		n := autoName(a.x)
		switch {
		case n == "":
			n = "any_arg" + strconv.Itoa(k)
		case x.name == "any":
			n = "any_" + n
		}
		list = append(list, made{r.aggs.add(&plan.Call{Func: row, Args: []plan.Expr{v}, T: v.Type(), At: x.span}, nil), n})
	}
	if len(list) == 0 {
		b.errorf(x.span, "the aggregate '%s' wants 1 argument or more", x.name)
	}
	return list
}

// percentiles is percentile(x, 50), percentiles(x, 5, 95) and their weighted kind: a column for each rank.
func (b *binder) percentiles(r *row, x *call) []made {
	fixed := 1
	if strings.Contains(x.name, "w") {
		fixed = 2
	}
	if len(x.args) <= fixed || (len(x.args) > fixed+1 && (x.name == "percentile" || x.name == "percentilew")) {
		b.errorf(x.span, "the aggregate '%s' wants a value and a rank", x.name)
		return nil
	}
	args := make([]plan.Expr, fixed)
	for i := range args {
		if args[i] = b.aggArg(r, x.args[i].x); args[i] == nil {
			return nil
		}
	}
	if t := args[0].Type(); !isNumber(t) && t != column.Time && t != column.Duration {
		b.errorf(x.args[0].x.place(), "the aggregate '%s' wants a number, datetime or timespan, found %s", x.name, typeWord(t))
		return nil
	}
	if fixed == 2 {
		if args[1] = b.cast(args[1], column.Long, true); args[1] == nil {
			b.errorf(x.args[1].x.place(), "the weight must be a whole number")
			return nil
		}
	}
	row := function.Lookup(function.KQL, map[int]string{1: "percentile", 2: "percentilew"}[fixed])[0]
	base := "percentile_" + autoName(x.args[0].x) + "_"
	var list []made
	for _, a := range x.args[fixed:] {
		p := b.aggArg(r, a.x)
		if p == nil {
			return nil
		}
		if !isNumber(p.Type()) {
			b.errorf(a.x.place(), "the rank must be a number").WithHint("the column comes first: percentile(column, 95)")
			return nil
		}
		value, ok := constant(p)
		if !ok {
			b.errorf(a.x.place(), "the rank must be a constant").WithHint("the column comes first: percentile(column, 95)")
			return nil
		}
		rank, _ := constant(b.cast(p, column.Double, false))
		if r, ok := rank.(float64); !ok || r < 0 || r > 100 {
			b.errorf(a.x.place(), "the rank must be from 0 to 100")
			return nil
		}
		c := &plan.Call{Func: row, Args: append(append([]plan.Expr{}, args...), b.cast(p, column.Double, false)), T: rankedType(args[0].Type()), At: x.span}
		list = append(list, made{r.aggs.add(c, nil), base + rankName(value)})
	}
	return list
}

// rankedType is the type of a percentile.
func rankedType(t column.Type) column.Type {
	if t == column.Decimal {
		return column.Double
	}
	return atLeastLong(t)
}

func rankName(value any) string {
	switch v := value.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strings.ReplaceAll(strconv.FormatFloat(v, 'f', -1, 64), ".", "_")
	}
	return ""
}

// isKey tells whether a column is a grouping key as it stands, which the star of arg_max leaves out.
func (r *row) isKey(name string) bool { return r.keys[name] }
