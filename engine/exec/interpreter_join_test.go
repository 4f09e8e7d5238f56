package exec

import (
	"slices"

	"casebook/engine/column"
	"casebook/engine/plan"
)

// The interpreter's joins: every pair of rows is looked at.

func (in *interpreter) join(n *plan.Join) []row {
	left, right := in.run(n.Left), in.run(n.Right)
	if n.Kind == plan.LeftGather {
		return in.gather(n, left, right)
	}
	var out []row
	unique := map[string]bool{}
	used := make([]bool, len(right))
	pairs := n.Kind < plan.LeftSemi
	unknown := false
	rightKeys := make([]string, len(right))
	for i, r := range right {
		rightKeys[i] = in.key(n, n.RightKeys, r)
		unknown = unknown || rightKeys[i] == ""
	}
	for _, l := range left {
		key := in.key(n, n.LeftKeys, l)
		matched := false
		if n.Kind == plan.InnerUnique && key != "" {
			if unique[key] {
				continue
			}
			unique[key] = true
		}
		for i, r := range right {
			if key == "" || rightKeys[i] != key || n.Cond != nil && in.value(n.Cond, slices.Concat(l.values, r.values)) != true {
				continue
			}
			matched, used[i] = true, true
			if pairs {
				out = append(out, row{slices.Concat(l.values, r.values), append(append([]int64{}, l.events...), r.events...)})
			}
		}
		switch {
		case n.Kind == plan.LeftMark:
			mark := any(matched)
			if !matched && (key == "" || unknown) {
				mark = nil
			}
			out = append(out, row{append(slices.Clone(l.values), mark), l.events})
		case n.Kind == plan.LeftSemi && matched, n.Kind == plan.LeftAnti && !matched:
			out = append(out, l)
		case (n.Kind == plan.LeftOuter || n.Kind == plan.FullOuter) && !matched:
			out = append(out, row{append(slices.Clone(l.values), blanks(n.Right, n.Blank)...), append([]int64{}, l.events...)})
		}
	}
	for i, r := range right {
		switch {
		case n.Kind == plan.RightSemi && used[i], n.Kind == plan.RightAnti && !used[i]:
			out = append(out, r)
		case (n.Kind == plan.RightOuter || n.Kind == plan.FullOuter) && !used[i]:
			out = append(out, row{append(blanks(n.Left, n.Blank), r.values...), append([]int64{}, r.events...)})
		}
	}
	return out
}

// key is what a row is joined by, "" for nothing: a null, where it does not equal null, and of ES|QL's joins several values.
func (in *interpreter) key(n *plan.Join, keys []plan.Expr, r row) string {
	name := ""
	for _, k := range keys {
		x := in.value(k, r.values)
		if _, several := x.([]any); several && n.Place.Line > 0 {
			x = nil
		}
		if x == nil && !n.Nulls {
			return ""
		}
		name += groupName(x)
	}
	return name
}

// missing is what stands where there is nothing.
func missing(t column.Type, blank bool) any {
	if blank && t == column.String {
		return ""
	}
	return nil
}

func blanks(n plan.Node, blank bool) []any {
	var values []any
	for _, f := range n.Schema() {
		values = append(values, missing(f.Type, blank))
	}
	return values
}

// gather is a join that keeps each left row and puts together the values of the right ones that share one of its key's values.
func (in *interpreter) gather(n *plan.Join, left, right []row) []row {
	var out []row
	for _, l := range left {
		found := make([][]any, len(n.Right.Schema()))
		events := append([]int64{}, l.events...)
		for _, r := range right {
			theirs := many(in.value(n.RightKeys[0], r.values))
			ours := many(in.value(n.LeftKeys[0], l.values))
			if n.Within && !blocked(ours, theirs) || !n.Within && !slices.ContainsFunc(ours, func(x any) bool { return slices.Contains(theirs, x) }) {
				continue
			}
			events = append(events, r.events...)
			for c, v := range r.values {
				found[c] = append(found[c], many(v)...)
			}
		}
		values := slices.Clone(l.values)
		for _, all := range found {
			values = append(values, one(all))
		}
		out = append(out, row{values, events})
	}
	return out
}
