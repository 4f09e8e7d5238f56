package exec

import (
	"math/rand/v2"
	"slices"
	"strings"

	"casebook/engine/column"
	"casebook/engine/function"
	"casebook/engine/plan"
)

// maker makes random plans.
type maker struct {
	*rand.Rand
	given *plan.Given // while the body of an Apply is made
}

func (m *maker) plan() plan.Node {
	var n plan.Node = scanOf(requests)
	for range 1 + m.IntN(5) {
		n = m.stage(n)
	}
	return n
}

func (m *maker) stage(n plan.Node) plan.Node {
	switch m.IntN(20) {
	case 0, 1, 2:
		return filterOf(n, m.condition(n, 2))
	case 3, 4:
		return m.project(n)
	case 5:
		return m.sort(n)
	case 6:
		var by []plan.Expr
		if m.IntN(3) == 0 {
			by = append(by, m.column(n, column.String))
		}
		return limitOf(n, int64(m.IntN(12)), by...)
	case 7:
		return m.aggregate(n)
	case 8:
		return m.threshold(n)
	case 9, 10:
		return m.expand(n)
	case 11:
		return m.union(n)
	case 12:
		return m.join(n)
	case 13:
		return m.windowed(n)
	case 14, 15:
		return m.inline(n)
	case 16:
		return m.extract(n)
	case 17:
		if m.given == nil {
			return m.apply(n)
		}
	case 18:
		return m.series(n)
	}
	return m.steps(n)
}

// column is some column of a type, or a literal where there is none.
func (m *maker) column(n plan.Node, t column.Type) plan.Expr {
	var fits []plan.Expr
	for i, f := range n.Schema() {
		if f.Type == t {
			fits = append(fits, &plan.Col{Index: i, Name: f.Name, T: t})
		}
	}
	if len(fits) == 0 {
		return m.literal(t)
	}
	return fits[m.IntN(len(fits))]
}

func (m *maker) literal(t column.Type) plan.Expr {
	switch t {
	case column.String:
		return lit(t, []any{"ann", "bob", "red", "m2", ""}[m.IntN(5)])
	case column.Time:
		return lit(t, int64(m.IntN(30))*column.Second)
	}
	return lit(t, int64(m.IntN(8)-2))
}

func (m *maker) value(n plan.Node, t column.Type, depth int) plan.Expr {
	if depth == 0 || m.IntN(3) == 0 {
		if m.IntN(4) == 0 {
			return m.literal(t)
		}
		return m.column(n, t)
	}
	if t == column.Long && m.IntN(12) == 0 {
		return m.scalar()
	}
	some := func() plan.Expr { return m.value(n, t, depth-1) }
	switch {
	case m.IntN(3) == 0:
		return call(choose, m.condition(n, depth-1), some(), some())
	case m.IntN(3) == 0:
		return call(coalesce, some(), some())
	case t == column.Long:
		f := []*function.Row{add, minus, divide}[m.IntN(3)]
		return call(f, some(), some())
	case t == column.Time:
		return call(floor, some(), long([]int64{column.Second, 7 * column.Second}[m.IntN(2)]))
	}
	return some()
}

func (m *maker) condition(n plan.Node, depth int) plan.Expr {
	if depth > 0 {
		switch m.IntN(4) {
		case 0:
			return call(and, m.condition(n, depth-1), m.condition(n, depth-1))
		case 1:
			return call(or, m.condition(n, depth-1), m.condition(n, depth-1))
		case 2:
			if m.IntN(2) == 0 {
				return call(not, m.condition(n, depth-1))
			}
		}
	}
	switch m.IntN(6) {
	case 0:
		return call(isNull, m.column(n, []column.Type{column.String, column.Long}[m.IntN(2)]))
	case 1:
		ago := call(earlier, &plan.Now{}, long(int64(m.IntN(20))*column.Second))
		return call(atLeastTime, m.column(n, column.Time), ago)
	case 2:
		return call([]*function.Row{equalTime, atLeastTime}[m.IntN(2)], m.value(n, column.Time, depth), m.literal(column.Time))
	case 3:
		return call([]*function.Row{equalText, lessText}[m.IntN(2)], m.value(n, column.String, depth), m.literal(column.String))
	}
	f := []*function.Row{equalLong, lessLong, greaterLong, atLeastLong}[m.IntN(4)]
	if m.IntN(3) == 0 {
		return call(f, m.literal(column.Long), m.value(n, column.Long, depth))
	}
	return call(f, m.value(n, column.Long, depth), m.value(n, column.Long, depth))
}

func (m *maker) project(n plan.Node) plan.Node {
	var columns []named
	for i, f := range n.Schema() {
		if m.IntN(4) > 0 {
			columns = append(columns, named{Name: f.Name, Expr: &plan.Col{Index: i, Name: f.Name, T: f.Type}})
		}
	}
	for range 1 + m.IntN(2) {
		t := []column.Type{column.Long, column.String, column.Time}[m.IntN(3)]
		columns = append(columns, named{Name: "made", Expr: m.value(n, t, 2)})
	}
	m.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
	return projectOf(n, columns...)
}

func (m *maker) sort(n plan.Node) plan.Node {
	var keys []plan.SortKey
	for range 1 + m.IntN(2) {
		t := []column.Type{column.Long, column.String, column.Time}[m.IntN(3)]
		keys = append(keys, plan.SortKey{Expr: m.column(n, t), Desc: m.IntN(2) == 0, NullsFirst: m.IntN(2) == 0})
	}
	return sortOf(n, keys...)
}

