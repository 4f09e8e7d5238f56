package exec

import (
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// The stages of random plans that do more than look at each row or group by itself.

// scalar is a number that a table of its own gives.
func (m *maker) scalar() plan.Expr {
	s := scanOf(requests)
	few := filterOf(s, m.condition(s, 0))
	var in plan.Node = aggregateOf(few, []named{{Name: "made", Expr: []*plan.Call{call(countRows), call(most, col(s, "tokens")), call(sum, col(s, "tokens"))}[m.IntN(3)]}})
	if m.IntN(3) == 0 {
		in = projectOf(limitOf(few, 1), named{Name: "made", Expr: col(s, "tokens")})
	}
	return &plan.Scalar{Input: in, T: column.Long}
}

// expand expands one column, or two in parallel, with a counter and a limit at times.
func (m *maker) expand(n plan.Node) plan.Node {
	out := slices.Clone(n.Schema())
	e := &plan.Expand{Input: n, Index: -1, KeepEmpty: m.IntN(2) == 0}
	for i, f := range out {
		if f.Type == column.String && len(e.Columns) < 2 && (f.Name == "tags" || m.IntN(3) == 0) {
			e.Columns = append(e.Columns, plan.ExpandColumn{Expr: &plan.Col{Index: i, T: f.Type, Name: f.Name}, Out: i})
		}
	}
	if len(e.Columns) == 0 {
		return n
	}
	if m.IntN(3) == 0 {
		e.Columns[0].Cast = func(x any) any {
			if s, ok := x.(string); ok {
				return strings.ToUpper(s)
			}
			return x
		}
	}
	if m.IntN(3) == 0 {
		e.Limit = 1 + m.IntN(2)
	}
	if m.IntN(3) == 0 {
		e.Index = len(out)
		out = append(out, column.Field{Name: "at", Type: column.Long})
	}
	e.Out = out
	return e
}

func (m *maker) windowed(n plan.Node) plan.Node {
	w := &plan.Windowed{Input: n}
	for i, f := range n.Schema() {
		if m.IntN(4) > 0 {
			w.Exprs = append(w.Exprs, &plan.Col{Index: i, Name: f.Name, T: f.Type})
			w.Out = append(w.Out, f)
		}
	}
	for range 1 + m.IntN(2) {
		t := []column.Type{column.Long, column.String, column.Time}[m.IntN(3)]
		x := plan.Expr(call(previous, m.value(n, t, 1)))
		if t == column.Long && m.IntN(2) == 0 {
			x = call(minus, m.column(n, t), x)
		} else if m.IntN(4) == 0 {
			x, t = call(place0), column.Long
		}
		w.Exprs, w.Out = append(w.Exprs, x), append(w.Out, column.Field{Name: "made", Type: t})
	}
	return w
}

// inline is an aggregation that keeps its input's rows.
func (m *maker) inline(n plan.Node) plan.Node {
	a := m.aggregate(n).(*plan.Aggregate)
	a.Inline = true
	a.Out = slices.Clone(n.Schema())
	for i := range a.Aggs {
		a.Aggs[i].Out = len(a.Out)
		a.Out = append(a.Out, column.Field{Name: "made", Type: a.Aggs[i].Call.T})
	}
	for i, k := range a.Keys {
		a.Keys[i].Out = -1
		if m.IntN(2) == 0 {
			a.Keys[i].Out = len(a.Out)
			a.Out = append(a.Out, column.Field{Name: "key", Type: k.Expr.Type()})
		}
	}
	return a
}

// initials is a pattern that reads a text's first letter and the rest; it knows no text that begins with b.
type initials struct{}

func (initials) Extract(s string) ([]any, bool, error) {
	switch {
	case s == "" || s[0] == 'b':
		return nil, false, nil
	case len(s) == 1:
		return []any{s, nil}, true, nil
	}
	return []any{s[:1], s[1:]}, true, nil
}

func (m *maker) extract(n plan.Node) plan.Node {
	e := &plan.Extract{Input: n, Text: m.value(n, column.String, 1), Pattern: initials{}, Only: m.IntN(2) == 0}
	e.Out = slices.Clone(n.Schema())
	for _, name := range []string{"first", "rest"} {
		e.Outs = append(e.Outs, len(e.Out))
		e.Out = append(e.Out, column.Field{Name: name, Type: column.String})
	}
	return e
}

// apply runs a body of one or two stages for each row, or for groups of them.
func (m *maker) apply(n plan.Node) plan.Node {
	a := &plan.Apply{Input: n, Given: &plan.Given{Base: plan.Base{Out: n.Schema()}}, Each: m.IntN(2) == 0}
	if !a.Each {
		for range m.IntN(3) {
			a.By = append(a.By, m.column(n, []column.Type{column.String, column.Long}[m.IntN(2)]))
		}
	}
	m.given = a.Given
	a.Body = a.Given
	for range 1 + m.IntN(2) {
		a.Body = m.stage(a.Body)
	}
	m.given = nil
	for i, f := range n.Schema() {
		if m.IntN(3) == 0 {
			a.Keep = append(a.Keep, i)
			a.Out = append(a.Out, f)
		}
	}
	a.Out = append(a.Out, a.Body.Schema()...)
	return a
}

func (m *maker) series(n plan.Node) plan.Node {
	s := &plan.MakeSeries{Input: n, NonEmpty: m.IntN(2) == 0}
	a := m.aggregate(n).(*plan.Aggregate)
	dynamic := func(name string) int {
		s.Out = append(s.Out, column.Field{Name: name, Type: column.Dynamic})
		return len(s.Out) - 1
	}
	for i, k := range a.Keys {
		if list, ok := k.Expr.(*plan.Col); ok && list.T == column.String || i > 0 {
			continue // several values have no place in the key of a series
		}
		s.Out = append(s.Out, column.Field{Name: "key", Type: k.Expr.Type()})
		s.Keys = append(s.Keys, plan.Key{Expr: k.Expr, Out: len(s.Out) - 1})
	}
	for _, g := range a.Aggs {
		if g.Call.Func == values {
			continue
		}
		g.Out = dynamic("made")
		s.Aggs = append(s.Aggs, g)
		if m.IntN(2) == 0 {
			s.Defaults = append(s.Defaults, nil)
		} else {
			s.Defaults = append(s.Defaults, m.literal(column.Long))
		}
	}
	s.AxisOut = dynamic("axis")
	t := []column.Type{column.Time, column.Long}[m.IntN(2)]
	s.Axis = m.single(n, t)
	point := func() plan.Expr {
		if m.IntN(3) == 0 {
			return nil
		}
		return m.literal(t)
	}
	s.From, s.To = point(), point()
	unit := int64(1)
	if t == column.Time {
		unit = column.Second
	}
	s.Step = lit(t, int64(3+m.IntN(9))*unit)
	if t == column.Long && s.To == nil {
		s.To = long(int64(m.IntN(40)))
	}
	return s
}

// single is a column of a type, as a function sees it: several values are null.
func (m *maker) single(n plan.Node, t column.Type) plan.Expr {
	x := m.column(n, t)
	if t == column.Long {
		return call(add, x, long(0))
	}
	return call(earlier, x, long(0))
}

// steps is a machine of one to three states with a counter.
func (m *maker) steps(n plan.Node) plan.Node {
	width := len(n.Schema())
	s := &plan.Steps{Input: n, Match: -1, Declared: []column.Field{{Name: "c", Type: column.Long}, {Name: "s", Type: column.String}}}
	s.Defaults = []plan.Expr{[]plan.Expr{nil, long(3)}[m.IntN(2)], nil}
	one := append(slices.Clone(n.Schema()), s.Declared...)
	s.Out = slices.Clone(one)
	if m.IntN(2) == 0 {
		s.Match = len(s.Out)
		s.Out = append(s.Out, column.Field{Name: "match", Type: column.Long})
	}
	count := 1 + m.IntN(3)
	view := &plan.Given{}
	for range count + 1 {
		view.Out = append(view.Out, one...)
	}
	for k := range count {
		step := plan.Step{Cond: m.condition(view, 1), Output: plan.StepOutput(m.IntN(3))}
		if m.IntN(2) == 0 { // at its own last row, or at the row so far
			from := width
			if m.IntN(2) == 0 {
				from += (k + 1) * len(one)
			}
			step.Assign = append(step.Assign, plan.Assign{Column: 0, Expr: call(coalesce, call(add, &plan.Col{Index: from, T: column.Long}, long(1)), long(1))})
		}
		if m.IntN(3) == 0 {
			step.Assign = append(step.Assign, plan.Assign{Column: 1, Expr: m.value(view, column.String, 0)})
		}
		s.Steps = append(s.Steps, step)
	}
	return s
}
