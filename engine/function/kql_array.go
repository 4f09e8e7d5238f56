package function

import (
	"casebook/engine/column"
)

var kqlArrays = []*Row{
	scalarRow("array_length(array) long", "how many elements an array has", rowwise(column.Long, arrayLength)),
	scalarRow("arraylength(array) long", "how many elements an array has", rowwise(column.Long, arrayLength)),
	scalarRow("array_concat(array...) dynamic", "arrays one after the other", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		out := []any{}
		for _, x := range a {
			l, ok := x.([]any)
			if !ok {
				continue
			}
			if out = append(out, l...); len(out) > longestList {
				break
			}
		}
		return out
	})),
	scalarRow("array_index_of(array, scalar, integer?, integer?, integer!?) long", "the place of a value in an array", arrayIndexOf),
	scalarRow("array_slice(array, integer, integer) dynamic", "a part of an array", arrays1(arraySlice)),
	scalarRow("array_split(array, integer) dynamic", "an array in two", arrays1(arraySplit)),
	scalarRow("array_split(array, array) dynamic", "an array in several", arrays1(arraySplit)),
	scalarRow("array_reverse(array) dynamic", "an array from its end", arrays1(func(l []any, _ []any) any {
		out := make([]any, len(l))
		for i, x := range l {
			out[len(l)-1-i] = x
		}
		return out
	})),
	scalarRow("array_rotate_left(array, integer) dynamic", "an array with its first elements moved to the end", arrays1(func(l, a []any) any { return rotate(l, a[0], 1) })),
	scalarRow("array_rotate_right(array, integer) dynamic", "an array with its last elements moved to the start", arrays1(func(l, a []any) any { return rotate(l, a[0], -1) })),
	scalarRow("array_shift_left(array, integer, scalar?) dynamic", "an array without its first elements, filled at the end", boxing(arrays1(func(l, a []any) any { return shift(l, a, 1) }))),
	scalarRow("array_shift_right(array, integer, scalar?) dynamic", "an array without its last elements, filled at the start", boxing(arrays1(func(l, a []any) any { return shift(l, a, -1) }))),
	scalarRow("array_sum(array) real", "the sum of an array", arraySum),
	scalarRow("array_iff(array, scalar, scalar) dynamic", "one of two values for each element", boxing(arrays1(arrayIff))),
	scalarRow("array_iif(array, scalar, scalar) dynamic", "one of two values for each element", boxing(arrays1(arrayIff))),
	scalarRow("array_sort_asc values(array, array...) dynamic", "arrays in the order of the first", rowwise(column.Dynamic, arraysInOrder(1))),
	scalarRow("array_sort_desc values(array, array...) dynamic", "arrays in the falling order of the first", rowwise(column.Dynamic, arraysInOrder(-1))),
	scalarRow("array_sort_asc(array, bool!?) dynamic =suffix:sorted", "an array in order", arrays1(func(l, a []any) any { return arrayInOrder(l, a, 1) })),
	scalarRow("array_sort_desc(array, bool!?) dynamic =suffix:sorted", "an array in falling order", arrays1(func(l, a []any) any { return arrayInOrder(l, a, -1) })),
	scalarRow("pack_array(scalar...) dynamic", "an array of values", boxing(rowwise(column.Dynamic, func(_ *Env, a []any) any { return append([]any{}, a...) }))),
	scalarRow("repeat(notdynamic, integer) dynamic =prefix:repeat", "an array of one value", boxing(rowwise(column.Dynamic, func(_ *Env, a []any) any {
		n, ok := a[1].(int64)
		if !ok || n < 0 || n > 1<<20 {
			return nil
		}
		out := make([]any, n)
		for i := range out {
			out[i] = a[0]
		}
		return out
	}))),
	scalarRow("range(summable, summable, summable?) dynamic", "an array of values at a regular distance", boxing(rangeArray(1<<20))),
	operatorRow("range values", "the rows of the operator range", boxing(rangeRows)),
	scalarRow("zip(array, array...) dynamic", "arrays of the elements at each place", rowwise(column.Dynamic, zipped)),
}

