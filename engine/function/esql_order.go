package function

import (
	"slices"
	"sort"
	"strings"

	"casebook/engine/column"
)

// Aggregates that choose values by an order: FIRST, LAST, TOP.

// ranked is a value and what it is ordered by.
type ranked struct{ key, value any }

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

// best is the values that come first in an order, with what is shown of them.
type best struct {
	items []ranked
	limit int64
	desc  bool
}

// top keeps the first values in order; with a fourth argument it gives that of their rows instead.
func top(t column.Type, returns column.Type, params ...column.Type) *Row {
	return aggregate("top", "the first so many values in order", returns, func(env *Env, s *best, args []*column.Vector, i int) error {
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
			item := ranked{key: args[0].At(at), value: args[0].At(at)}
			if len(args) > 3 {
				item.value = nil
				if low, high := args[3].Range(i); high > low {
					item.value = args[3].At(low)
				}
			}
			s.insert(t, item)
		}
		return env.kept(len(s.items))
	}, func(_ *Env, s *best) any {
		values := make([]any, 0, len(s.items))
		for _, item := range s.items {
			if item.value != nil {
				values = append(values, item.value)
			}
		}
		if len(values) == 0 {
			return nil
		}
		return values
	}, params...)
}

func (s *best) insert(t column.Type, item ranked) {
	at := sort.Search(len(s.items), func(k int) bool {
		c := column.Compare(t, item.key, s.items[k].key)
		if s.desc {
			return c > 0
		}
		return c < 0
	})
	if int64(at) >= s.limit {
		return
	}
	s.items = slices.Insert(s.items, at, item)
	if int64(len(s.items)) > s.limit {
		s.items = s.items[:s.limit]
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
