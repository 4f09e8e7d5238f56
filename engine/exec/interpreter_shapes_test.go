package exec

import (
	"fmt"
	"slices"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// The interpreter's operators that see more than one row at once.

func (in *interpreter) windowed(n *plan.Windowed) []row {
	rows := in.run(n.Input)
	out := make([]row, len(rows))
	for i, r := range rows {
		out[i].events = r.events
	}
	for _, x := range n.Exprs {
		for i, v := range in.over(x, rows) {
			out[i].values = append(out[i].values, v)
		}
	}
	return out
}

// over is an expression's value in each of some rows. Window functions get theirs from all rows at once; all else is computed as ever.
func (in *interpreter) over(x plan.Expr, rows []row) []any {
	out := make([]any, len(rows))
	c, ok := x.(*plan.Call)
	if !ok {
		for i, r := range rows {
			out[i] = in.value(x, r.values)
		}
		return out
	}
	var args [][]any
	for _, a := range c.Args {
		args = append(args, in.over(a, rows))
	}
	if c.Func.Kind == function.Window && !own[c.Func] {
		return in.askedOver(c, args, len(rows))
	}
	for i, r := range rows {
		switch {
		case c.Func == place0:
			out[i] = int64(i)
		case c.Func == previous && i > 0:
			out[i] = args[0][i-1]
		case c.Func != previous:
			d := *c
			d.Args = slices.Clone(c.Args)
			for k, a := range c.Args {
				if _, constant := a.(*plan.Lit); !constant {
					d.Args[k] = lit(a.Type(), args[k][i])
				}
			}
			out[i] = in.value(&d, r.values)
		}
	}
	return out
}

// inline gives each row its group's aggregates; one in several groups gets the values of all.
func (in *interpreter) inline(n *plan.Aggregate) []row {
	rows := in.run(n.Input)
	groups := map[string][]row{}
	var names [][]string
	for _, r := range rows {
		var own []string
		for _, k := range in.combinations(n, r.values) {
			name := groupName(k)
			own = append(own, name)
			groups[name] = append(groups[name], r)
		}
		names = append(names, own)
	}
	out := make([]row, len(rows))
	for i, r := range rows {
		made := row{values: append(slices.Clone(r.values), make([]any, len(n.Out)-len(r.values))...), events: []int64{}}
		for _, a := range n.Aggs {
			var all []any
			for _, name := range names[i] {
				all = append(all, many(in.total(a, groups[name]))...)
			}
			made.values[a.Out] = one(all)
		}
		for _, key := range n.Keys {
			if key.Out >= 0 {
				made.values[key.Out] = in.value(key.Expr, r.values)
			}
		}
		for _, name := range names[i] {
			for _, other := range groups[name] {
				made.events = append(made.events, other.events...)
			}
		}
		out[i] = made
	}
	return out
}

func (in *interpreter) extract(n *plan.Extract) []row {
	var out []row
	for _, r := range in.run(n.Input) {
		found := make([][]any, len(n.Outs))
		matched := false
		for _, s := range many(in.value(n.Text, r.values)) {
			values, ok, _ := n.Pattern.Extract(s.(string))
			matched = matched || ok
			for k, x := range values {
				found[k] = append(found[k], many(x)...)
			}
		}
		if n.Only && !matched {
			continue
		}
		made := row{append(slices.Clone(r.values), make([]any, len(n.Out)-len(r.values))...), r.events}
		for k, out := range n.Outs {
			made.values[out] = one(found[k])
		}
		out = append(out, made)
	}
	return out
}

// one is a list as a value: null, the one value, or several.
func one(values []any) any {
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	}
	return values
}

func (in *interpreter) expand(n *plan.Expand) []row {
	var out []row
	for _, r := range in.run(n.Input) {
		lists := make([][]any, len(n.Columns))
		length := 0
		for k, c := range n.Columns {
			x := in.value(c.Expr, r.values)
			lists[k] = many(x)
			switch bag, ok := x.(*column.Object); {
			case ok:
				lists[k] = nil
				for i, key := range bag.Keys {
					pair := any([]any{key, bag.Values[i]})
					if !n.Array {
						one := column.NewObject()
						one.Set(key, bag.Values[i])
						pair = one
					}
					lists[k] = append(lists[k], pair)
				}
			case x == nil && n.KeepEmpty:
				lists[k] = []any{nil}
			}
			length = max(length, len(lists[k]))
		}
		if n.Limit > 0 {
			length = min(length, n.Limit)
		}
		for i := range length {
			made := row{append(slices.Clone(r.values), make([]any, len(n.Out)-len(r.values))...), r.events}
			for k, c := range n.Columns {
				var x any
				if i < len(lists[k]) {
					x = lists[k][i]
				}
				if c.Cast != nil {
					x = c.Cast(x)
				}
				made.values[c.Out] = x
			}
			if n.Index >= 0 {
				made.values[n.Index] = int64(i)
			}
			out = append(out, made)
		}
	}
	return out
}