// boxing gives a function its arguments as dynamic values, which tell times from numbers.
func boxing(eval Eval) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		boxed := make([]*column.Vector, len(args))
		for i, v := range args {
			boxed[i] = v
			if v.Type == column.Time || v.Type == column.Duration {
				boxed[i], _ = asDynamic(env, []*column.Vector{v}, n)
			}
		}
		return eval(env, boxed, n)
	}
}

// arrays1 lifts a function of an array and other values; what is no array gives null.
func arrays1(f func(l []any, rest []any) any) Eval {
	return arraysLong(func(_ *Env, l, rest []any) any { return f(l, rest) })
}

// arraysLong is arrays1 of what may take long: it gives up when the query was cancelled.
func arraysLong(f func(env *Env, l, rest []any) any) Eval {
	return rowwise(column.Dynamic, func(env *Env, a []any) any {
		l, ok := a[0].([]any)
		if !ok {
			return nil
		}
		return f(env, l, a[1:])
	})
}

func arrayLength(_ *Env, a []any) any {
	l, ok := a[0].([]any)
	if !ok {
		return nil
	}
	return int64(len(l))
}

func arrayIndexOf(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	return boxing(rowwise(column.Long, func(_ *Env, a []any) any {
		l, ok := a[0].([]any)
		if !ok {
			return nil
		}
		n := int64(len(l))
		start, length, occurrence := int64(0), n, int64(1)
		if len(a) > 2 {
			start, _ = a[2].(int64)
		}
		if len(a) > 3 {
			if want, _ := a[3].(int64); want >= 0 {
				length = want
			}
		}
		if len(a) > 4 {
			occurrence, _ = a[4].(int64)
		}
		if start < 0 {
			start = max(n+start, 0)
		}
		for i := start; i < min(n, start+length); i++ {
			if sameDynamic(l[i], a[1]) {
				if occurrence--; occurrence == 0 {
					return i
				}
			}
		}
		return int64(-1)
	}))(env, args, n)
}

func arraySlice(l, a []any) any {
	n := int64(len(l))
	from, ok1 := a[0].(int64)
	to, ok2 := a[1].(int64)
	if !ok1 || !ok2 {
		return nil
	}
	if from < 0 {
		from = max(n+from, 0)
	}
	if to < 0 {
		to = n + to
	}
	to = min(to, n-1)
	if from > to {
		return []any{}
	}
	return append([]any{}, l[from:to+1]...)
}

func arraySplit(l, a []any) any {
	var places []int64
	switch x := a[0].(type) {
	case int64:
		places = []int64{x}
	case []any:
		for _, e := range x {
			if i, ok := e.(int64); ok {
				places = append(places, i)
			}
		}
	}
	out, from, n := []any{}, int64(0), int64(len(l))
	for _, p := range places {
		if p < 0 {
			p = max(n+p, 0)
		}
		p = max(min(p, n), from)
		out = append(out, append([]any{}, l[from:p]...))
		from = p
	}
	return append(out, append([]any{}, l[from:]...))
}

func rotate(l []any, by any, direction int64) any {
	k, ok := by.(int64)
	n := int64(len(l))
	if !ok {
		return nil
	}
	if n == 0 {
		return l
	}
	k = ((k*direction)%n + n) % n
	return append(append([]any{}, l[k:]...), l[:k]...)
}

func shift(l, a []any, direction int64) any {
	k, ok := a[0].(int64)
	if !ok {
		return nil
	}
	var fill any
	if len(a) > 1 {
		fill = a[1]
	}
	k *= direction
	out := make([]any, len(l))
	for i := range out {
		if at := int64(i) + k; at >= 0 && at < int64(len(l)) {
			out[i] = l[at]
		} else {
			out[i] = fill
		}
	}
	return out
}

