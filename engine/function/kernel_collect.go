package function

import (
	"fmt"
	"slices"

	"casebook/engine/column"
)

// First is the first value that is not null (take_any, any). A text is "" where there is none.
func First(_ *Env, args []column.Type) Aggregator { return &first{kept{t: args[0]}} }

type first struct{ kept }

func (f *first) Add(groups []int32, args []*column.Vector, n int) error {
	for i, g := range groups[:n] {
		if !f.has(g) {
			f.set(g, args[0], i)
		}
	}
	return nil
}

func (f *first) Result(groups int) (*column.Vector, error) { return f.vector(groups), nil }

// Collect gathers each group's values in the order they come, only distinct ones where distinct says so, and lets finish
// append each group's row to the result, which is of type t (or, where t is Null, of the argument's type).
func Collect(t column.Type, distinct bool, finish func(b *column.Builder, values []any)) func(*Env, []column.Type) Aggregator {
	return func(env *Env, args []column.Type) Aggregator {
		result := t
		if t == column.Null {
			result = args[0]
		}
		return &collector{env: env, t: result, distinct: distinct, finish: finish}
	}
}

type collector struct {
	env      *Env
	t        column.Type
	distinct bool
	finish   func(b *column.Builder, values []any)
	groups   []collected
}

type collected struct {
	values []any
	seen   map[any]struct{}
}

func (c *collector) Add(groups []int32, args []*column.Vector, n int) error {
	v := args[0]
	for i, g := range groups[:n] {
		from, to := v.Range(i)
		c.groups = grow(c.groups, g)
		for at := from; at < to; at++ {
			x := v.At(at)
			if x == nil || c.distinct && c.has(g, x) {
				continue
			}
			group := &c.groups[g]
			if limit := c.env.Limits.Values; limit > 0 && len(group.values) >= limit {
				return &LimitError{What: "values in one group", Limit: limit}
			}
			group.values = append(group.values, x)
		}
	}
	return nil
}

func (c *collector) has(g int32, x any) bool {
	group := &c.groups[g]
	switch x.(type) {
	case []any, *column.Object:
		x = [1]string{column.Key(x)}
	}
	if group.seen == nil {
		group.seen = map[any]struct{}{}
	}
	if _, ok := group.seen[x]; ok {
		return true
	}
	group.seen[x] = struct{}{}
	return false
}

func (c *collector) Result(groups int) (*column.Vector, error) {
	b := column.NewBuilder(c.t, groups)
	for g, group := range extend(c.groups, groups) {
		c.finish(b, group.values)
		if b.Len() != g+1 {
			return nil, fmt.Errorf("collected values of one group made %d rows, wanted 1", b.Len()-g)
		}
	}
	return b.Vector(), nil
}

// SortedMulti ends a Collect with one multi-value, in order (VALUES).
func SortedMulti(t column.Type) func(b *column.Builder, values []any) {
	return func(b *column.Builder, values []any) {
		slices.SortFunc(values, func(x, y any) int { return column.Compare(t, x, y) })
		b.Multi(values)
	}
}
