package function

import (
	"math"

	"casebook/engine/column"
)

type champion struct {
	key, value any
	seen       bool
}

func isNaN(x any) bool {
	f, ok := x.(float64)
	return ok && math.IsNaN(f)
}

// extremes is the least or greatest value; NaN is both, wherever it comes up.
func extremes(sign int) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, args []column.Type) Aggregator {
		if args[0].Kind() == column.IntKind {
			return newExtreme(args[0], sign)
		}
		return &groupsOf[champion]{t: args[0], fresh: func() *champion { return &champion{} },
			add: func(s *champion, args []*column.Vector, i int) error {
				x := cell(args[0], i)
				if x == nil {
					return nil
				}
				if f, ok := x.(float64); ok && math.IsNaN(f) {
					s.key = x
					return nil
				}
				old, isFloat := s.key.(float64)
				if !(isFloat && math.IsNaN(old)) && (s.key == nil || compareCells(x, s.key)*sign > 0) {
					s.key = x
				}
				return nil
			},
			result: func(s *champion) any { return s.key }}
	}
}

// argExtreme is a value from the first row with the greatest key; a row without key counts only while there is none with one.
func argExtreme(sign int) func(*Env, []column.Type) Aggregator {
	return func(_ *Env, args []column.Type) Aggregator {
		at := len(args) - 1
		return &groupsOf[champion]{t: args[at], fresh: func() *champion { return &champion{} },
			add: func(s *champion, args []*column.Vector, i int) error {
				k := cell(args[0], i)
				if !s.seen || k != nil && !isNaN(s.key) && (s.key == nil || isNaN(k) || compareCells(k, s.key)*sign > 0) {
					s.key, s.value, s.seen = k, cell(args[at], i), true
				}
				return nil
			},
			result: func(s *champion) any { return s.value }}
	}
}
