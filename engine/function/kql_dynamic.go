package function

import (
	"sort"
	"strings"

	"casebook/engine/column"
)

var kqlDynamics = []*Row{
	operatorRow("property", "a property of a bag", property),
	operatorRow("element", "an element of an array", rowwise(column.Dynamic, func(_ *Env, a []any) any { return element(a[0], a[1]) })),
	operatorRow("item", "a property of a bag or an element of an array", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		if o, ok := a[0].(*column.Object); ok {
			k, isText := a[1].(string)
			if !isText {
				return nil
			}
			return o.Values[k]
		}
		return element(a[0], a[1])
	})),
	scalarRow("array_length(array) long", "how many elements an array has", rowwise(column.Long, arrayLength)),
	scalarRow("arraylength(array) long", "how many elements an array has", rowwise(column.Long, arrayLength)),
	scalarRow("array_concat(array...) dynamic", "arrays one after the other", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		out := []any{}
		for _, x := range a {
			l, ok := x.([]any)
			if !ok {
				continue
			}
			out = append(out, l...)
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
	operatorRow("range values", "an array of values at a regular distance", boxing(rangeArray(10_000_000))),
	scalarRow("zip(array, array...) dynamic", "arrays of the elements at each place", rowwise(column.Dynamic, zipped)),
	scalarRow("bag_keys(bag) dynamic", "the keys of a bag", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		o, ok := a[0].(*column.Object)
		if !ok {
			return nil
		}
		out := make([]any, len(o.Keys))
		for i, k := range o.Keys {
			out[i] = k
		}
		return out
	})),
	scalarRow("bag_has_key(bag, string) bool", "whether a bag has a key", rowwise(column.Bool, func(_ *Env, a []any) any {
		_, ok := follow(a[0], plainText(a[1]))
		return ok
	})),
	scalarRow("bag_merge(bag, bag...) dynamic", "bags in one; the first value of a key counts", rowwise(column.Dynamic, func(_ *Env, a []any) any { return bag(&gatheredValues{values: a, limit: -1}) })),
	scalarRow("bag_remove_keys(bag, array) dynamic", "a bag without some keys", rowwise(column.Dynamic, removeKeys)),
	scalarRow("bag_set_key(bag, string!, scalar) dynamic", "a bag with a key set", boxing(rowwise(column.Dynamic, func(_ *Env, a []any) any {
		o, ok := a[0].(*column.Object)
		k := plainText(a[1])
		if !ok || strings.HasPrefix(k, "$") {
			return nil
		}
		out := copyObject(o)
		out.Set(k, a[2])
		return out
	}))),
	scalarRow("bag_zip(array, array) dynamic", "a bag of keys and values", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		keys, ok1 := a[0].([]any)
		values, ok2 := a[1].([]any)
		if !ok1 || !ok2 {
			return nil
		}
		out := column.NewObject()
		for i, k := range keys {
			var v any
			if i < len(values) {
				v = values[i]
			}
			if s, ok := k.(string); ok {
				out.Set(s, v)
			}
		}
		return out
	})),
	scalarRow("bag_pack(string..., scalar...) dynamic", "a bag of keys and values", boxing(rowwise(column.Dynamic, packed(false)))),
	scalarRow("pack(string..., scalar...) dynamic", "a bag of keys and values", boxing(rowwise(column.Dynamic, packed(false)))),
	scalarRow("pack_dictionary(string..., scalar...) dynamic", "a bag of keys and values", boxing(rowwise(column.Dynamic, packed(false)))),
	operatorRow("bag_pack filled", "a bag of the keys that have values", boxing(rowwise(column.Dynamic, packed(true)))),
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
	scalarRow("dynamic_to_json(scalar) string", "a dynamic value as JSON, keys in order", rowwise(column.String, func(_ *Env, a []any) any { return string(appendJSON(nil, keysInOrder(a[0]))) })),
	operatorRow("extract_json text", "what a JSON path leads to", rowwise(column.String, func(_ *Env, a []any) any {
		x, err := parseJSON(plainText(a[1]))
		if err != nil {
			return ""
		}
		found, _ := follow(x, plainText(a[0]))
		return dynamicText(found)
	})),
	scalarRow("treepath(bag) dynamic =prefix:tree", "the paths in a bag", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		elementsOf := []any{}
		var walk func(x any, at string)
		walk = func(x any, at string) {
			switch x := x.(type) {
			case *column.Object:
				for _, k := range x.Keys {
					p := at + "['" + k + "']"
					elementsOf = append(elementsOf, p)
					walk(x.Values[k], p)
				}
			case []any:
				if len(x) > 0 {
					elementsOf = append(elementsOf, at+"[0]")
					walk(x[0], at+"[0]")
				}
			}
		}
		walk(a[0], "")
		return elementsOf
	})),
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
	return rowwise(column.Dynamic, func(_ *Env, a []any) any {
		l, ok := a[0].([]any)
		if !ok {
			return nil
		}
		return f(l, a[1:])
	})
}

