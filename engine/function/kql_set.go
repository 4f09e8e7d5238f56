package function

import "casebook/engine/column"

var kqlSets = []*Row{
	scalarRow("set_union(array, array...) dynamic", "the elements of any array", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		all := &gatheredValues{limit: -1}
		for _, x := range a {
			l, ok := x.([]any)
			if !ok {
				return nil
			}
			all.values = append(all.values, l...)
		}
		return distinctElements(all.values)
	})),
	scalarRow("set_intersect(array, array...) dynamic", "the elements of every array", rowwise(column.Dynamic, setKeep(true))),
	scalarRow("set_difference(array, array...) dynamic", "the elements of the first array only", rowwise(column.Dynamic, setKeep(false))),
	scalarRow("set_equals(array, array) bool", "whether arrays have the same elements", rowwise(column.Bool, func(_ *Env, a []any) any {
		x, ok1 := identities(a[0])
		y, ok2 := identities(a[1])
		if !ok1 || !ok2 || len(x) != len(y) {
			return false
		}
		for k := range x {
			if !y[k] {
				return false
			}
		}
		return true
	})),
	scalarRow("set_has_element(array, scalar) bool", "whether an array has an element", boxing(rowwise(column.Bool, func(_ *Env, a []any) any {
		x, ok := a[0].([]any)
		if !ok {
			return nil
		}
		for _, e := range x {
			if sameDynamic(e, a[1]) {
				return true
			}
		}
		return false
	}))),
	scalarRow("jaccard_index(array, array) dynamic", "how much two sets have in common", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		x, ok1 := identities(a[0])
		y, ok2 := identities(a[1])
		if !ok1 || !ok2 {
			return nil
		}
		both := 0
		for k := range x {
			if y[k] {
				both++
			}
		}
		return float64(both) / float64(len(x)+len(y)-both)
	})),
}

func distinctElements(values []any) any {
	out, seen := []any{}, map[string]bool{}
	for _, x := range values {
		if k := identity(x); !seen[k] {
			seen[k] = true
			if out = append(out, x); len(out) > longestList {
				break // too many already
			}
		}
	}
	return out
}

func identities(x any) (map[string]bool, bool) {
	l, ok := x.([]any)
	if !ok {
		return nil, false
	}
	m := make(map[string]bool, len(l))
	for _, e := range l {
		m[identity(e)] = true
	}
	return m, true
}

// setKeep keeps the distinct elements of the first array that all the others have, or that none has.
func setKeep(everywhere bool) func(*Env, []any) any {
	return func(_ *Env, a []any) any {
		first, ok := a[0].([]any)
		if !ok {
			return nil
		}
		others := make([]map[string]bool, len(a)-1)
		for i, x := range a[1:] {
			if others[i], ok = identities(x); !ok {
				return nil
			}
		}
		var kept []any
		for _, x := range first {
			keep := true
			for _, o := range others {
				keep = keep && o[identity(x)] == everywhere
			}
			if keep {
				kept = append(kept, x)
			}
		}
		return distinctElements(kept)
	}
}
