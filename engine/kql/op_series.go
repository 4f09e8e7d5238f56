package kql

import (
	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

func (b *binder) makeSeries(s *scope, rel *relation, o *opMakeSeries) *relation {
	nonEmpty := false
	for _, opt := range o.options {
		if w := b.word(opt); opt.name == "kind" {
			if w != "nonempty" {
				b.errorf(opt.value.place(), "unknown kind of make-series '%s': nonempty", w)
				return nil
			}
			nonEmpty = true
		}
	}
	in := &row{scope: s, cols: rel.cols(), keys: map[string]bool{}}
	keys, names, ok := b.keys(in, o.by)
	axis := b.scalar(in, o.axis)
	if !ok || axis == nil {
		return nil
	}
	n := &plan.MakeSeries{Input: rel.node, Axis: axis, NonEmpty: nonEmpty}
	n.At = o.span
	taken := newNamer(nil)
	for i, k := range keys {
		n.Keys = append(n.Keys, plan.Key{Expr: k, Out: i})
		n.Out = append(n.Out, column.Field{Name: names[i], Type: k.Type()})
		taken.taken[names[i]] = true
	}
	aggs := &aggregates{input: in, keys: len(keys)}
	if !b.seriesAggs(s, o, n, aggs, taken) {
		return nil
	}
	if !b.axis(s, o, n) {
		return nil
	}
	n.AxisOut = len(n.Out)
	axisName := autoName(o.axis)
	if axisName == "" {
		axisName = taken.numbered("Column")
	} else {
		axisName = taken.free(axisName)
	}
	n.Out = append(n.Out, column.Field{Name: axisName, Type: column.Dynamic})
	return &relation{node: n}
}

// seriesAggs binds the aggregates of make-series, each of which must be one call.
func (b *binder) seriesAggs(s *scope, o *opMakeSeries, n *plan.MakeSeries, aggs *aggregates, taken *namer) bool {
	for _, a := range o.aggs {
		for _, name := range a.names {
			taken.taken[name] = true
		}
	}
	for _, a := range o.aggs {
		list, called := b.multi(&row{scope: s, aggs: aggs}, a.x)
		if !called {
			// A constant stands for itself in every bin that has rows.
			x := b.scalar(&row{scope: s, constant: true}, a.x)
			if x == nil {
				return false
			}
			any := function.Lookup(function.KQL, "take_any")[0]
			list = []made{{aggs.add(&plan.Call{Func: any, Args: []plan.Expr{x}, T: x.Type(), At: a.x.place()}, nil), "Column1"}}
		}
		if len(list) != 1 {
			if list != nil {
				b.errorf(a.x.place(), "make-series wants an aggregate of one column")
			}
			return false
		}
		col := list[0].col.(*plan.Col)
		if col.T == column.Dynamic || col.T == column.String {
			b.errorf(a.x.place(), "make-series wants aggregates that give numbers, found %s", typeWord(col.T))
			return false
		}
		name := list[0].name
		if len(a.names) > 0 {
			if name = a.names[0]; indexOf(n.Out, name) >= 0 {
				b.errorf(a.nameAt, "a column '%s' is already there", name)
				return false
			}
		} else {
			name = taken.free(name)
		}
		var d plan.Expr
		if a.value != nil {
			if d = b.scalar(&row{scope: s, constant: true}, a.value); d == nil {
				return false
			}
			if isNumber(d.Type()) && isNumber(col.T) && col.T != column.Int {
				d = b.cast(d, col.T, false)
			}
		}
		n.Defaults = append(n.Defaults, d)
		n.Out = append(n.Out, column.Field{Name: name, Type: column.Dynamic})
	}
	n.Aggs = aggs.list
	return true
}

// axis binds from, to and step.
func (b *binder) axis(s *scope, o *opMakeSeries, n *plan.MakeSeries) bool {
	r := &row{scope: s, constant: true}
	t := n.Axis.Type()
	if t != column.Time && t != column.Duration && !isNumber(t) {
		b.errorf(o.axis.place(), "the axis must be a datetime, a timespan or a number, found %s", typeWord(t))
		return false
	}
	if t == column.Int {
		n.Axis = b.cast(n.Axis, column.Long, false)
		t = column.Long
	}
	bound := func(x expr, want column.Type, what string) (plan.Expr, bool) {
		if x == nil {
			return nil, true
		}
		v := b.scalar(r, x)
		if v == nil {
			return nil, false
		}
		if isNumber(v.Type()) && isNumber(want) {
			return b.cast(v, want, false), true
		}
		if v.Type() != want {
			b.errorf(x.place(), "%s must be a %s, found %s", what, typeWord(want), typeWord(v.Type()))
			return nil, false
		}
		return v, true
	}
	stepType := t
	if t == column.Time {
		stepType = column.Duration
	}
	var ok1, ok2, ok3 bool
	n.From, ok1 = bound(o.from, t, "the axis' start")
	n.To, ok2 = bound(o.to, t, "the axis' end")
	n.Step, ok3 = bound(o.step, stepType, "the step")
	if !ok1 || !ok2 || !ok3 {
		return false
	}
	if v, ok := constant(n.Step); ok {
		positive := false
		switch v := v.(type) {
		case int64:
			positive = v > 0
		case float64:
			positive = v > 0
		}
		if !positive {
			b.errorf(o.step.place(), "the step must be above zero")
			return false
		}
	}
	if o.inRange {
		// This form's bins are those of bin(), and its end belongs to it.
		op := map[bool]string{true: "bin datetime", false: "bin"}[t == column.Time]
		n.From = b.make(op, o.span, t, n.From, n.Step)
		plus := map[bool]string{true: "datetime +", false: "+"}[t == column.Time]
		end := b.make(op, o.span, t, n.To, n.Step)
		n.To = b.make(plus, o.span, t, end, n.Step)
	}
	return true
}