func (m *maker) aggregate(n plan.Node) plan.Node {
	var aggs, keys []named
	for range m.IntN(4) {
		t := []column.Type{column.Long, column.String}[m.IntN(2)]
		c := m.column(n, t)
		choices := []*plan.Call{call(countRows), call(countValues, c), call(least, c), call(most, c), call(values, c)}
		if t == column.Long {
			choices = append(choices, call(sum, c), call(average, c))
		}
		aggs = append(aggs, named{Name: "made", Expr: choices[m.IntN(len(choices))]})
	}
	for range m.IntN(3) {
		t := []column.Type{column.Long, column.String, column.Time}[m.IntN(3)]
		keys = append(keys, named{Name: "key", Expr: m.value(n, t, 1)})
	}
	a := aggregateOf(n, aggs, keys...)
	for i := range a.Aggs {
		if m.IntN(4) == 0 {
			a.Aggs[i].Where = m.condition(n, 1)
		}
	}
	a.Explode = m.IntN(2) == 0
	return a
}

// threshold keeps the groups of at least so many rows, as detections do.
func (m *maker) threshold(n plan.Node) plan.Node {
	var keys []named
	for range m.IntN(3) {
		t := []column.Type{column.Long, column.String, column.Time}[m.IntN(3)]
		keys = append(keys, named{Name: "key", Expr: m.value(n, t, 1)})
	}
	a := aggregateOf(n, []named{{Name: "n", Expr: call(countRows)}}, keys...)
	a.Explode = m.IntN(2) == 0
	f := []*function.Row{equalLong, greaterLong, atLeastLong, lessLong}[m.IntN(4)]
	x, y := plan.Expr(col(a, "n")), plan.Expr(long(int64(m.IntN(5))))
	if m.IntN(3) == 0 {
		x, y = y, x
	}
	return filterOf(a, call(f, x, y))
}

// union puts two ways on from one node one after the other, sometimes sharing what is before them, and sometimes of another schema.
func (m *maker) union(n plan.Node) plan.Node {
	if m.IntN(2) == 0 {
		n = &plan.Shared{Base: plan.Base{Out: n.Schema()}, Input: n}
	}
	other := plan.Node(filterOf(n, m.condition(n, 1)))
	if m.IntN(3) == 0 {
		other = m.project(other)
	}
	u := &plan.Union{Base: plan.Base{Out: n.Schema()}, Inputs: []plan.Node{n, other}, Blank: m.IntN(2) == 0}
	for _, in := range u.Inputs {
		var from []int
		for i, f := range u.Out {
			if in != n && (i >= len(in.Schema()) || in.Schema()[i].Type != f.Type) {
				i = slices.IndexFunc(in.Schema(), func(g column.Field) bool { return g == f })
			}
			if m.IntN(6) == 0 {
				i = -1
			}
			from = append(from, i)
		}
		u.Sources = append(u.Sources, from)
	}
	return u
}

func (m *maker) join(n plan.Node) plan.Node {
	right := filterOf(scanOf(requests), m.condition(scanOf(requests), 1))
	var small plan.Node = projectOf(limitOf(right, 6), named{Name: "user", Expr: col(right, "user")}, named{Name: "t", Expr: col(right, "tokens")})
	if m.IntN(2) == 0 { // a table written in the query
		fields := small.Schema()
		small = &plan.Rows{Base: plan.Base{Out: fields}, Batch: batchOf(fields, []any{"ann", int64(1)}, []any{nil, int64(2)}, []any{"red", nil})}
	}
	kind := plan.JoinKind(m.IntN(int(plan.LeftGather) + 1))
	key := m.column(n, column.String)
	if c, ok := key.(*plan.Col); !ok || strings.HasPrefix(c.Name, "tags") && kind != plan.LeftGather || m.IntN(4) == 0 {
		key = m.literal(column.String)
	}
	if kind != plan.LeftGather { // to others a key of several values is the null that it is to every other function
		key = call(choose, call(equalText, key, key), key)
	}
	j := &plan.Join{Kind: kind, Left: n, Right: small, LeftKeys: []plan.Expr{key}, RightKeys: []plan.Expr{col(small, "user")}, Nulls: m.IntN(3) == 0 && kind < plan.LeftMark, Blank: m.IntN(2) == 0}
	if kind < plan.LeftMark && m.IntN(3) == 0 { // by more than one key
		j.LeftKeys, j.RightKeys = append(j.LeftKeys, m.single(n, column.Long)), append(j.RightKeys, col(small, "t"))
	}
	if kind == plan.LeftOuter && m.IntN(2) == 0 {
		j.Cond = call(lessLong, m.column(n, column.Long), &plan.Col{Index: len(n.Schema()) + 1, Name: "t", T: column.Long})
	}
	switch kind {
	case plan.LeftMark:
		j.Out = append(slices.Clone(n.Schema()), column.Field{Name: "mark", Type: column.Bool})
	case plan.LeftSemi, plan.LeftAnti:
		j.Out = slices.Clone(n.Schema())
	case plan.RightSemi, plan.RightAnti:
		j.Out = slices.Clone(small.Schema())
	default:
		j.Out = append(slices.Clone(n.Schema()), small.Schema()...)
	}
	return j
}
