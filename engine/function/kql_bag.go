package function

import (
	"slices"
	"sort"
	"strings"

	"casebook/engine/column"
)

var kqlBags = []*Row{
	meant(MeansProperty, operatorRow("property", "a property of a bag", property)),
	operatorRow("element", "an element of an array", rowwise(column.Dynamic, func(_ *Env, a []any) any { return element(a[0], a[1]) })),
	operatorRow("item", "a property of a bag or an element of an array", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		if o, ok := a[0].(*column.Object); ok {
			k, isText := a[1].(string)
			if !isText {
				return nil
			}
			return o.Value(k)
		}
		return element(a[0], a[1])
	})),
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
		steps := []any{k}
		if ok && strings.HasPrefix(k, "$") {
			steps, ok = pathSteps(k)
		}
		if !ok || len(steps) == 0 {
			return nil
		}
		return withSet(o, steps, a[2])
	}))),
	scalarRow("bag_zip(array, array) dynamic", "a bag of keys and values", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		keys, ok := a[0].([]any)
		if !ok {
			return nil
		}
		values, _ := a[1].([]any)
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
	scalarRow("bag_pack(string..., scalar...) dynamic", "a bag of keys and values", boxing(packed(false))),
	scalarRow("pack(string..., scalar...) dynamic", "a bag of keys and values", boxing(packed(false))),
	scalarRow("pack_dictionary(string..., scalar...) dynamic", "a bag of keys and values", boxing(packed(false))),
	operatorRow("bag_pack filled", "a bag of the keys that have values", boxing(packed(true))),
	scalarRow("treepath(bag) dynamic =prefix:tree", "the paths in a bag", rowwise(column.Dynamic, func(_ *Env, a []any) any {
		paths := &pathsOf{list: []any{}, seen: map[string]bool{}}
		paths.walk(a[0], "")
		return paths.list
	})),
	scalarRow("dynamic_to_json(scalar) string", "a dynamic value as JSON, keys in order", boxing(rowwise(column.String, func(_ *Env, a []any) any { return string(appendJSON(nil, keysInOrder(a[0]))) }))),
	operatorRow("extract_json text", "what a JSON path leads to", rowwise(column.String, func(_ *Env, a []any) any {
		x, err := parseJSON(plainText(a[1]))
		if err != nil {
			return ""
		}
		found, _ := follow(x, plainText(a[0]))
		return dynamicText(found)
	})),
}

// pathsOf gathers the paths in a value, each once. All elements of an array go by the name of the first.
type pathsOf struct {
	list []any
	seen map[string]bool
}

func (p *pathsOf) walk(x any, at string) {
	switch x := x.(type) {
	case *column.Object:
		for i, k := range x.Keys {
			p.add(at + "['" + k + "']")
			p.walk(x.Values[i], at+"['"+k+"']")
		}
	case []any:
		for _, e := range x {
			p.add(at + "[0]")
			p.walk(e, at+"[0]")
		}
	}
}

func (p *pathsOf) add(path string) {
	if !p.seen[path] {
		p.seen[path] = true
		p.list = append(p.list, path)
	}
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
			x = o.Value(keys.Str(i))
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

func copyObject(o *column.Object) *column.Object {
	out := column.NewObject()
	for i, k := range o.Keys {
		out.Set(k, o.Values[i])
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

// withSet is a bag with what a path of names leads to set; bags that are missing on the way are made. A path through an
// array is none.
func withSet(x any, steps []any, value any) any {
	if len(steps) == 0 {
		return value
	}
	k, ok := steps[0].(string)
	if !ok {
		return nil
	}
	out := column.NewObject()
	if o, ok := x.(*column.Object); ok {
		out = copyObject(o)
	}
	below := withSet(out.Value(k), steps[1:], value)
	if below == nil && len(steps) > 1 {
		return nil
	}
	out.Set(k, below)
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
		for i, name := range v.Keys {
			switch {
			case name != k:
				out.Set(name, v.Values[i])
			case len(steps) > 1:
				out.Set(name, without(v.Values[i], steps[1:]))
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

// packed makes bags, of which those with the keys of the one before share them with it.
func packed(filled bool) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		var keys []string
		return rowwise(column.Dynamic, func(_ *Env, a []any) any {
			o := &column.Object{Keys: make([]string, 0, len(a)/2), Values: make([]any, 0, len(a)/2)}
			for i := 0; i+1 < len(a); i += 2 {
				if filled && (a[i+1] == nil || a[i+1] == "") {
					continue
				}
				o.Set(plainText(a[i]), a[i+1])
			}
			if !slices.Equal(o.Keys, keys) {
				keys = slices.Clip(o.Keys)
			}
			o.Keys = keys
			return o
		})(env, args, n)
	}
}

func keysInOrder(x any) any {
	switch x := x.(type) {
	case *column.Object:
		keys := append([]string{}, x.Keys...)
		sort.Strings(keys)
		out := column.NewObject()
		for _, k := range keys {
			out.Set(k, keysInOrder(x.Value(k)))
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
