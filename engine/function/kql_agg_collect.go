package function

import (
	"math"

	"casebook/engine/column"
)

// gathered is the values of one group.
type gatheredValues struct {
	values []any
	limit  int64
}

// gather keeps the values that are not null and makes something of them.
func gather(t column.Type, finish func(*gatheredValues) any) func(*Env, []column.Type) Aggregator {
	return gathering(t, finish, false, t == column.Dynamic)
}

func gatherNulls(t column.Type, finish func(*gatheredValues) any) func(*Env, []column.Type) Aggregator {
	return gathering(t, finish, true, true)
}

func gathering(t column.Type, finish func(*gatheredValues) any, nulls, flatten bool) func(*Env, []column.Type) Aggregator {
	return func(env *Env, types []column.Type) Aggregator {
		return &groupsOf[gatheredValues]{t: t, fresh: func() *gatheredValues { return &gatheredValues{limit: -1} },
			add: func(s *gatheredValues, args []*column.Vector, i int) error {
				if len(args) > 1 && !args[1].IsNull(i) && args[1].Type.Kind() == column.IntKind {
					s.limit = args[1].Ints[i]
				}
				x := Boxed(args[0].Type, cell(args[0], i))
				if x == nil && !nulls && args[0].Type != column.Dynamic {
					return nil
				}
				if env.Limits.Values > 0 && len(s.values) >= env.Limits.Values {
					return &LimitError{What: "values of one aggregate", Limit: env.Limits.Values}
				}
				// Arrays give their elements, one by one.
				if flat, ok := x.([]any); ok && flatten {
					s.values = append(s.values, flat...)
					return nil
				}
				s.values = append(s.values, x)
				return nil
			},
			result: func(s *gatheredValues) any { return finish(s) }}
	}
}

// identity is a text that only equal values share.
func identity(x any) string {
	switch x := x.(type) {
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1e15 {
			return identity(int64(x))
		}
	case string:
		return "s" + x
	}
	return string(appendJSON([]byte(dynamicType(x)[:1]), x))
}

func elementsOf(s *gatheredValues) any {
	if s.limit >= 0 && int64(len(s.values)) > s.limit {
		s.values = s.values[:s.limit]
	}
	return append([]any{}, s.values...)
}

// legacyValues is how many values the older aggregates kept.
const legacyValues = 128

// legacy caps the older aggregates.
func legacy(finish func(*gatheredValues) any) func(*gatheredValues) any {
	return func(s *gatheredValues) any {
		if s.limit < 0 {
			s.limit = legacyValues
		}
		return finish(s)
	}
}

// bag keeps the first value of each key.
func bag(s *gatheredValues) any {
	out := column.NewObject()
	for _, x := range s.values {
		o, ok := x.(*column.Object)
		if !ok {
			continue
		}
		for i, k := range o.Keys {
			if _, there := out.Get(k); !there && (s.limit < 0 || int64(len(out.Keys)) < s.limit) {
				out.Set(k, o.Values[i])
			}
		}
	}
	return out
}

// schemaOf tells the types that occur at each place of dynamic values.
func schemaOf(s *gatheredValues) any {
	return shape(s.values)
}

func shape(values []any) any {
	var kinds []any
	seen := map[string]bool{}
	var elements []any
	members, keys, arrays := map[string][]any{}, []string{}, false
	objects := false
	for _, x := range values {
		switch x := x.(type) {
		case nil:
		case []any:
			arrays = true
			elements = append(elements, x...)
		case *column.Object:
			objects = true
			for i, k := range x.Keys {
				if members[k] == nil {
					keys = append(keys, k)
				}
				members[k] = append(members[k], x.Values[i])
			}
		default:
			if k := dynamicType(x); !seen[k] {
				seen[k] = true
				kinds = append(kinds, k)
			}
		}
	}
	if objects {
		o := column.NewObject()
		for _, k := range keys {
			o.Set(k, shape(members[k]))
		}
		kinds = append(kinds, o)
	}
	if arrays {
		o := column.NewObject()
		o.Set("`indexer`", shape(elements))
		kinds = append(kinds, o)
	}
	switch len(kinds) {
	case 0:
		return nil
	case 1:
		return kinds[0]
	}
	return kinds
}
