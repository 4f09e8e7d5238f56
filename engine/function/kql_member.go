package function

import (
	"math"

	"casebook/engine/column"
)

// in and its like.

// membership is in and its like. The first argument is the value; the others are values, or arrays of them.
func membership(in, fold bool) Eval {
	return func(env *Env, args []*column.Vector, n int) (*column.Vector, error) {
		v := args[0]
		out := &column.Vector{Type: column.Bool, Len: n, Ints: make([]int64, n)}
		fixed := true
		for _, a := range args[1:] {
			fixed = fixed && (a.Const || a.Len == 1)
		}
		var set *memberSet
		for i := range n {
			if set == nil || !fixed {
				set = membersAt(args[1:], i, v.Type, fold)
			}
			if set.has(Boxed(v.Type, cell(v, i)), fold) == in {
				out.Ints[i] = 1
			}
		}
		return out, nil
	}
}

// memberSet is a list of values, looked up by what they are.
type memberSet struct {
	texts map[string]bool
	ints  map[int64]bool
	rest  []any
}

func membersAt(args []*column.Vector, i int, t column.Type, fold bool) *memberSet {
	s := &memberSet{texts: map[string]bool{}, ints: map[int64]bool{}}
	add := func(x any) {
		switch x := x.(type) {
		case string:
			s.texts[foldIf(fold, x)] = true
			if t != column.String && t != column.Dynamic {
				if y := FromText(t, x); y != nil {
					s.rest = append(s.rest, Boxed(t, y))
				}
			}
		case nil:
		case int64, float64, bool:
			// A text is looked for among texts: a code that is a text may be listed as a number, as many rules do.
			if t == column.String {
				s.texts[foldIf(fold, dynamicText(x))] = true
			}
			if n, ok := x.(int64); ok {
				s.ints[n] = true
			} else {
				s.rest = append(s.rest, x)
			}
		default:
			s.rest = append(s.rest, x)
		}
	}
	for _, a := range args {
		switch x := Boxed(a.Type, cell(a, i)).(type) {
		case []any:
			for _, e := range x {
				add(e)
			}
		default:
			add(x)
		}
	}
	return s
}

func foldIf(fold bool, s string) string {
	if fold {
		return Fold(s)
	}
	return s
}

func (s *memberSet) has(x any, fold bool) bool {
	switch x := x.(type) {
	case nil:
		return false
	case string:
		if s.texts[foldIf(fold, x)] {
			return true
		}
	case int64:
		if s.ints[x] {
			return true
		}
	case float64:
		if x == math.Trunc(x) && s.ints[int64(x)] {
			return true
		}
	case []any, *column.Object:
		if len(s.texts) > 0 && s.texts[foldIf(fold, dynamicText(x))] {
			return true
		}
	}
	for _, y := range s.rest {
		if sameDynamic(x, y) {
			return true
		}
	}
	return false
}