// property reads a key of each bag; the key is a constant nearly always.
func property(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
	bags, keys := args[0], args[1]
	b := column.NewBuilder(column.Dynamic, n)
	if n == 0 || bags.Type.Kind() != column.AnyKind {
		return column.NullVector(column.Dynamic, n), nil
	}
	for i := range n {
		if err := tick(env, i); err != nil {
			return nil, err
		}
		var x any
		if o, ok := bags.Anys[i].(*column.Object); ok && !bags.IsNull(i) && !keys.IsNull(i) {
			x = o.Values[keys.Str(i)]
		}
		put(b, column.Dynamic, x)
	}
	return b.Vector(), nil
}

func element(x, at any) any {
	l, ok := x.([]any)
	i, ok2 := at.(int64)
	if !ok || !ok2 {
		return nil
	}
	if i < 0 {
		i += int64(len(l))
	}
	if i < 0 || i >= int64(len(l)) {
		return nil
	}
	return l[i]
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

func rangeArray(most int) Eval {
	return rowwise(column.Dynamic, func(_ *Env, a []any) any {
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
			x := f + float64(i)*s
			if s > 0 && x > t || s < 0 && x < t {
				break
			}
			out = append(out, x)
		}
		return out
	})
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

func copyObject(o *column.Object) *column.Object {
	out := column.NewObject()
	for _, k := range o.Keys {
		out.Set(k, o.Values[k])
	}
	return out
}

func removeKeys(_ *Env, a []any) any {
	o, ok := a[0].(*column.Object)
	keys, ok2 := a[1].([]any)
	if !ok || !ok2 {
		return nil
	}
	var out any = o
	for _, k := range keys {
		s, ok := k.(string)
		if !ok {
			continue
		}
		steps := []any{s}
		if strings.HasPrefix(s, "$") {
			if steps, ok = pathSteps(s); !ok {
				continue
			}
		}
		out = without(out, steps)
	}
	return out
}

// without is a value with what a path leads to taken away.
func without(x any, steps []any) any {
	if len(steps) == 0 {
		return x
	}
	switch v := x.(type) {
	case *column.Object:
		k, ok := steps[0].(string)
		if !ok {
			return x
		}
		out := column.NewObject()
		for _, name := range v.Keys {
			switch {
			case name != k:
				out.Set(name, v.Values[name])
			case len(steps) > 1:
				out.Set(name, without(v.Values[name], steps[1:]))
			}
		}
		return out
	case []any:
		i, ok := steps[0].(int64)
		if !ok || i < 0 || i >= int64(len(v)) {
			return x
		}
		out := append([]any{}, v...)
		if len(steps) == 1 {
			return append(out[:i], out[i+1:]...)
		}
		out[i] = without(out[i], steps[1:])
		return out
	}
	return x
}

func packed(filled bool) func(*Env, []any) any {
	return func(_ *Env, a []any) any {
		o := column.NewObject()
		for i := 0; i+1 < len(a); i += 2 {
			if filled && (a[i+1] == nil || a[i+1] == "") {
				continue
			}
			o.Set(plainText(a[i]), a[i+1])
		}
		return o
	}
}

func distinctElements(values []any) any {
	out, seen := []any{}, map[string]bool{}
	for _, x := range values {
		if k := identity(x); !seen[k] {
			seen[k] = true
			out = append(out, x)
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

func keysInOrder(x any) any {
	switch x := x.(type) {
	case *column.Object:
		keys := append([]string{}, x.Keys...)
		sort.Strings(keys)
		out := column.NewObject()
		for _, k := range keys {
			out.Set(k, keysInOrder(x.Values[k]))
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = keysInOrder(e)
		}
		return out
	}
	return x
}
