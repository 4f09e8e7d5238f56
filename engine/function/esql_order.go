package function

import (
	"container/heap"
	"slices"
	"strings"

	"casebook/engine/column"
)

// Aggregates that choose values by an order: FIRST, LAST, TOP.

// ranked is a value, what it is ordered by, and how many came before it: of equal ones the earlier is better.
type ranked struct {
	key, value any
	turn       int
}

// chosen is the row that FIRST or LAST has come upon: what it is ordered by, nil where that is null, and what is shown of it.
type chosen struct {
	key    any
	values []any
	met    bool
}

// firstRows is all that the row holds whose key is least, or greatest, null too; a row without a key comes after every other.
func firstRows(name, doc string, sign int) []*Row {
	return pairs(unordered, []column.Type{column.Time, column.Nanos, column.Int, column.Long}, func(t, by column.Type) *Row {
		return aggregate(name, doc, t, func(env *Env, s *chosen, args []*column.Vector, i int) error {
			var key any
			for at, end := args[1].Range(i); at < end; at++ {
				if k := args[1].At(at); key == nil || sign*column.Compare(by, k, key) < 0 {
					key = k
				}
			}
			if s.met && (key == nil || s.key != nil && sign*column.Compare(by, key, s.key) >= 0) {
				return nil
			}
			s.met, s.key, s.values = true, key, s.values[:0]
			for at, end := args[0].Range(i); at < end; at++ {
				s.values = append(s.values, args[0].At(at))
			}
			return env.kept(len(s.values))
		}, func(_ *Env, s *chosen) any {
			if len(s.values) == 0 {
				return nil
			}
			return s.values
		}, t, by)
	})
}

// best is the values that come first in an order, with what is shown of them: a heap with the worst on top, so that one more
// costs little however many are kept.
type best struct {
	of    column.Type
	items []ranked
	limit int64
	desc  bool
	turns int
}

func (s *best) Len() int           { return len(s.items) }
func (s *best) Less(i, j int) bool { return s.before(s.items[j], s.items[i]) }
func (s *best) Swap(i, j int)      { s.items[i], s.items[j] = s.items[j], s.items[i] }
func (s *best) Push(x any)         { s.items = append(s.items, x.(ranked)) }

func (s *best) Pop() any {
	last := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return last
}

// top keeps the first values in order; with a fourth argument it gives that of their rows instead.
func top(t column.Type, returns column.Type, params ...column.Type) *Row {
	return aggregate("top", "the first so many values in order", returns, func(env *Env, s *best, args []*column.Vector, i int) error {
		s.of = t
		if at, end := args[1].Range(i); end > at {
			s.limit = args[1].Ints[at]
		}
		if len(args) > 2 {
			if at, end := args[2].Range(i); end > at {
				s.desc = strings.EqualFold(args[2].Str(at), "desc")
			}
		}
		from, to := args[0].Range(i)
		for at := from; at < to; at++ {
			item := ranked{args[0].At(at), args[0].At(at), s.turns}
			if len(args) > 3 {
				item.value = nil
				if low, high := args[3].Range(i); high > low {
					item.value = args[3].At(low)
				}
			}
			s.insert(item)
		}
		return env.kept(len(s.items))
	}, func(_ *Env, s *best) any {
		values := make([]any, 0, len(s.items))
		for sorted := (&best{of: s.of, items: slices.Clone(s.items), desc: s.desc}); len(sorted.items) > 0; {
			if worst := heap.Pop(sorted).(ranked); worst.value != nil {
				values = append(values, worst.value)
			}
		}
		slices.Reverse(values)
		if len(values) == 0 {
			return nil
		}
		return values
	}, params...)
}

// before tells whether a is better than b.
func (s *best) before(a, b ranked) bool {
	c := column.Compare(s.of, a.key, b.key)
	if s.desc {
		c = -c
	}
	return c < 0 || c == 0 && a.turn < b.turn
}

func (s *best) insert(item ranked) {
	s.turns++
	switch {
	case int64(len(s.items)) < s.limit:
		heap.Push(s, item)
	case len(s.items) > 0 && s.before(item, s.items[0]):
		s.items[0] = item
		heap.Fix(s, 0)
	}
}

var (
	topTypes = []column.Type{column.Bool, column.Int, column.Long, column.Double, column.String, column.Time, column.IP}
	topShown = []column.Type{column.Int, column.Long, column.Double, column.String, column.Time}
)

var esqlOrderAggregates = slices.Concat(
	firstRows("first", "the value of the row that comes first in an order", 1), firstRows("last", "the value of the row that comes last in an order", -1),
	each(anything, sample),
	each(topTypes, func(t column.Type) *Row { return top(t, t, t, integer) }),
	each(topTypes, func(t column.Type) *Row { return top(t, t, t, integer, str) }),
	pairs(topShown, topShown, func(t, shown column.Type) *Row { return top(t, shown, t, integer, str, shown) }),
)