func arraySum(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	return rowwise(column.Double, func(_ *Env, a []any) any {
		l, ok := a[0].([]any)
		if !ok {
			return nil
		}
		if len(l) == 0 {
			return nil
		}
		sum := 0.0
		for _, x := range l {
			f, ok := dynamicNumber(x)
			if !ok {
				if b, isBool := x.(bool); isBool {
					if b {
						sum++
					}
					continue
				}
				return nil
			}
			sum += f
		}
		return sum
	})(env, args, n)
}

func arrayIff(l, a []any) any {
	out := make([]any, len(l))
	pick := func(x any, i int) any {
		if elementsOf, ok := x.([]any); ok {
			if i < len(elementsOf) {
				return elementsOf[i]
			}
			return nil
		}
		return x
	}
	for i, c := range l {
		switch c := c.(type) {
		case bool:
			if c {
				out[i] = pick(a[0], i)
			} else {
				out[i] = pick(a[1], i)
			}
		case int64, float64:
			if f, _ := dynamicNumber(c); f != 0 {
				out[i] = pick(a[0], i)
			} else {
				out[i] = pick(a[1], i)
			}
		}
	}
	return out
}

func rangeArray(most int) Eval {
	return rowwiseUpTo(most, column.Dynamic, func(env *Env, a []any) any {
		step := any(int64(1))
		if len(a) > 2 {
			step = a[2]
		} else {
			switch a[0].(type) {
			case column.Ticks, column.Span:
				step = column.Span(column.Hour)
			}
		}
		from, isTime, ok1 := wholeOf(a[0])
		to, _, ok2 := wholeOf(a[1])
		by, _, ok3 := wholeOf(step)
		out := []any{}
		if ok1 && ok2 && ok3 {
			if by == 0 {
				return nil
			}
			for x := from; (by > 0 && x <= to || by < 0 && x >= to) && len(out) < most; {
				if err := tick(env, len(out)); err != nil {
					return err
				}
				switch isTime {
				case 't':
					out = append(out, column.Ticks(x))
				case 's':
					out = append(out, column.Span(x))
				default:
					out = append(out, x)
				}
				next := x + by
				if (next > x) != (by > 0) {
					break
				}
				x = next
			}
			return out
		}
		f, ok1 := dynamicNumber(a[0])
		t, ok2 := dynamicNumber(a[1])
		s, ok3 := dynamicNumber(step)
		if !ok1 || !ok2 || !ok3 || s == 0 {
			return nil
		}
		for i := 0; len(out) < most; i++ {
			if err := tick(env, i); err != nil {
				return err
			}
			x := f + float64(i)*s
			if s > 0 && x > t || s < 0 && x < t {
				break
			}
			out = append(out, x)
		}
		return out
	})
}

// rangeRows gives as many values as a table may have rows. More are an error: a table that ends too soon is a wrong answer.
func rangeRows(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	most := env.Limits.Rows
	if most <= 0 {
		most = DefaultLimits.Rows
	}
	most = min(most, mostNodes-2) // it and one more are told as rows, and not as elements of a value
	v, err := rangeArray(most+1)(env, args, n)
	if err != nil {
		return nil, err
	}
	for i := range n {
		if list, ok := cell(v, i).([]any); ok && len(list) > most {
			return nil, &LimitError{What: "rows of range", Limit: most}
		}
	}
	return v, nil
}

func wholeOf(x any) (int64, byte, bool) {
	switch x := x.(type) {
	case int64:
		return x, 0, true
	case column.Ticks:
		return int64(x), 't', true
	case column.Span:
		return int64(x), 's', true
	}
	return 0, 0, false
}

func zipped(_ *Env, a []any) any {
	n := 0
	lists := make([][]any, len(a))
	for i, x := range a {
		l, ok := x.([]any)
		if !ok {
			l = nil
		}
		lists[i], n = l, max(n, len(l))
	}
	out := make([]any, n)
	for k := range out {
		row := make([]any, len(lists))
		for i, l := range lists {
			if k < len(l) {
				row[i] = l[k]
			}
		}
		out[k] = row
	}
	return out
}