func (in *interpreter) apply(n *plan.Apply) []row {
	var order []string
	groups := map[string][]row{}
	for i, r := range in.run(n.Input) {
		name := fmt.Sprint(i)
		if !n.Each {
			name = ""
			for _, x := range n.By {
				name += groupName(in.value(x, r.values))
			}
		}
		if groups[name] == nil {
			order = append(order, name)
		}
		groups[name] = append(groups[name], r)
	}
	if n.Most > 0 && len(order) > n.Most {
		panic(failure{&function.LimitError{What: "groups", Limit: n.Most}})
	}
	var out []row
	for _, name := range order {
		in.given = groups[name]
		body := in.run(n.Body)
		for _, r := range body {
			made := row{events: r.events}
			for _, c := range n.Keep {
				made.values = append(made.values, groups[name][0].values[c])
			}
			made.values = append(made.values, r.values...)
			out = append(out, made)
		}
	}
	return out
}

// series lays the rows of each key out over an axis.
func (in *interpreter) series(n *plan.MakeSeries) []row {
	rows := in.run(n.Input)
	timed := n.Axis.Type() == column.Time
	step := in.value(n.Step, nil).(int64)
	var low, high *int64
	for _, r := range rows {
		if x, ok := in.value(n.Axis, r.values).(int64); ok {
			if low == nil || x < *low {
				low = &x
			}
			if high == nil || x > *high {
				high = &x
			}
		}
	}
	var from, to int64
	hasFrom, hasTo := n.From != nil, n.To != nil
	if hasFrom {
		from = in.value(n.From, nil).(int64)
	} else if low != nil {
		origin := int64(0)
		if timed {
			origin = -column.TicksAtEpoch
		}
		for from = origin + (*low-origin)/step*step; from > *low; from -= step {
		}
	}
	if hasTo {
		to = in.value(n.To, nil).(int64)
	} else if high != nil {
		to = *high + 1
	}
	bins := 0
	if low != nil || hasFrom && hasTo {
		for at := from; at < to; at += step {
			bins++
		}
	}
	type line struct {
		keys []any
		bins map[int][]row
		rows []row
	}
	var lines []*line
	known := map[string]*line{}
	for _, r := range rows {
		x, ok := in.value(n.Axis, r.values).(int64)
		if !ok || x < from || (x-from)/step >= int64(bins) {
			continue
		}
		var keys []any
		for _, k := range n.Keys {
			keys = append(keys, in.value(k.Expr, r.values))
		}
		name := groupName(keys)
		l := known[name]
		if l == nil {
			l = &line{keys: keys, bins: map[int][]row{}}
			known[name], lines = l, append(lines, l)
		}
		bin := int((x - from) / step)
		l.bins[bin] = append(l.bins[bin], r)
		l.rows = append(l.rows, r)
	}
	if len(lines) == 0 && len(n.Keys) == 0 && n.NonEmpty {
		lines = append(lines, &line{})
	}
	var out []row
	for _, l := range lines {
		made := row{values: make([]any, len(n.Out)), events: []int64{}}
		for _, r := range l.rows {
			made.events = append(made.events, r.events...)
		}
		for i, k := range n.Keys {
			made.values[k.Out] = l.keys[i]
		}
		axis := make([]any, bins)
		for b := range axis {
			if axis[b] = from + int64(b)*step; timed {
				axis[b] = column.Ticks(from + int64(b)*step)
			}
		}
		made.values[n.AxisOut] = axis
		for i, g := range n.Aggs {
			array := make([]any, bins)
			for b := range array {
				switch {
				case l.bins[b] != nil:
					array[b] = dynamicOf(g.Call.T, in.total(g, l.bins[b]))
				case n.Defaults[i] != nil:
					array[b] = dynamicOf(n.Defaults[i].Type(), in.value(n.Defaults[i], nil))
				case g.Call.T.Kind() == column.FloatKind:
					array[b] = float64(0)
				default:
					array[b] = int64(0)
				}
			}
			made.values[g.Out] = array
		}
		out = append(out, made)
	}
	return out
}
