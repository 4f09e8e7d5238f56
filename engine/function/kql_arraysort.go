package function

import (
	"sort"

	"casebook/engine/column"
)

// Arrays in order, alone and after another one.

// sorted orders an array of one kind of value; nulls come last unless it is said otherwise.
func arrayInOrder(l, a []any, sign int) any {
	nullsLast := true
	if len(a) > 0 {
		nullsLast, _ = a[0].(bool)
	}
	out := append([]any{}, l...)
	sort.SliceStable(out, func(i, j int) bool { return elementBefore(out[i], out[j], sign, nullsLast) })
	return out
}

// arraysInOrder puts the first array in order and the others with it: null for one of another length. A boolean at the end
// says whether nulls come last.
func arraysInOrder(sign int) func(*Env, []any) any {
	return func(_ *Env, a []any) any {
		nullsLast := true
		if b, ok := a[len(a)-1].(bool); ok {
			nullsLast, a = b, a[:len(a)-1]
		}
		first, ok := a[0].([]any)
		if !ok {
			return nil
		}
		order := make([]int, len(first))
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(i, j int) bool { return elementBefore(first[order[i]], first[order[j]], sign, nullsLast) })
		out := make([]any, len(a))
		for k, x := range a {
			l, ok := x.([]any)
			if !ok || len(l) != len(first) {
				continue
			}
			sorted := make([]any, len(l))
			for i, at := range order {
				sorted[i] = l[at]
			}
			out[k] = sorted
		}
		return out
	}
}

// elementBefore is the order of elements: numbers and times, texts, and then the rest.
func elementBefore(x, y any, sign int, nullsLast bool) bool {
	if x == nil || y == nil {
		if x == nil && y == nil {
			return false
		}
		return (y == nil) == nullsLast
	}
	if c, ok := compareDynamic(x, y); ok {
		return c*sign < 0
	}
	return compareCells(kindRank(x), kindRank(y)) < 0
}

func kindRank(x any) any {
	switch x.(type) {
	case int64, float64, column.Ticks, column.Span:
		return int64(0)
	case string:
		return int64(1)
	}
	return int64(2)
}
