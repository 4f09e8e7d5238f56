package function

import "casebook/engine/column"

// What differs is told apart as it comes, so that a million rows with a few values cost a few values.

// countDifferent is exact, where the vendor's is a sketch from some thousands of values on: what it says is within its error.
func countDifferent(env *Env, args []column.Type) Aggregator {
	if args[0].Kind() == column.IntKind {
		return &differing[int64]{env: env, key: func(v *column.Vector) func(int) (int64, bool) {
			return func(i int) (int64, bool) { return v.Ints[i], !v.IsNull(i) }
		}}
	}
	if args[0].Kind() == column.StringKind {
		return &differing[string]{env: env, key: func(v *column.Vector) func(int) (string, bool) {
			return func(i int) (string, bool) {
				if v.IsNull(i) {
					return "", false
				}
				return v.Str(i), true
			}
		}}
	}
	return &differing[string]{env: env, key: func(v *column.Vector) func(int) (string, bool) {
		return func(i int) (string, bool) {
			x := cell(v, i)
			if x == nil {
				return "", false
			}
			return identity(x), true
		}
	}}
}

// differing is each group's different keys.
type differing[K comparable] struct {
	env  *Env
	key  func(*column.Vector) func(int) (K, bool)
	seen []map[K]struct{}
}

func (d *differing[K]) Add(groups []int32, args []*column.Vector, n int) error {
	if args[0].Type.Kind() == column.NoKind {
		return nil
	}
	key := d.key(args[0])
	for i, g := range groups[:n] {
		k, ok := key(i)
		if !ok {
			continue
		}
		d.seen = grow(d.seen, g)
		if d.seen[g] == nil {
			d.seen[g] = map[K]struct{}{}
		}
		if _, there := d.seen[g][k]; there {
			continue
		}
		if most := d.env.Limits.Values; most > 0 && len(d.seen[g]) >= most {
			return &LimitError{What: "values of one aggregate", Limit: most}
		}
		d.seen[g][k] = struct{}{}
	}
	return nil
}

func (d *differing[K]) Result(groups int) (*column.Vector, error) {
	v := &column.Vector{Type: column.Long, Len: groups, Ints: make([]int64, groups)}
	for g := range min(groups, len(d.seen)) {
		v.Ints[g] = int64(len(d.seen[g]))
	}
	return v, nil
}

// distinctOnes is the different values of one group, in the order in which they came up.
type distinctOnes struct {
	seen   map[string]bool
	values []any
	limit  int64
}

func (s *distinctOnes) add(env *Env, x any) error {
	if x == nil || s.limit >= 0 && int64(len(s.values)) >= s.limit {
		return nil
	}
	k := identity(x)
	if s.seen[k] {
		return nil
	}
	if most := env.Limits.Values; most > 0 && len(s.values) >= most {
		return &LimitError{What: "values of one aggregate", Limit: most}
	}
	s.seen[k] = true
	s.values = append(s.values, x)
	return nil
}

// distinctSet gathers up to so many different values, or all for -1; arrays give their elements, one by one.
func distinctSet(limit int64) func(*Env, []column.Type) Aggregator {
	return func(env *Env, _ []column.Type) Aggregator {
		return &groupsOf[distinctOnes]{t: column.Dynamic, fresh: func() *distinctOnes { return &distinctOnes{seen: map[string]bool{}, limit: limit} },
			add: func(s *distinctOnes, args []*column.Vector, i int) error {
				if len(args) > 1 && !args[1].IsNull(i) && args[1].Type.Kind() == column.IntKind {
					s.limit = args[1].Ints[i]
				}
				x := Boxed(args[0].Type, cell(args[0], i))
				list, flat := x.([]any)
				if !flat {
					return s.add(env, x)
				}
				for _, e := range list {
					if err := s.add(env, e); err != nil {
						return err
					}
				}
				return nil
			},
			result: func(s *distinctOnes) any { return append([]any{}, s.values...) }}
	}
}
