package exec

import (
	"fmt"
	"slices"
	"sort"

	"casebook/engine/plan"
)

// A second interpreter of plans, a row at a time and as plain as can be. It knows the operators that random plans are made
// of and the functions of the tests' vocabulary, and shares no code with the one it is compared with.

// row is a row and the events that made it: nil where they are out of sight, as in a table written in the query.
type row struct {
	values []any
	events []int64
}

type interpreter struct {
	tables   map[string][]row
	from, to int64
	given    []row // what the Apply around has its body run for
}

func (in *interpreter) run(n plan.Node) []row {
	var out []row
	switch n := n.(type) {
	case *plan.Scan:
		for _, r := range in.tables[n.Table] {
			if t := r.values[0].(int64); in.from <= t && t < in.to {
				out = append(out, r)
			}
		}
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
				key += fmt.Sprintf("%#v|", in.value(x, r.values))
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
						made.values = append(made.values, nil)
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
				if less(v, best) != k.Desc && v != best {
					best = v
				}
			}
			return best
		}
		p, q := extreme(x), extreme(y)
		if p != q {
			return less(p, q) != k.Desc
		}
	}
	return false
}

func less(a, b any) bool {
	switch a := a.(type) {
	case int64:
		return a < b.(int64)
	case float64:
		return a < b.(float64)
	case string:
		return a < b.(string)
	case bool:
		return !a && b.(bool)
	}
	panic(fmt.Sprintf("no order of %T", a))
}

func (in *interpreter) join(n *plan.Join) []row {
	left, right := in.run(n.Left), in.run(n.Right)
	if n.Kind == plan.LeftGather {
		return in.gather(n, left, right)
	}
	var out []row
	unique := map[any]bool{}
	used := make([]bool, len(right))
	pairs := n.Kind < plan.LeftSemi
	for _, l := range left {
		key := in.value(n.LeftKeys[0], l.values)
		matched := false
		if n.Kind == plan.InnerUnique && (key != nil || n.Nulls) {
			if unique[key] {
				continue
			}
			unique[key] = true
		}
		for i, r := range right {
			if in.value(n.RightKeys[0], r.values) != key || key == nil && !n.Nulls {
				continue
			}
			if n.Cond != nil && in.value(n.Cond, append(slices.Clone(l.values), r.values...)) != true {
				continue
			}
			matched, used[i] = true, true
			if pairs {
				out = append(out, row{append(slices.Clone(l.values), r.values...), append(append([]int64{}, l.events...), r.events...)})
			}
		}
		switch {
		case n.Kind == plan.LeftMark:
			mark := any(matched)
			if !matched && (key == nil || slices.ContainsFunc(right, func(r row) bool { return in.value(n.RightKeys[0], r.values) == nil })) {
				mark = nil
			}
			out = append(out, row{append(slices.Clone(l.values), mark), l.events})
		case n.Kind == plan.LeftSemi && matched, n.Kind == plan.LeftAnti && !matched:
			out = append(out, l)
		case (n.Kind == plan.LeftOuter || n.Kind == plan.FullOuter) && !matched:
			out = append(out, row{append(slices.Clone(l.values), make([]any, len(n.Right.Schema()))...), append([]int64{}, l.events...)})
		}
	}
	for i, r := range right {
		switch {
		case n.Kind == plan.RightSemi && used[i], n.Kind == plan.RightAnti && !used[i]:
			out = append(out, r)
		case (n.Kind == plan.RightOuter || n.Kind == plan.FullOuter) && !used[i]:
			out = append(out, row{append(make([]any, len(n.Left.Schema())), r.values...), append([]int64{}, r.events...)})
		}
	}
	return out
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
				name += fmt.Sprintf("%#v|", k)
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
				if !slices.Contains(choices, x) {
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

func (in *interpreter) value(x plan.Expr, r []any) any {
	switch x := x.(type) {
	case *plan.Col:
		return r[x.Index]
	case *plan.Lit:
		return x.Value.Value(0)
	case *plan.Now:
		return in.to
	case *plan.Call:
		return in.call(x, r)
	case *plan.Scalar:
		if rows := in.run(x.Input); len(rows) > 0 {
			return rows[0].values[0]
		}
		return nil
	}
	panic(fmt.Sprintf("the interpreter knows no %T", x))
}

func (in *interpreter) call(x *plan.Call, r []any) any {
	switch x.Func {
	case coalesce:
		for _, a := range x.Args {
			if v := in.value(a, r); v != nil {
				return v
			}
		}
		return nil
	case choose:
		for i := 0; i+1 < len(x.Args); i += 2 {
			if in.value(x.Args[i], r) == true {
				return in.value(x.Args[i+1], r)
			}
		}
		if len(x.Args)%2 == 1 {
			return in.value(x.Args[len(x.Args)-1], r)
		}
		return nil
	case isNull:
		return in.value(x.Args[0], r) == nil
	}
	args := make([]any, len(x.Args))
	for i, a := range x.Args {
		args[i] = in.value(a, r)
		if _, several := args[i].([]any); several {
			args[i] = nil
		}
	}
	switch x.Func {
	case and, or:
		strong := x.Func == or
		if args[0] == strong || args[1] == strong {
			return strong
		}
		if args[0] == nil || args[1] == nil {
			return nil
		}
		return !strong
	}
	if slices.Contains(args, nil) {
		return nil
	}
	switch x.Func {
	case not:
		return !args[0].(bool)
	case equalLong, equalText, equalTime:
		return args[0] == args[1]
	case lessLong, lessText:
		return less(args[0], args[1])
	case greaterLong:
		return less(args[1], args[0])
	case atLeastLong, atLeastTime:
		return !less(args[0], args[1])
	case add:
		return args[0].(int64) + args[1].(int64)
	case minus, earlier:
		return args[0].(int64) - args[1].(int64)
	case divide:
		if args[1].(int64) == 0 {
			return nil
		}
		return args[0].(int64) / args[1].(int64)
	case floor:
		return args[0].(int64) - args[0].(int64)%args[1].(int64)
	}
	panic("the interpreter knows no function " + x.Func.Name)
}

// loaded is what a source in memory holds, as rows.
func loaded(m *Memory) map[string][]row {
	tables := map[string][]row{}
	for name, t := range m.tables {
		for _, b := range t.batches {
			for i, values := range rowsOf(b) {
				tables[name] = append(tables[name], row{values, []int64{b.Events[i]}})
			}
		}
	}
	return tables
}
