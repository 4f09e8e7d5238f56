package exec

import (
	"fmt"
	"slices"
	"sort"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// A second interpreter of plans, a row at a time and as plain as can be. It knows every operator and the functions of the tests'
// vocabulary, and shares no code with the one it is compared with. What a function of a language gives it asks of the function's own
// row of the table, one value at a time.

// row is a row and the events that made it: nil where they are out of sight, as in a table written in the query.
type row struct {
	values []any
	events []int64
}

type interpreter struct {
	tables   map[string]held
	from, to int64
	given    []row // what the Apply around has its body run for
}

func (in *interpreter) run(n plan.Node) []row {
	var out []row
	switch n := n.(type) {
	case *plan.Scan:
		return in.scan(n)
	case *plan.Filter:
		for _, r := range in.run(n.Input) {
			if in.value(n.Cond, r.values) == true {
				out = append(out, r)
			}
		}
	case *plan.Project:
		for _, r := range in.run(n.Input) {
			made := row{events: r.events}
			for _, x := range n.Exprs {
				made.values = append(made.values, in.value(x, r.values))
			}
			out = append(out, made)
		}
	case *plan.Limit:
		seen := map[string]int64{}
		for _, r := range in.run(n.Input) {
			key := ""
			for _, x := range n.By {
				key += groupName(in.value(x, r.values))
			}
			if seen[key]++; seen[key] <= n.N {
				out = append(out, r)
			}
		}
	case *plan.Sort:
		out = slices.Clone(in.run(n.Input))
		sort.SliceStable(out, func(i, j int) bool { return in.before(n.Keys, out[i].values, out[j].values) })
	case *plan.Apply:
		return in.apply(n)
	case *plan.Expand:
		return in.expand(n)
	case *plan.Extract:
		return in.extract(n)
	case *plan.Given:
		return in.given
	case *plan.MakeSeries:
		return in.series(n)
	case *plan.Rows:
		for _, values := range rowsOf(n.Batch) {
			out = append(out, row{values: values})
		}
	case *plan.Steps:
		return in.steps(n)
	case *plan.Windowed:
		return in.windowed(n)
	case *plan.Union:
		for i, input := range n.Inputs {
			for _, r := range in.run(input) {
				made := row{events: r.events}
				for _, from := range n.Sources[i] {
					if from < 0 {
						made.values = append(made.values, missing(n.Out[len(made.values)].Type, n.Blank))
					} else {
						made.values = append(made.values, r.values[from])
					}
				}
				out = append(out, made)
			}
		}
	case *plan.Shared:
		return in.run(n.Input)
	case *plan.Join:
		return in.join(n)
	case *plan.Aggregate:
		if n.Inline {
			return in.inline(n)
		}
		return in.aggregate(n)
	default:
		panic(fmt.Sprintf("the interpreter knows no %T", n))
	}
	return out
}

func many(x any) []any {
	switch x := x.(type) {
	case nil:
		return nil
	case []any:
		return x
	}
	return []any{x}
}

func (in *interpreter) before(keys []plan.SortKey, a, b []any) bool {
	for _, k := range keys {
		t := k.Expr.Type()
		x, y := many(in.value(k.Expr, a)), many(in.value(k.Expr, b))
		if len(x) == 0 || len(y) == 0 {
			if (len(x) == 0) == (len(y) == 0) {
				continue
			}
			return (len(x) == 0) == k.NullsFirst
		}
		extreme := func(list []any) any {
			best := list[0]
			for _, v := range list {
				if c := ranking(t, v, best); c != 0 && c < 0 != k.Desc {
					best = v
				}
			}
			return best
		}
		p, q := extreme(x), extreme(y)
		if c := ranking(t, p, q); c != 0 {
			return c < 0 != k.Desc
		}
	}
	return false
}

func less(a, b any) bool {
	switch a := a.(type) {
	case int64:
		return a < b.(int64)
	case uint64:
		return a < b.(uint64)
	case float64:
		return a < b.(float64)
	case string:
		return a < b.(string)
	case bool:
		return !a && b.(bool)
	}
	panic(fmt.Sprintf("no order of %T", a))
}

func (in *interpreter) aggregate(n *plan.Aggregate) []row {
	type group struct {
		keys []any
		rows []row
	}
	var order []*group
	groups := map[string]*group{}
	if len(n.Keys) == 0 {
		order = append(order, &group{})
		groups[""] = order[0]
	}
	for _, r := range in.run(n.Input) {
		for _, keys := range in.combinations(n, r.values) {
			name := ""
			for _, k := range keys {
				name += groupName(k)
			}
			g := groups[name]
			if g == nil {
				g = &group{keys: keys}
				groups[name], order = g, append(order, g)
			}
			g.rows = append(g.rows, r)
		}
	}
	var out []row
	for _, g := range order {
		made := row{values: make([]any, len(n.Out)), events: []int64{}}
		for i, k := range n.Keys {
			made.values[k.Out] = g.keys[i]
		}
		for _, r := range g.rows {
			made.events = append(made.events, r.events...)
		}
		for _, a := range n.Aggs {
			made.values[a.Out] = in.total(a, g.rows)
		}
		out = append(out, made)
	}
	return out
}

// combinations are the keys under which a row is counted.
func (in *interpreter) combinations(n *plan.Aggregate, values []any) [][]any {
	all := [][]any{nil}
	for _, k := range n.Keys {
		choices := []any{in.value(k.Expr, values)}
		if list, ok := choices[0].([]any); ok && n.Explode {
			choices = nil
			for _, x := range list {
				if !slices.ContainsFunc(choices, func(y any) bool { return groupName(x) == groupName(y) }) {
					choices = append(choices, x)
				}
			}
		}
		var next [][]any
		for _, keys := range all {
			for _, c := range choices {
				next = append(next, append(slices.Clone(keys), c))
			}
		}
		all = next
	}
	return all
}

func (in *interpreter) total(a plan.Agg, group []row) any {
	call := a.Call
	var rows [][]any
	for _, r := range group {
		if a.Where == nil || in.value(a.Where, r.values) == true {
			rows = append(rows, r.values)
		}
	}
	if !own[call.Func] {
		return in.gathered(call, rows)
	}
	if call.Func == countRows {
		return int64(len(rows))
	}
	var all []any
	for _, r := range rows {
		all = append(all, many(in.value(call.Args[0], r))...)
	}
	if call.Func == countValues {
		return int64(len(all))
	}
	if len(all) == 0 {
		return nil
	}
	switch call.Func {
	case sum, average:
		total := int64(0)
		for _, x := range all {
			total += x.(int64)
		}
		if call.Func == sum {
			return total
		}
		return float64(total) / float64(len(all))
	case least, most:
		best := all[0]
		for _, x := range all {
			if x != best && less(x, best) == (call.Func == least) {
				best = x
			}
		}
		return best
	case values:
		var distinct []any
		for _, x := range all {
			if !slices.Contains(distinct, x) {
				distinct = append(distinct, x)
			}
		}
		sort.Slice(distinct, func(i, j int) bool { return less(distinct[i], distinct[j]) })
		if len(distinct) == 1 {
			return distinct[0]
		}
		return distinct
	}
	panic("the interpreter knows no aggregate " + call.Func.Name)
}

// held is a table's rows, of all its columns.
type held struct {
	*plan.Table
	rows []row
}

// loaded is what a source in memory holds, as rows.
func loaded(m *Memory) map[string]held {
	tables := map[string]held{}
	for name, t := range m.tables {
		h := held{Table: t.table}
		for _, b := range t.batches {
			for i, values := range rowsOf(b) {
				h.rows = append(h.rows, row{values, []int64{b.Events[i]}})
			}
		}
		tables[name] = h
	}
	return tables
}

// scan is the columns of a table that are asked for, of the rows within the time.
func (in *interpreter) scan(n *plan.Scan) (out []row) {
	t := in.tables[n.Table]
	place := func(name string) int {
		return slices.IndexFunc(t.Fields, func(f column.Field) bool { return f.Name == name })
	}
	for _, r := range t.rows {
		if t.Time != "" {
			if at := r.values[place(t.Time)].(int64); at < in.from || at >= in.to {
				continue
			}
		}
		made := row{events: r.events}
		for _, name := range n.Columns {
			if c := place(name); c >= 0 {
				made.values = append(made.values, r.values[c])
			} else {
				made.values = append(made.values, nil)
			}
		}
		out = append(out, made)
	}
	return out
}
